// Package purchase buys and renews interface licences (接口调用许可), from the order to the
// activation of the last member. It can be continued after a crash: nothing is ordered or paid
// twice.
//
// [Run] carries out a [Purchase], [Renew] a [Renewal]. Both call your function save with the
// record: when a step begins, before anything of that step is sent to WeCom; when a payment has its
// job; and after failures. After an error or a crash, decode the record that was saved last and
// call them again with it. They read the state at WeCom and continue.
//
// # Pages of WeCom
//
//   - [Run]: 下单购买账号, 提交余额支付订单任务, 获取订单支付结果, 获取订单详情,
//     获取订单中的账号列表, 批量激活账号, 批量获取激活码详情, 获取成员的激活详情; to find an order whose answer was lost, 获取订单列表
//   - [Renew]: 创建续期任务, 提交续期订单, and the same pages for payment and search
//
// The endpoints themselves are in the packages order and license.
package purchase

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/gothird/wecom/license"
	"github.com/gothird/wecom/order"
	"github.com/gothird/wecom/token"
)

// Purchase buys accounts and binds them to members. Set Order and, if there are any,
// Members, and store it as JSON between calls of [Run]. Codes, Results and Taken are set by
// Run.
type Purchase struct {
	Order       order.Order     `json:"order"`
	Members     []order.Account `json:"members,omitempty"`      // UserId and Type, of each type at most as many as Order buys; further codes stay unbound
	PayerUserId string          `json:"payer_userid,omitempty"` // pays from the prepaid account; "": a person pays in the console
	NoWait      bool            `json:"no_wait,omitempty"`      // do not wait for a person who pays: return [ErrUnpaid]
	Poll        time.Duration   `json:"poll,omitempty"`         // how often to ask for payment and codes; 0: 10 s. In JSON it is in nanoseconds

	Progress
	Codes   []license.ActiveCode       `json:"codes,omitempty"`   // which member gets which code, in the order of Members
	Results []license.ActiveCodeResult `json:"results,omitempty"` // the latest result of each code
	Taken   []string                   `json:"taken,omitempty"`   // codes that another member got first, and that a spare code has replaced
}

// Run orders accounts, pays them or waits for the payment, and binds their codes to the
// members. After a crash or an error, call it again with the saved Purchase: it continues
// where it stopped.
//
// save must store the Purchase durably; if it returns an error, Run returns it. A saved
// Purchase belongs to its request: Run returns an error if the order, the members or the
// payer were changed. Run one purchase or renewal at a time for a corp; this is not checked.
// The corp is that of the order, or the bound one. A finished Purchase does nothing more, so
// use a new record for each.
//
// Run waits for a payment until the context ends; if it has no deadline, the wait has none. A
// person who pays in the console may take days: set NoWait, and call Run again when
// license_pay_success comes.
//
// If it is unknown whether an order was created, Run returns [token.ErrOutcomeUnknown]. Call
// Run again: it waits ten seconds and looks for a new order with the same counts and duration
// before it orders. If this search fails, nothing is ordered.
//
// Call Run again later after [token.ErrOutcomeUnknown], a failed connection, a rate limit
// ([token.IsRateLimited]) and [token.IsBusy]. After another errcode, such as 90433 for a
// balance that is too low, correct the cause first. After [order.ErrOrderClosed] the record can't
// be continued: begin a new one.
//
// Members whose code could not be bound are in Results and in the error; the next call tries
// them again. If another member got a code first, for instance by automatic activation, the
// member gets a spare code of the order; if there is none, Results has 701003. If the order
// is cancelled or expires, the error is [order.ErrOrderClosed].
func Run(api *token.Api, p *Purchase, save func(*Purchase) error) error {
	if p == nil || save == nil {
		return errors.New("wecom: purchase.Run needs a purchase and a function that saves it")
	}
	corpId, err := corpOf(api, p.Order.CorpId)
	if err != nil {
		return err
	}
	p.Order.CorpId = corpId
	if err := cmp.Or(p.check(), p.Progress.open(p.digest())); err != nil {
		return err
	}
	b := &buying{Purchase: p}
	b.flow = &flow{
		Progress: &p.Progress, api: api.WithCorp(corpId), corpId: corpId, kind: order.OrderPurchase,
		payer: p.PayerUserId, noWait: p.NoWait, poll: p.Poll, save: func() error { return save(p) }, plan: b,
	}
	return b.flow.run()
}

