package callback_test

import (
	"fmt"
	"os"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/callback"
)

// twoProcesses are two queues of one folder, as two processes have. The first one works it.
func twoProcesses(t *testing.T) (first, second callback.Queue) {
	first = openSmall(t, t.TempDir())
	join(t, first, time.Hour)
	payloads, _ := claimed(t, first)
	require.Empty(t, payloads)
	callback.Forget(first)
	second = openSmall(t, callback.DirOf(first))
	join(t, second, 100*time.Hour)
	return first, second
}

// G: queue/dir-worker
func TestDirQueueIsWorkedByOneProcess(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		first, second := twoProcesses(t)
		putInto(t, second, itemOf("a", "1"), itemOf("a", "2"))
		putInto(t, first, itemOf("a", "3"), itemOf("b", "1")) // the identity of one of the other process
		time.Sleep(time.Second)
		payloads, _ := claimed(t, second)
		require.Empty(t, payloads)
		for _, want := range []string{"1", "2", "3"} {
			payloads, got := claimed(t, first)
			require.Equal(t, []string{want}, payloads)
			settle(t, first, got[0], callback.Settlement{})
		}
		payloads, _ = claimed(t, first)
		require.Empty(t, payloads)
	})
}

// Within a second after the one process has ended, however it did, another one goes on.
// G: queue/dir-worker
func TestDirQueueIsTakenOver(t *testing.T) {
	t.Parallel()
	for how, end := range map[string]func(t *testing.T, q callback.Queue){
		"closed": func(t *testing.T, q callback.Queue) { require.NoError(t, q.Close()) },
		"killed": func(_ *testing.T, q callback.Queue) { callback.Crash(q) },
		"idle": func(_ *testing.T, q callback.Queue) {
			time.Sleep(time.Hour) // its last lease ends
		},
	} {
		synctest.Test(t, func(t *testing.T) {
			first, second := twoProcesses(t)
			putInto(t, second, itemOf("a", "1"), itemOf("a", "2"))
			putInto(t, first, itemOf("b", "3"))
			time.Sleep(time.Second)
			payloads, _ := claimed(t, first)
			require.Equal(t, []string{"1", "3"}, payloads, how)
			end(t, first)
			woken := time.Now()
			var got []callback.Claimed
			err := second.Watch(t.Context(), func() {
				if _, got = claimed(t, second); len(got) > 0 {
					second.Close()
				}
			})
			require.ErrorIs(t, err, callback.ErrClosed, how)
			assert.Less(t, time.Since(woken), time.Second, how)
			require.Len(t, got, 2, how)
			for _, c := range got {
				assert.Equal(t, 2, c.Starts, how)
			}
			if how == "idle" {
				assert.NoError(t, first.Put(t.Context(), []callback.Item{itemOf("c", "4")}), "it goes on putting")
			}
		})
	}
}

// G: queue/dir-worker
func TestDirQueueCanBeAskedByAnyProcess(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		first, second := twoProcesses(t)
		putInto(t, second, itemOf("a", "discarded"), itemOf("b", "retried"), itemOf("c", "waits"), itemOf("c", "waits too"))
		time.Sleep(time.Second)
		_, got := claimed(t, first)
		require.Len(t, got, 3)
		for _, c := range got[:2] {
			settle(t, first, c, callback.Settlement{Kind: callback.Bury, Reason: "no", State: []byte("state")})
		}
		settle(t, first, got[2], callback.Settlement{Kind: callback.Again, After: time.Hour})
		time.Sleep(time.Minute)
		for _, q := range []callback.Queue{first, second} {
			s, err := q.Stats(t.Context())
			require.NoError(t, err)
			assert.Equal(t, map[string]callback.Stats{"r": {Waiting: 1, Later: 1, Dead: 2, Oldest: time.Minute + time.Second}}, s)
			assert.Equal(t, q == second, callback.IsWorkedElsewhere(q))
			dead, err := q.Dead(t.Context(), "", 1)
			require.NoError(t, err)
			require.Len(t, dead, 1)
			assert.Equal(t, "discarded no state 1", fmt.Sprint(string(dead[0].Payload), " ", dead[0].Reason, " ", string(dead[0].State), " ", dead[0].Starts))
			dead, err = q.Dead(t.Context(), dead[0].ID, 9)
			require.NoError(t, err)
			require.Len(t, dead, 1)
			assert.Equal(t, "retried", string(dead[0].Payload))
		}
		dead, err := second.Dead(t.Context(), "", 9)
		require.NoError(t, err)
		require.NoError(t, second.Discard(t.Context(), []string{dead[0].ID, "no id"}))
		require.NoError(t, second.Retry(t.Context(), []string{dead[1].ID, dead[0].ID, ""}))
		require.NoError(t, second.Retry(t.Context(), []string{"no id"}))
		time.Sleep(time.Second)
		payloads, got := claimed(t, first)
		assert.Equal(t, []string{"waits too", "retried"}, payloads)
		assert.Equal(t, 1, got[1].Starts)
		settle(t, first, got[1], callback.Settlement{Kind: callback.Bury})
		require.NoError(t, first.Close())
		time.Sleep(time.Second)
		dead, err = second.Dead(t.Context(), "", 9)
		require.NoError(t, err)
		require.Len(t, dead, 1, "a wish is fulfilled once")
		require.NoError(t, second.Discard(t.Context(), []string{dead[0].ID}))
		dead, err = second.Dead(t.Context(), "", 9)
		require.NoError(t, err)
		assert.Empty(t, dead)
	})
}

