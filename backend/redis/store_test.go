package wecomredis_test

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	wecomredis "github.com/gothird/wecom/backend/redis"
	"github.com/gothird/wecom/token"
)

func value(t *testing.T, s token.Store, key string) string {
	t.Helper()
	v, err := s.Get(t.Context(), key)
	require.NoError(t, err)
	return string(v)
}

// The server decides when a value has expired.
func TestLivesOfValues(t *testing.T) {
	t.Parallel()
	c, prefix := sharedClient(t)
	s, ctx := newStore(t, c, prefix), t.Context()
	life := func(ttl time.Duration) time.Duration {
		require.NoError(t, s.Put(ctx, "k", []byte("v"), ttl))
		left, err := c.PTTL(ctx, prefix+"{store/k}value").Result()
		require.NoError(t, err)
		return left
	}
	assert.Equal(t, time.Duration(-1), life(0), "for ever")
	assert.InDelta(t, 2*time.Hour, life(2*time.Hour), float64(10*time.Second))
	assert.InDelta(t, 90500*time.Millisecond, life(90500*time.Millisecond), float64(10*time.Second))
	assert.Equal(t, time.Duration(-1), life(0), "for ever again")
	for _, gone := range []time.Duration{-1, -time.Hour} {
		require.NoError(t, s.Put(ctx, "k", []byte("v"), 0))
		require.NoError(t, s.Put(ctx, "k", []byte("v"), gone))
		_, err := s.Get(ctx, "k")
		require.ErrorIs(t, err, token.ErrNotFound)
	}
	require.NoError(t, s.Put(ctx, "short", []byte("v"), 1)) // as short as can be, but no error, and not for ever
	require.Eventually(t, func() bool { _, err := s.Get(ctx, "short"); return errors.Is(err, token.ErrNotFound) }, time.Minute, time.Millisecond)
	unlock, err := s.Lock(ctx, "k")
	require.NoError(t, err)
	defer unlock()
	assert.InDelta(t, time.Hour, life(time.Hour), float64(10*time.Second), "by the holder of the lock")
	assert.Equal(t, time.Duration(-1), life(0))
}

func TestAValueOfAnotherKindIsAnError(t *testing.T) {
	t.Parallel()
	c, prefix := sharedClient(t)
	s, ctx := newStore(t, c, prefix), t.Context()
	require.NoError(t, c.LPush(ctx, prefix+"{store/k}value", "x").Err())
	_, err := s.Get(ctx, "k")
	require.ErrorContains(t, err, `read "k"`)
	assert.NotErrorIs(t, err, token.ErrNotFound)
}

// twoStores stand for two processes whose locks have a short life.
func twoStores(t *testing.T, life time.Duration) (one, two *wecomredis.Store, c *redis.Client) {
	t.Helper()
	c, prefix := sharedClient(t)
	one, two = newStore(t, c, prefix), newStore(t, newClient(t, shared.addr()), prefix)
	one.SetLockLife(life)
	two.SetLockLife(life)
	return one, two, c
}

// loseLock does to a lock what its end does, while its holder is paused.
func loseLock(t *testing.T, c *redis.Client, key string) {
	t.Helper()
	n, err := c.Del(t.Context(), prefixOf(t)+"{store/"+key+"}lock").Result()
	require.NoError(t, err)
	require.EqualValues(t, 1, n)
}

