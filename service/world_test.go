package service

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"sync"
	"testing"

	"github.com/gothird/wecom/internal/fakewecom/platform"
	"github.com/gothird/wecom/internal/inprocess"
	"github.com/gothird/wecom/internal/testworld"
	"github.com/gothird/wecom/token"
	"github.com/stretchr/testify/require"
)

const (
	worldSuite    = testworld.Suite
	worldTemplate = testworld.Template
	worldCorp     = testworld.Corp
)

// world is the shared test world, in which nothing is installed.
type world struct{ *testworld.World }

// newWorld serves it over loopback.
func newWorld(t testing.TB) *world { return &world{testworld.Loopback(t, platform.Options{}, nil)} }

// newBubble serves it without sockets, for tests on a fake clock.
func newBubble() *world { return &world{testworld.New(platform.Options{}, nil)} }

// api makes an Api of one suite with a ticket; Apis with the same store are processes of
// one service.
func (w *world) api(t testing.TB, suite string, store token.Store) *token.Api {
	cfg := w.Config()
	cfg.Store = store
	if suite == worldTemplate {
		cfg.SuiteId, cfg.SuiteSecret = suite, testworld.TemplateSecret
	}
	api, err := token.New(cfg)
	require.NoError(t, err)
	w.SetTicket(api)
	return api
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
	return s, newApi(t)(context.Background(), inprocess.Transport(s))
}

func (s *script) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch r.URL.Path {
	case "/cgi-bin/service/get_provider_token", "/cgi-bin/service/get_suite_token", "/cgi-bin/service/get_corp_token":
		_, _ = io.WriteString(w, `{"provider_access_token":"P","suite_access_token":"S","access_token":"C","expires_in":7200}`)
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	body, _ := io.ReadAll(r.Body)
	s.got = append(s.got, sent{r.URL.Path, r.URL.Query(), string(body)})
	if len(s.got) > len(s.answers) {
		s.t.Errorf("request %d to %s was not expected: %s", len(s.got), r.URL.Path, body)
		w.WriteHeader(http.StatusTeapot)
		return
	}
	_, _ = io.WriteString(w, s.answers[len(s.got)-1])
}
