package wecomtest_test

import (
	"encoding/json"
	"errors"
	"slices"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/license"
	"github.com/gothird/wecom/order"
	"github.com/gothird/wecom/purchase"
)

// purchase buys accounts and binds them, and crashes on the way now and then: it orders once
// all the same.
func (k *walker) purchase() {
	c := k.licensed()
	if c == nil || len(k.orderRules(c)) > 0 || walkBalance-k.spent < 100_00 {
		return
	}
	o := &walkOrder{corp: c, kind: order.OrderPurchase, base: 2, interop: 1, months: 1, balance: true}
	members := k.needy(c)
	p := &purchase.Purchase{Members: members, PayerUserId: walkBuyer, Poll: time.Minute, Order: order.Order{BuyerUserId: walkBuyer,
		AccountCount: order.AccountCount{BaseCount: o.base, ExternalContactCount: o.interop}, AccountDuration: order.AccountDuration{Months: o.months}}}
	k.note("%s buys accounts for %v", c.id, members)
	for try := 0; ; try++ {
		p = k.attempt(c, p, try)
		if p.Step == purchase.StepDone {
			break
		}
		require.Less(k, try, 20, "a purchase that does not come to its end")
	}
	assert.Equal(k, []string{p.OrderId}, k.unknownOrders(c), "one order was placed")
	k.bought(c, o, p)
	k.happened.add("purchase")
}

// needy picks members who can take a code.
func (k *walker) needy(c *walkCorp) (list []order.Account) {
	room := map[int]int{license.TypeBase: 2, license.TypeInterop: 1}
	for _, user := range k.someOf(c.present()) {
		seat := walkSeat{user, 1 + k.rnd.IntN(2)}
		code := &walkCode{kind: seat.kind, days: monthDays}
		if room[seat.kind] > 0 && len(c.seatRules(seat))+len(k.mergeRules(c.seats[seat], code, k.unix())) == 0 {
			room[seat.kind]--
			list = append(list, order.Account{UserId: user, Type: seat.kind})
		}
	}
	return list
}

// attempt runs a purchase until it is done, or a crash, and gives what was saved.
func (k *walker) attempt(c *walkCorp, p *purchase.Purchase, try int) *purchase.Purchase {
	crash, sent, api := 100, k.wire.count(createPath), k.provider(c)
	var f *walkTrouble
	if try < 5 {
		if crash = k.rnd.IntN(8); crash > 0 && p.Step == purchase.StepNew {
			f = k.trouble(api, createPath, providerToken, true, false)
		}
	}
	var saved []byte
	err := purchase.Run(api, p, func(p *purchase.Purchase) error {
		if crash--; crash < 0 {
			return errors.New("the process ends here")
		}
		text, err := json.Marshal(p)
		saved = text
		return err
	})
	require.True(k, f == nil || k.wire.count(createPath) > sent, "the order was sent")
	k.advance(k.choices.CodeDelay + k.choices.JobDelay)
	k.note("try %d came to step %q: %v", try, p.Step, err)
	if err == nil {
		return p
	}
	k.happened.add("a purchase that crashed")
	if saved == nil {
		return p
	}
	p = &purchase.Purchase{}
	require.NoError(k, json.Unmarshal(saved, p))
	return p
}

// bought takes a purchase over: what it has ordered, paid and bound.
func (k *walker) bought(c *walkCorp, o *walkOrder, p *purchase.Purchase) {
	d, err := order.ORGetDetail(k.provider(c), p.OrderId)
	require.NoError(k, err)
	k.spent += int64(d.Price)
	o.id = p.OrderId
	k.pay(o)
	o.made, o.paid = int64(d.CreateTime), int64(d.PayTime)
	o.ready = o.paid + int64(k.choices.CodeDelay/time.Second)
	c.orders = append(c.orders, o)
	k.auditAccounts(c, o)
	require.Len(k, p.Codes, len(p.Members))
	for i, a := range p.Codes {
		assert.Equal(k, p.Members[i].UserId, a.UserId)
		at := slices.IndexFunc(c.codes, func(code *walkCode) bool { return code.code == a.ActiveCode })
		require.GreaterOrEqual(k, at, 0, "a code of the order")
		require.Equal(k, p.Members[i].Type, c.codes[at].kind)
		info, err := license.LICActiveCodeDetail(k.provider(c), a.ActiveCode)
		require.NoError(k, err)
		k.bind(c, c.codes[at], a.UserId, info.ActiveTime)
	}
}
