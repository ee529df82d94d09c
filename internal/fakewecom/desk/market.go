package desk

import (
	"context"
	"fmt"
	"time"

	"github.com/gothird/wecom/internal/fakewecom/platform"
)

// prolongMaxDays is what prolong_try may add in all per app and corp.
const prolongMaxDays = 60

// AppOrder is an app-edition order (应用版本付费).
type AppOrder struct {
	SuiteId, CorpId string
	Operator        string // userid; "": the provider ordered
	Kind            int    // 0 new, 1 more users, 2 renewal, 3 edition change
	EditionId       string
	EditionName     string
	Price           int64 // fen
	Users, Days     int
	From            int // 0 corp, 1 provider, 2 dealer, 3 provider cashier
	Test            bool
}

type marketOrder struct {
	AppOrder
	id         string
	status     int
	made, paid int64
}

// prolonged is a trial of one app by one corp.
type prolonged struct {
	end  int64
	days int64 // added so far
}

// platformShare is WeCom's part of a payment, in percent; invented.
const platformShare = 10

func (o *marketOrder) show(d *desk) obj {
	operatorCorp := o.CorpId
	if o.From != 0 {
		operatorCorp = d.provider
	}
	share := o.Price * platformShare / 100
	out := obj{
		"orderid": o.id, "order_status": o.status, "order_type": o.Kind, "paid_corpid": o.CorpId,
		"suiteid": o.SuiteId, "edition_id": o.EditionId, "edition_name": o.EditionName, "price": o.Price,
		"user_count": o.Users, "order_period": o.Days, "order_time": o.made, "order_from": o.From,
		"operator_corpid": operatorCorp, "service_share_amount": o.Price - share,
		"platform_share_amount": share, "dealer_share_amount": 0,
	}
	if o.Operator != "" {
		out["operator_id"] = o.Operator
	}
	if o.paid != 0 {
		out["paid_time"], out["begin_time"], out["end_time"] = o.paid, o.paid, o.paid+licDays(o.Days)
	}
	return out
}

// marketHandler gives a handler the suite of its token.
func marketHandler[In any](ds *Desks, answer func(d *desk, x *platform.Suite, in In) (obj, error)) platform.Handler {
	return func(c *platform.Call) (obj, error) {
		var in In
		if err := c.Decode(&in); err != nil {
			return nil, err
		}
		return answer(ds.desk(c.Provider()), c.Suite(), in)
	}
}

type marketReq struct {
	OrderId string `json:"orderid"`
	Start   int64  `json:"start_time"`
	End     int64  `json:"end_time"`
	Test    int64  `json:"test_mode"`
}

func marketGet(d *desk, x *platform.Suite, in marketReq) (obj, error) {
	o := d.market[in.OrderId]
	if o == nil || o.SuiteId != x.Id {
		return nil, licErr(codeNoAppOrder)
	}
	return o.show(d), nil
}

// marketListOrders: whether end_time belongs to the span is undocumented; it
// does not.
func marketListOrders(d *desk, x *platform.Suite, in marketReq) (obj, error) {
	inside, err := window(&in.Start, &in.End, 0, false)
	if err != nil {
		return nil, err
	}
	if in.Test != 0 && in.Test != 1 {
		return nil, platform.BadParam("invalid test_mode")
	}
	list := []obj{}
	for _, o := range d.marketList {
		if o.SuiteId == x.Id && o.Test == (in.Test == 1) && inside(o.made) {
			list = append(list, o.show(d))
		}
	}
	return obj{"order_list": list}, nil
}

type prolongReq struct {
	CorpId string `json:"buyer_corpid"`
	Days   int64  `json:"prolong_days"`
}

// prolongTry: its own error codes are undocumented.
func prolongTry(d *desk, x *platform.Suite, in prolongReq) (obj, error) {
	c, err := d.customer(in.CorpId)
	if err != nil {
		return nil, err
	}
	key := appKey{x.Id, c.Id}
	p, ok := d.prolongs[key]
	if !ok || in.Days < 1 || in.Days > prolongMaxDays-p.days {
		return nil, platform.BadParam("invalid prolong_days, or no trial")
	}
	p.days += in.Days
	p.end = max(p.end, d.unix()) + in.Days*86400
	d.prolongs[key] = p
	return obj{"try_end_time": p.end}, nil
}

// SetAppTrial puts a corp on the limited trial of an app.
func (ds *Desks) SetAppTrial(suiteId, corpId string, end time.Time) error {
	return ds.onSuite(context.Background(), suiteId, func(d *desk) error {
		d.prolongs[appKey{suiteId, corpId}] = prolonged{end: end.Unix()}
		return nil
	})
}

// PlaceAppOrder places an order and pushes open_order.
func (ds *Desks) PlaceAppOrder(ctx context.Context, a AppOrder) (orderId string, err error) {
	err = ds.onSuite(ctx, a.SuiteId, func(d *desk) error {
		c := d.corp(a.CorpId)
		if c == nil {
			return fmt.Errorf("fakewecom: no corp %q", a.CorpId)
		}
		a.CorpId = c.Id
		o := &marketOrder{AppOrder: a, id: d.newId("N0"), made: d.unix()}
		d.market[o.id] = o
		d.marketList = append(d.marketList, o)
		orderId = o.id
		d.host.Note(platform.ChangedOrder, a.SuiteId, a.CorpId, o.id)
		d.tellSuite(a.SuiteId, "open_order", a.CorpId, platform.Text("OrderId", o.id), platform.Text("OperatorId", a.Operator))
		return nil
	})
	return orderId, err
}

// marketMoves are the changes of an app order and what is pushed for them.
func marketMoves() map[[2]int]string {
	return map[[2]int]string{
		{orderUnpaid, orderPaid}:             "pay_for_app_success",
		{orderUnpaid, orderCancelled}:        "cancel_order",
		{orderUnpaid, orderExpired}:          "",
		{orderPaid, orderRefunding}:          "",
		{orderRefunding, orderRefunded}:      "refund",
		{orderRefunding, orderRefundRefused}: "",
		{orderRefundRefused, orderRefunding}: "",
	}
}

// MoveAppOrder changes the state of an app order: 1 paid, 2 cancelled, 3
// expired, 4 refund asked, 5 refunded, 6 refund refused.
func (ds *Desks) MoveAppOrder(ctx context.Context, orderId string, status int) error {
	return ds.actFor(ctx, orderId, func(d *desk) error {
		o := d.market[orderId]
		if o == nil {
			return fmt.Errorf("fakewecom: no app order %q", orderId)
		}
		push, ok := marketMoves()[[2]int{o.status, status}]
		if !ok {
			return fmt.Errorf("fakewecom: app order %s can't go from state %d to %d", orderId, o.status, status)
		}
		o.status = status
		d.host.Note(platform.ChangedOrder, o.SuiteId, o.CorpId, o.id)
		if status == orderPaid {
			o.paid = d.unix()
		}
		if push != "" {
			d.tellSuite(o.SuiteId, push, o.CorpId, platform.Text("OrderId", o.id))
		}
		return nil
	})
}

// onSuite runs do for the desk of the suite's provider.
func (ds *Desks) onSuite(ctx context.Context, suiteId string, do func(d *desk) error) error {
	return ds.host.Act(ctx, func() error {
		x := ds.host.Suite(suiteId)
		if x == nil {
			return fmt.Errorf("fakewecom: no suite %q", suiteId)
		}
		return do(ds.desk(x.ProviderCorpId))
	})
}
