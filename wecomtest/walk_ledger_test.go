package wecomtest_test

import (
	"time"

	"github.com/gothird/wecom/license"
	"github.com/gothird/wecom/order"
)

// walkOrder is a license order.
type walkOrder struct {
	id            string
	corp          *walkCorp
	kind, status  int
	base, interop int
	months, days  int
	made          int64
	paid, ready   int64      // 0: not paid; the codes are there
	seats         []walkSeat // of a renewal
	listed        bool       // its codes are known
	told          bool       // license_pay_success was pushed
	balance       bool       // it was tried to pay it from the prepaid account
}

// walkCode is an activation code.
type walkCode struct {
	code         string
	kind, days   int
	made         int64
	user         string
	active, ends int64
	moved        int64 // when it was transferred; 0: never
	into, from   string
}

// walkSeat is an account of a member.
type walkSeat struct {
	user string
	kind int
}

// What WeCom's pages say of licenses; the first is a choice, for they are silent.
const (
	unpaidDays   = 7
	monthDays    = 31
	mergeDays    = 20   // an account with more left takes no further code
	capDays      = 1860 // "five years": 60 months must fit
	bindDays     = 365  // in which a code must be bound
	transferDays = 30   // between two transfers of an employed member
	daySeconds   = 86400
)

func (m *walkModel) unix() int64 { return m.now().Unix() }

// settle is what time does to orders: nobody pays them, or their codes come.
func (m *walkModel) settle() {
	for _, c := range m.corps {
		for _, o := range c.orders {
			if o.status == order.OrderUnpaid && m.unix() >= o.made+unpaidDays*daySeconds {
				o.status = order.OrderExpired
			}
			if o.paid != 0 && o.ready <= m.unix() && !o.told {
				o.told = true
				m.told["paid "+c.id+" "+o.id]++
			}
		}
	}
}

// pay is a payment that has come: accounts that are renewed last longer, and an order of
// new ones brings codes.
func (m *walkModel) pay(o *walkOrder) {
	o.status, o.paid, o.ready = order.OrderPaid, m.unix(), m.unix()
	if o.kind == order.OrderPurchase {
		o.ready += int64(m.choices.CodeDelay / time.Second)
		return
	}
	for _, seat := range o.seats {
		if code := o.corp.seats[seat]; code != nil { // one that has expired counts from now: a choice
			code.ends = max(code.ends, m.unix()) + int64(o.months)*monthDays*daySeconds
		}
	}
}

// status is the state of a code.
func (c *walkCode) status(now int64) int {
	switch {
	case c.into != "":
		return license.CodeMerged
	case c.user == "":
		return license.CodeUnbound
	case now >= c.ends:
		return license.CodeExpired
	}
	return license.CodeBound
}

// unpaid reports whether the corp has an order that waits for its payment.
func (c *walkCorp) unpaid() bool {
	for _, o := range c.orders {
		if o.status == order.OrderUnpaid {
			return true
		}
	}
	return false
}

// waiting reports whether codes of the corp are still being made.
func (c *walkCorp) waiting(now int64) bool {
	for _, o := range c.orders {
		if o.ready > now {
			return true
		}
	}
	return false
}

// orderRules are the errcodes that may answer a new order; none: it is accepted.
func (m *walkModel) orderRules(c *walkCorp) (codes []int) {
	if !c.anywhere() {
		codes = append(codes, 701015)
	}
	if c.unpaid() {
		codes = append(codes, 701032)
	}
	if c.waiting(m.unix()) {
		codes = append(codes, 701033)
	}
	return codes
}

// seatRules are the errcodes that the member may cause who is to get an account.
func (c *walkCorp) seatRules(seat walkSeat) (codes []int) {
	if _, ok := c.member(seat.user); !ok {
		codes = append(codes, 701019)
	}
	if !c.anywhere() && seat.kind == license.TypeInterop {
		codes = append(codes, 701087)
	}
	if !c.anywhere() || !c.visible(seat.user) {
		codes = append(codes, 701088)
	}
	return codes
}

// bindRules are the errcodes that may answer an activation; owner is the corp of the code.
func (m *walkModel) bindRules(c, owner *walkCorp, code *walkCode, user string) (codes []int) {
	if owner != c {
		return []int{701021}
	}
	now := m.unix()
	if code.user != "" {
		codes = append(codes, 701003)
		if code.into != "" {
			codes = append(codes, 701002)
		}
	}
	if now >= code.made+bindDays*daySeconds {
		codes = append(codes, 701012)
	}
	codes = append(codes, c.seatRules(walkSeat{user, code.kind})...)
	return append(codes, m.mergeRules(c.seats[walkSeat{user, code.kind}], code, now)...)
}

// mergeRules look at the account that the member has.
func (m *walkModel) mergeRules(old, code *walkCode, now int64) (codes []int) {
	if old == nil {
		return nil
	}
	rest := max(0, old.ends-now)
	if rest > mergeDays*daySeconds {
		codes = append(codes, 701082)
	}
	if rest+int64(code.days)*daySeconds > capDays*daySeconds {
		codes = append(codes, 701030)
	}
	return codes
}

// bind gives a code to a member, and what is left of the one that he has.
func (m *walkModel) bind(c *walkCorp, code *walkCode, user string, now int64) {
	seat := walkSeat{user, code.kind}
	code.user, code.active, code.ends = user, now, now+int64(code.days)*daySeconds
	if old := c.seats[seat]; old != nil {
		code.ends += max(0, old.ends-now)
		old.ends = min(old.ends, now)
		old.into, code.from = code.code, old.code
	}
	c.seats[seat] = code
}

// moveRules are the errcodes that may answer a transfer.
func (m *walkModel) moveRules(c *walkCorp, from, to string) (codes []int) {
	_, there := c.member(from)
	if _, ok := c.member(to); !ok {
		codes = append(codes, 701019)
	} else if !c.visible(to) {
		codes = append(codes, 701088)
	}
	moving := c.running(from, m.unix())
	if len(moving) == 0 {
		codes = append(codes, 701016)
	}
	waits := there && c.visible(from)
	for _, code := range moving {
		codes = append(codes, m.moveRule(code, c.seats[walkSeat{to, code.kind}], waits)...)
	}
	return codes
}

// moveRule looks at one account, and at what the receiver has. Members who are still there
// wait between two transfers.
func (m *walkModel) moveRule(code, has *walkCode, waits bool) (codes []int) {
	if waits && code.moved != 0 && m.unix() < code.moved+transferDays*daySeconds {
		codes = append(codes, 701017)
	}
	if has != nil && has.ends-m.unix() > mergeDays*daySeconds {
		codes = append(codes, 701018)
	}
	return codes
}

// running are the accounts of a member that have not expired.
func (c *walkCorp) running(user string, now int64) (list []*walkCode) {
	for _, kind := range []int{license.TypeBase, license.TypeInterop} {
		if code := c.seats[walkSeat{user, kind}]; code != nil && now < code.ends {
			list = append(list, code)
		}
	}
	return list
}

// move hands all running accounts of a member to another one. One that he had ends.
func (m *walkModel) move(c *walkCorp, from, to string) {
	now := m.unix()
	for _, code := range c.running(from, now) {
		seat := walkSeat{to, code.kind}
		if old := c.seats[seat]; old != nil {
			old.ends = min(old.ends, now)
			old.into, code.from = code.code, old.code
		}
		delete(c.seats, walkSeat{from, code.kind})
		code.user, code.moved = to, now
		c.seats[seat] = code
	}
}
