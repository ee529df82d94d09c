package servers_test

import (
	"context"
	"net"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/callback"
	"github.com/gothird/wecom/examples/scaleout/internal/servers"
	"github.com/gothird/wecom/examples/scaleout/internal/shared"
	"github.com/gothird/wecom/token"
)

// A server is used, killed, and has after another start what it had before. Package chaos does that to
// the others.
func TestServers(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"redis", "sqlite"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			folder, err := os.MkdirTemp("", "servers") // other than t.TempDir, it can be reached by all users
			require.NoError(t, err)
			t.Cleanup(func() { os.RemoveAll(folder) })
			s, err := servers.Start(t.Context(), name, folder)
			require.NoError(t, err)
			t.Cleanup(s.Kill)
			use(t, name, s.URL, func(b *shared.Backend) {
				_, err := b.Store.Get(t.Context(), "k")
				require.ErrorIs(t, err, token.ErrNotFound)
				require.NoError(t, b.Store.Put(t.Context(), "k", []byte("v"), 0))
				require.NoError(t, b.Queue.Put(t.Context(), []callback.Item{{Route: "r", Lane: "l"}}))
			})
			s.Kill()
			if name != "sqlite" {
				_, err = net.Dial("tcp", s.Addr())
				require.Error(t, err)
			}
			require.NoError(t, s.Again(t.Context()))
			use(t, name, s.URL, func(b *shared.Backend) {
				v, err := b.Store.Get(t.Context(), "k")
				require.NoError(t, err)
				assert.Equal(t, "v", string(v))
				stats, err := b.Queue.Stats(t.Context())
				require.NoError(t, err)
				assert.Equal(t, 1, stats["r"].Waiting)
			})
		})
	}
}

func use(t *testing.T, name, url string, do func(b *shared.Backend)) {
	t.Helper()
	b, err := shared.Open(name, url)
	require.NoError(t, err)
	require.NoError(t, b.Migrate(t.Context()))
	do(b)
	require.NoError(t, b.Close())
}

func TestServersThatCannotBe(t *testing.T) {
	_, err := servers.Start(t.Context(), "oracle", t.TempDir())
	require.ErrorContains(t, err, "there are sqlite, redis, mariadb and postgres")
	ended, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	_, err = servers.Start(ended, "redis", t.TempDir())
	require.ErrorIs(t, err, context.DeadlineExceeded)
	t.Setenv("PATH", t.TempDir())
	_, err = servers.Start(t.Context(), "redis", t.TempDir())
	require.ErrorContains(t, err, "there is no redis-server on this machine: install redis-server (on Debian: apt-get install redis-server")
}

func TestURLsThatAreNone(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{"redis": "redis://", "mariadb": "user:password@tcp(host:3306)/database", "oracle": "there are"} {
		_, err := shared.Open(name, "::")
		require.ErrorContains(t, err, want, name)
	}
}
