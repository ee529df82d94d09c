package kf

import (
	"cmp"
	"slices"
	"time"

	"github.com/gothird/wecom/internal/fakewecom/platform"
)

// States of a conversation, and where each leads:
//
//	0 new                to 1, 2, 3   by the app
//	1 assistant          to 2, 3      by the app
//	2 pool               to 3         by the app, or a servicer takes it
//	3 servicer           to 3, 4      by the app or the servicer: another servicer, the end
//	4 over, or not begun to 0         the customer writes
//	                     to 3         a servicer writes, while he may
//
// 48 hours after its begin each is over. The pages draw the arrows in a picture; these are the
// moves that their text names.
const (
	stateNew       = 0
	stateAssistant = 1
	statePool      = 2
	stateServicer  = 3
	stateOver      = 4 // or not begun
)

// conversation is that of one customer with one account. It begins anew again and again.
type conversation struct {
	account  *account
	customer string // external_userid

	round    int // how often it began
	state    int
	servicer string    // of stateServicer
	last     string    // the servicer before the end
	begun    time.Time // of this round
	moved    []int     // states for which this round has given a reply code

	wrote    time.Time // the customer, last; zero: never
	sent     int       // by apps, since then
	entered  time.Time // by a link, last
	via      obj       // how he entered
	welcomed time.Time
	refusing bool // he refuses what the account sends
	messages []*Message
}

// with finds the conversation with a customer; nil: he was never there.
func (a *account) with(externalUserId string) *conversation {
	return platform.First(a.conversations, func(v *conversation) bool { return v.customer == externalUserId })
}

// settle ends conversations whose time is over.
func (s *Service) settle() {
	now := s.host.Now()
	for _, a := range s.accounts {
		for _, v := range a.conversations {
			if v.state != stateOver && now.Sub(v.begun) > window {
				v.enter(stateOver, "")
			}
		}
	}
}

// begin begins the conversation anew.
func (v *conversation) begin(now time.Time, state int, servicer string) {
	v.round, v.begun, v.moved = v.round+1, now, nil
	v.enter(state, servicer)
}

func (v *conversation) enter(state int, servicer string) {
	v.last = cmp.Or(v.servicer, v.last)
	v.state, v.servicer = state, servicer
}

func (s *Service) getState(_ *platform.Call, v *conversation) (obj, error) {
	out := obj{"service_state": v.state}
	if v.state == stateServicer {
		out["servicer_userid"] = v.servicer
	}
	return out, nil
}

// moves are the states to which an app may bring a conversation from another.
func moves(from int) []int {
	return map[int][]int{
		stateNew:       {stateAssistant, statePool, stateServicer},
		stateAssistant: {statePool, stateServicer},
		statePool:      {stateServicer},
		stateServicer:  {stateServicer, stateOver},
	}[from]
}

// moveState is service_state/trans. A code for a message comes with the first move of a round
// to the pool and to a servicer, and with the end.
func (s *Service) moveState(c *platform.Call, v *conversation) (obj, error) {
	to, servicer := int(c.Int("service_state")), ""
	if to < stateNew || to > stateOver {
		return nil, platform.BadParam("invalid service_state")
	}
	if v.state == stateOver {
		return nil, platform.Refuse(codeOver, "the session is over")
	}
	if !slices.Contains(moves(v.state), to) {
		return nil, platform.Refuse(codeBadMove, "not allowed to change the state")
	}
	if to == stateServicer {
		servicer = c.Str("servicer_userid")
		if err := v.giveTo(c, servicer); err != nil {
			return nil, err
		}
	}
	v.enter(to, servicer)
	out := obj{}
	switch {
	case to == stateOver:
		out["msg_code"] = s.newCode(v, endCode)
	case to != stateAssistant && !slices.Contains(v.moved, to):
		v.moved = append(v.moved, to)
		out["msg_code"] = s.newCode(v, replyCode)
	}
	return out, nil
}

// giveTo refuses a servicer who can't take the conversation.
func (v *conversation) giveTo(c *platform.Call, servicer string) error {
	switch {
	case servicer == "":
		return platform.Missing("servicer_userid")
	case v.servicer == servicer:
		return platform.Refuse(codeBadMove, "the servicer has the session")
	}
	return v.account.receiving(c.Corp(), servicer)
}
