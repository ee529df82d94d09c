package customers

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/gothird/wecom/internal/fakewecom/platform"
)

// Kinds of people in a group, and how they come.
const (
	chatMember   = 1
	chatCustomer = 2

	joinInvited = 1
	joinByCode  = 3
)

// chat is a customer group (客户群).
type chat struct {
	id, name  string
	owner     string // userid
	made      time.Time
	people    []*inChat
	version   string // of people
	inherited bool
	dismissed bool
}

// inChat is one in a group.
type inChat struct {
	kind    int
	id      string // userid, or external userid
	at      time.Time
	scene   int
	state   string // of the join way
	invitor string // userid
}

// Group is a group as admin methods show it.
type Group struct {
	ChatId, Name, Owner string
	OpenGid             string   // in WeChat
	People              []string // userids and external userids
}

// member finds somebody in a group; nil: he is not there.
func (c *chat) member(id string) *inChat {
	if c.dismissed {
		return nil
	}
	return platform.First(c.people, func(p *inChat) bool { return p.id == id })
}

// chat finds a group; nil: there was never one.
func (b *book) chat(id string) *chat {
	return platform.First(b.chats, func(c *chat) bool { return c.id == id })
}

// NewGroup is a member who makes a group with customers.
func (cs *Customers) NewGroup(ctx context.Context, corpId, name, owner string, customers ...Customer) (chatId string, err error) {
	err = cs.admin(ctx, corpId, func(b *book) error {
		if err := b.corp.There(owner); err != nil {
			return err
		}
		c := &chat{id: cs.host.NewId("wr", 30), name: name, owner: owner, made: cs.host.Now(), version: cs.host.NewId("", 32)}
		c.people = []*inChat{{chatMember, owner, c.made, joinInvited, "", ""}}
		for _, x := range customers {
			if c.member(x.ExternalUserId) != nil {
				return fmt.Errorf("fakewecom: %s is named twice", x.ExternalUserId)
			}
			b.meet(x)
			c.people = append(c.people, &inChat{chatCustomer, x.ExternalUserId, c.made, joinInvited, "", owner})
		}
		b.chats, chatId = append(b.chats, c), c.id
		cs.tellChat(b, "create", c)
		return nil
	})
	return chatId, err
}

// JoinGroup is a customer who is invited to a group, by its chat_id, or scans the code of a
// join way, by its config_id.
func (cs *Customers) JoinGroup(ctx context.Context, corpId, where string, x Customer) error {
	return cs.admin(ctx, corpId, func(b *book) error {
		p := &inChat{chatCustomer, x.ExternalUserId, cs.host.Now(), joinInvited, "", ""}
		told := 0 // the scene that events tell: that of an invitation is 0
		c, err := b.openChat(where)
		if j := b.joinWay(where); j != nil {
			c, err = b.led(j)
			told, p.scene, p.state = joinByCode, joinByCode, j.State
		}
		if err != nil {
			return err
		}
		if p.scene == joinInvited {
			p.invitor = c.owner
		}
		if c.member(x.ExternalUserId) != nil {
			return fmt.Errorf("fakewecom: %s is in the group %s already", x.ExternalUserId, c.id)
		}
		b.meet(x)
		c.people = append(c.people, p)
		cs.tellPeople(b, c, "add_member", platform.Number("JoinScene", int64(told)), p.id)
		return nil
	})
}

// LeaveGroup is a customer who leaves a group.
func (cs *Customers) LeaveGroup(ctx context.Context, corpId, chatId, externalId string) error {
	return cs.admin(ctx, corpId, func(b *book) error {
		c, err := b.openChat(chatId)
		if err != nil {
			return err
		}
		p := c.member(externalId)
		if p == nil {
			return fmt.Errorf("fakewecom: %s is not in the group %s", externalId, chatId)
		}
		c.people = slices.DeleteFunc(c.people, func(o *inChat) bool { return o == p })
		const byHimself = 0
		cs.tellPeople(b, c, "del_member", platform.Number("QuitScene", byHimself), externalId)
		return nil
	})
}

// RenameGroup is the owner who gives a group another name.
func (cs *Customers) RenameGroup(ctx context.Context, corpId, chatId, name string) error {
	return cs.asOwner(ctx, corpId, chatId, func(b *book, c *chat) error {
		c.name = name
		cs.tellChat(b, "update", c, platform.Text("UpdateDetail", "change_name"))
		return nil
	})
}

// DismissGroup is the owner who dismisses a group.
func (cs *Customers) DismissGroup(ctx context.Context, corpId, chatId string) error {
	return cs.asOwner(ctx, corpId, chatId, func(b *book, c *chat) error {
		cs.tellChat(b, "dismiss", c)
		c.dismissed = true
		return nil
	})
}

// asOwner runs do for a group whose owner is there to do it.
func (cs *Customers) asOwner(ctx context.Context, corpId, chatId string, do func(b *book, c *chat) error) error {
	return cs.admin(ctx, corpId, func(b *book) error {
		c, err := b.openChat(chatId)
		if err == nil {
			err = b.corp.There(c.owner)
		}
		if err != nil {
			return err
		}
		return do(b, c)
	})
}

// tellPeople tells of somebody who has come or gone.
func (cs *Customers) tellPeople(b *book, c *chat, detail string, scene platform.Field, id string) {
	before := c.version
	c.version = cs.host.NewId("", 32)
	cs.tellChat(b, "update", c, platform.Text("UpdateDetail", detail), scene, platform.Number("MemChangeCnt", 1),
		platform.Group("MemChangeList", platform.Text("Item", id)), platform.Text("LastMemVer", before), platform.Text("CurMemVer", c.version))
}

// openChat finds a group that is there, for admin methods.
func (b *book) openChat(chatId string) (*chat, error) {
	c := b.chat(chatId)
	if c == nil || c.dismissed {
		return nil, fmt.Errorf("fakewecom: %s has no customer group %q", b.corp.Name, chatId)
	}
	return c, nil
}

// led finds the group that a join way leads to: the first that is there.
func (b *book) led(j *joinWay) (*chat, error) {
	for _, id := range j.ChatIds {
		if c, err := b.openChat(id); err == nil {
			return c, nil
		}
	}
	return nil, fmt.Errorf("fakewecom: the join way %s leads to no group that is there", j.ConfigId)
}

// Groups lists the groups of a corp that are not dismissed.
func (cs *Customers) Groups(corpId string) (list []Group) {
	cs.host.Locked(func() {
		b := cs.books[corpId]
		if b == nil {
			return
		}
		for _, c := range b.chats {
			if c.dismissed {
				continue
			}
			g := Group{c.id, c.name, c.owner, b.openGid(c.id), nil}
			for _, p := range c.people {
				g.People = append(g.People, p.id)
			}
			list = append(list, g)
		}
	})
	return list
}
