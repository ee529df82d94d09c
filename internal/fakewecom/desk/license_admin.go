package desk

import (
	"context"
	"fmt"
	"slices"

	"github.com/gothird/wecom/internal/fakewecom/platform"
)

// SetLicensePolicy replaces the provider's policy.
func (ds *Desks) SetLicensePolicy(providerCorpId string, p LicensePolicy) {
	ds.host.Locked(func() {
		d := ds.desk(providerCorpId)
		d.policy = p
		d.changed("", "")
	})
}

// SetLicenseFacts says what the license rules find in a corp.
func (ds *Desks) SetLicenseFacts(providerCorpId, corpId string, f LicenseFacts) error {
	return ds.act(context.Background(), providerCorpId, func(d *desk) error {
		c := d.corp(corpId)
		if c == nil {
			return fmt.Errorf("fakewecom: no corp %q", corpId)
		}
		c.facts = f
		d.changed(c.Id, "")
		return nil
	})
}

// CorpLink joins an upstream corp to a downstream one.
type CorpLink struct {
	Kind      int64 // 0 上下游, 1 企业互联
	HeadCount int   // of the downstream corp in the shared address book
	AppShared bool  // an app of the provider is shared with it
}

// LinkCorps adds or replaces a link.
func (ds *Desks) LinkCorps(providerCorpId, upCorpId, downCorpId string, l CorpLink) error {
	return ds.act(context.Background(), providerCorpId, func(d *desk) error {
		up, down := d.corp(upCorpId), d.corp(downCorpId)
		if up == nil || down == nil {
			return fmt.Errorf("fakewecom: no corp %q or %q", upCorpId, downCorpId)
		}
		key := licenseLinkKey{down, l.Kind}
		up.links[key] = licenseLink{CorpLink: l, given: up.links[key].given}
		d.changed(up.Id, "")
		return nil
	})
}

// actOn runs do for a license order in one of the wanted states.
func (ds *Desks) actOn(ctx context.Context, orderId string, do func(d *desk, o *licenseOrder) error, states ...int) error {
	return ds.actFor(ctx, orderId, func(d *desk) error {
		o := d.orders[orderId]
		if o == nil {
			return fmt.Errorf("fakewecom: no license order %q", orderId)
		}
		if !slices.Contains(states, o.status) {
			return fmt.Errorf("fakewecom: order %s is in state %d", orderId, o.status)
		}
		defer d.note(o)
		return do(d, o)
	})
}

// actFor runs do for the desk that has the order, of whatever kind; else for the first
// provider's.
func (ds *Desks) actFor(ctx context.Context, orderId string, do func(d *desk) error) error {
	return ds.host.Act(ctx, func() error {
		for _, d := range ds.desks {
			if d.orders[orderId] != nil || d.advanced[orderId] != nil || d.market[orderId] != nil {
				return do(d)
			}
		}
		return do(ds.desk(""))
	})
}

// PayOrder pays a license order in the provider console, or an order of the cashier.
func (ds *Desks) PayOrder(ctx context.Context, orderId string) error {
	if d := ds.cashierOf(orderId); d != nil {
		return ds.host.Act(ctx, func() error { return d.payCashier(orderId) })
	}
	return ds.actOn(ctx, orderId, func(d *desk, o *licenseOrder) error {
		switch {
		case o.parent != nil:
			return fmt.Errorf("fakewecom: %s is paid with its parent %s", o.id, o.parent.id)
		case o.payBy == payBalance:
			return fmt.Errorf("fakewecom: %s is bound to payment from the balance", o.id)
		}
		d.pay(o)
		return nil
	}, orderUnpaid)
}

// BindOnlineBank chooses online-bank payment for an unpaid order; it can't be
// paid from the balance then.
func (ds *Desks) BindOnlineBank(ctx context.Context, orderId string) error {
	return ds.actOn(ctx, orderId, func(_ *desk, o *licenseOrder) error {
		o.payBy = payOnlineBank
		return nil
	}, orderUnpaid)
}

