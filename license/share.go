package license

import (
	"slices"

	"github.com/gothird/wecom/internal/check"
	"github.com/gothird/wecom/token"
)

// How an upstream and a downstream corp are linked.
const (
	LinkChain = 0 // 上下游
	LinkGroup = 1 // 企业互联, 局校互联
)

// ShareActiveCode is a code to be given to a downstream corp.
type ShareActiveCode struct {
	ActiveCode string `json:"active_code"`
}

func (c ShareActiveCode) check() error { return check.Required("active_code", c.ActiveCode) }

type shareReq struct {
	FromCorpId   string            `json:"from_corpid"`
	ToCorpId     string            `json:"to_corpid"`
	ShareList    []ShareActiveCode `json:"share_list"`
	CorpLinkType int               `json:"corp_link_type"`
}

type shareResult struct {
	ShareResult []ShareResult `json:"share_result"`
}

// ShareResult says why one code was not shared.
type ShareResult struct {
	ActiveCode string `json:"active_code"`
	ErrCode    int    `json:"errcode"`
	ErrMsg     string `json:"errmsg"`
}

// Err is a *token.Error with the code; nil if WeCom lists a code that was shared.
func (r ShareResult) Err() error {
	return itemError(write("batch_share_active_code"), r.ErrCode, r.ErrMsg)
}

// LICBatchShareActiveCode 分配激活码给下游企业: gives unbound codes of the bound corp, the
// upstream one, to a downstream corp that is linked by linkType ([LinkChain], [LinkGroup]).
//
// The results are the failures, in the order of codes: an empty list without an error means that
// all were shared. A code can be neither taken back nor passed on. A request must not hold more
// codes than twice the number of members of the downstream corp (701056).
//
// If a request fails, the failures so far are returned with a *[token.PartialError]: of the
// codes that it counts as done, those without a failure were shared. If WeCom says that every
// item of the batch failed (701024), all of them are in the results.
// https://developer.work.weixin.qq.com/document/path/96059
func LICBatchShareActiveCode(api *token.Api, toCorpId string, linkType int, codes []ShareActiveCode) ([]ShareResult, error) {
	corpId, err := corpOf(api,
		check.Required("to_corpid", toCorpId),
		check.Between("corp_link_type", linkType, LinkChain, LinkGroup),
		check.Each("share_list", codes, ShareActiveCode.check, func(c ShareActiveCode) string { return c.ActiveCode }))
	if err != nil {
		return nil, err
	}
	return inBatches(codes, func(part []ShareActiveCode) ([]ShareResult, []ShareResult, error) {
		var out shareResult
		err := api.Do(write("batch_share_active_code"), shareReq{corpId, toCorpId, part, linkType}, &out)
		failures, others := notShared(part, out.ShareResult, allFailed(err))
		return failures, others, err
	})
}

// notShared puts the failures of a request in order. If all items failed, those that the
// answer leaves out get that errcode.
func notShared(part []ShareActiveCode, answer []ShareResult, allFailed int) (failures, others []ShareResult) {
	results, left, others := match(part, answer,
		func(c ShareActiveCode) string { return c.ActiveCode }, func(r ShareResult) string { return r.ActiveCode })
	for _, i := range left {
		results[i] = ShareResult{ActiveCode: part[i].ActiveCode, ErrCode: allFailed}
	}
	if allFailed != 0 {
		return results, others
	}
	listed := make(map[string]bool, len(answer))
	for _, r := range answer {
		listed[r.ActiveCode] = true
	}
	return slices.DeleteFunc(results, func(r ShareResult) bool { return !listed[r.ActiveCode] }), others
}
