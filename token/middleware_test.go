package token_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/jarcoal/httpmock"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/data"
	"github.com/gothird/wecom/token"
)

// Middleware runs outermost first and sees no credentials; the server does.
// G: secret/middleware
func TestMiddleware(t *testing.T) {
	t.Parallel()
	var order []string
	var shown []string
	layer := func(name string) func(http.RoundTripper) http.RoundTripper {
		return func(next http.RoundTripper) http.RoundTripper {
			return roundTripper(func(r *http.Request) (*http.Response, error) {
				order = append(order, name)
				shown = append(shown, r.URL.RawQuery, fmt.Sprint(r.ContentLength))
				return next.RoundTrip(r)
			})
		}
	}
	w := newWorld(t, func(cfg *token.Config) {
		cfg.Middleware = []func(http.RoundTripper) http.RoundTripper{layer("outer"), layer("inner")}
	})
	order, shown = nil, nil
	require.NoError(t, do(w.api, suiteCall))
	assert.Equal(t, []string{"outer", "inner", "outer", "inner"}, order)
	assert.Equal(t, []string{"", "0", "", "0", "", "0", "", "0"}, shown)
}

// What comes back to the middleware does not show it the credentials
// either.
// G: secret/middleware
func TestMiddlewareSeesNoCredentialsComeBack(t *testing.T) {
	t.Parallel()
	own := token.Static(seen.secret("own-token-93/+"))
	for name, respond := range map[string]func(*http.Request) (*http.Response, error){
		"answer": func(r *http.Request) (*http.Response, error) {
			resp := httpmock.NewStringResponse(200, `{}`)
			resp.Request = r // as http.Transport does
			return resp, nil
		},
		"error": func(r *http.Request) (*http.Response, error) {
			return nil, &url.Error{Op: "Post", URL: r.URL.String(), Err: io.EOF}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var shown []string
			cfg := token.Config{CorpId: providerId, ProviderSecret: providerSecret, BaseURL: "https://wecom.test", HTTPClient: &http.Client{Transport: roundTripper(respond)}}
			cfg.Middleware = append(cfg.Middleware, func(next http.RoundTripper) http.RoundTripper {
				return roundTripper(func(r *http.Request) (*http.Response, error) {
					resp, err := next.RoundTrip(r)
					if err == nil {
						shown = append(shown, resp.Request.URL.String())
					} else {
						shown = append(shown, err.Error())
						assert.ErrorIs(t, err, io.EOF)
					}
					return resp, err
				})
			})
			_ = newApi(t, cfg).Do(token.Endpoint{Path: "/x", Credential: own}, nil, nil)
			require.Len(t, shown, 1)
			assert.Contains(t, shown[0], "/x")
			assert.NotContains(t, shown[0], "own-token")
		})
	}
}

type middleware = func(http.RoundTripper) http.RoundTripper

// meddling is what a middleware does with a request.
type meddling func(r *http.Request, next http.RoundTripper) (*http.Response, error)

// changed sends the request on with a change.
func changed(f func(r *http.Request)) meddling {
	return func(r *http.Request, next http.RoundTripper) (*http.Response, error) {
		r = r.Clone(r.Context())
		f(r)
		return next.RoundTrip(r)
	}
}

// discard sends a request of which nobody wants the answer.
func discard(r *http.Request, next http.RoundTripper) error {
	resp, err := next.RoundTrip(r)
	if err == nil {
		resp.Body.Close()
	}
	return err
}

// beside sends a changed copy of the request without its body, and then the request.
func beside(f func(r *http.Request)) meddling {
	return func(r *http.Request, next http.RoundTripper) (*http.Response, error) {
		own := r.Clone(r.Context())
		own.Body, own.GetBody, own.ContentLength = nil, nil, 0
		f(own)
		_ = discard(own, next)
		return next.RoundTrip(r)
	}
}

// ownRequest sends a request that has nothing of the SDK's, and then the SDK's.
func ownRequest(t *testing.T, target string) meddling {
	return func(r *http.Request, next http.RoundTripper) (*http.Response, error) {
		own, _ := http.NewRequest("GET", target, nil)
		if err := discard(own, next); err != nil && strings.Contains(target, "wecom.test") {
			assert.ErrorContains(t, err, "lost its context")
		}
		return next.RoundTrip(r)
	}
}

// sendTwice sends the request, and sends it again.
func sendTwice(r *http.Request, next http.RoundTripper) (*http.Response, error) {
	_ = discard(r, next)
	again := r.Clone(r.Context())
	if r.GetBody != nil {
		again.Body, _ = r.GetBody()
	}
	return next.RoundTrip(again)
}

