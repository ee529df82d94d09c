package sandbox

import (
	"context"
	"time"

	"github.com/gothird/wecom/internal/fakewecom/desk"
	"github.com/gothird/wecom/internal/fakewecom/platform"
)

// Cashier is the cashier (收款工具) of the provider.
type Cashier struct {
	HasKey   bool           `json:"has_key" doc:"without one every signature is wrong" zh:"是否已有签名密钥，没有则签名一律错误"`
	Merchant bool           `json:"merchant" doc:"the provider has a merchant account" zh:"是否已开通商户"`
	Orders   []CashierOrder `json:"orders"`
	Invoices []Invoice      `json:"invoices"`
}

// CashierOrder is an order of the cashier.
type CashierOrder struct {
	OrderId      string    `json:"order_id"`
	Status       int       `json:"status" doc:"1 unpaid, 2 paid, 3 cancelled, 4 expired, 5 refund asked, 6 refunded, 7 finished, 8 waits for the corp, 9 partly refunded" zh:"1 待支付，2 已支付，3 已取消，4 已过期，5 退款中，6 已退款，7 已完成，8 待企业确认，9 部分退款"`
	CorpId       string    `json:"corp_id"`
	Name         string    `json:"name" doc:"of what is sold" zh:"商品名称"`
	BusinessType int64     `json:"business_type" doc:"1 third-party apps, 2 customised ones, 3 a solution" zh:"1 第三方应用，2 代开发应用，3 行业解决方案"`
	PayType      int64     `json:"pay_type" doc:"0 the client pays, 1 the provider, 2 it is free" zh:"0 客户支付，1 服务商代支付，2 免费"`
	Price        int64     `json:"price" doc:"fen; 0: not determinable" zh:"单位：分，0 为无法确定"`
	Creator      string    `json:"creator" doc:"userid" zh:"创建人 userid"`
	Made         time.Time `json:"made"`
	Paid         time.Time `json:"paid,omitzero"`
}

// Invoice is a client's application for an invoice (发票).
type Invoice struct {
	OrderId   string    `json:"order_id"`
	CorpId    string    `json:"corp_id"`
	Applied   time.Time `json:"applied"`
	Type      int       `json:"type" doc:"0 ordinary, 1 special VAT" zh:"0 普通发票，1 增值税专用发票"`
	Paid      int64     `json:"paid" doc:"fen" zh:"单位：分"`
	Status    int       `json:"status" doc:"0 in progress, 1 posted, 2 sent, 3 cancelled" zh:"0 处理中，1 已邮寄，2 已发送，3 已取消"`
	Title     string    `json:"title"`
	TaxNumber string    `json:"tax_number"`
	Note      string    `json:"note"`
}

// ShowCashier shows the cashier with its orders and invoices, the oldest first.
func (w *World) ShowCashier(context.Context, none) (Cashier, error) {
	c := w.engine.Cashier(w.provider)
	out := Cashier{c.HasKey, c.Merchant, []CashierOrder{}, []Invoice{}}
	for _, o := range c.Orders {
		out.Orders = append(out.Orders, CashierOrder(o))
	}
	for _, i := range c.Invoices {
		out.Invoices = append(out.Invoices, Invoice{i.OrderId, i.CorpId, time.Unix(i.Applied, 0), i.Type, i.Paid, i.Status, i.Title, i.TaxNumber, i.Note})
	}
	return out, nil
}

// CashierSetup is what the provider sets up of his cashier.
type CashierSetup struct {
	Key      string `json:"key" doc:"to sign requests with; empty: one is made up" zh:"签名密钥，不填则自动生成"`
	Merchant bool   `json:"merchant" doc:"the provider has a merchant account" zh:"是否已开通商户"`
}

// CashierKey is the key of the cashier.
type CashierKey struct {
	Key string `json:"key" doc:"a mark" zh:"标记"`
}

// SetCashier gives the provider the key of his cashier.
func (w *World) SetCashier(_ context.Context, in CashierSetup) (CashierKey, error) {
	if in.Key == "" {
		in.Key = w.cfg.name("", 43, "cashier key")
	}
	if !secretForm.MatchString(in.Key) {
		return CashierKey{}, invalid(words{"key has 8 to 256 letters, digits, - or _: leave it out, and one is made", "key 应为 8 至 256 位字母、数字、- 或 _：不填则自动生成"})
	}
	w.engine.SetCashier(w.provider, in.Key, in.Merchant)
	return CashierKey{platform.Mark(in.Key)}, nil
}

// cashierOrder finds an order of the cashier.
func (w *World) cashierOrder(id string) (CashierOrder, error) {
	for _, o := range w.engine.Cashier(w.provider).Orders {
		if o.OrderId == id {
			return CashierOrder(o), nil
		}
	}
	return CashierOrder{}, unknown(words{"cashier order", "收款订单"}, id, "/api/v1/cashier")
}

