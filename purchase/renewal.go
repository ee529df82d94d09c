package purchase

import (
	"cmp"
	"errors"
	"fmt"
	"time"

	"github.com/gothird/wecom/order"
	"github.com/gothird/wecom/token"
)

// Renewal renews accounts of members in one order. Set the fields up to Poll, and store it
// as JSON between calls of [Renew]. Jobid and Invalid are set by Renew.
type Renewal struct {
	CorpId      string                `json:"corpid"`                 // "": the bound corp
	Members     []order.Account       `json:"members"`                // UserId and Type
	BuyerUserId string                `json:"buyer_userid"`           // plain userid of a member of the provider who may buy
	Duration    order.AccountDuration `json:"account_duration"`       // months or new_expire_time
	PayerUserId string                `json:"payer_userid,omitempty"` // as in Purchase
	NoWait      bool                  `json:"no_wait,omitempty"`      // as in Purchase
	Poll        time.Duration         `json:"poll,omitempty"`         // as in Purchase

	Progress
	Jobid   string                 `json:"jobid,omitempty"`   // the submitted job
	Invalid []order.InvalidAccount `json:"invalid,omitempty"` // members left out, with the reason
}

// Renew puts members into a renewal job, orders it, and pays it or waits for the payment. After
// a crash or an error, call it again with the saved Renewal: it continues where it stopped. For
// save and the corp see [Run].
//
// Members who can't be renewed are left out and listed in Invalid. If none is left, nothing is
// ordered, and the error says why. If adding members to a job fails, the next call uses a new
// job: a job costs nothing until it is submitted. WeCom accepts each job once, so an order whose
// answer was lost is not created a second time: WeCom answers 701126, and Renew looks for the
// order. For the errors after which you can call it again, see Run.
func Renew(api *token.Api, r *Renewal, save func(*Renewal) error) error {
	if r == nil || save == nil {
		return errors.New("wecom: purchase.Renew needs a renewal and a function that saves it")
	}
	corpId, err := corpOf(api, r.CorpId)
	if err != nil {
		return err
	}
	r.CorpId = corpId
	if err := cmp.Or(r.check(), r.Progress.open(r.digest())); err != nil {
		return err
	}
	w := &renewing{Renewal: r}
	w.flow = &flow{
		Progress: &r.Progress, api: api.WithCorp(corpId), corpId: corpId, kind: order.OrderRenewal,
		payer: r.PayerUserId, noWait: r.NoWait, poll: r.Poll, save: func() error { return save(r) }, plan: w,
	}
	return w.flow.run()
}

func (r *Renewal) check() error {
	return cmp.Or(order.ReOrder{AccountList: r.Members}.Check(), r.order().Check())
}

func (r *Renewal) order() order.SubOrder {
	return order.SubOrder{Jobid: r.Jobid, BuyerUserid: r.BuyerUserId, AccountDuration: r.Duration}
}

func (r *Renewal) digest() string {
	return digest("renewal", r.Members, r.CorpId, r.BuyerUserId,
		r.Duration.Months, r.Duration.Days, r.Duration.NewExpireTime, r.PayerUserId)
}

// renewing is a running Renewal.
type renewing struct {
	*Renewal
	flow *flow
}

// prepare puts all members into a new job.
func (w *renewing) prepare() error {
	job, err := order.ORReCreateJob(w.flow.api, &order.ReOrder{CorpId: w.CorpId, AccountList: w.Members})
	if err != nil {
		return err
	}
	if w.Invalid = job.InvalidAccountList; len(w.Invalid) >= len(w.Members) {
		return fmt.Errorf("none of %d accounts can be renewed, the first because: %w", len(w.Members), w.Invalid[0].Err())
	}
	w.Jobid = job.Jobid
	return nil
}

func (w *renewing) sendOrder() (string, error) {
	sub := w.order()
	return order.ORSubJob(w.flow.api, &sub)
}

const codeSubmitted = token.Code(701126)

// resume submits the job again: WeCom accepts it only once.
func (w *renewing) resume() (string, error) {
	id, err := w.sendOrder()
	if !errors.Is(err, codeSubmitted) {
		return id, err
	}
	id, failed := w.flow.find()
	switch {
	case failed != nil:
		return "", failed
	case id == "":
		return "", fmt.Errorf("the order of the job %s is not among the corp's orders (yet): %w", w.Jobid, err)
	}
	return id, nil
}

// fits compares the accounts and the duration of an order with the job. WeCom moves an end
// time to the end of its day.
func (w *renewing) fits(d *order.OrderDetail) bool {
	const day = 86400
	invalid := make([]order.Account, len(w.Invalid))
	for i, a := range w.Invalid {
		invalid[i].Type = a.Type
	}
	all, out := order.CountOf(w.Members), order.CountOf(invalid)
	later := d.AccountDuration.NewExpireTime - w.Duration.NewExpireTime
	return d.AccountCount.BaseCount == all.BaseCount-out.BaseCount &&
		d.AccountCount.ExternalContactCount == all.ExternalContactCount-out.ExternalContactCount &&
		d.AccountDuration.Months == w.Duration.Months && later >= 0 && later <= day
}

// deliver has nothing to do: a paid renewal is in force.
func (w *renewing) deliver() error { return w.flow.enter(StepDone) }
