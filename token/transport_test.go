package token_test

import (
	"net/http"
	"net/http/httptest"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jarcoal/httpmock"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/data"
	"github.com/gothird/wecom/internal/fakewecom/platform"
	"github.com/gothird/wecom/token"
)

// G: request/client
func TestBaseURLAndClient(t *testing.T) {
	t.Parallel()
	var closed atomic.Bool
	var paths []string
	client := &http.Client{Timeout: time.Minute, Transport: closer{&closed, roundTripper(func(r *http.Request) (*http.Response, error) {
		paths = append(paths, r.URL.Scheme+"://"+r.URL.Host+r.URL.Path)
		return httpmock.NewStringResponse(200, `{"errcode":0,"suite_access_token":"sat-0001-x","expires_in":7200}`), nil
	})}}
	api := newApi(t, token.Config{SuiteId: suiteId, SuiteSecret: suiteSecret, BaseURL: "https://proxy.test/wecom/", HTTPClient: client})
	require.NoError(t, api.SetSuiteTicket(seen.secret("a-suite-ticket-1"), time.Time{}))
	require.NoError(t, do(api, suiteCall))
	assert.Equal(t, []string{"https://proxy.test/wecom" + suitePath, "https://proxy.test/wecom" + suiteCall.Path}, paths)
	assert.False(t, closed.Load())
	assert.Nil(t, client.CheckRedirect, "the caller's client is not changed")
}

type closer struct {
	closed *atomic.Bool
	http.RoundTripper
}

func (c closer) CloseIdleConnections() { c.closed.Store(true) }

// A redirect is never followed: it would take the token elsewhere.
// G: request/client
func TestRedirects(t *testing.T) {
	t.Parallel()
	var followed atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/elsewhere" {
			followed.Add(1)
		}
		http.Redirect(w, r, "/elsewhere", http.StatusTemporaryRedirect)
	}))
	defer server.Close()
	api := newApi(t, token.Config{SuiteId: suiteId, SuiteSecret: suiteSecret, BaseURL: server.URL})
	require.ErrorContains(t, do(api, none), "307")
	assert.Zero(t, followed.Load())
}

// httpmock.Activate and the like replace http.DefaultTransport.
// G: request/client
func TestReplacedDefaultTransport(t *testing.T) {
	before := http.DefaultTransport
	defer func() { http.DefaultTransport = before }()
	mock := httpmock.NewMockTransport()
	mock.RegisterResponder("POST", "https://qyapi.weixin.qq.com/cgi-bin/none", httpmock.NewStringResponder(200, `{"errcode":0}`))
	http.DefaultTransport = mock
	api, err := token.New(token.Config{SuiteId: suiteId, SuiteSecret: suiteSecret})
	require.NoError(t, err)
	http.DefaultTransport = before
	require.NoError(t, api.Do(none, nil, nil))
	assert.Equal(t, 1, mock.GetTotalCallCount())
}

// Connections are reused and nothing is left behind, whatever comes back.
// G: request/bounded
func TestNothingLeaks(t *testing.T) {
	w := newWorld(t)
	api, err := token.New(w.cfg) // the leak detector would be busy for long
	require.NoError(t, err)
	require.NoError(t, do(api, providerCall))
	before := runtime.NumGoroutine()
	for _, f := range []platform.Fault{{ErrCode: 45009}, {HTTPStatus: 404}, {Body: "<html>"}, {Body: "{"}} {
		f.Path = providerCall.Path
		remove := w.Fault(f)
		for range 2500 {
			if err := api.Do(providerCall, data.D{"auth_corpid": corpId, "sort_type": 0, "useridlist": []string{"a"}}, nil); err == nil {
				t.Fatal("no error")
			}
		}
		remove()
	}
	assert.LessOrEqual(t, runtime.NumGoroutine(), before+4)
}
