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

// SetBalance changes what the provider has in his account (服务商充值账户), in fen. At first it
// is a million yuan; -1: he has no such account.
func (w *WeCom) SetBalance(fen int64) {
	w.t.Helper()
	if fen < -1 {
		w.t.Fatalf("wecomtest: SetBalance(%d): an account holds no less than 0 fen; -1 is no account", fen)
	}
	w.engine.SetBalance(w.provider, fen)
}

// PaytoolKey is the provider's key of the cashier (收银台), for [order.PaytoolOpenOrder] and its
// like.
func (w *WeCom) PaytoolKey() order.PaytoolKey { return order.PaytoolKey(w.name("", 32, "cashier")) }

// Pay pays a license order of the corp in the provider console: codes come, and
// license_pay_success goes to the provider's system event URL. An order of the cashier (收银台)
// is paid by the corp, or confirmed if the provider pays it.
func (c *Corp) Pay(orderId string) {
	w := c.wecom()
	w.t.Helper()
	w.told(w.engine.PayOrder(w.ctx, orderId))
}

// Refund is the provider who asks for the money of a paid license order back, and WeCom that
// grants or refuses it: license_refund goes to his system event URL. The codes of what is
// refunded end.
func (c *Corp) Refund(orderId string, granted bool) {
	w := c.wecom()
	w.t.Helper()
	w.told(w.engine.RequestRefund(w.ctx, orderId))
	w.told(w.engine.DecideRefund(w.ctx, orderId, granted))
}
