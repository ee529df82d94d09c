package callback

import (
	"encoding/xml"
	"fmt"
	"slices"
	"strings"

	"github.com/gothird/wecom/internal/wexml"
)

// Parse decodes a decrypted push, XML or JSON.
//
// The content decides, not the URL on which it came. Elements that the types do not have
// stay in Raw. Odd forms are read as well as can be: control characters, bad UTF-8, a
// document that breaks off, other shapes of lists; values that do not fit their fields are
// left zero and named in Misfits. The error is always ErrPayload, and only for what is
// neither XML nor JSON, over 1 MiB, or defines entities. Parse keeps payload: do not change
// it afterwards.
func Parse(payload []byte) (*Notice, error) {
	n := &Notice{Raw: payload}
	misfits, err := wexml.UnmarshalBoth(payload, &n.EventNotify, func() any {
		n.Content = newEvent(&n.EventNotify)
		return n.Content
	})
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrPayload, err)
	}
	n.Misfits = misfits
	switch e := n.Content.(type) {
	case nil:
		n.Content = &UnknownEvent{Kind: n.Kind(), ChangeType: n.ChangeType}
	case *ExternalContactEvent:
		n.readAsLink(e)
	case *TaskCardEvent:
		n.AgentID = max(n.AgentID, e.AgentId)
	}
	return n, nil
}

// readAsLink makes the content an [AcquisitionLinkEvent] if it is one, which only its
// elements tell: it names a link and no contact.
func (n *Notice) readAsLink(e *ExternalContactEvent) {
	if e.ExternalUserID != "" {
		return
	}
	link := new(AcquisitionLinkEvent)
	misfits, err := wexml.UnmarshalBoth(n.Raw, new(EventNotify), func() any { return link })
	if err == nil && (link.LinkId != "" || slices.Contains(misfits, "LinkId")) {
		n.Content, n.Misfits = link, misfits
	}
}

// unmarshalXML lets plain encoding/xml decode the structs whose lists need the wecom tags.
func unmarshalXML(d *xml.Decoder, start xml.StartElement, v any) error {
	var element struct {
		Inner []byte `xml:",innerxml"`
	}
	if err := d.DecodeElement(&element, &start); err != nil {
		return err
	}
	return unmarshal(slices.Concat([]byte("<xml>"), element.Inner, []byte("</xml>")), v)
}

// unmarshalJSON does the same for encoding/json, and takes quoted numbers.
func unmarshalJSON(data []byte, v any) error {
	if string(data) == "null" {
		return nil
	}
	return unmarshal(data, v)
}

// unmarshal has an error for values that do not fit. The others are set nevertheless, as
// encoding/json does it.
func unmarshal(data []byte, v any) error {
	misfits, err := wexml.Unmarshal(data, v)
	if err == nil && len(misfits) > 0 {
		err = fmt.Errorf("callback: the values of %s do not fit", strings.Join(misfits, ", "))
	}
	return err
}
