package kf

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/fakewecom/faketest"
)

// model is what a conversation should be, by the pages alone.
type model struct {
	state          int
	begun, wrote   time.Time
	sent           int
	steps          map[string]int
	known, refuses bool
}

// TestRandomWalk does random things to a conversation and holds the engine against the
// model after each.
func TestRandomWalk(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	rnd := rand.New(rand.NewPCG(7, 1))
	m := &model{state: stateOver, steps: map[string]int{}}
	cursor := ""
	for step := range 2000 {
		m.pass(w, rnd)
		events := m.step(w, rnd.IntN(9))
		if step%200 == 100 {
			w.Reload() // it goes on as though nothing had been
		}
		m.audit(t, w)
		msgs, next, _ := w.readOn(cursor)
		assert.Len(t, msgs, events, "step %d: nothing is lost or repeated", step)
		cursor = next
		require.False(t, t.Failed(), "step %d: %+v", step, m)
	}
	for _, what := range []string{"sent", "over", "late", "many", "state", "moved", "bad move", "refused", "taken", "ended", "again"} {
		assert.Positive(t, m.steps[what], "%q never happened: the walk proves little", what)
	}
}

// readOn reads what has come since.
func (w *world) readOn(cursor string) (msgs []obj, next string, more int) {
	w.Clock.Add(10 * time.Second) // for the rate limit of reads without a token
	return w.read(obj{"cursor": cursor})
}

// pass lets time pass, now and then much.
func (m *model) pass(w *world, rnd *rand.Rand) {
	if rnd.IntN(12) == 0 {
		w.Clock.Add(time.Duration(rnd.IntN(60)) * time.Hour)
	}
	if m.state != stateOver && w.Clock.Now().Sub(m.begun) > 48*time.Hour {
		m.state = stateOver
	}
}

// step does one thing, and says how many entries it should leave in the log.
func (m *model) step(w *world, what int) (entries int) {
	switch {
	case what == 0 || !m.known:
		return m.write(w)
	case what <= 3:
		return m.send(w)
	case what <= 6:
		m.move(w)
		return 0
	}
	return m.serve(w, what == 7)
}

func (m *model) write(w *world) int {
	content, _ := json.Marshal(obj{"content": "?"})
	_, err := w.KfWrite(w.t.Context(), w.account, ann(), "text", content)
	require.NoError(w.t, err)
	if m.state == stateOver {
		m.state, m.begun = stateNew, w.Clock.Now()
	}
	m.wrote, m.sent = w.Clock.Now(), 0
	if m.known {
		return 1
	}
	m.known = true
	return 2 // he entered too
}

func (m *model) send(w *world) int {
	want, why := 0, "sent"
	switch now := w.Clock.Now(); {
	case now.Sub(m.wrote) > 48*time.Hour:
		want, why = codeTooLate, "late"
	case m.state == stateOver && now.Sub(m.begun) <= 48*time.Hour:
		want, why = codeOver, "over"
	case m.state != stateNew && m.state != stateAssistant:
		want, why = codeNotAnswerable, "state"
	case m.sent == 5:
		want, why = codeManySent, "many"
	default:
		m.sent++
	}
	m.steps[why]++
	assert.Equal(w.t, want, w.send(nil), why)
	if want != 0 || !m.refuses {
		return 0
	}
	m.steps["refused"]++
	return 1
}

// move tries a state that goes round with the number of earlier moves.
func (m *model) move(w *world) {
	to := (m.steps["moved"] + m.steps["bad move"]) % 5
	ways := map[string]bool{"01": true, "02": true, "03": true, "12": true, "13": true, "23": true, "34": true}
	want, why := codeBadMove, "bad move"
	switch {
	case m.state == stateOver:
		want = codeOver
	case ways[fmt.Sprint(m.state)+fmt.Sprint(to)]:
		want, why = 0, "moved"
		m.state = to
	}
	m.steps[why]++
	assert.Equal(w.t, want, faketest.Errcode(w.move(to, "woBo")), "to %d", to)
	m.refuses = to == 2
	require.NoError(w.t, w.KfRefuse(w.t.Context(), w.account, ann(), m.refuses))
}

// serve is the servicer who takes, answers or ends.
func (m *model) serve(w *world, end bool) int {
	ctx := w.t.Context()
	if end {
		err := w.KfEnd(ctx, w.account, ann())
		return m.done(w, err, m.state == stateServicer, "ended", stateOver)
	}
	if m.state != stateOver {
		err := w.KfTake(ctx, w.account, ann(), "woBo")
		return m.done(w, err, m.state == statePool, "taken", stateServicer)
	}
	_, err := w.KfAnswer(ctx, w.account, ann(), "woBo", "!")
	if w.Clock.Now().Sub(m.wrote) > 48*time.Hour {
		require.Error(w.t, err)
		return 0
	}
	m.begun = w.Clock.Now()
	return 1 + m.done(w, err, true, "again", stateServicer) // and the message
}

func (m *model) done(w *world, err error, good bool, what string, to int) int {
	if !good {
		require.Error(w.t, err, what)
		return 0
	}
	require.NoError(w.t, err, what)
	m.steps[what]++
	m.state = to
	return 1
}

func (m *model) audit(t *testing.T, w *world) {
	state, servicer := w.state()
	assert.Equal(t, m.state, state)
	assert.Equal(t, state == stateServicer, servicer == "woBo")
}
