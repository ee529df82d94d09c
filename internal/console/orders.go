package console

import (
	"slices"
	"strings"

	"github.com/gothird/wecom/internal/sandbox"
)

// ordersData is what the page of all orders shows.
type ordersData struct {
	Orders found[orderRow]
	State  string
	States []choice
	Count  int
	Corps  []sandbox.Corp // that can buy
	Buyer  string         // of the last order
	Suites []sandbox.Suite
	Market []appOrderRow
}

// orderRow is a license order in a table.
type orderRow struct {
	sandbox.Order
	CorpName, KindName, What string
	StateKind, State, Told   string // Told: what is wrong with its notice
	orderMoves
}

// orderMoves are what can be done with an order in its state.
type orderMoves struct{ CanPay, CanExpire, CanRefund, CanDecide bool }

// States of orders.
const (
	orderUnpaid = iota
	orderPaid
	orderCancelled
	orderExpired
	orderRefunding
	orderRefunded
	orderRefundRefused
	orderVoid
)

const (
	orderRenewal = 2
	orderUnion   = 8 // of several corps
)

// movesOf is what can be done. A part of an order for several corps is paid with the whole, and
// the whole is refunded by its parts.
func movesOf(o sandbox.Order) orderMoves {
	unpaid, whole := o.Status == orderUnpaid, o.Parent == ""
	return orderMoves{
		CanPay: unpaid && whole && !o.Paying, CanExpire: unpaid && whole && !o.Paying, CanDecide: o.Status == orderRefunding,
		CanRefund: o.Kind != orderUnion && (o.Status == orderPaid || o.Status == orderRefundRefused),
	}
}

// orders shows all orders.
func (c *Console) orders(p *page) error {
	ctx, none := p.request.Context(), struct{}{}
	all, err := c.world.ListOrders(ctx, sandbox.CorpQuery{})
	if err != nil {
		return err
	}
	corps, err := c.world.ListCorps(ctx, none)
	if err != nil {
		return err
	}
	provider, err := c.world.ShowProvider(ctx, none)
	if err != nil {
		return err
	}
	known := names(c.world.Names())
	d := ordersData{Count: len(all.Orders), State: p.Query("state"), Suites: provider.Suites,
		States: p.states(choice{Value: "", Text: p.lang.t("全部", "All")}, choice{Value: "unpaid", Text: p.lang.t("待支付", "Unpaid")},
			choice{Value: "paid", Text: p.lang.t("已支付", "Paid")}, choice{Value: "refund", Text: p.lang.t("退款", "Refunds")},
			choice{Value: "dead", Text: p.lang.t("已失效", "Ended")})}
	d.Corps = slices.DeleteFunc(corps.Corps, func(x sandbox.Corp) bool { return len(x.Installs) == 0 })
	d.Buyer = buyer(all.Orders)
	notices, err := c.notices(p)
	if err != nil {
		return err
	}
	var rows []orderRow
	for _, o := range slices.Backward(all.Orders) {
		if d.State == "" || d.State == groupOf(o.Status) {
			rows = append(rows, p.orderRow(known, o, notices[o.OrderId]))
		}
	}
	d.Orders = search(p.Query("q"), rows, func(x orderRow) string {
		return strings.Join([]string{x.OrderId, x.CorpName, x.CorpId, x.Buyer, x.KindName, x.What, x.State}, "\n")
	})
	d.Market, err = c.market(p, known)
	p.Data = d
	return err
}

// groupOf is the value of the filter that shows a state.
func groupOf(status int) string {
	switch status {
	case orderUnpaid:
		return "unpaid"
	case orderPaid:
		return "paid"
	case orderRefunding, orderRefunded, orderRefundRefused:
		return "refund"
	}
	return "dead"
}

func (p *page) orderRow(known names, o sandbox.Order, notices []sandbox.Push) orderRow {
	row := orderRow{Order: o, CorpName: known.of(o.CorpId), KindName: p.lang.orderKind(o), What: p.lang.content(o), orderMoves: movesOf(o)}
	if o.Kind == orderUnion {
		row.CorpName = p.lang.count(len(o.Subs), "家企业", "corp")
	}
	row.StateKind, row.State = p.lang.orderState(o.Status)
	if n := len(notices); n > 0 && !notices[n-1].Accepted {
		row.Told = p.lang.t("通知未送达", "notice not accepted")
	}
	return row
}

// orderKind is the name of a kind of order.
func (l language) orderKind(o sandbox.Order) string {
	kinds := map[int][2]string{1: {"购买", "purchase"}, orderRenewal: {"续期", "renewal"}, 5: {"应用付费迁移", "migration"},
		6: {"合同迁移", "migration of a contract"}, orderUnion: {"多企业购买", "several corps"}}
	text := l.t(kinds[o.Kind][0], kinds[o.Kind][1])
	if o.Test {
		text += l.t("（测试）", " (test)")
	}
	return text
}

// orderState tells the state of an order of any kind.
func (l language) orderState(status int) (kind, text string) {
	states := map[int][3]string{orderUnpaid: {"now", "待支付", "unpaid"}, orderPaid: {"ok", "已支付", "paid"}, orderCancelled: {"", "已取消", "cancelled"},
		orderExpired: {"", "未支付已过期", "expired unpaid"}, orderRefunding: {"warn", "申请退款中", "refund asked"}, orderRefunded: {"", "已退款", "refunded"},
		orderRefundRefused: {"", "退款被拒绝", "refund refused"}, orderVoid: {"", "已失效", "void"}}
	x := states[status]
	return x[0], l.t(x[1], x[2])
}

// content says what was ordered.
func (l language) content(o sandbox.Order) string {
	var parts []string
	if o.Base > 0 {
		parts = append(parts, l.t("基础 %d 个", "%d base", o.Base))
	}
	if o.Interop > 0 {
		parts = append(parts, l.t("互通 %d 个", "%d interop", o.Interop))
	}
	if len(o.Subs) > 0 {
		parts = append(parts, l.count(len(o.Subs), "个子订单", "sub order"))
	}
	if o.Months > 0 {
		parts = append(parts, l.count(o.Months, "个月", "month"))
	}
	if o.Days > 0 {
		parts = append(parts, l.count(o.Days, "天", "day"))
	}
	return strings.Join(parts, l.t("，", ", "))
}
