package messages

import (
	"fmt"
	"slices"

	"github.com/gothird/wecom/internal/fakewecom/platform"
)

const maxTickets = 10 // of one message

// selected is whom a member has selected in a page of the app, for a selected_ticket.
type selected struct {
	corpId, suiteId, by string
	userIds             []string
}

// Select is a member who selects others in a page of an app that members have authorised
// (成员授权): with the ticket the app can send these template messages, also where they have
// not authorised it.
func (m *Messages) Select(suiteId, corpId, by string, userIds ...string) (ticket string, err error) {
	m.host.Locked(func() {
		in := m.host.Install(suiteId, corpId)
		if in == nil || !in.MemberMode {
			err = fmt.Errorf("fakewecom: no member of %q has authorised the app %q for himself", corpId, suiteId)
			return
		}
		for _, id := range append([]string{by}, userIds...) {
			if err = in.Corp.There(id); err != nil {
				return
			}
		}
		ticket = m.host.NewId("", 32)
		m.tickets[ticket] = &selected{corpId, suiteId, by, userIds}
	})
	return ticket, err
}

// addSelected adds who was selected and is outside the visible range, or with only_unauth
// nobody else.
func (m *Messages) addSelected(c *platform.Call, r *receivers) error {
	tickets := c.Strs("selected_ticket_list")
	if len(tickets) > maxTickets {
		return platform.BadParam("too many selected tickets")
	}
	for _, ticket := range tickets {
		s := m.tickets[ticket]
		if s == nil || s.corpId != c.Corp().Id || s.suiteId != c.SuiteId() {
			return platform.Refuse(codeBadTicket, "invalid selected ticket")
		}
		r.add(slices.DeleteFunc(slices.Clone(s.userIds), func(id string) bool { return !outside(c.Corp(), id) || id == s.by })...)
	}
	return nil
}

// outside reports whether a member of the corp is outside the visible range.
func outside(corp *platform.Corp, userId string) bool {
	m, ok := corp.Member(userId)
	return ok && m.Hidden && !m.Left
}
