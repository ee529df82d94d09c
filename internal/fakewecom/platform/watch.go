package platform

import (
	"context"
	"slices"
	"time"
)

// Change is one entry of the change feed: something of this kind is no longer what it was.
// A reader asks for it anew; the feed carries no state.
type Change struct {
	Id              int64
	Time            time.Time // of the platform's clock
	Kind            string    // one of the Changed constants
	SuiteId, CorpId string    // "": of none, or of several
	Subject         string    // id of the thing; never a secret
}

// Kinds of changes.
const (
	ChangedRequest   = "request"   // one has come, or was answered; Subject is its number
	ChangedPush      = "push"      // one went out, or a try has ended; Subject is its number
	ChangedSuite     = "suite"     // secrets or callback URLs of a suite or of the provider
	ChangedCorp      = "corp"      // a corp, its members or departments
	ChangedInstall   = "install"   // an authorisation began, ended or got another code
	ChangedToken     = "token"     // one was issued or ended
	ChangedTicket    = "ticket"    // the same of a suite_ticket
	ChangedClock     = "clock"     // it was moved
	ChangedFault     = "fault"     // one was added, counted down or removed
	ChangedChoices   = "choices"   // see [Choices]
	ChangedOrder     = "order"     // of licenses or of the app market
	ChangedMessage   = "message"   // to members
	ChangedCustomer  = "customer"  // customers, their groups, and messages to them
	ChangedKfAccount = "kfaccount" // accounts of customer service, and what is said there
	ChangedMedia     = "media"     // a file was uploaded or sent
	ChangedAgent     = "agent"     // what members see of an app on their workbench
)

// keptChanges is how many changes a reader may be behind.
const keptChanges = 4096

// feed is the log of changes.
type feed struct {
	list []Change // the oldest first
	last int64
	next chan struct{} // closed at the next change; nil: nobody waits
}

// note adds a change to the feed. p.mu is held.
func (p *Platform) note(kind, suiteId, corpId, subject string) {
	f := &p.feed
	f.last++
	if len(f.list) >= 2*keptChanges {
		f.list = slices.Clone(f.list[len(f.list)-keptChanges:])
	}
	f.list = append(f.list, Change{f.last, p.now(), kind, suiteId, corpId, subject})
	if f.next != nil {
		close(f.next)
		f.next = nil
	}
}

// Note adds a change of a part to the change feed.
func (h *Host) Note(kind, suiteId, corpId, subject string) { h.p.note(kind, suiteId, corpId, subject) }

// LastChange is the id of the newest change; 0: there was none.
func (p *Platform) LastChange() int64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.feed.last
}

// ChangesAfter returns at most most changes with larger ids than after, the oldest first. gap
// says that some of them are forgotten, or that after is an id of another platform: then the
// reader has to ask for everything anew, and goes on after [Platform.LastChange].
func (p *Platform) ChangesAfter(after int64, most int) (list []Change, gap bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	f := &p.feed
	first := f.last - int64(min(len(f.list), keptChanges)) // what comes before is forgotten
	if after < first || after > f.last {
		return nil, true
	}
	from := len(f.list) - int(f.last-after)
	return slices.Clone(f.list[from:min(len(f.list), from+most)]), false
}

// AwaitChange waits until there is a change with a larger id than after, or ctx ends.
func (p *Platform) AwaitChange(ctx context.Context, after int64) error {
	p.mu.Lock()
	if p.feed.last != after {
		p.mu.Unlock()
		return nil
	}
	if p.feed.next == nil {
		p.feed.next = make(chan struct{})
	}
	next := p.feed.next
	p.mu.Unlock()
	select {
	case <-next:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
