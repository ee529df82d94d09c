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
// The type depends on the content, not on the URL. Elements without a field are in Raw only.
// Malformed documents are read as far as possible: control characters, bad UTF-8, a
// truncated document, other shapes of lists. A value that does not fit its field is zero and
// named in Misfits. The error is always ErrPayload, only for a document that is neither XML
// nor JSON, is over 1 MiB, or defines entities. Parse keeps payload: do not change it
// afterwards.
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

// readAsLink makes the content an [AcquisitionLinkEvent] if the push names a link and no
// contact. Nothing else shows the difference.
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

// unmarshalXML implements encoding/xml for structs with wecom tags.
func unmarshalXML(d *xml.Decoder, start xml.StartElement, v any) error {
	var element struct {
		Inner []byte `xml:",innerxml"`
	}
	if err := d.DecodeElement(&element, &start); err != nil {
		return err
	}
	return unmarshal(slices.Concat([]byte("<xml>"), element.Inner, []byte("</xml>")), v)
}

// unmarshalJSON implements encoding/json for them, and accepts quoted numbers.
func unmarshalJSON(data []byte, v any) error {
	if string(data) == "null" {
		return nil
	}
	return unmarshal(data, v)
}

// unmarshal returns an error for values that do not fit. The other fields are set, as
// encoding/json does it.
func unmarshal(data []byte, v any) error {
	misfits, err := wexml.Unmarshal(data, v)
	if err == nil && len(misfits) > 0 {
		err = fmt.Errorf("callback: the values of %s do not fit", strings.Join(misfits, ", "))
	}
	return err
}
