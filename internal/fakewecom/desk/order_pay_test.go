package desk

import (
	"testing"
	"time"

	"github.com/gothird/wecom/internal/fakewecom/faketest"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func (w counter) payJob(orderId string) string {
	w.T.Helper()
	return w.ok("submit_pay_job", obj{"order_id": orderId, "payer_userid": testBuyer})["jobid"].(string)
}

func (w counter) payResult(jobId string) obj {
	w.T.Helper()
	return w.ok("pay_job_result", obj{"jobid": jobId})
}

func (w counter) balanceLeft() int {
	w.T.Helper()
	return faketest.Num(w.post("/cgi-bin/service/get_account_balance", nil), "balance")
}

func TestPayJob(t *testing.T) {
	t.Parallel()
	w := newCounter(t)
	w.policy(func(p *LicensePolicy) { p.JobDelay = time.Minute })
	w.SetBalance("", 9000)
	id := w.place(faketest.Corp, 1, 0, 12, 0)
	job := w.payJob(id)
	assert.Equal(t, jobRunning, faketest.Num(w.payResult(job), "status"))
	w.refused(codeOrderBusy, "submit_pay_job", obj{"order_id": id, "payer_userid": testBuyer})
	w.refused(codeOrderBusy, "cancel_order", obj{"order_id": id, "corpid": faketest.Corp})
	assert.Error(t, w.PayOrder(t.Context(), id), "the way of paying is fixed")
	assert.Equal(t, 9000, w.balanceLeft())

	w.Clock.Add(time.Minute)
	out := w.payResult(job)
	assert.Equal(t, jobDone, faketest.Num(out, "status"))
	assert.NotContains(t, out, "pay_job_result")
	assert.Equal(t, 4000, w.balanceLeft())
	assert.Equal(t, orderPaid, w.statusOf(id))
	assert.Len(t, w.toldSoon("license_pay_success"), 1, "pushed after the answer that found the job done")
	assert.Len(t, w.codesOf(id), 1)
	w.refused(codeNotUnpaid, "submit_pay_job", obj{"order_id": id, "payer_userid": testBuyer})
	w.refused(codeNotSubmitted, "pay_job_result", obj{"jobid": "PJ-mine"})
	w.Clock.Add(7 * day)
	w.refused(codeJobGone, "pay_job_result", obj{"jobid": job})
}

// TestPayJobFails: the top-level errcode stays 0, status tells.
func TestPayJobFails(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name  string
		code  int
		setup func(w counter)
		corp  int // the corp's reason
	}{
		{"balance", codeLowBalance, func(w counter) { w.SetBalance("", 4999) }, 0},
		{"closed account", codeNoPrepaid, func(w counter) { w.SetBalance("", -1) }, 0},
		{"limit", codeAboveOnePayment, func(w counter) {
			w.policy(func(p *LicensePolicy) { p.JobDelay, p.SinglePayLimit = time.Minute, 4999 })
		}, 0},
		{"corp", codeCorpsFailedPay, appOrders(AppOrders{State: AppOrdersExpired}), codeAppOrderExpired},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			w := newCounter(t)
			w.policy(func(p *LicensePolicy) { p.JobDelay = time.Minute })
			id := w.place(faketest.Corp, 1, 0, 12, 0)
			job := w.payJob(id)
			row.setup(w)
			w.Clock.Add(time.Minute)
			out := w.payResult(job)
			assert.Equal(t, jobFailed, faketest.Num(out, "status"))
			why := out["pay_job_result"].(obj)
			assert.Equal(t, row.code, faketest.Num(why, "errcode"))
			assert.NotEmpty(t, why["errmsg"])
			fails := faketest.List(why, "fail_corp_list")
			if row.corp == 0 {
				assert.Empty(t, fails)
			} else {
				require.Len(t, fails, 1)
				assert.Equal(t, faketest.Corp, fails[0]["corpid"])
				assert.Equal(t, row.corp, faketest.Num(fails[0], "errcode"))
			}
			assert.Equal(t, orderUnpaid, w.statusOf(id))

			w.policy(func(*LicensePolicy) {})
			w.facts(faketest.Corp, LicenseFacts{})
			w.SetBalance("", 5000)
			assert.Equal(t, jobDone, faketest.Num(w.payResult(w.payJob(id)), "status"), "a new job may succeed")
			assert.Equal(t, 0, w.balanceLeft())
		})
	}
}

func TestPayJobRefusals(t *testing.T) {
	t.Parallel()
	w := newCounter(t)
	id := w.place(faketest.Corp, 1, 0, 1, 0)
	w.SetBalance("", -1)
	w.refused(codeNoPrepaid, "submit_pay_job", obj{"order_id": id, "payer_userid": testBuyer})
	w.SetBalance("", 0)
	require.NoError(t, w.BindOnlineBank(t.Context(), id))
	w.refused(codeOnlineBank, "submit_pay_job", obj{"order_id": id, "payer_userid": testBuyer})
	require.NoError(t, w.PayOrder(t.Context(), id))
}

func TestPayUnionFromBalance(t *testing.T) {
	t.Parallel()
	w := newCounter(t)
	parent := w.union()
	assert.Equal(t, jobDone, faketest.Num(w.payResult(w.payJob(parent)), "status"))
	require.Eventually(t, func() bool { return len(w.told("license_pay_success")) == 2 }, 5*time.Second, time.Millisecond)
	assert.Equal(t, orderPaid, faketest.Num(w.ok("get_union_order", obj{"order_id": parent})["order"].(obj), "order_status"))
}

func TestPayRenewalFromBalance(t *testing.T) {
	t.Parallel()
	w, codes := holding(t, 1, "woAnna")
	end := faketest.Num(w.info(faketest.Corp, codes[0]), "expire_time")
	id := w.ok("submit_order_job", submit(w.job(seat("woAnna", 1)), obj{"months": 1}))["order_id"].(string)
	appOrders(AppOrders{State: AppOrdersTrial})(w)
	assert.Equal(t, jobFailed, faketest.Num(w.payResult(w.payJob(id)), "status"))
	w.facts(faketest.Corp, LicenseFacts{})
	assert.Equal(t, jobDone, faketest.Num(w.payResult(w.payJob(id)), "status"))
	assert.Equal(t, end+31*dayInSecs, faketest.Num(w.info(faketest.Corp, codes[0]), "expire_time"))
}
