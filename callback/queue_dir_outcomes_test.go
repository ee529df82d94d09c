package callback_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/callback"
	"github.com/gothird/wecom/internal/clock"
	"github.com/gothird/wecom/internal/queuelog"
)

// failAt makes the n-th step of a kind fail, counted from 1, and those after it, if any are
// wanted.
func failAt(step string, n, more int) func(string) bool {
	seen := 0
	return func(s string) bool {
		if s == step {
			seen++
		}
		return s == step && seen >= n && seen <= n+more
	}
}

// What could not be noted as started was not started: it counts as no death of the process.
// G: queue/dir-failures inbox/deaths
func TestDirQueueCountsNoStartThatIsNotNoted(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newBadWorld(t, 1)
		putInto(t, w.q, callback.Item{Route: "r", Lane: "a", Payload: []byte("1")}) // nothing of it is written before its start
		w.disk.set(func(step string) bool { return step == "write" })
		_, err := claim(t, w.q)
		require.ErrorIs(t, err, syscall.ENOSPC)
		w.disk.set(nil)
		_, got := claimed(t, w.q)
		require.Len(t, got, 1)
		assert.Equal(t, 1, got[0].Starts)
	})
}

// bury buries all that can be claimed, and returns the ids.
func bury(t *testing.T, q callback.Queue) (ids []string) {
	t.Helper()
	_, got := claimed(t, q)
	for _, c := range got {
		settle(t, q, c, callback.Settlement{Kind: callback.Bury, Reason: "no"})
	}
	dead, err := q.Dead(t.Context(), "", 99)
	require.NoError(t, err)
	for _, d := range dead {
		ids = append(ids, d.ID)
	}
	return ids
}

// What is wanted of several buried items is durable for all of them.
// G: queue/dir-durable inbox/dead
func TestDirQueueKeepsWhatIsWantedOfBuriedItems(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newBadWorld(t, 1)
		for i := range 5 {
			putInto(t, w.q, itemOf(fmt.Sprint(i), fmt.Sprint(i)))
		}
		ids := bury(t, w.q)
		require.Len(t, ids, 5)
		require.NoError(t, w.q.Discard(t.Context(), ids[:2]))
		require.NoError(t, w.q.Retry(t.Context(), ids[2:4]))
		w.reopen()
		payloads, got := claimed(t, w.q)
		assert.Equal(t, []string{"2", "3"}, payloads)
		for _, c := range got {
			assert.Equal(t, 1, c.Starts)
		}
		dead, err := w.q.Dead(t.Context(), "", 9)
		require.NoError(t, err)
		require.Len(t, dead, 1)
		assert.Equal(t, ids[4], dead[0].ID)
	})
}

// A folder that cannot be worked is an error of Retry and Discard, and no wish for later.
// G: queue/dir-failures
func TestDirQueueTellsThatAWishFailed(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newBadWorld(t, 1)
		putInto(t, w.q, itemOf("a", "1"))
		ids := bury(t, w.q)
		w.reopen()
		w.disk.set(func(step string) bool { return step == "read" })
		assert.ErrorIs(t, w.q.Discard(t.Context(), ids), syscall.ENOSPC)
		assert.ErrorIs(t, w.q.Retry(t.Context(), ids), syscall.ENOSPC)
		w.disk.set(nil)
		dead, err := w.q.Dead(t.Context(), "", 9)
		require.NoError(t, err)
		assert.Len(t, dead, 1)
	})
}

// An outcome that cannot be written is the error of its Settle, and the item is held on.
// G: queue/dir-failures
func TestDirQueueHoldsWhatCannotBeSettled(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		fail func(string) bool
		s    callback.Settlement
		want string
	}{
		"item not readable":         {failAt("read", 1, 9), callback.Settlement{Kind: callback.Bury}, "no space"},
		"closing item not readable": {failAt("read", 2, 9), callback.Settlement{Kind: callback.Again, Lane: "closed"}, "no space"},
		"state too large":           {nil, callback.Settlement{Kind: callback.Again, State: make([]byte, 17<<20)}, "16 MiB"},
		"kind that is none":         {nil, callback.Settlement{Kind: 4}, "kind 4"},
		"not written":               {failAt("write", 1, 9), callback.Settlement{}, "no space"},
		"not synced":                {failAt("sync", 1, 9), callback.Settlement{}, "no space"},
	} {
		synctest.Test(t, func(t *testing.T) {
			w := newBadWorld(t, 1)
			putInto(t, w.q, itemOf("closed", "closes"))
			_, got := claimed(t, w.q)
			settle(t, w.q, got[0], callback.Settlement{Kind: callback.Wait, After: time.Hour})
			putInto(t, w.q, itemOf("a", "1"))
			_, got = claimed(t, w.q)
			require.Len(t, got, 1)
			w.disk.set(c.fail)
			c.s.Hold = got[0].Hold
			lost, err := w.q.Settle(t.Context(), []callback.Settlement{c.s})
			require.ErrorContains(t, err, c.want, name)
			assert.Empty(t, lost, name)
			w.disk.set(nil)
			settle(t, w.q, got[0], callback.Settlement{})
			s, err := w.q.Stats(t.Context())
			require.NoError(t, err)
			assert.Equal(t, 1, s["r"].Waiting, name)
		})
	}
}

