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
