package chaos

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/examples/scaleout/internal/record"
	"github.com/gothird/wecom/examples/scaleout/internal/servers"
	"github.com/gothird/wecom/examples/scaleout/internal/shared"
)

var (
	soak   = flag.Bool("soak", false, "full sizes: as -pushes=100000 -corps=1000 -kills=60 -away=10s")
	pushes = flag.Int("pushes", 2000, "pushes of the row with kills, on each backend")
	corps  = flag.Int("corps", 1000, "corps that they are of")
	kills  = flag.Int("kills", 8, "processes that are killed meanwhile")
	away   = flag.Duration("away", 2*time.Second, "how long a server is away, or a file is locked")
)

// TestMain is the beginning of other processes, too.
func TestMain(m *testing.M) {
	if text := os.Getenv(configVariable); text != "" {
		if err := child(text); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	flag.Parse()
	if *soak {
		*pushes, *kills, *away = 100_000, 60, 10*time.Second
	}
	_ = flag.Set("test.parallel", "8") // rows wait most of the time, for leases and locks to end
	code := m.Run()
	common.end()
	os.Exit(code)
}

// each runs a row on each backend.
func each(t *testing.T, row func(t *testing.T, backend string)) {
	t.Helper()
	for _, backend := range shared.Backends() {
		t.Run(backend, func(t *testing.T) {
			t.Parallel()
			row(t, backend)
		})
	}
}

// pool are the servers of all rows that leave them alone.
type pool struct {
	mu      sync.Mutex
	servers map[string]*servers.Server
	folders []string
}

var common pool

func (p *pool) end() {
	for _, s := range p.servers {
		s.Kill()
	}
	for _, f := range p.folders {
		_ = os.RemoveAll(f)
	}
}

// commonServer is the server of a backend for rows that leave it alone. Each row has a file of its own,
// since one that writes all the time would keep the others waiting.
func commonServer(t *testing.T, backend string) *servers.Server {
	t.Helper()
	if backend == "sqlite" {
		return ownServer(t, backend)
	}
	common.mu.Lock()
	defer common.mu.Unlock()
	if s := common.servers[backend]; s != nil {
		return s
	}
	s, folder := startServer(t, backend)
	if common.servers == nil {
		common.servers = map[string]*servers.Server{}
	}
	common.servers[backend], common.folders = s, append(common.folders, folder)
	return s
}

// ownServer is one that a row may kill.
func ownServer(t *testing.T, backend string) *servers.Server {
	t.Helper()
	s, folder := startServer(t, backend)
	t.Cleanup(func() {
		s.Kill()
		_ = os.RemoveAll(folder)
	})
	return s
}

// startServer starts a server with tables.
func startServer(t *testing.T, backend string) (s *servers.Server, folder string) {
	t.Helper()
	folder, err := os.MkdirTemp("", "chaos") // other than t.TempDir, it can be reached by the user of PostgreSQL
	require.NoError(t, err)
	s, err = servers.Start(t.Context(), backend, folder)
	require.NoError(t, err)
	b, err := shared.Open(backend, s.URL)
	require.NoError(t, err)
	defer b.Close()
	require.NoError(t, b.Migrate(t.Context()))
	return s, folder
}

// figures are what a row prints. Those that it has not counted are -1.
type figures struct {
	tokens, failed, lost, twice, outOfOrder int
	heal                                    time.Duration
	more                                    string

	unworked map[record.Item]bool // the lost ones
}

func uncounted() figures {
	return figures{tokens: -1, failed: -1, lost: -1, twice: -1, outOfOrder: -1, heal: -1}
}

func (f figures) print(t *testing.T) {
	t.Helper()
	n := func(n int) string {
		if n < 0 {
			return "-"
		}
		return fmt.Sprint(n)
	}
	heal := "-"
	if f.heal >= 0 {
		heal = f.heal.Round(time.Millisecond).String()
	}
	t.Logf("%s: token requests %s, failed calls %s, healed in %s, lost %s, twice %s, out of order %s%s",
		strings.TrimPrefix(t.Name(), "Test"), n(f.tokens), n(f.failed), heal, n(f.lost), n(f.twice), n(f.outOfOrder), f.more)
}
