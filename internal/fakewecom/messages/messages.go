// Package messages plays what the apps of the fake WeCom send to members, and what these do
// with it.
package messages

import (
	"github.com/gothird/wecom/internal/fakewecom/platform"
)

// Messages keeps members' inboxes.
type Messages struct {
	host    *platform.Host
	around  Around
	sent    []*Message           // the oldest first
	answers map[string]*answer   // by response_code
	tickets map[string]*selected // by selected_ticket
	tasks   map[task]bool        // task_id of cards

	lastMsgId int64
}

// Around is what messages ask of the parts beside them, under the platform's lock.
type Around struct {
	Book Book
	// Uploaded is a file that an app of the corp has uploaded for messages, and its kind.
	Uploaded func(corpId, mediaId string) (kind string, data []byte, ok bool)
	// Messaged is told of the members whom an app sends a message, and returns those who do
	// not get it for want of an account.
	Messaged func(in *platform.Install, userIds []string) (without []string)
}

// Book is the address book of the corp of a call, as the app sees it.
type Book interface {
	InDepartment(c *platform.Call, id int64) (userIds []string, ok bool) // in it and below it
	Tagged(c *platform.Call, id int64) (userIds []string, ok bool)
	DepartmentName(c *platform.Call, id int64) (name string, ok bool)
	Alias(c *platform.Call, userId string) string
}

// New adds messages to a platform.
func New(p *platform.Platform, around Around) *Messages {
	m := &Messages{around: around, answers: map[string]*answer{}, tickets: map[string]*selected{}, tasks: map[task]bool{}}
	m.host = p.Join(platform.Part{Handlers: map[string]platform.Handler{
		"/cgi-bin/message/send":                 m.sendMessage,
		"/cgi-bin/message/update_template_card": m.updateCard,
		"/cgi-bin/message/recall":               m.recall,
	}, State: m})
	return m
}