// readBody looks into the body before it sends the request on.
func readBody(t *testing.T, r *http.Request, next http.RoundTripper) (*http.Response, error) {
	if r.Body != nil {
		body, _ := io.ReadAll(r.Body)
		r.Body = io.NopCloser(bytes.NewReader(body))
		assert.NotContains(t, string(body), providerSecret)
	}
	return next.RoundTrip(r)
}

// outlet counts the requests that go out with one of the secrets, and without.
type outlet struct {
	t             *testing.T
	secrets       []string
	with, without int
}

func (o *outlet) RoundTrip(r *http.Request) (*http.Response, error) {
	text := r.URL.Query().Get("access_token")
	if r.Body != nil {
		body, _ := io.ReadAll(r.Body)
		text += string(body)
		if r.ContentLength >= 0 {
			assert.Len(o.t, body, int(r.ContentLength))
		}
	}
	if slices.ContainsFunc(o.secrets, func(secret string) bool { return strings.Contains(text, secret) }) {
		o.with++
	} else {
		o.without++
	}
	body := `{"errcode":0,"provider_access_token":"handed-out-to-nobody","expires_in":7200}`
	return &http.Response{StatusCode: 200, Body: io.NopCloser(strings.NewReader(body))}, nil
}

// What a middleware does to a request, and by itself, shows nobody the token, for calls and
// for token requests.
// G: secret/middleware
func TestWhatMiddlewareMayDo(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		do      meddling
		with    int // requests that go out with what is secret
		without int
		fails   string
	}{
		"side request to another path":    {beside(func(r *http.Request) { r.URL.Path = "/other" }), 1, 1, ""},
		"side request to another host":    {beside(func(r *http.Request) { r.URL.Host, r.Host = "evil.test", "evil.test" }), 1, 1, ""},
		"side request by another method":  {beside(func(r *http.Request) { r.Method = "PUT" }), 1, 1, ""},
		"side request of its own":         {ownRequest(t, "https://evil.test/x"), 1, 1, ""},
		"side request of its own, here":   {ownRequest(t, "https://wecom.test/x"), 1, 0, ""},
		"another host":                    {changed(func(r *http.Request) { r.URL.Host = "evil.test" }), 0, 1, ""},
		"another scheme":                  {changed(func(r *http.Request) { r.URL.Scheme = "http" }), 0, 1, ""},
		"another Host header":             {changed(func(r *http.Request) { r.Host = "evil.test" }), 0, 1, ""},
		"another path":                    {changed(func(r *http.Request) { r.URL.Path += "/x" }), 0, 1, ""},
		"another method":                  {changed(func(r *http.Request) { r.Method = "PUT" }), 0, 1, ""},
		"a user in the URL":               {changed(func(r *http.Request) { r.URL.User = url.User("x") }), 0, 1, ""},
		"an opaque URL":                   {changed(func(r *http.Request) { r.URL.Opaque = "//evil.test/x" }), 0, 1, ""},
		"a header and a parameter of its": {changed(func(r *http.Request) { r.Header.Set("X-Trace", "1"); r.URL.RawQuery = "trace=1" }), 1, 0, ""},
		"its context dropped": {func(r *http.Request, next http.RoundTripper) (*http.Response, error) {
			return next.RoundTrip(r.WithContext(t.Context()))
		}, 0, 0, "lost its context"},
		"sent twice":    {sendTwice, 2, 0, ""},
		"its body read": {func(r *http.Request, next http.RoundTripper) (*http.Response, error) { return readBody(t, r, next) }, 1, 0, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			own := seen.secret("token-of-the-caller+/=")
			for kind, ask := range map[string]func(*token.Api) error{
				"call": func(api *token.Api) error {
					return api.Do(token.Endpoint{Path: "/x", Credential: token.Static(own)}, data.D{"a": 1}, nil)
				},
				"token": func(api *token.Api) error { _, err := api.AccessToken(token.Provider); return err },
			} {
				out := &outlet{t: t, secrets: []string{own, providerSecret}}
				api, err := token.New(token.Config{CorpId: providerId, ProviderSecret: providerSecret, HTTPClient: &http.Client{Transport: out}, BaseURL: "https://wecom.test",
					Middleware: []middleware{func(next http.RoundTripper) http.RoundTripper {
						return roundTripper(func(r *http.Request) (*http.Response, error) { return row.do(r, next) })
					}}})
				require.NoError(t, err)
				err = ask(api)
				if row.fails == "" {
					assert.NoError(t, err, kind)
				} else {
					assert.ErrorContains(t, err, row.fails, kind)
					assert.NotErrorIs(t, err, token.ErrOutcomeUnknown)
				}
				assert.Equal(t, []int{row.with, row.without}, []int{out.with, out.without}, kind)
			}
		})
	}
}
