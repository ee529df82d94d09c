package desk

type unionJobReq struct {
	List  []purchaseReq `json:"buy_list"`
	JobId string        `json:"jobid"`
}

func createNewOrderJob(d *desk, in unionJobReq) (obj, error) {
	j, err := d.job(in.JobId, jobUnion)
	if err != nil {
		return nil, err
	}
	if err := in.formed(len(j.buys)); err != nil {
		return nil, err
	}
	var invalid []obj
	for _, buy := range in.List {
		c := d.corp(buy.CorpId)
		code := d.checkUnionItem(c, j, buy)
		if code != codeOK {
			invalid = append(invalid, corpFail(buy.CorpId, code))
			continue
		}
		j.corps[c] = true
		j.buys = append(j.buys, buy)
	}
	out := obj{}
	if invalid != nil {
		out["invalid_list"] = invalid
	}
	if len(invalid) == len(in.List) {
		return out, licErr(codeNoValidCorp)
	}
	out["jobid"] = d.keep(j)
	return out, nil
}

// formed checks what is to join a job that has so many already.
func (in unionJobReq) formed(already int) error {
	switch n := len(in.List); {
	case n == 0:
		return licErr(codeEmptyList)
	case n > licUnionCallMax:
		return licErr(codeListTooLong)
	case already+n > licUnionJobMax:
		return licErr(codeUnionJobFull)
	}
	for _, buy := range in.List {
		if err := buy.formed(); err != nil {
			return err
		}
	}
	return nil
}

func (d *desk) checkUnionItem(c *licenseCorp, j *licenseJob, buy purchaseReq) int {
	switch {
	case c == nil:
		return codeNotInstalled
	case j != nil && j.corps[c]:
		return codeSameCorp
	}
	w := buy.wish(c)
	w.union = true
	code, _ := d.checkOrder(w)
	return code
}

func corpFail(corpId string, code int) obj {
	return obj{"corpid": corpId, "errcode": code, "errmsg": licText(code)}
}

type submitUnionReq struct {
	JobId string `json:"jobid"`
	Buyer string `json:"buyer_userid"`
}

func submitNewOrderJob(d *desk, in submitUnionReq) (obj, error) {
	j, err := d.job(in.JobId, jobUnion)
	if err != nil {
		return nil, err
	}
	if !d.mayBuy(in.Buyer) {
		return nil, licErr(codeNoBuyer)
	}
	j.submitted, j.status, j.buyer = d.unix(), jobRunning, in.Buyer
	return obj{"jobid": j.id}, nil
}

// makeUnion ends a multi-corp job: every corp is checked again, the ones left
// become sub orders of one parent.
func (d *desk) makeUnion(j *licenseJob) {
	parent := &licenseOrder{kind: orderUnion, buyer: j.buyer}
	for _, buy := range j.buys {
		c := d.corp(buy.CorpId)
		if code := d.checkUnionItem(c, nil, buy); code != codeOK {
			j.fails = append(j.fails, corpFail(c.Id, code))
			continue
		}
		sub := buy.wish(c).purchaseOrder(j.buyer)
		sub.parent, sub.auto = parent, buy.Auto == nil || *buy.Auto == 1
		sub.price = d.purchasePrice(sub)
		parent.price += sub.price
		parent.subs = append(parent.subs, sub)
	}
	if len(parent.subs) == 0 {
		j.status = jobFailed
		return
	}
	j.status, j.order = jobDone, d.addOrder(parent)
	for _, sub := range parent.subs {
		d.addOrder(sub)
	}
}

type jobReq struct {
	JobId string `json:"jobid"`
}

func newOrderJobResult(d *desk, in jobReq) (obj, error) {
	j, err := d.result(in.JobId, jobUnion)
	if err != nil {
		return nil, err
	}
	out := obj{"status": j.status}
	if j.status == jobDone {
		out["order_id"] = j.order.id
	}
	if j.fails != nil {
		out["fail_list"] = j.fails
	}
	return out, nil
}

// result finds a submitted job within the days that its result is kept.
func (d *desk) result(id string, kind int) (*licenseJob, error) {
	j := d.jobs[id]
	switch {
	case j == nil || j.kind != kind || j.submitted == 0:
		return nil, licErr(codeNotSubmitted)
	case d.unix() >= j.submitted+int64(licJobKeep.Seconds()):
		return nil, licErr(codeJobGone)
	}
	return j, nil
}

// runJobs ends the jobs whose time has come.
func (d *desk) runJobs(now int64) {
	for _, j := range d.jobList {
		if j.status != jobRunning || now < j.submitted+int64(d.policy.JobDelay.Seconds()) {
			continue
		}
		if j.kind == jobUnion {
			d.makeUnion(j)
		} else {
			d.runPayment(j)
		}
	}
}
