package token_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/fakewecom/platform"
	"github.com/gothird/wecom/token"
)

// A Logger may change the very corp or suite that a record is about, also while the work
// that wrote it holds the locks.
// G: hook/may-call
func TestLoggerMayChangeWhatItHearsOf(t *testing.T) {
	t.Parallel()
	broken := errors.New("out of order")
	for name, tt := range map[string]struct {
		op, kind string // at which the Store fails
		do       func(w *world, api *token.Api, in token.Installation) error
	}{
		"Removal": {"Delete", "", func(_ *world, api *token.Api, _ token.Installation) error { return api.RemoveInstallation() }},
		"Lock":    {"Lock", "installation/", func(_ *world, api *token.Api, in token.Installation) error { return api.SetInstallation(in) }},
		"AgentId": {"Put", "installation/", func(_ *world, api *token.Api, _ token.Installation) error { _, err := api.AgentId(); return err }},
		"Ticket": {"Get", "ticket/", func(_ *world, api *token.Api, _ token.Installation) error {
			return api.SetSuiteTicket("a-later-ticket", time.Now())
		}},
		"Token": {"Put", "token/", func(_ *world, api *token.Api, _ token.Installation) error {
			_, err := api.AccessToken(token.Corp)
			return err
		}},
	} {
		onLog := func(t *testing.T, set func(h *callingHandler, do func())) {
			t.Parallel()
			w := newWorld(t)
			store := &brokenStore{Store: token.NewMemoryStore()}
			h := new(callingHandler)
			w.cfg.Logger = slog.New(h)
			api := w.process(t, store).WithCorp(corpId)
			w.ticket(api)
			in := w.install(t, suiteId, corpId)
			in.AgentId = 0
			require.NoError(t, api.SetInstallation(in))
			store.fail(tt.op, tt.kind, broken)
			var logged atomic.Int32
			set(h, func() {
				if logged.Add(1) > 1 {
					return
				}
				store.fail("", "", nil)
				ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
				defer cancel()
				assert.NoError(t, api.WithContext(ctx).SetInstallation(in), "it waited for itself")
				began := time.Now()
				assert.NoError(t, api.WithContext(ctx).SetSuiteTicket("the-logger-s-ticket", time.Now()))
				assert.Less(t, time.Since(began), time.Second/2, "it waited for itself")
			})
			inTime(t, 20*time.Second, func() { require.NoError(t, tt.do(w, api, in)) })
			assert.NotZero(t, logged.Load())
		}
		t.Run(name, func(t *testing.T) {
			onLog(t, func(h *callingHandler, do func()) { h.call = do })
		})
		t.Run(name+"Enabled", func(t *testing.T) {
			onLog(t, func(h *callingHandler, do func()) { h.asked = do })
		})
	}
}

// brokenStore fails where it is told to.
type brokenStore struct {
	token.Store
	broken atomic.Pointer[brokenAt]
}

type brokenAt struct {
	op, kind string
	err      error
}

func (s *brokenStore) fail(op, kind string, err error) { s.broken.Store(&brokenAt{op, kind, err}) }

func (s *brokenStore) check(op, key string) error {
	if b := s.broken.Load(); b != nil && b.op == op && strings.Contains(key, b.kind) {
		return b.err
	}
	return nil
}

func (s *brokenStore) Get(ctx context.Context, key string) ([]byte, error) {
	if err := s.check("Get", key); err != nil {
		return nil, err
	}
	return s.Store.Get(ctx, key)
}

func (s *brokenStore) Put(ctx context.Context, key string, value []byte, ttl time.Duration) error {
	if err := s.check("Put", key); err != nil {
		return err
	}
	return s.Store.Put(ctx, key, value, ttl)
}

func (s *brokenStore) Delete(ctx context.Context, key string) error {
	if err := s.check("Delete", key); err != nil {
		return err
	}
	return s.Store.Delete(ctx, key)
}

func (s *brokenStore) Lock(ctx context.Context, key string) (unlock func(), err error) {
	if err := s.check("Lock", key); err != nil {
		return nil, err
	}
	return s.Store.(token.Locker).Lock(ctx, key)
}

