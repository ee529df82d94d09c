package customers

import (
	"fmt"
	"slices"
	"strings"

	"github.com/gothird/wecom/internal/fakewecom/platform"
)

// States of a group.
const (
	chatNormal    = 0
	chatOwnerLeft = 1
	chatInherited = 3
)

// ownerLeft reports whether the owner of a group has left the corp.
func (b *book) ownerLeft(c *chat) bool { return b.corp.There(c.owner) != nil }

func (b *book) status(c *chat) int {
	switch {
	case b.ownerLeft(c):
		return chatOwnerLeft
	case c.inherited:
		return chatInherited
	}
	return chatNormal
}

// chatQuery asks for groups.
type chatQuery struct {
	platform.PageReq
	Status int `json:"status_filter"`
	Owners struct {
		UserIds []string `json:"userid_list"`
	} `json:"owner_filter"`
}

// fitsChat reports whether a group is among those asked for.
func (b *book) fitsChat(q chatQuery, c *chat) bool {
	if q.Status != 0 && q.Status != b.status(c) {
		return false
	}
	if len(q.Owners.UserIds) > 0 {
		return slices.Contains(q.Owners.UserIds, c.owner)
	}
	return b.sees(c.owner)
}

// listChats lists groups. Those whose owner has left show only to who names him.
func listChats(a *ask) (obj, error) {
	var in chatQuery
	if err := a.Decode(&in); err != nil {
		return nil, err
	}
	if in.Limit <= 0 {
		return nil, platform.BadParam("invalid limit")
	}
	owners := in.Owners.UserIds
	if err := a.checkOwners(owners); err != nil {
		return nil, err
	}
	all := []obj{}
	for _, c := range a.book.chats {
		if !c.dismissed && a.fitsChat(in, c) {
			all = append(all, obj{"chat_id": c.id, "status": a.status(c)})
		}
	}
	const most = 1000
	list, next, err := page(in.PageReq, a.pageKey(fmt.Sprint(in.Status), strings.Join(owners, "|")), all, most, most)
	if err != nil {
		return nil, err
	}
	return obj{"group_chat_list": list, "next_cursor": next}, nil
}

// checkOwners takes visible members and those who have left.
func (a *ask) checkOwners(owners []string) error {
	const most = 1000 // visible people without a filter
	seen := 0
	for _, m := range a.corp.Members {
		if visible(m) {
			seen++
		}
	}
	if len(owners) == 0 && seen > most {
		return platform.Refuse(codeManyOwners, "too many members, filter by owner")
	}
	for _, id := range owners {
		if m, ok := a.corp.Member(id); !ok || !m.Left && !visible(m) {
			return platform.Refuse(codeNotVisible, "no privilege to access user %s", id)
		}
	}
	return nil
}

// chatAsked is a group that the app sees.
func (a *ask) chatAsked(id string) (*chat, error) {
	c := a.chat(id)
	switch {
	case c == nil:
		return nil, platform.Refuse(codeNoChat, "not a customer group")
	case c.dismissed:
		return nil, platform.Refuse(codeDismissed, "group dismissed")
	case !a.sees(c.owner) && !a.ownerLeft(c):
		return nil, platform.Refuse(codeNotVisible, "no privilege to access the owner")
	}
	return c, nil
}

func getChat(a *ask) (obj, error) {
	c, err := a.chatAsked(a.Str("chat_id"))
	if err != nil {
		return nil, err
	}
	people := []obj{}
	for _, p := range c.people {
		people = append(people, a.person(p, a.Int("need_name") == 1))
	}
	return obj{"group_chat": obj{"chat_id": c.id, "name": c.name, "owner": c.owner, "notice": "", "create_time": c.made.Unix(),
		"member_list": people, "admin_list": []obj{}, "member_version": c.version}}, nil
}

// person is one in a group. Third-party apps get no names of members.
func (a *ask) person(p *inChat, named bool) obj {
	o := obj{"type": p.kind, "userid": p.id, "join_time": p.at.Unix(), "join_scene": p.scene, "group_nickname": ""}
	if p.invitor != "" {
		o["invitor"] = obj{"userid": p.invitor}
	}
	if p.state != "" {
		o["state"] = p.state
	}
	if named {
		o["name"] = a.nameOf(p)
	}
	return o
}

func (a *ask) nameOf(p *inChat) string {
	if p.kind == chatCustomer {
		c, _ := a.find(p.id)
		return c.Name
	}
	m, ok := a.corp.Member(p.id)
	if !ok || a.Suite() == nil || !a.Suite().Template {
		return p.id
	}
	return m.Name
}

// transferChatsOfLeft gives the groups of owners who have left to another member.
func transferChatsOfLeft(a *ask) (obj, error) {
	return a.transferChats(func(c *chat) int {
		if !a.ownerLeft(c) {
			return codeOwnerThere
		}
		return 0
	}, true)
}

// transferChats gives groups of owners who are there to another member.
func transferChats(a *ask) (obj, error) {
	return a.transferChats(func(c *chat) int {
		if a.ownerLeft(c) {
			return codeOwnerLeft
		}
		return 0
	}, false)
}

// transferChats changes owners at once.
func (a *ask) transferChats(check func(c *chat) int, inherited bool) (obj, error) {
	owner := a.Str("new_owner")
	if err := a.seesAll(owner); err != nil {
		return nil, err
	}
	failed := []obj{}
	for _, id := range a.Strs("chat_id_list") {
		if code := a.giveChat(id, owner, check, inherited); code != 0 {
			failed = append(failed, obj{"chat_id": id, "errcode": code, "errmsg": "the group can not be transferred"})
		}
	}
	return obj{"failed_chat_list": failed}, nil
}

// giveChat gives one group to a new owner.
func (a *ask) giveChat(id, owner string, check func(c *chat) int, inherited bool) (code int) {
	c := a.chat(id)
	switch {
	case c == nil || c.dismissed:
		return codeNoChat
	case !a.sees(c.owner) && !a.ownerLeft(c):
		return codeNotVisible
	case c.owner == owner:
		return codeSameOwner
	}
	if code := check(c); code != 0 {
		return code
	}
	c.owner, c.inherited = owner, inherited
	if c.member(owner) == nil {
		c.people = append(c.people, &inChat{chatMember, owner, a.Now(), joinInvited, "", ""})
	}
	a.cs.tellChat(a.book, "update", c, platform.Text("UpdateDetail", "change_owner"))
	return 0
}
