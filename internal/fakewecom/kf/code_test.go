package kf

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/fakewecom/faketest"
)

// onEvent answers with a code: a text, or what more says.
func (w *world) onEvent(code string, more obj) int {
	in := obj{"code": code, "msgtype": "text", "text": obj{"content": "welcome"}}
	for k, v := range more {
		in[k] = v
	}
	return w.code("send_msg_on_event", in)
}

// comes is Ann who enters by the link, and the welcome code that it brings.
func (w *world) comes() string {
	w.t.Helper()
	link := text(w.ask("add_contact_way", obj{"open_kfid": w.account}), "url")
	require.NoError(w.t, w.KfEnter(w.t.Context(), link, ann()))
	msgs, _, _ := w.read(nil)
	event, _ := msgs[len(msgs)-1]["event"].(obj)
	require.Equal(w.t, "enter_session", event["event_type"])
	return text(event, "welcome_code")
}

func TestCustomersAreWelcomedOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	late := w.comes()
	w.Clock.Add(20 * time.Second)
	assert.Equal(t, codeBadCode, w.onEvent(late, nil), "20 seconds are over")
	code := w.comes()
	w.Clock.Add(19 * time.Second)
	assert.Equal(t, 40058, w.onEvent(code, obj{"msgtype": "image", "image": obj{"media_id": "m"}}))
	assert.Equal(t, codeManyItems, w.onEvent(code, obj{"msgtype": "msgmenu", "msgmenu": obj{"list": items(11, obj{"type": "text", "text": obj{"content": "t"}})}}))
	require.Zero(t, w.onEvent(code, obj{"msgid": "own"}), "a refused one does not use it up")
	assert.Equal(t, codeBadCode, w.onEvent(code, nil), "once")
	assert.Equal(t, []string{"welcome"}, w.texts())

	w.Clock.Add(window)
	assert.Empty(t, w.comes(), "he was welcomed within 48 hours")
	w.Clock.Add(time.Second)
	code = w.comes()
	assert.Equal(t, codeMsgIdUsed, w.onEvent(code, obj{"msgid": "own"}))
	assert.Equal(t, 40058, w.onEvent(code, obj{"msgid": "!"}))
	assert.Zero(t, w.onEvent(code, obj{"msgtype": "msgmenu", "msgmenu": obj{"head_content": "h"}}))
}

func TestWhoWroteIsNotWelcomed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.writes(ann(), "?")
	w.Clock.Add(window)
	assert.Empty(t, w.comes())
	w.Clock.Add(time.Second)
	assert.NotEmpty(t, w.comes())
}

func TestReplyCodesHoldForTheirState(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.writes(ann(), "?")
	pool := text(w.move(statePool, ""), "msg_code")
	assert.Equal(t, 40058, w.onEvent(pool, obj{"msgtype": "msgmenu", "msgmenu": obj{"head_content": "h"}}), "a text only")
	w.Clock.Add(window - time.Second)
	require.Zero(t, w.onEvent(pool, nil))

	w.Clock.Add(2 * time.Second)
	w.writes(ann(), "?")
	pool = text(w.move(statePool, ""), "msg_code")
	servicer := text(w.move(stateServicer, "woBo"), "msg_code")
	assert.Equal(t, codeNotAnswerable, w.onEvent(pool, nil), "it waits no more")
	require.Zero(t, w.onEvent(servicer, nil))
	end := text(w.move(stateOver, ""), "msg_code")
	assert.Equal(t, codeOver, w.onEvent(pool, nil))
	w.Clock.Add(19 * time.Second)
	require.Zero(t, w.onEvent(end, obj{"msgtype": "msgmenu", "msgmenu": obj{"head_content": "h"}}))

	w.at(stateServicer)
	end = text(w.move(stateOver, ""), "msg_code")
	w.writes(ann(), "one more thing")
	assert.Equal(t, codeNotAnswerable, w.onEvent(end, nil), "it has begun again")
	w.move(statePool, "")
	assert.Equal(t, codeNotAnswerable, w.onEvent(pool, nil), "in the pool again, but in another round")
}

func TestCodesAreOfTheirCorpAndAccount(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	code := w.comes()
	in := obj{"code": code, "msgtype": "text", "text": obj{"content": "x"}}
	assert.Equal(t, codeNotManaged, faketest.Errcode(w.askAs(faketest.Template, "send_msg_on_event", in)))
	assert.Equal(t, codeBadCode, w.onEvent("none", nil))
	require.NoError(t, w.KfRefuse(t.Context(), w.account, ann(), true))
	require.Zero(t, w.onEvent(code, obj{"msgid": "own"}))
	assert.Equal(t, "own", w.last()["fail_msgid"])
}
