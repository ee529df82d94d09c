package desk

import "github.com/gothird/wecom/internal/fakewecom/platform"

// Kinds of license orders.
const (
	orderPurchase = 1
	orderRenewal  = 2
	orderLegacy   = 5 // migration of app-version payment
	orderContract = 6 // migration of a historical contract
	orderUnion    = 8 // several corps: the parent; its sub orders are purchases
)

// States of license, advanced and app-market orders.
const (
	orderUnpaid = iota
	orderPaid
	orderCancelled
	orderExpired
	orderRefunding
	orderRefunded
	orderRefundRefused
	orderVoid // test orders of a corp that is no test corp any more
)

// How an order is going to be paid.
const (
	payOpen = iota
	payBalance
	payOnlineBank
)

type licenseOrder struct {
	id            string
	kind, status  int
	corp          *licenseCorp // nil on a parent
	test          bool
	buyer         string
	price         int64
	base, interop int
	months, days  int
	newExpire     int64
	made, paid    int64
	ready         int64 // paid, and codes generated
	announced     bool
	accounts      []licenseSeat // of a renewal
	added         map[*licenseCode]int64
	codes         []*licenseCode
	parent        *licenseOrder
	subs          []*licenseOrder
	auto          bool // switches automatic activation on once paid
	payBy         int
	busy          bool // a payment job is running
}

func (o *licenseOrder) totalDays() int { return o.months*licMonthDays + o.days }

// live: paid, and not taken back.
func (o *licenseOrder) live() bool {
	return o.status == orderPaid || o.status == orderRefunding || o.status == orderRefundRefused
}

func (o *licenseOrder) parts() []*licenseOrder {
	if o.kind == orderUnion {
		return o.subs
	}
	return []*licenseOrder{o}
}

func (d *desk) addOrder(o *licenseOrder) *licenseOrder {
	o.id, o.made = d.newId("OI"), d.unix()
	d.orders[o.id] = o
	d.history = append(d.history, o)
	d.note(o)
	return o
}

func (d *desk) setStatus(o *licenseOrder, status int) {
	o.status = status
	for _, sub := range o.subs {
		sub.status = status
	}
	d.note(o)
}

// note tells the change feed of an order.
func (d *desk) note(o *licenseOrder) {
	corpId := ""
	if o.corp != nil {
		corpId = o.corp.Id
	}
	d.changed(corpId, o.id)
}

// changed tells it of anything else: an order of another kind, or the licences of a corp.
func (d *desk) changed(corpId, subject string) {
	d.host.Note(platform.ChangedOrder, "", corpId, subject)
}

// pay makes an unpaid order paid: codes come into being, members' expiry moves.
func (d *desk) pay(o *licenseOrder) {
	now := d.unix()
	d.setStatus(o, orderPaid)
	o.paid = now
	for _, part := range o.parts() {
		part.paid, part.ready, part.corp.bought = now, now, true
		if part.kind == orderRenewal {
			d.extend(part)
			continue
		}
		if !part.test {
			part.ready += int64(d.policy.GenerateDelay.Seconds())
		}
		if part.parent != nil {
			part.corp.autoActive = part.auto
		}
		d.makeCodes(part, licBase, part.base)
		d.makeCodes(part, licInterop, part.interop)
	}
}

func (d *desk) makeCodes(o *licenseOrder, kind, count int) {
	for range count {
		c := &licenseCode{
			code: d.newId("L" + string("CX"[kind-1])), kind: kind, days: o.totalDays(),
			owner: o.corp, made: o.ready,
		}
		o.codes = append(o.codes, c)
		o.corp.codes = append(o.corp.codes, c)
		d.codes[c.code] = c
	}
}

// extension is what a renewal adds to one account now, in seconds. An account
// that has expired counts from now on: undocumented.
func (d *desk) extension(o *licenseOrder, seat licenseSeat) int64 {
	c := o.corp.held[seat]
	if c == nil {
		return 0
	}
	if o.newExpire != 0 {
		return max(0, o.newExpire-max(c.expire, d.unix()))
	}
	return licDays(o.totalDays())
}

func (d *desk) extend(o *licenseOrder) {
	o.added = map[*licenseCode]int64{}
	for _, seat := range o.accounts {
		c := o.corp.held[seat]
		if c == nil {
			continue // handed over since: nothing to extend
		}
		if add := d.extension(o, seat); add > 0 {
			end := max(c.expire, d.unix()) + add
			o.added[c], c.expire = end-c.expire, end
		}
	}
}

// takeBack undoes what a paid order gave: unbound codes die, bound ones end
// now, renewed accounts lose the time they got. Inferred.
func (d *desk) takeBack(o *licenseOrder) {
	if d.policy.RefundKeepsCodes {
		return
	}
	for _, c := range o.codes {
		c.void = true
		c.expire = min(c.expire, d.unix())
	}
	for c, add := range o.added {
		c.expire -= add
	}
	o.added = nil
}

// voidTest ends a test order whose corp is no test corp any more.
func (d *desk) voidTest(o *licenseOrder) {
	switch o.status {
	case orderPaid, orderRefunding, orderRefundRefused:
		d.takeBack(o)
		o.status = orderVoid
	case orderUnpaid:
		o.status = orderVoid
	}
}

// settle does what time brings: jobs end, orders expire, finished codes are
// announced, members who left wait for their heir.
func (d *desk) settle() {
	now := d.unix()
	d.runJobs(now)
	for _, o := range d.history {
		if o.test && !o.corp.Test {
			d.voidTest(o)
		}
		if d.overdue(o, now) {
			d.setStatus(o, orderExpired)
		}
		if o.ready != 0 && now >= o.ready && !o.announced {
			o.announced = true
			d.tell("license_pay_success", o.corp.Id, platform.Text("OrderId", o.id), platform.Text("BuyerUserId", o.buyer))
		}
	}
	d.markWaiting(now)
	d.confirmDue(now)
}

// overdue reports whether nobody has paid an order in time.
func (d *desk) overdue(o *licenseOrder, now int64) bool {
	life := int64(d.policy.UnpaidLife.Seconds())
	return o.parent == nil && o.status == orderUnpaid && !o.busy && life > 0 && now >= o.made+life
}

func (d *desk) cancel(orderId, corpId string) error {
	o := d.orders[orderId]
	if o == nil {
		return licErr(codeNoSuchOrder)
	}
	if err := d.checkOwner(o, corpId); err != nil {
		return err
	}
	switch {
	case o.busy || o.parent != nil && o.status == orderUnpaid:
		return licErr(codeOrderBusy) // a sub order goes with its parent: undocumented
	case o.status != orderUnpaid:
		return licErr(codeNotUnpaid)
	}
	d.setStatus(o, orderCancelled)
	return nil
}

// checkOwner wants the corp of an order to be named, and none for a multi-corp order.
func (d *desk) checkOwner(o *licenseOrder, corpId string) error {
	switch {
	case o.kind == orderUnion && corpId != "":
		return platform.BadParam("a multi-corp order is of no corp")
	case o.kind == orderUnion:
		return nil
	case corpId == "":
		return platform.Missing("corpid")
	case d.corp(corpId) != o.corp:
		return licErr(codeForeignOrder)
	}
	return nil
}
