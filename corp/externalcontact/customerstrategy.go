package externalcontact

import (
	"iter"

	"github.com/gothird/wecom/corp/internal/cgi"
	"github.com/gothird/wecom/internal/check"
	"github.com/gothird/wecom/token"
)

const maxCustomerNodes = 100 // of one request

// CustomerPrivilege says what administrators of a rule group may do with customers. All fields
// are sent, also those that are false. The first five are basic: WeCom does not take them away.
type CustomerPrivilege struct {
	ViewCustomerList        bool `json:"view_customer_list"`
	ViewCustomerData        bool `json:"view_customer_data"`
	ViewRoomList            bool `json:"view_room_list"` // customer groups
	ContactMe               bool `json:"contact_me"`     // 联系我
	JoinRoom                bool `json:"join_room"`      // 加入群聊
	ShareCustomer           bool `json:"share_customer"` // with colleagues
	OperResignCustomer      bool `json:"oper_resign_customer"`
	OperResignGroup         bool `json:"oper_resign_group"`
	SendCustomerMsg         bool `json:"send_customer_msg"`
	EditWelcomeMsg          bool `json:"edit_welcome_msg"`
	ViewBehaviorData        bool `json:"view_behavior_data"`
	ViewRoomData            bool `json:"view_room_data"`
	SendGroupMsg            bool `json:"send_group_msg"`
	RoomDeduplication       bool `json:"room_deduplication"`
	RapidReply              bool `json:"rapid_reply"`
	OnJobCustomerTransfer   bool `json:"onjob_customer_transfer"`
	EditAntiSpamRule        bool `json:"edit_anti_spam_rule"`
	ExportCustomerList      bool `json:"export_customer_list"`
	ExportCustomerData      bool `json:"export_customer_data"`
	ExportCustomerGroupList bool `json:"export_customer_group_list"`
	ManageCustomerTag       bool `json:"manage_customer_tag"`
}

// CustomerStrategyList 客户联系规则组管理-获取规则组列表: lists one page of the ids of the rule
// groups that the app made; limit is at most 1000, 0 means 1000.
// https://developer.work.weixin.qq.com/document/path/94883
func CustomerStrategyList(api *token.Api, cursor string, limit int) (*StrategyPage, error) {
	return cgi.Call[StrategyPage](api, cgi.Read("externalcontact/customer_strategy/list"), pageReq{cursor, limit}, check.Limit(limit, maxStrategies))
}

// AllCustomerStrategies walks all pages of [CustomerStrategyList]. It stops at the first error.
func AllCustomerStrategies(api *token.Api) iter.Seq2[int64, error] {
	return allStrategies(api, CustomerStrategyList)
}

// CustomerStrategyGet 客户联系规则组管理-获取规则组详情: reads a rule group that the app made.
// https://developer.work.weixin.qq.com/document/path/94883
func CustomerStrategyGet(api *token.Api, strategyId int64) (*Strategy[CustomerPrivilege], error) {
	return getStrategy[CustomerPrivilege](api, "externalcontact/customer_strategy/get", StrategyId{strategyId})
}

// CustomerStrategyGetRange 客户联系规则组管理-获取规则组管理范围: lists one page of the members
// and departments of a rule group; limit is at most 1000, 0 means 1000.
// https://developer.work.weixin.qq.com/document/path/94883
func CustomerStrategyGetRange(api *token.Api, strategyId int64, cursor string, limit int) (*StrategyRangePage, error) {
	return strategyRange(api, "externalcontact/customer_strategy/get_range", strategyId, pageReq{cursor, limit})
}

// AllCustomerStrategyRange walks all pages of [CustomerStrategyGetRange]. It stops at the first
// error.
func AllCustomerStrategyRange(api *token.Api, strategyId int64) iter.Seq2[StrategyNode, error] {
	return allOfRange(api, strategyId, CustomerStrategyGetRange)
}

// CustomerStrategyCreate 客户联系规则组管理-创建新的规则组: creates a rule group, and returns
// its id. A request takes 100 nodes, a group 3000: add more with [CustomerStrategyEdit].
//
// Create and change rule groups one after the other, otherwise 45035. Errors: 60011 and 60030
// outside the visible range.
// https://developer.work.weixin.qq.com/document/path/94883
func CustomerStrategyCreate(api *token.Api, in NewStrategy[CustomerPrivilege]) (strategyId int64, err error) {
	return createStrategy(api, "externalcontact/customer_strategy/create", in, in.check(maxCustomerNodes))
}

// CustomerStrategyEdit 客户联系规则组管理-编辑规则组及其管理范围: changes a rule group that the
// app made, otherwise like [CustomerStrategyCreate]. A request adds and removes up to 100 nodes
// each.
// https://developer.work.weixin.qq.com/document/path/94883
func CustomerStrategyEdit(api *token.Api, in StrategyEdit[CustomerPrivilege]) error {
	return cgi.Do(api, cgi.Write("externalcontact/customer_strategy/edit"), in, in.check(maxCustomerNodes))
}

// CustomerStrategyDel 客户联系规则组管理-删除规则组: deletes a rule group that the app made.
// https://developer.work.weixin.qq.com/document/path/94883
func CustomerStrategyDel(api *token.Api, strategyId int64) error {
	req := StrategyId{strategyId}
	return cgi.Do(api, cgi.Write("externalcontact/customer_strategy/del"), req, req.check())
}
