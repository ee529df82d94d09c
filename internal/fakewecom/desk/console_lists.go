package desk

import (
	"cmp"
	"slices"
	"time"
)

// LinkedCorps is a link of an upstream corp to a downstream one.
type LinkedCorps struct {
	UpCorpId, DownCorpId string
	CorpLink
	Given int // activation codes given over it so far
}

// Links lists the links between corps that the provider knows, by corps.
func (ds *Desks) Links(providerCorpId string) (list []LinkedCorps) {
	ds.host.Locked(func() {
		for _, up := range ds.desk(providerCorpId).corps {
			for key, l := range up.links {
				list = append(list, LinkedCorps{up.Id, key.down.Id, l.CorpLink, l.given})
			}
		}
	})
	slices.SortFunc(list, func(a, b LinkedCorps) int {
		return cmp.Or(cmp.Compare(a.UpCorpId, b.UpCorpId), cmp.Compare(a.DownCorpId, b.DownCorpId), cmp.Compare(a.Kind, b.Kind))
	})
	return list
}

// LicensePolicyOf is the policy of a provider.
func (ds *Desks) LicensePolicyOf(providerCorpId string) (p LicensePolicy) {
	ds.host.Locked(func() { p = ds.desk(providerCorpId).policy })
	return p
}

// CorpLicences is what the license rules know of a corp.
type CorpLicences struct {
	Facts      LicenseFacts
	AutoActive bool // automatic activation is on
	Bought     bool // a license was ever paid for it
}

// CorpLicences is that of a corp; of one that there is not the zero value.
func (ds *Desks) CorpLicences(providerCorpId, corpId string) (out CorpLicences) {
	ds.host.Locked(func() {
		if c := ds.desk(providerCorpId).corp(corpId); c != nil {
			out = CorpLicences{c.facts, c.autoActive, c.bought}
		}
	})
	return out
}

// CashierOrder is an order of the cashier (收银台).
type CashierOrder struct {
	OrderId      string
	Status       int // 1 unpaid, 2 paid, 3 cancelled, 4 expired, 5 refund asked, 6 refunded, 7 finished, 8 waits for the corp, 9 partly refunded
	CorpId       string
	Name         string // of what is sold
	BusinessType int64  // 1 third-party apps, 2 customised ones, 3 a solution
	PayType      int64  // 0 the client pays, 1 the provider, 2 it is free
	Price        int64  // fen; 0: not determinable
	Creator      string
	Made         time.Time
	Paid         time.Time // zero: it was not
}

// Cashier is the cashier of a provider.
type Cashier struct {
	HasKey   bool // without one every signature is wrong
	Merchant bool // has a merchant account
	Orders   []CashierOrder
	Invoices []Invoice
}

// Cashier is that of a provider, with its orders and invoices, the oldest first.
func (ds *Desks) Cashier(providerCorpId string) (out Cashier) {
	ds.host.Locked(func() {
		c := ds.desk(providerCorpId).cashier
		out.HasKey, out.Merchant = c.key != "", c.merchant
		for _, o := range c.list {
			out.Orders = append(out.Orders, CashierOrder{o.id, o.status, o.corpId, o.req.product().name(), o.req.BusinessType, o.req.PayType,
				o.price, o.req.Creator, at(o.made), at(o.paidAt)})
		}
		for _, i := range c.invoiceBy {
			out.Invoices = append(out.Invoices, *i)
		}
	})
	return out
}

// AdvancedOrder is an advanced-API order (数据与智能专区).
type AdvancedOrder struct {
	OrderId    string
	Kind       int // 0 new, 1 more seats, 2 renewal, 3 another edition
	Status     int // as in [Desks.MoveAdvancedOrder]; 0 unpaid
	CorpId     string
	Buyer      string
	Edition    int64 // 2 chats, 3 chats and calls
	Count      int64 // seats
	Price      int64 // fen
	Made       time.Time
	Begin, End time.Time // of the time that it buys
}

// AdvancedOrders lists the advanced-API orders of a provider, the oldest first.
func (ds *Desks) AdvancedOrders(providerCorpId string) (list []AdvancedOrder) {
	ds.host.Locked(func() {
		for _, o := range ds.desk(providerCorpId).advList {
			list = append(list, AdvancedOrder{o.id, o.kind, o.status, o.corp.Id, o.buyer, o.edition, o.count, o.price,
				at(o.made), at(o.period.Begin), at(o.period.End)})
		}
	})
	return list
}
