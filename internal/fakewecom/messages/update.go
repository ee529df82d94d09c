package messages

import (
	"slices"
	"strings"
	"time"

	"github.com/gothird/wecom/internal/fakewecom/platform"
)

// answerLife is how long a response_code is good.
const answerLife = 72 * time.Hour

// answer is a response_code: the right to change a card once.
type answer struct {
	sent  *Message
	until time.Time
}

// newAnswer makes a response_code. The lock is held.
func (m *Messages) newAnswer(sent *Message) (responseCode string) {
	responseCode = m.host.NewId("", 43)
	m.answers[responseCode] = &answer{sent, m.host.Now().Add(answerLife)}
	return responseCode
}

// updateCard changes a card, or its button, for those who got it.
func (m *Messages) updateCard(c *platform.Call) (platform.Obj, error) {
	a, err := m.answerOf(c)
	if err != nil {
		return nil, err
	}
	to, invalid, err := m.changedFor(c, a.sent)
	if err != nil {
		return nil, err
	}
	if object(c.Body(), "button") != nil && slices.ContainsFunc(to, func(id string) bool {
		return !strings.HasSuffix(text(a.sent.content(id), "card_type"), interaction)
	}) {
		return nil, platform.BadParam("invalid Request Parameter, the card has no button")
	}
	delete(m.answers, c.Str("response_code"))
	for _, id := range to {
		a.sent.changed[id] = m.changedCard(c, a.sent.content(id))
	}
	return platform.Obj{"invaliduser": invalid}, nil
}

// answerOf checks a request to change a card, and finds its response_code.
func (m *Messages) answerOf(c *platform.Call) (*answer, error) {
	if (object(c.Body(), "button") == nil) == (object(c.Body(), "template_card") == nil) {
		return nil, platform.BadParam("invalid Request Parameter, one of button and template_card is needed")
	}
	if err := m.host.OwnAgent(c, c.Int("agentid")); err != nil {
		return nil, err
	}
	if err := checkCard(c); err != nil {
		return nil, err
	}
	a := m.answers[c.Str("response_code")]
	if a == nil || a.sent.CorpId != c.Corp().Id || a.sent.SuiteId != c.SuiteId() || !c.Now().Before(a.until) {
		return nil, platform.Refuse(codeBadResponse, "invalid response_code")
	}
	return a, nil
}

// changedCard is what becomes of a card.
func (m *Messages) changedCard(c *platform.Call, old platform.Obj) platform.Obj {
	if button := object(c.Body(), "button"); button != nil {
		card := copied(old)
		card["replace_text"] = text(button, "replace_name")
		return card
	}
	return m.translated(c, "template_card", object(c.Body(), "template_card"))
}

// changeReq says whose card is changed.
type changeReq struct {
	UserIds  []string `json:"userids"`
	PartyIds []int64  `json:"partyids"`
	TagIds   []int64  `json:"tagids"`
	AtAll    int64    `json:"atall"`
}

func (in changeReq) check() error {
	switch {
	case len(in.UserIds) > maxUsers || len(in.PartyIds) > maxParties || len(in.TagIds) > maxTags:
		return platform.BadParam("too many userids, partyids or tagids")
	case in.AtAll != 1 && len(in.UserIds)+len(in.PartyIds)+len(in.TagIds) == 0:
		return platform.BadParam("userids, partyids, tagids and atall are empty")
	}
	return nil
}

// changedFor lists those whose card a request changes: of departments and tags also those who
// did not get it, and see nothing of it.
func (m *Messages) changedFor(c *platform.Call, sent *Message) (to, invalid []string, err error) {
	var in changeReq
	if err := c.Decode(&in); err != nil {
		return nil, nil, err
	}
	if err := in.check(); err != nil {
		return nil, nil, err
	}
	if in.AtAll == 1 {
		return slices.Clone(sent.to), []string{}, nil
	}
	to, invalid = m.gotIt(c, sent, in.UserIds)
	if len(in.PartyIds)+len(in.TagIds)+len(to) == 0 {
		return nil, nil, platform.Refuse(codeUsers, "invalid userids")
	}
	more, err := m.listed(c, in.PartyIds, in.TagIds)
	return append(to, more...), invalid, err
}

// gotIt divides userids: those who got the message and are in the visible range, and others.
func (m *Messages) gotIt(c *platform.Call, sent *Message, userIds []string) (to, invalid []string) {
	invalid = []string{}
	for _, id := range userIds {
		who, ok := seen(c.Corp(), id)
		switch lower := strings.ToLower(id); {
		case ok && slices.Contains(sent.to, who.UserId):
			to = append(to, who.UserId)
		case !slices.Contains(invalid, lower):
			invalid = append(invalid, lower)
		}
	}
	return to, invalid
}

// listed are those who are in departments or have tags.
func (m *Messages) listed(c *platform.Call, parties, tags []int64) (userIds []string, err error) {
	for _, list := range []struct {
		ids     []int64
		members func(Book, *platform.Call, int64) ([]string, bool)
	}{{parties, Book.InDepartment}, {tags, Book.Tagged}} {
		for _, id := range list.ids {
			if m.around.Book == nil {
				return nil, platform.Refuse(codeNotVisible, "no privilege to access party or tag %d", id)
			}
			more, ok := list.members(m.around.Book, c, id)
			if !ok {
				return nil, platform.Refuse(codeNotVisible, "no privilege to access party or tag %d", id)
			}
			userIds = append(userIds, more...)
		}
	}
	return userIds, nil
}
