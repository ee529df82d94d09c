package license

import (
	"cmp"
	"errors"
	"slices"

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

// TransferResult is the outcome of one [Transfer].
type TransferResult struct {
	HandoverUserId string `json:"handover_userid"`
	TakeoverUserId string `json:"takeover_userid"`
	ErrCode        int    `json:"errcode"` // or ItemMissing
}

// Err is nil if the accounts were moved, otherwise a *token.Error with the code.
func (r TransferResult) Err() error { return itemError(write("batch_transfer_license"), r.ErrCode, "") }

// LICBatchTransfer 账号继承: moves the accounts of members who left, or changed jobs, to
// colleagues, with a result for each.
//
// The account of the member who hands over must be valid (701016). A member who is still in the
// corp must wait 30 days between two transfers (701017). A member who takes over and has an
// account of the same type may have at most 20 days left on it (701018).
//
// There is one result for each pair, in the order of transfer; see the package's comment for
// what happens when a request fails. Results are matched to pairs by their userids. Plain
// userids come back encrypted; then results are matched by their order in WeCom's answer, if
// there are as many as pairs.
// https://developer.work.weixin.qq.com/document/path/95673
func LICBatchTransfer(api *token.Api, transfer []Transfer) ([]TransferResult, error) {
	corpId, err := corpOf(api, check.Each("transfer_list", transfer, Transfer.check,
		func(t Transfer) string { return t.HandoverUserId }))
	if err != nil {
		return nil, err
	}
	return inBatches(transfer, func(part []Transfer) ([]TransferResult, []TransferResult, error) {
		var out transferResult
		err := api.Do(write("batch_transfer_license"), transferReq{corpId, part}, &out)
		results, others := transferred(part, out.TransferResult, codeOfMissing(err))
		return results, others, err
	})
}

// transferred returns the result of each pair, and those that belong to none.
func transferred(part []Transfer, answer []TransferResult, missing int) (results, others []TransferResult) {
	pair := func(r TransferResult) Transfer { return Transfer{r.HandoverUserId, r.TakeoverUserId} }
	results, left, others := match(part, answer, func(t Transfer) Transfer { return t }, pair)
	encrypted := len(left) == len(others) && !slices.ContainsFunc(others, func(r TransferResult) bool {
		return slices.Contains(part, pair(r)) // a second result of a pair
	})
	if encrypted {
		for n, i := range left {
			results[i] = others[n]
		}
		return results, nil
	}
	for _, i := range left {
		results[i] = TransferResult{part[i].HandoverUserId, part[i].TakeoverUserId, missing}
	}
	return results, others
}
