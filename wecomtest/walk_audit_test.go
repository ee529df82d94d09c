package wecomtest_test

import (
	"maps"
	"slices"
	"strings"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/callback"
	"github.com/gothird/wecom/license"
	"github.com/gothird/wecom/order"
	"github.com/gothird/wecom/token"
)

// walkStepList are the things that happen.
func walkStepList() []walkStep {
	return []walkStep{
		{"install", 6, (*walker).install}, {"follow", 3, (*walker).follow}, {"cancel", 4, (*walker).cancel}, {"sweep", 3, (*walker).sweep},
		{"reset", 3, (*walker).reset}, {"change", 2, (*walker).changeAuth}, {"restart", 4, (*walker).restart},
		{"pass", 10, (*walker).pass}, {"longer", 1, (*walker).longer}, {"call", 16, (*walker).call},
		{"member", 6, (*walker).member}, {"hello", 3, (*walker).hello}, {"send", 8, (*walker).send}, {"recall", 4, (*walker).recall},
		{"order", 7, (*walker).order}, {"pay", 8, (*walker).payConsole}, {"pay from the account", 4, (*walker).payBalance}, {"cancel order", 2, (*walker).cancelOrder},
		{"renew", 6, (*walker).renew}, {"purchase", 2, (*walker).purchase}, {"activate", 14, (*walker).activate}, {"by type", 4, (*walker).activateByType}, {"transfer", 6, (*walker).transfer},
	}
}

// walkMust are things that some walk has to come to.
func walkMust() []string {
	list := []string{"install", "install anew", "install after a loss", "follow a link", "cancel", "cancel unheard", "removed a lost corp", "call of a lost corp", "former permanent code",
		"reset", "restart", "stale ticket", "create_user", "update_user", "delete_user", "hello", "message", "message without a licence", "message to a department", "recall", "refused recall",
		"order", "paid in the console", "paid from the account", "too little on the account", "cancelled order", "renewal", "purchase", "a purchase that crashed",
		"activate", "merge", "activate by type", "no code left", "transfer", "codes that come late", "expired order", "expired code"}
	for _, code := range []string{"701003", "701011", "701012", "701015", "701016", "701017", "701018", "701019", "701021", "701030", "701032", "701033", "701082", "701084", "701086", "701087", "701088"} {
		list = append(list, "refused "+code)
	}
	for _, f := range walkTroubles() {
		list = append(list, "fault: "+f.name)
	}
	return list
}

// audit compares what the SDK, and what the app has heard, with the model.
func (k *walker) audit() {
	assert.Equal(k, k.told, k.app.told(), "what the app has processed")
	assert.Empty(k, k.wire.complaints())
	c := pickOf(k.rnd, k.corps)
	for suite, in := range c.apps {
		k.auditInstall(c, suite, in)
	}
	if !c.known {
		return
	}
	k.readMessages(c)
	if k.one(2) {
		return // licenses are much to read
	}
	k.auditOrders(c)
	k.auditCodes(c)
	k.auditSeats(c)
}

func (k *walker) auditInstall(c *walkCorp, suite int, in walkInstall) {
	for proc := range k.app.procs {
		got, err := k.app.api(proc, suite).WithCorp(c.id).Installation()
		if in.state == walkAbsent {
			assert.ErrorIs(k, err, token.ErrNotInstalled, "%s at %d in process %d", c.id, suite, proc)
			continue
		}
		if assert.NoError(k, err, "%s at %d in process %d", c.id, suite, proc) {
			assert.Equal(k, c.id, got.CorpId)
			assert.Equal(k, suite == walkTemplate, got.Customized)
		}
	}
}

func (k *walker) auditOrders(c *walkCorp) {
	assert.Empty(k, k.unknownOrders(c), "orders that nobody has placed")
	for _, o := range c.orders[max(0, len(c.orders)-2):] {
		d, err := order.ORGetDetail(k.provider(c), o.id)
		require.NoError(k, err)
		assert.Equal(k, []any{o.kind, o.status, o.base, o.interop, o.months, o.days, o.made, o.paid},
			[]any{d.OrderType, d.OrderStatus, d.AccountCount.BaseCount, d.AccountCount.ExternalContactCount, d.AccountDuration.Months, d.AccountDuration.Days, int64(d.CreateTime), int64(d.PayTime)}, "%s", o.id)
		assert.Positive(k, d.Price)
		if o.status == order.OrderExpired {
			k.happened.add("expired order")
		}
		k.auditAccounts(c, o)
	}
}

