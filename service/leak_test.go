package service

import (
	"context"
	"fmt"
	"log/slog"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/gothird/wecom/access"
	"github.com/gothird/wecom/internal/fakewecom/platform"
	"github.com/gothird/wecom/token"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// lockedText collects what is shown.
type lockedText struct {
	mu sync.Mutex
	b  strings.Builder
}

func (l *lockedText) add(format string, args ...any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	fmt.Fprintf(&l.b, format+"\n", args...)
}

// Write takes a log.
func (l *lockedText) Write(p []byte) (int, error) {
	l.add("%s", p)
	return len(p), nil
}

func (l *lockedText) logger() *slog.Logger {
	return slog.New(slog.NewJSONHandler(l, &slog.HandlerOptions{Level: slog.LevelDebug}))
}

func (l *lockedText) text() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// watched is the Config of an Api whose log and hooks are written to log.
func (w *world) watched(log *lockedText) token.Config {
	cfg := w.Config()
	cfg.Logger = log.logger()
	cfg.OnCall = func(_ context.Context, info token.CallInfo) { log.add("%+v %#v", info, info) }
	cfg.OnToken = func(_ context.Context, info token.TokenInfo) { log.add("%+v %#v", info, info) }
	return cfg
}

// G: secret/texts
func TestNoTextHoldsAJsTicket(t *testing.T) {
	t.Parallel()
	const ticket = "kgt8ON7yVITDhtdwci0qeT-secret/+="
	w := newWorld(t)
	var log lockedText
	cfg := w.watched(&log)
	var value access.Value
	for _, body := range []string{
		`{"errcode":0,"errmsg":"ok","ticket":"` + ticket + `","expires_in":72`,
		`{"ticket":"` + ticket + `"}`, `{"errcode":0,"errmsg":"ok","ticket":"","jsapi_ticket":"","access_token":"` + ticket + `"}`,
		`{"errcode":40001,"errmsg":"no","ticket":"` + ticket + `"}`,
		`{"errcode":0,"errmsg":"ok","ticket":"` + ticket + `","expires_in":7200}`,
	} {
		w.ClearFaults()
		_ = w.Cancel(t.Context(), worldSuite, worldCorp) // not the first time
		cfg.Store = token.NewMemoryStore()
		w.installed(t, cfg.Store)
		w.Fault(platform.Fault{Path: jsTicketPath, Body: body})
		api, err := token.New(cfg) // that knows nothing of the answers before
		require.NoError(t, err)
		api = api.WithCorp(worldCorp)
		s, err := JsConfig(api, page)
		log.add("%v %+v %#v %+v %s", err, err, err, s, asJSON(t, s))
		value, err = api.CachedTicket(jsTicketPath, nil)
		log.add("%v %+v %#v %v %+v", value, value, value, err, api)
		raw, err := GetJsapiTicket(api)
		log.add("%v %+v %#v %v", raw, raw, raw, err)
	}
	require.Equal(t, ticket, value.AcsToken, "it was there to leak")
	text := log.text()
	require.Contains(t, text, jsTicketPath)
	for _, secret := range slices.Concat(w.Secrets(), []string{ticket, url.QueryEscape(ticket)}) {
		if len(secret) >= 16 {
			assert.NotContains(t, text, secret)
		}
	}
}
