package console

import (
	"strings"
	"time"

	"github.com/gothird/wecom/internal/sandbox"
	"github.com/gothird/wecom/internal/spec"
)

// corpsData is what the page of all corps shows.
type corpsData struct {
	Corps      found[corpRow]
	All        []sandbox.Corp // to choose from
	Suites     []sandbox.Suite
	Tokens     []tokenRow // of provider and apps
	CorpTokens int
}

// corpRow is a corp in the table.
type corpRow struct {
	sandbox.Corp
	Apps          []string
	Staying       int // members who have not left
	Active, Codes int
	Token         *tokenRow // the corp token that ends first
}

// corps shows all corps, and the tokens that are of none.
func (c *Console) corps(p *page) error {
	ctx, none := p.request.Context(), struct{}{}
	all, err := c.world.ListCorps(ctx, none)
	if err != nil {
		return err
	}
	provider, err := c.world.ShowProvider(ctx, none)
	if err != nil {
		return err
	}
	known := names(c.world.Names())
	tokens, err := c.tokens(p, known, func(sandbox.Token) bool { return true })
	if err != nil {
		return err
	}
	orders, err := c.world.ListOrders(ctx, sandbox.CorpQuery{})
	if err != nil {
		return err
	}
	d := corpsData{All: all.Corps, Suites: provider.Suites}
	first := d.share(tokens)
	active, codes := licences(orders.Orders)
	var rows []corpRow
	for _, x := range all.Corps {
		row := corpRow{Corp: x, Staying: staying(x), Active: active[x.CorpId], Codes: codes[x.CorpId], Token: first[x.CorpId]}
		for _, in := range x.Installs {
			row.Apps = append(row.Apps, known.of(in.SuiteId))
		}
		rows = append(rows, row)
	}
	d.Corps = search(p.Query("q"), rows, func(x corpRow) string {
		return strings.Join(append(x.Apps, x.Name, x.CorpId, x.PlainId), "\n")
	})
	p.Data = d
	return nil
}

// share keeps the tokens that are of no corp, and returns the one of each corp that ends first.
func (d *corpsData) share(tokens []tokenRow) map[string]*tokenRow {
	first := map[string]*tokenRow{}
	for _, t := range tokens {
		if t.Kind != spec.CredentialCorp {
			d.Tokens = append(d.Tokens, t)
			continue
		}
		d.CorpTokens++
		if old := first[t.CorpId]; t.Killed == 0 && (old == nil || t.Left < old.Left) {
			first[t.CorpId] = &t
		}
	}
	return first
}

// staying counts the members of a corp who have not left.
func staying(c sandbox.Corp) (n int) {
	for _, m := range c.Members {
		if !m.Left {
			n++
		}
	}
	return n
}

// States of codes.
const (
	codeUnbound = iota + 1
	codeBound
	codeExpired
	codeWaiting
	codeMerged
)

// licences counts the codes of each corp, and those that are active.
func licences(orders []sandbox.Order) (active, codes map[string]int) {
	active, codes = map[string]int{}, map[string]int{}
	for _, o := range orders {
		for _, x := range o.Codes {
			if x.Void {
				continue
			}
			codes[holderCorp(x)]++
			if x.Status == codeBound {
				active[holderCorp(x)]++
			}
		}
	}
	return active, codes
}

// holderCorp is the corp whose members may have a code.
func holderCorp(x sandbox.LicenseCode) string {
	if x.ReceiverId != "" {
		return x.ReceiverId
	}
	return x.CorpId
}

// days is how many days are left, a broken one in full.
func days(d time.Duration) int {
	const day = 24 * time.Hour
	return int(max(0, d+day-1) / day)
}
