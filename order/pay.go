package order

import (
	"cmp"
	"time"

	"github.com/gothird/wecom/internal/check"
	"github.com/gothird/wecom/token"
)

type payReq struct {
	PayerUserId string `json:"payer_userid"`
	OrderId     string `json:"order_id"`
}

// ORPaySubmit 提交余额支付订单任务: starts to pay for an order with the provider's balance and
// returns the job; [ORPayResult] returns its outcome. The order may be for several corps. After
// this call it can't be paid in another way.
//
// payerUserId is the plain userid of a member of the provider who may buy. Errors: 701084 the
// order is not unpaid, 701161 it is bound to bank payment, 90432 no prepaid account.
// https://developer.work.weixin.qq.com/document/path/99415
func ORPaySubmit(api *token.Api, orderId, payerUserId string) (string, error) {
	if err := cmp.Or(check.Required("order_id", orderId), check.Required("payer_userid", payerUserId)); err != nil {
		return "", err
	}
	ep := write("license/submit_pay_job").Needing("jobid")
	out, err := token.Call[jobReq](api, ep, payReq{payerUserId, orderId})
	if err != nil {
		return "", err
	}
	return out.Jobid, nil
}

// PayOutcome is the outcome of a payment. Look at its Err: the call that returns it also
// succeeds for a payment that failed.
type PayOutcome struct {
	Status       int        `json:"status"` // JobDone, JobRunning or JobFailed
	PayJobResult PayFailure `json:"pay_job_result"`
}

// PayFailure says why a payment failed. 701160 is about corps: FailCorpList has them, each with
// its reason, 701129 or 701130. The other codes are about the account and the amount (90432,
// 90433, 701161, 701147), the payer (48001) or the order (701005, 701084).
type PayFailure struct {
	ErrCode      int           `json:"errcode"`
	ErrMsg       string        `json:"errmsg"`
	FailCorpList []InvalidCorp `json:"fail_corp_list"`
}

// Err is nil if the order is paid, [ErrJobRunning] if that is not known yet, and otherwise
// holds the reasons, such as 90433 for a balance that is too low.
func (o PayOutcome) Err() error {
	f := o.PayJobResult
	reason := itemError("/cgi-bin/license/pay_job_result", f.ErrCode, f.ErrMsg)
	return jobError("the order was not paid", o.Status, f.FailCorpList, reason)
}

// ORPayResult 获取订单支付结果: asks for the outcome of a payment, for up to 7 days.
//
// https://developer.work.weixin.qq.com/document/path/99415
func ORPayResult(api *token.Api, jobid string) (*PayOutcome, error) {
	if err := check.Required("jobid", jobid); err != nil {
		return nil, err
	}
	return token.Call[PayOutcome](api, read("license/pay_job_result").Needing("status"), jobReq{jobid})
}

// ORPayWait asks with [ORPayResult], at the interval every (0: 10 s), until the outcome is known,
// and returns it with its Err. The end of the context ends the wait, transient failures do not.
func ORPayWait(api *token.Api, jobid string, every time.Duration) (*PayOutcome, error) {
	return waitJob(api.Context(), every, func() (*PayOutcome, error) { return ORPayResult(api, jobid) })
}
