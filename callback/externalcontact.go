package callback

import (
	"fmt"
	"log/slog"

	"github.com/gothird/wecom/internal/redact"
)

// Customer contact (客户联系), on 指令回调URL and 数据回调URL.
const (
	KItChangeExternalContact EventKind = "change_external_contact"
	KItChangeExternalChat    EventKind = "change_external_chat"
	KItChangeExternalTag     EventKind = "change_external_tag"
)

// ChangeTypes of contacts, on 指令回调URL and 数据回调URL: [ExternalContactEvent].
const (
	KCtAddExternalContact     EventKind = "add_external_contact"
	KCtEditExternalContact    EventKind = "edit_external_contact"
	KCtAddHalfExternalContact EventKind = "add_half_external_contact" // the member has not confirmed yet
	KCtDelExternalContact     EventKind = "del_external_contact"      // the member deleted the contact
	KCtDelFollowUser          EventKind = "del_follow_user"           // the contact deleted the member
	KCtTransferFail           EventKind = "transfer_fail"
	KCtMsgAuditApproved       EventKind = "msg_audit_approved"
)

// ChangeTypes of group chats ([ExternalChatEvent]) and of customer tags ([ExternalTagEvent]), on
// 指令回调URL and 数据回调URL.
const (
	KCtCreate  EventKind = "create"
	KCtUpdate  EventKind = "update"
	KCtDismiss EventKind = "dismiss" // group chats
	KCtDelete  EventKind = "delete"  // tags
	KCtShuffle EventKind = "shuffle" // tags: the order changed
)

// ExternalContactEvent 客户变更: a member gained, changed or lost an external contact.
// add_external_contact of the acquisition component (获客助手组件) is an [AcquisitionLinkEvent].
// It arrives on the 指令回调URL and the 数据回调URL.
// https://developer.work.weixin.qq.com/document/path/92277
type ExternalContactEvent struct {
	UserID         string `json:"UserID" xml:"UserID"`
	ExternalUserID string `json:"ExternalUserID" xml:"ExternalUserID"`
	State          string `json:"State" xml:"State" wecom:"trim"`           // of the 联系我 way by which the contact came
	WelcomeCode    string `json:"WelcomeCode" xml:"WelcomeCode"`            // for one welcome message within 20 seconds; often absent. Its notice goes before others
	Source         string `json:"Source" xml:"Source" wecom:"trim"`         // del_external_contact: DELETE_BY_TRANSFER after an on-job transfer
	FailReason     string `json:"FailReason" xml:"FailReason" wecom:"trim"` // transfer_fail: customer_refused or customer_limit_exceed
}

// ExternalChatEvent 客户群变更: a group chat was made, changed or dismissed. Apply MemChangeList
// only when LastMemVer is the version you have; otherwise fetch the group. It arrives on the
// 指令回调URL and the 数据回调URL.
// https://developer.work.weixin.qq.com/document/path/92277
type ExternalChatEvent struct {
	ChatId        string   `json:"ChatId" xml:"ChatId"`
	UpdateDetail  string   `json:"UpdateDetail" xml:"UpdateDetail" wecom:"trim"` // add_member, del_member, change_owner, change_name or change_notice
	JoinScene     int      `json:"JoinScene" xml:"JoinScene"`                    // joins: 0 invited, 3 by QR code
	QuitScene     int      `json:"QuitScene" xml:"QuitScene"`                    // leaves: 0 by oneself, 1 removed
	MemChangeCnt  int      `json:"MemChangeCnt" xml:"MemChangeCnt"`
	MemChangeList []string `json:"MemChangeList" xml:"MemChangeList>Item" wecom:"trim"` // userids and external userids
	LastMemVer    string   `json:"LastMemVer" xml:"LastMemVer" wecom:"trim"`
	CurMemVer     string   `json:"CurMemVer" xml:"CurMemVer" wecom:"trim"`
}

// ExternalTagEvent 客户标签变更: a contact tag or tag group was made, changed, deleted or moved.
// Deleting a group deletes its tags without further events. It arrives on the 指令回调URL and
// the 数据回调URL.
// https://developer.work.weixin.qq.com/document/path/92277
type ExternalTagEvent struct {
	Id         string `json:"Id" xml:"Id"`                 // shuffle: the group, "" for all
	TagType    string `json:"TagType" xml:"TagType"`       // tag or tag_group
	StrategyId int64  `json:"StrategyId" xml:"StrategyId"` // rule group of the tag, if any
}

func (e ExternalContactEvent) masked() any {
	type plain ExternalContactEvent
	e.WelcomeCode = redact.Mask(e.WelcomeCode)
	return plain(e)
}

// Format prints the event with its code masked.
func (e ExternalContactEvent) Format(s fmt.State, verb rune) { format(s, verb, e.masked()) }

// LogValue logs the event with its code masked.
func (e ExternalContactEvent) LogValue() slog.Value { return slog.AnyValue(e.masked()) }
