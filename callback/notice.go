package callback

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"reflect"
	"strings"
	"time"

	"github.com/gothird/wecom/internal/wexml"
	"github.com/gothird/wecom/token"
)

// Notice is one decrypted push: its head, its content as a Go type, and the original
// document. Printing and logging it shows no secret.
type Notice struct {
	EventNotify
	Content any      // *AuthEvent, *ContactEvent, *TextMessage, …; *UnknownEvent for what this package does not know
	Raw     []byte   // the document as WeCom sent it, XML or JSON
	Misfits []string // elements whose value did not fit and is zero, such as ExtAttr.Item[2].Type (counted from 0); "." if a part of the document could not be read

	// Api is bound to suite and corp of the push, and to the context of the function. On a
	// System URL it is bound to the suite that the push names, if the inbox has a Handler
	// for it, else to the suite of the URL: then use it only for calls with the provider
	// token. nil from Parse.
	Api *token.Api
	// ReceiveId is the receive id of the push: a suite or a corp. "" from Parse.
	ReceiveId string

	work noticeWork
}

// EventNotify is the common head of all pushes. A push in InfoType form fills one part of
// it; events and messages fill the other.
type EventNotify struct {
	SuiteId       string `json:"SuiteId" xml:"SuiteId"`             // suite, or 代开发 template
	ServiceCorpId string `json:"ServiceCorpId" xml:"ServiceCorpId"` // provider, in system events
	AuthCorpId    string `json:"AuthCorpId" xml:"AuthCorpId"`
	InfoType      string `json:"InfoType" xml:"InfoType"`     // one of KIt…
	ChangeType    string `json:"ChangeType" xml:"ChangeType"` // one of KCt…, in both forms
	TimeStamp     int64  `json:"TimeStamp" xml:"TimeStamp"`   // Unix seconds; also in reports of devices

	ToUserName   string `json:"ToUserName" xml:"ToUserName" wecom:"trim"`     // the corp
	FromUserName string `json:"FromUserName" xml:"FromUserName" wecom:"trim"` // a userid, or sys
	MsgType      string `json:"MsgType" xml:"MsgType"`                        // event, or the kind of message
	Event        string `json:"Event" xml:"Event" wecom:"trim"`               // one of KIt…
	CreateTime   int64  `json:"CreateTime" xml:"CreateTime"`                  // Unix seconds
	AgentID      int64  `json:"AgentID" xml:"AgentID"`
}

// BareEvent 仅有公共字段的事件 is for pushes that have only a head: see [EventNotify.Kind].
//
// On the 指令回调URL: corp_arch_auth, customer_acquisition_permit_change, and
// customer_acquisition with the ChangeTypes of balances. On the 数据回调URL: those of
// customer_acquisition as well, unlicensed_notify, change_app_admin, security, msgaudit_notify,
// device_data_auth_change and wedrive_insufficient_capacity. On the 系统事件接收URL:
// agree_external_userid_migration.
type BareEvent struct{}

// UnknownEvent is for a push for which this package has no type. That is not an error: WeCom may
// add kinds at any time. [Notice.Raw] has the document.
type UnknownEvent struct {
	Kind, ChangeType string
}

// UnmarshalJSON takes quoted numbers. A struct that embeds EventNotify has this method too:
// decode head and event one after the other, or use [Parse].
func (h *EventNotify) UnmarshalJSON(data []byte) error { return unmarshalJSON(data, h) }

// Kind returns what happened: InfoType, Event or MsgType, depending on the form.
func (h *EventNotify) Kind() string {
	switch {
	case h.InfoType != "":
		return h.InfoType
	case h.MsgType == "event":
		return h.Event
	}
	return h.MsgType
}

// Given returns the names of the elements in the push. An update carries only what changed:
// an element that is absent (or null, in JSON) is unchanged, one that is present and empty
// was cleared.
func (n *Notice) Given() map[string]bool {
	given := map[string]bool{}
	for _, name := range wexml.Names(n.Raw) {
		given[name] = true
	}
	return given
}

// sentAt returns when WeCom wrote the push, by its clock, to the second; zero if it does not
// say so.
func (n *Notice) sentAt() time.Time {
	if seconds := cmp.Or(n.CreateTime, n.TimeStamp); seconds > 0 {
		return time.Unix(seconds, 0)
	}
	return time.Time{}
}

// CorpId returns the corp that the push is about, whichever element has it; "" if it names
// none, such as suite_ticket, create_auth and the end of an export.
func (n *Notice) CorpId() string {
	if id := cmp.Or(n.AuthCorpId, n.ToUserName); id != "" {
		return id
	}
	switch e := n.Content.(type) {
	case *AppOrderEvent:
		return e.PaidCorpId
	case *ShareChangeEvent:
		return e.CorpId
	case *UnknownEvent:
		var ids struct{ PaidCorpId, CorpId string }
		_, _ = wexml.Unmarshal(n.Raw, &ids) // without Raw there is no corp
		return cmp.Or(ids.PaidCorpId, ids.CorpId)
	}
	return ""
}

// Format prints the head and the content, whose secrets are masked; of Raw, which may hold
// tickets and codes, only the size.
func (n Notice) Format(s fmt.State, _ rune) {
	fmt.Fprintf(s, "{%+v Content:%T%+v Raw:%d bytes}", n.EventNotify, n.Content, n.Content, len(n.Raw))
}

// LogValue logs what identifies the notice, and no secret.
func (n Notice) LogValue() slog.Value {
	suite := n.SuiteId
	if suite == "" && n.Api != nil {
		suite = n.Api.SuiteId()
	}
	attrs := []slog.Attr{slog.String("kind", n.Kind())}
	for _, a := range [...]slog.Attr{
		slog.String("change", n.ChangeType), slog.String("suite", suite), slog.String("corp", n.CorpId()),
		slog.String("from", n.FromUserName), slog.String("receive_id", n.ReceiveId),
	} {
		if a.Value.String() != "" {
			attrs = append(attrs, a)
		}
	}
	return slog.GroupValue(append(attrs, slog.String("key", n.Key()), slog.Int("bytes", len(n.Raw)))...)
}

// MarshalJSON is for logs and displays: secrets are masked, and Raw is only a size. To store
// a notice, store Raw and use [Parse].
func (n Notice) MarshalJSON() ([]byte, error) {
	type head EventNotify
	content := n.Content
	if m, ok := content.(interface{ masked() any }); ok && !reflect.ValueOf(content).IsZero() {
		content = m.masked()
	}
	return json.Marshal(struct {
		head
		Type     string // type of Content
		Content  any
		Misfits  []string `json:",omitempty"`
		RawBytes int
	}{head(n.EventNotify), strings.TrimPrefix(fmt.Sprintf("%T", n.Content), "*callback."), content, n.Misfits, len(n.Raw)})
}

// UnmarshalJSON always returns an error: the masked secrets cannot be restored.
func (n *Notice) UnmarshalJSON([]byte) error {
	return errors.New("callback: a Notice cannot be read from JSON: use Parse on its Raw")
}
