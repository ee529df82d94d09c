package callback

import (
	"fmt"
	"log/slog"

	"github.com/gothird/wecom/internal/redact"
)

// Customer acquisition (获客助手), on 指令回调URL and 数据回调URL;
// customer_acquisition_permit_change, which has a head only ([BareEvent]), on 指令回调URL.
const (
	KItCustomerAcquisition             EventKind = "customer_acquisition"
	KItCustomerAcquisitionPermitChange EventKind = "customer_acquisition_permit_change"
)

// ChangeTypes of customer_acquisition, with their types, on 指令回调URL and 数据回调URL. Those
// of the component (获客助手组件) arrive on 指令回调URL only.
const (
	KCtBalanceLow              EventKind = "balance_low"               // BareEvent: under 20 left
	KCtBalanceExhausted        EventKind = "balance_exhausted"         // BareEvent
	KCtBalanceIncreased        EventKind = "balance_increased"         // BareEvent: was 0
	KCtServiceBalanceLow       EventKind = "service_balance_low"       // BareEvent: the provider's balance
	KCtServiceBalanceExhausted EventKind = "service_balance_exhausted" // BareEvent: the provider's balance
	KCtQuotaExpireSoon         EventKind = "quota_expire_soon"         // AcquisitionQuotaEvent
	KCtLinkUnavailable         EventKind = "link_unavailable"          // AcquisitionLinkEvent, like the next three
	KCtDeleteLink              EventKind = "delete_link"
	KCtOpenProfile             EventKind = "open_profile"
	KCtFriendRequest           EventKind = "friend_request"
	KCtCustomerStartChat       EventKind = "customer_start_chat"      // AcquisitionChatEvent
	KCtMessageFromCustomer     EventKind = "message_from_customer"    // AcquisitionChatEvent
	KCtServiceBalanceConsumed  EventKind = "service_balance_consumed" // AcquisitionCostEvent
	KCtChangePrice             EventKind = "change_price"             // AcquisitionPriceEvent
)

// AcquisitionLinkEvent 获客链接变更: an acquisition link changed, or a customer came through it.
// The acquisition component (获客助手组件) gets it for add_external_contact as well. It arrives
// on the 指令回调URL and the 数据回调URL.
// https://developer.work.weixin.qq.com/document/path/97402
type AcquisitionLinkEvent struct {
	LinkId string `json:"LinkId" xml:"LinkId"`
	State  string `json:"State" xml:"State" wecom:"trim"` // customer_channel of the link
}

// AcquisitionChatEvent 获客会话: a contact who came through a link sent a first message, or
// another one. The component gets State in place of the ids. It arrives on the 指令回调URL and
// the 数据回调URL.
// https://developer.work.weixin.qq.com/document/path/97402
type AcquisitionChatEvent struct {
	UserID         string `json:"UserID" xml:"UserID"` // message_from_customer: not sent since 2024-12-19, like ExternalUserID, State and ChatSeq
	ExternalUserID string `json:"ExternalUserID" xml:"ExternalUserID"`
	LinkId         string `json:"LinkId" xml:"LinkId"`
	State          string `json:"State" xml:"State" wecom:"trim"`
	ChatSeq        int64  `json:"ChatSeq" xml:"ChatSeq"` // 3, 5 or 10 messages so far
	ChatKey        string `json:"ChatKey" xml:"ChatKey"` // message_from_customer: fetches the details within 30 minutes
}

// AcquisitionQuotaEvent 获客额度即将过期: comes 14, 7, 3, 2 and 1 days before. It arrives on the
// 指令回调URL and the 数据回调URL.
// https://developer.work.weixin.qq.com/document/path/97402
type AcquisitionQuotaEvent struct {
	ExpireTime     int64 `json:"ExpireTime" xml:"ExpireTime"` // Unix seconds
	ExpireQuotaNum int64 `json:"ExpireQuotaNum" xml:"ExpireQuotaNum"`
}

// AcquisitionCostEvent 服务商获客额度消耗: the provider's balance paid for one contact. Only
// components (获客助手组件) get it. It arrives on the 指令回调URL.
// https://developer.work.weixin.qq.com/document/path/99485
type AcquisitionCostEvent struct {
	LinkId  string `json:"LinkId" xml:"LinkId"`
	State   string `json:"State" xml:"State" wecom:"trim"`
	OnceKey string `json:"OnceKey" xml:"OnceKey"`
}

// AcquisitionPriceEvent 获客价格变更: the price will change. Only components (获客助手组件) get
// it. It arrives on the 指令回调URL.
// https://developer.work.weixin.qq.com/document/path/99485
type AcquisitionPriceEvent struct {
	Price         int64 `json:"Price" xml:"Price"`                 // in 分
	EffectiveTime int64 `json:"EffectiveTime" xml:"EffectiveTime"` // Unix seconds
}

func (e AcquisitionChatEvent) masked() any {
	type plain AcquisitionChatEvent
	e.ChatKey = redact.Mask(e.ChatKey)
	return plain(e)
}

// Format prints the event with its key masked.
func (e AcquisitionChatEvent) Format(s fmt.State, verb rune) { format(s, verb, e.masked()) }

// LogValue logs the event with its key masked.
func (e AcquisitionChatEvent) LogValue() slog.Value { return slog.AnyValue(e.masked()) }

func (e AcquisitionCostEvent) masked() any {
	type plain AcquisitionCostEvent
	e.OnceKey = redact.Mask(e.OnceKey)
	return plain(e)
}

// Format prints the event with its key masked.
func (e AcquisitionCostEvent) Format(s fmt.State, verb rune) { format(s, verb, e.masked()) }

// LogValue logs the event with its key masked.
func (e AcquisitionCostEvent) LogValue() slog.Value { return slog.AnyValue(e.masked()) }
