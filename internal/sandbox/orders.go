package sandbox

import (
	"context"
	"time"

	"github.com/gothird/wecom/internal/fakewecom/desk"
)

// Order is a license order as the provider console shows it.
type Order struct {
	OrderId string        `json:"order_id"`
	Kind    int           `json:"kind" doc:"1 purchase, 2 renewal, 5 and 6 migration, 8 several corps" zh:"1 购买，2 续期，5、6 迁移，8 多企业"`
	Status  int           `json:"status" doc:"0 unpaid, 1 paid, 2 cancelled, 3 expired, 4 refund asked, 5 refunded, 6 refund refused, 7 void" zh:"0 待支付，1 已支付，2 已取消，3 已过期，4 申请退款中，5 退款成功，6 退款被拒绝，7 已失效"`
	CorpId  string        `json:"corp_id" doc:"empty: several corps" zh:"多企业订单为空"`
	Buyer   string        `json:"buyer" doc:"userid" zh:"成员 userid"`
	Test    bool          `json:"test"`
	Price   int64         `json:"price" doc:"fen" zh:"单位：分"`
	Base    int           `json:"base" doc:"基础账号" zh:"基础账号数"`
	Interop int           `json:"interop" doc:"互通账号" zh:"互通账号数"`
	Months  int           `json:"months"`
	Days    int           `json:"days"`
	Made    time.Time     `json:"made"`
	Paid    time.Time     `json:"paid,omitzero"`
	Paying  bool          `json:"paying" doc:"a payment from the balance is under way" zh:"正在以余额支付"`
	Parent  string        `json:"parent" doc:"the order for several corps of which it is a part" zh:"所属的多企业订单"`
	Subs    []string      `json:"subs" doc:"the parts of an order for several corps" zh:"多企业订单的子订单"`
	Codes   []LicenseCode `json:"codes"`
}

// LicenseCode is an activation code (激活码).
type LicenseCode struct {
	Code       string    `json:"code"`
	Kind       int       `json:"kind" doc:"1 base, 2 interop" zh:"1 基础账号，2 互通账号"`
	Status     int       `json:"status" doc:"1 unbound, 2 bound, 3 expired, 4 waits for an heir, 5 merged" zh:"1 未绑定，2 已绑定，3 已过期，4 待转移，5 已合并"`
	CorpId     string    `json:"corp_id"`
	ReceiverId string    `json:"receiver_id" doc:"the downstream corp that it was given to" zh:"分享到的下游企业"`
	UserId     string    `json:"user_id" doc:"who has it" zh:"激活的成员"`
	Activated  time.Time `json:"activated,omitzero"`
	Expires    time.Time `json:"expires,omitzero"`
	Void       bool      `json:"void" doc:"taken back by a refund" zh:"已因退款收回"`
}

// Orders lists license orders.
type Orders struct {
	Orders []Order `json:"orders"`
}

// CorpQuery chooses by corp.
type CorpQuery struct {
	CorpId string `json:"-" query:"corp_id" doc:"empty: of all corps" zh:"不填则为所有企业"`
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
	OrderId string `json:"-" path:"order" need:"1" doc:"order_id" zh:"订单号"`
}

// ShowOrder shows one license order.
func (w *World) ShowOrder(_ context.Context, in OrderRef) (Order, error) {
	for _, o := range w.engine.LicenseOrders(w.provider) {
		if o.Id == in.OrderId {
			return showOrder(o), nil
		}
	}
	return Order{}, unknown(words{"order", "订单"}, in.OrderId, "/api/v1/orders")
}

// NewOrder is a purchase in the provider console.
type NewOrder struct {
	CorpId  string `json:"corp_id" need:"1" doc:"for whom" zh:"为哪家企业购买"`
	Buyer   string `json:"buyer" need:"1" doc:"userid of the provider's member who buys" zh:"下单的服务商成员 userid"`
	Base    int64  `json:"base" doc:"how many 基础账号" zh:"基础账号数"`
	Interop int64  `json:"interop" doc:"how many 互通账号" zh:"互通账号数"`
	Months  int64  `json:"months" doc:"of 31 days" zh:"月数，每月 31 天"`
	Days    int64  `json:"days" doc:"beside months" zh:"月数之外的天数"`
	Test    bool   `json:"test" doc:"a test order, for a test corp" zh:"测试订单，须为测试企业"`
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
	Approve bool `json:"approve" doc:"false: it is refused" zh:"false 则拒绝退款"`
}

// DecideRefund is WeCom's answer: license_refund is pushed.
func (w *World) DecideRefund(ctx context.Context, in Decision) (OrderChanged, error) {
	return w.moved(ctx, in.OrderRef, func(ctx context.Context, id string) error { return w.engine.DecideRefund(ctx, id, in.Approve) })
}

// AppOrder is an order in the app market (应用版本付费).
type AppOrder struct {
	OrderId string    `json:"order_id"`
	Status  int       `json:"status" doc:"0 unpaid, 1 paid, 2 cancelled, 3 expired, 4 refund asked, 5 refunded, 6 refund refused" zh:"0 待支付，1 已支付，2 已取消，3 已过期，4 申请退款中，5 退款成功，6 退款被拒绝"`
	Made    time.Time `json:"made"`
	Paid    time.Time `json:"paid,omitzero"`
	AppOrderTerms
}

// AppOrderTerms are what was ordered.
type AppOrderTerms struct {
	SuiteId     string `json:"suite_id" doc:"empty: the first" zh:"不填则为第一个应用"`
	CorpId      string `json:"corp_id" need:"1" doc:"who buys" zh:"下单的企业"`
	Operator    string `json:"operator" doc:"userid; empty: the provider ordered" zh:"下单成员的 userid；不填则为服务商下单"`
	Kind        int    `json:"kind" doc:"0 new, 1 more users, 2 renewal, 3 edition change" zh:"0 新购，1 扩容，2 续期，3 变更版本"`
	EditionId   string `json:"edition_id" doc:"of the app" zh:"应用版本 ID"`
	EditionName string `json:"edition_name" doc:"of the app" zh:"应用版本名称"`
	Price       int64  `json:"price" doc:"fen" zh:"单位：分"`
	Users       int    `json:"users" doc:"how many may use it" zh:"使用人数"`
	Days        int    `json:"days" doc:"how long" zh:"购买天数"`
	From        int    `json:"from" doc:"0 corp, 1 provider, 2 dealer, 3 cashier of the provider" zh:"0 企业，1 服务商，2 代理商，3 服务商收款工具"`
	Test        bool   `json:"test" doc:"an order in test mode" zh:"是否为测试订单"`
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
		return out, invalid(words{"price, users, days, kind and from must not be negative", "price、users、days、kind 与 from 不能为负数"})
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
	Status int `json:"status" need:"1" doc:"1 paid, 2 cancelled, 3 expired, 4 refund asked, 5 refunded, 6 refund refused" zh:"1 已支付，2 已取消，3 已过期，4 申请退款中，5 退款成功，6 退款被拒绝"`
}

// MoveAppOrder changes the state of an order in the app market, and pushes what belongs to it.
func (w *World) MoveAppOrder(ctx context.Context, in AppOrderMove) (AppOrderChanged, error) {
	out, err := w.act(ctx, func(ctx context.Context) error { return w.engine.MoveAppOrder(ctx, in.OrderId, in.Status) })
	return AppOrderChanged{in.OrderId, out}, err
}
