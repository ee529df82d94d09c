package messages

import (
	"testing"
	"time"

	"github.com/gothird/wecom/internal/fakewecom/faketest"
	"github.com/gothird/wecom/internal/fakewecom/platform"
	"github.com/stretchr/testify/assert"
)

type obj = platform.Obj

func TestMessagesReachMembers(t *testing.T) {
	t.Parallel()
	w := faketest.New(t, platform.Options{})
	New(w.Platform)
	w.AuthCode(faketest.Suite)
	message := func(more obj) obj {
		m := obj{"msgtype": "text", "text": obj{"content": "hi"}, "agentid": 1}
		for k, v := range more {
			m[k] = v
		}
		return m
	}
	for want, m := range map[int]obj{
		0:     message(obj{"touser": "woAnna|woNobody"}),
		81012: message(nil),
		81013: message(obj{"touser": "woNobody"}),
		40058: message(obj{"touser": "woAnna", "msgtype": "image"}),
	} {
		out := w.Call("send", m)
		assert.Equal(t, want, faketest.Errcode(out), "%v", out)
		if want == 0 {
			assert.Equal(t, "wonobody", out["invaliduser"])
			assert.NotEmpty(t, out["msgid"])
			assert.Nil(t, out["response_code"])
		}
	}
	assert.Zero(t, faketest.Errcode(w.Call("send", message(obj{"toparty": "3"}))))
	assert.Zero(t, faketest.Errcode(w.Call("send", message(obj{"touser": "@all"}))))
}

// What an app asks to be held back reaches nobody for a time, if it is all the same.
func TestRepeatedMessages(t *testing.T) {
	t.Parallel()
	w := faketest.New(t, platform.Options{})
	m := New(w.Platform)
	w.AuthCode(faketest.Suite)
	read := func(after time.Duration, text string, check, interval int) int {
		w.Advance(after)
		out := w.Call("send", obj{"msgtype": "text", "text": obj{"content": text}, "agentid": 1, "touser": "woAnna",
			"enable_duplicate_check": check, "duplicate_check_interval": interval})
		assert.Zero(t, faketest.Errcode(out), "%v", out)
		assert.NotEmpty(t, out["msgid"])
		return len(m.MessagesTo("woAnna"))
	}
	assert.Equal(t, 1, read(0, "a", 1, 0))
	assert.Equal(t, 1, read(29*time.Minute, "a", 1, 0))
	assert.Equal(t, 2, read(0, "b", 1, 0), "another text")
	assert.Equal(t, 3, read(time.Minute, "a", 1, 0), "half an hour after the one that was read")
	assert.Equal(t, 4, read(0, "c", 0, 0))
	assert.Equal(t, 5, read(0, "c", 0, 0), "nothing was asked for")
	assert.Equal(t, 6, read(0, "d", 1, 60))
	assert.Equal(t, 6, read(59*time.Second, "d", 1, 60))
	assert.Equal(t, 7, read(time.Second, "d", 1, 60))
}

// A card lacks each part of its kind once.
func TestCardsNeedTheirParts(t *testing.T) {
	t.Parallel()
	w := faketest.New(t, platform.Options{})
	New(w.Platform)
	w.AuthCode(faketest.Suite)
	full := obj{"main_title": obj{"title": "t"}, "sub_title_text": "s", "card_action": obj{"type": 1}, "card_image": obj{"url": "u"},
		"button_list": []any{obj{"text": "b"}}, "checkbox": obj{"question_key": "q", "option_list": []any{obj{"id": "1", "text": "t", "is_checked": true}}},
		"select_list": []any{obj{"question_key": "q", "option_list": []any{obj{"id": "1", "text": "t"}}}}, "submit_button": obj{"key": "k", "text": "t"},
		"task_id": "t", "action_menu": obj{"action_list": []any{obj{"key": "k", "text": "t"}}}}
	send := func(kind string, without ...string) obj {
		card := obj{"card_type": kind}
		for k, v := range full {
			card[k] = v
		}
		for _, k := range without {
			delete(card, k)
		}
		return w.Call("send", obj{"touser": "woAnna", "msgtype": "template_card", "agentid": 1, "template_card": card})
	}
	for kind, parts := range map[string][][]string{
		"text_notice":          {{"main_title", "sub_title_text"}, {"card_action"}, {"task_id"}},
		"news_notice":          {{"main_title"}, {"card_image"}, {"card_action"}, {"task_id"}},
		"button_interaction":   {{"main_title"}, {"button_list"}, {"task_id"}},
		"vote_interaction":     {{"main_title"}, {"checkbox"}, {"submit_button"}, {"task_id"}},
		"multiple_interaction": {{"main_title"}, {"select_list"}, {"submit_button"}, {"task_id"}},
	} {
		assert.NotEmpty(t, send(kind)["response_code"], kind)
		for _, without := range parts {
			assert.Equal(t, 40058, faketest.Errcode(send(kind, without...)), "%s without %s", kind, without)
		}
	}
	assert.Equal(t, 40058, faketest.Errcode(send("other")))
	assert.Nil(t, send("text_notice", "task_id", "action_menu")["response_code"])

	update := func(more obj) int {
		more["agentid"], more["response_code"] = 1, "c"
		return faketest.Errcode(w.Call("update_template_card", more))
	}
	assert.Equal(t, 40058, update(obj{}))
	assert.Zero(t, update(obj{"button": obj{"replace_name": "x"}, "userids": []any{"woAnna", "woNobody"}}))
	assert.Equal(t, 40058, update(obj{"template_card": obj{"card_type": "text_notice"}}))
}
