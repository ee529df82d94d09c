package fakewecom

import (
	"slices"
	"strings"
)

const (
	codeNoReceiver   = 81013
	codeNoRecipients = 81012
)

func messageHandlers() map[string]handler {
	return map[string]handler{
		"/cgi-bin/message/send":                 (*Server).sendMessage,
		"/cgi-bin/message/update_template_card": (*Server).updateCard,
	}
}

// sendMessage takes a message for members in the visible range. Departments and tags are
// taken as they are.
func (s *Server) sendMessage(c *call) (obj, error) {
	content, ok := c.body[c.str("msgtype")].(obj)
	if !ok {
		return nil, refuse(codeBadParam, "invalid Request Parameter, the object of msgtype %s is missing", c.str("msgtype"))
	}
	if err := c.checkCard(); err != nil {
		return nil, err
	}
	var invalid []string
	users := parted(c.str("touser"))
	for _, id := range users {
		if !c.seen(id) {
			invalid = append(invalid, strings.ToLower(id))
		}
	}
	others := len(parted(c.str("toparty"))) + len(parted(c.str("totag"))) + len(c.strs("selected_ticket_list"))
	switch {
	case len(users)+others == 0:
		return nil, refuse(codeNoRecipients, "no recipient")
	case others == 0 && len(invalid) == len(users):
		return nil, refuse(codeNoReceiver, "user & party & tag all invalid")
	}
	out := obj{"invaliduser": strings.Join(invalid, "|"), "invalidparty": "", "invalidtag": "", "unlicenseduser": "", "msgid": s.id("msg-", 40)}
	if answers(content) {
		out["response_code"] = s.id("", 43)
	}
	return out, nil
}

// updateCard takes any response code.
func (s *Server) updateCard(c *call) (obj, error) {
	if (c.body["button"] == nil) == (c.body["template_card"] == nil) {
		return nil, refuse(codeBadParam, "invalid Request Parameter, one of button and template_card is needed")
	}
	if err := c.checkCard(); err != nil {
		return nil, err
	}
	invalid := []string{}
	for _, id := range c.strs("userids") {
		if !c.seen(id) {
			invalid = append(invalid, strings.ToLower(id))
		}
	}
	return obj{"invaliduser": invalid}, nil
}

func parted(ids string) []string {
	return strings.FieldsFunc(ids, func(r rune) bool { return r == '|' })
}

// seen reports whether a member is in the visible range.
func (c *call) seen(userId string) bool {
	return userId == "@all" || slices.ContainsFunc(c.corp.Members, func(m Member) bool {
		return m.UserId == userId && !m.Hidden && !m.Left
	})
}

// answers reports whether the buttons of a card, if it is one, are answered by events.
func answers(content obj) bool {
	kind, _ := content["card_type"].(string)
	return strings.HasSuffix(kind, "_interaction") || content["action_menu"] != nil
}

// checkCard refuses a template card that lacks a part that its kind must have.
func (c *call) checkCard() error {
	card, ok := c.body["template_card"].(obj)
	if !ok {
		return nil
	}
	kind, _ := card["card_type"].(string)
	parts, known := c.ep.CardParts[kind]
	if !known {
		return refuse(codeBadParam, "invalid Request Parameter, card_type %s", kind)
	}
	for _, oneOf := range parts {
		if !slices.ContainsFunc(oneOf, func(part string) bool { return has(card, part) }) {
			return refuse(codeBadParam, "invalid Request Parameter, a %s needs %s", kind, strings.Join(oneOf, " or "))
		}
	}
	return nil
}

// has reports whether a part is there, such as main_title.title; of !part, that it is not.
func has(v obj, part string) bool {
	if part, absent := strings.CutPrefix(part, "!"); absent {
		return !has(v, part)
	}
	name, rest, deeper := strings.Cut(part, ".")
	if inner, ok := v[name].(obj); ok && deeper {
		return has(inner, rest)
	}
	list, isList := v[name].([]any)
	return v[name] != nil && v[name] != "" && !deeper && (!isList || len(list) > 0)
}
