package token

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/clock"
)

// dirBubble runs a test on a clock of its own, with a folder that is removed outside of it.
func dirBubble(t *testing.T, test func(t *testing.T, s *dirStore)) {
	t.Helper()
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "store")
	synctest.Test(t, func(t *testing.T) { test(t, openDir(t, dir)) })
}

// sweepAll does one whole round through the folder, after what is left of another.
func sweepAll(s *dirStore) {
	for s.sweep.dir != nil { // the end of a round that a Put has begun
		s.sweepSome()
	}
	s.sweep.next = time.Time{}
	for s.sweepSome(); s.sweep.dir != nil; {
		s.sweepSome()
	}
}

// G: store/expiry
func TestDirStoreValuesExpire(t *testing.T) {
	dirBubble(t, func(t *testing.T, s *dirStore) {
		ctx := t.Context()
		require.NoError(t, s.Put(ctx, "minute", []byte("v"), time.Minute))
		require.NoError(t, s.Put(ctx, "hour", []byte("v"), time.Hour))
		require.NoError(t, s.Put(ctx, "for ever", []byte("v"), 0))

		time.Sleep(time.Minute - time.Millisecond)
		_, err := s.Get(ctx, "minute")
		require.NoError(t, err)
		time.Sleep(time.Millisecond)
		_, err = s.Get(ctx, "minute")
		require.ErrorIs(t, err, ErrNotFound)
		keys, errs := listed(t, s, "")
		assert.Empty(t, errs)
		assert.Equal(t, []string{"for ever", "hour"}, keys)
		time.Sleep(100 * 365 * 24 * time.Hour)
		_, err = s.Get(ctx, "for ever")
		assert.NoError(t, err)
	})
}

// G: store/expiry
func TestDirStoreRemovesTheExpiredADayLater(t *testing.T) {
	dirBubble(t, func(t *testing.T, s *dirStore) {
		ctx := t.Context()
		require.NoError(t, s.Put(ctx, "minute", []byte("v"), time.Minute))
		require.NoError(t, s.Put(ctx, "month", []byte("v"), 30*24*time.Hour))
		require.NoError(t, s.Put(ctx, "for ever", []byte("v"), 0))
		all := []string{"k-for%20ever", "k-minute", "k-month"}

		time.Sleep(time.Minute + keepExpired - time.Millisecond)
		sweepAll(s)
		require.Equal(t, all, fileNames(t, s.dir))
		time.Sleep(time.Millisecond)
		require.NoError(t, s.Put(ctx, "for ever", nil, 0))
		assert.Equal(t, all, fileNames(t, s.dir), "not again at once")
		time.Sleep(sweepEvery)
		require.NoError(t, s.Put(ctx, "for ever", nil, 0))
		assert.Equal(t, []string{"k-for%20ever", "k-month"}, fileNames(t, s.dir))
	})
}

// Not parallel: it shifts the clock of all.
// G: clock/files
func TestDirStoreLosesNothingToAClockThatWasAhead(t *testing.T) {
	s := newDir(t)
	ctx := t.Context()
	shift := func(d time.Duration) {
		clock.Shift(d)
		t.Cleanup(func() { clock.Shift(-d) })
	}
	require.NoError(t, s.Put(ctx, "k", []byte("v"), 2*time.Hour))
	shift(12 * time.Hour)
	_, err := s.Get(ctx, "k")
	require.ErrorIs(t, err, ErrNotFound)
	sweepAll(s)
	require.NoError(t, s.Put(ctx, "ahead", []byte("v"), 2*time.Hour))

	shift(-12 * time.Hour)
	got, err := s.Get(ctx, "k")
	require.NoError(t, err, "the time is right again")
	assert.Equal(t, "v", string(got))
	shift(13 * time.Hour)
	_, err = s.Get(ctx, "ahead")
	assert.NoError(t, err, "kept longer")

	shift(-25 * time.Hour) // twelve hours behind
	require.NoError(t, s.Put(ctx, "behind", []byte("v"), 13*time.Hour))
	shift(12 * time.Hour)
	_, err = s.Get(ctx, "behind")
	assert.NoError(t, err, "an hour is left")
	shift(time.Hour)
	_, err = s.Get(ctx, "behind")
	assert.ErrorIs(t, err, ErrNotFound, "kept shorter")
}