// One that only puts, or only looks, keeps nobody from working.
// G: queue/dir-worker
func TestDirQueueThatOnlyLooksLetsOthersWork(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		looks := openSmall(t, t.TempDir())
		putInto(t, looks, itemOf("a", "1"))
		s, err := looks.Stats(t.Context())
		require.NoError(t, err)
		assert.Equal(t, 1, s["r"].Waiting)
		time.Sleep(time.Second)
		callback.Forget(looks)
		works := openSmall(t, callback.DirOf(looks))
		join(t, works, time.Hour)
		payloads, _ := claimed(t, works)
		assert.Equal(t, []string{"1"}, payloads)
		s, err = looks.Stats(t.Context())
		require.NoError(t, err)
		assert.Equal(t, 1, s["r"].Waiting, "held by the other process")
	})
}

// A lane that was opened by an item that moved there is open after a restart too.
func TestDirQueueKeepsALaneOpen(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		q := openSmall(t, t.TempDir())
		join(t, q, time.Hour)
		putInto(t, q, itemOf("a", "waits"), itemOf("b", "moves"))
		_, got := claimed(t, q)
		require.Len(t, got, 2)
		settle(t, q, got[0], callback.Settlement{Kind: callback.Wait, After: 10 * time.Hour})
		payloads, _ := claimed(t, q)
		require.Empty(t, payloads)
		settle(t, q, got[1], callback.Settlement{Kind: callback.Again, Lane: "a"})
		callback.Crash(q)
		q = openSmall(t, callback.DirOf(q))
		join(t, q, time.Hour)
		for _, want := range []string{"waits", "moves"} {
			payloads, got := claimed(t, q)
			require.Equal(t, []string{want}, payloads)
			settle(t, q, got[0], callback.Settlement{})
		}
	})
}

// What is left of old files is copied on, and the files go.
// G: queue/dir-bounded
func TestDirQueueFolderIsBounded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		q := openSmall(t, t.TempDir())
		join(t, q, 1000*time.Hour)
		putInto(t, q, itemOf("closed", "first"))
		_, got := claimed(t, q)
		settle(t, q, got[0], callback.Settlement{Kind: callback.Wait, After: 20 * time.Hour})
		for i := range 100 {
			done := itemOf("open", fmt.Sprint("done", i))
			done.Payload = make([]byte, 2000)
			putInto(t, q, itemOf("closed", fmt.Sprint("waits", i)), done)
			_, got := claimed(t, q)
			require.Len(t, got, 1)
			settle(t, q, got[0], callback.Settlement{})
			time.Sleep(time.Second)
		}
		_, size := folderSize(callback.DirOf(q))
		assert.Less(t, size, int64(100<<10), "of more than 200 KB that were put")
		s, err := q.Stats(t.Context())
		require.NoError(t, err)
		assert.Equal(t, 101, s["r"].Waiting)
	})
}

func folderSize(dir string) (files int, size int64) {
	entries, _ := os.ReadDir(dir)
	for _, e := range entries {
		if fi, err := e.Info(); err == nil {
			files, size = files+1, size+fi.Size()
		}
	}
	return files, size
}
