package messages

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/gothird/wecom/internal/fakewecom/platform"
)

// interaction ends the card_type of cards that have buttons or questions.
const interaction = "_interaction"

// answerable reports whether a card, if it is one, is answered by events.
func answerable(card platform.Obj) bool {
	return strings.HasSuffix(text(card, "card_type"), interaction) || card["action_menu"] != nil
}

// checkCard refuses a template card that lacks a part that its kind must have.
func checkCard(c *platform.Call) error {
	card, ok := c.Body()["template_card"].(platform.Obj)
	if !ok {
		return nil
	}
	kind := text(card, "card_type")
	parts, known := c.Endpoint().CardParts[kind]
	if !known {
		return platform.BadParam("invalid Request Parameter, card_type %s", kind)
	}
	for _, oneOf := range parts {
		if !slices.ContainsFunc(oneOf, func(part string) bool { return has(card, part) }) {
			return platform.BadParam("invalid Request Parameter, a %s needs %s", kind, strings.Join(oneOf, " or "))
		}
	}
	return nil
}

// has reports whether a part is there, such as main_title.title; of !part, that it is not.
func has(v platform.Obj, part string) bool {
	if part, absent := strings.CutPrefix(part, "!"); absent {
		return !has(v, part)
	}
	name, rest, deeper := strings.Cut(part, ".")
	if inner, ok := v[name].(platform.Obj); ok && deeper {
		return has(inner, rest)
	}
	list, isList := v[name].([]any)
	return v[name] != nil && v[name] != "" && !deeper && (!isList || len(list) > 0)
}

// button is what a member can click on a card, and hears of in an event.
type button struct {
	key  string
	menu bool // in the menu of the card
}

// buttons lists those of a card; one whose button is dead has no others than its menu.
func buttons(card platform.Obj) (list []button) {
	for _, b := range objects(card, "button_list") {
		if number(b, "type") == 0 {
			list = append(list, button{key: text(b, "key")})
		}
	}
	if submit := object(card, "submit_button"); submit != nil {
		list = append(list, button{key: text(submit, "key")})
	}
	if text(card, "replace_text") != "" {
		list = nil
	}
	for _, b := range objects(object(card, "action_menu"), "action_list") {
		list = append(list, button{key: text(b, "key"), menu: true})
	}
	return list
}

// question is one that a card asks.
type question struct {
	key     string
	options []string // ids
	chosen  []string // at first
	many    bool     // several may be chosen
}

// questions lists those of a card: a vote, selections, or that beside buttons.
func questions(card platform.Obj) (list []question) {
	if box := object(card, "checkbox"); box != nil {
		q := question{key: text(box, "question_key"), many: number(box, "mode") == 1}
		for _, o := range objects(box, "option_list") {
			q.options = append(q.options, text(o, "id"))
			if checked, _ := o["is_checked"].(bool); checked {
				q.chosen = append(q.chosen, text(o, "id"))
			}
		}
		list = append(list, q)
	}
	selections := objects(card, "select_list")
	if one := object(card, "button_selection"); one != nil {
		selections = append(selections, one)
	}
	for _, s := range selections {
		list = append(list, selection(s))
	}
	return list
}

// selection is a question of which the first option is chosen, or another one at first.
func selection(s platform.Obj) question {
	q := question{key: text(s, "question_key")}
	for _, o := range objects(s, "option_list") {
		q.options = append(q.options, text(o, "id"))
	}
	if at := text(s, "selected_id"); slices.Contains(q.options, at) {
		q.chosen = []string{at}
	} else if len(q.options) > 0 {
		q.chosen = q.options[:1]
	}
	return q
}

func text(o platform.Obj, field string) string {
	s, _ := o[field].(string)
	return s
}

func number(o platform.Obj, field string) int64 {
	n, _ := o[field].(json.Number)
	v, _ := n.Int64()
	return v
}

func object(o platform.Obj, field string) platform.Obj {
	inner, _ := o[field].(platform.Obj)
	return inner
}

func objects(o platform.Obj, field string) (list []platform.Obj) {
	all, _ := o[field].([]any)
	for _, item := range all {
		if inner, ok := item.(platform.Obj); ok {
			list = append(list, inner)
		}
	}
	return list
}
