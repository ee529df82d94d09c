package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// call makes a call of an app.
func (r running) call(t *testing.T, path, body string) {
	t.Helper()
	res, err := http.Post(r.base+path, "application/json", strings.NewReader(body))
	require.NoError(t, err)
	_, _ = io.Copy(io.Discard, res.Body)
	require.NoError(t, res.Body.Close())
}

// A terminal shows what happens, each thing once, and nothing secret.
// G: command/sandbox-log
func TestSandboxLogsCallsAndPushes(t *testing.T) {
	t.Parallel()
	var asked atomic.Int32
	hook := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) {
		if asked.Add(1) == 1 {
			http.Error(rw, "not yet", http.StatusServiceUnavailable)
			return
		}
		_, _ = io.WriteString(rw, "success")
	}))
	defer hook.Close()
	r := environment{}.sandbox(t, "-log")
	r.call(t, "/cgi-bin/service/get_provider_token", `{"corpid":"ww","provider_secret":"a-secret-of-mine"}`)
	r.call(t, "/cgi-bin/nothing?access_token=another-secret", `{}`)
	r.call(t, "/cgi-bin/"+url.PathEscape("\x1b[2J"), `{}`)
	r.post(t, "/faults", `{"path":"/cgi-bin/service/get_suite_token","cut":true}`)
	if res, err := http.Post(r.base+"/cgi-bin/service/get_suite_token", "application/json", strings.NewReader(`{}`)); err == nil {
		_ = res.Body.Close()
	}
	r.post(t, "/urls", `{"command_url":"`+hook.URL+`"}`)
	o := r.end()
	for _, line := range []string{
		"! → POST /cgi-bin/service/get_provider_token  40013  ",
		"! → POST /cgi-bin/nothing  HTTP 404  ",
		"! → POST /cgi-bin/service/get_suite_token  no answer  ",
		"! ← suite_ticket  HTTP 503  ",
		"  ← suite_ticket (try 2)  HTTP 200  ",
	} {
		assert.Equal(t, 1, strings.Count(o.out, line), "%q in\n%s", line, o.out)
	}
	assert.NotContains(t, o.out, "secret-of-mine")
	assert.NotContains(t, o.out, "another-secret")
	assert.NotContains(t, o.out, "\x1b")
}

func TestSandboxLogSpeaksChinese(t *testing.T) {
	t.Parallel()
	r := environment{}.sandbox(t, "-log", "-lang", "zh", "-tries", "2")
	r.post(t, "/urls", `{"command_url":"http://127.0.0.1:1/"}`)
	out := r.end().out
	assert.Contains(t, out, "← suite_ticket  没有应答  ")
	assert.Contains(t, out, "← suite_ticket（第 2 次）  没有应答  ")
}

func TestSandboxIsSilentWithoutLog(t *testing.T) {
	t.Parallel()
	r := environment{}.sandbox(t)
	r.call(t, "/cgi-bin/nothing", `{}`)
	assert.NotContains(t, r.end().out, "/cgi-bin/nothing")
}
