package pairbench

import (
	"bytes"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func result(ratio, control float64, floorAllocs, allocs int) Result {
	return Result{
		Ratio: ratio, Control: control,
		Base:      Cost{Time: 50 * time.Nanosecond, Allocs: floorAllocs},
		Contender: Cost{Time: 12 * time.Millisecond, Allocs: allocs},
	}
}

func TestTable(t *testing.T) {
	t.Parallel()
	var table Table
	var b bytes.Buffer
	require.NoError(t, table.Write(&b))
	assert.Empty(t, b.String(), "no headings over nothing")

	table.Add("hit", result(1.05, 1.01, 0, 0), Goal{Ratio: 1.1, Allocs: More(0)})
	table.Add("call", result(2.07, 0.99, 35, 80), Goal{Ratio: 1.15, Allocs: More(6)})
	table.Add("storm", result(0.5, 1, 3, 4), Goal{})
	table.Count("dials", 0.19, "a call", 0.02)
	table.Count("requests", 1, "a storm", 1)
	table.Count("memory", 1234.5, "bytes", math.Inf(1))
	require.NoError(t, table.Write(&b))
	var rows [][]string
	for line := range strings.Lines(b.String()) {
		rows = append(rows, strings.Fields(line))
	}
	assert.Equal(t, [][]string{
		{},
		strings.Fields("row floor ours ratio A/A allocs goal"),
		strings.Fields("hit 50 ns 12.0 ms 1.05 1.01 0/0 ≤ 1.10, allocs ≤ +0 met"),
		strings.Fields("call 50 ns 12.0 ms 2.07 0.99 35/80 ≤ 1.15, allocs ≤ +6 missed"),
		strings.Fields("storm 50 ns 12.0 ms 0.50 1.00 3/4"),
		strings.Fields("dials 0.19 a call ≤ 0.02 missed"),
		strings.Fields("requests 1 a storm ≤ 1 met"),
		strings.Fields("memory 1234 bytes"),
	}, rows)
}

// A goal is missed by more than the run itself was unsure of.
func TestMissed(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		goal   Goal
		result Result
		missed bool
	}{
		{Goal{}, result(9, 1, 0, 9), false},
		{Goal{Ratio: 1.1}, result(1.1, 1, 0, 9), false},
		{Goal{Ratio: 1.1}, result(1.105, 1, 0, 0), false},
		{Goal{Ratio: 1.1}, result(1.12, 1, 0, 0), true},
		{Goal{Ratio: 1.1}, result(1.12, 1.05, 0, 0), false},
		{Goal{Ratio: 1.1}, result(1.12, 0.95, 0, 0), false},
		{Goal{Allocs: More(0)}, result(9, 1, 5, 5), false},
		{Goal{Allocs: More(0)}, result(0.1, 1, 5, 6), true},
		{Goal{Ratio: 2, Allocs: More(6)}, result(1.9, 1, 5, 12), true},
	} {
		assert.Equal(t, row.missed, row.goal.missed(row.result), "%+v %+v", row.goal, row.result)
	}
}
