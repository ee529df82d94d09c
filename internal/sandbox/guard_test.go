package sandbox

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// asked is a request with other headers, as Host and others in turn.
func (s *sandbox) asked(method, path string, headers ...string) *http.Response {
	s.t.Helper()
	req, err := http.NewRequestWithContext(s.t.Context(), method, s.server.URL+path, strings.NewReader("{}"))
	require.NoError(s.t, err)
	req.Header.Set("Content-Type", "application/json")
	for i := 0; i+1 < len(headers); i += 2 {
		if headers[i] == "Host" {
			req.Host = headers[i+1]
		}
		req.Header.Set(headers[i], headers[i+1])
	}
	res, err := http.DefaultClient.Do(req)
	require.NoError(s.t, err)
	require.NoError(s.t, res.Body.Close())
	return res
}

// A name that leads here by rebinding, and a page of another site, reach nothing.
// G: sandbox/other-sites
func TestOtherSitesAndNamesAreRefused(t *testing.T) {
	t.Parallel()
	s := newSandbox(t, Config{}, Access{Hosts: []string{"Sandbox.Test", "other.test:8700"}})
	before := s.engine.LastChange()
	for _, headers := range [][]string{
		{"Host", "evil.example"}, {"Host", "evil.example:8700"}, {"Host", "127.0.0.1.evil.example"}, {"Host", "localhost.evil.example"},
		{"Origin", "http://evil.example"}, {"Origin", "null"}, {"Origin", "http://127.0.0.1:1"}, {"Origin", "http://localhost"}, {"Origin", "://"},
		{"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Site", "same-site"}, {"Sec-Fetch-Site", "anything"},
	} {
		for _, path := range []string{"/api/v1", "/api/v1/environment?reveal=true", "/api/v1/nothing", "/events"} {
			assert.Equal(t, http.StatusForbidden, s.asked(http.MethodGet, path, headers...).StatusCode, "%v %s", headers, path)
		}
		for _, path := range []string{"/api/v1/corps", "/api/v1/reveal", "/api/v1/session"} {
			assert.Equal(t, http.StatusForbidden, s.asked(http.MethodPost, path, headers...).StatusCode, "%v %s", headers, path)
		}
		assert.Equal(t, http.StatusForbidden, s.asked(http.MethodDelete, "/api/v1/faults", headers...).StatusCode, headers)
	}
	after, _ := s.engine.ChangesAfter(before, 10)
	assert.Empty(t, after)
	for _, host := range []string{"localhost", "LOCALHOST:8700", "localhost.:1", "127.0.0.1", "[::1]:8700", "[::1]", "192.0.2.1:80", "sandbox.test", "sandbox.test:8700", "other.test", "other.test:1"} {
		assert.Equal(t, http.StatusOK, s.asked(http.MethodGet, "/api/v1", "Host", host, "Origin", "http://"+host, "Sec-Fetch-Site", "same-origin").StatusCode, host)
	}
	assert.Equal(t, http.StatusOK, s.asked(http.MethodGet, "/api/v1", "Sec-Fetch-Site", "none").StatusCode, "an address that was typed")
	assert.Equal(t, http.StatusNotFound, s.asked(http.MethodGet, "/cgi-bin/nothing", "Host", "evil.example").StatusCode, "the fake goes by any name")
}

// No page of another origin may read an answer.
func TestAnswersAllowNoOtherOrigin(t *testing.T) {
	t.Parallel()
	s := newSandbox(t, Config{}, Access{})
	for _, path := range []string{"/api/v1", "/api/v1/nothing", "/api/v1/environment?format=shell"} {
		res := s.asked(http.MethodGet, path)
		for name := range res.Header {
			assert.False(t, strings.HasPrefix(name, "Access-Control-"), name)
		}
		assert.Equal(t, "no-store", res.Header.Get("Cache-Control"))
		assert.Equal(t, "nosniff", res.Header.Get("X-Content-Type-Options"))
		assert.Equal(t, "same-origin", res.Header.Get("Cross-Origin-Resource-Policy"))
		assert.Contains(t, res.Header.Get("Content-Security-Policy"), "default-src 'none'")
	}
	assert.Equal(t, http.StatusMethodNotAllowed, s.asked(http.MethodOptions, "/api/v1/corps").StatusCode, "no preflight is answered")
}

