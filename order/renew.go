package order

import (
	"cmp"

	"github.com/gothird/wecom/internal/check"
	"github.com/gothird/wecom/token"
)

// ReOrder is a renewal job: the members of one corp whose accounts one order will renew.
type ReOrder struct {
	CorpId      string    `json:"corpid"` // "": the bound corp
	AccountList []Account `json:"account_list"`
	Jobid       string    `json:"jobid,omitempty"` // "": a new job
}

// Check returns an error for members that WeCom never accepts in a job. [ORReCreateJob]
// calls it.
func (o ReOrder) Check() error { return checkAccounts(o.AccountList) }

// ReOrderResult is the job so far.
type ReOrderResult struct {
	Jobid              string           `json:"jobid"`
	InvalidAccountList []InvalidAccount `json:"invalid_account_list"`
}

// InvalidAccount is a member that WeCom did not accept in a job.
type InvalidAccount struct {
	ErrCode int    `json:"errcode"`
	ErrMsg  string `json:"errmsg"`
	UserId  string `json:"userid"`
	Type    int    `json:"type"`
}

// Err is a *token.Error with the reason.
func (a InvalidAccount) Err() error {
	return itemError("/cgi-bin/license/create_renew_order_job", a.ErrCode, a.ErrMsg)
}

// ORReCreateJob 创建续期任务: collects the members whose accounts are to be renewed, in a new
// job or, with its Jobid, in one that exists. [ORSubJob] makes the order.
//
// Members that can't be renewed come back in InvalidAccountList, the others are in the job.
// Members beyond 1000 are sent in further requests; if one of those fails, the job so far is
// returned with a *[token.PartialError]. A job that was submitted accepts no more members
// (701126). purchase.Renew makes a whole renewal.
// https://developer.work.weixin.qq.com/document/path/95646
func ORReCreateJob(api *token.Api, order *ReOrder) (*ReOrderResult, error) {
	if order == nil {
		return nil, errNilOrder
	}
	corpId, err := corpIn(api, "corpid", order.CorpId)
	if err != nil {
		return nil, err
	}
	if err := order.Check(); err != nil {
		return nil, err
	}
	members := make([]Account, len(order.AccountList))
	for i, a := range order.AccountList {
		members[i] = Account{UserId: a.UserId, Type: a.Type}
	}
	ep := write("license/create_renew_order_job").Needing("jobid")
	done, err := collect(order.Jobid, members, maxMembers, func(id string, part []Account) (jobState[InvalidAccount], error) {
		var out ReOrderResult
		err := api.Do(ep, ReOrder{corpId, part, id}, &out)
		return jobState[InvalidAccount]{out.Jobid, out.InvalidAccountList}, err
	})
	if done == nil {
		return nil, err
	}
	return &ReOrderResult{done.id, done.invalid}, err
}

// SubOrder turns a renewal job into an order.
type SubOrder struct {
	Jobid           string          `json:"jobid"`
	BuyerUserid     string          `json:"buyer_userid"`     // plain userid of a member of the provider who may buy
	AccountDuration AccountDuration `json:"account_duration"` // months or new_expire_time
}

// Check returns an error for a buyer or a duration that WeCom never accepts. [ORSubJob]
// calls it.
func (o SubOrder) Check() error {
	return cmp.Or(check.Required("buyer_userid", o.BuyerUserid), o.AccountDuration.checkRenewal())
}

// ORSubJob 提交续期订单: orders the renewal of a job's members and returns the order's id. Their
// accounts are extended once it is paid.
//
// A job can be submitted only once (701126). With new_expire_time, accounts that already last
// that long are not extended; if this is true for all, the error is 701090.
// https://developer.work.weixin.qq.com/document/path/95646
func ORSubJob(api *token.Api, order *SubOrder) (string, error) {
	if order == nil {
		return "", errNilOrder
	}
	if err := cmp.Or(check.Required("jobid", order.Jobid), order.Check()); err != nil {
		return "", err
	}
	return newOrder(api, write("license/submit_order_job"), order)
}
