// Package wexml decodes the XML that WeCom sends: elements, text, CDATA, references.
//
// It reads a subset of what encoding/xml reads, several times faster: no attributes, name
// spaces, comments, DTD or processing instructions but an XML declaration, ASCII names only.
// What it accepts, it decodes as encoding/xml does, by the same `xml` tags (names, a>b,
// embedded structs); methods such as UnmarshalXML are not called. A second tag says what
// plain tags cannot:
//
//	Ids   []string `xml:"Ids" wecom:"list"`         // one element with comma-separated text
//	Attrs []Attr   `xml:"Attrs" wecom:"child=Item"` // one element around repeated <Item>
package wexml

import (
	"errors"
	"fmt"
	"reflect"
	"sync"
)

const (
	maxSize  = 1 << 20
	maxDepth = 64
)

var errSize = errors.New("wexml: document over 1 MiB")

// nodes keeps the table of one decoding for the next. It holds offsets, no text.
var nodes = sync.Pool{New: func() any {
	table := make([]node, 0, 64)
	return &table
}}

// Unmarshal decodes a whole document into the struct that v points to.
func Unmarshal(data []byte, v any) error {
	return UnmarshalBoth(data, v, func() any { return nil })
}

// UnmarshalBoth reads the document once and decodes it twice: into the struct that head
// points to, then into the one that next, knowing the head, returns; nil for none.
//
// Strings in the result share one copy of data.
func UnmarshalBoth(data []byte, head any, next func() any) error {
	var d document
	defer d.free()
	if err := d.read(data); err != nil {
		return err
	}
	if err := d.decode(head); err != nil {
		return err
	}
	if v := next(); v != nil {
		return d.decode(v)
	}
	return nil
}

// Text finds the last element of that name directly inside the root; "" if there is none.
func Text(data []byte, name string) (text string, err error) {
	var d document
	defer d.free()
	if err := d.read(data); err != nil {
		return "", err
	}
	for i := uint32(1); i < d.nodes[0].next; i = d.nodes[i].next {
		if d.name(i) == name {
			text = d.textOf(i)
		}
	}
	return text, nil
}

// read checks the whole document.
func (d *document) read(data []byte) error {
	if len(data) > maxSize {
		return errSize
	}
	cr, err := checkChars(data)
	if err != nil {
		return err
	}
	d.src, d.cr = string(data), cr
	d.table = nodes.Get().(*[]node)
	d.nodes = (*d.table)[:0]
	return d.scan()
}

// free gives the table back, whatever read has returned.
func (d *document) free() {
	if d.table != nil {
		*d.table = d.nodes
		nodes.Put(d.table)
	}
}

func (d *document) decode(v any) error {
	ptr := reflect.ValueOf(v)
	if ptr.Kind() != reflect.Pointer || ptr.IsNil() || ptr.Elem().Kind() != reflect.Struct {
		return fmt.Errorf("wexml: cannot decode into %T, only into a pointer to a struct", v)
	}
	p, err := planOf(ptr.Type().Elem())
	if err != nil {
		return err
	}
	return d.fill(ptr.Elem(), p, 0)
}
