package callback

import (
	"fmt"
	"log/slog"

	"github.com/gothird/wecom/internal/redact"
)

// Data and intelligence zone (数据与智能专区) and its licences (高级功能), on 系统事件接收URL;
// program_notify on 数据回调URL.
const (
	KItAdvancedApiPaySuccess   EventKind = "advanced_api_pay_success"
	KItAdvancedApiRefund       EventKind = "advanced_api_refund"
	KItAdvancedApiCancel       EventKind = "advanced_api_cancel"
	KItAdvancedApiInsufficient EventKind = "advanced_api_insufficient"
	KItAdvancedApiExpired      EventKind = "advanced_api_expired"
	KItAdvancedApiTrialExpired EventKind = "advanced_api_trial_expired"
	KItProgramNotify           EventKind = "program_notify"
)

// AdvancedApiEvent 高级功能订单: an order for an advanced API was paid, refunded or cancelled,
// or a paid or trial edition is used up or has ended. The last three name no order. It arrives
// on the 系统事件接收URL.
// https://developer.work.weixin.qq.com/document/path/100303
type AdvancedApiEvent struct {
	AdvanceApiType string         `json:"AdvanceApiType" xml:"AdvanceApiType"` // 1 chat content API
	OrderId        string         `json:"OrderId" xml:"OrderId"`
	BuyerUserId    string         `json:"BuyerUserId" xml:"BuyerUserId"`       // paid orders: member of the provider
	OrderStatus    int            `json:"OrderStatus" xml:"OrderStatus"`       // refunds: 1 refunded, 2 refused
	ChatArchiveApi ChatArchiveApi `json:"ChatArchiveApi" xml:"ChatArchiveApi"` // insufficient and expired
}

// ChatArchiveApi is the edition of the chat content API.
type ChatArchiveApi struct {
	Edition string `json:"Edition" xml:"Edition" wecom:"trim"` // 2 or 3
}

// ProgramNotifyEvent 应用接收专区通知: a program in the zone asks the app to call it with this
// id, which is valid for ten minutes. It arrives on the 数据回调URL.
// https://developer.work.weixin.qq.com/document/path/99843
type ProgramNotifyEvent struct {
	NotifyId    string `json:"NotifyId" xml:"NotifyId"`
	NotifyScene int    `json:"NotifyScene" xml:"NotifyScene"` // its values are on WeCom's page only
}

func (e ProgramNotifyEvent) masked() any {
	type plain ProgramNotifyEvent
	e.NotifyId = redact.Mask(e.NotifyId)
	return plain(e)
}

// Format prints the event with its id masked.
func (e ProgramNotifyEvent) Format(s fmt.State, verb rune) { format(s, verb, e.masked()) }

// LogValue logs the event with its id masked.
func (e ProgramNotifyEvent) LogValue() slog.Value { return slog.AnyValue(e.masked()) }
