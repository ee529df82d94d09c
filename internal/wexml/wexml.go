// Package wexml decodes what WeCom pushes, XML or JSON, into structs.
//
// A document of the usual form (elements, text, CDATA, references) is read in place, several
// times faster than by encoding/xml. Any other document is converted to that form first, by
// [repair] or from JSON: what WeCom has signed is never refused for its form.
//
// What encoding/xml accepts is decoded as encoding/xml does, by the same `xml` tags (names,
// a>b, embedded structs); methods such as UnmarshalXML are not called. JSON is decoded by
// the same tags, so that both forms have the same result. Differences from encoding/xml:
//
//   - A value that does not fit its field leaves it zero and is named, as a misfit; the
//     rest is decoded. Of a text with elements in it the text stays. Numbers are read as
//     internal/lenient reads them.
//   - A text whose element is named as an id or a code (see isIdName) loses the blanks
//     around it.
//   - A list may come as repeated elements, as one element around them, or around elements
//     called item.
//
// The wecom tag has further options, separated by blanks:
//
//	Ids   []string `xml:"Ids" wecom:"list"`         // one element with comma-separated text
//	Attrs []Attr   `xml:"Attrs" wecom:"child=Item"` // one element around repeated <Item>
//	Phone string   `xml:"Phone" wecom:"trim"`       // as if its name were that of an id
//	Step  int      `xml:"Step" wecom:"or=step"`     // under another name, too
package wexml

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"sync"
)

const (
	maxSize  = 1 << 20
	maxDepth = 64

	// Up to this size the strings of a result share one copy of the document. In a larger
	// document each string is copied, so that a stored id does not keep a megabyte in
	// memory.
	sharedSize = 4 << 10

	// Text reads no more elements: envelopes have three, and are read before the signature
	// is checked.
	envelopeNodes = 256

	// A larger table is not kept for the next document.
	pooledNodes = 4 << 10
)

// Errors for documents that are not accepted.
var (
	errSize = errors.New("wexml: document over 1 MiB")
	errForm = errors.New("wexml: neither XML nor JSON, or nothing in it is complete")
	errDTD  = errors.New("wexml: document type with definitions of its own")
)

// memory is reused for the next document. It holds offsets and plans, no text.
type memory struct {
	nodes []node
	path  []step
}

// memories begin with room for most pushes.
var memories = sync.Pool{New: func() any {
	return &memory{make([]node, 0, 64), make([]step, 0, 8)}
}}

// Unmarshal decodes a document into the struct that v points to, which must be zero.
//
// misfits has the paths of the values that did not fit and were left zero, at most 20, by
// the names of the fields: ExtAttr.Item[2].Type. A list has an index, from 0. "." stands for
// the document: it was truncated or nested too deeply, and a part of it was not read.
func Unmarshal(data []byte, v any) (misfits []string, err error) {
	return UnmarshalBoth(data, v, func() any { return nil })
}

// UnmarshalBoth reads the document once and decodes it twice: into the struct that head
// points to, then into the one that next returns, which may depend on head; nil: none.
func UnmarshalBoth(data []byte, head any, next func() any) (misfits []string, err error) {
	var d document
	defer d.free()
	if err := d.read(data); err != nil {
		return nil, err
	}
	if d.lossy {
		d.misfit()
	}
	if err := d.decode(head); err != nil {
		return nil, err
	}
	if v := next(); v != nil {
		if err := d.decode(v); err != nil {
			return nil, err
		}
	}
	return d.misfits, nil
}

// Text returns the text of the last element with that name directly inside the root; "" if
// there is none. In JSON case does not count. It is for small documents, and fails if there
// are many elements.
func Text(data []byte, name string) (text string, err error) {
	d := document{limit: envelopeNodes}
	defer d.free()
	if err := d.read(data); err != nil {
		return "", err
	}
	for i := uint32(1); i < d.nodes[0].next; i = d.nodes[i].next {
		if n := d.name(i); n == name || d.json && foldsTo(n, name) {
			text = d.textOf(i)
		}
	}
	return text, nil
}

// Names lists the elements directly inside the root.
func Names(data []byte) []string {
	var d document
	defer d.free()
	if d.read(data) != nil {
		return nil
	}
	var names []string
	for i := uint32(1); i < d.nodes[0].next; i = d.nodes[i].next {
		names = append(names, strings.Clone(d.name(i)))
	}
	return names
}

// read makes the table of the whole document.
func (d *document) read(data []byte) error {
	if len(data) > maxSize {
		return errSize
	}
	d.memory = memories.Get().(*memory)
	d.nodes, d.path = d.memory.nodes[:0], d.memory.path[:0]
	if isJSON(data) {
		return d.readJSON(data)
	}
	cr, ok := checkChars(data)
	if ok && d.scan(string(data), cr) {
		return nil
	}
	if d.isFull() {
		return errForm
	}
	text, lossy, err := repair(data, d.limit)
	if err != nil {
		return err
	}
	if !d.scan(text, false) {
		return errForm
	}
	d.lossy = lossy
	return nil
}

func isJSON(data []byte) bool {
	return isNested(trimStart(data))
}

// trimStart drops blanks, control characters and byte-order marks.
func trimStart(data []byte) []byte {
	return bytes.TrimLeftFunc(data, func(r rune) bool { return r <= ' ' || r == '\ufeff' })
}

// free returns the memory to the pool.
func (d *document) free() {
	if d.memory != nil && cap(d.nodes) <= pooledNodes {
		d.memory.nodes, d.memory.path = d.nodes, d.path
		memories.Put(d.memory)
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
	d.fill(ptr.Elem(), p, 0)
	return nil
}
