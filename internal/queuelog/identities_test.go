package queuelog

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/clock"
)

// identify notes an identity as the worker does.
func (b *bench) identify(text string, id uint64) {
	b.w.Identify(&Item{Identity: text, ID: id, Put: clock.Now()})
	b.w.flushIdentities()
}

// fillIdentities fills files, by one identity each.
func (b *bench) fillIdentities(files int) {
	for i := range files {
		b.identify(fmt.Sprint(i), uint64(i))
		b.w.ids.count = identityBatch
	}
}

// known is what a worker that begins anew hears of.
func (b *bench) known() map[string]uint64 {
	b.t.Helper()
	known := map[string]uint64{}
	b.w.Close()
	var err error
	b.w, err = b.f.Work(func(text string, id uint64, put time.Time) {
		assert.False(b.t, put.After(clock.Now()))
		known[text] = id
	})
	require.NoError(b.t, err)
	return known
}

func TestIdentitiesGoByTheFile(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, Options{})
		b.work()
		most := 0
		for i := range 50 {
			for j := range 20 {
				b.identify(fmt.Sprint(i), uint64(i*20+j))
			}
			time.Sleep(10 * time.Minute)
			b.poll()
			most = max(most, len(b.files(idsSuffix)))
		}
		assert.Equal(t, 3, most, "two hours, and the one that was begun")
		known := b.known()
		for i := 38; i < 50; i++ {
			assert.EqualValues(t, i*20+19, known[fmt.Sprint(i)], "the newest of two hours is known")
		}
		assert.Less(t, len(known), 12+7, "and an hour more at most")
		time.Sleep(identityLife + time.Second)
		b.known()
		b.poll()
		assert.Empty(t, b.files(idsSuffix))
		assert.Zero(t, b.w.ids.total)
	})
}

// Not parallel: it sets the clock of all.
// G: clock/queue
func TestIdentitiesOutliveStepsOfTheClock(t *testing.T) {
	for was, kept := range map[time.Duration]bool{
		time.Hour: true, -time.Hour: true, 365 * 24 * time.Hour: true, -365 * 24 * time.Hour: false,
	} {
		b := newBench(t, Options{})
		clock.Shift(was)
		b.work()
		b.identify("x", 7)
		b.w.Close()
		clock.Shift(-was)
		b.work()
		b.poll()
		assert.Equal(t, kept, len(b.files(idsSuffix)) > 0, was)
		assert.Equal(t, kept, b.known()["x"] == 7, was)
	}
}

// G: queue/dir-bounded
func TestMostIdentities(t *testing.T) {
	t.Parallel()
	b := newBench(t, Options{})
	b.work()
	b.fillIdentities(3)
	require.Len(t, b.files(idsSuffix), 3)
	b.poll()
	require.Len(t, b.files(idsSuffix), 3)
	b.w.ids.total = identityMost + 1
	b.poll()
	assert.Len(t, b.files(idsSuffix), 2, "the oldest goes")
	assert.Equal(t, map[string]uint64{"1": 1, "2": 2}, b.known())
}

func TestIdentitiesThatCannotBeWritten(t *testing.T) {
	t.Parallel()
	b := newBench(t, Options{})
	b.work()
	for _, step := range []string{"create", "write"} {
		b.disk.failOn(step, idsSuffix)
		b.identify("1", 1)
		b.identify("2", 2)
		problems := b.w.Problems()
		require.Len(t, problems, 1, "it is told once")
		assert.ErrorIs(t, problems[0], errBroken)
		b.disk.failing(nil)
		b.identify(step, 3)
	}
	known := b.known()
	assert.EqualValues(t, 3, known["create"])
	assert.EqualValues(t, 3, known["write"])
	b.disk.failOn("read", idsSuffix)
	assert.Empty(t, b.known())
	assert.NotEmpty(t, b.w.Problems(), "work goes on without them")
}

// An item may be over before its identity would be written otherwise.
func TestIdentityIsWrittenBeforeAnythingOfItsItem(t *testing.T) {
	t.Parallel()
	b := newBench(t, Options{})
	require.NoError(t, b.put("1"))
	b.work()
	_, items := b.poll()
	b.w.Identify(&items[0])
	b.over(items[0].ID)
	b.w.Kill()
	known := map[string]uint64{}
	var err error
	b.w, err = b.f.Work(func(text string, id uint64, _ time.Time) { known[text] = id })
	require.NoError(t, err)
	assert.Equal(t, map[string]uint64{"i1": items[0].ID}, known)
}
