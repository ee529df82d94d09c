package fakewecom

import (
	"context"
	"fmt"
	"time"

	"github.com/gothird/wecom/internal/spec"
)

// NewTicket makes a suite_ticket without pushing it.
func (s *Server) NewTicket(suiteId string) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	x := s.suites[suiteId]
	if x == nil {
		return "", fmt.Errorf("fakewecom: no suite %q", suiteId)
	}
	value := s.secret(ticketLen)
	x.tickets = append(x.tickets, ticket{value, s.now()})
	return value, nil
}

// PushTicket makes a new suite_ticket and pushes it, as WeCom does every ten
// minutes. The ticket is good even if the push fails.
func (s *Server) PushTicket(ctx context.Context, suiteId string) error {
	value, err := s.NewTicket(suiteId)
	if err != nil {
		return err
	}
	payload := infoXML("SuiteId", suiteId, "InfoType", "suite_ticket", "TimeStamp", s.stamp(), "SuiteTicket", value)
	_, err = s.Push(ctx, Target{Channel: spec.ChannelInstruction, SuiteId: suiteId}, payload)
	return err
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
func (s *Server) ExpireTickets(suiteId string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if x := s.suites[suiteId]; x != nil {
		x.tickets = nil
	}
}
