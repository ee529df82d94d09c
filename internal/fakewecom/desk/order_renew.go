package desk

import "github.com/gothird/wecom/internal/fakewecom/platform"

// Kinds of jobs.
const (
	jobRenewal = iota + 1
	jobUnion
	jobPayment
)

// States of jobs that run on after they are submitted.
const (
	jobDone = iota + 1
	jobRunning
	jobFailed
)

// licenseJob is a renewal, multi-corp or payment job.
type licenseJob struct {
	id        string
	kind      int
	submitted int64 // 0: still open
	status    int
	buyer     string
	order     *licenseOrder

	corp  *licenseCorp  // renewal
	seats []licenseSeat // renewal
	taken map[licenseSeat]bool

	buys  []purchaseReq // multi-corp
	corps map[*licenseCorp]bool

	fails   []obj // corps left out
	errcode int   // why a payment failed
}

// job finds a job of the kind, or opens one if id is "".
func (d *desk) job(id string, kind int) (*licenseJob, error) {
	if id == "" {
		return &licenseJob{kind: kind, taken: map[licenseSeat]bool{}, corps: map[*licenseCorp]bool{}}, nil
	}
	j := d.jobs[id]
	if j == nil || j.kind != kind {
		return nil, licErr(codeNoSuchOrder)
	}
	if j.submitted != 0 {
		return nil, licErr(codeSubmitted)
	}
	return j, nil
}

// keep gives a new job its id.
func (d *desk) keep(j *licenseJob) string {
	if j.id == "" {
		j.id = d.newId([]string{"RJ", "NJ", "PJ"}[j.kind-1])
		d.jobs[j.id] = j
		d.jobList = append(d.jobList, j)
	}
	return j.id
}

type renewItem struct {
	UserId string `json:"userid"`
	Type   int64  `json:"type"`
}

type renewJobReq struct {
	CorpId string      `json:"corpid"`
	List   []renewItem `json:"account_list"`
	JobId  string      `json:"jobid"`
}

func createRenewOrderJob(d *desk, in renewJobReq) (obj, error) {
	c, err := d.customer(in.CorpId)
	if err != nil {
		return nil, err
	}
	j, err := d.job(in.JobId, jobRenewal)
	if err != nil {
		return nil, err
	}
	if j.corp != nil && j.corp != c {
		return nil, licErr(codeForeignOrder)
	}
	if code := d.checkRenewList(c, j, in.List); code != codeOK {
		return nil, licErr(code)
	}
	j.corp = c
	var invalid []obj
	for _, item := range in.List {
		m, _ := c.member(item.UserId)
		seat := licenseSeat{m.UserId, int(item.Type)}
		if code := d.checkRenewItem(c, j, seat); code != codeOK {
			invalid = append(invalid, obj{
				"errcode": code, "errmsg": licText(code), "userid": c.shown(item.UserId), "type": item.Type,
			})
			continue
		}
		j.taken[seat] = true
		j.seats = append(j.seats, seat)
	}
	out := obj{"jobid": d.keep(j)}
	if invalid != nil {
		out["invalid_account_list"] = invalid
	}
	return out, nil
}

func (d *desk) checkRenewList(c *licenseCorp, j *licenseJob, list []renewItem) int {
	if code := listLength(len(list)); code != codeOK {
		return code
	}
	seen := map[renewItem]bool{}
	count := map[int]int{}
	for _, seat := range j.seats {
		count[seat.kind]++
	}
	for _, item := range list {
		item.UserId = c.shown(item.UserId)
		if seen[item] {
			return codeSameUser
		}
		seen[item] = true
		if count[int(item.Type)]++; count[int(item.Type)] > licMaxCount {
			return codeJobFull
		}
	}
	if d.renewedInTest(c) {
		return codeTestRenewal
	}
	return codeOK
}

func (d *desk) checkRenewItem(c *licenseCorp, j *licenseJob, seat licenseSeat) int {
	held := c.held[seat]
	switch {
	case seat.kind != licBase && seat.kind != licInterop:
		return codeBadAccountType
	case seat.userId == "":
		return codeBadUser
	case held == nil:
		return codeNeverActivated
	case d.unix() >= held.expire && !d.policy.RenewExpired:
		return codeNotActive
	case j.taken[seat]:
		return codeSameUser // twice in one job, in different calls: undocumented
	}
	return codeOK
}

type submitOrderReq struct {
	JobId    string        `json:"jobid"`
	Buyer    string        `json:"buyer_userid"`
	Duration orderDuration `json:"account_duration"`
}

func submitOrderJob(d *desk, in submitOrderReq) (obj, error) {
	j, err := d.job(in.JobId, jobRenewal)
	if err != nil {
		return nil, err
	}
	if !d.mayBuy(in.Buyer) {
		return nil, licErr(codeNoBuyer)
	}
	if err := d.renewalFormed(in.Duration); err != nil {
		return nil, err
	}
	if len(j.seats) == 0 {
		return nil, licErr(codeEmptyList) // a job of invalid items only: undocumented
	}
	o := &licenseOrder{
		kind: orderRenewal, corp: j.corp, test: j.corp.Test, buyer: in.Buyer,
		months: int(in.Duration.Months), accounts: j.seats,
	}
	if in.Duration.NewExpire != 0 {
		o.newExpire = licEndOfDay(in.Duration.NewExpire)
	}
	w := orderWish{corp: j.corp, renewal: true, months: o.months}
	tooLong := d.measure(o, &w)
	o.base, o.interop = w.base, w.interop
	code, warn := d.checkOrder(w)
	switch {
	case code != codeOK:
	case w.span == 0:
		code = codeNothingToExtend
	case tooLong:
		code = codeAboveFiveYears
	}
	if code != codeOK {
		return nil, licWarnErr(code, warn)
	}
	o.price = d.renewalPrice(o)
	j.submitted, j.order = d.unix(), d.addOrder(o)
	return licWarn(obj{"order_id": o.id}, warn), nil
}

// measure counts accounts and finds the longest extension; it reports whether
// months would take one past five years (a date can't: it has its own limit).
func (d *desk) measure(o *licenseOrder, w *orderWish) (tooLong bool) {
	now := d.unix()
	for _, seat := range o.accounts {
		if seat.kind == licBase {
			w.base++
		} else {
			w.interop++
		}
		held := o.corp.held[seat]
		if held == nil {
			continue // handed over since
		}
		add := d.extension(o, seat)
		w.span = max(w.span, add)
		rest := max(0, held.expire-now)
		tooLong = tooLong || o.newExpire == 0 && rest+add > licDays(d.policy.CapDays)
	}
	return tooLong
}

func (d *desk) renewalFormed(r orderDuration) error {
	now := d.unix()
	byMonths, byDate := r.Months != 0, r.NewExpire != 0
	switch {
	case r.Days != 0, byMonths == byDate:
		return platform.BadParam("account_duration needs one of months and new_expire_time")
	case byMonths && (r.Months < 1 || r.Months > licMaxRenewMonths):
		return platform.BadParam("invalid months")
	case byDate && (r.NewExpire <= licEndOfDay(now) || r.NewExpire > now+licDays(licMaxDays)):
		return platform.BadParam("invalid new_expire_time")
	}
	return nil
}
