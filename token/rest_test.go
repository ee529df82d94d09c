package token

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/sealed"
)

// What is under testdata/rest was written once and is never made anew: every later version
// has to read what this one has left on a disk.
const (
	restKey    = "a key of tests, thirty-two bytes"
	restName   = "wecom/v1/installation/wwProvider/dkSuite/wpCorp"
	restFile   = "k-wecom%2fv1%2finstallation%2fww%50rovider%2fdk%53uite%2fwp%43orp"
	restValue  = `{"corp_id":"wpCorp","permanent_code":"code of the test"}`
	restExpiry = 4102444800123 // in the year 2100
)

func readAtRest(t *testing.T, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", "rest", name))
	require.NoError(t, err)
	return data
}

// G: store/formats
func TestDirEntriesAtRestAreRead(t *testing.T) {
	t.Parallel()
	for name, expires := range map[string]int64{
		"dir-plain": 0, "dir-plain-expiry": restExpiry, "dir-sealed": 0, "dir-sealed-expiry": restExpiry,
	} {
		dir := newDir(t)
		require.NoError(t, os.WriteFile(filepath.Join(dir.dir, restFile), readAtRest(t, name), 0o600))
		var s Store = dir
		if strings.HasPrefix(name, "dir-sealed") {
			s = mustSeal(t, dir, []byte(restKey))
		}
		got, err := s.Get(t.Context(), restName)
		require.NoError(t, err, name)
		assert.Equal(t, restValue, string(got), name)
		keys, errs := listed(t, s, "wecom/")
		assert.Empty(t, errs, name)
		assert.Equal(t, []string{restName}, keys, name)

		e, err := readEntry(filepath.Join(dir.dir, restFile))
		require.NoError(t, err)
		assert.Equal(t, expires, millis(e.expires), name)
		assert.Equal(t, expires, millis(expiryIn(filepath.Join(dir.dir, restFile))), name)
	}
}

func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

// G: store/formats
func TestSealedValuesAtRestAreRead(t *testing.T) {
	t.Parallel()
	for name, expires := range map[string]int64{"sealed": 0, "sealed-expiry": restExpiry} {
		value := readAtRest(t, name)
		inner := NewMemoryStore()
		require.NoError(t, inner.Put(t.Context(), restName, value, 0))
		got, err := mustSeal(t, inner, sealKey(1), []byte(restKey)).Get(t.Context(), restName)
		require.NoError(t, err, name)
		assert.Equal(t, restValue, string(got), name)

		box, err := sealed.New([]byte(restKey))
		require.NoError(t, err)
		_, inHeader, err := box.Open(value, []byte(restName))
		require.NoError(t, err)
		assert.Equal(t, expires, millis(inHeader), name)
	}
}

// Of a long key the file name is a hash.
// G: store/formats
func TestFileNamesAtRestAreFound(t *testing.T) {
	t.Parallel()
	s := newDir(t)
	assert.Equal(t, restFile, filepath.Base(s.path(restName)))
	assert.Equal(t, "h-60048478ae47edd7ef18f1235afd254a72ffaf32c4bc5726e8d250c3be51e3cb", filepath.Base(s.path(strings.Repeat("a", 199))))
}

// G: store/damage
func TestWhatANewerVersionWroteIsTold(t *testing.T) {
	t.Parallel()
	s, ctx := newDir(t), t.Context()
	newer := bytes.Replace(readAtRest(t, "dir-plain"), []byte("wecom-store 1 "), []byte("wecom-store 2 something else "), 1)
	require.NoError(t, os.WriteFile(filepath.Join(s.dir, restFile), newer, 0o600))
	_, err := s.Get(ctx, restName)
	assert.ErrorContains(t, err, "written by a newer version")
	assert.NotErrorIs(t, err, ErrNotFound)
	assert.True(t, unreadable(err))
	_, errs := listed(t, s, "")
	require.Len(t, errs, 1)
	assert.ErrorContains(t, errs[0], "written by a newer version")
	sweepAll(s)
	assert.Equal(t, []string{restFile}, fileNames(t, s.dir))

	inner := NewMemoryStore()
	value := readAtRest(t, "sealed")
	value[0] = 2
	require.NoError(t, inner.Put(ctx, restName, value, 0))
	_, err = mustSeal(t, inner, []byte(restKey)).Get(ctx, restName)
	assert.ErrorIs(t, err, sealed.ErrNewer)
	assert.ErrorContains(t, err, "by a newer version")
}
