package callback_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/callback"
	"github.com/gothird/wecom/callback/queuetest"
	"github.com/gothird/wecom/internal/clock"
)

// small is a size of files at which there are many of them.
const small = 8 << 10

func openSmall(t testing.TB, dir string) callback.Queue {
	t.Helper()
	q, err := callback.OpenDirQueue(dir, small, 0)
	require.NoError(t, err)
	t.Cleanup(func() { q.Close() })
	return q
}

// G: inbox/once inbox/changes queue/own queue/dir-durable
func TestDirQueueIsAQueue(t *testing.T) {
	t.Parallel()
	queuetest.Run(t, func(t *testing.T) callback.Queue { return openSmall(t, t.TempDir()) }, queuetest.Options{
		Steps: 500,
		Reopen: func(t *testing.T, q callback.Queue) callback.Queue {
			require.NoError(t, q.Close())
			return openSmall(t, callback.DirOf(q))
		},
		Crash: func(t *testing.T, q callback.Queue) callback.Queue {
			callback.Crash(q)
			return openSmall(t, callback.DirOf(q))
		},
	})
}

func itemOf(lane, payload string) callback.Item {
	return callback.Item{Route: "r", Lane: lane, Identity: payload, Payload: []byte(payload)}
}

func putInto(t testing.TB, q callback.Queue, items ...callback.Item) {
	t.Helper()
	require.NoError(t, q.Put(t.Context(), items))
}

func join(t testing.TB, q callback.Queue, lease time.Duration) {
	t.Helper()
	require.NoError(t, q.Join(t.Context(), "o", lease))
}

func claim(t testing.TB, q callback.Queue) ([]callback.Claimed, error) {
	return q.Claim(t.Context(), callback.Ask{Routes: []string{"r"}, Max: 9, Owner: "o"})
}

// claimed are the payloads of what there is to claim, and the claims.
func claimed(t testing.TB, q callback.Queue) (payloads []string, got []callback.Claimed) {
	t.Helper()
	got, err := claim(t, q)
	require.NoError(t, err)
	for _, c := range got {
		payloads = append(payloads, string(c.Payload))
	}
	return payloads, got
}

func settle(t testing.TB, q callback.Queue, c callback.Claimed, s callback.Settlement) {
	t.Helper()
	s.Hold = c.Hold
	lost, err := q.Settle(t.Context(), []callback.Settlement{s})
	require.NoError(t, err)
	require.Empty(t, lost)
}

// G: queue/dir-worker
func TestDirQueueRefusesAFolderThatIsInUse(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	q, err := callback.NewDirQueue(dir)
	require.NoError(t, err)
	link := filepath.Join(t.TempDir(), "link")
	require.NoError(t, os.Symlink(dir, link))
	for _, name := range []string{dir, filepath.Join(dir, "..", filepath.Base(dir)), link} {
		_, err = callback.NewDirQueue(name)
		require.ErrorContains(t, err, "another queue of this process")
	}
	require.NoError(t, q.Close())
	q, err = callback.NewDirQueue(dir)
	require.NoError(t, err)
	require.NoError(t, q.Close())
	_, err = callback.NewDirQueue("")
	require.Error(t, err)
	_, err = callback.NewDirQueue(dir, []byte("short"))
	require.EqualError(t, err, "callback: NewDirQueue: key 1 has 5 bytes, want 32 random ones")
	q, err = callback.NewDirQueue(dir)
	require.NoError(t, err, "what was refused has no folder")
	require.NoError(t, q.Close())
}

// Whatever becomes of an item, and however much of it is left behind, nobody reads a secret.
// G: queue/sealed
func TestSealedDirQueueLeavesNothingReadable(t *testing.T) {
	t.Parallel()
	dir, key := t.TempDir(), bytes.Repeat([]byte{7}, 32)
	q, err := callback.NewDirQueue(dir, key)
	require.NoError(t, err)
	join(t, q, time.Hour)
	secret := "the permanent code"
	for i, kind := range []callback.Kind{callback.Done, callback.Again, callback.Wait, callback.Bury} {
		putInto(t, q, callback.Item{Route: "r", Lane: fmt.Sprint(i), Payload: []byte(secret)})
		_, got := claimed(t, q)
		require.Len(t, got, 1)
		settle(t, q, got[0], callback.Settlement{Kind: kind, State: []byte(secret), After: time.Hour, Reason: "a reason"})
	}
	require.NoError(t, q.Close())
	files := 0
	require.NoError(t, filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if d.Type().IsRegular() {
			b, err := os.ReadFile(path)
			require.NoError(t, err)
			assert.NotContains(t, string(b), secret, path)
			files++
		}
		return err
	}))
	assert.Positive(t, files)

	q, err = callback.NewDirQueue(dir, bytes.Repeat([]byte{8}, 32), key)
	require.NoError(t, err)
	defer q.Close()
	dead, err := q.Dead(t.Context(), "", 9)
	require.NoError(t, err)
	require.Len(t, dead, 1)
	assert.Equal(t, secret, string(dead[0].Payload))
	assert.Equal(t, secret, string(dead[0].State))
}

