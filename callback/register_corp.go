package callback

import (
	"fmt"
	"log/slog"

	"github.com/gothird/wecom/internal/redact"
)

// Registration by a provider's promotion package (推广二维码), on 系统事件接收URL.
const (
	KItRegisterCorp         EventKind = "register_corp"
	KItEnterRegisterPackage EventKind = "enter_register_package"
)

// RegisterCorpEvent 注册完成回调事件: a corp was registered through the provider's link, or an
// existing corp used it. It arrives on the 系统事件接收URL.
// https://developer.work.weixin.qq.com/document/path/90585
type RegisterCorpEvent struct {
	RegisterCode string      `json:"RegisterCode" xml:"RegisterCode"`
	ContactSync  ContactSync `json:"ContactSync" xml:"ContactSync"`   // only when the package allows contact import
	AuthUserInfo Member      `json:"AuthUserInfo" xml:"AuthUserInfo"` // the corp's first admin
	State        string      `json:"State" xml:"State" wecom:"trim"`  // as given when the register code was made
	TemplateId   string      `json:"TemplateId" xml:"TemplateId"`     // of the package
}

// ContactSync lets the provider write the new corp's contacts.
type ContactSync struct {
	AccessToken string `json:"AccessToken" xml:"AccessToken"`
	ExpiresIn   int64  `json:"ExpiresIn" xml:"ExpiresIn"` // seconds
}

// Member names a member of a corp.
type Member struct {
	UserId string `json:"UserId" xml:"UserId"`
}

func (c ContactSync) masked() any {
	type plain ContactSync
	c.AccessToken = redact.Mask(c.AccessToken)
	return plain(c)
}

// Format prints the grant with its token masked.
func (c ContactSync) Format(s fmt.State, verb rune) { format(s, verb, c.masked()) }

// LogValue logs the grant with its token masked.
func (c ContactSync) LogValue() slog.Value { return slog.AnyValue(c.masked()) }

func (e RegisterCorpEvent) masked() any {
	type plain RegisterCorpEvent
	e.RegisterCode = redact.Mask(e.RegisterCode)
	e.ContactSync.AccessToken = redact.Mask(e.ContactSync.AccessToken)
	return plain(e)
}

// Format prints the event with its codes masked.
func (e RegisterCorpEvent) Format(s fmt.State, verb rune) { format(s, verb, e.masked()) }

// LogValue logs the event with its codes masked.
func (e RegisterCorpEvent) LogValue() slog.Value { return slog.AnyValue(e.masked()) }
