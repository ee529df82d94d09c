package token_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"testing"

	"github.com/jarcoal/httpmock"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/token"
)

// What a server or proxy echoes is scrubbed, also where a transport says it.
// G: secret/echo
func TestEchoesAreScrubbed(t *testing.T) {
	t.Parallel()
	code, perm, ticket := seen.secret("auth-code+/=Zx9"), seen.secret(`perm "quoted" code`), seen.secret("user-ticket-5521")
	in := map[string]any{"auth_code": code, "list": []any{map[string]any{"permanent_code": perm}}, "name": "kept"}
	echo := func(r *http.Request) string {
		s := r.URL.String() + " " + r.URL.Query().Encode() + fmt.Sprint(r.URL.Query())
		if r.Body != nil {
			b, _ := io.ReadAll(r.Body)
			s += string(b)
		}
		return s
	}
	responders := map[string]httpmock.Responder{
		"html": func(r *http.Request) (*http.Response, error) { return httpmock.NewStringResponse(502, echo(r)), nil },
		"errmsg": func(r *http.Request) (*http.Response, error) {
			b, _ := json.Marshal(map[string]any{"errcode": 40029, "errmsg": echo(r) + " hint: [" + r.URL.Query().Get("user_ticket") + "]"})
			return httpmock.NewBytesResponse(200, b), nil
		},
		"error": func(r *http.Request) (*http.Response, error) {
			return nil, fmt.Errorf("no responder for %s: %w", echo(r), io.EOF)
		},
	}
	for name, respond := range responders {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			api, _ := mocked(t, respond)
			for _, call := range []func() error{
				func() error { return api.Do(token.Endpoint{Path: "/x", Credential: token.None}, in, nil) },
				func() error {
					return api.Do(token.Endpoint{Path: "/x", Method: "GET", Credential: token.None}, url.Values{"code": {code}, "user_ticket": {ticket}, "name": {"kept"}}, nil)
				},
				func() error {
					return api.Do(token.Endpoint{Path: "/x", Credential: token.Static(seen.secret("own-token-77/+"))}, in, nil)
				},
				func() error { return api.Do(token.Endpoint{Path: "/x", Credential: token.Provider}, in, nil) },
			} {
				err := call()
				require.Error(t, err)
				seen.error(err)
				var e *token.Error
				require.ErrorAs(t, err, &e)
				if name == "error" {
					assert.ErrorIs(t, err, io.EOF, "it can still be compared")
				}
			}
		})
	}
}

// What WeCom hands out is not shown either, where an answer cannot be used.
// G: secret/echo
func TestSnippetsHideWhatIsHandedOut(t *testing.T) {
	t.Parallel()
	const handed = "handed-out-55/x"
	for answer, want := range map[string]string{
		`{"provider_access_token":"` + handed + `","expires_in":7200`:                `{"provider_access_token":***,"expires_in":7200`,
		`{"provider_access_token" : "` + handed:                                      `{"provider_access_token" : ***`,
		`{"errcode":{},"permanent_code":"x\"` + handed + `\\","errmsg":"ok"}`:        `"permanent_code":***,"errmsg":"ok"}`,
		`<a href="/x?a=1&access_token=` + handed + `&b=2">error code: 1020</a>`:      `/x?a=1&access_token=***&b=2">error code: 1020</a>`,
		`[{"auth_code":"` + handed + `"},{"list":["` + `kept"],"pre_auth_code":""}]`: `[{"auth_code":***},{"list":["kept"],"pre_auth_code":***}]`,
	} {
		for _, status := range []int{200, 502} {
			api, _ := mocked(t, httpmock.NewStringResponder(status, answer))
			err := api.Do(none, nil, nil)
			require.ErrorContains(t, err, want)
			assert.NotContains(t, err.Error(), handed)
		}
	}
	api, _ := mocked(t, httpmock.NewStringResponder(502, `{"provider_access_token":"`+handed+`","expires_in":7200}`))
	_, err := api.AccessToken(token.Provider)
	require.ErrorContains(t, err, `"expires_in":7200}`)
	assert.NotContains(t, err.Error(), handed)
}
