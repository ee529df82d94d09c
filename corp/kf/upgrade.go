package kf

import (
	"github.com/gothird/wecom/corp/internal/cgi"
	"github.com/gothird/wecom/internal/check"
	"github.com/gothird/wecom/token"
)

// UpgradeConfig says whom the corp recommends to customers (升级服务).
type UpgradeConfig struct {
	MemberRange    MemberRange    `json:"member_range"`
	GroupChatRange GroupChatRange `json:"groupchat_range"`
}

// MemberRange is the range of the specialists.
type MemberRange struct {
	UserIdList       []string `json:"userid_list"`
	DepartmentIdList []int64  `json:"department_id_list"`
}

// GroupChatRange is the range of the customer groups.
type GroupChatRange struct {
	ChatIdList []string `json:"chat_id_list"`
}

// CustomerGetUpgradeServiceConfig 获取配置的专员与客户群: reads the specialists and groups
// that the corp has set up for 升级服务.
// https://developer.work.weixin.qq.com/document/path/94702
func CustomerGetUpgradeServiceConfig(api *token.Api) (*UpgradeConfig, error) {
	return cgi.Call[UpgradeConfig](api, cgi.Get("kf/customer/get_upgrade_service_config"), nil)
}

// Upgrade is what is recommended to a customer: set one of the two.
type Upgrade struct {
	Member    *Specialist `json:"member,omitempty"`
	GroupChat *GroupChat  `json:"groupchat,omitempty"`
}

// Specialist is a member who is recommended.
type Specialist struct {
	UserId  string `json:"userid"`
	Wording string `json:"wording,omitempty"`
}

// GroupChat is a customer group that is recommended.
type GroupChat struct {
	ChatId  string `json:"chat_id"`
	Wording string `json:"wording,omitempty"`
}

// kind is WeCom's type of the upgrade.
func (u Upgrade) kind() (int, error) {
	kind, err := check.OneKind("the upgrade", u)
	switch {
	case err != nil:
		return 0, err
	case kind == "member":
		return 1, check.Required("member.userid", u.Member.UserId)
	}
	return 2, check.Required("groupchat.chat_id", u.GroupChat.ChatId)
}

type upgradeReq struct {
	stateReq
	Type int `json:"type"`
	Upgrade
}

// CustomerUpgradeService 为客户升级为专员或客户群服务: recommends a specialist or a group. The
// servicer sees it; nothing is sent to the customer.
//
// Errors: 95021 not set up in 升级服务, 40096 no such customer, 60111 no such member.
// https://developer.work.weixin.qq.com/document/path/94702
func CustomerUpgradeService(api *token.Api, openKfId, externalUserId string, u Upgrade) error {
	kind, err := u.kind()
	req := upgradeReq{stateReq{openKfId, externalUserId}, kind, u}
	return cgi.Do(api, cgi.Write("kf/customer/upgrade_service"), req, req.check(), err)
}

// CustomerCancelUpgradeService 为客户取消推荐: withdraws the recommendation of
// [CustomerUpgradeService].
// https://developer.work.weixin.qq.com/document/path/94702
func CustomerCancelUpgradeService(api *token.Api, openKfId, externalUserId string) error {
	req := stateReq{openKfId, externalUserId}
	return cgi.Do(api, cgi.Write("kf/customer/cancel_upgrade_service"), req, req.check())
}
