package wecomtest_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/gothird/wecom/wecomtest"
)

// walkModel is what must be true, by WeCom's documents and not by the code of the engine.
type walkModel struct {
	choices wecomtest.Choices
	ahead   time.Duration // WeCom's clock, before that of the app
	corps   []*walkCorp
	tickets [walkSuites]walkTicket
	told    map[string]int // notices that the app must have processed
	lost    int            // pushes that it did not accept
	spent   int64          // of the prepaid account
	sent    []*walkMessage
	serial  int
}

// walkTicket is what a suite has been pushed.
type walkTicket struct {
	pushed time.Time // the last one, by WeCom's clock
	heard  time.Time // the last one that the app took
	app    time.Time // the same by the app's clock
	first  bool      // one was pushed
}

// walkCorp is a corp that may use the apps.
type walkCorp struct {
	id      string
	known   bool // it has installed something at some time
	apps    [walkSuites]walkInstall
	members []wecomtest.Member
	orders  []*walkOrder
	codes   []*walkCode
	seats   map[walkSeat]*walkCode
}

// How an app stands with a corp.
const (
	walkAbsent    = iota // also: cancelled, as the app knows
	walkInstalled        // calls are answered
	walkLost             // cancelled, which the app has not heard of
)

type walkInstall struct {
	state  int
	handle *wecomtest.Corp
	former string    // permanent code that is dead
	first  time.Time // when the corp had the app for the first time
}

// walkMessage is a message of an app.
type walkMessage struct {
	id, text string // no id: its answer was lost
	suiteId  string
	corp     *walkCorp
	at       time.Time
	to       []string
	without  []string // who had no licence for it
	recalled bool
}

const (
	walkCorps     = 4
	walkMembers   = 6
	ticketLife    = 30 * time.Minute
	ticketEvery   = 10 * time.Minute
	recallWithin  = 24 * time.Hour
	trialTime     = 90 * 24 * time.Hour
	walkBalance   = 1_200_00        // fen in the account at first
	walkUncertain = 5 * time.Second // around the end of a life both answers are right
)

func newWalkModel(rnd *rand.Rand) *walkModel {
	m := &walkModel{told: map[string]int{}}
	m.choices = wecomtest.Choices{NewSuiteToken: rnd.IntN(2) == 0, NewCorpToken: rnd.IntN(2) == 0, JSON: rnd.IntN(2) == 0,
		CodeDelay: pickOf(rnd, []time.Duration{0, 20 * time.Minute}), JobDelay: pickOf(rnd, []time.Duration{0, time.Minute})}
	for i := range walkCorps {
		c := &walkCorp{id: fmt.Sprintf("wpCorp%d", i), seats: map[walkSeat]*walkCode{}}
		for n := range walkMembers {
			c.members = append(c.members, wecomtest.Member{UserId: fmt.Sprintf("wo%d.%d", i, n), Name: fmt.Sprint("M", n), Admin: n < 2, Hidden: n == 5})
		}
		m.corps = append(m.corps, c)
	}
	for i := range m.tickets {
		m.tickets[i] = walkTicket{pushed: time.Now(), heard: time.Now(), app: time.Now()}
	}
	return m
}

func (m *walkModel) now() time.Time { return time.Now().Add(m.ahead) }

// ticketCame is a suite_ticket that was pushed.
func (m *walkModel) ticketCame(suite int, heard bool) {
	t := &m.tickets[suite]
	t.pushed, t.first = m.now(), true
	if heard {
		t.heard, t.app = m.now(), time.Now()
	} else {
		m.lost++
	}
}

// anywhere reports whether the corp has any of the apps.
func (c *walkCorp) anywhere() bool {
	return slices.ContainsFunc(c.apps[:], func(in walkInstall) bool { return in.state == walkInstalled })
}

func (c *walkCorp) member(userId string) (m wecomtest.Member, ok bool) {
	i := slices.IndexFunc(c.members, func(m wecomtest.Member) bool { return m.UserId == userId && !m.Left })
	if i < 0 {
		return m, false
	}
	return c.members[i], true
}

// visible reports whether a member is there and in the visible range.
func (c *walkCorp) visible(userId string) bool {
	m, ok := c.member(userId)
	return ok && !m.Hidden
}

// present lists the userids of those who have not left.
func (c *walkCorp) present() (ids []string) {
	for _, m := range c.members {
		if !m.Left {
			ids = append(ids, m.UserId)
		}
	}
	return ids
}

// admins lists the administrators who are still there.
func (c *walkCorp) admins() (ids []string) {
	for _, m := range c.members {
		if m.Admin && !m.Left {
			ids = append(ids, m.UserId)
		}
	}
	return ids
}

// change is a member who is new or another.
func (c *walkCorp) change(m wecomtest.Member) {
	if i := slices.IndexFunc(c.members, func(o wecomtest.Member) bool { return o.UserId == m.UserId }); i >= 0 {
		c.members[i] = m
	} else {
		c.members = append(c.members, m)
	}
}

// inbox is what a member can read.
func (m *walkModel) inbox(userId string) (list []*walkMessage) {
	for _, msg := range m.sent {
		if !msg.recalled && slices.Contains(msg.to, userId) {
			list = append(list, msg)
		}
	}
	return list
}
