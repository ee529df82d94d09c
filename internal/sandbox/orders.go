package sandbox

import (
	"context"
	"time"

	"github.com/gothird/wecom/internal/fakewecom/desk"
)

// Order is a license order as the provider console shows it.
type Order struct {
	OrderId string        `json:"order_id"`
	Kind    int           `json:"kind" doc:"1 purchase, 2 renewal, 5 and 6 migration, 8 several corps"`
	Status  int           `json:"status" doc:"0 unpaid, 1 paid, 2 cancelled, 3 expired, 4 refund asked, 5 refunded, 6 refund refused, 7 void"`
	CorpId  string        `json:"corp_id" doc:"empty: several corps"`
	Buyer   string        `json:"buyer" doc:"userid"`
	Test    bool          `json:"test"`
	Price   int64         `json:"price" doc:"fen"`
	Base    int           `json:"base" doc:"基础账号"`
	Interop int           `json:"interop" doc:"互通账号"`
	Months  int           `json:"months"`
	Days    int           `json:"days"`
	Made    time.Time     `json:"made"`
	Paid    time.Time     `json:"paid,omitzero"`
	Paying  bool          `json:"paying" doc:"a payment from the balance is under way"`
	Parent  string        `json:"parent" doc:"the order for several corps of which it is a part"`
	Subs    []string      `json:"subs" doc:"the parts of an order for several corps"`
	Codes   []LicenseCode `json:"codes"`
}

// LicenseCode is an activation code (激活码).
type LicenseCode struct {
	Code       string    `json:"code"`
	Kind       int       `json:"kind" doc:"1 base, 2 interop"`
	Status     int       `json:"status" doc:"1 unbound, 2 bound, 3 expired, 4 waits for an heir, 5 merged"`
	CorpId     string    `json:"corp_id"`
	ReceiverId string    `json:"receiver_id" doc:"the downstream corp that it was given to"`
	UserId     string    `json:"user_id" doc:"who has it"`
	Activated  time.Time `json:"activated,omitzero"`
	Expires    time.Time `json:"expires,omitzero"`
	Void       bool      `json:"void" doc:"taken back by a refund"`
}

// Orders lists license orders.
type Orders struct {
	Orders []Order `json:"orders"`
}

// CorpQuery chooses by corp.
type CorpQuery struct {
	CorpId string `json:"-" query:"corp_id" doc:"empty: of all corps"`
}

// ListOrders lists license orders with their codes, the oldest first.
func (w *World) ListOrders(_ context.Context, in CorpQuery) (Orders, error) {
	out := Orders{Orders: []Order{}}
	for _, o := range w.engine.LicenseOrders(w.provider) {
		if in.CorpId == "" || o.CorpId == in.CorpId {
			out.Orders = append(out.Orders, showOrder(o))
		}
	}
	return out, nil
}

func showOrder(o desk.Order) Order {
	out := Order{OrderId: o.Id, Kind: o.Kind, Status: o.Status, CorpId: o.CorpId, Buyer: o.Buyer, Test: o.Test, Price: o.Price,
		Base: o.Base, Interop: o.Interop, Months: o.Months, Days: o.Days, Made: o.Made, Paid: o.Paid, Paying: o.Paying,
		Parent: o.Parent, Subs: append([]string{}, o.Subs...), Codes: []LicenseCode{}}
	for _, c := range o.Codes {
		out.Codes = append(out.Codes, LicenseCode(c))
	}
	return out
}

// OrderRef names an order.
type OrderRef struct {
	OrderId string `json:"-" path:"order" need:"1" doc:"order_id"`
}

// ShowOrder shows one license order.
func (w *World) ShowOrder(_ context.Context, in OrderRef) (Order, error) {
	for _, o := range w.engine.LicenseOrders(w.provider) {
		if o.Id == in.OrderId {
			return showOrder(o), nil
		}
	}
	return Order{}, unknown("order", in.OrderId, "/api/v1/orders")
}

// NewOrder is a purchase in the provider console.
type NewOrder struct {
	CorpId  string `json:"corp_id" need:"1" doc:"for whom"`
	Buyer   string `json:"buyer" need:"1" doc:"userid of the provider's member who buys"`
	Base    int64  `json:"base" doc:"how many 基础账号"`
	Interop int64  `json:"interop" doc:"how many 互通账号"`
	Months  int64  `json:"months" doc:"of 31 days"`
	Days    int64  `json:"days" doc:"beside months"`
	Test    bool   `json:"test" doc:"a test order, for a test corp"`
}

// OrderChanged is an order after an action.
type OrderChanged struct {
	Order Order `json:"order"`
	Outcome
}

// PlaceOrder buys licenses in the provider console.
func (w *World) PlaceOrder(ctx context.Context, in NewOrder) (out OrderChanged, err error) {
	if _, err := w.corp(in.CorpId); err != nil {
		return out, err
	}
	return w.ordered(ctx, func(ctx context.Context) (string, error) {
		return w.engine.PlaceOrder(ctx, w.provider, desk.ConsoleOrder(in))
	})
}

// ordered runs what makes or changes an order, and shows it then.
func (w *World) ordered(ctx context.Context, do func(ctx context.Context) (orderId string, err error)) (out OrderChanged, err error) {
	id := ""
	out.Outcome, err = w.act(ctx, func(ctx context.Context) (err error) {
		id, err = do(ctx)
		return err
	})
	if err != nil {
		return out, err
	}
	out.Order, err = w.ShowOrder(ctx, OrderRef{id})
	return out, err
}

