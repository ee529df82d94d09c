package token_test

import (
	"errors"
	"fmt"
	"net/http"
	"testing"

	"github.com/gothird/wecom/token"
	"github.com/gothird/wecom/wecomtest"
)

func Example() {
	err := wecomtest.Run(func(t testing.TB) {
		cfg := wecomtest.New(t).Config() // ids and secrets from the environment in real life
		cfg.Store = token.NewMemoryStore()
		api, err := token.New(cfg)
		if err != nil {
			t.Fatal(err)
		}
		_, err = api.AccessToken(token.Provider)
		fmt.Println("provider:", err)
		_, err = api.AccessToken(token.Suite) // package callback stores the ticket that is pushed
		fmt.Println("suite, no ticket yet:", errors.Is(err, token.ErrNoSuiteTicket))
		_, err = api.WithCorp("wpRiverside").AccessToken(token.Corp)
		fmt.Println("corp, not installed:", errors.Is(err, token.ErrNotInstalled))
	})
	fmt.Println(err)
	// Output:
	// provider: <nil>
	// suite, no ticket yet: true
	// corp, not installed: true
	// <nil>
}

// An endpoint that no package has a function for.
func ExampleCall() {
	err := wecomtest.Run(func(t testing.TB) {
		wecom := wecomtest.New(t)
		type answer struct {
			OpenCorpId string `json:"open_corpid"`
		}
		out, err := token.Call[answer](wecom.Api(), token.Endpoint{
			Path: "/cgi-bin/service/corpid_to_opencorpid", Credential: token.Provider, Read: true,
		}, map[string]string{"corpid": "ww00plain"})
		var e *token.Error
		if errors.As(err, &e) {
			fmt.Println(out == nil, e.Path, e.Code)
		}
	})
	fmt.Println(err)
	// Output:
	// true /cgi-bin/service/corpid_to_opencorpid 40013
	// <nil>
}

func ExampleConfig_middleware() {
	err := wecomtest.Run(func(t testing.TB) {
		cfg := wecomtest.New(t).Config()
		cfg.Middleware = []func(http.RoundTripper) http.RoundTripper{
			func(next http.RoundTripper) http.RoundTripper {
				return roundTripper(func(r *http.Request) (*http.Response, error) {
					fmt.Println(r.Method, r.URL.RequestURI()) // never a token or secret in it
					return next.RoundTrip(r)
				})
			},
		}
		api, err := token.New(cfg)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Println(api.Verify())
	})
	fmt.Println(err)
	// Output:
	// POST /cgi-bin/service/get_provider_token
	// POST /cgi-bin/service/get_suite_token
	// <nil>
	// <nil>
}

func ExampleError() {
	var err error = &token.Error{Code: 701030, Path: "/cgi-bin/license/active_account", Credential: "provider"}
	fmt.Println(errors.Is(err, token.Code(701030)))
	fmt.Println(err)
	// Output:
	// true
	// wecom: /cgi-bin/license/active_account (provider token): errcode 701030 (the account would be valid for more than 5 years)
}
