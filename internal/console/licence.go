package console

import (
	"cmp"
	"slices"

	"github.com/gothird/wecom/internal/sandbox"
)

// usualBuyer orders where nobody has yet.
const usualBuyer = "buyer"

// licence gathers what the page of a corp has for the accounts of its members.
func (c *Console) licence(p *page, d *corpData, codes []codeRow) (err error) {
	ctx := p.request.Context()
	if d.License, err = c.world.ShowCorpLicense(ctx, sandbox.CorpRef{CorpId: d.CorpId}); err != nil {
		return err
	}
	orders, err := c.world.ListOrders(ctx, sandbox.CorpQuery{})
	d.Buyer = buyer(orders.Orders)
	for _, x := range codes {
		if x.HolderCorp == d.CorpId && x.Group == "unbound" {
			d.Unbound = append(d.Unbound, x)
		}
	}
	d.Heirs = slices.DeleteFunc(slices.Clone(d.Logins), func(m sandbox.Member) bool {
		return m.Hidden || d.Member != nil && m.UserId == d.Member.UserId
	})
	return err
}

// buyer is who has placed the last order.
func buyer(orders []sandbox.Order) string {
	last := ""
	if n := len(orders); n > 0 {
		last = orders[n-1].Buyer
	}
	return cmp.Or(last, usualBuyer)
}

// Holds reports whether a member has an account of a kind.
func (m *memberRow) Holds(kind int) bool {
	return slices.ContainsFunc(m.Licences, func(x codeRow) bool { return x.Kind == kind })
}

// linkRow is a link of the corp to another.
type linkRow struct {
	sandbox.SharedLink
	UpName, DownName string
	Up               bool // the corp of the page is the upstream one
}

// Shares reports whether the corp can give codes to another one.
func (d *corpData) Shares() bool {
	own := slices.ContainsFunc(d.Unbound, func(x codeRow) bool { return x.CorpId == d.CorpId })
	return own && slices.ContainsFunc(d.Links, func(x linkRow) bool { return x.Up })
}

// links gathers the corps that a corp is joined to, and those that it can be.
func (c *Console) links(p *page, d *corpData) error {
	ctx, none := p.request.Context(), struct{}{}
	all, err := c.world.ListLinks(ctx, none)
	if err != nil {
		return err
	}
	known := names(c.world.Names())
	for _, x := range all.Links {
		if x.UpCorpId == d.CorpId || x.DownCorpId == d.CorpId {
			d.Links = append(d.Links, linkRow{x, known.of(x.UpCorpId), known.of(x.DownCorpId), x.UpCorpId == d.CorpId})
		}
	}
	corps, err := c.world.ListCorps(ctx, none)
	d.Others = slices.DeleteFunc(corps.Corps, func(x sandbox.Corp) bool { return x.CorpId == d.CorpId })
	return err
}
