// Package purchase buys and renews interface licences (接口调用许可) from the order to the last
// activated member, and goes on after a crash: nothing is ordered or paid twice.
//
// [Run] works a [Purchase], [Renew] a [Renewal]. Both call a function that saves the record
// before and after each step. After an error or a crash, decode what was saved last and call
// them again with it: they look at WeCom's state and go on from there.
package purchase

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/gothird/wecom/internal/check"
	"github.com/gothird/wecom/license"
	"github.com/gothird/wecom/order"
	"github.com/gothird/wecom/token"
)

// Purchase buys accounts and binds them to members. It is made with Order, with Members if
// there are any, and kept as JSON from one call of [Run] to the next. Codes, Results and
// Taken belong to its progress.
type Purchase struct {
	Order       order.Order     `json:"order"`
	Members     []order.Account `json:"members,omitempty"`      // UserId and Type; codes left over stay unbound
	PayerUserId string          `json:"payer_userid,omitempty"` // pays from the prepaid account; "": somebody pays in the console
	Poll        time.Duration   `json:"poll,omitempty"`         // how often to ask for payment and codes; 0: 10 s

	Progress
	Codes   []license.ActiveCode       `json:"codes,omitempty"`   // which member gets which code, in the order of Members
	Results []license.ActiveCodeResult `json:"results,omitempty"` // the latest of each of these codes
	Taken   []string                   `json:"taken,omitempty"`   // codes of members that somebody else got first
}

// Run orders accounts, has them paid or waits for that, and binds their codes to the
// members. After a crash or an error, calling it again with the saved Purchase goes on where
// it stopped.
//
// save must keep the Purchase durably; an error of it ends the call. The saved Purchase
// belongs to its request: with another order, other members or another payer it is refused.
// One purchase or renewal at a time may run for a corp; nothing enforces this. The corp is
// that of the order, or the bound one. A purchase that is done stays done, so keep one
// record for each. Where somebody pays in the console, end the context instead of waiting,
// and call Run again when license_pay_success comes.
//
// When it can't be known whether an order was made, Run waits ten seconds and looks for one
// that was not there before, for the same counts and duration, before it orders. A search
// that fails orders nothing.
//
// Members whose code could not be bound are in Results, and in the error; the next call
// tries them again. A member whose code went to somebody else first, for instance by
// automatic activation, gets a code of the order that is left over; if there is none, that
// is 701003 in Results. An order that is cancelled or expires ends with
// [order.ErrOrderClosed].
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
		payer: p.PayerUserId, poll: p.Poll, save: func() error { return save(p) }, plan: b,
	}
	return b.flow.run()
}

// corpOf returns the corp of a request, which may not be another than the bound one.
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
		check.Between("base accounts for members", want.BaseCount, 0, have.BaseCount),
		check.Between("interop accounts for members", want.ExternalContactCount, 0, have.ExternalContactCount))
}

func (p *Purchase) digest() string {
	o := p.Order
	return digest("purchase", p.Members, o.CorpId, o.BuyerUserId, o.AccountCount.BaseCount, o.AccountCount.ExternalContactCount,
		o.AccountDuration.Months, o.AccountDuration.Days, o.AccountDuration.NewExpireTime, p.PayerUserId)
}

// buying is a Purchase at work.
type buying struct {
	*Purchase
	flow *flow
	at   map[string]int // where each code stands in Results
}

// prepare has nothing to do: the order is one request.
func (b *buying) prepare() error { return nil }

func (b *buying) place() (string, error) { return order.ORCreate(b.flow.api, &b.Order) }

// resume finds the order that may have been sent, and orders if there is none. Should the
// search come too early all the same, WeCom refuses a second unpaid order of a corp
// (701032), and the next call searches again.
func (b *buying) resume() (string, error) {
	id, err := b.flow.find()
	if err != nil || id != "" {
		return id, err
	}
	return b.place()
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

// assign waits until all codes are made and gives each member one of its type.
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
