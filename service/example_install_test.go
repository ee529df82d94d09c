package service_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/gothird/wecom/service"
	"github.com/gothird/wecom/token"
	"github.com/gothird/wecom/wecomtest"
)

// A leaflet has the QR code of a third-party app. The state says which leaflet it was.
func ExampleGetAppQrCode() {
	err := wecomtest.Run(func(t testing.TB) {
		wecom := wecomtest.New(t)
		api := wecom.Api()

		code, err := service.GetAppQrCode(api, service.QRCodeReq{SuiteId: api.SuiteId(), State: "leaflet", ResultType: 2})
		if err != nil {
			t.Fatal(err)
		}
		corp := wecom.Scan(code, wecomtest.Corp{}) // an administrator scans it
		fmt.Println("installed, state", corp.State)
	})
	fmt.Println(err)
	// Output:
	// installed, state leaflet
	// <nil>
}

// A corp authorises a customised app (代开发应用), of which the provider has a template.
func ExampleGetCustomizedAuthUrl() {
	err := wecomtest.Run(func(t testing.TB) {
		wecom := wecomtest.New(t, wecomtest.Customized(1))
		template := wecom.Suite(1)

		link, err := service.GetCustomizedAuthUrl(template, "fair", []string{template.SuiteId()})
		if err != nil {
			t.Fatal(err)
		}
		corp := wecom.Scan(link.QrcodeUrl, wecomtest.Corp{Name: "Riverside"})
		installation, err := corp.Api().Installation()
		fmt.Println(installation.CorpName, "has a customised app:", installation.Customized, err)
	})
	fmt.Println(err)
	// Output:
	// Riverside has a customised app: true <nil>
	// <nil>
}

// After change_auth: what has the corp authorised, and who administers the app?
func ExampleGetAuthInfoV2() {
	err := wecomtest.Run(func(t testing.TB) {
		wecom := wecomtest.New(t)
		corp := wecom.Install(wecomtest.Corp{Name: "Riverside"})

		info, err := service.GetAuthInfoV2(corp.Api(), "", "") // of the bound corp
		if err != nil {
			t.Fatal(err)
		}
		fmt.Println(info.AuthCorpInfo.CorpName, len(info.AuthInfo.Agent), "agent")
		admins, err := service.GetAgentAdminList(corp.Api())
		fmt.Println(len(admins.Admins), "administrator", err)
	})
	fmt.Println(err)
	// Output:
	// Riverside 1 agent
	// 1 administrator <nil>
	// <nil>
}

// A corp registers with WeCom by a promotion package (推广包) of the provider.
func ExampleGetRegisterCode() {
	err := wecomtest.Run(func(t testing.TB) {
		wecom := wecomtest.New(t)

		code, err := service.GetRegisterCode(wecom.Api(), service.RegisterCodeReq{TemplateId: "tpl-from-the-console", State: "fair"})
		if err != nil {
			t.Fatal(err)
		}
		fmt.Println("for the link:", code.RegisterCode != "")
		info, err := service.GetRegisterInfo(wecom.Api(), code.RegisterCode)
		switch {
		case errors.Is(err, token.Code(84024)):
			fmt.Println("not registered yet")
		case err != nil:
			t.Fatal(err)
		default:
			fmt.Println("registered:", info.CorpId)
		}
	})
	fmt.Println(err)
	// Output:
	// for the link: true
	// not registered yet
	// <nil>
}

// What a member agreed to show. OAuth2Link.Scope must be ScopePrivateInfo for it.
func ExampleGetUserDetail3rd() {
	err := wecomtest.Run(func(t testing.TB) {
		wecom := wecomtest.New(t)
		corp := wecom.Install(wecomtest.Corp{Members: []wecomtest.Member{{UserId: "woAnna"}}})

		code := corp.Login("woAnna", service.ScopePrivateInfo) // by the link of OAuth2Url
		who, err := service.GetuserInfo3rd(wecom.Api(), code)
		if err != nil {
			t.Fatal(err)
		}
		detail, err := service.GetUserDetail3rd(wecom.Api(), who.UserTicket)
		fmt.Println(detail.Userid, err)
	})
	fmt.Println(err)
	// Output:
	// woAnna <nil>
	// <nil>
}

// The visitor of a customised app.
func ExampleGetUserInfo() {
	err := wecomtest.Run(func(t testing.TB) {
		wecom := wecomtest.New(t, wecomtest.Customized(1))
		corp := wecom.Install(wecomtest.Corp{App: wecom.Suite(1), Members: []wecomtest.Member{{UserId: "anna"}}})

		link, err := service.OAuth2Url(service.OAuth2Link{AppId: corp.Id, AgentId: corp.AgentId, RedirectUri: "https://app.example/login"})
		if err != nil {
			t.Fatal(err)
		}
		redirect := corp.Open("anna", link) // the visitor's browser
		who, err := service.GetUserInfo(corp.Api(), redirect.Query().Get("code"))
		fmt.Println(who.UserId, err)
	})
	fmt.Println(err)
	// Output:
	// anna <nil>
	// <nil>
}
