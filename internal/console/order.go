package console

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/gothird/wecom/internal/sandbox"
)

// orderData is what the page of one order shows.
type orderData struct {
	orderRow
	Path    []step
	Rows    []codeRow
	Active  int
	Parts   []orderRow // of an order for several corps
	Notices []logRow
	Again   int    // the push that was not accepted; 0: none
	Why     string // what the state forbids
	Total   int    // days
}

// step is one of the state line of an order.
type step struct {
	Kind string // done, at, fail or empty
	Name string
	Time time.Time
	Text string
}

// order shows one license order.
func (c *Console) order(p *page) error {
	ctx := p.request.Context()
	o, err := c.world.ShowOrder(ctx, sandbox.OrderRef{OrderId: p.request.PathValue("order")})
	if err != nil {
		return err
	}
	known := names(c.world.Names())
	notices, err := c.notices(p)
	if err != nil {
		return err
	}
	codes, err := c.codesOf(p)
	if err != nil {
		return err
	}
	own := notices[o.OrderId]
	d := orderData{orderRow: p.orderRow(known, o, own), Total: o.Months*monthDays + o.Days}
	d.take(codes)
	for _, x := range slices.Backward(own) {
		d.Notices = append(d.Notices, pushRow(p.lang, known, x))
	}
	if n := len(own); n > 0 && !own[n-1].Accepted {
		d.Again = own[n-1].Id
	}
	if d.Parts, err = c.parts(ctx, p, known, notices, o); err != nil {
		return err
	}
	d.Path = p.path(&d, own)
	d.Why = p.forbidden(o)
	p.Data = d
	return nil
}

// take keeps the codes of the order.
func (d *orderData) take(codes []codeRow) {
	for _, x := range codes {
		if x.OrderId != d.OrderId {
			continue
		}
		d.Rows = append(d.Rows, x)
		if x.Status == codeBound {
			d.Active++
		}
	}
}

// parts are those of an order for several corps.
func (c *Console) parts(ctx context.Context, p *page, known names, notices map[string][]sandbox.Push, o sandbox.Order) (list []orderRow, err error) {
	for _, id := range o.Subs {
		x, err := c.world.ShowOrder(ctx, sandbox.OrderRef{OrderId: id})
		if err != nil {
			return nil, err
		}
		list = append(list, p.orderRow(known, x, notices[id]))
	}
	return list, nil
}

var noticeOrder = regexp.MustCompile(`<OrderId>(?:<!\[CDATA\[)?([^\]<]+)`)

const lookedThrough = 1000 // pushes

// notices are the pushes about license orders, by order, the oldest first.
func (c *Console) notices(p *page) (map[string][]sandbox.Push, error) {
	all, err := c.world.ListPushes(p.request.Context(), sandbox.PushQuery{Limit: lookedThrough})
	if err != nil {
		return nil, err
	}
	out := map[string][]sandbox.Push{}
	for _, x := range all.Pushes {
		if m := noticeOrder.FindStringSubmatch(x.Event); m != nil && strings.HasPrefix(x.Kind, "license_") {
			out[m[1]] = append(out[m[1]], x)
		}
	}
	return out, nil
}

// path is the state line: how far an order has come, and where it stands.
func (p *page) path(d *orderData, notices []sandbox.Push) []step {
	placed := step{"done", p.lang.t("下单", "Placed"), d.Made, d.Buyer}
	switch d.Status {
	case orderUnpaid:
		text := yuan(d.Price)
		if d.Paying {
			text = p.lang.t("余额支付中", "paid from the balance just now")
		}
		return append([]step{placed, {"at", p.lang.t("待支付", "To be paid"), time.Time{}, text}}, p.ahead(d)...)
	case orderCancelled, orderExpired:
		return []step{placed, {"fail", d.State, time.Time{}, p.lang.t("没有生成激活码", "no codes were made")}}
	}
	list := []step{placed}
	if !d.Paid.IsZero() { // migrated orders were not
		list = append(list, step{"done", p.lang.t("支付", "Paid"), d.Paid, yuan(d.Price)})
	}
	list = append(list, p.ahead(d)...)
	if told := p.told(notices); told.Name != "" && d.Kind == orderRenewal {
		list = append(list, told)
	} else if told.Name != "" {
		list = slices.Insert(list, len(list)-1, told) // it is told before somebody is active
	}
	return append(list, p.refund(d)...)
}

