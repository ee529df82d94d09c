package desk

import (
	"cmp"
	"slices"
)

// advBought is one bought period of an edition, with the seats added later.
type advBought struct {
	advPeriod
	edition, count int64
	order          *advancedOrder
}

// boughtBy lists a corp's paid orders that opened a period.
func (d *desk) boughtBy(c *licenseCorp) []*advancedOrder {
	var list []*advancedOrder
	for _, o := range d.advList {
		if o.corp == c && o.paid() && !o.gone && o.kind != advSeats {
			list = append(list, o)
		}
	}
	return list
}

func (o *advancedOrder) paid() bool {
	return o.status == orderPaid || o.status == orderRefunding || o.status == orderRefundRefused
}

func (d *desk) periods(c *licenseCorp) []advBought {
	var list []advBought
	for _, o := range d.boughtBy(c) {
		p := advBought{o.period, o.edition, o.count, o}
		for _, more := range d.advList {
			if more.kind == advSeats && more.old == o && more.paid() {
				p.count += more.count
			}
		}
		list = append(list, p)
	}
	return list
}

// checkAdvanced holds an order against the rules and fills in its period and
// price. Undocumented: the codes for a bad edition or count, prices, which
// starts are legal (today to a year ahead), the start of an order that names
// none (now), and a renewal's (the old end).
func (d *desk) checkAdvanced(o *advancedOrder, in advChat) int {
	if code := d.advancedFormed(o, in); code != codeOK {
		return code
	}
	var code int
	switch o.kind {
	case advNew:
		code = d.advancedNew(o, in)
	case advSeats:
		code = d.advancedSeats(o, in)
	case advRenewal:
		code = d.advancedRenewal(o, in)
	case advUpgrade:
		code = d.advancedUpgrade(o, in)
	}
	if code != codeOK {
		return code
	}
	o.days = (o.period.End - o.period.Begin) / 86400
	o.price += d.policy.AdvancedYear[int(o.edition)] * o.count * o.days / advYearDays
	if o.price > advMaxFen {
		return codePriceTooHigh
	}
	return codeOK
}

// advancedFormed checks what holds for every kind of order.
func (d *desk) advancedFormed(o *advancedOrder, in advChat) int {
	open := func(other *advancedOrder) bool { return other.corp == o.corp && other.pending() }
	now := d.unix()
	switch {
	case slices.ContainsFunc(d.advList, open):
		return codeAdvOpenOrder
	case o.corp.facts.Overseas:
		return codeAdvOverseas
	case !within(o.kind, advNew, advUpgrade) || !within(in.Edition, advEditionChats, advEditionCalls):
		return codeBadAdvOrder
	case in.Start != 0 && !within(in.Start, now-86400, now+licDays(advYearDays)):
		return codeAdvStart
	case o.kind != advRenewal && !within(in.Count, 1, licMaxCount):
		return codeBadAdvCount
	}
	return codeOK
}

func (o *advancedOrder) pending() bool { return o.status == orderUnpaid || o.status == orderRefunding }

// within includes both ends.
func within[T cmp.Ordered](v, low, high T) bool { return v >= low && v <= high }

func year(begin int64) advPeriod { return advPeriod{begin, begin + licDays(advYearDays)} }

func (d *desk) advancedNew(o *advancedOrder, in advChat) int {
	if len(d.boughtBy(o.corp)) > 0 {
		return codeAdvBought
	}
	o.period = year(max(in.Start, d.unix()))
	return codeOK
}

// advancedSeats adds seats for the rest of a running period.
func (d *desk) advancedSeats(o *advancedOrder, in advChat) int {
	p, code := d.running(o.corp, in.Edition, in.Target)
	if code != codeOK {
		return code
	}
	o.old, o.period = p.order, advPeriod{d.unix(), p.End}
	return codeOK
}

func (d *desk) advancedRenewal(o *advancedOrder, in advChat) int {
	now := d.unix()
	last, code := d.lastPeriod(o, in)
	if code != codeOK {
		return code
	}
	if last.End-now > licDays(advRenewDays) {
		return codeAdvTooEarly
	}
	begin := last.End
	if last.End <= now {
		begin = max(in.Start, now)
	}
	if in.Count == 0 {
		o.count = last.count
	}
	o.old, o.period = last.order, year(begin)
	return codeOK
}

// lastPeriod finds what a renewal renews.
func (d *desk) lastPeriod(o *advancedOrder, in advChat) (advBought, int) {
	var last advBought
	found := false
	for _, p := range d.periods(o.corp) {
		if p.edition != in.Edition || in.Target != nil && p.advPeriod != *in.Target {
			continue
		}
		if p.Begin > d.unix() {
			return last, codeAdvWaiting
		}
		if !found || p.End > last.End {
			last, found = p, true
		}
	}
	if found {
		return last, codeOK
	}
	return last, notBought(in.Target)
}

// notBought is the code for a period that there is not.
func notBought(which *advPeriod) int {
	if which != nil {
		return codeAdvOldPeriod
	}
	return codeAdvNotBought
}

// advancedUpgrade moves seats of edition 2 to edition 3; the order lasts as
// long as the old period, and the price is the difference. Both inferred.
func (d *desk) advancedUpgrade(o *advancedOrder, in advChat) int {
	if in.Edition != advEditionCalls || in.OldEdition != 0 && in.OldEdition != advEditionChats {
		return codeAdvTarget
	}
	p, code := d.running(o.corp, advEditionChats, in.Old)
	if code != codeOK {
		return code
	}
	if in.Count > p.count {
		return codeBadAdvCount
	}
	o.old, o.period = p.order, advPeriod{d.unix(), p.End}
	left := (p.End - d.unix()) / 86400
	o.originalPrice = d.policy.AdvancedYear[advEditionCalls] * o.count * left / advYearDays
	o.price = -d.policy.AdvancedYear[advEditionChats] * o.count * left / advYearDays
	return codeOK
}

// running finds the bought period that is not over; which picks one of several.
func (d *desk) running(c *licenseCorp, edition int64, which *advPeriod) (advBought, int) {
	for _, p := range d.periods(c) {
		if p.edition == edition && p.End > d.unix() && (which == nil || *which == p.advPeriod) {
			return p, codeOK
		}
	}
	return advBought{}, notBought(which)
}
