package kf

import (
	"context"
	"encoding/json"
	"fmt"
)

// What a servicer does in the client (change_type).
const (
	took   = 1 // from the pool
	handed = 2
	ended  = 3
	again  = 4 // after the end
)

// changed tells of a servicer who has moved a conversation.
func (s *Service) changed(v *conversation, change int, before, after string) {
	more := obj{"change_type": change, "old_servicer_userid": before, "new_servicer_userid": after}
	switch change {
	case took:
		more["msg_code"] = s.newCode(v, replyCode)
	case ended:
		more["msg_code"] = s.newCode(v, endCode)
	}
	s.happened(v.account, v.customer, "session_status_change", more)
}

// KfTake is a servicer who takes a conversation from the pool, or whom another hands it to.
func (s *Service) KfTake(ctx context.Context, openKfId string, who Customer, userId string) error {
	return s.talk(ctx, who.CorpId, openKfId, who.ExternalUserId, func(v *conversation) error {
		if err := v.account.receiving(s.corp(v.account), userId); err != nil {
			return fmt.Errorf("fakewecom: %s can't take a conversation of the account %s: %w", userId, v.account.name, err)
		}
		before := v.servicer
		switch {
		case v.state == statePool:
			v.enter(stateServicer, userId)
			s.changed(v, took, "", userId)
		case v.state == stateServicer && before != userId:
			v.enter(stateServicer, userId)
			s.changed(v, handed, before, userId)
		default:
			return fmt.Errorf("fakewecom: the conversation is in state %d: a servicer can take it from the pool (2), or from another servicer (3)", v.state)
		}
		return nil
	})
}

// KfAnswer is a servicer who writes to the customer in the client: to one of his own, or to one
// whose conversation is over, which so begins again.
func (s *Service) KfAnswer(ctx context.Context, openKfId string, who Customer, userId, text string) (msgId string, err error) {
	err = s.talk(ctx, who.CorpId, openKfId, who.ExternalUserId, func(v *conversation) error {
		if !v.account.serves(s.corp(v.account), userId) {
			return fmt.Errorf("fakewecom: %s does not answer for the account %s: add him first", userId, v.account.name)
		}
		now := s.host.Now()
		switch {
		case v.state == stateServicer && v.servicer == userId:
		case v.state == stateOver && now.Sub(v.wrote) <= window:
			before := v.last
			v.begin(now, stateServicer, userId)
			s.changed(v, again, before, userId)
		default:
			return fmt.Errorf("fakewecom: the conversation is in state %d with servicer %q: %s must take it first, or the customer write again", v.state, v.servicer, userId)
		}
		content, _ := json.Marshal(obj{"content": text}) // a text
		msgId = s.said(v, Message{Origin: FromServicer, ServicerUserId: userId, Kind: "text", Content: content})
		return nil
	})
	return msgId, err
}

// KfEnd is a servicer who ends his conversation.
func (s *Service) KfEnd(ctx context.Context, openKfId string, who Customer) error {
	return s.talk(ctx, who.CorpId, openKfId, who.ExternalUserId, func(v *conversation) error {
		if v.state != stateServicer {
			return fmt.Errorf("fakewecom: the conversation is in state %d: a servicer can end it only if he has it (3)", v.state)
		}
		before := v.servicer
		v.enter(stateOver, "")
		s.changed(v, ended, before, "")
		return nil
	})
}

// KfRest is a servicer who stops to receive customers (1), is suspended (2), or goes on (0).
func (s *Service) KfRest(ctx context.Context, corpId, openKfId, userId string, why int) error {
	return s.desk(ctx, corpId, openKfId, func(a *account) error {
		if !a.serves(s.corp(a), userId) {
			return fmt.Errorf("fakewecom: %s does not answer for the account %s: add him first", userId, a.name)
		}
		if why < 0 || why > suspended {
			return fmt.Errorf("fakewecom: %d says nothing of a servicer: 0 receives, %d has stopped, %d is suspended", why, stopped, suspended)
		}
		if a.resting[userId] == why {
			return fmt.Errorf("fakewecom: %s does so already at the account %s", userId, a.name)
		}
		a.resting[userId] = why
		event := obj{"servicer_userid": userId, "status": min(why, 1) + 1}
		if why > 0 {
			event["stop_type"] = why - stopped
		}
		s.happened(a, "", "servicer_status_change", event)
		return nil
	})
}
