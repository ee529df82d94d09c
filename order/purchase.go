package order

import (
	"cmp"
	"errors"
	"fmt"
	"time"

	"github.com/gothird/wecom/internal/check"
	"github.com/gothird/wecom/license"
	"github.com/gothird/wecom/token"
)

// Steps of a [Purchase], in order.
const (
	PurchaseNew        = ""
	PurchaseOrdering   = "ordering"   // the order may have been sent
	PurchaseOrdered    = "ordered"    // OrderId is known
	PurchasePaying     = "paying"     // the payment may have been sent
	PurchasePaid       = "paid"       // waiting for the codes
	PurchaseActivating = "activating" // Codes are assigned
	PurchaseDone       = "done"
)

// Purchase buys accounts and binds them to members. It is made with Order, and Members if
// there are any, and kept as JSON from one call of [ORPurchase] to the next. The fields
// from Step on are its progress.
type Purchase struct {
	Order       Order         `json:"order"`
	Members     []Account     `json:"members,omitempty"`      // UserId and Type; codes left over stay unbound
	PayerUserId string        `json:"payer_userid,omitempty"` // pays from the prepaid account; "": somebody pays in the console
	Poll        time.Duration `json:"poll,omitempty"`         // how often to ask for payment and codes; 0: 10 s

	Step    string                     `json:"step"`
	Known   []string                   `json:"known,omitempty"` // orders of the corp that were there before
	Since   int64                      `json:"since,omitempty"` // when ordering began, by our clock
	Sent    int64                      `json:"sent,omitempty"`  // when the order was last sent
	OrderId string                     `json:"order_id,omitempty"`
	Jobid   string                     `json:"jobid,omitempty"` // of the payment
	Codes   []license.ActiveCode       `json:"codes,omitempty"` // which member gets which code
	Results []license.ActiveCodeResult `json:"results,omitempty"`
}

func (p *Purchase) check() error {
	if err := p.Order.check(); err != nil {
		return err
	}
	if p.Step == PurchaseActivating && len(p.Codes) != len(p.Members) {
		return fmt.Errorf("wecom: the purchase has %d members and %d codes for them", len(p.Members), len(p.Codes))
	}
	if len(p.Members) == 0 {
		return nil
	}
	if err := checkAccounts(p.Members); err != nil {
		return err
	}
	want, have := countOf(p.Members), p.Order.AccountCount
	return cmp.Or(
		check.Between("base accounts for members", want.BaseCount, 0, have.BaseCount),
		check.Between("interop accounts for members", want.ExternalContactCount, 0, have.ExternalContactCount))
}

// purchase is a Purchase at work.
type purchase struct {
	*Purchase
	api  *token.Api
	save func(*Purchase) error
}

// ORPurchase orders accounts, has them paid or waits for that, and binds their codes to the
// members. After a crash or an error, calling it again with the saved Purchase goes on where
// it stopped, without ordering or paying twice.
//
// save must keep the Purchase durably; it is called before and after each step, and an error
// of it ends the call. One purchase at a time may run for a corp. The corp is that of the
// order, or the bound one.
//
// When it can't be known whether an order was made, [ORPurchase] waits ten seconds and looks
// for one that was not there before, for the same counts and duration, before it orders. Our
// clock and WeCom's may be a day apart for that.
//
// Members whose code could not be bound are in Results, and in the error; the next call
// tries them again. A code that went to somebody else first, for instance by automatic
// activation, is 701003 there, for good. An order that is cancelled or expires ends with [ErrOrderClosed].
func ORPurchase(api *token.Api, p *Purchase, save func(*Purchase) error) error {
	if p == nil || save == nil {
		return errors.New("wecom: ORPurchase needs a purchase and a function that saves it")
	}
	if p.Order.CorpId = cmp.Or(p.Order.CorpId, api.CorpId()); p.Order.CorpId == "" {
		return token.ErrNoCorp
	}
	if err := p.check(); err != nil {
		return err
	}
	run := &purchase{p, api.WithCorp(p.Order.CorpId), save}
	for p.Step != PurchaseDone {
		if err := run.step(); err != nil {
			return fmt.Errorf("wecom: purchase for corp %s (step %q, order %q): %w", p.Order.CorpId, p.Step, p.OrderId, err)
		}
	}
	return nil
}

func (p *purchase) step() error {
	switch p.Step {
	case PurchaseNew:
		return p.begin()
	case PurchaseOrdering:
		return p.resume()
	case PurchaseOrdered:
		if p.PayerUserId != "" {
			return p.pay()
		}
		return p.waitPaid()
	case PurchasePaying:
		return p.waitPaying()
	case PurchasePaid:
		return p.assign()
	case PurchaseActivating:
		return p.activate()
	}
	return errors.New("no such step")
}

// enter saves the purchase at a further step.
func (p *purchase) enter(step string) error {
	p.Step = step
	if err := p.save(p.Purchase); err != nil {
		return fmt.Errorf("saving step %q: %w", step, err)
	}
	return nil
}

// begin notes which orders there are, so that a new one can be told from them, and orders.
func (p *purchase) begin() error {
	p.Since, p.Known = time.Now().Unix(), nil
	for order, err := range p.recent() {
		if err != nil {
			return err
		}
		p.Known = append(p.Known, order.OrderId)
	}
	return p.order()
}

// order sends the order, after saving that it does.
func (p *purchase) order() error {
	p.Sent = time.Now().Unix()
	if err := p.enter(PurchaseOrdering); err != nil {
		return err
	}
	id, err := ORCreate(p.api, &p.Order)
	if err != nil {
		return err // also after a refusal the search in resume is the safe way on
	}
	p.OrderId = id
	return p.enter(PurchaseOrdered)
}
