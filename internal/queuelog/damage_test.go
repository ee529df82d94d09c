package queuelog

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// flip damages the bytes of a file that are these.
func flip(t *testing.T, path, what string) {
	t.Helper()
	b, err := os.ReadFile(path)
	require.NoError(t, err)
	i := bytes.Index(b, []byte(what))
	require.GreaterOrEqual(t, i, 0)
	b[i] ^= 1
	require.NoError(t, os.WriteFile(path, b, 0o600))
}

// G: queue/dir-failures
func TestDamagedItemIsPutAsideOnce(t *testing.T) {
	t.Parallel()
	b := newBench(t, Options{})
	require.NoError(t, b.put("one"))
	require.NoError(t, b.put("two"))
	require.NoError(t, b.put("three"))
	flip(t, b.files(putSuffix)[0], "two")
	b.work()
	got, _ := b.poll()
	assert.Equal(t, []string{"one", "three"}, got, "the rest is worked")
	problems := b.w.Problems()
	require.Len(t, problems, 1)
	assert.ErrorIs(t, problems[0], ErrDamaged)
	aside := b.copies()
	require.Len(t, aside, 1)
	assert.ErrorContains(t, problems[0], aside[0])
	copied, err := os.ReadFile(aside[0])
	require.NoError(t, err)
	assert.Contains(t, string(copied), "uwo")
	for range 2 {
		b.work()
		got, _ = b.poll()
		assert.Equal(t, []string{"one", "three"}, got)
		assert.Empty(t, b.w.Problems(), "it was told")
		assert.Len(t, b.copies(), 1)
	}
}

func (b *bench) copies() []string {
	names, err := filepath.Glob(filepath.Join(b.dir, damaged+"*"))
	require.NoError(b.t, err)
	return names
}

func TestPartOfADamagedBatchIsBetterThanNothing(t *testing.T) {
	t.Parallel()
	for _, more := range []bool{true, false} {
		b := newBench(t, Options{})
		require.NoError(t, b.put("one", "two", "three"))
		want := []string{"one", "two"}
		if more {
			require.NoError(t, b.put("four"))
			want = append(want, "four")
		}
		require.NoError(t, b.f.Close())
		flip(t, b.files(putSuffix)[0], "three")
		b.work()
		got, _ := b.poll()
		assert.Equal(t, want, got)
	}
}

// G: queue/dir-failures
func TestDamageAfterTheStartIsFoundWhenRead(t *testing.T) {
	t.Parallel()
	b := newBench(t, Options{})
	require.NoError(t, b.put("one"))
	b.work()
	_, items := b.poll()
	flip(t, b.files(putSuffix)[0], "one")
	for range 2 {
		_, err := b.w.Read(items[0].ID)
		require.ErrorIs(t, err, ErrDamaged)
	}
	assert.Len(t, b.copies(), 1)
	assert.Len(t, b.w.Problems(), 1)
}

// What is in a log is an item's only copy, or says that one is over.
// G: queue/dir-failures
func TestDamagedLogLosesOnlyWhatIsDamaged(t *testing.T) {
	t.Parallel()
	b := newBench(t, Options{})
	require.NoError(t, b.put("1", "2", "3"))
	b.work()
	_, items := b.poll()
	for _, text := range []string{"first", "second"} {
		it := items[0]
		it.State = []byte(text)
		batch, err := b.w.Write(nil, []Item{it})
		require.NoError(t, err)
		require.NoError(t, batch.Sync())
		batch.Apply()
	}
	b.over(items[1].ID)
	flip(t, b.files(logSuffix)[0], "second")
	b.work()
	got, items := b.poll()
	assert.Equal(t, []string{"1", "3"}, got)
	assert.Equal(t, "first", string(items[0].State), "what was before it")
	assert.Len(t, b.w.Problems(), 1)
}

func TestDamagedHeaderLosesNothing(t *testing.T) {
	t.Parallel()
	b := newBench(t, Options{})
	require.NoError(t, b.put("1"))
	b.work()
	_, items := b.poll()
	require.NoError(t, b.w.Start([]uint64{items[0].ID}))
	flip(t, b.files(putSuffix)[0], magic)
	flip(t, b.files(logSuffix)[0], magic)
	b.work()
	got, items := b.poll()
	assert.Equal(t, []string{"1"}, got)
	assert.Equal(t, 1, items[0].Starts)
	assert.Len(t, b.w.Problems(), 2)
}
