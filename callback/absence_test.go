package callback

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Notices that wait while nobody runs the inbox are not silent.
// G: inbox/forgotten-run
func TestAForgottenRunIsReported(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, Config{})
		w.installed(siteCorp)
		for i := range 7 {
			require.NoError(t, w.text(siteCorp, fmt.Sprint(i)))
			time.Sleep(50 * time.Second)
		}
		told := w.errs()
		require.Len(t, told, 2, "at every look but those that might be of a moment")
		assert.ErrorContains(t, told[0].err, "is Inbox.Run running")
		stop := w.run()
		pass(2 * time.Minute)
		require.NoError(t, w.text(siteCorp, "x"))
		pass(time.Second)
		assert.Empty(t, w.errs())
		stop()
	})
}

// Who only puts asks without keeping the sender waiting, and takes nothing for forgotten
// that fails, runs for long or belongs to others.
// G: inbox/forgotten-run
func TestWhoOnlyPutsRaisesNoFalseAlarm(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		queue := &durableQueue{Queue: NewMemoryQueue()}
		w := newWorld(t, Config{Queue: queue})
		w.installed(siteCorp, siteOther)
		On(w.in, func(ctx context.Context, _ *Notice, m *TextMessage) error {
			switch m.Content {
			case "fails":
				return errTest
			case "hangs":
				<-ctx.Done()
			}
			return nil
		})
		defer w.run()()
		synctest.Wait()
		w.open(Config{Queue: queue}) // another process
		require.NoError(t, w.in.queue.Put(t.Context(), []Item{{Route: "app/ww-other", Lane: siteCorp, Payload: []byte("{}")}}))
		minutes := func(n int) {
			for i := range 6 * n {
				require.NoError(t, w.textFrom(siteOther, fmt.Sprint(i), fmt.Sprint(time.Now())))
				time.Sleep(10 * time.Second)
			}
		}
		minutes(5)
		require.NoError(t, w.text(siteCorp, "fails"))
		minutes(30)
		require.NoError(t, w.text(siteCorp, "hangs"))
		require.NoError(t, w.text(siteCorp, "waits for it"))
		minutes(10)
		for _, e := range w.errs() {
			assert.NotContains(t, e.err.Error(), "nobody processes")
		}
	})
}

// elsewhere is a queue that another process works, and does not say what that one holds.
type elsewhere struct{ *memoryQueue }

func (elsewhere) isWorkedElsewhere() bool { return true }

// G: inbox/forgotten-run
func TestWhoOnlyPutsTrustsWhoWorksTheQueue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sealed, err := SealQueue(elsewhere{NewMemoryQueue().(*memoryQueue)}, make([]byte, 32))
		require.NoError(t, err)
		w := newWorld(t, Config{Queue: sealed})
		for i := range 10 {
			require.NoError(t, w.text(siteCorp, fmt.Sprint(i)))
			time.Sleep(time.Minute)
		}
		assert.Empty(t, w.errs())
	})
}

// What becomes less is being processed.
// G: inbox/forgotten-run
func TestWhoOnlyPutsSeesProgress(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		queue := &durableQueue{Queue: NewMemoryQueue()}
		w := newWorld(t, Config{Queue: queue})
		for i := range 5 {
			require.NoError(t, w.text(siteCorp, fmt.Sprint(i)))
		}
		for i := range 3 {
			time.Sleep(time.Minute)
			require.NoError(t, w.text(siteCorp, fmt.Sprint("more", i)))
			synctest.Wait()
			for range 2 {
				for _, c := range queue.claimAll(t) {
					_, err := queue.Settle(t.Context(), []Settlement{{Hold: c.Hold}})
					require.NoError(t, err)
				}
			}
		}
		assert.Empty(t, w.errs())
	})
}

// hangingStats is a queue that takes its time to count.
type hangingStats struct{ Queue }

func (hangingStats) Stats(ctx context.Context) (map[string]Stats, error) {
	<-ctx.Done()
	return nil, ctx.Err()
}

// G: inbox/forgotten-run
func TestWhoOnlyPutsAnswersAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, Config{Queue: hangingStats{NewMemoryQueue()}})
		begin := time.Now()
		for i := range 3 {
			require.NoError(t, w.text(siteCorp, fmt.Sprint(i)))
		}
		assert.Zero(t, time.Since(begin))
		pass(absenceTimeout)
	})
}
