package wecomtest

import (
	"github.com/gothird/wecom/internal/fakewecom/desk"
	"github.com/gothird/wecom/order"
)

const million = 1_000_000_00 // yuan, in fen

// desk sets up where the provider orders and pays, and how long jobs take.
func (w *WeCom) desk() {
	policy := desk.DefaultLicensePolicy()
	policy.JobDelay, policy.GenerateDelay = w.opt.choices.JobDelay, w.opt.choices.CodeDelay
	w.engine.SetLicensePolicy(w.provider, policy)
	w.engine.SetJobDelay(w.opt.choices.JobDelay)
	w.engine.SetUploadDelay(w.opt.choices.JobDelay)
	w.engine.SetBalance(w.provider, million)
	w.engine.SetCashier(w.provider, string(w.PaytoolKey()), true)
}

// SetBalance sets the balance of the provider's account (服务商充值账户), in fen. At first it is
// a million yuan; -1 means that there is no such account.
func (w *WeCom) SetBalance(fen int64) {
	w.t.Helper()
	if fen < -1 {
		w.t.Fatalf("wecomtest: SetBalance(%d): an account holds no less than 0 fen; -1 is no account", fen)
	}
	w.engine.SetBalance(w.provider, fen)
}

// PaytoolKey returns the provider's key of the cashier (收银台), for order.PaytoolOpenOrder and
// similar functions.
func (w *WeCom) PaytoolKey() order.PaytoolKey { return order.PaytoolKey(w.name("", 32, "cashier")) }

// Pay pays a licence order of the corp in the provider console: codes are made, and
// license_pay_success is pushed to the provider's 系统事件接收URL. An order of the cashier
// (收银台) is paid by the corp, or confirmed if the provider pays it.
func (c *Corp) Pay(orderId string) {
	w := c.wecom()
	w.t.Helper()
	w.told(w.engine.PayOrder(w.ctx, orderId))
}

// Refund lets the provider request the money of a paid licence order back, which WeCom grants or
// refuses: license_refund is pushed to the provider's 系统事件接收URL. The codes of a refunded
// order end.
func (c *Corp) Refund(orderId string, granted bool) {
	w := c.wecom()
	w.t.Helper()
	w.told(w.engine.RequestRefund(w.ctx, orderId))
	w.told(w.engine.DecideRefund(w.ctx, orderId, granted))
}
