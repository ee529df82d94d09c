package desk

type submitPayReq struct {
	Payer   string `json:"payer_userid"`
	OrderId string `json:"order_id"`
}

func submitPayJob(d *desk, in submitPayReq) (obj, error) {
	o := d.orders[in.OrderId]
	switch {
	case o == nil || o.parent != nil:
		return nil, licErr(codeNoSuchOrder)
	case o.busy:
		return nil, licErr(codeOrderBusy)
	case o.status != orderUnpaid:
		return nil, licErr(codeNotUnpaid)
	case o.payBy == payOnlineBank:
		return nil, licErr(codeOnlineBank)
	case !d.mayBuy(in.Payer):
		return nil, licErr(codeNoPayRight)
	case !d.prepaid:
		return nil, licErr(codeNoPrepaid)
	}
	o.busy, o.payBy = true, payBalance
	j := &licenseJob{kind: jobPayment, submitted: d.unix(), status: jobRunning, order: o}
	return obj{"jobid": d.keep(j)}, nil
}

// runPayment ends a payment job. A reason that lies in a corp comes with a
// list of corps, one that lies in the account without.
func (d *desk) runPayment(j *licenseJob) {
	o := j.order
	o.busy = false
	for _, part := range o.parts() {
		if code := firstBroken(d, part.wish(d), appOrderRules()); code != codeOK && !d.policy.AppOrderWarns {
			j.fails = append(j.fails, corpFail(part.corp.Id, code))
		}
	}
	switch {
	case j.fails != nil:
		j.errcode = codeCorpsFailedPay
	case !d.prepaid:
		j.errcode = codeNoPrepaid
	case d.policy.SinglePayLimit > 0 && o.price > d.policy.SinglePayLimit:
		j.errcode = codeAboveOnePayment
	case o.price > d.balance:
		j.errcode = codeLowBalance
	}
	if j.errcode != codeOK {
		j.status = jobFailed
		return
	}
	d.balance -= o.price
	j.status = jobDone
	d.pay(o)
}

// wish is the order as it would be asked for again.
func (o *licenseOrder) wish(d *desk) orderWish {
	w := orderWish{corp: o.corp, renewal: o.kind == orderRenewal, months: o.months, days: o.days}
	if w.renewal {
		d.measure(o, &w)
		return w
	}
	w.base, w.interop, w.span = o.base, o.interop, licDays(o.totalDays())
	return w
}

func payJobResult(d *desk, in jobReq) (obj, error) {
	j, err := d.result(in.JobId, jobPayment)
	if err != nil {
		return nil, err
	}
	out := obj{"status": j.status}
	if j.status == jobFailed {
		why := obj{"errcode": j.errcode, "errmsg": licText(j.errcode)}
		if j.fails != nil {
			why["fail_corp_list"] = j.fails
		}
		out["pay_job_result"] = why
	}
	return out, nil
}
