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

// What a corp sends after it has cancelled is not taken for what it sent before, whatever the
// clocks of those who remove the installation and take the message: it waits for the next
// installation.
// G: builtin/waits clock/queue
func TestARemovalUnderClocksThatDiffer(t *testing.T) {
	for _, c := range []struct {
		restarts     bool
		cancel, text time.Duration // how far the clock is ahead
	}{
		{false, 9 * time.Minute, 0},
		{false, 0, -9 * time.Minute},
		{true, 9 * time.Minute, 0},
		{true, 9 * time.Minute, -9 * time.Minute},
		{true, -9 * time.Minute, 9 * time.Minute},
	} {
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
			clock.Shift(c.cancel)
			require.NoError(t, w.fake.Cancel(t.Context(), siteSuite, siteCorp))
			pass(time.Second)
			clock.Shift(-c.cancel)
			if c.restarts {
				stop()
				w.open(Config{})
				listen()
				stop = w.run()
			}
			clock.Shift(c.text)
			require.NoError(t, w.text(siteCorp, "of the next one"))
			pass(2 * time.Second)
			clock.Shift(-c.text)
			w.install()
			pass(10 * time.Minute)
			assert.Equal(t, []string{"of the next one"}, got.all(), "%+v", c)
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
		On(w.in, func(_ context.Context, _ *Notice, e *ContactEvent) error { time.Sleep(4 * time.Second); return nil })
		defer w.run()()
		w.ticket()
		w.install()
		pass(time.Second)
		require.NoError(t, w.contact(siteCorp, "u1"))
		require.NoError(t, w.text(siteCorp, "begun"))
		require.NoError(t, w.text(siteCorp, "before"))
		pass(time.Second)
		require.NoError(t, w.fake.Cancel(t.Context(), siteSuite, siteCorp)) // waits for the contact
		pass(time.Second)
		require.NoError(t, w.text(siteCorp, "after"))
		pass(20 * time.Second)
		w.install()
		pass(20 * time.Second)
		assert.Equal(t, []string{"begun", "after"}, got.all())
	})
}
