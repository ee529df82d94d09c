package messages

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/fakewecom/faketest"
	"github.com/gothird/wecom/internal/fakewecom/platform"
)

// full has every part of every kind of card.
func full() obj {
	option := func(id string) obj { return obj{"id": id, "text": id, "is_checked": id == "b"} }
	selection := func(key, at string) obj {
		return obj{"question_key": key, "selected_id": at, "option_list": []any{obj{"id": "x", "text": "x"}, obj{"id": "y", "text": "y"}}}
	}
	return obj{"main_title": obj{"title": "t"}, "sub_title_text": "s", "card_action": obj{"type": 1}, "card_image": obj{"url": "u"},
		"button_list":      []any{obj{"text": "b", "key": "yes"}, obj{"text": "b", "key": "no"}, obj{"text": "b", "type": 1, "url": "https://a"}},
		"checkbox":         obj{"question_key": "q", "mode": 1, "option_list": []any{option("a"), option("b"), option("c")}},
		"select_list":      []any{selection("s1", "y"), selection("s2", "")},
		"button_selection": selection("bs", "none"),
		"submit_button":    obj{"key": "go", "text": "t"},
		"task_id":          "t", "action_menu": obj{"action_list": []any{obj{"key": "menu", "text": "t"}}}}
}

// parts are what a kind of card is made of here.
func parts(kind string) []string {
	return map[string][]string{
		"text_notice":          {"main_title", "sub_title_text", "card_action", "task_id", "action_menu"},
		"button_interaction":   {"main_title", "button_list", "button_selection", "task_id", "action_menu"},
		"vote_interaction":     {"main_title", "checkbox", "submit_button", "task_id"},
		"multiple_interaction": {"main_title", "select_list", "submit_button", "task_id"},
	}[kind]
}

func card(kind, taskId string) obj {
	all, out := full(), obj{"card_type": kind}
	for _, part := range parts(kind) {
		out[part] = all[part]
	}
	out["task_id"] = taskId
	return out
}

// deal sends a card to Anna and Bo, and returns its id and its response_code.
func (w *world) deal(card obj) (id, code string) {
	w.T.Helper()
	out := w.sentOut(w.text(obj{"touser": "woAnna|woBo", "msgtype": "template_card", "template_card": card}))
	id, _ = out["msgid"].(string)
	code, _ = out["response_code"].(string)
	return id, code
}

// A card lacks each part of its kind once.
func TestCardsNeedTheirParts(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	serial := 0
	send := func(kind string, without ...string) obj {
		serial++
		card := full()
		card["card_type"], card["task_id"] = kind, strings.Repeat("t", serial)
		for _, k := range without {
			delete(card, k)
		}
		return w.Call("send", w.text(obj{"touser": "woAnna", "msgtype": "template_card", "template_card": card}))
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
			assert.Equal(t, platform.CodeBadParam, faketest.Errcode(send(kind, without...)), "%s without %s", kind, without)
		}
	}
	assert.Equal(t, platform.CodeBadParam, faketest.Errcode(send("other")))
	assert.Nil(t, send("text_notice", "task_id", "action_menu")["response_code"])
}

// A task_id is good for one card of an app, unless the message is held back as a repetition.
func TestTaskIdsAreUsedOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	in := w.text(obj{"touser": "woAnna", "msgtype": "template_card", "template_card": card("vote_interaction", "t-1"), "enable_duplicate_check": 1})
	w.sentOut(in)
	w.sentOut(in)
	in["touser"] = "woBo"
	assert.Equal(t, 42014, w.code(in))
	in["template_card"] = card("vote_interaction", "t 2")
	assert.Equal(t, 42014, w.code(in))
	in["template_card"] = card("vote_interaction", strings.Repeat("t", 129))
	assert.Equal(t, 42014, w.code(in))
	assert.Equal(t, []int{1, 0}, w.counts("woAnna", "woBo"))
}

func (w *world) update(code string, more obj) obj {
	w.T.Helper()
	in := obj{"agentid": w.agent(), "response_code": code}
	maps.Copy(in, more)
	out, ep := w.Call("update_template_card", in), faketest.Endpoint(w.T, "update_template_card")
	if code := faketest.Errcode(out); code == 0 {
		faketest.AsDocumented(w.T, ep, out)
	} else {
		assert.Contains(w.T, slices.Concat(ep.Errors, []int{platform.CodeBadParam}), code, "%v", out)
	}
	return out
}

var dead = obj{"replace_name": "Done"}

