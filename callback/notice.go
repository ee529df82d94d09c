// Package callback receives what WeCom pushes to a service provider: URL checks, tickets,
// authorisations, events and messages.
//
// [Handler] is the whole of it behind one URL: it verifies, decrypts, stores, answers in
// time and works what came. [Parse] decodes a push that was decrypted elsewhere, [Crypt]
// does the bytes only.
package callback

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"log/slog"
	"strings"

	"github.com/gothird/wecom/token"
)

// Notice is one decrypted push: its head, its content as a Go type, and the document
// it was read from. Printing and logging it shows no secret.
type Notice struct {
	EventNotify
	Content any    // *AuthEvent, *ContactEvent, *TextMessage, …; *UnknownEvent for what this package does not know
	Raw     []byte // the document as WeCom sent it, XML or JSON

	// Api is bound to suite and corp of the push, and to the context of the function. On a
	// System URL it is of the suite that the push names, if the inbox has a Handler for it,
	// else of the URL's. nil from Parse.
	Api *token.Api
	// ReceiveId is whom the push was for: a suite or a corp. "" from Parse.
	ReceiveId string

	// Misfits names the elements whose value did not fit, and which were left empty.
	Misfits []string

	work noticeWork
}

// EventNotify is the head that all pushes share. Which part is filled depends on the
// form of the push: InfoType form, or Event form and messages.
type EventNotify struct {
	SuiteId       string `json:"SuiteId" xml:"SuiteId"`             // suite, or 代开发 template
	ServiceCorpId string `json:"ServiceCorpId" xml:"ServiceCorpId"` // provider, in system events
	AuthCorpId    string `json:"AuthCorpId" xml:"AuthCorpId"`
	InfoType      string `json:"InfoType" xml:"InfoType"`     // one of KIt…
	ChangeType    string `json:"ChangeType" xml:"ChangeType"` // one of KCt…, in both forms
	TimeStamp     int64  `json:"TimeStamp" xml:"TimeStamp"`   // Unix seconds; also in reports of devices

	ToUserName   string `json:"ToUserName" xml:"ToUserName"`     // the corp
	FromUserName string `json:"FromUserName" xml:"FromUserName"` // a userid, or sys
	MsgType      string `json:"MsgType" xml:"MsgType"`           // event, or the kind of message
	Event        string `json:"Event" xml:"Event"`               // one of KIt…
	CreateTime   int64  `json:"CreateTime" xml:"CreateTime"`     // Unix seconds
	AgentID      int64  `json:"AgentID" xml:"AgentID"`
}

// BareEvent stands for the many pushes whose head says it all, such as unlicensed_notify
// or corp_arch_auth: [EventNotify.Kind] tells which one it is.
type BareEvent struct{}

// UnknownEvent stands for a push that this package has no type for, which is no error:
// WeCom adds kinds at any time. [Notice.Raw] has the document.
type UnknownEvent struct {
	Kind, ChangeType string
	// Err is set for a kind that is known, but with a value that does not fit its type,
	// such as text for a number.
	Err error
}

// UnmarshalJSON takes quoted numbers. A struct that embeds EventNotify has this method too:
// decode head and event one after the other, or use [Parse].
func (h *EventNotify) UnmarshalJSON(data []byte) error {
	type plain EventNotify
	return unmarshalJSON(data, (*plain)(h), "AgentId")
}

// Kind is what happened, in one word whatever the form: InfoType, Event or MsgType.
func (h *EventNotify) Kind() string {
	switch {
	case h.InfoType != "":
		return h.InfoType
	case h.MsgType == "event":
		return h.Event
	}
	return h.MsgType
}

// trim drops the blanks that WeCom puts around some values.
func (h *EventNotify) trim() {
	for _, p := range [...]*string{
		&h.SuiteId, &h.ServiceCorpId, &h.AuthCorpId, &h.InfoType, &h.ChangeType,
		&h.ToUserName, &h.FromUserName, &h.MsgType, &h.Event,
	} {
		*p = strings.TrimSpace(*p)
	}
}

// Given has the names of the elements that the push carries. An update carries only what
// changed: what is not given stays as it was, what is given and empty was cleared.
func (n *Notice) Given() map[string]bool {
	given := map[string]bool{}
	var object map[string]json.RawMessage
	if json.Unmarshal(n.Raw, &object) == nil {
		for name := range object {
			given[name] = true
		}
		return given
	}
	var root struct {
		Elements []struct{ XMLName xml.Name } `xml:",any"`
	}
	if xml.Unmarshal(n.Raw, &root) == nil {
		for _, e := range root.Elements {
			given[e.XMLName.Local] = true
		}
	}
	return given
}

// Format prints the head and the event, whose secrets are masked; of Raw, which may hold
// tickets and codes, only the size.
func (n Notice) Format(s fmt.State, _ rune) {
	fmt.Fprintf(s, "{%+v Content:%T%+v Raw:%d bytes}", n.EventNotify, n.Content, n.Content, len(n.Raw))
}

// LogValue is the head and the size of Raw.
func (n Notice) LogValue() slog.Value {
	return slog.GroupValue(slog.String("kind", n.Kind()), slog.Any("head", n.EventNotify),
		slog.Int("bytes", len(n.Raw)))
}
