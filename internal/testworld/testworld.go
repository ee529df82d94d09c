// Package testworld is the setting of tests that need more of the fake WeCom than package
// wecomtest shows, or that wecomtest imports: one provider with a third-party app and a
// 代开发 template, two corps, and a fake WeCom that serves them.
//
// Nothing is installed and no ticket is set until a test says so. What cannot fail with
// these names panics.
package testworld

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/gothird/wecom/internal/fakewecom"
	"github.com/gothird/wecom/internal/fakewecom/platform"
	"github.com/gothird/wecom/internal/inprocess"
	"github.com/gothird/wecom/token"
)

// Who there is. Secrets have characters that URLs and JSON escape.
const (
	Provider       = "ww00000000provider"
	ProviderSecret = "provider-secret-0b5f0e2a/+="
	Suite          = "ww0000000000suite1"
	SuiteSecret    = "suite-secret-9c1d77e3"
	Template       = "dk000000000000tmpl"
	TemplateSecret = "template-secret-4410aa12"
	Corp           = "wpAbCdEf0000000001"
	Other          = "wpAbCdEf0000000002"
	Admin          = "woLin01" // of both corps
)

// How callbacks are signed: those of the app and the template, and those of the provider.
const (
	CallbackToken = "CallbackToken1"
	CallbackKey   = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
	SystemToken   = "SystemToken2"
	SystemKey     = "ZYXWVUTSRQPONMLKJIHGFEDCBA9876543210zyxwvut"
)

// Hosts inside the process.
const (
	wecomURL = "http://wecom.test"
	hookURL  = "http://hook.test"
)

// World is a fake WeCom with what this package names.
type World struct {
	*fakewecom.Server
	URL    string       // of WeCom
	Hook   string       // of the callback server: pushes go to /app, /template and /system
	Client *http.Client // reaches both
}

// New makes a World without a network, which works under testing/synctest too. hook is the
// callback server; nil: one that answers success.
func New(o platform.Options, hook http.Handler) *World {
	w := &World{URL: wecomURL, Hook: hookURL}
	if hook == nil {
		hook = http.HandlerFunc(success)
	}
	w.Client = &http.Client{Transport: inprocess.Transport(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if w.Hook == "http://"+r.Host {
			hook.ServeHTTP(rw, r)
		} else {
			w.Server.ServeHTTP(rw, r)
		}
	}))}
	w.fill(o)
	return w
}

// Loopback makes a World that is reached through sockets, until the test ends.
func Loopback(t testing.TB, o platform.Options, hook http.Handler) *World {
	if hook == nil {
		hook = http.HandlerFunc(success)
	}
	w := &World{Client: &http.Client{Timeout: 30 * time.Second}}
	w.Hook = serve(t, hook)
	w.URL = serve(t, http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) { w.Server.ServeHTTP(rw, r) }))
	w.fill(o)
	return w
}

func serve(t testing.TB, h http.Handler) (url string) {
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	return server.URL
}

func success(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "success") }

func (w *World) fill(o platform.Options) {
	o.Client = w.Client
	w.Server = fakewecom.New(o)
	callback := func(path, token, key string) platform.Callback {
		return platform.Callback{URL: w.Hook + path, Token: token, EncodingAESKey: key}
	}
	must(w.AddProvider(platform.Provider{CorpId: Provider, Secret: ProviderSecret, System: callback("/system", SystemToken, SystemKey)}))
	must(w.AddSuite(platform.Suite{Id: Suite, Secret: SuiteSecret, Name: "CRM",
		Command: callback("/app", CallbackToken, CallbackKey), DataURL: w.Hook + "/app?corp=$CORPID$&msg_trace=1"}))
	must(w.AddSuite(platform.Suite{Id: Template, Secret: TemplateSecret, Name: "Own CRM", Template: true,
		Command: callback("/template", CallbackToken, CallbackKey), DataURL: w.Hook + "/template"}))
	members := []platform.Member{{UserId: Admin, Name: "Lin", Admin: true}, {UserId: "woLinQing"}, {UserId: "woZhouYan"},
		{UserId: "woMember0"}, {UserId: "woMember1"}, {UserId: "woMember2"}, {UserId: "woMember3"}, {UserId: "woMember4"}}
	must(w.AddCorp(platform.Corp{Id: Corp, Name: "Riverside", Members: members}))
	must(w.AddCorp(platform.Corp{Id: Other, Name: "Hillside", Members: members}))
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

// Config is that of the provider and its app, with an empty store.
func (w *World) Config() token.Config {
	return token.Config{CorpId: Provider, ProviderSecret: ProviderSecret, SuiteId: Suite, SuiteSecret: SuiteSecret,
		BaseURL: w.URL, HTTPClient: w.Client}
}

// Api is [World.Config] made, with a ticket.
func (w *World) Api() *token.Api {
	api, err := token.New(w.Config())
	must(err)
	w.SetTicket(api)
	return api
}

// SetTicket gives api's suite a new ticket, without a push, and returns it.
func (w *World) SetTicket(api *token.Api) string {
	ticket, err := w.NewTicket(api.SuiteId())
	must(err)
	must(api.SetSuiteTicket(ticket, time.Now())) // WeCom's clock is right
	return ticket
}

// AuthCode is what the redirect brings when a corp installs a suite; nothing is pushed.
func (w *World) AuthCode(suiteId, corpId string) string {
	code, err := w.Install(context.Background(), suiteId, corpId, platform.InstallOptions{FromProviderSite: true})
	must(err)
	return code
}

// Api makes an Api of the provider and its app that is bound to Corp and sends through rt.
// Its ticket is made up.
func Api(ctx context.Context, rt http.RoundTripper) *token.Api {
	api, err := token.New(token.Config{CorpId: Provider, ProviderSecret: ProviderSecret, SuiteId: Suite, SuiteSecret: SuiteSecret,
		HTTPClient: &http.Client{Transport: rt}})
	must(err)
	must(api.SetSuiteTicket("ticket", time.Now()))
	return api.WithCorp(Corp).WithContext(ctx)
}
