package wecomtest_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/corp/message"
	"github.com/gothird/wecom/corp/wire"
	"github.com/gothird/wecom/token"
	"github.com/gothird/wecom/wecomtest"
)

const (
	sendPath   = "/cgi-bin/message/send"
	recallPath = "/cgi-bin/message/recall"
)

// member is one who comes, goes, or is moved in or out of the visible range.
func (k *walker) member() {
	c, suite := k.some(walkInstalled)
	if c == nil {
		return
	}
	m, kind := wecomtest.Member{}, "create_user"
	switch ids := c.present(); {
	case k.one(3) || len(ids) < 3:
		k.serial++
		m = wecomtest.Member{UserId: fmt.Sprintf("wo%s.new%d", c.id, k.serial), Name: "New", Hidden: k.one(4)}
	default:
		m, _ = c.member(pickOf(k.rnd, ids[1:])) // the first one stays, so there is an administrator
		kind = pickOf(k.rnd, []string{"update_user", "delete_user"})
		m.Left = kind == "delete_user"
		m.Hidden = m.Hidden != (kind == "update_user")
	}
	k.note("%s of %s: %+v", kind, c.id, m)
	c.apps[suite].handle.Change(m)
	seen := c.visible(m.UserId)
	c.change(m)
	seen = seen || c.visible(m.UserId)
	for i, in := range c.apps {
		if seen && in.state == walkInstalled {
			k.told[kind+" "+k.suiteId(i)+" "+c.id+" "+m.UserId]++
		}
	}
	k.happened.add(kind)
}

// hello is a member who writes to an app.
func (k *walker) hello() {
	c, suite := k.some(walkInstalled)
	if c == nil {
		return
	}
	k.serial++
	from, text := pickOf(k.rnd, c.present()), fmt.Sprint("hello ", k.serial)
	k.note("%s writes to %d", from, suite)
	c.apps[suite].handle.Send(wecomtest.Message{UserId: from, Text: text})
	k.told["text "+c.id+" "+from+" "+text]++
	k.happened.add("hello")
}

// send is a message to members, who may have left or be outside the visible range.
func (k *walker) send() {
	c, suite := pickOf(k.rnd, k.corps), k.rnd.IntN(walkSuites)
	k.serial++
	text := fmt.Sprint("message ", k.serial)
	to, parties, reached, missed := k.receivers(c)
	over := k.now().Sub(c.apps[suite].first.Add(trialTime))
	if over.Abs() < walkUncertain {
		return
	}
	reached, without := c.licensedOf(reached, k.unix(), over > 0)
	k.note("%q from %d to %v, state %d: reaches %v", text, suite, to, c.apps[suite].state, reached)
	can, api := k.corpToken(suite, c), k.api(suite, c)
	var f *walkTrouble
	if c.apps[suite].state == walkInstalled && can == yes {
		renewable := suite == walkTemplate || k.suiteToken(suite) == yes
		f = k.trouble(api, sendPath, tokenOf(k.suiteId(suite), c.id), renewable, false)
	}
	res, err := message.Send(api, message.Message{ToUser: to, ToParty: parties, Content: message.Content{Text: &wire.Text{Content: text}}})
	if !k.corpCall(c, suite, can, err) {
		return
	}
	msg := &walkMessage{text: text, suiteId: k.suiteId(suite), corp: c, at: k.now(), to: reached, without: without}
	if f.carriedOut() && len(reached) > 0 {
		k.sent = append(k.sent, msg)
	}
	k.sendEnds(f, msg, missed, res, err)
}

// receivers picks whom a message is for: all, some, or some and departments. Everybody is in the
// root, and 99 is not there.
func (k *walker) receivers(c *walkCorp) (to []string, parties []int64, reached, missed []string) {
	to = []string{message.All}
	if !k.one(4) {
		to = k.someOf(append(c.present(), c.members[k.rnd.IntN(len(c.members))].UserId, "woNobody"))
	}
	reached, missed = c.reach(to)
	if to[0] == message.All || k.serial%3 != 0 {
		return to, nil, reached, missed
	}
	k.happened.add("message to a department")
	reached, _ = c.reach([]string{message.All})
	return to, []int64{1, 99}, reached, append(missed, "party 99")
}

