package durable

import (
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestCreateMakesPrivateFilesThatGrow(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "f")
	f, err := Create(path)
	require.NoError(t, err)
	defer f.Close()
	for _, s := range []string{"one ", "two"} {
		_, err = f.WriteString(s)
		require.NoError(t, err)
		require.NoError(t, SyncData(f))
	}
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, "one two", string(data))
	if runtime.GOOS != "windows" {
		fi, err := f.Stat()
		require.NoError(t, err)
		assert.Equal(t, fs.FileMode(0o600), fi.Mode())
	}
	assert.NoError(t, SyncFile(path))
	assert.ErrorIs(t, SyncFile(path+"2"), fs.ErrNotExist)
	_, err = Create(path)
	assert.ErrorIs(t, err, fs.ErrExist, "what is there is left alone")
	require.NoError(t, f.Close())
	assert.Error(t, SyncData(f), "an error of the sync is told")
}

func TestIsAtKnowsARemovedFile(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		return // where no open file is removed
	}
	path := filepath.Join(t.TempDir(), "f")
	f, err := Create(path)
	require.NoError(t, err)
	defer f.Close()
	assert.True(t, IsAt(f, path))
	require.NoError(t, os.Remove(path))
	assert.False(t, IsAt(f, path))
	require.NoError(t, os.WriteFile(path, nil, 0o600))
	assert.False(t, IsAt(f, path), "another file of that name")
	require.NoError(t, f.Close())
	assert.False(t, IsAt(f, path), "nobody knows")
}