// corpOf returns the corp of a request. It is an error if another corp is bound.
func corpOf(api *token.Api, corpId string) (string, error) {
	bound := api.CorpId()
	switch {
	case bound != "" && corpId != "" && bound != corpId:
		return "", fmt.Errorf("wecom: corpid is %s, but the Api is bound to the corp %s: use api.WithCorp", corpId, bound)
	case bound == "" && corpId == "":
		return "", token.ErrNoCorp
	}
	return cmp.Or(corpId, bound), nil
}

func (p *Purchase) check() error {
	if err := p.Order.Check(); err != nil {
		return err
	}
	isOf := func(c license.ActiveCode, m order.Account) bool { return c.UserId == m.UserId }
	if p.Step == StepActivating && !slices.EqualFunc(p.Codes, p.Members, isOf) {
		return errors.New("wecom: the codes of the saved purchase are not those of its members, in their order")
	}
	if len(p.Members) == 0 {
		return nil
	}
	if err := (order.ReOrder{AccountList: p.Members}).Check(); err != nil {
		return err
	}
	want, have := order.CountOf(p.Members), p.Order.AccountCount
	return cmp.Or(
		enough("base", "base_count", want.BaseCount, have.BaseCount),
		enough("interop", "external_contact_count", want.ExternalContactCount, have.ExternalContactCount))
}

// enough returns an error if more members are to get an account than the order buys.
func enough(kind, field string, members, bought int) error {
	if members <= bought {
		return nil
	}
	return fmt.Errorf("wecom: %d members are to get one %s account each, but account_count.%s is %d", members, kind, field, bought)
}

func (p *Purchase) digest() string {
	o := p.Order
	return digest("purchase", p.Members, o.CorpId, o.BuyerUserId, o.AccountCount.BaseCount, o.AccountCount.ExternalContactCount,
		o.AccountDuration.Months, o.AccountDuration.Days, o.AccountDuration.NewExpireTime, p.PayerUserId)
}

// buying is a running Purchase.
type buying struct {
	*Purchase
	flow        *flow
	resultIndex map[string]int // of each code, the index in Results
}

// prepare has nothing to do: the order is one request.
func (b *buying) prepare() error { return nil }

func (b *buying) sendOrder() (string, error) { return order.ORCreate(b.flow.api, &b.Order) }

// resume looks for the order that may have been sent, and orders if there is none. If the
// search was too early, WeCom refuses a second unpaid order of a corp (701032), and the next
// call searches again.
func (b *buying) resume() (string, error) {
	id, err := b.flow.find()
	if err != nil || id != "" {
		return id, err
	}
	return b.sendOrder()
}

func (b *buying) fits(d *order.OrderDetail) bool {
	days := func(d order.AccountDuration) int { return d.Months*daysOfMonth + d.Days }
	return d.AccountCount == b.Order.AccountCount && days(d.AccountDuration) == days(b.Order.AccountDuration)
}

const daysOfMonth = 31

func (b *buying) deliver() error {
	switch {
	case b.Step == StepActivating:
		return b.activate()
	case len(b.Members) == 0:
		return b.flow.enter(StepDone)
	}
	return b.assign()
}

// assign waits until all codes exist and assigns one of its type to each member.
func (b *buying) assign() error {
	accounts, err := order.ORWaitAccounts(b.flow.api, b.OrderId, b.Order.AccountCount, b.Poll)
	if err != nil {
		return err
	}
	free := map[int][]string{}
	for _, a := range accounts {
		if a.ActiveCode != "" {
			free[a.Type] = append(free[a.Type], a.ActiveCode)
		}
	}
	codes := make([]license.ActiveCode, len(b.Members))
	for i, m := range b.Members {
		if len(free[m.Type]) == 0 {
			return fmt.Errorf("the order lists too few activation codes of type %d", m.Type)
		}
		codes[i] = license.ActiveCode{ActiveCode: free[m.Type][0], UserId: m.UserId}
		free[m.Type] = free[m.Type][1:]
	}
	b.Codes = codes
	return b.flow.enter(StepActivating)
}
