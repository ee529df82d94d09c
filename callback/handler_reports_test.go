package callback

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Without OnError a refusal still leaves a trace, which shows no secret.
// G: receive/reports
func TestRefusalsAreLogged(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	var log bytes.Buffer
	in, err := NewInbox(Config{Logger: slog.New(slog.NewTextHandler(&log, nil))})
	require.NoError(t, err)
	h, err := in.Handler(s.api, s.appURL())
	require.NoError(t, err)
	h.ServeHTTP(httptest.NewRecorder(), s.build(request{token: ownToken, payload: infoDoc(siteSuite, "suite_ticket", "<SuiteTicket>the-ticket</SuiteTicket>")}))
	in.awaitReports()
	assert.Contains(t, log.String(), ErrSignature.Error())
	h.ServeHTTP(httptest.NewRecorder(), s.build(request{receiveId: "dkother", payload: infoDoc("dkother", "suite_ticket", "<SuiteTicket>the-ticket</SuiteTicket>")}))
	in.awaitReports()
	assert.Contains(t, log.String(), ErrReceiveId.Error())
	assert.Contains(t, log.String(), "suite_ticket", "which push it was")
	for _, secret := range []string{siteToken, siteKey, ownToken, "the-ticket"} {
		assert.NotContains(t, log.String(), secret)
	}
}

// OnError gets the notice of all that could be decrypted, and nil for the rest.
// G: receive/reports
func TestReportsHaveTheNotice(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.app()
	for name, c := range map[string]struct {
		request
		decrypted bool
	}{
		"forged":       {request{token: ownToken, receiveId: siteSuite, payload: infoDoc(siteSuite, "change_auth")}, false},
		"wrong key":    {request{key: ownKey, receiveId: siteSuite, payload: infoDoc(siteSuite, "change_auth")}, false},
		"other id":     {request{receiveId: "dk1", payload: infoDoc("dk1", "change_auth")}, true},
		"no document":  {request{receiveId: siteSuite, payload: "hello"}, true},
		"sent as echo": {request{method: "GET", receiveId: siteSuite, payload: infoDoc(siteSuite, "change_auth")}, true},
	} {
		s.send(c.request)
		require.Eventually(t, func() bool { s.mu.Lock(); defer s.mu.Unlock(); return len(s.told) == 1 }, 10*time.Second, time.Millisecond, name)
		s.mu.Lock()
		n := s.told[0].n
		s.mu.Unlock()
		assert.Equal(t, c.decrypted, n != nil, name)
		if n != nil {
			assert.Equal(t, c.receiveId, n.ReceiveId, name)
			assert.Equal(t, c.payload, string(n.Raw), name)
		}
		s.takeErrs(1)
	}
}

// The sender has its answer, and the next one too, however long it takes to tell somebody.
// G: receive/reports
func TestReportsDelayNoAnswer(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	release := make(chan struct{})
	in, err := NewInbox(Config{Logger: discard(), OnError: func(context.Context, *Notice, error) { <-release }})
	require.NoError(t, err)
	s.handlerOf(in, "/app", s.api, s.appURL())
	defer close(release)
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	for range 3 { // on one connection
		res, err := s.http.Do(s.build(request{token: ownToken}).WithContext(ctx))
		require.NoError(t, err)
		assert.Equal(t, http.StatusForbidden, res.StatusCode)
		assert.Equal(t, "Forbidden", s.body(res))
	}
}