// PayCashier pays an order of the cashier, or confirms one that the provider pays.
func (w *World) PayCashier(ctx context.Context, in OrderRef) (CashierOrder, error) {
	if _, err := w.cashierOrder(in.OrderId); err != nil {
		return CashierOrder{}, err
	}
	if _, err := w.act(ctx, func(ctx context.Context) error { return w.engine.PayOrder(ctx, in.OrderId) }); err != nil {
		return CashierOrder{}, err
	}
	return w.cashierOrder(in.OrderId)
}

// InvoiceWish is a client who applies for an invoice.
type InvoiceWish struct {
	OrderRef
	Type      int    `json:"type" doc:"0 ordinary, 1 special VAT" zh:"0 普通发票，1 增值税专用发票"`
	Title     string `json:"title" need:"1" doc:"of the client" zh:"发票抬头"`
	TaxNumber string `json:"tax_number" doc:"of the client" zh:"税号"`
}

// AskInvoice is a client who applies for an invoice for a paid order of the cashier.
func (w *World) AskInvoice(ctx context.Context, in InvoiceWish) (Cashier, error) {
	o, err := w.cashierOrder(in.OrderId)
	if err != nil {
		return Cashier{}, err
	}
	if o.Paid.IsZero() || in.Type != 0 && in.Type != 1 {
		return Cashier{}, invalid(words{"an invoice is for a paid order, and its type 0 or 1", "须为已支付的订单，且 type 应为 0 或 1"})
	}
	w.engine.AddInvoice(w.provider, desk.Invoice{OrderId: o.OrderId, CorpId: o.CorpId, Applied: w.now().Unix(), Type: in.Type, Paid: o.Price,
		Title: in.Title, TaxNumber: in.TaxNumber})
	return w.ShowCashier(ctx, none{})
}

// AdvancedOrder is an order of the advanced API (数据与智能专区).
type AdvancedOrder struct {
	OrderId string    `json:"order_id"`
	Kind    int       `json:"kind" doc:"0 new, 1 more seats, 2 renewal, 3 another edition" zh:"0 新购，1 扩容，2 续期，3 变更版本"`
	Status  int       `json:"status" doc:"0 unpaid, 1 paid, 2 cancelled, 3 expired, 4 refund asked, 5 refunded, 6 refund refused" zh:"0 待支付，1 已支付，2 已取消，3 已过期，4 申请退款中，5 退款成功，6 退款被拒绝"`
	CorpId  string    `json:"corp_id"`
	Buyer   string    `json:"buyer" doc:"userid" zh:"下单人 userid"`
	Edition int64     `json:"edition" doc:"2 chats, 3 chats and calls" zh:"2 会话内容，3 会话与通话内容"`
	Count   int64     `json:"count" doc:"seats" zh:"购买人数"`
	Price   int64     `json:"price" doc:"fen" zh:"单位：分"`
	Made    time.Time `json:"made"`
	Begin   time.Time `json:"begin"`
	End     time.Time `json:"end"`
}

// AdvancedOrders lists orders of the advanced API.
type AdvancedOrders struct {
	Orders []AdvancedOrder `json:"orders"`
}

// ListAdvancedOrders lists the orders of the advanced API, the oldest first.
func (w *World) ListAdvancedOrders(_ context.Context, in CorpQuery) (AdvancedOrders, error) {
	out := AdvancedOrders{[]AdvancedOrder{}}
	for _, o := range w.engine.AdvancedOrders(w.provider) {
		if in.CorpId == "" || o.CorpId == in.CorpId {
			out.Orders = append(out.Orders, AdvancedOrder(o))
		}
	}
	return out, nil
}

// MoveAdvancedOrder changes the state of an order of the advanced API, and pushes what belongs to it.
func (w *World) MoveAdvancedOrder(ctx context.Context, in AppOrderMove) (AppOrderChanged, error) {
	out, err := w.act(ctx, func(ctx context.Context) error { return w.engine.MoveAdvancedOrder(ctx, in.OrderId, in.Status) })
	return AppOrderChanged{in.OrderId, out}, err
}

// AppTrial is the limited trial of an app (试用).
type AppTrial struct {
	CorpRef
	SuiteId string `json:"suite_id" doc:"empty: the first" zh:"不填则为第一个应用"`
	Days    int    `json:"days" need:"1" doc:"from now on" zh:"自现在起的试用天数"`
}

// SetAppTrial puts a corp on the limited trial of an app.
func (w *World) SetAppTrial(_ context.Context, in AppTrial) (none, error) {
	a, err := w.installed(in.SuiteId, in.CorpId)
	if err != nil {
		return none{}, err
	}
	const most = 36500
	if in.Days < 1 || in.Days > most {
		return none{}, invalid(words{"days is 1 to %d", "days 应为 1 至 %d"}, most)
	}
	return none{}, w.engine.SetAppTrial(a.SuiteId, a.CorpId, w.now().AddDate(0, 0, in.Days))
}
