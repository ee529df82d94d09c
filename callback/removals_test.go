package callback

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/clock"
)

// When the clock was ahead while an installation was removed, what comes later is not taken
// for what was before: it waits for the next installation.
// G: clock/queue
func TestARemovalUnderAClockThatWasAhead(t *testing.T) {
	const ahead = 9 * time.Minute // within URL.MaxAge
	for _, restarts := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t, Config{})
			var got seen
			listen := func() {
				On(w.in, func(_ context.Context, _ *Notice, m *TextMessage) error { got.add(m.Content); return nil })
			}
			listen()
			stop := w.run()
			w.ticket()
			w.install()
			pass(time.Second)
			clock.Shift(ahead)
			require.NoError(t, w.fake.Cancel(t.Context(), siteSuite, siteCorp))
			pass(time.Second)
			clock.Shift(-ahead)
			if restarts {
				stop()
				w.open(Config{})
				listen()
				stop = w.run()
			}
			require.NoError(t, w.text(siteCorp, "of the next one"))
			pass(2 * time.Second)
			w.install()
			pass(10 * time.Second)
			assert.Equal(t, []string{"of the next one"}, got.all(), "restarts: %t", restarts)
			stop()
		})
	}
}

// What a corp sends after it has cancelled may be of its next installation, which is on its
// way: it is not what was waiting before, though the cancel_auth is processed after it was put.
// G: builtin/ends
func TestWhatComesAfterACancelThatWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, Config{})
		var got seen
		On(w.in, func(_ context.Context, _ *Notice, m *TextMessage) error {
			got.add(m.Content)
			time.Sleep(5 * time.Second)
			return nil
		})
		On(w.in, func(_ context.Context, _ *Notice, e *ContactEvent) error { time.Sleep(time.Second); return nil })
		defer w.run()()
		w.ticket()
		w.install()
		pass(time.Second)
		require.NoError(t, w.contact(siteCorp, "u1"))
		require.NoError(t, w.text(siteCorp, "begun"))
		require.NoError(t, w.text(siteCorp, "before"))
		pass(10 * time.Millisecond)
		require.NoError(t, w.fake.Cancel(t.Context(), siteSuite, siteCorp)) // waits for the contact
		pass(10 * time.Millisecond)
		require.NoError(t, w.text(siteCorp, "after"))
		pass(20 * time.Second)
		w.install()
		pass(20 * time.Second)
		assert.Equal(t, []string{"begun", "after"}, got.all())
	})
}
