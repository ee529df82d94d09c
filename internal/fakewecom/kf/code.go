package kf

import (
	"time"

	"github.com/gothird/wecom/internal/fakewecom/platform"
)

// purpose is what an event code is for.
type purpose int

const (
	welcomeCode purpose = iota // the customer has entered
	replyCode                  // the pool or a servicer has the conversation
	endCode                    // it has ended
)

func (p purpose) life() time.Duration {
	if p == replyCode {
		return window
	}
	return 20 * time.Second
}

func (p purpose) kinds() []string {
	if p == replyCode {
		return []string{"text"}
	}
	return []string{"text", "msgmenu"}
}

// eventCode lets an app send one message (send_msg_on_event).
type eventCode struct {
	purpose purpose
	about   *conversation
	state   int // of the conversation when the code was made
	round   int
	made    time.Time
}

func (s *Service) newCode(v *conversation, p purpose) string {
	value := s.host.NewId("", 43)
	s.codes[value] = &eventCode{p, v, v.state, v.round, s.host.Now()}
	return value
}

// sendOnEvent takes the message of a code. It does not count among those after a question.
func (s *Service) sendOnEvent(c *platform.Call) (platform.Obj, error) {
	code := s.codes[c.Str("code")]
	if code == nil || code.about.account.corpId != c.Corp().Id || c.Now().Sub(code.made) >= code.purpose.life() {
		return nil, platform.Refuse(codeBadCode, "invalid code")
	}
	v := code.about
	a, err := s.account(v.account.corpId, v.account.id) // it may be deleted
	if err == nil {
		err = a.manages(c.SuiteId())
	}
	if err != nil {
		return nil, err
	}
	content, err := contentOf(c, code.purpose.kinds(), fewItems)
	if err == nil {
		err = a.free(c.Str("msgid"))
	}
	if err == nil {
		err = code.fits()
	}
	if err != nil {
		return nil, err
	}
	delete(s.codes, c.Str("code"))
	if code.purpose == welcomeCode {
		v.welcomed = c.Now()
	}
	return s.deliver(c, v, content), nil
}

// fits refuses a code whose conversation is not any more in the state that it is for.
func (code *eventCode) fits() error {
	v := code.about
	switch {
	case code.purpose == welcomeCode || v.state == code.state && v.round == code.round:
		return nil
	case v.state == stateOver:
		return platform.Refuse(codeOver, "the session is over")
	}
	return platform.Refuse(codeNotAnswerable, "send msg session status invalid")
}
