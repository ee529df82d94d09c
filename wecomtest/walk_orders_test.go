package wecomtest_test

import (
	"fmt"
	"slices"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/license"
	"github.com/gothird/wecom/order"
	"github.com/gothird/wecom/token"
)

const (
	walkBuyer  = "chen.mei"
	createPath = "/cgi-bin/license/create_new_order"
	cancelPath = "/cgi-bin/license/cancel_order"
)

// licensed picks a corp that the provider knows, and reads the codes that have come; nil if
// there is none.
func (k *walker) licensed() *walkCorp {
	known := slices.DeleteFunc(slices.Clone(k.corps), func(c *walkCorp) bool { return !c.known })
	if len(known) == 0 {
		return nil
	}
	if using := slices.DeleteFunc(slices.Clone(known), func(c *walkCorp) bool { return !c.anywhere() }); len(using) > 0 && !k.one(6) {
		known = using
	}
	c := pickOf(k.rnd, known)
	for _, o := range c.orders {
		if o.paid != 0 && o.ready <= k.unix() && !o.listed {
			k.auditAccounts(c, o)
		}
	}
	return c
}

// provider is one of the processes, for calls with the provider's token.
func (k *walker) provider(c *walkCorp) *token.Api { return k.api(0, c) }

// refusal checks an error that must have one of the errcodes, and reports whether there
// should be any.
func (k *walker) refusal(codes []int, err error) bool {
	k.Helper()
	if len(codes) == 0 {
		return false
	}
	assert.Contains(k, codes, codeOf(err), "%v", err)
	k.happened.add(fmt.Sprint("refused ", codeOf(err)))
	return true
}

// order orders accounts.
func (k *walker) order() {
	c := k.licensed()
	if c == nil {
		return
	}
	o := &walkOrder{corp: c, kind: order.OrderPurchase, base: 1 + k.rnd.IntN(3), interop: k.rnd.IntN(3), months: 1 + k.rnd.IntN(3), days: k.rnd.IntN(9)}
	if k.one(6) {
		o.months, o.days = 60, 0
	}
	k.note("%s orders %d and %d accounts for %d months", c.id, o.base, o.interop, o.months)
	codes, api := k.orderRules(c), k.provider(c)
	var f *walkTrouble
	if len(codes) == 0 {
		f = k.trouble(api, createPath, providerToken, true, false)
	}
	o.made = k.unix()
	id, err := order.ORCreate(api, &order.Order{BuyerUserId: walkBuyer,
		AccountCount: order.AccountCount{BaseCount: o.base, ExternalContactCount: o.interop}, AccountDuration: order.AccountDuration{Months: o.months, Days: o.days}})
	if k.refusal(codes, err) {
		return
	}
	k.placed(f, o, id, err)
}

// placed keeps an order that was accepted. If its answer was lost, it is found in the list.
func (k *walker) placed(f *walkTrouble, o *walkOrder, id string, err error) {
	known := k.writeEnds(f, err)
	listed := k.unknownOrders(o.corp)
	switch {
	case !f.carriedOut():
		assert.Empty(k, listed, "nothing was ordered")
		return
	case !known:
		require.Len(k, listed, 1, "one order was placed")
		id = listed[0]
	}
	if f != nil && f.fault.Delay > 0 {
		o.made = k.unix()
	}
	o.id = id
	assert.Equal(k, []string{id}, listed)
	o.corp.orders = append(o.corp.orders, o)
	k.happened.add("order")
}

// unknownOrders lists the corp's orders of the last days that the model does not know, and
// checks that it knows no others.
func (k *walker) unknownOrders(c *walkCorp) (ids []string) {
	const days = 30
	start, end := k.unix()-days*daySeconds, k.unix()+1
	var recent []string
	for _, o := range c.orders {
		if o.made >= start {
			recent = append(recent, o.id)
		}
	}
	for o, err := range order.ORAllOrders(k.provider(c), order.ListCond{CorpId: c.id, StartTime: start, EndTime: end}) {
		require.NoError(k, err)
		if i := slices.Index(recent, o.OrderId); i >= 0 {
			recent = slices.Delete(recent, i, i+1)
		} else {
			ids = append(ids, o.OrderId)
		}
	}
	assert.Empty(k, recent, "orders that WeCom does not list")
	return ids
}

// someOrder picks one of the last orders, most often one that is unpaid.
func (k *walker) someOrder() *walkOrder {
	c := k.licensed()
	if c == nil || len(c.orders) == 0 {
		return nil
	}
	for _, c := range k.corps {
		if c.known && c.unpaid() && !k.one(4) {
			return c.orders[len(c.orders)-1]
		}
	}
	return pickOf(k.rnd, c.orders[max(0, len(c.orders)-3):])
}

