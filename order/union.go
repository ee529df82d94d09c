package order

import (
	"cmp"
	"errors"
	"fmt"
	"iter"
	"slices"
	"time"

	"github.com/gothird/wecom/internal/check"
	"github.com/gothird/wecom/internal/paging"
	"github.com/gothird/wecom/token"
)

const (
	maxBuys    = 10     // corps in one request of a job
	maxJobBuys = 100000 // corps in a job
)

// ErrJobRunning means that a job has no outcome yet: ask again later.
var ErrJobRunning = errors.New("wecom: the job is still running")

// States of a job.
const (
	JobDone    = 1
	JobRunning = 2
	JobFailed  = 3
)

// BuyInfo is the part of an order that concerns one of its corps.
type BuyInfo struct {
	CorpId           string          `json:"corpid"`
	AccountCount     AccountCount    `json:"account_count"`
	AccountDuration  AccountDuration `json:"account_duration"`
	AutoActiveStatus *int            `json:"auto_active_status,omitempty"` // automatic activation: 0 off, 1 on; nil: on
}

func (b BuyInfo) check() error {
	return cmp.Or(check.Optional("auto_active_status", b.AutoActiveStatus, 0, 1), check.Required("corpid", b.CorpId), b.AccountCount.check(), b.AccountDuration.checkPurchase())
}

// NewJob is a job that collects purchases for several corps.
type NewJob struct {
	BuyList []BuyInfo `json:"buy_list"`
	Jobid   string    `json:"jobid,omitempty"` // "": a new job
}

// NewJobResult is the job so far.
type NewJobResult struct {
	Jobid       string        `json:"jobid"`
	InvalidList []InvalidCorp `json:"invalid_list"`
}

// InvalidCorp is a corp that was left out.
type InvalidCorp struct {
	CorpId  string `json:"corpid"`
	ErrCode int    `json:"errcode"`
	ErrMsg  string `json:"errmsg"`
}

// Err is a *token.Error with the reason.
func (c InvalidCorp) Err() error {
	return itemError("/cgi-bin/license/create_new_order_job", c.ErrCode, c.ErrMsg)
}

// ORNewJobCreate 创建多企业新购任务: collects the purchases of several corps, in a new job or,
// with its Jobid, in one that exists. [ORNewJobSubmit] makes the order.
//
// Corps that WeCom does not accept come back in InvalidList; if it accepts none, together with
// the error 701122. Corps beyond 10 are sent in further requests; if one of those fails, the job
// so far is returned with a *[token.PartialError]. Test corps are refused (701121). If the Api
// is bound to a corp, BuyList must have that corp only.
// https://developer.work.weixin.qq.com/document/path/98892
func ORNewJobCreate(api *token.Api, job *NewJob) (*NewJobResult, error) {
	if job == nil {
		return nil, errors.New("wecom: the job is nil")
	}
	err := cmp.Or(
		check.Between("corps in buy_list", len(job.BuyList), 1, maxJobBuys),
		check.Each("buy_list", job.BuyList, BuyInfo.check, func(b BuyInfo) string { return b.CorpId }))
	if err != nil {
		return nil, err
	}
	for i, b := range job.BuyList {
		if err := sameCorp(api, fmt.Sprintf("buy_list[%d].corpid", i), b.CorpId); err != nil {
			return nil, err
		}
	}
	ep := write("license/create_new_order_job").Needing("jobid")
	done, err := collect(job.Jobid, job.BuyList, maxBuys, func(id string, part []BuyInfo) (jobState[InvalidCorp], error) {
		var out NewJobResult
		err := api.Do(ep, NewJob{part, id}, &out)
		if errors.Is(err, noneTaken) {
			out.InvalidList = allInvalid(part, out.InvalidList)
		}
		return jobState[InvalidCorp]{out.Jobid, out.InvalidList}, err
	})
	if done == nil {
		return nil, err
	}
	return &NewJobResult{done.id, done.invalid}, err
}

// allInvalid adds the corps that the answer leaves out although it says that none is valid.
func allInvalid(part []BuyInfo, listed []InvalidCorp) []InvalidCorp {
	for _, b := range part {
		if !slices.ContainsFunc(listed, func(c InvalidCorp) bool { return c.CorpId == b.CorpId }) {
			listed = append(listed, InvalidCorp{CorpId: b.CorpId, ErrCode: int(noneTaken)})
		}
	}
	return listed
}

type newJobSubmitReq struct {
	Jobid       string `json:"jobid"`
	BuyerUserId string `json:"buyer_userid"`
}

