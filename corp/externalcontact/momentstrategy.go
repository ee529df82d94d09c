package externalcontact

import (
	"iter"

	"github.com/gothird/wecom/corp/internal/cgi"
	"github.com/gothird/wecom/internal/check"
	"github.com/gothird/wecom/token"
)

const maxMomentNodes = 3000 // of a whole group: WeCom has no limit for a request

// MomentPrivilege says what administrators of a rule group may do with moments. All fields are
// sent, also those that are false.
type MomentPrivilege struct {
	ViewMomentList           bool `json:"view_moment_list"`
	SendMoment               bool `json:"send_moment"`
	ManageMomentCoverAndSign bool `json:"manage_moment_cover_and_sign"`
}

// MomentStrategyList 客户朋友圈规则组管理-获取规则组列表: lists one page of the ids of the rule
// groups that the app made; limit is at most 1000, 0 means 1000.
// https://developer.work.weixin.qq.com/document/path/94890
func MomentStrategyList(api *token.Api, cursor string, limit int) (*StrategyPage, error) {
	return cgi.Call[StrategyPage](api, cgi.Read("externalcontact/moment_strategy/list"), pageReq{cursor, limit}, check.Limit(limit, maxStrategies))
}

// AllMomentStrategies walks all pages of [MomentStrategyList]. It stops at the first error.
func AllMomentStrategies(api *token.Api) iter.Seq2[int64, error] {
	return allStrategies(api, MomentStrategyList)
}

// MomentStrategyGet 客户朋友圈规则组管理-获取规则组详情: reads a rule group that the app made.
// https://developer.work.weixin.qq.com/document/path/94890
func MomentStrategyGet(api *token.Api, strategyId int64) (*Strategy[MomentPrivilege], error) {
	return getStrategy[MomentPrivilege](api, "externalcontact/moment_strategy/get", StrategyId{strategyId})
}

// MomentStrategyGetRange 客户朋友圈规则组管理-获取规则组管理范围: lists one page of the members
// and departments of a rule group; limit is at most 1000, 0 means 1000.
// https://developer.work.weixin.qq.com/document/path/94890
func MomentStrategyGetRange(api *token.Api, strategyId int64, cursor string, limit int) (*StrategyRangePage, error) {
	return strategyRange(api, "externalcontact/moment_strategy/get_range", strategyId, pageReq{cursor, limit})
}

// AllMomentStrategyRange walks all pages of [MomentStrategyGetRange]. It stops at the first
// error.
func AllMomentStrategyRange(api *token.Api, strategyId int64) iter.Seq2[StrategyNode, error] {
	return allOfRange(api, strategyId, MomentStrategyGetRange)
}

// MomentStrategyCreate 客户朋友圈规则组管理-创建新的规则组: creates a rule group of at most 3000
// nodes, and returns its id.
//
// Create and change rule groups one after the other, otherwise 45035. Errors: 60011 and 60030
// outside the visible range.
// https://developer.work.weixin.qq.com/document/path/94890
func MomentStrategyCreate(api *token.Api, in NewStrategy[MomentPrivilege]) (strategyId int64, err error) {
	return createStrategy(api, "externalcontact/moment_strategy/create", in, in.check(maxMomentNodes))
}

// MomentStrategyEdit 客户朋友圈规则组管理-编辑规则组及其管理范围: changes a rule group that the
// app made, otherwise like [MomentStrategyCreate].
// https://developer.work.weixin.qq.com/document/path/94890
func MomentStrategyEdit(api *token.Api, in StrategyEdit[MomentPrivilege]) error {
	return cgi.Do(api, cgi.Write("externalcontact/moment_strategy/edit"), in, in.check(maxMomentNodes))
}

// MomentStrategyDel 客户朋友圈规则组管理-删除规则组: deletes a rule group that the app made.
// https://developer.work.weixin.qq.com/document/path/94890
func MomentStrategyDel(api *token.Api, strategyId int64) error {
	req := StrategyId{strategyId}
	return cgi.Do(api, cgi.Write("externalcontact/moment_strategy/del"), req, req.check())
}
