package callback

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var otherKey = bytes.Repeat([]byte("k"), 32)

func sealOver(t *testing.T, q Queue, key []byte, old ...[]byte) Queue {
	t.Helper()
	s, err := SealQueue(q, key, old...)
	require.NoError(t, err)
	return s
}

// T-20
func TestSealQueueHidesPayload(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	q := sealOver(t, openDir(t, dir), sealingKey)
	require.NoError(t, q.Put(t.Context(), "a/1", []byte("the auth code")))
	files := names(t, filepath.Join(dir, "pending"))
	require.Len(t, files, 1)
	content, err := os.ReadFile(filepath.Join(dir, "pending", files[0]))
	require.NoError(t, err)
	assert.NotContains(t, string(content), "auth code")
	assert.Contains(t, string(content), "a/1", "keys stay readable")
	for _, verb := range []string{"%v", "%+v", "%#v", "%s"} {
		assert.NotContains(t, fmt.Sprintf(verb, q), string(sealingKey))
	}
}

func TestSealQueueRotation(t *testing.T) {
	bubble(t, func(t *testing.T, dir string) {
		put(t, sealOver(t, openDir(t, dir), otherKey), "a/1")
		time.Sleep(time.Millisecond) // another process would take longer, too
		q := sealOver(t, openDir(t, dir), sealingKey, otherKey)
		put(t, q, "a/2")
		var j journal
		stop := working(t, q, 1, j.note)
		synctest.Wait()
		stop()
		assert.Equal(t, payloads("a/1", "a/2"), j.all())
	})
}

func TestSealQueueWrongKeyLosesNothing(t *testing.T) {
	bubble(t, func(t *testing.T, dir string) {
		put(t, sealOver(t, openDir(t, dir), otherKey), "a/1")
		var told []error
		ctx, cancel := context.WithTimeout(t.Context(), 72*time.Hour)
		defer cancel()
		ctx = withReporter(ctx, func(_ context.Context, err error) { told = append(told, err) })
		require.NoError(t, sealOver(t, openDir(t, dir), sealingKey).Work(ctx, func(context.Context, []byte) error {
			t.Error("worked what could not be opened")
			return nil
		}))
		require.NotEmpty(t, told)
		assert.ErrorContains(t, told[0], "another key")

		var j journal
		stop := working(t, sealOver(t, openDir(t, dir), sealingKey, otherKey), 1, j.note)
		time.Sleep(time.Hour)
		stop()
		assert.Equal(t, payloads("a/1"), j.all())
	})
}

func TestSealQueueChangedByte(t *testing.T) {
	bubble(t, func(t *testing.T, dir string) {
		dq := openDir(t, dir)
		put(t, sealOver(t, dq, sealingKey), "a/1")
		path := filepath.Join(dq.pending, fileName("a/1"))
		content, err := os.ReadFile(path)
		require.NoError(t, err)
		content[len(content)-1] ^= 1
		require.NoError(t, os.WriteFile(path, content, 0o600))
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		require.NoError(t, sealOver(t, openDir(t, dir), sealingKey).Work(ctx, func(context.Context, []byte) error {
			t.Error("worked garbage")
			return nil
		}))
		assert.Len(t, names(t, dq.pending), 1)
	})
}

func TestSealQueueRefusesBadKeys(t *testing.T) {
	t.Parallel()
	_, err := SealQueue(NewMemoryQueue(), []byte("short"))
	require.ErrorContains(t, err, "32")
	assert.NotContains(t, err.Error(), "short")
	_, err = SealQueue(NewMemoryQueue(), sealingKey, []byte("old and short"))
	require.Error(t, err)
	_, err = SealQueue(nil, sealingKey)
	require.ErrorContains(t, err, "nil")
}