// ORNewJobSubmit 提交多企业新购订单: submits a job, of which WeCom makes an order.
// [ORNewJobResult] says when that is done. A job can be submitted only once (701126).
//
// https://developer.work.weixin.qq.com/document/path/98892
func ORNewJobSubmit(api *token.Api, jobid, buyerUserId string) error {
	if err := cmp.Or(check.Required("jobid", jobid), check.Required("buyer_userid", buyerUserId)); err != nil {
		return err
	}
	return api.Do(write("license/submit_new_order_job"), newJobSubmitReq{jobid, buyerUserId}, nil)
}

type jobReq struct {
	Jobid string `json:"jobid"`
}

// NewJobOutcome is the outcome of a submitted job. Look at its Err: the call that returns it
// also succeeds for a job that failed.
type NewJobOutcome struct {
	Status   int           `json:"status"`    // JobDone, JobRunning or JobFailed
	OrderId  string        `json:"order_id"`  // the order for all corps, once done
	FailList []InvalidCorp `json:"fail_list"` // corps left out; the order is for the others
}

// Err is nil if the order was made, [ErrJobRunning] if it is not known yet, and otherwise
// names the reasons.
func (o NewJobOutcome) Err() error {
	return jobError("the order was not made", o.Status, o.FailList)
}

// jobError is what the status of a job says.
func jobError(what string, status int, failed []InvalidCorp, reasons ...error) error {
	switch status {
	case JobDone:
		return nil
	case JobRunning:
		return ErrJobRunning
	}
	for _, c := range failed {
		reasons = append(reasons, fmt.Errorf("corp %s: %w", c.CorpId, c.Err()))
	}
	err := fmt.Errorf("wecom: %s: status of the job is %d", what, status)
	if reason := errors.Join(reasons...); reason != nil {
		err = fmt.Errorf("%w: %w", err, reason)
	}
	return err
}

// ORNewJobResult 获取多企业新购订单提交结果: asks for the outcome of a submitted job, for up to
// 7 days.
//
// Errors: 701125 the job was not submitted.
// https://developer.work.weixin.qq.com/document/path/98892
func ORNewJobResult(api *token.Api, jobid string) (*NewJobOutcome, error) {
	if err := check.Required("jobid", jobid); err != nil {
		return nil, err
	}
	return token.Call[NewJobOutcome](api, read("license/new_order_job_result").Needing("status"), jobReq{jobid})
}

// ORNewJobWait asks with [ORNewJobResult], at the interval every (0: 10 s), until the outcome is
// known, and returns it with its Err. The end of the context ends the wait, transient failures
// do not.
func ORNewJobWait(api *token.Api, jobid string, every time.Duration) (*NewJobOutcome, error) {
	return waitJob(api.Context(), every, func() (*NewJobOutcome, error) { return ORNewJobResult(api, jobid) })
}

// UnionOrder is one page of an order for several corps.
type UnionOrder struct {
	Order      OrderDetail `json:"order"` // without corp, counts and duration
	HasMore    int         `json:"has_more"`
	NextCursor string      `json:"next_cursor"`
	BuyList    []UnionBuy  `json:"buy_list"`
}

// UnionBuy is one corp's part. Its SubOrderId is what [ORAccountList] takes and what
// license_pay_success names.
type UnionBuy struct {
	SubOrderId string `json:"sub_order_id"`
	BuyInfo
}

// ORUnionDetail 获取多企业订单详情: returns an order for several corps with one page of its
// parts.
//
// https://developer.work.weixin.qq.com/document/path/98893
func ORUnionDetail(api *token.Api, orderId string, cursor Cursor) (*UnionOrder, error) {
	err := cmp.Or(check.Required("order_id", orderId), check.Limit(cursor.Limit, maxLimit))
	if err != nil {
		return nil, err
	}
	return token.Call[UnionOrder](api, read("license/get_union_order").Needing("order"), accountListReq{orderId, cursor})
}

// ORUnionAll walks the parts on all pages of [ORUnionDetail]. It stops at the first error.
func ORUnionAll(api *token.Api, orderId string) iter.Seq2[UnionBuy, error] {
	return paging.All(api.Context(), "", func(cursor string) ([]UnionBuy, string, error) {
		page, err := ORUnionDetail(api, orderId, Cursor{Cursor: cursor, Limit: maxLimit})
		if err != nil {
			return nil, "", err
		}
		next, err := paging.Next(page.HasMore != 0, page.NextCursor)
		return page.BuyList, next, err
	})
}
