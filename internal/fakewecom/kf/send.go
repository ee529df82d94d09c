package kf

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"

	"github.com/gothird/wecom/internal/fakewecom/platform"
)

// Why a message does not arrive (fail_type): the customer refuses it.
const failRefused = 10

// sendMsg takes a message to a customer. It arrives, unless he refuses it.
func (s *Service) sendMsg(c *platform.Call, v *conversation) (obj, error) {
	content, err := contentOf(c, kinds(), manyItems)
	if err == nil {
		err = v.account.free(c.Str("msgid"))
	}
	if err == nil {
		err = v.answerable(c)
	}
	if err != nil {
		return nil, err
	}
	v.sent++
	return s.deliver(c, v, content), nil
}

// answerable refuses what an app may not send now.
func (v *conversation) answerable(c *platform.Call) error {
	switch {
	case v.wrote.IsZero() || c.Now().Sub(v.wrote) > window:
		return platform.Refuse(codeTooLate, "out of the reply window")
	case v.state == stateOver && c.Now().Sub(v.begun) <= window:
		return platform.Refuse(codeOver, "the session is over")
	case v.state > stateAssistant:
		return platform.Refuse(codeNotAnswerable, "send msg session status invalid")
	case v.sent >= answersPerQuestion:
		return platform.Refuse(codeManySent, "send msg count limit")
	}
	return nil
}

// free refuses an id of the app's own that is not acceptable or was used.
func (a *account) free(msgId string) error {
	switch {
	case msgId == "":
		return nil
	case !isPlain(msgId):
		return platform.BadParam("invalid msgid")
	case a.msgIds[msgId]:
		return platform.Refuse(codeMsgIdUsed, "msgid is used")
	}
	return nil
}

// deliver brings a message to the customer, or the event that says that it did not arrive.
func (s *Service) deliver(c *platform.Call, v *conversation, content obj) obj {
	id := cmp.Or(c.Str("msgid"), s.host.NewId("", 32))
	v.account.msgIds[id] = true
	if v.refusing {
		s.happened(v.account, v.customer, "msg_send_fail", obj{"fail_msgid": id, "fail_type": failRefused})
		return obj{"msgid": id}
	}
	text, _ := json.Marshal(content) // it was decoded from JSON
	v.messages = append(v.messages, &Message{Id: id, Time: c.Now(), Origin: FromApp, SuiteId: c.SuiteId(), Kind: c.Str("msgtype"), Content: text})
	return obj{"msgid": id}
}

// kinds are the msgtypes that send_msg takes.
func kinds() []string {
	return []string{"text", "image", "voice", "video", "file", "link", "miniprogram", "msgmenu", "location", "ca_link"}
}

// contentOf is the content of a message. What is longer than it may be is cut.
func contentOf(c *platform.Call, kinds []string, mostItems int) (obj, error) {
	kind := c.Str("msgtype")
	content, ok := c.Body()[kind].(obj)
	if !ok || !slices.Contains(kinds, kind) {
		return nil, platform.BadParam("invalid Request Parameter, msgtype %s is none of these or its object is missing: %v", kind, kinds)
	}
	switch kind {
	case "text":
		return content, cut(content, "content", 2048)
	case "link":
		return content, cmp.Or(scheme(content, "url"), longest(content, "url", 2048), cut(content, "title", 128), cut(content, "desc", 512))
	case "miniprogram":
		return content, cut(content, "title", 64)
	case "location":
		return content, cmp.Or(degrees(content, "latitude", 90), degrees(content, "longitude", 180))
	case "msgmenu":
		return content, checkMenu(content, mostItems)
	}
	return content, nil
}

// cut shortens a text to most bytes, without breaking a character.
func cut(o obj, key string, most int) error {
	if text, ok := o[key].(string); ok {
		o[key] = platform.Cut(text, most)
	}
	return nil
}

// longest refuses a text of more than most bytes.
func longest(o obj, key string, most int) error {
	if text, _ := o[key].(string); len(text) > most {
		return platform.BadParam("invalid Request Parameter, %s is too long", key)
	}
	return nil
}

// scheme refuses an address that no browser opens.
func scheme(o obj, key string) error {
	if address := text(o, key); !strings.HasPrefix(address, "http://") && !strings.HasPrefix(address, "https://") {
		return platform.BadParam("invalid Request Parameter, %s wants http:// or https://", key)
	}
	return nil
}

func degrees(o obj, key string, most float64) error {
	n, _ := o[key].(json.Number)
	if v, err := n.Float64(); err != nil || v < -most || v > most {
		return platform.BadParam("invalid Request Parameter, %s", key)
	}
	return nil
}
