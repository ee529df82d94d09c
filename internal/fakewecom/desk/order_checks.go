package desk

import "slices"

// Who decides whether an order is a test order: the corp (all API orders), or
// the console, which names it.
const (
	wishByCorp = iota
	wishFormal
	wishTest
)

// orderWish is an order before it is accepted.
type orderWish struct {
	corp          *licenseCorp
	renewal       bool
	union         bool
	wish          int
	base, interop int
	months, days  int
	span          int64 // seconds of the longest extension; of a purchase: its duration
}

func (w orderWish) count() int { return w.base + w.interop }

func (w orderWish) test() bool {
	return w.wish == wishTest || w.wish == wishByCorp && w.corp.Test
}

// orderRule is one check of a new order.
type orderRule struct {
	code   int
	broken func(d *desk, w orderWish) bool
}

// orderRules look at the corp. The others come
// after them, in the order of this file; which code wins when several are broken is undocumented.
func orderRules() []orderRule {
	return []orderRule{
		{codeNotInstalled, func(d *desk, w orderWish) bool { return !d.installed(w.corp) }},
		{codeMustMigrate, func(_ *desk, w orderWish) bool { return w.corp.facts.Legacy == LegacyUnmigrated }},
		{codeMigrating, func(_ *desk, w orderWish) bool { return w.corp.facts.Legacy == LegacyMigrating }},
		{codeUnionTestCorp, func(_ *desk, w orderWish) bool { return w.union && w.corp.Test }},
	}
}

// testRules tell test orders from formal ones.
func testRules() []orderRule {
	return []orderRule{
		{codeNoTestCorp, func(_ *desk, w orderWish) bool { return w.wish == wishTest && !w.corp.Test }},
		{codeTestExists, func(d *desk, w orderWish) bool {
			return !w.test() && d.anyLive(w.corp, true)
		}},
		{codeOnlyTest, func(_ *desk, w orderWish) bool { return w.wish == wishFormal && w.corp.Test }},
		{codeTestDuration, func(_ *desk, w orderWish) bool { return w.test() && (w.months != 1 || w.days != 0) }},
		{codeTestCount, func(_ *desk, w orderWish) bool {
			return w.test() && !w.renewal && max(w.base, w.interop) > licTestMaxCount
		}},
		{codeTestRenewal, func(d *desk, w orderWish) bool { return w.renewal && d.renewedInTest(w.corp) }},
		{codeFormalExists, func(d *desk, w orderWish) bool {
			return w.test() && d.anyLive(w.corp, false)
		}},
	}
}

// anyLive reports whether the corp has a live order for a test, or a formal one.
func (d *desk) anyLive(c *licenseCorp, test bool) bool {
	return d.anyOrder(c, func(o *licenseOrder) bool { return o.live() && o.test == test })
}

// otherOrderRules look at the corp's other orders.
func otherOrderRules() []orderRule {
	return []orderRule{
		{codeUnpaidOrder, func(d *desk, w orderWish) bool {
			return d.anyOrder(w.corp, func(o *licenseOrder) bool { return o.status == orderUnpaid })
		}},
		{codeOrderGenerating, func(d *desk, w orderWish) bool {
			return d.anyOrder(w.corp, func(o *licenseOrder) bool { return o.ready > d.unix() })
		}},
		{codeRefunding, func(d *desk, w orderWish) bool {
			return d.anyOrder(w.corp, func(o *licenseOrder) bool { return o.status == orderRefunding })
		}},
		{codeTooFrequent, func(d *desk, w orderWish) bool {
			gap := int64(d.policy.MinOrderGap.Seconds())
			return d.anyOrder(w.corp, func(o *licenseOrder) bool { return d.unix()-o.made < gap })
		}},
	}
}

// contentRules look at what is ordered.
func contentRules() []orderRule {
	return []orderRule{
		{codeNoInteropApp, func(d *desk, w orderWish) bool {
			return !w.renewal && w.interop > 0 && !d.hasInterop(w.corp)
		}},
		{codeLivelihoodRenew, func(_ *desk, w orderWish) bool { return w.corp.facts.Livelihood && w.renewal }},
		{codeLivelihoodSpan, func(_ *desk, w orderWish) bool {
			return w.corp.facts.Livelihood && (w.months != 12 || w.days != 0)
		}},
		{codeLivelihoodCap, func(_ *desk, w orderWish) bool {
			return w.corp.facts.Livelihood && w.corp.facts.LivelihoodCap > 0 && w.count() > w.corp.facts.LivelihoodCap
		}},
	}
}

// appOrderRules tie license orders to the corp's app-edition orders. They are
// checked again when an order is paid from the balance.
func appOrderRules() []orderRule {
	is := func(s AppOrderState) func(w orderWish) bool {
		return func(w orderWish) bool { return !w.test() && w.corp.facts.AppOrders.State == s }
	}
	none, expired, trial, valid := is(AppOrdersNone), is(AppOrdersExpired), is(AppOrdersTrial), is(AppOrdersValid)
	return []orderRule{
		{codeAppOrderMissing, func(_ *desk, w orderWish) bool { return none(w) }},
		{codeAppOrderExpired, func(_ *desk, w orderWish) bool { return expired(w) }},
		{codeTrialCount, func(_ *desk, w orderWish) bool {
			return trial(w) && w.count() > w.corp.facts.AppOrders.TrialHeads
		}},
		{codeTrialDuration, func(_ *desk, w orderWish) bool {
			return trial(w) && w.span > licDays(licTrialMaxDays)
		}},
		{codeBelowAppOrder, func(_ *desk, w orderWish) bool {
			return valid(w) && w.span < licDays(w.corp.facts.AppOrders.Days)
		}},
		{codeHeadCount, func(_ *desk, w orderWish) bool {
			return !w.test() && w.corp.facts.HeadCount > 0 && w.span <= licDays(licShortDays) &&
				w.count() > licHeadFactor*w.corp.facts.HeadCount
		}},
	}
}

// checkOrder returns the code of the first broken rule, and whether the order
// is accepted with a WARNING.
func (d *desk) checkOrder(w orderWish) (code int, warn bool) {
	if code = firstBroken(d, w, slices.Concat(orderRules(), testRules(), otherOrderRules(), contentRules())); code != codeOK {
		return code, false
	}
	code = firstBroken(d, w, appOrderRules())
	if code != codeOK && d.policy.AppOrderWarns {
		return codeOK, true
	}
	return code, code != codeOK
}

func firstBroken(d *desk, w orderWish, rules []orderRule) int {
	for _, r := range rules {
		if r.broken(d, w) {
			return r.code
		}
	}
	return codeOK
}

func (d *desk) anyOrder(c *licenseCorp, is func(*licenseOrder) bool) bool {
	for _, o := range d.history {
		if o.corp == c && is(o) {
			return true
		}
	}
	return false
}

// renewedInTest: a test corp may renew once.
func (d *desk) renewedInTest(c *licenseCorp) bool {
	return c.Test && d.anyOrder(c, func(o *licenseOrder) bool { return o.kind == orderRenewal && o.live() })
}
