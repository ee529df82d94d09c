package platform

import (
	"context"
	"fmt"
	"math"
	"time"

	"github.com/gothird/wecom/internal/spec"
)

// NewTicket makes a suite_ticket without pushing it.
func (p *Platform) NewTicket(suiteId string) (string, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	x := p.suites[suiteId]
	if x == nil {
		return "", fmt.Errorf("fakewecom: no suite %q", suiteId)
	}
	value := p.secret(ticketLen)
	x.tickets = append(x.tickets, ticket{value, p.now()})
	p.note(ChangedTicket, suiteId, "", "")
	return value, nil
}

// PushTicket makes a new suite_ticket and pushes it, as WeCom does every ten
// minutes. The ticket is good even if the push fails.
func (p *Platform) PushTicket(ctx context.Context, suiteId string) (Delivery, error) {
	value, err := p.NewTicket(suiteId)
	if err != nil {
		return Delivery{}, err
	}
	payload := EventXML(Text("SuiteId", suiteId), Text("InfoType", "suite_ticket"), Number("TimeStamp", p.pushTime()), Text("SuiteTicket", value))
	return p.Push(ctx, Target{Channel: spec.ChannelInstruction, SuiteId: suiteId}, payload)
}

// TicketAge is how long ago the suite got its last ticket; very long if there is none.
func (p *Platform) TicketAge(suiteId string) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	x := p.suites[suiteId]
	if x == nil || len(x.tickets) == 0 {
		return math.MaxInt64
	}
	return p.now().Sub(x.tickets[len(x.tickets)-1].made)
}

// ticketGood reports whether value is a ticket of the last 30 minutes, and
// forgets older ones.
func (x *suite) ticketGood(value string, now time.Time) bool {
	for len(x.tickets) > 0 && now.Sub(x.tickets[0].made) > ticketLife {
		x.tickets = x.tickets[1:]
	}
	for _, t := range x.tickets {
		if t.value == value {
			return true
		}
	}
	return false
}

// ExpireTickets makes all tickets of a suite too old.
func (p *Platform) ExpireTickets(suiteId string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if x := p.suites[suiteId]; x != nil {
		x.tickets = nil
		p.note(ChangedTicket, suiteId, "", "")
	}
}
