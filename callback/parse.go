package callback

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"regexp"
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
	err := n.decode(payload)
	if err != nil && blanks.Match(payload) {
		// To encoding/xml, and so to wexml, an empty number is 0 but a blank one an error.
		*n = Notice{Raw: payload}
		err = n.decode(blanks.ReplaceAll(payload, []byte("></")))
	}
	switch {
	case n.Content == nil && err != nil:
		return nil, fmt.Errorf("%w: %w", ErrPayload, err)
	case n.Content == nil || err != nil:
		n.Content = &UnknownEvent{Kind: n.Kind(), ChangeType: n.ChangeType, Err: err}
	}
	n.tidy()
	return n, nil
}

// blanks is the end of an element that holds blanks only.
var blanks = regexp.MustCompile(`>(?:\s+|\s*<!\[CDATA\[\s+\]\]>\s*)</`)

func (n *Notice) decode(payload []byte) error {
	return unmarshalBoth(payload, &n.EventNotify, func() any {
		n.trim()
		n.Content = newEvent(&n.EventNotify)
		return n.Content
	})
}

// unmarshalBoth decodes into head, then into what next, knowing the head, returns.
func unmarshalBoth(payload []byte, head any, next func() any) error {
	if first := bytes.TrimLeft(payload, " \t\r\n"); len(first) > 0 && first[0] == '{' {
		return unmarshalBothJSON(payload, head, next)
	}
	return wexml.UnmarshalBoth(payload, head, next)
}

// tidy does what depends on the event: a shape that only the content tells, blanks around
// a text that has none, and the one head with a spelling of its own.
func (n *Notice) tidy() {
	switch e := n.Content.(type) {
	case *ExternalContactEvent:
		if e.ExternalUserID != "" {
			break
		}
		link := new(AcquisitionLinkEvent)
		if err := unmarshalBoth(n.Raw, link, func() any { return nil }); err == nil && link.LinkId != "" {
			n.Content = link
		}
	case *SuiteTicketEvent:
		e.SuiteTicket = strings.TrimSpace(e.SuiteTicket)
	case *AuthEvent:
		e.AuthCode = strings.TrimSpace(e.AuthCode)
	case *ContactEvent:
		e.Avatar = strings.TrimSpace(e.Avatar)
	case *SchoolContactBatchEvent:
		for i := range e.ChangeList {
			c := &e.ChangeList[i]
			c.ChangeType = strings.TrimSpace(c.ChangeType)
		}
	case *TaskCardEvent:
		n.AgentID = max(n.AgentID, e.AgentId)
	}
}

func unmarshalBothJSON(data []byte, head any, next func() any) error {
	if err := decodeJSON(data, head); err != nil {
		return err
	}
	v := next()
	if v == nil {
		return nil
	}
	return unmarshalJSON(data, v, "AgentID")
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

// unmarshalJSON does the same for encoding/json, and takes quoted numbers. It skips one
// name: AgentID is the app of a push and belongs to the head, AgentId an app that an event
// speaks of, but encoding/json ignores case.
func unmarshalJSON(data []byte, v any, skip string) error {
	var object map[string]any
	if err := decodeJSON(data, &object); err != nil {
		return err
	}
	delete(object, skip)
	for name, value := range object {
		object[name] = unwrap(value)
	}
	plain, err := json.Marshal(object)
	if err != nil {
		return err
	}
	return decodeJSON(plain, v)
}

func decodeJSON(data []byte, v any) error {
	misfits, err := lenient.Unmarshal(data, v)
	if err == nil && len(misfits) > 0 {
		err = fmt.Errorf("the values of %s do not fit", strings.Join(misfits, ", "))
	}
	return err
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