// reach is whom a message reaches, and whom not; WeCom names those in small letters.
func (c *walkCorp) reach(to []string) (reached, missed []string) {
	for _, id := range c.present() {
		if c.visible(id) && (to[0] == message.All || slices.Contains(to, id)) {
			reached = append(reached, id)
		}
	}
	for _, id := range to {
		if id != message.All && !slices.Contains(reached, id) {
			missed = append(missed, strings.ToLower(id))
		}
	}
	return reached, missed
}

// licensedOf divides members after the trial: those who have an account, and others, whom WeCom
// names in small letters.
func (c *walkCorp) licensedOf(userIds []string, now int64, needed bool) (with, without []string) {
	for _, id := range userIds {
		base, interop := c.seats[walkSeat{id, 1}], c.seats[walkSeat{id, 2}]
		if needed && (base == nil || base.ends <= now) && (interop == nil || interop.ends <= now) {
			without = append(without, strings.ToLower(id))
		} else {
			with = append(with, id)
		}
	}
	return with, without
}

// sendEnds checks what the app is told of a message.
func (k *walker) sendEnds(f *walkTrouble, msg *walkMessage, missed []string, res *message.Result, err error) {
	var part *message.NotReached
	switch {
	case !f.answered():
		k.writeEnds(f, err)
		return
	case len(msg.to)+len(msg.without) == 0 && !slices.Contains(missed, "party 99"):
		assert.ErrorIs(k, err, token.Code(81013))
		return
	case len(missed)+len(msg.without) == 0:
		require.NoError(k, err)
	case assert.True(k, errors.As(err, &part), "%v", err):
		unknown := slices.Clone(part.InvalidUser)
		for _, id := range part.InvalidParty {
			unknown = append(unknown, "party "+id)
		}
		assert.ElementsMatch(k, missed, unknown)
		assert.ElementsMatch(k, msg.without, part.UnlicensedUser)
		assert.NoError(k, part.Err)
		if len(msg.without) > 0 {
			k.happened.add("message without a licence")
		}
	}
	require.NotNil(k, res)
	msg.id = res.MsgId
	k.happened.add("message")
}

// someOf picks a few, each once.
func (k *walker) someOf(ids []string) []string {
	slices.Sort(ids)
	ids = slices.Compact(ids)
	k.rnd.Shuffle(len(ids), func(i, j int) { ids[i], ids[j] = ids[j], ids[i] })
	return ids[:1+k.rnd.IntN(min(4, len(ids)))]
}

// recall takes a message back, by the app that sent it or by another one.
func (k *walker) recall() {
	recent := k.sent[max(0, len(k.sent)-8):]
	recent = slices.DeleteFunc(slices.Clone(recent), func(m *walkMessage) bool { return m.id == "" || m.recalled })
	if len(recent) == 0 {
		return
	}
	msg, suite := pickOf(k.rnd, recent), k.rnd.IntN(walkSuites)
	if k.one(2) {
		suite = slices.IndexFunc([]int{0, 1, 2}, func(i int) bool { return k.suiteId(i) == msg.suiteId })
	}
	k.note("%q is recalled by %d", msg.text, suite)
	mine := msg.suiteId == k.suiteId(suite) && k.now().Sub(msg.at) < recallWithin-walkUncertain
	can, api := k.corpToken(suite, msg.corp), k.api(suite, msg.corp)
	var f *walkTrouble
	if mine && msg.corp.apps[suite].state == walkInstalled && can == yes {
		f = k.trouble(api, recallPath, tokenOf(k.suiteId(suite), msg.corp.id), false, false)
	}
	err := message.Recall(api, msg.id)
	switch {
	case !k.corpCall(msg.corp, suite, can, err):
	case !mine:
		assert.NotZero(k, codeOf(err), "%v", err)
		k.happened.add("refused recall")
	default:
		k.writeEnds(f, err)
		msg.recalled = f.carriedOut()
		k.happened.add("recall")
	}
}

// readMessages compares what members can read. Those outside the visible range are left
// out: no document says what becomes of what they have.
func (k *walker) readMessages(c *walkCorp) {
	for _, m := range c.members {
		if m.Hidden && !m.Left {
			continue
		}
		var want, have []string
		for _, msg := range k.inbox(m.UserId) {
			if !m.Left {
				want = append(want, msg.suiteId+" "+msg.text)
			}
		}
		for _, msg := range k.w.Messages(m.UserId) {
			have = append(have, msg.SuiteId+" "+msg.Text)
		}
		assert.Equal(k, want, have, "what %s can read", m.UserId)
	}
}