// payConsole pays an order in the console.
func (k *walker) payConsole() {
	o := k.someOrder()
	if o == nil || o.status != order.OrderUnpaid || o.balance {
		return // one that was to be paid from the account is not offered there
	}
	k.note("%s is paid in the console", o.id)
	o.corp.handle().Pay(o.id)
	k.pay(o)
	k.happened.add("paid in the console")
}

// payBalance pays an order from the prepaid account, if there is enough on it.
func (k *walker) payBalance() {
	o := k.someOrder()
	if o == nil {
		return
	}
	k.note("%s, state %d, is paid from the account", o.id, o.status)
	api := k.provider(o.corp)
	var codes []int
	if o.status != order.OrderUnpaid {
		codes = []int{701084}
	}
	detail, err := order.ORGetDetail(api, o.id)
	require.NoError(k, err)
	jobid, err := order.ORPaySubmit(api, o.id, walkBuyer)
	if k.refusal(codes, err) {
		return
	}
	require.NoError(k, err)
	o.balance = true
	k.advance(k.choices.JobDelay)
	outcome, err := order.ORPayWait(api, jobid, time.Second)
	if price := int64(detail.Price); price > walkBalance-k.spent {
		assert.ErrorIs(k, outcome.Err(), token.Code(90433))
		k.happened.add("too little on the account")
		return
	}
	require.NoError(k, err)
	assert.NoError(k, outcome.Err())
	k.spent += int64(detail.Price)
	k.pay(o)
	k.happened.add("paid from the account")
}

// cancelOrder cancels an order, of the own corp or of another one.
func (k *walker) cancelOrder() {
	o, as := k.someOrder(), k.licensed()
	if o == nil {
		return
	}
	if !k.one(4) {
		as = o.corp
	}
	k.note("%s cancels %s of %s, state %d", as.id, o.id, o.corp.id, o.status)
	api := k.provider(as)
	var codes []int
	if as != o.corp {
		codes = append(codes, 701086)
	}
	if o.status != order.OrderUnpaid {
		codes = append(codes, 701084)
	}
	var f *walkTrouble
	if len(codes) == 0 {
		f = k.trouble(api, cancelPath, providerToken, true, false)
	}
	err := order.ORCancel(api, o.id)
	if k.refusal(codes, err) {
		return
	}
	if k.writeEnds(f, err); f.carriedOut() {
		o.status = order.OrderCancelled
		k.happened.add("cancelled order")
	}
}

// renew orders the renewal of a few accounts.
func (k *walker) renew() {
	c := k.licensed()
	if c == nil {
		return
	}
	api, months := k.provider(c), 1+k.rnd.IntN(3)
	if k.one(5) {
		months = 58
	}
	var members []order.Account
	want := map[string]int{} // who is left out, and why
	var seats []walkSeat
	for _, user := range k.someOf(append(c.present(), "woNobody")) {
		seat := walkSeat{user, 1 + k.rnd.IntN(2)}
		members = append(members, order.Account{UserId: user, Type: seat.kind})
		if code := k.renewRule(c, seat); code != 0 {
			want[user] = code
		} else {
			seats = append(seats, seat)
		}
	}
	k.note("%s renews %v for %d months", c.id, members, months)
	job, err := order.ORReCreateJob(api, &order.ReOrder{AccountList: members})
	require.NoError(k, err)
	have := map[string]int{}
	for _, left := range job.InvalidAccountList {
		have[left.UserId] = left.ErrCode
	}
	assert.Equal(k, want, have, "who is left out")
	if len(seats) > 0 {
		k.submit(api, job.Jobid, &walkOrder{corp: c, kind: order.OrderRenewal, months: months, seats: seats, made: k.unix()})
	}
}

func (k *walker) renewRule(c *walkCorp, seat walkSeat) int {
	_, there := c.member(seat.user)
	switch code := c.seats[seat]; {
	case !there:
		return 701019
	case code == nil:
		return 701004
	case k.unix() >= code.ends:
		return 701016
	}
	return 0
}

// submit makes an order of a renewal job.
func (k *walker) submit(api *token.Api, jobid string, o *walkOrder) {
	codes := k.orderRules(o.corp)
	for _, seat := range o.seats {
		if seat.kind == license.TypeBase {
			o.base++
		} else {
			o.interop++
		}
		if o.corp.seats[seat].ends+int64(o.months)*monthDays*daySeconds > k.unix()+capDays*daySeconds {
			codes = append(codes, 701030)
		}
	}
	id, err := order.ORSubJob(api, &order.SubOrder{Jobid: jobid, BuyerUserid: walkBuyer, AccountDuration: order.AccountDuration{Months: o.months}})
	if k.refusal(codes, err) {
		return
	}
	k.placed(nil, o, id, err)
	_, err = order.ORSubJob(api, &order.SubOrder{Jobid: jobid, BuyerUserid: walkBuyer, AccountDuration: order.AccountDuration{Months: o.months}})
	assert.ErrorIs(k, err, token.Code(701126), "a job is submitted once")
	k.happened.add("renewal")
}
