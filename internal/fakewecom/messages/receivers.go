package messages

import (
	"slices"
	"strconv"
	"strings"

	"github.com/gothird/wecom/internal/fakewecom/platform"
)

const (
	everybody = "@all" // who is in the visible range

	maxUsers   = 1000
	maxParties = 100
	maxTags    = 100
)

// receivers are those of a request.
type receivers struct {
	users                                     []string // each once
	invalidUsers, invalidParties, invalidTags []string
	valid                                     bool // one of those who were named is
}

// receivers finds whom a message is for. A department or a tag that nobody is in is one all the
// same.
func (m *Messages) receivers(c *platform.Call) (*receivers, error) {
	users, parties, tags := parted(c.Str("touser")), parted(c.Str("toparty")), parted(c.Str("totag"))
	all := c.Str("touser") == everybody
	if all {
		parties, tags = nil, nil
	}
	if err := m.mayName(c, len(users), len(parties), len(tags)); err != nil {
		return nil, err
	}
	r := &receivers{}
	if c.Str("msgtype") == templated {
		if err := m.addSelected(c, r); err != nil {
			return nil, err
		}
		if only, _ := c.Body()["only_unauth"].(bool); only {
			return r, r.err(len(c.Strs("selected_ticket_list")))
		}
	}
	if all {
		users = visibleIds(c.Corp())
		r.valid = true
	}
	m.addUsers(c, r, users)
	r.invalidParties = m.addLists(c, r, parties, Book.InDepartment)
	r.invalidTags = m.addLists(c, r, tags, Book.Tagged)
	return r, r.err(len(users) + len(parties) + len(tags) + len(r.users))
}

// mayName refuses too many receivers, and those that the app may not name.
func (m *Messages) mayName(c *platform.Call, users, parties, tags int) error {
	all := c.Str("touser") == everybody
	in := c.Install()
	switch {
	case users > maxUsers:
		return platform.Refuse(codeManyUsers, "too many users")
	case parties > maxParties:
		return platform.Refuse(codeManyParties, "too many parties")
	case tags > maxTags:
		return platform.Refuse(codeManyTags, "too many tags")
	case all && c.Str("msgtype") == "miniprogram_notice":
		return platform.BadParam("miniprogram_notice does not take @all")
	case in != nil && in.MemberMode && (all || parties+tags > 0):
		return platform.Refuse(codeReceivers, "the app may not use @all, toparty or totag")
	}
	return nil
}

// err is why nobody gets the message, of named receivers.
func (r *receivers) err(named int) error {
	switch {
	case r.valid:
		return nil
	case named == 0:
		return platform.Refuse(codeNoRecipients, "no recipient")
	}
	return platform.Refuse(codeNoReceiver, "user & party & tag all invalid")
}

func (r *receivers) add(userIds ...string) {
	r.valid = true
	for _, id := range userIds {
		if !slices.Contains(r.users, id) {
			r.users = append(r.users, id)
		}
	}
}

func (m *Messages) addUsers(c *platform.Call, r *receivers, users []string) {
	for _, id := range users {
		if member, ok := seen(c.Corp(), id); ok {
			r.add(member.UserId)
		} else if lower := strings.ToLower(id); !slices.Contains(r.invalidUsers, lower) {
			r.invalidUsers = append(r.invalidUsers, lower)
		}
	}
}

// addLists adds those who are in departments, or have tags.
func (m *Messages) addLists(c *platform.Call, r *receivers, ids []string, members func(Book, *platform.Call, int64) ([]string, bool)) (invalid []string) {
	for _, text := range ids {
		id, err := strconv.ParseInt(text, 10, 64)
		if err == nil && m.around.Book != nil {
			if userIds, ok := members(m.around.Book, c, id); ok {
				r.add(userIds...)
				continue
			}
		}
		if !slices.Contains(invalid, text) {
			invalid = append(invalid, text)
		}
	}
	return invalid
}

func parted(ids string) []string {
	return strings.FieldsFunc(ids, func(r rune) bool { return r == '|' })
}

// seen finds a member in the visible range.
func seen(corp *platform.Corp, userId string) (platform.Member, bool) {
	for _, m := range corp.Members {
		if strings.EqualFold(m.UserId, userId) && m.Visible() {
			return m, true
		}
	}
	return platform.Member{}, false
}

// visibleIds are all members in the visible range.
func visibleIds(corp *platform.Corp) (ids []string) {
	for _, m := range corp.Members {
		if m.Visible() {
			ids = append(ids, m.UserId)
		}
	}
	return ids
}
