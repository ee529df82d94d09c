package messages

import (
	"slices"
	"strings"

	"github.com/gothird/wecom/internal/fakewecom/platform"
)

const (
	codeNoReceiver   = 81013
	codeNoRecipients = 81012

	everybody = "@all" // who is in the visible range
)

// sendMessage takes a message for members in the visible range. Departments and tags are
// taken as they are.
func (m *Messages) sendMessage(c *platform.Call) (platform.Obj, error) {
	content, ok := c.Body()[c.Str("msgtype")].(platform.Obj)
	if !ok {
		return nil, platform.BadParam("invalid Request Parameter, the object of msgtype %s is missing", c.Str("msgtype"))
	}
	if err := checkCard(c); err != nil {
		return nil, err
	}
	var invalid []string
	users := parted(c.Str("touser"))
	for _, id := range users {
		if !seen(c.Corp(), id) {
			invalid = append(invalid, strings.ToLower(id))
		}
	}
	others := len(parted(c.Str("toparty"))) + len(parted(c.Str("totag"))) + len(c.Strs("selected_ticket_list"))
	switch {
	case len(users)+others == 0:
		return nil, platform.Refuse(codeNoRecipients, "no recipient")
	case others == 0 && len(invalid) == len(users):
		return nil, platform.Refuse(codeNoReceiver, "user & party & tag all invalid")
	}
	out := platform.Obj{"invaliduser": strings.Join(invalid, "|"), "invalidparty": "", "invalidtag": "", "unlicenseduser": "", "msgid": m.keep(c, content, reached(c.Corp(), users)).Id}
	if answers(content) {
		out["response_code"] = m.host.NewId("", 43)
	}
	return out, nil
}

// updateCard takes any response code.
func (m *Messages) updateCard(c *platform.Call) (platform.Obj, error) {
	if (c.Body()["button"] == nil) == (c.Body()["template_card"] == nil) {
		return nil, platform.BadParam("invalid Request Parameter, one of button and template_card is needed")
	}
	if err := checkCard(c); err != nil {
		return nil, err
	}
	invalid := []string{}
	for _, id := range c.Strs("userids") {
		if !seen(c.Corp(), id) {
			invalid = append(invalid, strings.ToLower(id))
		}
	}
	return platform.Obj{"invaliduser": invalid}, nil
}

func parted(ids string) []string {
	return strings.FieldsFunc(ids, func(r rune) bool { return r == '|' })
}

// seen reports whether a receiver is in the visible range.
func seen(corp *platform.Corp, userId string) bool {
	return userId == everybody || member(corp, userId)
}

// reached are the members whom a message reaches, of those it is for: who comes into the
// visible range later does not get it.
func reached(corp *platform.Corp, users []string) (ids []string) {
	for _, m := range corp.Members {
		if member(corp, m.UserId) && (slices.Contains(users, m.UserId) || slices.Contains(users, everybody)) {
			ids = append(ids, m.UserId)
		}
	}
	return ids
}

// member reports whether a member of the corp is in the visible range.
func member(corp *platform.Corp, userId string) bool {
	return slices.ContainsFunc(corp.Members, func(m platform.Member) bool {
		return m.UserId == userId && !m.Hidden && !m.Left
	})
}

// answers reports whether the buttons of a card, if it is one, are answered by events.
func answers(content platform.Obj) bool {
	kind, _ := content["card_type"].(string)
	return strings.HasSuffix(kind, "_interaction") || content["action_menu"] != nil
}

// checkCard refuses a template card that lacks a part that its kind must have.
func checkCard(c *platform.Call) error {
	card, ok := c.Body()["template_card"].(platform.Obj)
	if !ok {
		return nil
	}
	kind, _ := card["card_type"].(string)
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
