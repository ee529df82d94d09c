package desk

// priceYearDays is what a yearly price buys: 12 months of 31 days.
const priceYearDays = 12 * licMonthDays

// PriceTier is the yearly price, in fen, of each account after the first After
// ones.
type PriceTier struct {
	After   int
	YearFen int64
}

// Prices are the tiers per account type, lowest After first.
type Prices struct{ Base, Interop []PriceTier }

func (p Prices) tiers(kind int) []PriceTier {
	if kind == licInterop {
		return p.Interop
	}
	return p.Base
}

// yearly adds up the yearly prices of count accounts that follow the first
// have ones.
func (p Prices) yearly(kind, have, count int) int64 {
	var sum int64
	tiers := p.tiers(kind)
	for i, t := range tiers {
		end := have + count
		if i+1 < len(tiers) {
			end = min(end, tiers[i+1].After)
		}
		if n := end - max(have, t.After); n > 0 {
			sum += int64(n) * t.YearFen
		}
	}
	return sum
}

// forDays prices accounts for a number of days; a broken fen counts in full.
func forDays(yearly int64, days int64) int64 {
	return (yearly*days + priceYearDays - 1) / priceYearDays
}

// purchasePrice: tiers go on from the accounts that the corp already has
// running for at least the bought time.
func (d *desk) purchasePrice(o *licenseOrder) int64 {
	if o.test {
		return 0
	}
	now, days := d.unix(), o.totalDays()
	have := map[int]int{}
	for _, c := range o.corp.codes {
		if c.status(now) == licBound && c.expire-now >= licDays(days) {
			have[c.kind]++
		}
	}
	prices := d.policy.Prices
	yearly := prices.yearly(licBase, have[licBase], o.base) + prices.yearly(licInterop, have[licInterop], o.interop)
	return forDays(yearly, int64(days))
}

// renewalPrice: a renewal has tiers of its own, from zero. A broken day counts
// in full.
func (d *desk) renewalPrice(o *licenseOrder) int64 {
	if o.test {
		return 0
	}
	var sum int64
	seen := map[int]int{}
	for _, a := range o.accounts {
		days := (d.extension(o, a) + 86399) / 86400
		sum += forDays(d.policy.Prices.yearly(a.kind, seen[a.kind], 1), days)
		seen[a.kind]++
	}
	return sum
}
