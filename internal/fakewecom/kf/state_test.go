package kf

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/fakewecom/faketest"
)

// at brings a new conversation with Ann to a state.
func (w *world) at(state int) {
	w.t.Helper()
	w.writes(ann(), "?")
	steps := map[int][]int{stateAssistant: {stateAssistant}, statePool: {statePool}, stateServicer: {stateServicer}, stateOver: {stateServicer, stateOver}}
	for _, to := range steps[state] {
		require.Zero(w.t, faketest.Errcode(w.move(to, "woBo")))
	}
	now, _ := w.state()
	require.Equal(w.t, state, now)
}

func TestStatesAreLeftAsDocumented(t *testing.T) {
	t.Parallel()
	want := map[int][]int{
		stateNew:       {codeBadMove, 0, 0, 0, codeBadMove},
		stateAssistant: {codeBadMove, codeBadMove, 0, 0, codeBadMove},
		statePool:      {codeBadMove, codeBadMove, codeBadMove, 0, codeBadMove},
		stateServicer:  {codeBadMove, codeBadMove, codeBadMove, codeBadMove, 0}, // the servicer has it already
		stateOver:      {codeOver, codeOver, codeOver, codeOver, codeOver},
	}
	for from, codes := range want {
		for to, code := range codes {
			w := newWorld(t)
			w.at(from)
			out := w.move(to, "woBo")
			assert.Equal(t, code, faketest.Errcode(out), "%d to %d: %v", from, to, out)
			state, servicer := w.state()
			if code == 0 {
				assert.Equal(t, to, state)
			} else {
				assert.Equal(t, from, state, "a refused move changes nothing")
			}
			assert.Equal(t, state == stateServicer, servicer == "woBo")
		}
	}
}

func TestMovesNeedAServicerWhoIsThere(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.at(statePool)
	assert.Equal(t, 40058, faketest.Errcode(w.move(stateServicer, "")))
	assert.Equal(t, codeNoServicer, faketest.Errcode(w.move(stateServicer, "woAnna")))
	assert.Equal(t, 40058, faketest.Errcode(w.move(5, "")))
	assert.Equal(t, 40058, faketest.Errcode(w.move(-1, "")))
	require.NoError(t, w.AddKfServicers(t.Context(), faketest.Corp, w.account, "woAnna"))
	require.Zero(t, faketest.Errcode(w.move(stateServicer, "woAnna")))
	require.Zero(t, faketest.Errcode(w.move(stateServicer, "woBo")), "another servicer")
	_, servicer := w.state()
	assert.Equal(t, "woBo", servicer)
	assert.Equal(t, codeBadCustomer, w.code("service_state/get", obj{"open_kfid": w.account, "external_userid": "wmNobody"}))
	assert.Equal(t, codeBadCustomer, w.code("service_state/trans", obj{"open_kfid": w.account, "external_userid": "wmNobody", "service_state": 1}))
}

// The first move of a round to the pool and to a servicer brings a code, and so does the end.
func TestMovesBringCodes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	require.NoError(t, w.AddKfServicers(t.Context(), faketest.Corp, w.account, "woAnna"))
	for range 2 {
		w.writes(ann(), "?")
		assert.NotContains(t, w.move(stateAssistant, ""), "msg_code")
		pool := text(w.move(statePool, ""), "msg_code")
		servicer := text(w.move(stateServicer, "woBo"), "msg_code")
		assert.NotContains(t, w.move(stateServicer, "woAnna"), "msg_code", "the second move to a servicer")
		end := text(w.move(stateOver, ""), "msg_code")
		assert.NotContains(t, []string{pool, servicer, end}, "")
	}
}

// A conversation is over 48 hours after its begin, however much is said; what the customer
// writes then begins the next.
func TestConversationsLast48Hours(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.at(stateServicer)
	w.Clock.Add(window)
	w.writes(ann(), "still there?")
	state, servicer := w.state()
	assert.Equal(t, stateServicer, state)
	assert.Equal(t, "woBo", servicer)
	w.Clock.Add(time.Second)
	state, servicer = w.state()
	assert.Equal(t, stateOver, state)
	assert.Empty(t, servicer)
	assert.Equal(t, codeNotAnswerable, w.send(nil))
	w.writes(ann(), "hello?")
	state, _ = w.state()
	assert.Equal(t, stateNew, state)
	assert.Zero(t, w.send(nil))
}
