package callback_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/callback"
)

// damage changes the bytes of a file in the folder that are these.
func damage(t *testing.T, q callback.Queue, what string) {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(callback.DirOf(q), "*.put"))
	require.NoError(t, err)
	for _, name := range names {
		b, err := os.ReadFile(name)
		require.NoError(t, err)
		if i := bytes.LastIndex(b, []byte(what)); i >= 0 {
			b[i] ^= 1
			require.NoError(t, os.WriteFile(name, b, 0o600))
			return
		}
	}
	require.Fail(t, "nothing to damage")
}

// G: queue/dir-failures
func TestDirQueueWorksOnBesideADamagedItem(t *testing.T) {
	t.Parallel()
	for _, when := range []string{"before it is taken in", "after it was taken in"} {
		q := openSmall(t, t.TempDir())
		join(t, q, time.Hour)
		putInto(t, q, itemOf("a", "first"), itemOf("a", "second"))
		putInto(t, q, itemOf("b", "damaged"))
		putInto(t, q, itemOf("b", "after"), itemOf("c", "other"))
		if when == "after it was taken in" {
			_, err := q.Stats(t.Context())
			require.NoError(t, err)
		}
		damage(t, q, "damaged")
		var told error
		var payloads []string
		for range 5 {
			got, err := claim(t, q)
			told = errors.Join(told, err)
			for _, c := range got {
				payloads = append(payloads, string(c.Payload))
				settle(t, q, c, callback.Settlement{})
			}
		}
		require.ErrorContains(t, told, "damaged-", when)
		assert.ElementsMatch(t, []string{"first", "second", "after", "other"}, payloads, when)
		s, err := q.Stats(t.Context())
		require.NoError(t, err)
		assert.Empty(t, s, when)
	}
}

// G: queue/dir-failures
func TestDirQueueWhoseFolderIsGoneForAWhile(t *testing.T) {
	t.Parallel()
	q := openSmall(t, t.TempDir())
	dir := callback.DirOf(q)
	join(t, q, time.Hour)
	putInto(t, q, itemOf("a", "1"), itemOf("b", "2"))
	_, got := claimed(t, q)
	require.Len(t, got, 2)
	require.NoError(t, os.Rename(dir, dir+"-away"))
	for range 2 {
		assert.Error(t, q.Put(t.Context(), []callback.Item{itemOf("c", "3")}))
		lost, err := q.Settle(t.Context(), []callback.Settlement{{Hold: got[0].Hold}})
		assert.True(t, err != nil || len(lost) == 1, "it is not settled")
	}
	assert.NoDirExists(t, dir)
	require.NoError(t, os.Rename(dir+"-away", dir))
	require.Eventually(t, func() bool { return q.Put(t.Context(), []callback.Item{itemOf("d", "4")}) == nil }, time.Minute, time.Millisecond)
	require.ErrorIs(t, q.Extend(t.Context(), "o", time.Hour), callback.ErrLost, "another process may have worked it")
	join(t, q, time.Hour)
	var payloads []string
	require.Eventually(t, func() bool {
		some, _ := claimed(t, q)
		payloads = append(payloads, some...)
		return slices.Contains(payloads, "4")
	}, time.Minute, time.Millisecond)
	assert.Subset(t, payloads, []string{"1", "2", "4"})
}

// Two who believe that they work the folder settle nothing twice.
// G: queue/dir-worker
func TestDirQueueWhoseLockWasRemoved(t *testing.T) {
	t.Parallel()
	first := openSmall(t, t.TempDir())
	join(t, first, time.Hour)
	putInto(t, first, itemOf("a", "1"))
	_, old := claimed(t, first)
	require.Len(t, old, 1)
	require.NoError(t, os.Remove(filepath.Join(callback.DirOf(first), "worker.lock")))
	callback.Forget(first)
	second := openSmall(t, callback.DirOf(first))
	join(t, second, time.Hour)
	_, got := claimed(t, second)
	require.Len(t, got, 1)
	assert.Equal(t, 2, got[0].Starts)
	_, err := first.Settle(t.Context(), []callback.Settlement{{Hold: old[0].Hold, Kind: callback.Bury}})
	require.Error(t, err)
	payloads, _ := claimed(t, second)
	assert.Empty(t, payloads)
	settle(t, second, got[0], callback.Settlement{})
	s, err := second.Stats(t.Context())
	require.NoError(t, err)
	assert.Empty(t, s)
}
