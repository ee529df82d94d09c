package wecomtest_test

import (
	"slices"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/license"
	"github.com/gothird/wecom/wecomtest"
)

const (
	activatePath = "/cgi-bin/license/active_account"
	transferPath = "/cgi-bin/license/batch_transfer_license"
)

// handle is the corp with one of its apps.
func (c *walkCorp) handle() *wecomtest.Corp {
	i := slices.IndexFunc(c.apps[:], func(in walkInstall) bool { return in.handle != nil })
	return c.apps[i].handle
}

// someUser is a member, one who has left, or nobody.
func (k *walker) someUser(c *walkCorp) string {
	if k.one(12) {
		return "woNobody"
	}
	if k.one(8) {
		return pickOf(k.rnd, c.members).UserId
	}
	return pickOf(k.rnd, c.present())
}

// activate binds a code, most often one that is free.
func (k *walker) activate() {
	c := k.licensed()
	if c == nil {
		return
	}
	owner := c
	if k.one(8) {
		owner = k.licensed()
	}
	codes := owner.codes
	if !k.one(5) {
		codes = slices.DeleteFunc(slices.Clone(codes), func(code *walkCode) bool { return code.user != "" })
	}
	if len(codes) == 0 {
		return
	}
	code, user := pickOf(k.rnd, codes), k.someUser(c)
	k.note("%s binds %s of %s to %s", c.id, code.code, owner.id, user)
	rules, api := k.bindRules(c, owner, code, user), k.provider(c)
	var f *walkTrouble
	if len(rules) == 0 {
		f = k.trouble(api, activatePath, providerToken, true, false)
	}
	err := license.LICActiveAccount(api, code.code, user)
	if k.refusal(rules, err) {
		return
	}
	if k.writeEnds(f, err); f.carriedOut() {
		k.happened.add(map[bool]string{false: "activate", true: "merge"}[c.seats[walkSeat{user, code.kind}] != nil])
		k.bind(c, code, user, k.unix())
	}
}

// activateByType binds whatever code of a type must be bound soonest.
func (k *walker) activateByType() {
	c := k.licensed()
	if c == nil {
		return
	}
	seat := walkSeat{k.someUser(c), 1 + k.rnd.IntN(2)}
	k.note("%s binds a code to %v", c.id, seat)
	rules := c.seatRules(seat)
	if old := c.seats[seat]; old != nil && k.unix() < old.ends {
		rules = append(rules, 701011)
	}
	best := k.soonest(c, seat.kind)
	api := k.provider(c)
	err := license.LICActiveAccountByType(api, seat.kind, seat.user)
	switch {
	case k.refusal(rules, err):
		return
	case len(best) == 0: // no page names the code
		assert.NotZero(k, codeOf(err), "%v", err)
		k.happened.add("no code left")
		return
	}
	require.NoError(k, err)
	user, err := license.LICGetActiveByUser(api, seat.user)
	require.NoError(k, err)
	for _, info := range user.ActiveInfoList {
		i := slices.IndexFunc(best, func(code *walkCode) bool { return code.code == info.ActiveCode })
		if info.Type == seat.kind && assert.GreaterOrEqual(k, i, 0, "%s must be bound later than %v", info.ActiveCode, best[0].code) {
			k.bind(c, best[i], seat.user, k.unix())
			k.happened.add("activate by type")
		}
	}
}

// soonest are the free codes that must be bound first.
func (k *walker) soonest(c *walkCorp, kind int) (best []*walkCode) {
	for _, code := range c.codes {
		if code.kind != kind || code.user != "" || k.unix() >= code.made+bindDays*daySeconds {
			continue
		}
		if len(best) > 0 && code.made < best[0].made {
			best = nil
		}
		if len(best) == 0 || code.made == best[0].made {
			best = append(best, code)
		}
	}
	return best
}

// transfer hands accounts to another member.
func (k *walker) transfer() {
	c := k.licensed()
	if c == nil {
		return
	}
	from, to := pickOf(k.rnd, c.members).UserId, k.someUser(c)
	if holders := c.holders(k.unix()); len(holders) > 0 && !k.one(4) {
		from = pickOf(k.rnd, holders)
	}
	if from == to {
		return
	}
	k.note("%s hands the accounts of %s to %s", c.id, from, to)
	rules, api := k.moveRules(c, from, to), k.provider(c)
	var f *walkTrouble
	if len(rules) == 0 {
		f = k.trouble(api, transferPath, providerToken, true, false)
	}
	results, err := license.LICBatchTransfer(api, []license.Transfer{{HandoverUserId: from, TakeoverUserId: to}})
	if len(rules) > 0 {
		assert.Equal(k, 701024, codeOf(err), "all of one have failed: %v", err)
		require.Len(k, results, 1)
		k.refusal(rules, results[0].Err())
		return
	}
	if k.writeEnds(f, err) {
		require.Len(k, results, 1)
		assert.NoError(k, results[0].Err())
	}
	if f.carriedOut() {
		k.move(c, from, to)
		k.happened.add("transfer")
	}
}

// holders are those who have accounts that have not expired.
func (c *walkCorp) holders(now int64) (users []string) {
	for _, m := range c.members {
		if len(c.running(m.UserId, now)) > 0 {
			users = append(users, m.UserId)
		}
	}
	return users
}
