// Package fakewecom is a fake WeCom (企业微信): an http.Handler with state that
// answers every endpoint a service provider calls, refuses what WeCom refuses,
// and pushes callbacks in the real encryption.
//
// The admin methods of Server play everybody else: the provider console, the
// customer's administrator who installs an app, the clock of the platform.
// Server starts no goroutine, but for pushes that follow an answer in process; time is
// [platform.Options].Now.
//
// Package platform is the middle of it; the packages beside it play one topic each, and know
// nothing of each other. What they see of the platform is [platform.Host]; what one needs of
// another it is given by [New], as a function or an interface of its own.
package fakewecom

import (
	"github.com/gothird/wecom/internal/fakewecom/agents"
	"github.com/gothird/wecom/internal/fakewecom/contacts"
	"github.com/gothird/wecom/internal/fakewecom/customers"
	"github.com/gothird/wecom/internal/fakewecom/desk"
	"github.com/gothird/wecom/internal/fakewecom/kf"
	"github.com/gothird/wecom/internal/fakewecom/media"
	"github.com/gothird/wecom/internal/fakewecom/messages"
	"github.com/gothird/wecom/internal/fakewecom/platform"
)

// Server is the fake WeCom, with the admin methods of the platform and of all parts.
type Server struct {
	*platform.Platform
	*agents.Agents
	*contacts.Contacts
	*customers.Customers
	*desk.Desks
	*kf.Service
	*media.Media
	*messages.Messages
}

// New returns a fake with nobody in it: no provider, no app, no corp.
func New(o platform.Options) *Server {
	p := platform.New(o)
	files, desks := media.New(p), desk.New(p)
	book := contacts.New(p, contacts.Uploaded(files.Uploaded()))
	apps := agents.New(p, book.Directory().Range)
	inboxes := messages.New(p, messages.Around{Book: book.Directory(), Uploaded: files.Uploaded(), Messaged: desks.Licences().Messaged})
	people := customers.New(p, customers.Files{Uploaded: files.Uploaded(), Attached: files.Attached()})
	return &Server{p, apps, book, people, desks, kf.New(p), files, inboxes}
}
