package license

import (
	"cmp"
	"errors"

	"github.com/gothird/wecom/internal/check"
	"github.com/gothird/wecom/token"
)

// Transfer moves the accounts of one member to another.
type Transfer struct {
	HandoverUserId string `json:"handover_userid"`
	TakeoverUserId string `json:"takeover_userid"`
}

func (t Transfer) check() error {
	if err := cmp.Or(check.Required("handover_userid", t.HandoverUserId), check.Required("takeover_userid", t.TakeoverUserId)); err != nil {
		return err
	}
	if t.HandoverUserId == t.TakeoverUserId {
		return errors.New("wecom: handover_userid and takeover_userid are the same member")
	}
	return nil
}

type transferReq struct {
	CorpId       string     `json:"corpid"`
	TransferList []Transfer `json:"transfer_list"`
}

type transferResult struct {
	TransferResult []TransferResult `json:"transfer_result"`
}

// TransferResult is what became of one [Transfer].
type TransferResult struct {
	HandoverUserId string `json:"handover_userid"`
	TakeoverUserId string `json:"takeover_userid"`
	ErrCode        int    `json:"errcode"`
}

// Err is nil if the accounts were moved, otherwise a *token.Error with the code.
func (r TransferResult) Err() error { return itemError(write("batch_transfer_license"), r.ErrCode, "") }

// LICBatchTransfer 账号继承: moves the accounts of members who left, or changed their work, to
// colleagues, with a result for each.
//
// The giving member's account must be valid (701016). Members who are still there wait 30
// days between two transfers (701017). A receiver with the same type may have at most 20
// days left on it (701018). Pairs beyond 1000 go in further requests; if one of those
// fails, the results so far are returned with its error. When every item failed there is
// the error 701024 beside the results.
// https://developer.work.weixin.qq.com/document/path/95673
func LICBatchTransfer(api *token.Api, transfer []Transfer) ([]TransferResult, error) {
	corpId, err := corpOf(api, check.Each("transfer_list", transfer, Transfer.check,
		func(t Transfer) string { return t.HandoverUserId }))
	if err != nil {
		return nil, err
	}
	return inParts(transfer, func(part []Transfer) ([]TransferResult, error) {
		var out transferResult
		err := api.Do(write("batch_transfer_license"), transferReq{corpId, part}, &out)
		return out.TransferResult, err
	})
}