// auditAccounts reads what an order contains; its codes become known when they come.
func (k *walker) auditAccounts(c *walkCorp, o *walkOrder) {
	var list []order.Account
	var err error
	for a, e := range order.ORAllAccounts(k.provider(c), o.id) {
		if err = e; err == nil {
			list = append(list, a)
		}
	}
	switch {
	case o.paid == 0 && o.kind == order.OrderRenewal:
		return // no page says whether its members can be read
	case o.paid == 0:
		assert.ErrorIs(k, err, token.Code(701083), "%s is not paid", o.id)
		return
	case o.ready > k.unix():
		assert.ErrorIs(k, err, token.Code(701022), "%s has no codes yet", o.id)
		k.happened.add("codes that come late")
		return
	}
	require.NoError(k, err)
	assert.Equal(k, order.AccountCount{BaseCount: o.base, ExternalContactCount: o.interop}, order.CountOf(list))
	if o.kind == order.OrderPurchase && !o.listed {
		for _, a := range list {
			c.codes = append(c.codes, &walkCode{code: a.ActiveCode, kind: a.Type, days: o.months*monthDays + o.days, made: o.ready})
		}
	}
	o.listed = true
}

func (k *walker) auditCodes(c *walkCorp) {
	if len(c.codes) == 0 {
		return
	}
	var names []string
	for _, code := range c.codes {
		names = append(names, code.code)
	}
	got, err := license.LICBatchActiveCodeDetail(k.provider(c), names)
	require.NoError(k, err)
	require.Len(k, got.ActiveInfoList, len(c.codes))
	for i, code := range c.codes {
		have, status := got.ActiveInfoList[i], code.status(k.unix())
		want := license.ActiveDetail{MergeInfo: license.MergeInfo{ToActiveCode: code.into, FromActiveCode: code.from},
			ActiveInfo: license.ActiveInfo{ActiveCode: code.code, Type: code.kind, Status: status, UserId: code.user, CreateTime: code.made, ActiveTime: code.active, ExpireTime: code.ends}}
		assert.Equal(k, want, have)
		if status == license.CodeExpired {
			k.happened.add("expired code")
		}
	}
}

// auditSeats counts accounts.
func (k *walker) auditSeats(c *walkCorp) {
	have := map[walkSeat]int64{}
	for info, err := range license.LICAllActived(k.provider(c)) {
		require.NoError(k, err)
		have[walkSeat{info.UserId, info.Type}] = info.ExpireTime
	}
	want := map[walkSeat]int64{}
	for seat, code := range c.seats {
		want[seat] = code.ends
	}
	assert.Equal(k, want, have, "accounts")
	user := pickOf(k.rnd, c.present())
	info, err := license.LICGetActiveByUser(k.provider(c), user)
	require.NoError(k, err)
	var codes, wanted []string
	for _, a := range info.ActiveInfoList {
		codes = append(codes, a.ActiveCode)
	}
	for _, kind := range []int{license.TypeBase, license.TypeInterop} {
		if code := c.seats[walkSeat{user, kind}]; code != nil {
			wanted = append(wanted, code.code)
		}
	}
	assert.Equal(k, wanted, codes, "of %s", user)
}

// end is what holds for a walk as a whole.
func (k *walker) end() {
	refused := 0
	for _, d := range k.w.Deliveries() {
		if d.Err() != nil { // asked for, so that it fails nothing
			refused++
		}
	}
	assert.Equal(k, k.lost, refused, "pushes that the app did not accept")
	for suite := range walkSuites {
		k.hearTicket(suite)
		k.auditList(suite)
	}
	synctest.Wait()
	dead := 0
	for range k.app.inbox.Dead(k.Context()) {
		dead++
	}
	assert.Zero(k, dead, "notices that were given up")
	var stats callback.Stats
	stats, err := k.app.inbox.Stats(k.Context())
	require.NoError(k, err)
	assert.Zero(k, stats.Waiting, "%+v", stats)
}

// auditList compares the list of installations.
func (k *walker) auditList(suite int) {
	var have, want []string
	for in, err := range k.app.api(1, suite).Installations() {
		require.NoError(k, err)
		have = append(have, in.CorpId)
	}
	for _, c := range k.corps {
		if c.apps[suite].state != walkAbsent {
			want = append(want, c.id)
		}
	}
	assert.ElementsMatch(k, want, have)
	assert.NotContains(k, strings.Join(slices.Collect(maps.Keys(k.app.told())), "\n"), "error:")
}