// Who no longer waits for its Settle has settled nothing, if it had not begun.
func TestDirQueueSettleIsWithdrawnOrDone(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		q := openSmall(t, t.TempDir())
		join(t, q, time.Hour)
		putInto(t, q, itemOf("a", "1"), itemOf("b", "2"), itemOf("c", "3"))
		_, got := claimed(t, q)
		require.Len(t, got, 3)
		goOn := callback.HoldTurn(q) // somebody settles, for long
		ctx, cancel := context.WithCancel(t.Context())
		errs := make([]error, 3)
		done := make(chan struct{})
		for i, ctx := range []context.Context{t.Context(), ctx, t.Context()} {
			go func() {
				_, errs[i] = q.Settle(ctx, []callback.Settlement{{Hold: got[i].Hold}})
				done <- struct{}{}
			}()
			synctest.Wait()
		}
		cancel()
		<-done
		assert.ErrorIs(t, errs[1], context.Canceled)
		goOn()
		<-done
		<-done
		require.NoError(t, errors.Join(errs[0], errs[2]))
		s, err := q.Stats(t.Context())
		require.NoError(t, err)
		assert.Equal(t, 1, s["r"].Busy)
		settle(t, q, got[1], callback.Settlement{})
	})
}

// What was told not to wait does not wait after a restart, whatever the clock was.
// Not parallel: it sets the clock of all.
// G: clock/pauses
func TestDirQueueThatWasToldNotToWait(t *testing.T) {
	for _, kind := range []callback.Kind{callback.Again, callback.Wait} {
		synctest.Test(t, func(t *testing.T) {
			const year = 365 * 24 * time.Hour
			q := openSmall(t, t.TempDir())
			clock.Shift(year)
			join(t, q, time.Hour)
			putInto(t, q, itemOf("a", "1"))
			_, got := claimed(t, q)
			settle(t, q, got[0], callback.Settlement{Kind: kind})
			require.NoError(t, q.Close())
			clock.Shift(-year)
			q = openSmall(t, callback.DirOf(q))
			join(t, q, time.Hour)
			payloads, _ := claimed(t, q)
			assert.Equal(t, []string{"1"}, payloads)
			require.NoError(t, q.Close())
		})
	}
}

// goingDisk has files that go while they are read.
type goingDisk struct {
	queuelog.Machine
	err    error
	misses atomic.Int32
}

func (d *goingDisk) ReadAt(path string, b []byte, off int64) (int, error) {
	if d.misses.Add(-1) >= 0 {
		return 0, d.err
	}
	return d.Machine.ReadAt(path, b, off)
}

// Who looks at what another process works looks again if files went meanwhile, and for
// nothing else.
// G: queue/dir-worker
func TestDirQueueLooksAgainWhereFilesHaveGone(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		err    error
		misses int32
		fails  bool
	}{{fs.ErrNotExist, 0, false}, {fs.ErrNotExist, 2, false}, {fs.ErrNotExist, 3, true}, {syscall.EIO, 1, true}} {
		first := openSmall(t, t.TempDir())
		join(t, first, time.Hour)
		putInto(t, first, itemOf("a", "1"))
		_, got := claimed(t, first)
		require.Len(t, got, 1)
		callback.Forget(first)
		disk := &goingDisk{err: c.err}
		second, err := callback.OpenDirQueueOn(disk, callback.DirOf(first), small)
		require.NoError(t, err)
		disk.misses.Store(c.misses)
		s, err := second.Stats(t.Context())
		if c.fails {
			assert.ErrorIs(t, err, c.err)
			assert.LessOrEqual(t, disk.misses.Load(), int32(0), "it was not tried again")
		} else {
			require.NoError(t, err)
			assert.Equal(t, 1, s["r"].Waiting)
		}
		require.NoError(t, second.Close())
	}
}

// What cannot be taken in is the error of the Claim that meets it, and comes at the next one.
// G: queue/dir-failures
func TestDirQueueTellsWhatItCannotTakeIn(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newBadWorld(t, 1)
		put := func(payload string) {
			putInto(t, w.q, callback.Item{Route: "r", Lane: "a", Same: "same", Payload: []byte(payload)})
			_, err := w.q.Stats(t.Context()) // which takes it in
			require.NoError(t, err)
		}
		put("0")
		put("1")
		putInto(t, w.q, callback.Item{Route: "r", Lane: "a", Same: "same", Payload: []byte("2")})
		w.disk.set(failAt("read", 2, 99)) // the first finds it, those that follow are for the one that it replaces
		_, err := claim(t, w.q)
		require.ErrorIs(t, err, syscall.ENOSPC)
		w.disk.set(nil)
		payloads, _ := claimed(t, w.q)
		assert.Equal(t, []string{"2"}, payloads)
	})
}
