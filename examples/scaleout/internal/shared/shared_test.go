package shared

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// A file may have any name: it is there under this one, and nothing beside it under another.
func TestNamesOfFiles(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"plain.db", "a b.db", "what?.db", "100%25.db", "a#b&c=d.db", "中文.db"} {
		dir := t.TempDir()
		b, err := Open("sqlite", filepath.Join(dir, name))
		require.NoError(t, err)
		require.NoError(t, b.Migrate(t.Context()), name)
		require.NoError(t, b.Store.Put(t.Context(), "k", []byte("v"), 0))
		require.NoError(t, b.Close())
		files, err := os.ReadDir(dir)
		require.NoError(t, err)
		require.Equal(t, name, files[0].Name())
	}
}

func TestNoBackendOfThatName(t *testing.T) {
	t.Parallel()
	_, err := Open("oracle", "")
	require.ErrorContains(t, err, "there are sqlite, redis, mariadb and postgres")
}