// A response_code changes the card of those who got it, once.
func TestCardsAreChangedOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, code := w.deal(card("button_interaction", "t1"))
	assert.Equal(t, 60140, faketest.Errcode(w.update("none", obj{"atall": 1, "button": dead})))
	out := w.update(code, obj{"userids": []string{"woAnna", "woCy", "WONOBODY"}, "button": dead})
	assert.Equal(t, []any{"wocy", "wonobody"}, out["invaliduser"])
	assert.Equal(t, "Done", w.last("woAnna")["replace_text"])
	assert.Nil(t, w.last("woBo")["replace_text"])
	assert.Equal(t, 60140, faketest.Errcode(w.update(code, obj{"atall": 1, "button": dead})))

	_, code = w.deal(card("text_notice", "t2"))
	assert.Equal(t, platform.CodeBadParam, faketest.Errcode(w.update(code, obj{"atall": 1, "button": dead})), "it has no button")
	new := card("vote_interaction", "")
	delete(new, "task_id")
	assert.Zero(t, faketest.Errcode(w.update(code, obj{"atall": 1, "template_card": new})))
	assert.Equal(t, "vote_interaction", w.last("woBo")["card_type"])

	_, code = w.deal(card("vote_interaction", "t3"))
	w.Clock.Add(answerLife - time.Second)
	_, later := w.deal(card("vote_interaction", "t4"))
	assert.Zero(t, faketest.Errcode(w.update(code, obj{"atall": 1, "button": dead})))
	w.Clock.Add(answerLife)
	assert.Equal(t, 60140, faketest.Errcode(w.update(later, obj{"atall": 1, "button": dead})))
}

// Nobody else can use a response_code: no other app of the corp, nor the app at another corp.
func TestResponseCodesOfOthers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, code := w.deal(card("button_interaction", "t1"))
	w.AuthCode(faketest.Template)
	require.NoError(t, w.AddCorp(platform.Corp{Id: "wpOther", Members: []platform.Member{{UserId: "woAnna"}}}))
	_, err := w.Install(t.Context(), faketest.Suite, "wpOther", platform.InstallOptions{FromProviderSite: true})
	require.NoError(t, err)
	for _, by := range [][]string{{faketest.Template, faketest.Corp}, {faketest.Suite, "wpOther"}} {
		in := obj{"agentid": w.Installed(by[0], by[1]).AgentId, "response_code": code, "userids": []string{"woAnna"}, "button": dead}
		assert.Equal(t, 60140, faketest.Errcode(w.CallAs("update_template_card", by[0], by[1], in)), by)
	}
	assert.Zero(t, faketest.Errcode(w.update(code, obj{"userids": []string{"woAnna"}, "button": dead})))
}

// Names stand for ids in a changed card too, and departments and tags for members.
func TestWhoseCardIsChanged(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.departments[2], w.tags[7] = []string{"woBo", "woCy"}, []string{"woAnna"}
	_, code := w.deal(card("button_interaction", "t1"))
	for want, to := range map[int]obj{
		platform.CodeBadParam: {}, 40031: {"userids": []string{"woCy"}}, 60011: {"userids": []string{"woAnna"}, "partyids": []int{3}},
		40056: {"atall": 1, "agentid": 7},
	} {
		to["button"] = dead
		assert.Equal(t, want, faketest.Errcode(w.update(code, to)))
	}
	assert.Equal(t, 60011, faketest.Errcode(w.update(code, obj{"tagids": []int{8}, "button": dead})))
	assert.Equal(t, platform.CodeBadParam, faketest.Errcode(w.update(code, obj{"atall": 1, "userids": make([]string, maxUsers+1), "button": dead})))
	assert.Equal(t, platform.CodeBadParam, faketest.Errcode(w.update(code, obj{"atall": 1})))
	assert.Equal(t, platform.CodeBadParam, faketest.Errcode(w.update(code, obj{"atall": 1, "template_card": obj{"card_type": "text_notice"}})))
	assert.Nil(t, w.last("woBo")["replace_text"])

	assert.Zero(t, faketest.Errcode(w.update(code, obj{"partyids": []int{2}, "button": dead})))
	assert.Equal(t, []any{nil, "Done"}, []any{w.last("woAnna")["replace_text"], w.last("woBo")["replace_text"]})
	_, code = w.deal(card("button_interaction", "t2"))
	next := card("button_interaction", "t2")
	next["main_title"] = obj{"title": "$userName=woBo$"}
	assert.Zero(t, faketest.Errcode(w.update(code, obj{"tagids": []int{7}, "userids": []string{"woAnna"}, "template_card": next, "enable_id_trans": 1})))
	assert.Equal(t, obj{"title": "Bo"}, w.last("woAnna")["main_title"])
	assert.Equal(t, obj{"title": "t"}, w.last("woBo")["main_title"])
}

