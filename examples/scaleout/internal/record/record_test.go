package record_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/examples/scaleout/internal/record"
)

func TestRecordsAreReadBack(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	w, err := record.NewWriter(folder)
	require.NoError(t, err)
	defer w.Close()
	for n := range 3 {
		require.NoError(t, w.Write(record.Item{Corp: "a", N: n}))
	}
	// Another process was killed in the middle of a line, or of a number.
	require.NoError(t, os.WriteFile(filepath.Join(folder, "7.record"), []byte("5 7 9 b\n6 7"), 0o600))
	all, err := record.Read(folder)
	require.NoError(t, err)
	require.Len(t, all, 4)
	assert.Equal(t, record.Entry{Item: record.Item{Corp: "b", N: 9}, At: 5, PID: 7}, all[0], "the earliest is first")
	assert.Equal(t, os.Getpid(), all[3].PID)
	_, err = record.NewWriter(filepath.Join(folder, "none"))
	require.Error(t, err)
}

func TestSummaryFindsFaults(t *testing.T) {
	t.Parallel()
	entry := func(corp string, n, pid int) record.Entry {
		return record.Entry{Item: record.Item{Corp: corp, N: n}, PID: pid}
	}
	s := record.Summarize([]record.Entry{entry("a", 1, 1), entry("b", 2, 1), entry("a", 3, 2), entry("a", 2, 2), entry("b", 2, 2), entry("b", 2, 1), entry("a", 4, 1)})
	assert.Equal(t, 2, s.Twice, "the item of b, two times more")
	assert.Equal(t, 1, s.OutOfOrder, "the second of a")
	assert.Len(t, s.Worked, 5)
	assert.Equal(t, map[int]int{1: 4, 2: 3}, s.ByPID)
	again := record.Summarize([]record.Entry{entry("a", 1, 1), entry("a", 2, 1), entry("a", 1, 2), entry("a", 3, 1)})
	assert.Zero(t, again.OutOfOrder, "what is repeated is late, and no fault of the order")
}
