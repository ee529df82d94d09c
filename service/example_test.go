package service_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"testing"

	"github.com/gothird/wecom/service"
	"github.com/gothird/wecom/wecomtest"
)

// A customer installs the app from the provider's own site.
func ExampleExchangeAuthCode() {
	err := wecomtest.Run(func(t testing.TB) {
		wecom := wecomtest.New(t)
		api := wecom.Api()

		pre, err := service.GetPreAuthCode(api)
		if err != nil {
			t.Fatal(err)
		}
		link, err := service.InstallUrl(service.InstallLink{
			SuiteId: api.SuiteId(), PreAuthCode: pre.PreAuthCode,
			RedirectUri: "https://crm.example.com/installed", State: "booth12",
		})
		if err != nil {
			t.Fatal(err)
		}
		_, redirect := wecom.Follow(link, wecomtest.Corp{Name: "Riverside"}) // the customer's administrator agrees
		authCode := redirect.Query().Get("auth_code")

		p, err := service.ExchangeAuthCode(api, authCode)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Println(p.AuthCorpInfo.CorpName, "has installed agent", p.AuthInfo.Agent[0].Name)
		again, err := service.ExchangeAuthCode(api, authCode) // for a push that brings it too
		if err != nil {
			t.Fatal(err)
		}
		fmt.Println("the same answer:", again.PermanentCode == p.PermanentCode)

		// The installation is saved: calls in the corp's name find their token by themselves.
		_, err = service.GetPermissions(api.WithCorp(p.AuthCorpInfo.CorpId))
		fmt.Println("a call as the corp:", err)
	})
	fmt.Println(err)
	// Output:
	// Riverside has installed agent App 0
	// the same answer: true
	// a call as the corp: <nil>
	// <nil>
}

// A page asks its server for what wx.config needs.
func ExampleJsConfig() {
	err := wecomtest.Run(func(t testing.TB) {
		wecom := wecomtest.New(t)
		corp := wecom.Install(wecomtest.Corp{Id: "wpRiverside"})

		config := func(w http.ResponseWriter, r *http.Request) {
			signature, err := service.JsConfig(corp.Api().WithContext(r.Context()), r.FormValue("page"))
			if err != nil {
				http.Error(w, "no signature", http.StatusBadGateway)
				return
			}
			_ = json.NewEncoder(w).Encode(signature)
		}
		w := httptest.NewRecorder()
		config(w, httptest.NewRequest("GET", "/wecom/config?page="+url.QueryEscape("https://crm.example.com/home?tab=1#/orders"), nil))
		var forPage map[string]any
		if err := json.Unmarshal(w.Body.Bytes(), &forPage); err != nil {
			t.Fatal(err)
		}
		fmt.Println(slices.Sorted(maps.Keys(forPage)))
		fmt.Println(forPage["appId"])
	})
	fmt.Println(err)
	// Output:
	// [appId nonceStr signature timestamp]
	// wpRiverside
	// <nil>
}

// A member opens the app; the code of the redirect tells who it is.
func ExampleGetuserInfo3rd() {
	err := wecomtest.Run(func(t testing.TB) {
		wecom := wecomtest.New(t)
		corp := wecom.Install(wecomtest.Corp{Members: []wecomtest.Member{{UserId: "woAnna"}}})

		code := corp.Login("woAnna") // by the link of OAuth2Url
		who, err := service.GetuserInfo3rd(wecom.Api(), code)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Println(who.CorpId == corp.Id, who.Userid)
	})
	fmt.Println(err)
	// Output:
	// true woAnna
	// <nil>
}

func ExampleOAuth2Url() {
	link, err := service.OAuth2Url(service.OAuth2Link{
		AppId: "ww9f8e7d6c5b4a3021", RedirectUri: "https://crm.example.com/home?tab=1", State: "abc"})
	fmt.Println(link, err)
	// Output:
	// https://open.weixin.qq.com/connect/oauth2/authorize?appid=ww9f8e7d6c5b4a3021&redirect_uri=https%3A%2F%2Fcrm.example.com%2Fhome%3Ftab%3D1&response_type=code&scope=snsapi_base&state=abc#wechat_redirect <nil>
}

// Secrets do not show up where values are printed.
func ExamplePreAuthCode() {
	fmt.Printf("%+v\n", service.PreAuthCode{PreAuthCode: "do-not-print", ExpiresIn: 1200})
	// Output: {PreAuthCode:*** ExpiresIn:1200}
}

func ExampleWebLoginUrl() {
	link, err := service.WebLoginUrl(service.WebLoginLink{
		AppId: "ww9f8e7d6c5b4a3021", RedirectUri: "https://crm.example.com/login", State: "r4nd0m", Lang: "zh"})
	fmt.Println(link, err)
	// Output:
	// https://login.work.weixin.qq.com/wwlogin/sso/login?login_type=ServiceApp&appid=ww9f8e7d6c5b4a3021&redirect_uri=https%3A%2F%2Fcrm.example.com%2Flogin&state=r4nd0m&lang=zh <nil>
}