// moved runs what changes an order that is there.
func (w *World) moved(ctx context.Context, in OrderRef, do func(ctx context.Context, orderId string) error) (OrderChanged, error) {
	if _, err := w.ShowOrder(ctx, in); err != nil {
		return OrderChanged{}, err
	}
	return w.ordered(ctx, func(ctx context.Context) (string, error) { return in.OrderId, do(ctx, in.OrderId) })
}

// PayOrder pays an order in the provider console: license_pay_success is pushed.
func (w *World) PayOrder(ctx context.Context, in OrderRef) (OrderChanged, error) {
	return w.moved(ctx, in, w.engine.PayOrder)
}

// ExpireOrder lets an unpaid order run out now.
func (w *World) ExpireOrder(ctx context.Context, in OrderRef) (OrderChanged, error) {
	return w.moved(ctx, in, w.engine.ExpireOrder)
}

// AskRefund asks for the money of a paid order back.
func (w *World) AskRefund(ctx context.Context, in OrderRef) (OrderChanged, error) {
	return w.moved(ctx, in, w.engine.RequestRefund)
}

// Decision is WeCom's answer to a refund that was asked for.
type Decision struct {
	OrderRef
	Approve bool `json:"approve" doc:"false: it is refused"`
}

// DecideRefund is WeCom's answer: license_refund is pushed.
func (w *World) DecideRefund(ctx context.Context, in Decision) (OrderChanged, error) {
	return w.moved(ctx, in.OrderRef, func(ctx context.Context, id string) error { return w.engine.DecideRefund(ctx, id, in.Approve) })
}

// AppOrder is an order in the app market (应用版本付费).
type AppOrder struct {
	OrderId string    `json:"order_id"`
	Status  int       `json:"status" doc:"0 unpaid, 1 paid, 2 cancelled, 3 expired, 4 refund asked, 5 refunded, 6 refund refused"`
	Made    time.Time `json:"made"`
	Paid    time.Time `json:"paid,omitzero"`
	AppOrderTerms
}

// AppOrderTerms are what was ordered.
type AppOrderTerms struct {
	SuiteId     string `json:"suite_id" doc:"empty: the first"`
	CorpId      string `json:"corp_id" need:"1" doc:"who buys"`
	Operator    string `json:"operator" doc:"userid; empty: the provider ordered"`
	Kind        int    `json:"kind" doc:"0 new, 1 more users, 2 renewal, 3 edition change"`
	EditionId   string `json:"edition_id"`
	EditionName string `json:"edition_name"`
	Price       int64  `json:"price" doc:"fen"`
	Users       int    `json:"users"`
	Days        int    `json:"days"`
	From        int    `json:"from" doc:"0 corp, 1 provider, 2 dealer, 3 cashier of the provider"`
	Test        bool   `json:"test"`
}

// AppOrders lists orders in the app market.
type AppOrders struct {
	Orders []AppOrder `json:"orders"`
}

// ListAppOrders lists the orders in the app market, the oldest first.
func (w *World) ListAppOrders(_ context.Context, in CorpQuery) (AppOrders, error) {
	out := AppOrders{Orders: []AppOrder{}}
	for _, o := range w.engine.AppOrdersOf(w.provider) {
		if in.CorpId == "" || o.CorpId == in.CorpId {
			out.Orders = append(out.Orders, AppOrder{o.Id, o.Status, o.Made, o.Paid, AppOrderTerms(o.AppOrder)})
		}
	}
	return out, nil
}

// AppOrderChanged is an order in the app market after an action.
type AppOrderChanged struct {
	OrderId string `json:"order_id"`
	Outcome
}

// PlaceAppOrder orders an edition of an app: open_order is pushed.
func (w *World) PlaceAppOrder(ctx context.Context, in AppOrderTerms) (out AppOrderChanged, err error) {
	x, err := w.suite(in.SuiteId)
	if err == nil {
		_, err = w.corp(in.CorpId)
	}
	if err != nil {
		return out, err
	}
	if min(in.Price, int64(in.Users), int64(in.Days), int64(in.Kind), int64(in.From)) < 0 {
		return out, invalid("price, users, days, kind and from must not be negative")
	}
	in.SuiteId = x.Id
	out.Outcome, err = w.act(ctx, func(ctx context.Context) (err error) {
		out.OrderId, err = w.engine.PlaceAppOrder(ctx, desk.AppOrder(in))
		return err
	})
	return out, err
}

// AppOrderMove is a new state of an order in the app market.
type AppOrderMove struct {
	OrderRef
	Status int `json:"status" need:"1" doc:"1 paid, 2 cancelled, 3 expired, 4 refund asked, 5 refunded, 6 refund refused"`
}

// MoveAppOrder changes the state of an order in the app market, and pushes what belongs to it.
func (w *World) MoveAppOrder(ctx context.Context, in AppOrderMove) (AppOrderChanged, error) {
	out, err := w.act(ctx, func(ctx context.Context) error { return w.engine.MoveAppOrder(ctx, in.OrderId, in.Status) })
	return AppOrderChanged{in.OrderId, out}, err
}
