package service_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"time"

	"github.com/gothird/wecom/data"
	"github.com/gothird/wecom/internal/fakewecom"
	"github.com/gothird/wecom/internal/fakewecom/platform"
	"github.com/gothird/wecom/service"
	"github.com/gothird/wecom/token"
)

const (
	suiteId = "ww0000000000suite1"
	corpId  = "wpAbCdEf0000000001"
)

// connect starts a fake WeCom with one customer and makes an Api that calls it. With the
// real one, leave BaseURL out; the suite_ticket is kept by package callback.
func connect() (*fakewecom.Server, *token.Api, func()) {
	fake := fakewecom.New(platform.Options{})
	server := httptest.NewServer(fake)
	must(fake.AddProvider(platform.Provider{CorpId: "ww00000000provider", Secret: "provider-secret"}))
	must(fake.AddSuite(platform.Suite{Id: suiteId, Secret: "suite-secret", Name: "CRM"}))
	must(fake.AddCorp(platform.Corp{Id: corpId, Name: "Riverside", Members: []platform.Member{{UserId: "woAnna", Admin: true}}}))
	api, err := token.New(token.Config{
		CorpId: "ww00000000provider", ProviderSecret: "provider-secret", SuiteId: suiteId, SuiteSecret: "suite-secret",
		BaseURL: server.URL,
	})
	must(err)
	ticket, err := fake.NewTicket(suiteId)
	must(err)
	must(api.SetSuiteTicket(ticket, time.Now()))
	return fake, api, server.Close
}

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

// A customer installs the app; the auth code comes by redirect, by callback, or by both.
func ExampleExchangeAuthCode() {
	fake, api, stop := connect()
	defer stop()
	authCode, err := fake.Install(context.Background(), suiteId, corpId, platform.InstallOptions{FromProviderSite: true})
	must(err)

	p, err := service.ExchangeAuthCode(api, authCode)
	must(err)
	fmt.Println(p.AuthCorpInfo.CorpName, "has installed agent", p.AuthInfo.Agent[0].Name)
	again, err := service.ExchangeAuthCode(api, authCode)
	must(err)
	fmt.Println("the same answer:", again.PermanentCode == p.PermanentCode)

	// The installation is saved: calls in the corp's name find their token by themselves.
	corp := api.WithCorp(p.AuthCorpInfo.CorpId)
	_, err = service.GetPermissions(corp)
	fmt.Println("calls as the corp:", err == nil)
	// Output:
	// Riverside has installed agent CRM
	// the same answer: true
	// calls as the corp: true
}

// A page asks its server for what wx.config needs.
func ExampleJsConfig() {
	fake, api, stop := connect()
	defer stop()
	authCode, err := fake.Install(context.Background(), suiteId, corpId, platform.InstallOptions{FromProviderSite: true})
	must(err)
	_, err = service.ExchangeAuthCode(api, authCode)
	must(err)

	config := func(w http.ResponseWriter, r *http.Request) {
		signature, err := service.JsConfig(api.WithContext(r.Context()).WithCorp(corpId), r.FormValue("page"))
		if err != nil {
			http.Error(w, "no signature", http.StatusBadGateway)
			return
		}
		_ = json.NewEncoder(w).Encode(signature)
	}
	w := httptest.NewRecorder()
	config(w, httptest.NewRequest("GET", "/wecom/config?page="+url.QueryEscape("https://crm.example.com/home?tab=1#/orders"), nil))
	var forPage map[string]any
	must(json.Unmarshal(w.Body.Bytes(), &forPage))
	fmt.Println(slices.Sorted(maps.Keys(forPage)))
	fmt.Println(forPage["appId"])
	// Output:
	// [appId nonceStr signature timestamp]
	// wpAbCdEf0000000001
}

// A customer installs the app from the provider's own site.
func ExampleGetPermanentCode() {
	fake, api, stop := connect()
	defer stop()

	pre, err := service.GetPreAuthCode(api)
	must(err)
	link, err := service.InstallUrl(service.InstallLink{
		SuiteId: api.SuiteId(), PreAuthCode: pre.PreAuthCode,
		RedirectUri: "https://crm.example.com/installed", State: "booth12",
	})
	must(err)
	redirect, err := fake.FollowLink(link, corpId) // the customer's administrator agrees
	must(err)
	back, err := url.Parse(redirect)
	must(err)

	answer, err := service.GetPermanentCode(api.Suite(), data.D{"auth_code": back.Query().Get("auth_code")})
	must(err)
	p := answer.(*service.Permanent)
	fmt.Println(p.AuthCorpInfo.CorpName, "has installed agent", p.AuthInfo.Agent[0].Name)
	fmt.Println("permanent code:", service.PermanentInfo{PermanentCode: p.PermanentCode}.PermanentCode != "")

	// From now on calls in the corp's name find their token by themselves.
	_, err = service.GetJsapiTicket(api.WithCorp(p.AuthCorpInfo.CorpId))
	fmt.Println("calls as the corp:", err == nil)
	// Output:
	// Riverside has installed agent CRM
	// permanent code: true
	// calls as the corp: true
}

// A member opens the app; the code of the redirect tells who it is.
func ExampleGetuserInfo3rd() {
	fake, api, stop := connect()
	defer stop()

	link, err := service.OAuth2Url(service.OAuth2Link{AppId: suiteId, RedirectUri: "https://crm.example.com/home?tab=1", State: "abc"})
	must(err)
	fmt.Println(link)
	code := fake.LoginCode(platform.Login{SuiteId: suiteId, CorpId: corpId, UserId: "woAnna"})
	who, err := service.GetuserInfo3rd(api, code)
	must(err)
	fmt.Println(who.CorpId, who.Userid)
	// Output:
	// https://open.weixin.qq.com/connect/oauth2/authorize?appid=ww0000000000suite1&redirect_uri=https%3A%2F%2Fcrm.example.com%2Fhome%3Ftab%3D1&response_type=code&scope=snsapi_base&state=abc#wechat_redirect
	// wpAbCdEf0000000001 woAnna
}

// Secrets do not show up where values are printed.
func ExamplePreAuthCode() {
	fmt.Printf("%+v\n", service.PreAuthCode{PreAuthCode: "do-not-print", ExpiresIn: 1200})
	// Output: {PreAuthCode:*** ExpiresIn:1200}
}

func ExampleWebLoginUrl() {
	link, err := service.WebLoginUrl(service.WebLoginLink{AppId: suiteId, RedirectUri: "https://crm.example.com/login", State: "r4nd0m", Lang: "zh"})
	must(err)
	fmt.Println(link)
	// Output:
	// https://login.work.weixin.qq.com/wwlogin/sso/login?login_type=ServiceApp&appid=ww0000000000suite1&redirect_uri=https%3A%2F%2Fcrm.example.com%2Flogin&state=r4nd0m&lang=zh
}