// However large the folder is, a Put looks at few files of it, and all have their turn.
// G: store/expiry
func TestDirStoreSweepsAFewFilesAtATime(t *testing.T) {
	dirBubble(t, func(t *testing.T, s *dirStore) {
		const n = 4*sweepStep + 1
		s.sweep.next = clock.Now().Add(time.Hour)
		for i := range n {
			require.NoError(t, s.Put(t.Context(), fmt.Sprint("old", i), nil, time.Second))
		}
		time.Sleep(2 * keepExpired)
		for left := n; left > 1; left -= sweepStep {
			require.Len(t, fileNames(t, s.dir), left)
			s.sweepSome()
		}
		sweepAll(s)
		assert.Empty(t, fileNames(t, s.dir))
		assert.Nil(t, s.sweep.dir, "the folder is closed at its end")
		assert.True(t, s.sweep.next.After(clock.Now()))
	})
}

// G: store/expiry
func TestDirStoreRemovesNoNewValue(t *testing.T) {
	dirBubble(t, func(t *testing.T, s *dirStore) {
		path := s.path("k")
		s.sweep.next = clock.Now().Add(1000 * time.Hour)
		require.NoError(t, s.Put(t.Context(), "k", []byte("old"), time.Second))
		time.Sleep(2 * keepExpired)

		// The sweep has seen the expired value, then a writer starts.
		unlock, err := s.lock(t.Context(), "k", writeSuffix)
		require.NoError(t, err)
		removeOutdated(path, clock.Now())
		assert.FileExists(t, path, "the writer is at work")
		unlock()

		// The writer has finished before the sweep comes to remove.
		require.NoError(t, s.Put(t.Context(), "k", []byte("new"), time.Hour))
		removeOutdated(path, clock.Now())
		got, err := s.Get(t.Context(), "k")
		require.NoError(t, err)
		assert.Equal(t, "new", string(got))
	})
}

// G: store/expiry
func TestDirStoreSweepsWhatTheDeadLeft(t *testing.T) {
	t.Parallel()
	s := newDir(t)
	now := time.Now()
	file := func(name string, age time.Duration) string {
		path := filepath.Join(s.dir, name)
		require.NoError(t, os.WriteFile(path, nil, 0o600))
		require.NoError(t, os.Chtimes(path, now.Add(-age), now.Add(-age)))
		return path
	}
	oldTemp := file(".tmp-wecom-0123456789abcdef", 2*time.Hour)
	newTemp := file(".tmp-wecom-0123456789abcde0", time.Minute)
	deadLock := file("k-dead"+lockSuffix, time.Minute)
	deadWrite := file("k-dead"+writeSuffix, time.Minute)
	unlock, err := s.Lock(t.Context(), "held")
	require.NoError(t, err)

	sweepAll(s)
	assert.NoFileExists(t, oldTemp)
	assert.FileExists(t, newTemp, "somebody may be writing it")
	assert.NoFileExists(t, deadLock)
	assert.NoFileExists(t, deadWrite)
	assert.FileExists(t, s.path("held")+lockSuffix)
	unlock()
}

// A write takes less than an hour: what is older was left by the dead.
// G: store/expiry
func TestDirStoreKeepsTemporaryFilesForAnHour(t *testing.T) {
	t.Parallel()
	s, now := newDir(t), time.Now().Truncate(time.Second)
	path := filepath.Join(s.dir, ".tmp-wecom-0123456789abcdef")
	require.NoError(t, os.WriteFile(path, nil, 0o600))
	for _, age := range []time.Duration{-time.Hour, 0, keepTemp, keepTemp + time.Second} {
		require.NoError(t, os.Chtimes(path, now.Add(-age), now.Add(-age)))
		require.NoError(t, os.Chtimes(s.dir, now, now))
		sweepAll(s)
		if age <= keepTemp {
			require.FileExists(t, path, age)
		} else {
			require.NoFileExists(t, path, age)
		}
	}
}

// A process whose clock is a day ahead leaves alone what another one is writing.
// G: clock/files
func TestDirStoreSweepsNoWriteUnderWay(t *testing.T) {
	s := newDir(t)
	clock.Shift(25 * time.Hour)
	t.Cleanup(func() { clock.Shift(-25 * time.Hour) })
	path := filepath.Join(s.dir, ".tmp-wecom-0123456789abcdef")
	require.NoError(t, os.WriteFile(path, nil, 0o600))
	sweepAll(s)
	assert.FileExists(t, path)
}

// Writers of one store sweep beside each other and beside those who read.
func TestDirStoreSweepsInOneGoroutineAtATime(t *testing.T) {
	t.Parallel()
	s := newDir(t)
	s.sweep.mu.Lock()
	inTime(t, func() { assert.NoError(t, s.Put(t.Context(), "k", nil, 0), "does not wait for the sweep") })
	s.sweep.mu.Unlock()
}