// Who clicks gets an event out, whose response_code changes the card.
func TestClicks(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id, _ := w.deal(card("button_interaction", "t1"))
	click := func(id, userId, key string, chosen ...string) string {
		t.Helper()
		d, err := w.Click(t.Context(), id, userId, key, chosen...)
		require.NoError(t, err)
		assert.Equal(t, "/data/"+faketest.Corp, w.LastPush().Path)
		return string(d.Payload)
	}
	event := click(id, "woBo", "yes", "bs", "y")
	agent, _ := json.Marshal(w.agent())
	for _, want := range []string{"<ToUserName><![CDATA[" + faketest.Corp, "<FromUserName><![CDATA[woBo]", "<Event><![CDATA[template_card_event]", "<EventKey><![CDATA[yes]",
		"<TaskId><![CDATA[t1]", "<CardType><![CDATA[button_interaction]", "<AgentID>" + string(agent) + "<",
		"<SelectedItems><SelectedItem><QuestionKey><![CDATA[bs]]></QuestionKey><OptionIds><OptionId><![CDATA[y]]></OptionId></OptionIds></SelectedItem></SelectedItems>"} {
		assert.Contains(t, event, want)
	}
	assert.Zero(t, faketest.Errcode(w.update(faketest.Between(event, "<ResponseCode><![CDATA[", "]]"), obj{"userids": []string{"woBo"}, "button": dead})))
	assert.Equal(t, "Done", w.last("woBo")["replace_text"])
	assert.Contains(t, click(id, "woAnna", "yes"), "<OptionId><![CDATA[x]]>", "the first option")

	menu := click(id, "woBo", "menu")
	assert.Contains(t, menu, "<Event><![CDATA[template_card_menu_event]]>")
	assert.NotContains(t, menu, "Selected")

	id, _ = w.deal(card("vote_interaction", "t2"))
	assert.Contains(t, click(id, "woBo", "go"), "<OptionIds><OptionId><![CDATA[b]]></OptionId></OptionIds>")
	assert.Contains(t, click(id, "woBo", "go", "q", "a", "q", "c"), "<OptionIds><OptionId><![CDATA[a]]></OptionId><OptionId><![CDATA[c]]></OptionId></OptionIds>")
	id, _ = w.deal(card("multiple_interaction", "t3"))
	event = click(id, "woBo", "go", "s1", "x")
	assert.Equal(t, 2, strings.Count(event, "<OptionId><![CDATA[x]]>"))
}

// What cannot be clicked is said, with what can.
func TestClicksOnNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id, code := w.deal(card("button_interaction", "t1"))
	text, _ := w.sentOut(w.text(obj{"touser": "woBo"}))["msgid"].(string)
	vote, _ := w.deal(card("vote_interaction", "t2"))
	multiple, _ := w.deal(card("multiple_interaction", "t3"))
	for want, c := range map[string][]string{
		`has no message "none"`:   {"none", "woBo", "yes"},
		`"woCy" has no message`:   {id, "woCy", "yes"},
		"the kind text has no":    {text, "woBo", "yes"},
		"it has yes, no, menu":    {id, "woBo", "maybe"},
		`no option "z" of the`:    {id, "woBo", "yes", "bs", "z"},
		"q has a, b, c":           {vote, "woBo", "go", "p", "a"},
		`question "s1" takes one`: {multiple, "woBo", "go", "s1", "x", "s1", "y"},
	} {
		_, err := w.Click(t.Context(), c[0], c[1], c[2], c[3:]...)
		assert.ErrorContains(t, err, want)
	}
	assert.Zero(t, faketest.Errcode(w.update(code, obj{"atall": 1, "button": dead})))
	_, err := w.Click(t.Context(), id, "woBo", "yes")
	assert.ErrorContains(t, err, "it has menu", "the buttons are dead")
	notice := card("text_notice", "t4")
	delete(notice, "action_menu")
	id, _ = w.deal(notice)
	_, err = w.Click(t.Context(), id, "woBo", "yes")
	assert.ErrorContains(t, err, "no button that brings an event")
	notice = card("text_notice", "t5")
	id, _ = w.deal(notice)
	_, err = w.Click(t.Context(), id, "woBo", "menu", "q", "a")
	require.NoError(t, err)
	require.NoError(t, w.Cancel(t.Context(), faketest.Suite, faketest.Corp))
	_, err = w.Click(t.Context(), id, "woBo", "menu")
	assert.ErrorContains(t, err, "no longer has the app")
}
