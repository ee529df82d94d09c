package main

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// answering is a sandbox of canned answers by method and path; it keeps what was sent.
func answering(t *testing.T, answers map[string]string) (*sandbox, map[string]map[string]string) {
	sent := map[string]map[string]string{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		key := r.Method + " " + strings.TrimPrefix(r.URL.Path, "/api/v1")
		var in map[string]string
		assert.NoError(t, json.NewDecoder(r.Body).Decode(&in))
		sent[key] = in
		answer, ok := answers[key]
		if !ok {
			w.WriteHeader(http.StatusBadRequest)
			answer = "not today"
		}
		_, err := io.WriteString(w, answer)
		assert.NoError(t, err)
	}))
	t.Cleanup(server.Close)
	return &sandbox{base: server.URL, suites: []string{"wwApp", "dkTemplate"}}, sent
}

func (b *sandbox) post(page string, form url.Values) *http.Response {
	r := httptest.NewRequest(http.MethodPost, page, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	b.ServeHTTP(w, r)
	return w.Result()
}

const (
	installPage = "/3rdapp/install?suite_id=wwApp&state=S"
	loginPage   = "/connect/oauth2/authorize?appid=wwApp&redirect_uri=https%3A%2F%2Fapp.example%2Fin%3Fcorp%3Dx&state=S"
)

// A mark is replaced by its code, and the state comes back.
func TestWhereChoicesLead(t *testing.T) {
	t.Parallel()
	b, sent := answering(t, map[string]string{
		"POST /installs/follow": `{"redirect":"https://app.example/installed?auth_code=%238f3a12cd&state=S","auth_code":"#8f3a12cd"}`,
		"POST /logins":          `{"code":"#12345678"}`,
		"POST /reveal":          `{"secret":"a code&"}`,
	})
	res := b.post(installPage, url.Values{"corp": {"wpRiverside"}})
	assert.Equal(t, "https://app.example/installed?auth_code=a+code%26&state=S", res.Header.Get("Location"))
	assert.Equal(t, map[string]string{"corp_id": "wpRiverside", "link": "https://open.work.weixin.qq.com" + installPage}, sent["POST /installs/follow"])

	res = b.post(loginPage, url.Values{"corp": {"wpRiverside"}, "user": {"woLin"}})
	to, err := url.Parse(res.Header.Get("Location"))
	require.NoError(t, err)
	assert.Equal(t, url.Values{"corp": {"x"}, "code": {"a code&"}, "state": {"S"}}, to.Query())
	assert.Equal(t, map[string]string{"suite_id": "wwApp", "corp_id": "wpRiverside", "user_id": "woLin"}, sent["POST /logins"])
	assert.Equal(t, map[string]string{"mark": "#12345678"}, sent["POST /reveal"])

	b.post(strings.Replace(loginPage, "wwApp", "wpRiverside", 1), url.Values{"corp": {"wpRiverside"}, "user": {"woLin"}})
	assert.Equal(t, "dkTemplate", sent["POST /logins"]["suite_id"], "a customised app is named by its corp")
}

// What the sandbox refuses is shown, wherever it happens.
func TestRefusals(t *testing.T) {
	t.Parallel()
	logins := `{"code":"#12345678"}`
	for _, answers := range []map[string]string{nil, {"POST /logins": logins}, {"POST /logins": logins, "POST /reveal": "no JSON"}} {
		b, _ := answering(t, answers)
		for _, page := range []string{installPage, loginPage} {
			assert.Equal(t, http.StatusBadGateway, b.post(page, nil).StatusCode)
		}
		w := httptest.NewRecorder()
		b.ServeHTTP(w, httptest.NewRequest(http.MethodGet, loginPage, nil))
		assert.Equal(t, http.StatusBadGateway, w.Code)
		assert.Contains(t, w.Body.String(), "not today")
		_, err := b.environment(t.Context())
		require.ErrorContains(t, err, "GET /suites")
		require.ErrorContains(t, b.connect(t.Context(), "http://app.example"), "POST /urls")
	}
}

// Who ends the command early, or starts it elsewhere, is told what to do.
func TestNothingIsBuilt(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorContains(t, run(ctx, io.Discard), "is not built")
	t.Chdir(t.TempDir())
	require.ErrorContains(t, run(t.Context(), io.Discard), "start this in the folder of its module")
}