// G: queue/sealed
func TestDirQueueThatWasNotSealedBefore(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	q, err := callback.NewDirQueue(dir)
	require.NoError(t, err)
	putInto(t, q, itemOf("a", "plain"))
	require.NoError(t, q.Close())
	q, err = callback.NewDirQueue(dir, bytes.Repeat([]byte{7}, 32))
	require.NoError(t, err)
	defer q.Close()
	join(t, q, time.Hour)
	putInto(t, q, itemOf("b", "sealed"))
	payloads, got := claimed(t, q)
	assert.ElementsMatch(t, []string{"plain", "sealed"}, payloads)
	for _, c := range got {
		assert.NoError(t, c.Err)
	}
}

// Not parallel: it sets the clock of all.
// G: clock/pauses
func TestDirQueueWaitsNoLongerThanItWasTold(t *testing.T) {
	for _, kind := range []callback.Kind{callback.Again, callback.Wait} {
		synctest.Test(t, func(t *testing.T) {
			const year, pause = 365 * 24 * time.Hour, 10 * time.Minute
			q := openSmall(t, t.TempDir())
			clock.Shift(year)
			join(t, q, time.Hour)
			putInto(t, q, itemOf("a", "1"))
			_, got := claimed(t, q)
			settle(t, q, got[0], callback.Settlement{Kind: kind, After: pause})
			require.NoError(t, q.Close())
			clock.Shift(-year)
			q = openSmall(t, callback.DirOf(q))
			join(t, q, time.Hour)
			payloads, _ := claimed(t, q)
			require.Empty(t, payloads)
			time.Sleep(pause - time.Second)
			payloads, _ = claimed(t, q)
			require.Empty(t, payloads)
			time.Sleep(time.Second)
			_, got = claimed(t, q)
			require.Len(t, got, 1)
			assert.LessOrEqual(t, time.Since(got[0].Put), pause)
			require.NoError(t, q.Close())
		})
	}
}

// G: queue/dir-bounded
func TestDirQueueBeginsBeforeAllIsRead(t *testing.T) {
	t.Parallel()
	q := openSmall(t, t.TempDir())
	var items []callback.Item
	for i := range 5000 {
		items = append(items, itemOf("lane", fmt.Sprint(i)))
	}
	putInto(t, q, items...)
	require.NoError(t, q.Close())
	q = openSmall(t, callback.DirOf(q))
	join(t, q, time.Hour)
	got, err := q.Claim(t.Context(), callback.Ask{Routes: []string{"r"}, Max: 1, Owner: "o"})
	require.NoError(t, err)
	require.Len(t, got, 1)
	assert.Equal(t, "0", string(got[0].Payload))
	assert.True(t, callback.Loading(q))
	require.NoError(t, q.Put(t.Context(), []callback.Item{items[4999]}), "its identity is known though it was not read yet")
	for n := 0; n < 5000; n++ {
		require.Equal(t, fmt.Sprint(n), string(got[0].Payload))
		settle(t, q, got[0], callback.Settlement{})
		got, err = claim(t, q)
		require.NoError(t, err)
	}
	assert.Empty(t, got)
	assert.False(t, callback.Loading(q))
}

// G: queue/dir-bounded
func TestDirQueueKeepsRoomForUrgentItems(t *testing.T) {
	t.Parallel()
	q, err := callback.OpenDirQueue(t.TempDir(), 0, 10)
	require.NoError(t, err)
	defer q.Close()
	for i := range 10 {
		putInto(t, q, itemOf("a", fmt.Sprint(i)))
	}
	require.ErrorIs(t, q.Put(t.Context(), []callback.Item{itemOf("a", "more")}), callback.ErrQueueFull)
	putInto(t, q, callback.Item{Route: "r", Urgent: true})
}

// G: queue/dir-bounded
func TestDirQueueErrorsSayWhereAndNothingSecret(t *testing.T) {
	t.Parallel()
	q := openSmall(t, t.TempDir())
	secret := strings.Repeat("secret", 3<<20)
	err := q.Put(t.Context(), []callback.Item{itemOf("a", secret)})
	require.ErrorContains(t, err, "16 MiB")
	assert.NotContains(t, err.Error(), "secret")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	assert.True(t, errors.Is(q.Put(ctx, nil), context.Canceled))
}