// refund are the steps after the money was asked back, or the order has become void.
func (p *page) refund(d *orderData) []step {
	switch d.Status {
	case orderRefunding:
		return []step{{"at", p.lang.t("申请退款中", "Refund asked"), time.Time{}, p.lang.t("等待审批", "to be decided")}}
	case orderRefunded:
		return []step{{"done", p.lang.t("已退款", "Refunded"), time.Time{}, p.lang.t("激活码已作废", "its codes are void")}}
	case orderRefundRefused:
		return []step{{"done", p.lang.t("退款被拒绝", "Refund refused"), time.Time{}, p.lang.t("订单照旧", "the order stands")}}
	case orderVoid:
		return []step{{"fail", p.lang.t("已失效", "Void"), time.Time{}, p.lang.t("不再是测试企业", "no test corp any more")}}
	}
	return nil
}

// ahead are the steps after payment, done or not.
func (p *page) ahead(d *orderData) []step {
	if d.Kind == orderRenewal {
		x := step{Name: p.lang.t("续期", "Renewed"), Text: p.lang.content(d.Order)}
		if !d.Paid.IsZero() {
			x.Kind = "done"
		}
		return []step{x}
	}
	made := step{Name: p.lang.t("生成激活码", "Codes made"), Text: p.lang.count(d.Base+d.Interop, "个", "code")}
	active := step{Name: p.lang.t("激活", "Activated"), Text: p.lang.t("%d 个中 %d 个", "%[2]d of %[1]d", len(d.Rows), d.Active)}
	switch {
	case len(d.Rows) > 0:
		made.Kind = "done"
	case d.Status != orderUnpaid && len(d.Parts) == 0:
		made.Kind, made.Text = "at", p.lang.t("正在生成", "in the making")
	}
	if len(d.Rows) == 0 {
		active.Text = ""
	}
	if d.Active > 0 && d.Active == len(d.Rows) {
		active.Kind = "done"
	}
	return []step{made, active}
}

// told is whether the app has taken the news of the payment.
func (p *page) told(notices []sandbox.Push) step {
	for _, x := range slices.Backward(notices) {
		if x.Kind != "license_pay_success" {
			continue
		}
		out := step{"done", p.lang.t("通知应用", "App told"), x.Time, x.Kind}
		if !x.Accepted {
			out.Kind, out.Text = "fail", p.lang.t("未接受", "not accepted")
			if len(x.Tries) == 0 {
				out.Text = p.lang.t("没有 URL", "no URL")
			}
		}
		return out
	}
	return step{}
}

// forbidden says why buttons of an order cannot be pressed.
func (p *page) forbidden(o sandbox.Order) string {
	switch {
	case o.Status == orderUnpaid && o.Parent != "":
		return p.lang.t("这是多企业订单的一部分，随总订单支付。", "This is a part of an order for several corps, and paid with it.")
	case o.Paying:
		return p.lang.t("正在用余额支付。", "It is being paid from the balance.")
	case o.Kind == orderUnion && o.Status != orderUnpaid:
		return p.lang.t("多企业订单逐个子订单退款。", "An order for several corps is refunded by its parts.")
	case o.Status == orderCancelled, o.Status == orderExpired, o.Status == orderRefunded, o.Status == orderVoid:
		return p.lang.t("订单已结束，不能再支付或退款。", "The order has ended: it can be neither paid nor refunded.")
	}
	return ""
}
