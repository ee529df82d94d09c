package token

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// G: dir/limits
func TestDirStoreListsInChunks(t *testing.T) {
	t.Parallel()
	s := newDir(t)
	var want []string
	for i := range 3*listChunk + 1 {
		e := dirEntry{key: fmt.Sprintf("%s%04d", strings.Repeat("long", 100*(i%2)), i)} // half of the names are hashes
		require.NoError(t, os.WriteFile(s.path(e.key), e.encode(), 0o600))
		want = append(want, e.key)
	}
	slices.Sort(want)
	keys, errs := listed(t, s, "")
	assert.Empty(t, errs)
	assert.Equal(t, want, keys)
	keys, _ = listed(t, s, "long")
	assert.Len(t, keys, (3*listChunk+1)/2)
}

// A file that is replaced may move to where a walk has already been, or will not come.
// G: dir/limits
func TestDirStoreListsWhatMovesWithinTheFolder(t *testing.T) {
	t.Parallel()
	s := newDir(t)
	var want []string
	for i := range 10 {
		want = append(want, fmt.Sprint("k", i))
		require.NoError(t, s.Put(t.Context(), want[i], nil, 0))
	}
	require.NoError(t, os.Rename(s.path("k5"), s.path("k5")+".moving"))
	var got []string
	for key, err := range s.List(t.Context(), "") {
		require.NoError(t, err)
		if len(got) == 0 { // the names were read by now
			require.NoError(t, os.Rename(s.path("k5")+".moving", s.path("k5")))
		}
		got = append(got, key)
	}
	slices.Sort(got)
	assert.Equal(t, want, got)
}

func BenchmarkDirStoreList(b *testing.B) {
	for _, n := range []int{1_000, 10_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			s := newDir(b)
			for i := range n {
				e := dirEntry{key: fmt.Sprint("stored ", i), value: make([]byte, 200)}
				require.NoError(b, os.WriteFile(s.path(e.key), e.encode(), 0o600))
			}
			for b.Loop() {
				found := 0
				for range s.List(b.Context(), "stored ") {
					found++
				}
				require.Equal(b, n, found)
			}
			b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*n), "µs/key")
		})
	}
}
