package callback

import (
	"fmt"
	"log/slog"
	"slices"

	"github.com/gothird/wecom/internal/redact"
)

// Interface licences (接口许可), on 系统事件接收URL; unlicensed_notify on 数据回调URL. The
// latter comes when a member without a licence opens the app, as a [BareEvent].
const (
	KItLicensePaySuccess EventKind = "license_pay_success"
	KItLicenseRefund     EventKind = "license_refund"
	KItAutoActivate      EventKind = "auto_activate"
	KItUnlicensedNotify  EventKind = "unlicensed_notify"
)

// LicensePayEvent 接口许可支付成功: an order is paid and its activation codes exist. It may come
// late for large orders. It arrives on the 系统事件接收URL.
// https://developer.work.weixin.qq.com/document/path/95804
type LicensePayEvent struct {
	OrderId     string `json:"OrderId" xml:"OrderId"`         // the sub-order's, for an order of several corps
	BuyerUserId string `json:"BuyerUserId" xml:"BuyerUserId"` // member of the provider
}

// LicenseRefundEvent 接口许可退款结果: WeCom has decided on a refund. It arrives on the
// 系统事件接收URL.
// https://developer.work.weixin.qq.com/document/path/95805
type LicenseRefundEvent struct {
	OrderId     string `json:"OrderId" xml:"OrderId"`
	OrderStatus int    `json:"OrderStatus" xml:"OrderStatus"` // 1 refunded, 2 refused
}

// AutoActivateEvent 许可自动激活: accounts were activated because their members used the app. It
// arrives on the 系统事件接收URL.
// https://developer.work.weixin.qq.com/document/path/95994
type AutoActivateEvent struct {
	Scene       int                `json:"Scene" xml:"Scene"` // 1 member opened the app, 2 message API, 3 互通 API
	AccountList []ActivatedAccount `json:"AccountList" xml:"AccountList"`
}

// ActivatedAccount is a member's new licence.
type ActivatedAccount struct {
	ActiveCode         string `json:"ActiveCode" xml:"ActiveCode"`
	Type               int    `json:"Type" xml:"Type"`             // 1 basic (基础), 2 external contact (互通)
	ExpireTime         int64  `json:"ExpireTime" xml:"ExpireTime"` // Unix seconds
	UserId             string `json:"UserId" xml:"UserId"`
	PreviousStatus     int    `json:"PreviousStatus" xml:"PreviousStatus"`         // 1 never active, 2 active with at most 7 days left, 3 expired
	PreviousActiveCode string `json:"PreviousActiveCode" xml:"PreviousActiveCode"` // "" for a member's first licence
}

func (a ActivatedAccount) masked() any {
	type plain ActivatedAccount
	return plain(a.mask())
}

func (a ActivatedAccount) mask() ActivatedAccount {
	a.ActiveCode, a.PreviousActiveCode = redact.Mask(a.ActiveCode), redact.Mask(a.PreviousActiveCode)
	return a
}

// Format prints the account with its codes masked.
func (a ActivatedAccount) Format(s fmt.State, verb rune) { format(s, verb, a.masked()) }

// LogValue logs the account with its codes masked.
func (a ActivatedAccount) LogValue() slog.Value { return slog.AnyValue(a.masked()) }

func (e AutoActivateEvent) masked() any {
	type plain AutoActivateEvent
	e.AccountList = slices.Clone(e.AccountList)
	for i, a := range e.AccountList {
		e.AccountList[i] = a.mask()
	}
	return plain(e)
}

// Format prints the event with its codes masked.
func (e AutoActivateEvent) Format(s fmt.State, verb rune) { format(s, verb, e.masked()) }

// LogValue logs the event with its codes masked.
func (e AutoActivateEvent) LogValue() slog.Value { return slog.AnyValue(e.masked()) }
