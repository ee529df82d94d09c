package token_test

import (
	"bytes"
	"context"
	"errors"
	"iter"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/token"
)

// badStore fails where it is told to: for keys of one kind, in one operation.
type badStore struct {
	token.Store
	op, kind string
}

func (s *badStore) fails(op, key string) error {
	if strings.Contains(key+"/", "//") {
		panic("a key with an empty part: " + key)
	}
	if op == s.op && strings.Contains(key, "/"+s.kind+"/") {
		return errors.New("the disk is broken")
	}
	return nil
}

func (s *badStore) Get(ctx context.Context, key string) ([]byte, error) {
	if err := s.fails("get", key); err != nil {
		return nil, err
	}
	return s.Store.Get(ctx, key)
}

func (s *badStore) Put(ctx context.Context, key string, value []byte, ttl time.Duration) error {
	if err := s.fails("put", key); err != nil {
		return err
	}
	return s.Store.Put(ctx, key, value, ttl)
}

func (s *badStore) Delete(ctx context.Context, key string) error {
	if err := s.fails("delete", key); err != nil {
		return err
	}
	return s.Store.Delete(ctx, key)
}

func (s *badStore) Lock(ctx context.Context, key string) (func(), error) {
	if err := s.fails("lock", key); err != nil {
		return nil, err
	}
	return s.Store.(token.Locker).Lock(ctx, key)
}

func (s *badStore) List(ctx context.Context, prefix string) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		if err := s.fails("list", prefix+"x"); err != nil {
			yield("", err)
			return
		}
		s.Store.(token.Lister).List(ctx, prefix)(yield)
	}
}

// life takes an installation through all that this package does with it. A store that fails
// "at last" does so when it is removed.
func (w *world) life(t *testing.T, store *badStore) {
	t.Helper()
	api := w.process(t, store)
	ticket, err := w.NewTicket(suiteId)
	require.NoError(t, err)
	_ = api.SetSuiteTicket(seen.secret(ticket), time.Now())
	_ = api.SetInstallation(slowInstallation)
	_ = api.WithCorp(corpId).RemoveInstallation()
	_, _ = exchange(api, w.authCode(t))
	api = api.WithCorp(corpId)
	_, err = api.Installation()
	require.NoError(t, err)
	require.NoError(t, do(api, corpCall))
	_, err = api.AgentId()
	require.NoError(t, err)
	_, err = api.CachedTicket("/cgi-bin/get_jsapi_ticket", nil)
	require.NoError(t, err)
	store.op = strings.TrimSuffix(store.op, " at last")
	_ = api.RemoveInstallation()
}

// Whatever of the Store fails, the work goes on, and the log says what failed, where and
// why. A Store that works is not spoken of.
// G: store/down hook/logger
func TestTheLogSaysWhatTheStoreFailedIn(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ op, kind, doing string }{
		{"", "", ""},
		{"get", "token", "reading a token"},
		{"put", "token", "saving a token"},
		{"lock", "token", "locking a key"},
		{"delete", "token", "removing a token"},
		{"get", "ticket", "reading the suite_ticket"},
		{"lock", "ticket", "locking a key"},
		{"put", "installation", "saving an installation"},
		{"lock", "installation", "locking a key"},
		{"get", "exchange", "reading an exchange"},
		{"put", "exchange", "saving an exchange"},
		{"put at last", "exchange", "clearing an exchange"},
		{"get at last", "exchange", "clearing an exchange"},
		{"lock", "exchange", "locking a key"},
		{"get", "jsticket", "reading a token"},
		{"put", "jsticket", "saving a token"},
		{"delete", "jsticket", "removing a token"},
		{"list", "jsticket", "looking for JS tickets"},
	} {
		synctest.Test(t, func(t *testing.T) {
			var log bytes.Buffer
			w := newBubble(t)
			w.cfg.Logger = slog.New(slog.NewTextHandler(&log, nil))
			w.life(t, &badStore{token.NewMemoryStore(), row.op, row.kind})
			if row.op == "" {
				assert.Empty(t, log.String())
				return
			}
			var found bool
			for line := range strings.Lines(log.String()) {
				require.Contains(t, line, "the disk is broken", "of nothing else")
				require.Contains(t, line, "/"+row.kind+"/")
				require.Contains(t, line, "level=WARN")
				found = found || strings.Contains(line, `doing="`+row.doing+`"`)
			}
			assert.True(t, found, "%s %s: %s in %s", row.op, row.kind, row.doing, log.String())
		})
	}
}

// A caller without time does not wait until another has saved an installation: he gets what
// this process knows, and the log says why it is still not saved.
// G: token/context install/kept
func TestACallerInAHurryGetsTheUnsavedInstallation(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		w := newBubble(t)
		w.cfg.Logger = slog.New(slog.NewTextHandler(&log, nil))
		bad := &badStore{token.NewMemoryStore(), "put", "installation"}
		api := w.process(t, slowPuts{bad}).WithCorp(corpId)
		require.Error(t, api.SetInstallation(slowInstallation))
		go func() { _ = api.SetInstallation(slowInstallation) }()
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second/2)
		defer cancel()
		in, err := api.WithContext(ctx).Installation()
		require.NoError(t, err)
		assert.Equal(t, slowInstallation.PermanentCode, in.PermanentCode)
		require.ErrorIs(t, ctx.Err(), context.DeadlineExceeded)
		assert.Contains(t, log.String(), "saving an installation")
		assert.Contains(t, log.String(), "deadline exceeded")
		time.Sleep(time.Second)
	})
}
