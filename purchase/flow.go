package purchase

import (
	"errors"
	"fmt"
	"time"

	"github.com/gothird/wecom/internal/clock"
	"github.com/gothird/wecom/order"
	"github.com/gothird/wecom/token"
)

// plan is the part that differs between a purchase and a renewal.
type plan interface {
	prepare() error                     // before the order; repeated if no order was sent
	sendOrder() (string, error)         // sends the order and returns its id
	resume() (string, error)            // the same, if the order may have been sent before
	fits(order *order.OrderDetail) bool // whether an order is for the same accounts
	deliver() error                     // in StepPaid and StepActivating: enters the next step
}

// flow runs a plan through its steps. Each step is saved when it begins, so before anything
// that must not be sent twice (prepare runs before the first save, as it may be repeated):
//
//	new ── prepare ──▶ ordering ── sendOrder ──▶ ordered ─┬─ a payer: ──▶ paying ─┬─▶ paid
//	                                                      └─ a person pays ───────┘
//
//	paid ── deliver ─┬─ a purchase with members: ──▶ activating ── deliver ─┬─▶ done
//	                 └─ all else ───────────────────────────────────────────┘
//
// A run that begins in ordering looks for the order first (resume). One that begins in paying
// reads the order first, and WeCom takes at most one payment for an order.
type flow struct {
	*Progress
	api    *token.Api
	corpId string
	kind   int // order_type
	payer  string
	noWait bool
	poll   time.Duration
	save   func() error
	plan   plan
}

// run runs the steps to the end, or to the first error.
func (f *flow) run() error {
	for f.Step != StepDone {
		if err := f.next(); err != nil {
			return fmt.Errorf("wecom: licences for corp %s, %s: %w", f.corpId, f.where(), err)
		}
	}
	return nil
}

// where says how far the flow has come.
func (f *flow) where() string {
	switch {
	case f.Step == StepNew:
		return "before ordering"
	case f.OrderId == "":
		return "step " + f.Step
	}
	return "step " + f.Step + " of order " + f.OrderId
}

func (f *flow) next() error {
	switch f.Step {
	case StepNew:
		return f.begin()
	case StepOrdering:
		return f.saveOrder(f.plan.resume())
	case StepOrdered:
		if f.payer != "" {
			return f.enter(StepPaying) // payOrWait reads the order, and pays
		}
		return f.waitPaid()
	case StepPaying:
		return f.payOrWait()
	}
	return f.plan.deliver()
}

// enter begins the next step: it saves the record with it.
func (f *flow) enter(step string) error {
	f.Step = step
	if err := f.save(); err != nil {
		return fmt.Errorf("saving step %q: %w", step, err)
	}
	return nil
}

// begin notes the existing orders, so that a new one can be recognised, and then orders.
func (f *flow) begin() error {
	f.Since, f.Known = clock.Now().Unix(), nil
	for o, err := range f.recent() {
		if err != nil {
			return err
		}
		f.Known = append(f.Known, o.OrderId)
	}
	if err := f.plan.prepare(); err != nil {
		return err
	}
	if err := f.enter(StepOrdering); err != nil {
		return err
	}
	return f.saveOrder(f.plan.sendOrder())
}

// saveOrder saves the id of the order that was sent. After any error, also an errcode, the next
// call uses resume, which orders nothing twice.
func (f *flow) saveOrder(id string, err error) error {
	if err != nil {
		return err
	}
	f.OrderId = id
	return f.enter(StepOrdered)
}

const (
	codeNotUnpaid = token.Code(701084)
	codeOrderBusy = token.Code(701085)
)

// submitPay sends the payment. If an earlier payment, whose answer was lost, is being carried
// out, it waits for the order instead: the job is not known.
func (f *flow) submitPay() error {
	job, err := order.ORPaySubmit(f.api, f.OrderId, f.payer)
	switch {
	case errors.Is(err, codeNotUnpaid), errors.Is(err, codeOrderBusy):
		return f.waitPaid()
	case err != nil:
		return err
	}
	f.PayJobid = job
	return f.enter(StepPaying)
}

// payOrWait sends the payment if that has not been done, else it waits for the result. WeCom
// takes at most one payment for an order, so a payment that is unknown or has failed may be
// sent again while the order is unpaid.
func (f *flow) payOrWait() error {
	detail, err := order.ORGetDetail(f.api, f.OrderId)
	switch {
	case err != nil:
		return err
	case detail.OrderStatus != order.OrderUnpaid:
		return f.waitPaid()
	case f.PayJobid == "":
		return f.submitPay()
	}
	outcome, err := order.ORPayWait(f.api, f.PayJobid, f.poll)
	switch {
	case err == nil:
		return f.waitPaid()
	case outcome != nil, isGone(err):
		f.PayJobid = ""
		err = errors.Join(err, f.save())
	}
	return err
}

// isGone reports whether WeCom does not know a job (any more).
func isGone(err error) bool {
	return errors.Is(err, token.Code(701005)) || errors.Is(err, token.Code(701125)) || errors.Is(err, token.Code(701151))
}

// ErrUnpaid ends a call with NoWait while a person has to pay the order in the console. Call again
// when license_pay_success comes, or later.
var ErrUnpaid = errors.New("wecom: the order is not paid yet: somebody has to pay it in the console")

func (f *flow) waitPaid() error {
	if err := f.paid(); err != nil {
		return err
	}
	return f.enter(StepPaid)
}

// paid returns nil once the order is paid.
func (f *flow) paid() error {
	if f.payer != "" || !f.noWait {
		_, err := order.ORWaitPaid(f.api, f.OrderId, f.poll)
		return err
	}
	detail, err := order.ORGetDetail(f.api, f.OrderId)
	if err == nil {
		err = detail.Err()
	}
	if err == nil && !detail.Paid() {
		err = ErrUnpaid
	}
	return err
}
