package callback_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/callback"
)

// badWorld is a queue on such a disk, and what is known of it.
type badWorld struct {
	t    *testing.T
	r    *rand.Rand
	disk *badDisk
	q    callback.Queue
	n    int

	acked map[string]bool // Put returned nil
	done  map[string]bool // Settle returned nil
	tried map[string]bool // Settle returned an error: at the next start it may be done or not
	held  []callback.Claimed

	reopened bool
}

func newBadWorld(t *testing.T, seed uint64) *badWorld {
	w := &badWorld{t: t, r: rand.New(rand.NewPCG(seed, 9)), disk: &badDisk{}, acked: map[string]bool{}, done: map[string]bool{}, tried: map[string]bool{}}
	var err error
	w.q, err = callback.OpenDirQueueOn(w.disk, t.TempDir(), small)
	require.NoError(t, err)
	t.Cleanup(func() { w.q.Close() })
	join(t, w.q, 1000*time.Hour)
	return w
}

func (w *badWorld) put() error {
	var items []callback.Item
	for range 1 + w.r.IntN(3) {
		it := itemOf(fmt.Sprint(w.r.IntN(4)), fmt.Sprint(w.n))
		if w.r.IntN(5) == 0 {
			it.Identity, it.Same = "", fmt.Sprint("same", w.n)
		}
		items = append(items, it)
		w.n++
	}
	err := w.q.Put(w.t.Context(), items)
	for _, it := range items {
		w.acked[string(it.Payload)] = w.acked[string(it.Payload)] || err == nil
	}
	return err
}

func (w *badWorld) claim() error {
	got, err := claim(w.t, w.q)
	if errors.Is(err, callback.ErrLost) {
		w.held = nil
		join(w.t, w.q, 1000*time.Hour)
	}
	for _, c := range got {
		require.False(w.t, w.done[string(c.Payload)], "%s is done, and was handed out again", c.Payload)
		require.Contains(w.t, w.acked, string(c.Payload))
	}
	w.held = append(w.held, got...)
	return err
}

// settle settles what is held, and what could not be settled before once more.
func (w *badWorld) settle() error {
	var all []callback.Settlement
	for _, c := range w.held {
		s := callback.Settlement{Hold: c.Hold}
		if w.r.IntN(3) == 0 {
			s.Kind, s.After, s.State = callback.Again, time.Second, []byte("state")
		}
		all = append(all, s)
	}
	lost, err := w.q.Settle(w.t.Context(), all)
	for i, c := range w.held {
		if err != nil && all[i].Kind == callback.Done {
			w.tried[string(c.Payload)] = true
		}
	}
	if err != nil {
		return err
	}
	for i, c := range w.held {
		if all[i].Kind == callback.Done && !slices.Contains(lost, c.Hold) {
			w.done[string(c.Payload)] = true
		}
	}
	w.held = nil
	return nil
}

// drain works all that there is, on a disk that is good again.
func (w *badWorld) drain() {
	w.t.Helper()
	w.disk.set(nil)
	for range 300 {
		time.Sleep(time.Second)
		w.claim()
		require.NoError(w.t, w.settle())
	}
	for payload, acked := range w.acked {
		assert.True(w.t, !acked || w.done[payload] || w.reopened && w.tried[payload], "%s is lost", payload)
	}
	s, err := w.q.Stats(w.t.Context())
	require.NoError(w.t, err)
	assert.Empty(w.t, s)
}

// Whichever step fails, for however long: it is an error of that call at most, and when the
// disk is good again nothing is lost and nothing done twice.
// G: queue/dir-failures
func TestDirQueueOnADiskThatComesAndGoes(t *testing.T) {
	t.Parallel()
	for _, step := range diskSteps {
		t.Run(step, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := newBadWorld(t, 1)
				require.NoError(t, w.put())
				require.NoError(t, w.claim())
				require.NotEmpty(t, w.held)
				for range 3 {
					w.disk.set(func(s string) bool { return s == step })
					for range 4 {
						w.put()
						w.settle()
						w.claim()
						time.Sleep(2 * time.Second)
					}
					w.disk.set(nil)
					time.Sleep(2 * time.Second)
					require.NoError(t, w.put())
				}
				w.drain()
			})
		})
	}
}

// G: queue/dir-failures
func TestDirQueueOnADiskThatFailsNowAndThen(t *testing.T) {
	t.Parallel()
	for seed := range uint64(10) {
		synctest.Test(t, func(t *testing.T) {
			w := newBadWorld(t, seed)
			random := rand.New(rand.NewPCG(seed, 3)) // of the disk, which several use
			for range 300 {
				if w.r.IntN(10) == 0 {
					rate := []int{0, 3, 30}[w.r.IntN(3)]
					w.disk.set(func(string) bool { return rate > 0 && random.IntN(rate) == 0 })
				}
				[]func() error{w.put, w.claim, w.settle}[w.r.IntN(3)]()
				if w.r.IntN(5) == 0 {
					time.Sleep(time.Duration(w.r.IntN(1500)) * time.Millisecond)
				}
				if w.r.IntN(60) == 0 {
					w.reopen()
				}
			}
			w.drain()
			w.reopen()
			w.drain()
		})
	}
}

// reopen is the end of the process, and the next one.
func (w *badWorld) reopen() {
	callback.Crash(w.q)
	w.disk.set(nil)
	var err error
	w.q, err = callback.OpenDirQueueOn(w.disk, callback.DirOf(w.q), small)
	require.NoError(w.t, err)
	w.held, w.reopened = nil, true
	join(w.t, w.q, 1000*time.Hour)
}

// G: queue/dir-failures
func TestDirQueueTellsAFullDisk(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newBadWorld(t, 1)
		require.NoError(t, w.put())
		require.NoError(t, w.claim())
		w.disk.set(func(step string) bool { return step == "write" })
		assert.ErrorIs(t, w.put(), syscall.ENOSPC)
		assert.ErrorIs(t, w.settle(), syscall.ENOSPC)
		w.disk.set(nil)
		require.NoError(t, w.settle())
		require.NoError(t, w.put())
		w.disk.set(func(step string) bool { return step == "write" || step == "create" })
		assert.ErrorIs(t, w.claim(), syscall.ENOSPC, "what cannot be counted is not started")
		assert.Empty(t, w.held)
		w.drain()
	})
}

// Who could not read an item has not started it, and its deaths still count.
// G: queue/dir-failures
func TestDirQueueCountsNoStartOfWhatItCannotRead(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newBadWorld(t, 1)
		putInto(t, w.q, itemOf("a", "1"), itemOf("a", "2"))
		_, got := claimed(t, w.q)
		require.Len(t, got, 1)
		w.reopen()
		_, err := w.q.Stats(t.Context())
		require.NoError(t, err)
		w.disk.set(func(step string) bool { return step == "read" })
		for range 3 {
			_, err := claim(t, w.q)
			require.ErrorIs(t, err, syscall.ENOSPC)
			time.Sleep(2 * time.Second)
		}
		w.disk.set(nil)
		time.Sleep(2 * time.Second)
		var starts []string
		for range 2 {
			_, got := claimed(t, w.q)
			require.Len(t, got, 1)
			starts = append(starts, fmt.Sprint(string(got[0].Payload), ":", got[0].Starts))
			settle(t, w.q, got[0], callback.Settlement{})
		}
		assert.Equal(t, []string{"1:2", "2:1"}, starts)
	})
}