// ExpireOrder lets an unpaid order run out now.
func (ds *Desks) ExpireOrder(ctx context.Context, orderId string) error {
	return ds.actOn(ctx, orderId, func(d *desk, o *licenseOrder) error {
		d.setStatus(o, orderExpired)
		return nil
	}, orderUnpaid)
}

// RequestRefund asks for the money of a paid order back, in the console; after
// a refusal one may ask again. No page knows refunds of multi-corp parents.
func (ds *Desks) RequestRefund(ctx context.Context, orderId string) error {
	return ds.actOn(ctx, orderId, func(_ *desk, o *licenseOrder) error {
		if o.kind == orderUnion {
			return fmt.Errorf("fakewecom: %s is a multi-corp order: refund its sub orders", o.id)
		}
		o.status = orderRefunding
		return nil
	}, orderPaid, orderRefundRefused)
}

// DecideRefund is the platform's answer.
func (ds *Desks) DecideRefund(ctx context.Context, orderId string, approve bool) error {
	return ds.actOn(ctx, orderId, func(d *desk, o *licenseOrder) error {
		word := int64(2)
		o.status = orderRefundRefused
		if approve {
			word, o.status = 1, orderRefunded
			d.takeBack(o)
		}
		d.tell("license_refund", o.corp.Id, platform.Text("OrderId", o.id), platform.Number("OrderStatus", word))
		return nil
	}, orderRefunding)
}

// ConsoleOrder is a purchase in the provider console, where the kind of order
// is chosen by hand.
type ConsoleOrder struct {
	CorpId, Buyer string
	Base, Interop int64
	Months, Days  int64
	Test          bool
}

// PlaceOrder places an order in the console; a refusal is an error that names
// the errcode.
func (ds *Desks) PlaceOrder(ctx context.Context, providerCorpId string, c ConsoleOrder) (orderId string, err error) {
	err = ds.act(ctx, providerCorpId, func(d *desk) error {
		wish := wishFormal
		if c.Test {
			wish = wishTest
		}
		out, err := d.purchase(purchaseReq{
			CorpId: c.CorpId, Buyer: c.Buyer, Count: orderCount{c.Base, c.Interop},
			Duration: orderDuration{Months: c.Months, Days: c.Days},
		}, wish)
		orderId, _ = out["order_id"].(string)
		return err
	})
	return orderId, err
}

// MigrateOrder gives a legacy corp the codes of its old contract: an order of
// type 5, or 6 for a historical contract, that was never paid.
func (ds *Desks) MigrateOrder(ctx context.Context, providerCorpId string, c ConsoleOrder, contract bool) (orderId string, err error) {
	err = ds.act(ctx, providerCorpId, func(d *desk) error {
		corp := d.corp(c.CorpId)
		if corp == nil {
			return fmt.Errorf("fakewecom: no corp %q", c.CorpId)
		}
		o := &licenseOrder{
			kind: orderLegacy, corp: corp, buyer: c.Buyer, announced: true,
			base: int(c.Base), interop: int(c.Interop), months: int(c.Months), days: int(c.Days),
		}
		if contract {
			o.kind = orderContract
		}
		orderId = d.addOrder(o).id
		d.pay(o)
		corp.facts.Legacy = LegacyMigrated
		return nil
	})
	return orderId, err
}

// UseApp lets members of a corp use the provider's apps, in one of the Scenes:
// automatic activation may follow, and in SceneOpenApp unlicensed_notify for
// those who stay without a license once the app's trial is over.
func (ds *Desks) UseApp(ctx context.Context, suiteId, corpId string, scene int, userIds ...string) error {
	return ds.onSuite(ctx, suiteId, func(d *desk) error {
		in := ds.host.Install(suiteId, corpId)
		if in == nil {
			return fmt.Errorf("fakewecom: corp %q has no app %q", corpId, suiteId)
		}
		for _, userId := range d.use(d.corp(corpId), scene, userIds) {
			if scene == SceneOpenApp && d.unix() >= d.trialEnd(appKey{suiteId, corpId}) {
				d.tellUnlicensed(in, userId)
			}
		}
		return nil
	})
}
