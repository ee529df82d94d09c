package callback

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"slices"
	"strings"

	"github.com/gothird/wecom/internal/lenient"
	"github.com/gothird/wecom/internal/wexml"
)

// Parse decodes a decrypted push, XML or JSON.
//
// The content decides, not the URL on which it came. Elements that the types do not have
// stay in Raw. The error is always ErrPayload. Parse keeps payload: do not change it
// afterwards.
func Parse(payload []byte) (*Notice, error) {
	n := &Notice{Raw: payload}
	read := wexml.UnmarshalBoth
	if first := bytes.TrimLeft(payload, " \t\r\n"); len(first) > 0 && first[0] == '{' {
		read = unmarshalBothJSON
	}
	err := read(payload, &n.EventNotify, func() any {
		n.trim()
		n.Event = newEvent(&n.EventNotify)
		return n.Event
	})
	switch {
	case n.Event == nil && err != nil:
		return nil, fmt.Errorf("%w: %w", ErrPayload, err)
	case n.Event == nil || err != nil:
		n.Event = &UnknownEvent{Kind: n.Kind(), ChangeType: n.ChangeType, Err: err}
	}
	n.tidy(read)
	return n, nil
}

// tidy does what depends on the event: a shape that only the content tells, blanks around
// a text that has none, and the one head with a spelling of its own.
func (n *Notice) tidy(read func(data []byte, head any, next func() any) error) {
	switch e := n.Event.(type) {
	case *ExternalContactEvent:
		link := new(AcquisitionLinkEvent)
		if e.ExternalUserID == "" && read(n.Raw, link, func() any { return nil }) == nil && link.LinkId != "" {
			n.Event = link
		}
	case *ContactEvent:
		e.Avatar = strings.TrimSpace(e.Avatar)
	case *TaskCardEvent:
		n.AgentID = max(n.AgentID, e.AgentId)
	}
}

func unmarshalBothJSON(data []byte, head any, next func() any) error {
	if err := lenient.Unmarshal(data, head); err != nil {
		return err
	}
	if v := next(); v != nil {
		return unmarshalJSON(data, v)
	}
	return nil
}

// unmarshalXML lets plain encoding/xml decode the structs whose lists need the wecom tags.
func unmarshalXML(d *xml.Decoder, start xml.StartElement, v any) error {
	var element struct {
		Inner []byte `xml:",innerxml"`
	}
	if err := d.DecodeElement(&element, &start); err != nil {
		return err
	}
	return wexml.Unmarshal(slices.Concat([]byte("<xml>"), element.Inner, []byte("</xml>")), v)
}

// unmarshalJSON decodes leniently; lists may have the wrapper that they have in XML.
func unmarshalJSON(data []byte, v any) error {
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber() // 64-bit ids do not survive a float64
	var object map[string]any
	if err := dec.Decode(&object); err != nil {
		return err
	}
	for name, value := range object {
		object[name] = unwrap(value)
	}
	plain, err := json.Marshal(object)
	if err != nil {
		return err
	}
	return lenient.Unmarshal(plain, v)
}

// unwrap turns {"Item": […]} into the list itself.
func unwrap(node any) any {
	switch n := node.(type) {
	case map[string]any:
		if len(n) == 0 {
			return nil
		}
		for name, value := range n {
			n[name] = unwrap(value)
			if len(n) == 1 && slices.Contains(wrapped[:], name) {
				return n[name]
			}
		}
	case []any:
		for i := range n {
			n[i] = unwrap(n[i])
		}
	}
	return node
}

// wrapped has the elements that stand, repeated, in one around them.
var wrapped = [...]string{
	"Item", "item", "OpenKfId", "SelectedItem", "OptionId", "ApprovalNode", "NotifyNode", "GroupId", "CorpId",
}