// G: sandbox/token
func TestTokenIsDemandedWhereThereIsOne(t *testing.T) {
	t.Parallel()
	s := newSandbox(t, Config{}, Access{Token: "the-token"})
	for _, headers := range [][]string{nil, {"Authorization", "the-token2"}, {"Authorization", "Bearer"}, {"Authorization", "Bearer x"}, {"Cookie", "wecom_sandbox=x"}, {"Cookie", "wecom_sandbox="}} {
		for _, path := range []string{"/api/v1", "/events", "/api/v1/nothing", "/api/v1/environment"} {
			assert.Equal(t, http.StatusUnauthorized, s.asked(http.MethodGet, path, headers...).StatusCode, "%v %s", headers, path)
		}
		assert.Equal(t, http.StatusUnauthorized, s.asked(http.MethodPost, "/api/v1/corps", headers...).StatusCode, headers)
	}
	assert.Equal(t, http.StatusOK, s.asked(http.MethodGet, "/api/v1", "Authorization", "Bearer the-token").StatusCode)
	assert.Equal(t, http.StatusNotFound, s.asked(http.MethodGet, "/cgi-bin/nothing").StatusCode, "apps show their own tokens")

	code, _ := s.wrong(http.MethodPost, "/session", `{"token":"x"}`)
	assert.Equal(t, "token_needed", code)
	s.wrong(http.MethodPost, "/session", `{}`)
	req := httptest.NewRequest(http.MethodPost, "/api/v1/session", strings.NewReader(`{"token":"the-token"}`))
	req.Header.Set("Content-Type", "application/json")
	req.Host = "localhost"
	rec := httptest.NewRecorder()
	s.Handler(Access{Token: "the-token"}).ServeHTTP(rec, req)
	cookies := rec.Result().Cookies() //nolint:bodyclose // of a recorder
	require.Len(t, cookies, 1)
	assert.True(t, cookies[0].HttpOnly)
	assert.Equal(t, http.SameSiteStrictMode, cookies[0].SameSite)
	assert.Equal(t, http.StatusOK, s.asked(http.MethodGet, "/api/v1", "Cookie", cookies[0].Name+"="+cookies[0].Value).StatusCode)
}

func TestNoTokenOpensNoSession(t *testing.T) {
	t.Parallel()
	s := newSandbox(t, Config{}, Access{})
	for _, body := range []string{`{}`, `{"token":""}`, `{"token":"x"}`} {
		s.wrong(http.MethodPost, "/session", body)
	}
}

func TestBodiesMustBeJSON(t *testing.T) {
	t.Parallel()
	s := newSandbox(t, Config{}, Access{})
	for _, kind := range []string{"text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "", "application/jsonx"} {
		assert.Equal(t, http.StatusUnsupportedMediaType, s.asked(http.MethodPost, "/api/v1/corps", "Content-Type", kind).StatusCode, kind)
	}
	assert.Equal(t, http.StatusOK, s.asked(http.MethodPost, "/api/v1/corps", "Content-Type", "application/json; charset=utf-8").StatusCode)
}

// What an app uploads, and what a fault answers, comes from where the console is.
func TestWhatTheFakeServesDoesNothingInABrowser(t *testing.T) {
	t.Parallel()
	s := newSandbox(t, Config{}, Access{})
	for _, path := range []string{"/cgi-bin/user/get", "/fakewecom/file/x", "/<script>", "/"} {
		h := s.asked(http.MethodGet, path).Header
		assert.Equal(t, "nosniff", h.Get("X-Content-Type-Options"), path)
		assert.Equal(t, "sandbox; default-src 'none'; frame-ancestors 'none'", h.Get("Content-Security-Policy"), path)
	}
}
