package callback

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
)

// Notice is one decrypted push: its head, its content as a Go type, and the document
// it was read from.
type Notice struct {
	EventNotify
	Event any    // *AuthEvent, *ContactEvent, *TextMessage, …; *UnknownEvent for what this package does not know
	Raw   []byte // the document as WeCom sent it, XML or JSON
}

// EventNotify is the head that all pushes share. Which part is filled depends on the
// form of the push: InfoType form, or Event form and messages.
type EventNotify struct {
	SuiteId       string `json:"SuiteId" xml:"SuiteId"`             // suite, or 代开发 template
	ServiceCorpId string `json:"ServiceCorpId" xml:"ServiceCorpId"` // provider, in system events
	AuthCorpId    string `json:"AuthCorpId" xml:"AuthCorpId"`
	InfoType      string `json:"InfoType" xml:"InfoType"`     // one of KIt…
	ChangeType    string `json:"ChangeType" xml:"ChangeType"` // one of KCt…, both forms
	TimeStamp     int64  `json:"TimeStamp" xml:"TimeStamp"`   // Unix seconds; also in Event form from devices

	ToUserName   string `json:"ToUserName" xml:"ToUserName"`     // the corp
	FromUserName string `json:"FromUserName" xml:"FromUserName"` // a userid, or sys
	MsgType      string `json:"MsgType" xml:"MsgType"`           // event, or the kind of message
	Event        string `json:"Event" xml:"Event"`               // one of KIt…
	CreateTime   int64  `json:"CreateTime" xml:"CreateTime"`     // Unix seconds
	AgentID      int64  `json:"AgentID" xml:"AgentID"`
}

// UnknownEvent stands for a push of a kind that this package has no type for. It is no
// error: WeCom adds kinds at any time. [Notice.Raw] has the document.
type UnknownEvent struct {
	Kind string // InfoType, Event or MsgType, with the ChangeType after a slash if there is one
}

// BareEvent stands for the many pushes whose head says it all, such as unlicensed_notify
// or corp_arch_auth: [EventNotify] tells which one it is and whom it is about.
type BareEvent struct{}

// Parse decodes a decrypted push, XML or JSON. What it does not know is left out of
// the types and stays in Raw; the error is always ErrPayload. Parse keeps payload: do
// not change it afterwards.
func Parse(payload []byte) (*Notice, error) {
	n := &Notice{Raw: payload}
	if err := decode(payload, &n.EventNotify); err != nil {
		return nil, err
	}
	n.trim()
	n.Event = newEvent(&n.EventNotify)
	if u, ok := n.Event.(*UnknownEvent); ok {
		u.Kind = n.kind()
		return n, nil
	}
	if err := decode(payload, n.Event); err != nil {
		return nil, err
	}
	return n, nil
}

func decode(payload []byte, v any) error {
	var err error
	if b := bytes.TrimSpace(payload); len(b) > 0 && b[0] == '{' {
		err = json.Unmarshal(b, v)
	} else {
		err = xml.Unmarshal(b, v)
	}
	if err != nil {
		return fmt.Errorf("%w: %s", ErrPayload, err)
	}
	return nil
}

// trim drops the blanks that WeCom puts around some names.
func (h *EventNotify) trim() {
	for _, p := range []*string{&h.InfoType, &h.Event, &h.ChangeType, &h.MsgType} {
		*p = strings.TrimSpace(*p)
	}
}

// kind names the push: InfoType, Event or MsgType, with the ChangeType if it has one.
func (h *EventNotify) kind() string {
	name := h.InfoType
	if name == "" {
		name = h.MsgType
		if name == "event" {
			name = h.Event
		}
	}
	if h.ChangeType != "" {
		name += "/" + h.ChangeType
	}
	return name
}

// Key is the same for two deliveries of one push and differs between pushes, also
// between two installations within one second. It holds no secret.
func (n *Notice) Key() string {
	if m, ok := n.Event.(interface{ messageId() int64 }); ok && m.messageId() != 0 {
		return "msg/" + strconv.FormatInt(m.messageId(), 10) + "/" + n.ToUserName
	}
	digest := sha256.Sum256(n.Raw)
	parts := []string{"event", n.ToUserName, n.FromUserName, strconv.FormatInt(n.CreateTime, 10)}
	if n.InfoType != "" {
		parts = []string{"info", n.SuiteId + n.ServiceCorpId, n.AuthCorpId, strconv.FormatInt(n.TimeStamp, 10)}
	}
	parts = append(parts, n.kind(), hex.EncodeToString(digest[:]))
	return strings.Join(parts, "/")
}

// Format prints the head and the event, whose secrets are masked, and of Raw only the
// size: it may hold tickets and auth codes.
func (n Notice) Format(s fmt.State, _ rune) {
	fmt.Fprintf(s, "{%s %+v %T%+v Raw:%d bytes}", n.kind(), n.EventNotify, n.Event, n.Event, len(n.Raw))
}

// LogValue is the head and the size of Raw.
func (n Notice) LogValue() slog.Value {
	return slog.GroupValue(slog.String("kind", n.kind()), slog.Any("head", n.EventNotify),
		slog.Int("bytes", len(n.Raw)))
}
