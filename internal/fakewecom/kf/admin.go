package kf

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/gothird/wecom/internal/fakewecom/platform"
	"github.com/gothird/wecom/internal/spec"
)

// Account is an account as the console shows it.
type Account struct {
	OpenKfId, Name string
	Link           string         // without a scene
	Suites         []string       // apps that manage it
	UserIds        []string       // servicers
	Departments    []int64        // servicers
	Resting        map[string]int // servicers who do not receive customers: 1 stopped, 2 suspended
}

// KfAccounts lists the accounts of a corp, the oldest first.
func (s *Service) KfAccounts(corpId string) (list []Account) {
	s.host.Locked(func() {
		for _, a := range s.accounts {
			if a.corpId == corpId {
				list = append(list, s.show(a))
			}
		}
	})
	return list
}

func (s *Service) show(a *account) Account {
	out := Account{OpenKfId: a.id, Name: a.name, Link: contactPage + a.page, Resting: maps.Clone(a.resting)}
	maps.DeleteFunc(out.Resting, func(_ string, why int) bool { return why == 0 })
	for _, in := range s.host.Installs(a.corpId) {
		if a.managers[in.SuiteId()] {
			out.Suites = append(out.Suites, in.SuiteId())
		}
	}
	for _, x := range a.servicers {
		if x.userId != "" {
			out.UserIds = append(out.UserIds, x.userId)
		} else {
			out.Departments = append(out.Departments, x.department)
		}
	}
	return out
}

// OpenKfAccount is an administrator who opens the account of this name to an app, and makes it if
// it is not there: kf_account_auth_change goes to the app.
func (s *Service) OpenKfAccount(ctx context.Context, corpId, name, suiteId string) (openKfId string, err error) {
	err = s.host.Act(ctx, func() error {
		corp, letters := s.host.Corp(corpId), utf8.RuneCountInString(name)
		switch {
		case corp == nil:
			return fmt.Errorf("fakewecom: no corp %q", corpId)
		case letters == 0 || letters > maxName:
			return fmt.Errorf("fakewecom: %q is no name of a customer service account: give 1 to %d characters", name, maxName)
		case s.host.Install(suiteId, corpId) == nil:
			return fmt.Errorf("fakewecom: %s does not have the app %q: install it first", corp.Name, suiteId)
		}
		a := platform.First(s.accounts, func(a *account) bool { return a.corpId == corpId && a.name == name })
		if a == nil {
			a = s.add(corpId, name)
		}
		openKfId = a.id
		s.open(a, suiteId, true)
		return nil
	})
	return openKfId, err
}

// CloseKfAccount is an administrator who takes an account from an app: kf_account_auth_change
// goes to it.
func (s *Service) CloseKfAccount(ctx context.Context, corpId, openKfId, suiteId string) error {
	return s.desk(ctx, corpId, openKfId, func(a *account) error {
		if !a.managers[suiteId] {
			return fmt.Errorf("fakewecom: the account %s is not open to the app %q", a.name, suiteId)
		}
		s.open(a, suiteId, false)
		return nil
	})
}

// open opens an account to an app, or takes it away, and tells the app of a change.
func (s *Service) open(a *account, suiteId string, open bool) {
	if a.managers[suiteId] == open {
		return
	}
	a.managers[suiteId] = open
	s.host.Note(platform.ChangedKfAccount, suiteId, a.corpId, a.id)
	list := "AuthDelOpenKfId"
	if open {
		list = "AuthAddOpenKfId"
	}
	s.host.Tell(platform.Target{Channel: spec.ChannelData, SuiteId: suiteId, CorpId: a.corpId},
		append(s.host.EventHead(a.corpId, "sys", "kf_account_auth_change"), platform.Text(list, a.id))...)
}