// A Logger that panics is none of the flight's business.
// G: error/panics
func TestLoggerThatPanics(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := new(callingHandler)
		w := newBubble(t, func(cfg *token.Config) { cfg.Logger = slog.New(h) })
		_, err := w.api.AccessToken(token.Provider)
		require.NoError(t, err)
		logged := 0
		h.call = func() {
			logged++
			panic("no disk")
		}
		time.Sleep(116 * time.Minute)
		w.Fault(platform.Fault{Path: providerPath, HTTPStatus: 502})
		_, err = w.api.AccessToken(token.Provider)
		require.NoError(t, err)
		time.Sleep(time.Minute)
		synctest.Wait()
		assert.Equal(t, 2, logged, "the record, and the report of its panic")
		_, err = w.api.AccessToken(token.Provider)
		require.NoError(t, err)
		time.Sleep(time.Minute)
		synctest.Wait()
	})
}

// Levels, attributes and groups of the user's Logger hold for what is put off, too.
// G: hook/logger
func TestLevelsOfTheLoggerHold(t *testing.T) {
	t.Parallel()
	for level, want := range map[slog.Level]int{slog.LevelWarn: 1, slog.LevelError: 0} {
		w := newWorld(t)
		store := &brokenStore{Store: token.NewMemoryStore()}
		var log bytes.Buffer
		w.cfg.Logger = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: level})).With("app", "orders")
		api := w.process(t, store)
		store.fail("Put", "token/", errors.New("full"))
		_, err := api.AccessToken(token.Provider)
		require.NoError(t, err)
		assert.Equal(t, want, strings.Count(log.String(), "app=orders"), log.String())
	}
}

// What is done with the context of a hook after the flight's end is told at once.
// G: hook/may-call
func TestTheContextOfAHookMayBeUsedLater(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var kept context.Context
	told := 0
	w.cfg.OnToken = func(ctx context.Context, _ token.TokenInfo) { kept = ctx }
	w.cfg.OnCall = func(context.Context, token.CallInfo) { told++ }
	api := newApi(t, w.cfg)
	_, err := api.AccessToken(token.Provider)
	require.NoError(t, err)
	require.Equal(t, 1, told)
	_ = api.WithContext(context.WithoutCancel(kept)).Do(none, nil, nil) // the answer does not matter
	assert.Equal(t, 2, told)
}

// Everything that guards a secret does so through real log handlers, by value and by
// pointer.
// G: secret/printed
func TestLogsShowNoSecret(t *testing.T) {
	t.Parallel()
	cfg := token.Config{CorpId: providerId, ProviderSecret: seen.secret("logged-provider-secret"), SuiteId: suiteId, SuiteSecret: seen.secret("logged-suite-secret")}
	in := token.Installation{CorpId: corpId, PermanentCode: seen.secret("logged-permanent-code")}
	static := token.Static(seen.secret("logged-static-token"))
	api, err := token.New(cfg)
	require.NoError(t, err)
	for name, v := range map[string]any{
		"config": cfg, "config pointer": &cfg, "installation": in, "installation pointer": &in, "credential": static, "credential pointer": &static,
		"api": api, "api value": *api, "handle": api.Corp(), "endpoint": token.Endpoint{Path: "/x", Credential: static},
	} {
		var text, js bytes.Buffer
		slog.New(slog.NewTextHandler(&text, nil)).Info("logged", "v", v)
		slog.New(slog.NewJSONHandler(&js, nil)).Info("logged", "v", v, slog.Group("g", "v", v))
		for _, line := range []string{text.String(), js.String()} {
			seen.text(line)
			for _, secret := range []string{"logged-provider-secret", "logged-suite-secret", "logged-permanent-code", "logged-static-token"} {
				assert.NotContains(t, line, secret, name)
			}
			if strings.HasPrefix(name, "config") || strings.HasPrefix(name, "installation") {
				assert.Contains(t, line, "***", name)
			}
		}
	}
}
