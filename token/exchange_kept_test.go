package token_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/clock/clocktest"
	"github.com/gothird/wecom/internal/fakewecom/platform"
	"github.com/gothird/wecom/token"
)

// Callback and redirect come to one process at once: it sends the code once, without any help
// of the Store.
// G: install/one-exchange install/without-locks
func TestExchangeAtOnceWithoutLocks(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newBubble(t)
		api := w.process(t, withoutLock{token.NewMemoryStore()})
		w.ticket(api)
		code := w.authCode(t)
		w.Fault(platform.Fault{Path: exchangePath, Delay: time.Second})
		errs := all(20, func(int) error {
			_, err := exchange(api, code)
			return err
		})
		require.NoError(t, errors.Join(errs...))
		assert.Equal(t, 1, w.Count(exchangePath))
	})
}

// An answer that could not be made an installation, beside an older one: the process, and
// one after it, remember which installation it replaces, and need no word of WeCom.
// G: install/crash install/kept
func TestAKeptAnswerIsSavedWithoutAskingWeCom(t *testing.T) {
	t.Parallel()
	for _, crash := range []bool{false, true} {
		w := newWorld(t)
		store := &spyStore{Store: token.NewMemoryStore()}
		api := w.process(t, store)
		w.ticket(api)
		require.NoError(t, api.SetInstallation(slowInstallation))
		code := w.authCode(t)
		store.failPut = failInstallations
		_, err := exchange(api, code)
		require.ErrorContains(t, err, "the disk is full")
		store.failPut = nil
		w.Fault(platform.Fault{Path: corpPath, ErrCode: 45009})
		if crash {
			api = w.process(t, store)
		}
		in, err := exchange(api, code)
		require.NoError(t, err)
		stored, err := w.process(t, store).WithCorp(corpId).Installation()
		require.NoError(t, err)
		assert.Equal(t, in.PermanentCode, stored.PermanentCode)
	}
}

// A kept answer is found in memory too, when the Store can't be read: the code, which is
// used up, is not sent again.
// G: install/kept
func TestAKeptAnswerIsFoundWithTheStoreUnread(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	store, api, code := w.keptExchange(t)
	store.failGet = failExchanges
	store.failPut = nil
	_, err := exchange(api, code)
	require.NoError(t, err)
	assert.Equal(t, 1, w.Count(exchangePath))
}

// slowPuts takes a second for each write, and heeds its context.
type slowPuts struct{ token.Store }

func (s slowPuts) Put(ctx context.Context, key string, value []byte, ttl time.Duration) error {
	select {
	case <-time.After(time.Second):
		return s.Store.Put(ctx, key, value, ttl)
	case <-ctx.Done():
		return ctx.Err()
	}
}

// An answer that comes at the very end of the time that an exchange has is saved all the
// same.
// G: install/slow-answer
func TestAnAnswerInTheLastSecondIsSaved(t *testing.T) {
	t.Parallel()
	clocktest.Hold(t)
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		store := slowPuts{token.NewMemoryStore()}
		w := newBubble(t, func(cfg *token.Config) { cfg.Logger = slog.New(slog.NewTextHandler(&log, nil)) })
		api := w.process(t, store)
		w.ticket(api)
		require.NoError(t, do(api, suiteCall))
		code := w.authCode(t)
		w.Fault(platform.Fault{Path: exchangePath, Delay: 59500 * time.Millisecond, ErrCode: 42009, Count: 1}) // a new suite token takes a second
		w.Fault(platform.Fault{Path: exchangePath, Delay: 59 * time.Second, Count: 1})
		began := time.Now()
		_, err := exchange(api, code)
		require.NoError(t, err)
		assert.Greater(t, time.Since(began), 2*time.Minute, "the limit of an exchange")
		assert.Empty(t, log.String())
		assert.Equal(t, 2, w.Count(exchangePath))
		_, err = w.process(t, store).WithCorp(corpId).Installation()
		require.NoError(t, err)
	})
}

// Answers that the Store never took are dropped from memory a day after they became
// installations.
// G: install/kept
func TestFinishedExchangesDoNotPileUpInMemory(t *testing.T) {
	t.Parallel()
	clocktest.Hold(t)
	synctest.Test(t, func(t *testing.T) {
		w := newBubble(t)
		store := &spyStore{Store: token.NewMemoryStore(), failPut: func(key string) error {
			if strings.Contains(key, "/exchange/") {
				return errDown
			}
			return nil
		}}
		api := w.process(t, store)
		w.ticket(api)
		codes := func(n int) {
			for range n {
				_, err := exchange(api, w.authCode(t))
				require.NoError(t, err)
			}
		}
		codes(130)
		require.Equal(t, 130, token.ExchangesKept(api))
		time.Sleep(26 * time.Hour)
		w.ticket(api)
		codes(130)
		assert.LessOrEqual(t, token.ExchangesKept(api), 260-65, "the old ones have gone")
		assert.GreaterOrEqual(t, token.ExchangesKept(api), 130, "the new ones have not")
	})
}
