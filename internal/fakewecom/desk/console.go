package desk

import (
	"context"
	"slices"
	"time"
)

// Seat is one member's account of one type.
type Seat struct {
	UserId string
	Kind   int // 1 base account, 2 interop account
}

// ConsoleRenewal is a renewal in the provider console.
type ConsoleRenewal struct {
	CorpId, Buyer string
	Seats         []Seat
	Months        int64     // of 31 days; 0: NewExpire counts
	NewExpire     time.Time // to the end of this day
}

// PlaceRenewal orders more time for accounts in the console: all of them, or none. A refusal is
// an error that names the errcode.
func (ds *Desks) PlaceRenewal(ctx context.Context, providerCorpId string, c ConsoleRenewal) (orderId string, err error) {
	err = ds.act(ctx, providerCorpId, func(d *desk) error {
		in := renewJobReq{CorpId: c.CorpId}
		for _, s := range c.Seats {
			in.List = append(in.List, renewItem{s.UserId, int64(s.Kind)})
		}
		job, err := createRenewOrderJob(d, in)
		if err == nil {
			err = firstFailed(job, "invalid_account_list")
		}
		if err != nil {
			return err
		}
		submit := submitOrderReq{JobId: job["jobid"].(string), Buyer: c.Buyer, Duration: orderDuration{Months: c.Months}}
		if !c.NewExpire.IsZero() {
			submit.Duration.NewExpire = c.NewExpire.Unix()
		}
		out, err := submitOrderJob(d, submit)
		orderId, _ = out["order_id"].(string)
		return err
	})
	return orderId, err
}

// firstFailed is why the first item of a list was left out; nil: none was.
func firstFailed(out obj, name string) error {
	list, _ := out[name].([]obj)
	if len(list) == 0 {
		return nil
	}
	code, _ := list[0]["errcode"].(int)
	return licErr(code)
}

// PlaceUnionOrder buys for several corps in one order: for all of them, or for none. The buyers
// of the parts do not count.
func (ds *Desks) PlaceUnionOrder(ctx context.Context, providerCorpId, buyer string, parts []ConsoleOrder) (orderId string, err error) {
	err = ds.act(ctx, providerCorpId, func(d *desk) error {
		if !d.mayBuy(buyer) {
			return licErr(codeNoBuyer)
		}
		j, err := d.unionOf(parts)
		if err != nil {
			return err
		}
		j.submitted, j.buyer = d.unix(), buyer
		if d.makeUnion(j); j.order == nil {
			return firstFailed(obj{"list": j.fails}, "list")
		}
		orderId = j.order.id
		return nil
	})
	return orderId, err
}

// unionOf is a job for all parts.
func (d *desk) unionOf(parts []ConsoleOrder) (*licenseJob, error) {
	in := unionJobReq{}
	for part := range slices.Chunk(parts, licUnionCallMax) {
		in.List = nil
		for _, c := range part {
			in.List = append(in.List, purchaseReq{CorpId: c.CorpId, Count: orderCount{c.Base, c.Interop}, Duration: orderDuration{Months: c.Months, Days: c.Days}})
		}
		out, err := createNewOrderJob(d, in)
		if failed := firstFailed(out, "invalid_list"); failed != nil {
			return nil, failed
		}
		if err != nil {
			return nil, err
		}
		in.JobId = out["jobid"].(string)
	}
	if in.JobId == "" {
		return nil, licErr(codeEmptyList)
	}
	return d.job(in.JobId, jobUnion)
}

// Activate binds an activation code to a member in the console.
func (ds *Desks) Activate(ctx context.Context, providerCorpId, corpId, code, userId string) error {
	return ds.act(ctx, providerCorpId, func(d *desk) error { return licErr(d.bind(corpId, code, userId)) })
}

// TransferLicences hands all running accounts of one member to another (继承) in the console.
func (ds *Desks) TransferLicences(ctx context.Context, providerCorpId, corpId, from, to string) error {
	return ds.act(ctx, providerCorpId, func(d *desk) error {
		c, err := d.customer(corpId)
		switch {
		case err != nil:
			return err
		case c.shown(from) == c.shown(to):
			return licErr(codeSameUser)
		}
		return licErr(d.transfer(c, transferItem{from, to}))
	})
}

// ShareCodes gives activation codes of an upstream corp to a downstream one, over a link of
// [Desks.LinkCorps]: the first that does not go is the error.
func (ds *Desks) ShareCodes(ctx context.Context, providerCorpId, from, to string, kind int64, codes []string) error {
	return ds.act(ctx, providerCorpId, func(d *desk) error {
		in := shareReq{From: from, To: to, Link: kind}
		for _, code := range codes {
			in.List = append(in.List, shareItem{code})
		}
		out, err := batchShare(d, in)
		if failed := firstFailed(out, "share_result"); failed != nil {
			return failed
		}
		return err
	})
}

// SetAutoActive switches automatic activation of a corp on or off.
func (ds *Desks) SetAutoActive(ctx context.Context, providerCorpId, corpId string, on bool) error {
	return ds.act(ctx, providerCorpId, func(d *desk) error {
		in := autoActiveReq{CorpId: corpId}
		if on {
			in.Status = 1
		}
		_, err := setAutoActive(d, in)
		return err
	})
}
