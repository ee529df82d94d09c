package service

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gothird/wecom/internal/fakewecom"
	"github.com/gothird/wecom/token"
	"github.com/stretchr/testify/require"
)

const (
	worldProvider = "ww00000000provider"
	worldSuite    = "ww0000000000suite1"
	worldTemplate = "dk000000000000tmpl"
	worldCorp     = "wpAbCdEf0000000001"
)

// world is a fake WeCom, served over loopback, with a third-party app, a template and a
// corp that has installed nothing.
type world struct {
	*fakewecom.Server
	url    string
	client *http.Client
}

func newWorld(t testing.TB) *world {
	s := fakewecom.New(fakewecom.Options{})
	require.NoError(t, s.AddProvider(fakewecom.Provider{CorpId: worldProvider, Secret: "provider-secret"}))
	command := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "success") }))
	t.Cleanup(command.Close)
	require.NoError(t, s.AddSuite(fakewecom.Suite{Id: worldSuite, Secret: "suite-secret", Name: "CRM",
		Command: fakewecom.Callback{URL: command.URL, Token: "CallbackToken1", EncodingAESKey: strings.Repeat("abcdefg", 6) + "h"}}))
	require.NoError(t, s.AddSuite(fakewecom.Suite{Id: worldTemplate, Secret: "suite-secret", Template: true}))
	require.NoError(t, s.AddCorp(fakewecom.Corp{Id: worldCorp, Name: "Riverside", Members: []fakewecom.Member{
		{UserId: "woAnna", Name: "Anna", Admin: true}, {UserId: "woBo", Name: "Bo"},
	}}))
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	return &world{Server: s, url: server.URL, client: server.Client()}
}

// api makes an Api of one suite with a ticket; Apis with the same store are processes of
// one service.
func (w *world) api(t testing.TB, suite string, store token.Store) *token.Api {
	api, err := token.New(token.Config{
		CorpId: worldProvider, ProviderSecret: "provider-secret", SuiteId: suite, SuiteSecret: "suite-secret",
		Store: store, BaseURL: w.url, HTTPClient: w.client,
	})
	require.NoError(t, err)
	ticket, err := w.NewTicket(suite)
	require.NoError(t, err)
	require.NoError(t, api.SetSuiteTicket(ticket, time.Now()))
	return api
}

// authCode is what an administrator's consent brings.
func (w *world) authCode(t testing.TB, suite string) string {
	code, err := w.Install(context.Background(), suite, worldCorp, fakewecom.InstallOptions{FromProviderSite: true})
	require.NoError(t, err)
	return code
}

// sent is one request that a script got.
type sent struct {
	path  string
	query url.Values
	body  string
}

// script answers the requests to endpoints one after the other, and token endpoints with
// tokens. Requests beyond the last answer fail the test.
type script struct {
	t       testing.TB
	answers []string

	mu  sync.Mutex
	got []sent
}

func newScript(t testing.TB, answers ...string) (*script, *token.Api) {
	s := &script{t: t, answers: answers}
	return s, newApi(t)(context.Background(), s)
}

func (s *script) RoundTrip(r *http.Request) (*http.Response, error) {
	w := httptest.NewRecorder()
	switch r.URL.Path {
	case "/cgi-bin/service/get_provider_token", "/cgi-bin/service/get_suite_token", "/cgi-bin/service/get_corp_token":
		_, _ = io.WriteString(w, `{"provider_access_token":"P","suite_access_token":"S","access_token":"C","expires_in":7200}`)
		return w.Result(), nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	var body []byte
	if r.Body != nil {
		body, _ = io.ReadAll(r.Body)
	}
	s.got = append(s.got, sent{r.URL.Path, r.URL.Query(), string(body)})
	if len(s.got) > len(s.answers) {
		s.t.Errorf("request %d to %s was not expected: %s", len(s.got), r.URL.Path, body)
		w.WriteHeader(http.StatusTeapot)
		return w.Result(), nil
	}
	_, _ = io.WriteString(w, s.answers[len(s.got)-1])
	return w.Result(), nil
}
