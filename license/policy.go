package license

import "github.com/gothird/wecom/token"

// SupportPolicy says whether a corp qualifies for the livelihood discount.
type SupportPolicy struct {
	QueryResult       int   `json:"query_result"`       // 1: it qualifies
	UnsatisfiedReason []int `json:"unsatisfied_reason"` // why not, as codes such as 701091
}

// LICSupportPolicy 民生优惠条件查询: says whether the corp qualifies for the livelihood
// discount.
//
// WeCom ended the discount on 2023-03-31; expect 701112.
// https://developer.work.weixin.qq.com/document/path/96515
func LICSupportPolicy(api *token.Api) (*SupportPolicy, error) {
	corpId, err := corpOf(api)
	if err != nil {
		return nil, err
	}
	return token.Call[SupportPolicy](api, read("support_policy_query").Needing("query_result"), corpReq{corpId})
}
