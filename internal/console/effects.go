package console

import (
	"strings"
	"time"
)

// effect is what a move of the clock will end.
type effect struct{ Add, Text string }

// effects tell it for the buttons of the clock; one that ends nothing is left out.
func (p *page) effects(d *overviewFacts) (list []effect) {
	for _, x := range []struct {
		add  time.Duration
		name string
	}{{10 * time.Minute, p.lang.t("+10 分", "+10 min")}, {time.Hour, p.lang.t("+1 小时", "+1 hour")},
		{24 * time.Hour, p.lang.t("+1 天", "+1 day")}, {744 * time.Hour, p.lang.t("+31 天", "+31 days")}} {
		if text := p.ends(d, x.add); text != "" {
			list = append(list, effect{x.name, text})
		}
	}
	return list
}

// ends counts what will be over after a time.
func (p *page) ends(d *overviewFacts, after time.Duration) string {
	var parts []string
	if n := p.endingTokens(d, after); n > 0 {
		parts = append(parts, p.lang.count(n, "个令牌", "token"))
	}
	if n := p.endingCodes(d, after); n > 0 {
		parts = append(parts, p.lang.count(n, "个激活码", "code"))
	}
	return strings.Join(parts, p.lang.t("、", ", "))
}

func (*page) endingTokens(d *overviewFacts, after time.Duration) (n int) {
	for _, t := range d.tokens {
		if t.Killed == 0 && time.Duration(t.Left) <= after {
			n++
		}
	}
	return n
}

func (p *page) endingCodes(d *overviewFacts, after time.Duration) (n int) {
	for _, o := range d.orders {
		for _, x := range o.Codes {
			if (x.Status == codeBound || x.Status == codeWaiting) && p.Left(x.Expires) <= after {
				n++
			}
		}
	}
	return n
}
