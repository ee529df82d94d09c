package callback

import (
	"fmt"
	"log/slog"

	"github.com/gothird/wecom/internal/redact"
)

// Authorisation (授权), on 指令回调URL of an app or of a template (代开发模板回调URL);
// agree_external_userid_migration on 系统事件接收URL. That and corp_arch_auth have a head only:
// [BareEvent].
const (
	KItSuiteTicket                  EventKind = "suite_ticket"
	KItCreateAuth                   EventKind = "create_auth"
	KItChangeAuth                   EventKind = "change_auth"
	KItCancelAuth                   EventKind = "cancel_auth"
	KItResetPermanentCode           EventKind = "reset_permanent_code"
	KItCorpArchAuth                 EventKind = "corp_arch_auth"
	KItApproveSpecialAuth           EventKind = "approve_special_auth"
	KItCancelSpecialAuth            EventKind = "cancel_special_auth"
	KItAgreeExternalUserIdMigration EventKind = "agree_external_userid_migration"
	KItAuthDataPermission           EventKind = "auth_data_permission"          // granted, also when it is renewed
	KItExpireRemindDataPermission   EventKind = "expire_remind_data_permission" // it ends in seven days
)

// Values of AuthType in a [SpecialAuthEvent]; there may be others.
const (
	AuthTypeCustomerAcquisition = "customer_acquisition"
	AuthTypeDataZoneChat        = "data_zone_chat"
)

// SuiteTicketEvent 推送suite_ticket: the ticket needed for a suite token. A new one comes every
// ten minutes and is valid for thirty; a [Handler] stores it by itself. It arrives on the
// 指令回调URL.
// https://developer.work.weixin.qq.com/document/path/90628
type SuiteTicketEvent struct {
	SuiteTicket string `json:"SuiteTicket" xml:"SuiteTicket"`
}

// AuthEvent 授权通知事件: create_auth and reset_permanent_code bring an AuthCode, valid for ten
// minutes; change_auth and cancel_auth name the corp in [EventNotify.AuthCorpId]. An [Inbox]
// exchanges the code and removes a cancelled installation before functions run: see
// [Notice.Permanent] and [Notice.Removed], which is nil if there was nothing to remove.
// change_auth does not say what changed: fetch the authorisation again. It arrives on the
// 指令回调URL.
// https://developer.work.weixin.qq.com/document/path/100964
type AuthEvent struct {
	AuthCode  string        `json:"AuthCode" xml:"AuthCode"`
	State     string        `json:"State" xml:"State" wecom:"trim"` // as given when the install link was made
	ExtraInfo AuthExtraInfo `json:"ExtraInfo" xml:"ExtraInfo"`
}

// AuthExtraInfo is filled for the customer service component (微信客服组件).
type AuthExtraInfo struct {
	AuthOpenKfIdList []string `json:"AuthOpenKfIdList" xml:"AuthOpenKfIdList>OpenKfId"` // all accounts that are selected now
}

// SpecialAuthEvent 特殊权限与数据权限: an admin confirmed or withdrew a special permission
// (获客助手权限), or a data permission (数据权限), which is granted for 90 days, was granted or
// ends. All events named …_data_permission are of this type. It arrives on the 指令回调URL.
// https://developer.work.weixin.qq.com/document/path/98959
// https://developer.work.weixin.qq.com/document/path/101587
type SpecialAuthEvent struct {
	AuthType string `json:"AuthType" xml:"AuthType"` // one of AuthType…, or another
}

func (e SuiteTicketEvent) masked() any {
	type plain SuiteTicketEvent
	e.SuiteTicket = redact.Mask(e.SuiteTicket)
	return plain(e)
}

// Format prints the event with its ticket masked.
func (e SuiteTicketEvent) Format(s fmt.State, verb rune) { format(s, verb, e.masked()) }

// LogValue logs the event with its ticket masked.
func (e SuiteTicketEvent) LogValue() slog.Value { return slog.AnyValue(e.masked()) }

// UnmarshalJSON takes an empty text for an empty ExtraInfo.
func (e *AuthEvent) UnmarshalJSON(data []byte) error { return unmarshalJSON(data, e) }

func (e AuthEvent) masked() any {
	type plain AuthEvent
	e.AuthCode = redact.Mask(e.AuthCode)
	return plain(e)
}

// Format prints the event with its code masked.
func (e AuthEvent) Format(s fmt.State, verb rune) { format(s, verb, e.masked()) }

// LogValue logs the event with its code masked.
func (e AuthEvent) LogValue() slog.Value { return slog.AnyValue(e.masked()) }

// format prints the masked copy of an event with the caller's verb.
func format(s fmt.State, verb rune, masked any) {
	fmt.Fprintf(s, fmt.FormatString(s, verb), masked)
}
