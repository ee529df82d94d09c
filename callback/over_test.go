package callback

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/clock"
	"github.com/gothird/wecom/token"
)

// failCreate registers a function of create_auth that fails and notes the permanent codes
// that it got, and one of messages.
func failCreate(w *world) (codes, texts *seen) {
	codes, texts = new(seen), new(seen)
	On(w.in, func(_ context.Context, n *Notice, _ *AuthEvent) error {
		codes.add(n.Permanent().PermanentCode)
		return errTest
	}, KItCreateAuth)
	On(w.in, func(_ context.Context, _ *Notice, m *TextMessage) error { texts.add(m.Content); return errTest })
	return codes, texts
}

func (w *world) code() string {
	w.t.Helper()
	in, err := w.api.WithCorp(siteCorp).Installation()
	require.NoError(w.t, err)
	return in.PermanentCode
}

// What is of a cancelled installation does not run for the next one, wherever our clock is.
// G: builtin/in-order builtin/ends clock/queue
func TestWhatIsOverDoesNotRunForTheNextInstallation(t *testing.T) {
	for _, ahead := range []time.Duration{0, 2 * time.Minute, -2 * time.Minute} {
		synctest.Test(t, func(t *testing.T) {
			clock.Shift(ahead)
			defer clock.Shift(-ahead)
			w := newWorld(t, Config{})
			codes, texts := failCreate(w)
			defer w.run()()
			w.ticket()
			w.install()
			pass(2 * time.Second)
			first := w.code()
			require.NoError(t, w.text(siteCorp, "old"))
			pass(40 * time.Second)
			require.NoError(t, w.fake.Cancel(t.Context(), siteSuite, siteCorp))
			pass(1100 * time.Millisecond)
			before := texts.count("old")
			w.install()
			pass(2 * time.Second)
			second := w.code()
			require.NotEqual(t, first, second)
			require.NoError(t, w.text(siteCorp, "new"))
			pass(10 * time.Minute)
			assert.Equal(t, before, texts.count("old"), "%s", ahead)
			assert.Greater(t, texts.count("new"), 3)
			assert.Positive(t, codes.count(first))
			assert.Greater(t, codes.count(second), 3)
			all := codes.all()
			assert.NotContains(t, all[len(all)-codes.count(second):], first, "%s: %q", ahead, all)
		})
	}
}

// The functions of create_auth end with the installation, also when the user removes it and
// no cancel_auth comes.
// G: builtin/ends
func TestCreateFunctionsEndWithTheInstallation(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, Config{})
		codes, _ := failCreate(w)
		defer w.run()()
		w.ticket()
		w.install()
		pass(40 * time.Second)
		require.NoError(t, w.api.WithCorp(siteCorp).RemoveInstallation())
		before := len(codes.all())
		pass(time.Hour)
		assert.Len(t, codes.all(), before)
		assert.Equal(t, Stats{Running: true}, w.stats())
	})
}

// A message of the second in which its corp has cancelled ends, too.
// G: builtin/ends
func TestWhatIsOfTheSecondOfTheCancelEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, Config{})
		_, texts := failCreate(w)
		defer w.run()()
		w.ticket()
		w.install()
		pass(2 * time.Second)
		require.NoError(t, w.text(siteCorp, "x"))
		require.NoError(t, w.fake.Cancel(t.Context(), siteSuite, siteCorp))
		pass(time.Hour)
		assert.LessOrEqual(t, texts.count("x"), 1)
		assert.Equal(t, Stats{Running: true}, w.stats())
	})
}

// A notice without a time may be of the next installation: it waits for that.
// G: builtin/waits
func TestANoticeWithoutATimeIsNotOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, Config{})
		_, texts := failCreate(w)
		defer w.run()()
		w.ticket()
		w.install()
		pass(2 * time.Second)
		require.NoError(t, w.fake.Cancel(t.Context(), siteSuite, siteCorp))
		pass(2 * time.Second)
		require.NoError(t, w.deliver(siteCorp, "<xml><ToUserName>"+siteCorp+"</ToUserName><FromUserName>woLin01</FromUserName><MsgType>text</MsgType><Content>x</Content><MsgId>7</MsgId></xml>"))
		pass(2 * time.Second)
		w.install()
		pass(time.Minute)
		assert.Positive(t, texts.count("x"))
	})
}

// When the permanent code is reset, functions that run again get the one that is valid.
// G: builtin/reset
func TestFunctionsGetTheCodeThatIsValid(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, Config{})
		codes, _ := failCreate(w)
		defer w.run()()
		w.ticket()
		w.install()
		pass(40 * time.Second)
		first := w.code()
		before := len(codes.all())
		require.NoError(t, w.api.SetInstallation(token.Installation{CorpId: siteCorp, PermanentCode: "code-after-the-reset"}))
		pass(10 * time.Minute)
		require.Greater(t, len(codes.all()), before+2)
		assert.Equal(t, before, codes.count(first))
		assert.Equal(t, len(codes.all())-before, codes.count("code-after-the-reset"))
	})
}
