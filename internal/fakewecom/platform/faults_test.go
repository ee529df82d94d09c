package platform_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gothird/wecom/internal/fakewecom/faketest"
	"github.com/gothird/wecom/internal/fakewecom/platform"
	"github.com/gothird/wecom/internal/spec"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestFaults(t *testing.T) {
	t.Parallel()
	w := faketest.New(t, platform.Options{})
	const path = "/cgi-bin/service/get_provider_token"
	body := `{"corpid":"` + faketest.Provider + `","provider_secret":"provider-secret"}`
	ask := func() (*http.Response, []byte) { return w.Send(http.MethodPost, path, nil, body) }

	w.Fault(platform.Fault{Path: path, Skip: 1, Count: 2, ErrCode: 45009, ErrMsg: "api freq out of limit"})
	for i, want := range []int{0, 45009, 45009, 0} {
		_, data := ask()
		assert.Equal(t, want, faketest.ErrcodeOf(t, data), i)
	}

	remove := w.Fault(platform.Fault{Path: path, HTTPStatus: http.StatusBadGateway, Header: http.Header{"Retry-After": {"3"}}})
	res, data := ask()
	assert.Equal(t, http.StatusBadGateway, res.StatusCode)
	assert.Equal(t, "3", res.Header.Get("Retry-After"))
	assert.Contains(t, string(data), "<html>")
	remove()

	w.Fault(platform.Fault{ErrCode: -1, Count: 1, After: true})
	_, data = ask()
	assert.Equal(t, -1, faketest.ErrcodeOf(t, data))
	assert.Contains(t, string(data), "injected fault")

	w.Fault(platform.Fault{Body: `{"errcode":0,"err`, Count: 1})
	_, data = ask()
	assert.Equal(t, `{"errcode":0,"err`, string(data))

	w.Fault(platform.Fault{Path: path, Count: 1, Header: http.Header{"X-Note": {"yes"}}, Delay: time.Millisecond})
	res, data = ask()
	assert.Equal(t, "yes", res.Header.Get("X-Note"))
	assert.Zero(t, faketest.ErrcodeOf(t, data), "nothing but header and delay: the request is answered")

	w.Fault(platform.Fault{Path: "/cgi-bin/elsewhere", ErrCode: 1})
	_, data = ask()
	assert.Zero(t, faketest.ErrcodeOf(t, data))
	w.ClearFaults()

	log := w.RequestsTo(path)
	assert.Equal(t, []bool{false, true, true, false, true, true, true, true, false}, faultsOf(log))
	assert.Equal(t, 45009, log[1].ErrCode)
	assert.Equal(t, http.StatusBadGateway, log[4].Status)
}

func faultsOf(log []platform.Request) (out []bool) {
	for _, r := range log {
		out = append(out, r.Fault)
	}
	return out
}

func TestCutConnection(t *testing.T) {
	t.Parallel()
	w := faketest.New(t, platform.Options{})
	for _, after := range []bool{false, true} {
		code := w.AuthCode(faketest.Suite)
		value, err := w.IssueToken(spec.CredentialSuite, faketest.Suite, "")
		require.NoError(t, err)
		remove := w.Fault(platform.Fault{Path: "/cgi-bin/service/v2/get_permanent_code", Cut: true, After: after})
		_, err = http.Post(w.HTTP.URL+"/cgi-bin/service/v2/get_permanent_code?suite_access_token="+value, "application/json", strings.NewReader(`{"auth_code":"`+code+`"}`))
		require.Error(t, err)
		remove()
		want := 0
		if after {
			want = 40078 // it had been carried out
		}
		assert.Equal(t, want, faketest.Errcode(w.Call("get_permanent_code_v2", obj{"auth_code": code})))
	}
	assert.Zero(t, w.RequestsTo("/cgi-bin/service/v2/get_permanent_code")[0].Status)
}

// What was carried out is told, though its answer is lost.
func TestWhatACutRequestHasDoneIsTold(t *testing.T) {
	t.Parallel()
	w := faketest.New(t, platform.Options{})
	w.AuthCode(faketest.Suite)
	join(w)
	value, err := w.IssueToken(spec.CredentialCorp, faketest.Suite, faketest.Corp)
	require.NoError(t, err)
	w.Fault(platform.Fault{Path: scribePath, Count: 1, Cut: true, After: true})
	_, err = http.Post(w.HTTP.URL+scribePath+"?access_token="+value, "application/json", strings.NewReader("{}"))
	require.Error(t, err)
	w.Settled()
	assert.Equal(t, []string{"asked"}, told(w))
}

func TestHold(t *testing.T) {
	t.Parallel()
	w := faketest.New(t, platform.Options{})
	gate := make(chan struct{})
	const path = "/cgi-bin/service/get_provider_token"
	w.Fault(platform.Fault{Path: path, Hold: gate})
	done := make(chan obj, 1)
	go func() {
		done <- w.Call("get_provider_token", obj{"corpid": faketest.Provider, "provider_secret": "provider-secret"})
	}()
	require.Eventually(t, func() bool { return w.Count(path) == 1 }, 5*time.Second, time.Millisecond)
	assert.Zero(t, w.Requests()[0].Status, "not answered yet")
	select {
	case <-done:
		require.Fail(t, "answered although held")
	default:
	}
	close(gate)
	assert.NotEmpty(t, (<-done)["provider_access_token"])

	w.ClearFaults()
	w.Fault(platform.Fault{Path: path, Delay: time.Hour})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	gone := make(chan error, 1)
	go func() {
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, w.HTTP.URL+path, strings.NewReader("{}"))
		if err == nil {
			_, err = w.HTTP.Client().Do(req)
		}
		gone <- err
	}()
	require.Eventually(t, func() bool { return w.Count(path) == 2 }, 5*time.Second, time.Millisecond)
	cancel()
	require.ErrorIs(t, <-gone, context.Canceled)
}