// A holder that was paused for longer than its lock lives writes nothing over what the next
// holder has written, until it has given the lock back.
func TestALostLockWritesNothing(t *testing.T) {
	t.Parallel()
	one, two, c := twoStores(t, time.Minute)
	ctx := t.Context()
	unlock, err := one.Lock(ctx, "k")
	require.NoError(t, err)
	require.NoError(t, one.Put(ctx, "k", []byte("held"), 0))
	loseLock(t, c, "k")
	require.ErrorIs(t, one.Put(ctx, "k", []byte("nobody else holds it"), 0), wecomredis.ErrLockLost)

	unlockTwo, err := two.Lock(ctx, "k")
	require.NoError(t, err)
	require.NoError(t, two.Put(ctx, "k", []byte("newer"), time.Hour))
	require.ErrorIs(t, one.Put(ctx, "k", []byte("older"), 0), wecomredis.ErrLockLost)
	require.ErrorIs(t, one.Delete(ctx, "k"), wecomredis.ErrLockLost)
	assert.Equal(t, "newer", value(t, one, "k"))
	require.NoError(t, one.Put(ctx, "another", []byte("v"), 0), "only the key of the lock is fenced")

	unlock() // frees nothing
	short, cancel := context.WithTimeout(ctx, 50*time.Millisecond)
	defer cancel()
	_, err = one.Lock(short, "k")
	require.ErrorIs(t, err, context.DeadlineExceeded)
	require.NoError(t, one.Put(ctx, "k", []byte("without a lock"), 0), "what is written without a lock is")
	require.NoError(t, two.Delete(ctx, "k"))
	unlockTwo()
}

// Two of one process: the first has lost the lock and not noticed, the second has it.
func TestALostLockBesideItsNextHolder(t *testing.T) {
	t.Parallel()
	one, _, c := twoStores(t, time.Minute)
	ctx := t.Context()
	unlockFirst, err := one.Lock(ctx, "k")
	require.NoError(t, err)
	loseLock(t, c, "k")
	unlockSecond, err := one.Lock(ctx, "k")
	require.NoError(t, err)
	require.NoError(t, one.Put(ctx, "k", []byte("of the second"), 0))
	unlockSecond()
	require.ErrorIs(t, one.Put(ctx, "k", []byte("of the first"), 0), wecomredis.ErrLockLost)
	unlockFirst()
	require.NoError(t, one.Put(ctx, "k", []byte("of nobody"), 0))
}

// A lock lives as long as its holder works, and no longer than its life after that.
func TestLocksAreRenewed(t *testing.T) {
	t.Parallel()
	const life = 600 * time.Millisecond
	one, two, c := twoStores(t, life)
	unlock, err := one.Lock(t.Context(), "k")
	require.NoError(t, err)
	begin := time.Now()
	waits, cancel := context.WithTimeout(t.Context(), 4*life)
	defer cancel()
	_, err = two.Lock(waits, "k")
	require.ErrorIs(t, err, context.DeadlineExceeded, "it was renewed all the time")
	assert.GreaterOrEqual(t, time.Since(begin), 4*life)
	unlock()
	unlockTwo, err := two.Lock(t.Context(), "k")
	require.NoError(t, err)
	unlockTwo()
	left, err := c.PTTL(t.Context(), prefixOf(t)+"{store/k}lock").Result()
	require.NoError(t, err)
	assert.Equal(t, time.Duration(-2), left, "it is gone")
}

// The lock of a process that was killed ends by itself.
func TestALockOutlivesItsHolderByItsLife(t *testing.T) {
	t.Parallel()
	_, two, c := twoStores(t, time.Minute)
	require.NoError(t, c.Set(t.Context(), prefixOf(t)+"{store/k}lock", "of a dead process", 300*time.Millisecond).Err())
	unlock, err := two.Lock(t.Context(), "k")
	require.NoError(t, err)
	unlock()
}

// There is a goroutine for each lock that is held, and none for others.
func TestGoroutinesOfLocks(t *testing.T) {
	c, prefix := sharedClient(t)
	s := newStore(t, c, prefix)
	require.NoError(t, s.Put(t.Context(), "k", nil, 0))
	renewing := func() int {
		all := make([]byte, 1<<20)
		return strings.Count(string(all[:runtime.Stack(all, true)]), "(*Store).renew(")
	}
	before := renewing()
	unlock, err := s.Lock(t.Context(), "k")
	require.NoError(t, err)
	require.Eventually(t, func() bool { return renewing() == before+1 }, 10*time.Second, time.Millisecond)
	unlock()
	unlock()
	require.Eventually(t, func() bool { return renewing() == before }, 10*time.Second, time.Millisecond)
	assert.Zero(t, s.HeldKeys(), "nothing is remembered of it")

	short := newStore(t, c, prefix)
	short.SetLockLife(300 * time.Millisecond)
	unlock, err = short.Lock(t.Context(), "k")
	require.NoError(t, err)
	defer unlock()
	require.NoError(t, c.Del(t.Context(), prefix+"{store/k}lock").Err())
	require.Eventually(t, func() bool { return renewing() == before }, time.Minute, time.Millisecond, "there is nothing to renew")
	require.ErrorIs(t, short.Put(t.Context(), "k", nil, 0), wecomredis.ErrLockLost, "its holder is told all the same")
}

