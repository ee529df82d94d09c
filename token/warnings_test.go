package token_test

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/jarcoal/httpmock"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/data"
	"github.com/gothird/wecom/internal/clock/clocktest"
	"github.com/gothird/wecom/internal/fakewecom/platform"
	"github.com/gothird/wecom/token"
)

// logged is a Config.Logger and what it was told.
type logged struct{ bytes.Buffer }

func (l *logged) hook(cfg *token.Config) { cfg.Logger = slog.New(slog.NewTextHandler(&l.Buffer, nil)) }

// one requires one warning with these parts in it, and empties the log.
func (l *logged) one(t *testing.T, parts ...string) {
	t.Helper()
	text := l.String()
	l.Reset()
	require.Equal(t, 1, strings.Count(text, "\n"), text)
	for _, part := range append(parts, "level=WARN") {
		assert.Contains(t, text, part)
	}
}

// What calls do not return as an error, and somebody should know of, is logged once, with
// whom it is about.
// G: hook/logger
func TestWarningsSayWhomTheyAreAbout(t *testing.T) {
	t.Parallel()
	clocktest.Hold(t)
	whose := []string{"suite=" + suiteId, "corp=" + corpId}
	synctest.Test(t, func(t *testing.T) {
		log := new(logged)
		w := newBubble(t, log.hook)
		require.NoError(t, do(w.api, corpCall))
		time.Sleep(2*time.Hour - 4*time.Minute)
		w.ticket(w.api)
		require.NoError(t, do(w.api, suiteCall))
		w.Fault(platform.Fault{Path: corpPath, ErrCode: 45009, Count: 1})
		require.NoError(t, do(w.api, corpCall))
		synctest.Wait()
		log.one(t, append(whose, "renewing a token failed; the old one goes on", "kind=corp", "45009")...)
	})
	synctest.Test(t, func(t *testing.T) {
		log := new(logged)
		w := newBubble(t, log.hook)
		body, err := os.ReadFile(filepath.Join("testdata", "exchange", "control-character.json"))
		require.NoError(t, err)
		w.Fault(platform.Fault{Path: exchangePath, HTTPStatus: 502, Body: string(body), Count: 1})
		_, first, err := w.api.Exchange(seen.secret("auth-code-of-an-answer-with-a-bad-status"), exchangeEp)
		require.NoError(t, err)
		seen.secret(first.AcsToken)
		assert.NotContains(t, log.String(), "permanent-code-of-the-odd-answer")
		log.one(t, whose[0], "the answer to an auth code is malformed", "err=")
	})
	synctest.Test(t, func(t *testing.T) {
		log := new(logged)
		w := newBubble(t, log.hook)
		store := &spyStore{Store: token.NewMemoryStore(), failPut: failInstallations}
		api := w.process(t, store)
		w.ticket(api)
		require.Error(t, api.SetInstallation(token.Installation{CorpId: corpId, PermanentCode: seen.secret("a-dead-permanent-code")}))
		store.failPut = nil
		in := w.install(t, suiteId, corpId)
		require.NoError(t, w.process(t, store).SetInstallation(in))
		got, err := api.WithCorp(corpId).Installation()
		require.NoError(t, err)
		assert.Equal(t, in.PermanentCode, got.PermanentCode)
		log.one(t, append(whose, "was not saved in time is given up", "err=")...)
	})
}

// A success that warns, and a field of another shape, are logged with the path; a field once,
// whatever its place in a list.
// G: hook/logger request/lenient error/details
func TestOddSuccessesAreLogged(t *testing.T) {
	t.Parallel()
	log := new(logged)
	cfg := token.Config{SuiteId: suiteId, SuiteSecret: suiteSecret}
	log.hook(&cfg)
	mock := httpmock.NewMockTransport()
	cfg.HTTPClient = &http.Client{Transport: mock}
	api, err := token.New(cfg) // without hooks
	require.NoError(t, err)
	api = api.WithCorp(corpId)
	mock.RegisterNoResponder(httpmock.NewStringResponder(200, `{"errcode":0,"errmsg":"WARNING: too few licences"}`))
	require.NoError(t, api.Do(none, nil, nil))
	log.one(t, "done, with a warning", "path="+none.Path, "suite="+suiteId, "corp="+corpId, "too few licences")

	mock.RegisterNoResponder(httpmock.NewStringResponder(200, `{"errcode":0,"list":[{"a":1},{"a":{}},{"a":[{}]}]}`))
	var out struct {
		List []struct {
			A int `json:"a"`
		} `json:"list"`
	}
	for range 2 {
		require.NoError(t, api.Do(none, nil, &out))
		require.Len(t, out.List, 3)
		assert.Equal(t, 1, out.List[0].A)
	}
	log.one(t, "of another shape than documented", "path="+none.Path, "field=")
	other := none
	other.Path = "/cgi-bin/other"
	require.NoError(t, api.Do(other, nil, &out))
	log.one(t, "path="+other.Path)
}

// A success may carry a warning; it is not lost, and echoes nothing.
// G: secret/echo error/details
func TestWarnings(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	var warnings []string
	mock := httpmock.NewMockTransport()
	mock.RegisterNoResponder(httpmock.NewStringResponder(200, `{"errcode":0,"errmsg":"ok, WARNING: no app order for auth-code-in-a-warning"}`))
	api, err := token.New(token.Config{
		CorpId: providerId, ProviderSecret: providerSecret, HTTPClient: &http.Client{Transport: mock},
		Logger: slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelWarn})),
		OnCall: func(_ context.Context, info token.CallInfo) { warnings = append(warnings, info.Warning) },
	})
	require.NoError(t, err)
	var out struct{}
	require.NoError(t, api.Do(none, data.D{"auth_code": "auth-code-in-a-warning"}, &out))
	require.NoError(t, api.Do(none, data.D{"auth_code": "auth-code-in-a-warning"}, nil))
	want := "ok, WARNING: no app order for ***"
	assert.Equal(t, []string{want, want}, warnings)
	assert.Equal(t, 2, strings.Count(log.String(), want))
}
