package messages

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/gothird/wecom/internal/fakewecom/platform"
	"github.com/gothird/wecom/internal/spec"
)

// Click is a member who clicks a button of a card that he got, or an entry of its menu, by its
// key. chosen are questions and options in turn, where he changes what is chosen at first. The
// event goes to the 数据回调URL of the app, with a response_code.
func (m *Messages) Click(ctx context.Context, msgId, userId, key string, chosen ...string) (platform.Delivery, error) {
	var to platform.Target
	var event []platform.Field
	var err error
	m.host.Locked(func() { to, event, err = m.click(msgId, userId, key, chosen) })
	if err != nil {
		return platform.Delivery{}, err
	}
	return m.host.Push(ctx, to, event...)
}

// click makes the event.
func (m *Messages) click(msgId, userId, key string, chosen []string) (to platform.Target, event []platform.Field, err error) {
	i := slices.IndexFunc(m.sent, func(sent *Message) bool { return sent.Id == msgId })
	if i < 0 || !m.reads(m.sent[i], userId) {
		return to, nil, fmt.Errorf("fakewecom: %q has no message %q, or it was recalled", userId, msgId)
	}
	sent := m.sent[i]
	in := m.host.Install(sent.SuiteId, sent.CorpId)
	if in == nil {
		return to, nil, fmt.Errorf("fakewecom: the corp %q no longer has the app %q", sent.CorpId, sent.SuiteId)
	}
	card := sent.content(userId)
	pressed, err := pressed(sent.Kind, card, key)
	if err != nil {
		return to, nil, err
	}
	name, selected := "template_card_event", []platform.Field(nil)
	if pressed.menu {
		name = "template_card_menu_event"
	} else if selected, err = selectedItems(card, chosen); err != nil {
		return to, nil, err
	}
	event = append(m.host.EventHead(sent.CorpId, userId, name),
		platform.Text("EventKey", key), platform.Text("TaskId", text(sent.shown, "task_id")), platform.Text("CardType", text(card, "card_type")),
		platform.Text("ResponseCode", m.newAnswer(sent)), platform.Number("AgentID", in.AgentId))
	return platform.Target{Channel: spec.ChannelData, SuiteId: sent.SuiteId, CorpId: sent.CorpId}, append(event, selected...), nil
}

// pressed finds a button of a card.
func pressed(kind string, card platform.Obj, key string) (button, error) {
	if kind != "template_card" {
		return button{}, fmt.Errorf("fakewecom: a message of the kind %s has no buttons: click those of a template_card", kind)
	}
	var keys []string
	for _, b := range buttons(card) {
		if b.key == key {
			return b, nil
		}
		keys = append(keys, b.key)
	}
	if keys == nil {
		return button{}, fmt.Errorf("fakewecom: this %s has no button that brings an event, or it is dead by now", text(card, "card_type"))
	}
	return button{}, fmt.Errorf("fakewecom: the card has no button with the key %q: it has %s", key, strings.Join(keys, ", "))
}

// selectedItems are the answers to the questions of a card, if it asks any.
func selectedItems(card platform.Obj, chosen []string) ([]platform.Field, error) {
	all := questions(card)
	answers := map[string][]string{}
	for i := 0; i+1 < len(chosen); i += 2 {
		at := slices.IndexFunc(all, func(q question) bool { return q.key == chosen[i] })
		if at < 0 || !slices.Contains(all[at].options, chosen[i+1]) {
			return nil, fmt.Errorf("fakewecom: the card has no option %q of the question %q: %s", chosen[i+1], chosen[i], asks(all))
		}
		answers[chosen[i]] = append(answers[chosen[i]], chosen[i+1])
	}
	var items []platform.Field
	for _, q := range all {
		picked := q.chosen
		if given := answers[q.key]; given != nil {
			picked = given
		}
		if !q.many && len(picked) > 1 {
			return nil, fmt.Errorf("fakewecom: the question %q takes one option", q.key)
		}
		var ids []platform.Field
		for _, id := range picked {
			ids = append(ids, platform.Text("OptionId", id))
		}
		items = append(items, platform.Group("SelectedItem", platform.Text("QuestionKey", q.key), platform.Group("OptionIds", ids...)))
	}
	if items == nil {
		return nil, nil
	}
	return []platform.Field{platform.Group("SelectedItems", items...)}, nil
}

// asks says which questions a card has.
func asks(all []question) string {
	if len(all) == 0 {
		return "it asks nothing"
	}
	var texts []string
	for _, q := range all {
		texts = append(texts, fmt.Sprintf("%s has %s", q.key, strings.Join(q.options, ", ")))
	}
	return strings.Join(texts, "; ")
}
