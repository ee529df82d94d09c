package license

import (
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

// ShareResult tells why one code was not shared.
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
// The results are the failures: an empty list means that all were shared. There is no way
// to take a code back, and none to hand it on. A request may not hold more codes than
// twice the downstream corp's head count (701056). Codes beyond 1000 go in further
// requests; if one of those fails, the results so far are returned with its error. When
// every item failed there is the error 701024 beside the results.
// https://developer.work.weixin.qq.com/document/path/96059
func LICBatchShareActiveCode(api *token.Api, toCorpId string, linkType int, codes []ShareActiveCode) ([]ShareResult, error) {
	corpId, err := corpOf(api,
		check.Required("to_corpid", toCorpId),
		check.Between("corp_link_type", linkType, LinkChain, LinkGroup),
		check.Each("share_list", codes, ShareActiveCode.check, func(c ShareActiveCode) string { return c.ActiveCode }))
	if err != nil {
		return nil, err
	}
	return inParts(codes, func(part []ShareActiveCode) ([]ShareResult, error) {
		var out shareResult
		err := api.Do(write("batch_share_active_code"), shareReq{corpId, toCorpId, part, linkType}, &out)
		return out.ShareResult, err
	})
}