// Who leaves while its request is under way holds nothing afterwards.
func TestALockThatComesTooLateIsGivenBack(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	patient := redis.NewClient(&redis.Options{Addr: s.addr(), ReadTimeout: time.Minute})
	defer patient.Close()
	store, other := newStore(t, patient, "p:"), newStore(t, s.client(), "p:")
	store.SetLockLife(time.Hour)
	unlockFirst, err := store.Lock(t.Context(), "k") // the server knows the script then
	require.NoError(t, err)
	unlockFirst()
	s.stop()
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	_, err = store.Lock(ctx, "k")
	require.ErrorIs(t, err, context.DeadlineExceeded)
	s.resume()
	soon, cancelSoon := context.WithTimeout(t.Context(), time.Minute)
	defer cancelSoon()
	unlock, err := other.Lock(soon, "k")
	require.NoError(t, err)
	unlock()
}

// A lock that is waited for is not an error while the context lasts, however long that is.
func TestALockIsWaitedForLongerThanItsLife(t *testing.T) {
	t.Parallel()
	one, two, _ := twoStores(t, 300*time.Millisecond)
	unlock, err := one.Lock(t.Context(), "k")
	require.NoError(t, err)
	got := make(chan error, 1)
	go func() {
		unlock, err := two.Lock(context.WithoutCancel(t.Context()), "k") // no deadline
		if err == nil {
			unlock()
		}
		got <- err
	}()
	select {
	case err := <-got:
		t.Fatalf("it did not wait: %v", err)
	case <-time.After(time.Second):
	}
	unlock()
	require.NoError(t, <-got)
}

// Redis may name a key twice while its table grows or shrinks.
func TestListNamesEachKeyOnce(t *testing.T) {
	t.Parallel()
	assert.Equal(t, []string{"a", "b", "}value", ""}, wecomredis.ListPages("p:",
		[]string{"p:{store/a}value", "p:{store/b}value", "p:{store/a}value"}, nil,
		[]string{"p:{store/b}value", "p:{store/}value}value", "p:{store/}value"}))
}

// The keys that stay are found while the table of all keys grows.
func TestListWhileTheTableChanges(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	c, ctx := s.client(), t.Context()
	store := newStore(t, c, "p:")
	const n = 5000
	all := make([]any, 0, 2*n)
	for i := range n {
		all = append(all, "p:{store/"+time.Duration(i).String()+"}value", "v")
	}
	require.NoError(t, c.MSet(ctx, all...).Err())
	seen := map[string]int{}
	for key, err := range store.List(ctx, "") {
		require.NoError(t, err)
		if seen[key]++; len(seen) == n/4 {
			filler := make([]any, 0, 80_000)
			for i := range cap(filler) / 2 {
				filler = append(filler, "filler"+time.Duration(i).String(), "v")
			}
			require.NoError(t, c.MSet(ctx, filler...).Err())
		}
	}
	assert.Len(t, seen, n)
	for key, times := range seen {
		require.Equal(t, 1, times, key)
	}
}

// A list that went through two runs of a server may be incomplete, and says so.
func TestListTellsOfARestart(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	store := newStore(t, s.client(), "p:")
	for i := range 2000 {
		require.NoError(t, store.Put(t.Context(), time.Duration(i).String(), nil, 0))
	}
	var told error
	keys := 0
	for key, err := range store.List(t.Context(), "") {
		if err != nil {
			assert.Empty(t, key)
			told = errors.Join(told, err)
		}
		if keys++; keys == 100 {
			s.kill()
			s.start()
		}
	}
	require.ErrorContains(t, told, "list them again")
	assert.Len(t, listed(t, store, ""), 2000, "all are there after the restart")
}
