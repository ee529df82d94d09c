package platform

import (
	"bytes"
	"encoding/xml"
	"strconv"
	"strings"
)

// Field is one element of an event: made by [Text], [Number] or [Group].
type Field struct {
	name, text string
	bare       bool // stands without CDATA
	group      []Field
}

// Text is an element with a text.
func Text(name, text string) Field { return Field{name: name, text: text} }

// Number is an element with a whole number, which is how times are sent as well.
func Number(name string, n int64) Field {
	return Field{name: name, text: strconv.FormatInt(n, 10), bare: true}
}

// Group is an element of elements.
func Group(name string, fields ...Field) Field {
	return Field{name: name, group: append([]Field{}, fields...)}
}

// EventXML writes an event: fields in the order given, below <xml>.
func EventXML(fields ...Field) []byte {
	var b bytes.Buffer
	Group("xml", fields...).write(&b)
	return b.Bytes()
}

func (f Field) write(b *bytes.Buffer) {
	b.WriteString("<" + f.name + ">")
	switch {
	case f.group != nil:
		for _, inner := range f.group {
			inner.write(b)
		}
	case f.bare:
		b.WriteString(f.text)
	case strings.Contains(f.text, "]]>"): // would end the CDATA
		_ = xml.EscapeText(b, []byte(f.text)) // into a bytes.Buffer: no error
	default:
		b.WriteString("<![CDATA[" + f.text + "]]>")
	}
	b.WriteString("</" + f.name + ">")
}
