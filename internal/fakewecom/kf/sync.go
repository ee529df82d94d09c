package kf

import (
	"encoding/base64"
	"fmt"
	"hash/crc32"
	"time"

	"github.com/gothird/wecom/internal/fakewecom/platform"
)

const (
	kept      = 3 * 24 * time.Hour // how long sync_msg gives a message
	tokenLife = 10 * time.Minute
	mostMsgs  = 1000 // of a page
	// tokenlessPerMinute is how often an app may read an account without the token of an
	// event. The pages say that it is seldom, but not how seldom.
	tokenlessPerMinute = 10
)

// eventToken is the token of one kf_msg_or_event.
type eventToken struct {
	account *account
	suiteId string
	made    time.Time
}

// reader is an app that reads an account.
type reader struct {
	account *account
	suiteId string
}

// syncMsg gives a page of the log. A page looks at as many entries as it may have, and leaves
// out those that are too old: it can be empty although there are more.
func (s *Service) syncMsg(c *platform.Call, a *account) (obj, error) {
	limit := int(c.Int("limit"))
	if limit == 0 {
		limit = mostMsgs
	}
	if limit < 0 || limit > mostMsgs || c.Int("voice_format")>>1 != 0 {
		return nil, platform.BadParam("invalid limit or voice_format")
	}
	from, ok := a.position(c.Str("cursor"), c.Now())
	if !ok {
		return nil, platform.Refuse(codeBadCursor, "invalid cursor")
	}
	if err := s.mayRead(reader{a, c.SuiteId()}, c.Str("token")); err != nil {
		return nil, err
	}
	end := min(len(a.log), from+limit)
	list := []obj{}
	for _, e := range a.log[from:end] {
		if c.Now().Sub(e.at) <= kept {
			list = append(list, e.msg)
		}
	}
	out := obj{"msg_list": list, "next_cursor": a.cursor(end), "has_more": 0}
	if end < len(a.log) {
		out["has_more"] = 1
	}
	return out, nil
}

// position is where a cursor leads; without one, to the oldest message that is kept.
func (a *account) position(cursor string, now time.Time) (at int, ok bool) {
	if cursor == "" {
		for at < len(a.log) && now.Sub(a.log[at].at) > kept {
			at++
		}
		return at, true
	}
	text, _ := base64.RawURLEncoding.DecodeString(cursor)
	var mark uint32
	_, err := fmt.Sscanf(string(text), "%08x %d", &mark, &at)
	return at, err == nil && cursor == a.cursor(at) && at >= 0 && at <= len(a.log)
}

// cursor leads to a place in the log. It stays good for ever, but only for this account.
func (a *account) cursor(at int) string {
	mark := crc32.ChecksumIEEE([]byte(a.id))
	return base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, "%08x %d", mark, at))
}

// mayRead refuses a token that is wrong or too old, and reads without one that come too often.
func (s *Service) mayRead(r reader, value string) error {
	if value != "" {
		t, ok := s.tokens[value]
		if !ok || t.account != r.account || t.suiteId != r.suiteId || s.host.Now().Sub(t.made) >= tokenLife {
			return platform.Refuse(codeBadToken, "invalid msg token")
		}
		return nil
	}
	if minute := s.host.Now().Unix() / 60; minute != s.minute {
		s.minute, s.tokenless = minute, map[reader]int{}
	}
	if s.tokenless[r]++; s.tokenless[r] > tokenlessPerMinute {
		return platform.Refuse(codeTooOften, "api freq out of limit: take the token of the event")
	}
	return nil
}
