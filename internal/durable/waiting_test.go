//go:build darwin || dragonfly || freebsd || illumos || linux || netbsd || openbsd

package durable

import (
	"context"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A lock that is soon free is had at once, and a long wait costs little.
// G: dir/processes
func TestLockWaits(t *testing.T) {
	t.Parallel()
	for held, late := range map[time.Duration]time.Duration{
		time.Millisecond: 3 * time.Millisecond, 10 * time.Millisecond: 10 * time.Millisecond, time.Minute: 50 * time.Millisecond,
	} {
		synctest.Test(t, func(t *testing.T) {
			r := newRecorder(t)
			path := filepath.Join(r.root, "l")
			free, err := TryLock(path)
			require.NoError(t, err)
			time.AfterFunc(held, free)

			start := time.Now()
			unlock, err := lock(t.Context(), r, path)
			require.NoError(t, err)
			assert.GreaterOrEqual(t, time.Since(start), held)
			assert.LessOrEqual(t, time.Since(start), held+late)
			tries := strings.Count(strings.Join(r.steps, ","), "open l")
			assert.LessOrEqual(t, tries, 10+int(held/(20*time.Millisecond)))
			unlock()
			assert.Zero(t, r.open)
			assertOnly(t, r.root)
		})
	}
}

// The wait between two tries doubles from 1 ms up to 32 ms.
// G: dir/processes
func TestLockTriesAgain(t *testing.T) {
	t.Parallel()
	for held, want := range map[time.Duration]time.Duration{
		2: 3, 4: 7, 8: 15, 16: 31, 32: 63, 64: 95, 96: 127, 128: 159,
	} {
		synctest.Test(t, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "l")
			free, err := TryLock(path)
			require.NoError(t, err)
			time.AfterFunc(held*time.Millisecond, free)
			start := time.Now()
			unlock, err := Lock(t.Context(), path)
			require.NoError(t, err)
			defer unlock()
			assert.Equal(t, want*time.Millisecond, time.Since(start))
		})
	}
}

// G: token/context
func TestLockObeysContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := newRecorder(t)
		path := filepath.Join(r.root, "l")
		unlock, err := TryLock(path)
		require.NoError(t, err)
		defer unlock()

		const patience = 70*time.Millisecond + time.Microsecond
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		defer cancel()
		start := time.Now()
		_, err = lock(ctx, r, path)
		assert.ErrorIs(t, err, context.DeadlineExceeded)
		assert.Equal(t, patience, time.Since(start), "it ends with the context, not with its own timer")

		cancelled, cancel := context.WithCancel(t.Context())
		cancel()
		_, err = lock(cancelled, r, filepath.Join(r.root, "free"))
		assert.ErrorIs(t, err, context.Canceled)
		assertOnly(t, r.root, "l")
	})
}
