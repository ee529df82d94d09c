package kf

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/fakewecom/faketest"
)

func TestFiveAnswersToAQuestion(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.writes(ann(), "?")
	for range 2 {
		for range answersPerQuestion {
			require.Zero(t, w.send(nil))
		}
		assert.Equal(t, codeManySent, w.send(nil))
		w.writes(ann(), "!")
	}
	assert.Zero(t, w.send(nil))
	msgs, _, _ := w.read(nil)
	assert.Equal(t, []string{"enter_session", "?", "!", "!"}, said(msgs), "what apps send does not come back")
}

func TestAnswersComeWithin48Hours(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	assert.Equal(t, codeBadCustomer, w.send(nil), "nobody")
	link := text(w.ask("add_contact_way", obj{"open_kfid": w.account}), "url")
	require.NoError(t, w.KfEnter(t.Context(), link, ann()))
	assert.Equal(t, codeTooLate, w.send(nil), "he has written nothing")
	w.writes(ann(), "?")
	w.Clock.Add(window)
	assert.Zero(t, w.send(nil))
	w.Clock.Add(time.Second)
	assert.Equal(t, codeTooLate, w.send(nil))
}

func TestAnswersNeedTheirState(t *testing.T) {
	t.Parallel()
	for state, want := range map[int]int{stateNew: 0, stateAssistant: 0, statePool: codeNotAnswerable, stateServicer: codeNotAnswerable, stateOver: codeOver} {
		w := newWorld(t)
		w.at(state)
		assert.Equal(t, want, w.send(nil), "state %d", state)
	}
}

// An app that does not know whether its message was taken sends it again with its msgid.
func TestMsgIdsAreTakenOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	assert.Equal(t, codeBadCustomer, w.send(obj{"msgid": "own_1"}), "refused: the id is free")
	w.writes(ann(), "?")
	out := w.ask("send_msg", message(w.account, obj{"msgid": "own_1"}))
	assert.Equal(t, "own_1", out["msgid"])
	assert.Equal(t, codeMsgIdUsed, w.send(obj{"msgid": "own_1"}))
	for range answersPerQuestion - 1 {
		id := text(w.ask("send_msg", message(w.account, nil)), "msgid")
		assert.Equal(t, codeMsgIdUsed, w.send(obj{"msgid": id}))
	}
	assert.Equal(t, codeMsgIdUsed, w.send(obj{"msgid": "own_1"}), "rather than too many")
	assert.Equal(t, []string{"?", "hi", "hi", "hi", "hi", "hi"}, w.texts())
	assert.Equal(t, 40058, w.send(obj{"msgid": "a.b"}))
	assert.Equal(t, 40058, w.send(obj{"msgid": strings.Repeat("a", 33)}))
}

// What a customer refuses is taken, and then reported.
func TestRefusedMessagesFailLater(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.writes(ann(), "?")
	require.NoError(t, w.KfRefuse(t.Context(), w.account, ann(), true))
	require.Zero(t, w.send(obj{"msgid": "own"}))
	event := w.last()
	assert.Equal(t, obj{"event_type": "msg_send_fail", "open_kfid": w.account, "external_userid": "wmAnn", "fail_msgid": "own", "fail_type": 10.0}, event)
	require.NoError(t, w.KfRefuse(t.Context(), w.account, ann(), false))
	require.Zero(t, w.send(nil))
	assert.Equal(t, []string{"?", "hi"}, w.texts())
}

func items(n int, item obj) (list []any) {
	for range n {
		list = append(list, item)
	}
	return list
}

func TestContentsAreChecked(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	long := func(n int) string { return strings.Repeat("x", n) }
	click := obj{"type": "click", "click": obj{"content": "c"}}
	words := obj{"type": "text", "text": obj{"content": "t"}}
	menu := func(list ...any) obj { return obj{"list": list} }
	for _, c := range []struct {
		kind    string
		content obj
		want    int
	}{
		{"image", obj{"media_id": "m"}, 0},
		{"voice", nil, 40058},
		{"business_card", obj{"userid": "woBo"}, 40058},
		{"link", obj{"url": "http://" + long(2041), "title": "t", "thumb_media_id": "m"}, 0},
		{"link", obj{"url": "http://" + long(2042), "title": "t", "thumb_media_id": "m"}, 40058},
		{"location", obj{"latitude": 90, "longitude": -180.0}, 0},
		{"location", obj{"latitude": 90.1, "longitude": 0}, 40058},
		{"location", obj{"latitude": 0, "longitude": -180.1}, 40058},
		{"ca_link", obj{"link_url": "u"}, 0},
		{"msgmenu", obj{"head_content": long(1024), "tail_content": long(1024)}, 0},
		{"msgmenu", obj{"head_content": long(1025)}, 40058},
		{"msgmenu", obj{"tail_content": long(1025)}, 40058},
		{"msgmenu", menu(append(items(10, click), items(40, words)...)...), 0},
		{"msgmenu", menu(items(11, click)...), codeManyItems},
		{"msgmenu", menu(items(51, words)...), codeManyItems},
		{"msgmenu", menu(obj{"type": "button"}), codeBadItem},
		{"msgmenu", menu(obj{"type": "view", "click": obj{"content": "c"}}), 40058},
		{"msgmenu", menu(obj{"type": "click", "click": obj{"content": long(129)}}), 40058},
		{"msgmenu", menu(obj{"type": "click", "click": obj{"content": "c", "id": long(129)}}), 40058},
		{"msgmenu", menu(obj{"type": "view", "view": obj{"content": long(1024), "url": long(2048)}}), 0},
		{"msgmenu", menu(obj{"type": "view", "view": obj{"content": "c", "url": long(2049)}}), 40058},
		{"msgmenu", menu(obj{"type": "miniprogram", "miniprogram": obj{"content": "c", "pagepath": "p", "appid": long(33)}}), 40058},
		{"msgmenu", menu(obj{"type": "text", "text": obj{"content": long(257)}}), 40058},
	} {
		w.writes(ann(), "?")
		assert.Equal(t, c.want, w.send(obj{"msgtype": c.kind, c.kind: c.content}), "%s %.200v", c.kind, c.content)
	}
}

// What is longer than it may be is cut between characters.
func TestLongTextsAreCut(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.writes(ann(), "?")
	require.Zero(t, w.send(obj{"text": obj{"content": strings.Repeat("x", 2048)}}))
	require.Zero(t, w.send(obj{"text": obj{"content": strings.Repeat("客", 700)}}))
	texts := w.texts()
	assert.Equal(t, strings.Repeat("x", 2048), texts[1])
	assert.Equal(t, strings.Repeat("客", 682), texts[2])
	require.Zero(t, w.send(obj{"msgtype": "link", "link": obj{"url": "https://u", "title": strings.Repeat("t", 129), "desc": strings.Repeat("d", 513), "thumb_media_id": "m"}}))
	require.Zero(t, w.send(obj{"msgtype": "miniprogram", "miniprogram": obj{"appid": "a", "pagepath": "p.html", "title": strings.Repeat("t", 65), "thumb_media_id": "m"}}))
	list, err := w.KfConversations(faketest.Corp, w.account)
	require.NoError(t, err)
	for i, want := range []string{`"title":"` + strings.Repeat("t", 128) + `"`, `"title":"` + strings.Repeat("t", 64) + `"`} {
		assert.Contains(t, string(list[0].Messages[3+i].Content), want)
	}
	assert.Contains(t, string(list[0].Messages[3].Content), `"desc":"`+strings.Repeat("d", 512)+`"`)
}
