package token_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"time"

	"github.com/gothird/wecom/internal/fakewecom"
	"github.com/gothird/wecom/internal/fakewecom/platform"
	"github.com/gothird/wecom/token"
)

// demo is a fake WeCom that knows one provider and one suite; leave BaseURL out for the
// real one.
func demo() (*fakewecom.Server, token.Config, func()) {
	wecom := fakewecom.New(platform.Options{})
	provider := platform.Provider{CorpId: "ww1a2b3c4d5e6f7089", Secret: "provider-secret"}
	suite := platform.Suite{Id: "ww9f8e7d6c5b4a3021", Secret: "suite-secret"}
	if err := errors.Join(wecom.AddProvider(provider), wecom.AddSuite(suite)); err != nil {
		panic(err)
	}
	server := httptest.NewServer(wecom)
	return wecom, token.Config{
		CorpId: provider.CorpId, ProviderSecret: provider.Secret,
		SuiteId: suite.Id, SuiteSecret: suite.Secret, BaseURL: server.URL,
	}, server.Close
}

func Example() {
	wecom, cfg, stop := demo()
	defer stop()
	api, err := token.New(cfg)
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = api.AccessToken(token.Suite)
	fmt.Println("no ticket yet:", errors.Is(err, token.ErrNoSuiteTicket))

	ticket, _ := wecom.NewTicket(cfg.SuiteId) // as the callback brings it
	if err := api.SetSuiteTicket(ticket, time.Now()); err != nil {
		fmt.Println(err)
	}
	v, err := api.AccessToken(token.Suite)
	fmt.Println("a token for a while:", v.AcsToken != "" && v.ExpiresIn > 600, err)
	// Output:
	// no ticket yet: true
	// a token for a while: true <nil>
}

// An endpoint that no package has a function for.
func ExampleCall() {
	_, cfg, stop := demo()
	defer stop()
	api, _ := token.New(cfg)
	type answer struct {
		OpenCorpId string `json:"open_corpid"`
	}
	out, err := token.Call[answer](api, token.Endpoint{
		Path: "/cgi-bin/service/corpid_to_opencorpid", Credential: token.Provider, Read: true,
	}, map[string]string{"corpid": "ww00plain"})
	var e *token.Error
	if errors.As(err, &e) {
		fmt.Println(out == nil, e.Path, e.Code)
	}
	// Output: true /cgi-bin/service/corpid_to_opencorpid 40013
}

func ExampleConfig_middleware() {
	_, cfg, stop := demo()
	defer stop()
	cfg.Middleware = []func(http.RoundTripper) http.RoundTripper{
		func(next http.RoundTripper) http.RoundTripper {
			return roundTripper(func(r *http.Request) (*http.Response, error) {
				fmt.Println(r.Method, r.URL.RequestURI()) // never a token or secret in it
				return next.RoundTrip(r)
			})
		},
	}
	api, _ := token.New(cfg)
	fmt.Println(api.Verify())
	// Output:
	// POST /cgi-bin/service/get_provider_token
	// wecom: no suite_ticket yet: WeCom pushes one every 10 minutes to the instruction callback URL, or at once from the console
}

func ExampleError() {
	var err error = &token.Error{Code: 701030, Path: "/cgi-bin/license/active_account", Credential: "provider"}
	fmt.Println(errors.Is(err, token.Code(701030)))
	fmt.Println(err)
	// Output:
	// true
	// wecom: /cgi-bin/license/active_account (provider token): errcode 701030 (the account would be valid for more than 5 years)
}
