package license

import (
	"slices"

	"github.com/gothird/wecom/internal/check"
	"github.com/gothird/wecom/token"
)

// States of an activation code, in [ActiveInfo.Status].
const (
	CodeUnbound  = 1 // 未绑定
	CodeBound    = 2 // 已绑定且有效
	CodeExpired  = 3 // 已过期
	CodeTransfer = 4 // 待转移: its member has left, and automatic activation is on
	CodeMerged   = 5 // 已合并: replaced by another code
	CodeShared   = 6 // 已分配给下游: given away, as the upstream corp sees it
)

// ActiveInfo is one account. Which fields are set depends on the call: lists of members have
// no status, lists of activated accounts no code, unbound codes no member and times.
type ActiveInfo struct {
	ActiveCode string `json:"active_code"`
	Type       int    `json:"type"` // TypeBase or TypeInterop
	Status     int    `json:"status"`
	UserId     string `json:"userid"`
	CreateTime int64  `json:"create_time"`
	ActiveTime int64  `json:"active_time"`
	ExpireTime int64  `json:"expire_time"`
}

// MergeInfo says which code an activation of the same type has replaced.
type MergeInfo struct {
	ToActiveCode   string `json:"to_active_code"`   // set on the old code
	FromActiveCode string `json:"from_active_code"` // set on the new code
}

// ShareInfo says between which corps a code was shared; one of the two is set.
type ShareInfo struct {
	ToCorpId   string `json:"to_corpid"`   // as the upstream corp sees it
	FromCorpId string `json:"from_corpid"` // as the downstream corp sees it
}

// ActiveDetail is one activation code with its history.
type ActiveDetail struct {
	ActiveInfo
	MergeInfo MergeInfo `json:"merge_info"`
	ShareInfo ShareInfo `json:"share_info"`
}

type codeDetailReq struct {
	CorpId     string `json:"corpid"`
	ActiveCode string `json:"active_code"`
}

type codeDetailResult struct {
	ActiveInfo ActiveDetail `json:"active_info"`
}

// LICActiveCodeDetail 获取激活码详情: reports the state of one activation code and whom it is
// bound to.
//
// A shared code looks different to the two corps. Errors: 701002 unknown code, 701021 code
// of another corp.
// https://developer.work.weixin.qq.com/document/path/95552
func LICActiveCodeDetail(api *token.Api, activeCode string) (*ActiveDetail, error) {
	corpId, err := corpOf(api, check.Required("active_code", activeCode))
	if err != nil {
		return nil, err
	}
	out, err := token.Call[codeDetailResult](api, read("get_active_info_by_code").Needing("active_info"), codeDetailReq{corpId, activeCode})
	if err != nil {
		return nil, err
	}
	return &out.ActiveInfo, nil
}

type codeDetailsReq struct {
	CorpId         string   `json:"corpid"`
	ActiveCodeList []string `json:"active_code_list"`
}

// ActiveDetails holds the codes that WeCom knows, and those that it does not know.
type ActiveDetails struct {
	ActiveInfoList        []ActiveDetail `json:"active_info_list"`
	InvalidActiveCodeList []string       `json:"invalid_active_code_list"`
	MissingActiveCodeList []string       `json:"-"` // in neither list of the answer: ask again
}

// LICBatchActiveCodeDetail 批量获取激活码详情: reports the state of many activation codes. Each
// code is in one of the lists, in the order of activeCodes.
//
// Codes beyond 1000 are sent in further requests. If one of those fails, the details so far are
// returned with a *[token.PartialError]. Codes that WeCom does not know are not failures; but if
// there are no others, the list of them comes with the error 701010.
// https://developer.work.weixin.qq.com/document/path/95552
func LICBatchActiveCodeDetail(api *token.Api, activeCodes []string) (*ActiveDetails, error) {
	corpId, err := corpOf(api, check.Each("active_code_list", activeCodes,
		func(code string) error { return check.Required("active_code", code) },
		func(code string) string { return code }))
	if err != nil {
		return nil, err
	}
	parts, err := inBatches(activeCodes, func(part []string) (details, _ []*ActiveDetails, err error) {
		var out ActiveDetails
		err = api.Do(read("batch_get_active_info_by_code"), codeDetailsReq{corpId, part}, &out)
		return []*ActiveDetails{out.of(part, allFailed(err) != 0)}, nil, err
	})
	if len(parts) == 0 {
		return nil, err
	}
	all := parts[0]
	for _, p := range parts[1:] {
		all.ActiveInfoList = append(all.ActiveInfoList, p.ActiveInfoList...)
		all.InvalidActiveCodeList = append(all.InvalidActiveCodeList, p.InvalidActiveCodeList...)
		all.MissingActiveCodeList = append(all.MissingActiveCodeList, p.MissingActiveCodeList...)
	}
	return all, err
}

// of puts the lists in the order of the codes that were asked for, and finds those that are
// in none. noneValid says that WeCom knows none of them, whether or not it lists them.
func (d *ActiveDetails) of(codes []string, noneValid bool) *ActiveDetails {
	itself := func(code string) string { return code }
	infos, left, others := match(codes, d.ActiveInfoList, itself, func(info ActiveDetail) string { return info.ActiveCode })
	all := new(ActiveDetails)
	for _, info := range infos {
		if info.ActiveCode != "" {
			all.ActiveInfoList = append(all.ActiveInfoList, info)
		}
	}
	unknown := make([]string, len(left))
	for n, i := range left {
		unknown[n] = codes[i]
	}
	invalid, missing, strays := match(unknown, d.InvalidActiveCodeList, itself, itself)
	for _, i := range missing {
		if noneValid {
			invalid[i] = unknown[i]
		} else {
			all.MissingActiveCodeList = append(all.MissingActiveCodeList, unknown[i])
		}
	}
	all.ActiveInfoList = append(all.ActiveInfoList, others...)
	all.InvalidActiveCodeList = append(slices.DeleteFunc(invalid, func(code string) bool { return code == "" }), strays...)
	return all
}
