package main

import (
	"bytes"
	"io"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/pairbench"
)

// TestMain is the beginning of processes that tests start.
func TestMain(m *testing.M) {
	if asMember(os.Stdin, os.Stdout) {
		return
	}
	os.Exit(m.Run())
}

// small is a bench that does everything once, with little of it.
func small(progress io.Writer) *bench {
	once := func(base, contender func()) pairbench.Result {
		base()
		contender()
		return pairbench.Result{Ratio: 1, Control: 1}
	}
	return &bench{cpu: once, wall: once, divisor: 500, progress: progress}
}

// Every row runs, and says what it is to say. Figures that are no times are those of a large
// run.
func TestEveryRowRuns(t *testing.T) {
	var out, progress bytes.Buffer
	require.NoError(t, small(&progress).print(&out, regexp.MustCompile("")))
	table := out.String()
	for _, g := range groups() {
		assert.Contains(t, progress.String(), g.name+": ")
	}
	for _, row := range []string{
		"hit, provider ", "hit, corp ", "hit, parallel by serial ", "WithCorp + hit, 2000 corps ", "GET, stub ", "POST, stub ", "GET, loopback ", "POST, loopback ", "POST, stub, floor with a timeout ",
		"default client by one without timeout ", "answer of 100 KiB ", "answer of 1024 KiB, one number quoted ", "callback, small ", "callback, 2 KiB ",
		"handler, 32 connections ", "DirQueue Put, 64 at once ", "storm of 10000, cold ", "dials, 32 goroutines ", "dials, 256 goroutines ",
		"100000 corps: memory by data ", "100000 corps: memory by data, Store elsewhere ", "1000000 orders, iterator: memory ", "160000 waiting in one lane: restart, first item ",
		"512 idle workers: an event ", "25000 keys in a DirStore: Put ",
	} {
		assert.Contains(t, table, "\n"+row)
	}
	for _, row := range []string{
		`100 callers, endpoint fails: token requests +1 at most .*met`,
		`100 callers, token dead \(42001\): token requests +1 at most .*met`,
		`100 callers, all tokens rejected: token requests +1 at most .*met`,
		`100 callers, all tokens rejected: calls +[12](\.\d+)? a caller .*met`,
	} {
		assert.Regexp(t, row, table)
	}
	if _, err := exec.LookPath("redis-server"); err == nil {
		assert.Regexp(t, `8 processes, one Redis, cold: token requests +1 a start .*met`, table)
	} else {
		assert.Contains(t, progress.String(), "run `make servers`")
	}
	if t.Failed() {
		t.Log(table)
	}
}

func TestOnlyWhatIsWanted(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	require.NoError(t, small(io.Discard).print(&out, regexp.MustCompile("^callback$")))
	assert.Equal(t, 6, strings.Count(out.String(), "\n"), "an empty line, headings, four rows")
	require.Error(t, run([]string{"-run", "("}, io.Discard, io.Discard))
	require.Error(t, run([]string{"-cpuprofile", t.TempDir()}, io.Discard, io.Discard), "a folder is no file")
	require.NoError(t, run([]string{"-run", "^$"}, io.Discard, io.Discard))
}

// A row whose way fails is no row.
func TestFailuresEndTheRun(t *testing.T) {
	t.Parallel()
	b := small(io.Discard)
	fine, bad := func() error { return nil }, func() error { return errOther }
	require.ErrorIs(t, b.compare("x", pairbench.Goal{}, pair{fine, bad}), errOther)
	require.ErrorIs(t, b.compareWall("x", pairbench.Goal{}, pair{bad, fine}), errOther)
	require.ErrorIs(t, b.growth([]int{1}, "x", "", 1, func(int) (float64, error) { return 0, errOther }), errOther)
	var out bytes.Buffer
	require.NoError(t, b.table.Write(&out))
	assert.Empty(t, out.String())
}

func TestGrowthHasTheFirstSizeForItsGoal(t *testing.T) {
	t.Parallel()
	b := small(io.Discard)
	require.NoError(t, b.growth([]int{500, 1000, 1500}, "rows", "µs", 1.5, func(n int) (float64, error) { return float64(n * n), nil }))
	var out bytes.Buffer
	require.NoError(t, b.table.Write(&out))
	assert.Regexp(t, `500 rows +1 µs *\n1000 rows +4 µs +≤ 1\.5 +missed *\n1500 rows +9 µs +≤ 1\.5 +missed`, out.String())
}
