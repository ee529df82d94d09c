package spec

import (
	_ "embed"
	"encoding/json"
	"slices"
	"sync"
)

//go:embed events.json
var eventsJSON []byte

// Channels on which events arrive.
const (
	ChannelInstruction = "instruction" // 指令回调 of a third-party app
	ChannelTemplate    = "template"    // 代开发模板回调
	ChannelData        = "data"        // 数据回调, and 代开发应用回调
	ChannelSystem      = "system"      // 系统事件 of the provider
)

// Forms of an event.
const (
	FormInfoType = "InfoType"
	FormEvent    = "Event"
	FormMessage  = "MsgType"
)

// Event holds the facts of one event or message that WeCom pushes to a provider.
type Event struct {
	Id         string       `json:"id"` // unique, such as suite.change_contact.create_user
	InfoType   string       `json:"info_type"`
	Event      string       `json:"event"`
	ChangeType string       `json:"change_type"`
	MsgType    string       `json:"msg_type"`
	Form       string       `json:"form"`
	Channel    string       `json:"channel"`
	Go         string       `json:"go"` // the documented Go type, if any
	Doc        []string     `json:"doc"`
	Fields     []EventField `json:"fields"`
	SampleXML  string       `json:"sample_xml"` // the official shape with values of our own
}

// EventField is one element of an event, those of the common head included.
type EventField struct {
	Path   string `json:"path"`   // such as ApprovalInfo.SpRecord[].SpStatus; wrapped lists without the inner element
	Type   string `json:"type"`   // string, int, list or object
	Wire   string `json:"wire"`   // cdata, bare or nested in the sample; both are possible everywhere
	Always bool   `json:"always"` // below an optional object: if that is there

	Also []string `json:"also"` // other names under which it has been seen
}

var events = sync.OnceValue(func() []Event {
	var list []Event
	if err := json.Unmarshal(eventsJSON, &list); err != nil {
		panic("spec: events.json: " + err.Error()) // part of the binary, held by a test
	}
	return list
})

// Events returns the facts of every event. Its fields are shared: don't change them.
func Events() []Event { return slices.Clone(events()) }