// AddKfServicers is an administrator who lets members answer for an account.
func (s *Service) AddKfServicers(ctx context.Context, corpId, openKfId string, userIds ...string) error {
	return s.desk(ctx, corpId, openKfId, func(a *account) error {
		s.host.Note(platform.ChangedKfAccount, "", corpId, openKfId)
		for _, id := range userIds {
			if out := a.addServicer(s.host.Corp(corpId), servicer{userId: id}); out["errcode"] != 0 {
				return fmt.Errorf("fakewecom: %s can't answer for the account %s: %v: he must be in the visible range", id, a.name, out["errmsg"])
			}
		}
		return nil
	})
}

// RemoveKfServicers is an administrator who lets members answer for an account no more.
func (s *Service) RemoveKfServicers(ctx context.Context, corpId, openKfId string, userIds ...string) error {
	return s.desk(ctx, corpId, openKfId, func(a *account) error {
		for _, id := range userIds {
			if !slices.Contains(a.servicers, servicer{userId: id}) {
				return fmt.Errorf("fakewecom: %s does not answer for the account %s, or does with a department", id, a.name)
			}
		}
		a.servicers = slices.DeleteFunc(a.servicers, func(x servicer) bool { return x.userId != "" && slices.Contains(userIds, x.userId) })
		s.host.Note(platform.ChangedKfAccount, "", corpId, openKfId)
		return nil
	})
}

// Conversation is one customer's with an account.
type Conversation struct {
	ExternalUserId string
	Name           string // of the customer
	State          int
	ServicerUserId string
	Refusing       bool      // he refuses what the account sends
	Messages       []Message // the oldest first
}

// KfConversations lists those of an account, by when they first began.
func (s *Service) KfConversations(corpId, openKfId string) (list []Conversation, err error) {
	s.host.Locked(func() {
		s.settle()
		var a *account
		if a, err = s.find(corpId, openKfId); err != nil {
			return
		}
		for _, v := range a.conversations {
			c := Conversation{ExternalUserId: v.customer, Name: s.names[person{corpId, v.customer}], State: v.state, ServicerUserId: v.servicer, Refusing: v.refusing}
			for _, m := range v.messages {
				c.Messages = append(c.Messages, *m)
			}
			list = append(list, c)
		}
	})
	return list, err
}

// desk runs do for an account, and pushes what came of it.
func (s *Service) desk(ctx context.Context, corpId, openKfId string, do func(a *account) error) error {
	return s.host.Act(ctx, func() error {
		a, err := s.find(corpId, openKfId)
		if err != nil {
			return err
		}
		return do(a)
	})
}

// find finds an account; the error says which there are.
func (s *Service) find(corpId, openKfId string) (*account, error) {
	var there []string
	for _, a := range s.accounts {
		switch {
		case a.corpId != corpId:
		case a.id == openKfId:
			return a, nil
		default:
			there = append(there, fmt.Sprintf("%s (%s)", a.id, a.name))
		}
	}
	return nil, fmt.Errorf("fakewecom: the corp has no customer service account %q: it has %s", openKfId, cmp.Or(strings.Join(there, ", "), "none"))
}

// talk runs do for a conversation, and pushes what came of it.
func (s *Service) talk(ctx context.Context, corpId, openKfId, externalUserId string, do func(v *conversation) error) error {
	return s.desk(ctx, corpId, openKfId, func(a *account) error {
		v := a.with(externalUserId)
		if v == nil {
			return fmt.Errorf("fakewecom: the customer %s was never at the account %s: let him write first", externalUserId, a.name)
		}
		return do(v)
	})
}

// meet finds the conversation with a customer, or makes one that has not begun. Who gives no name
// keeps that which he has.
func (s *Service) meet(a *account, externalUserId, name string) *conversation {
	if name != "" {
		s.names[person{a.corpId, externalUserId}] = name
	}
	v := a.with(externalUserId)
	if v == nil {
		v = &conversation{account: a, customer: externalUserId, state: stateOver}
		a.conversations = append(a.conversations, v)
	}
	return v
}

// corp is that of an account.
func (s *Service) corp(a *account) *platform.Corp { return s.host.Corp(a.corpId) }
