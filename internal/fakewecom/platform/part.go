package platform

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/gothird/wecom/internal/snapshot"
)

// Part is one topic that a package of its own plays: its endpoints, and what it wants to
// hear of. All functions run under the platform's lock; those of the hooks may be nil.
type Part struct {
	Handlers  map[string]Handler // by path; each is run between two calls of Settle
	Installed func(in *Install)  // a corp has authorised a suite that it did not have
	Cancelled func(in *Install)  // the authorisation has ended
	Settle    func()             // time may have passed
	State     snapshot.Saver     // what is saved of the part, see [Platform.Save]; nil: nothing
}

// Handler answers one endpoint, under the platform's lock. An answer beside an error of
// [Refuse] is sent with the errcode merged in: batches that failed as a whole.
type Handler func(c *Call) (Obj, error)

// Obj is a JSON object.
type Obj = map[string]any

// Host is the platform as its parts see it. [Host.Locked] and [Host.Act] take the lock;
// everything else wants it held, which is so in a [Handler] and in the hooks of a [Part].
// What Host returns by pointer is to be read only.
type Host struct{ p *Platform }

// Join adds a part. It is called before the platform serves its first request.
func (p *Platform) Join(part Part) *Host {
	maps.Copy(p.handlers, part.Handlers)
	if part.Settle != nil {
		for path, answer := range part.Handlers {
			p.handlers[path] = func(c *Call) (Obj, error) {
				part.Settle()
				defer part.Settle()
				return answer(c)
			}
		}
	}
	p.parts = append(p.parts, part)
	return &Host{p}
}

// Locked runs do under the lock: for the admin methods of parts that tell nobody.
func (h *Host) Locked(do func()) {
	h.p.mu.Lock()
	defer h.p.mu.Unlock()
	do()
}

// Act runs do under the lock, after and before time has done its work in all parts, and
// then pushes what was told. An error may come from a callback URL.
func (h *Host) Act(ctx context.Context, do func() error) error { return h.p.act(ctx, do) }

// Tell queues an event. It is pushed once the lock is released: after the answer to the
// request at hand, or at the end of Act. Without a callback URL nobody is told.
func (h *Host) Tell(to Target, fields ...Field) {
	h.p.outbox = append(h.p.outbox, notice{to: to, payload: EventXML(fields...)})
}

// Now is the platform's clock.
func (h *Host) Now() time.Time { return h.p.now() }

// PushTime is the time that events bear: that of the apps, not of a platform that is ahead.
func (h *Host) PushTime() int64 { return h.p.pushTime() }

// NewId makes an id of prefix and n more characters. It depends on the seed and on the ids
// made before.
func (h *Host) NewId(prefix string, n int) string { return h.p.id(prefix, n) }

// NumberedId makes an id that ends in a running number, and so never repeats.
func (h *Host) NumberedId(prefix string) string {
	const random = 10
	return fmt.Sprintf("%s%06d", h.p.id(prefix, random), h.p.serial)
}

// Hide adds a secret to [Platform.Secrets].
func (h *Host) Hide(secret string) {
	if !slices.Contains(h.p.own, secret) {
		h.p.own = append(h.p.own, secret)
	}
}

// Provider finds a provider; "" is the first one. nil: there is none.
func (h *Host) Provider(corpId string) *Provider {
	if corpId == "" {
		corpId = h.p.firstProvider
	}
	return h.p.providers[corpId]
}

// Suite finds a suite; nil: there is none.
func (h *Host) Suite(id string) *Suite {
	if x := h.p.suites[id]; x != nil {
		return &x.Suite
	}
	return nil
}

// Corp finds a corp by the id that the provider sees, or by the plain one; nil: there is
// none.
func (h *Host) Corp(id string) *Corp {
	if c := h.p.corps[id]; c != nil {
		return c
	}
	for _, c := range h.p.corps {
		if c.PlainId == id {
			return c
		}
	}
	return nil
}

// Install finds an authorisation; nil: the corp does not have the suite.
func (h *Host) Install(suiteId, corpId string) *Install {
	return h.p.installs[installKey{suiteId, corpId}]
}

// Installs lists the authorisations of a corp, by suite id.
func (h *Host) Installs(corpId string) (list []*Install) {
	for key, in := range h.p.installs {
		if key.corpId == corpId {
			list = append(list, in)
		}
	}
	slices.SortFunc(list, func(a, b *Install) int { return strings.Compare(a.SuiteId(), b.SuiteId()) })
	return list
}

// PutMember changes the member with this UserId, or adds one. corp is one of [Host.Corp] or
// [Call.Corp].
func (h *Host) PutMember(corp *Corp, m Member) { h.p.putMember(corp, m) }

// HasApp reports whether the corp has an app of the provider.
func (h *Host) HasApp(providerCorpId, corpId string) bool {
	return h.p.hasApp(providerCorpId, corpId)
}
