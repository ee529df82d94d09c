package console

import (
	"slices"

	"github.com/gothird/wecom/internal/sandbox"
)

// appOrderRow is an order in the app market in a table.
type appOrderRow struct {
	sandbox.AppOrder
	App, CorpName, KindName string
	StateKind, State        string
	Moves                   []appOrderMove
}

// appOrderMove is a state that an order in the app market can come to.
type appOrderMove struct {
	Status int
	Text   string
	Main   bool
}

// market lists the orders in the app market, the newest first.
func (c *Console) market(p *page, known names) (list []appOrderRow, err error) {
	all, err := c.world.ListAppOrders(p.request.Context(), sandbox.CorpQuery{})
	if err != nil {
		return nil, err
	}
	for _, o := range slices.Backward(all.Orders) {
		row := appOrderRow{AppOrder: o, App: known.of(o.SuiteId), CorpName: known.of(o.CorpId), KindName: p.lang.appOrderKind(o.Kind), Moves: p.lang.appOrderMoves(o.Status)}
		row.StateKind, row.State = p.lang.orderState(o.Status)
		list = append(list, row)
		if len(list) == shownMost {
			break
		}
	}
	return list, nil
}

// appOrderKind is the name of a kind of order in the app market.
func (l language) appOrderKind(kind int) string {
	kinds := []string{l.t("新购", "new"), l.t("扩容", "more users"), l.t("续期", "renewal"), l.t("变更版本", "edition change")}
	if kind >= 0 && kind < len(kinds) {
		return kinds[kind]
	}
	return l.t("类型 %d", "kind %d", kind)
}

// appOrderMoves are the states that can follow one.
func (l language) appOrderMoves(status int) []appOrderMove {
	refund := appOrderMove{orderRefunding, l.t("申请退款", "Ask for a refund"), false}
	switch status {
	case orderUnpaid:
		return []appOrderMove{{orderCancelled, l.t("取消", "Cancel"), false}, {orderExpired, l.t("设为过期", "Expire"), false}, {orderPaid, l.t("支付", "Pay"), true}}
	case orderPaid, orderRefundRefused:
		return []appOrderMove{refund}
	case orderRefunding:
		return []appOrderMove{{orderRefundRefused, l.t("拒绝", "Refuse"), false}, {orderRefunded, l.t("同意", "Grant"), false}}
	}
	return nil
}
