package lenient

import (
	"encoding"
	"encoding/json"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// decoder reads a valid document a second time, together with the value that encoding/json
// has filled from it, and repairs what did not fit.
//
//	filled: encoding/json has set this value from this very text. Then what fits is
//	        passed over, which is much cheaper than decoding it.
//	not:    encoding/json gave up before it, or the value is new. Then all is decoded.
//
// Each method begins at the first byte of a value and ends behind the last. A bool result
// reports whether the value fits; if not, the caller notes a misfit and leaves the field
// zero.
type decoder struct {
	data       []byte
	at         int
	plans      map[planKey]*plan
	ownDecoder bool // a type of the document decodes itself
	path       []step
	misfits    []string
}

// step is a name, or an index in a list.
type step struct {
	name  string
	index int
}

const (
	maxMisfits = 20
	maxSteps   = 32 // limit of a path; a document may be thousands of levels deep
)

// repair decodes the document into v after encoding/json returned err for it.
func (d *decoder) repair(v reflect.Value, err error) []string {
	p := d.plan(v.Type(), true)
	// After a mismatch of its own encoding/json goes on, after any other error it may stop.
	_, filled := err.(*json.UnmarshalTypeError)
	filled = filled && !d.ownDecoder // its errors look the same
	d.at = skipBlank(d.data, 0)
	if !d.value(v, p, filled) {
		v.SetZero()
		d.misfit()
	}
	return d.misfits
}

// value decodes the next value into v.
func (d *decoder) value(v reflect.Value, p *plan, filled bool) bool {
	switch p.shape {
	case shapePointer:
		return d.pointer(v, p, filled)
	case shapeList:
		return d.list(v, p, filled)
	case shapeRecord, shapeMap:
		return d.object(v, p, filled)
	case shapeOwn:
		return d.own(v)
	case shapeFree:
		return d.free(v)
	case shapeRaw:
		v.SetBytes(slices.Clone(d.take()))
		return true
	}
	return d.scalar(v, p)
}

// within decodes the value at step s.
func (d *decoder) within(s step, v reflect.Value, p *plan, filled bool) {
	d.path = append(d.path, s)
	if !d.value(v, p, filled) {
		if v.CanSet() { // an unexported embedded struct cannot be set, its fields can
			v.SetZero()
		}
		d.misfit()
	}
	d.path = d.path[:len(d.path)-1]
}

func (d *decoder) misfitAt(s step) {
	d.path = append(d.path, s)
	d.misfit()
	d.path = d.path[:len(d.path)-1]
}

// misfit adds the present path to the misfits.
func (d *decoder) misfit() {
	if len(d.misfits) == maxMisfits {
		return
	}
	var path strings.Builder
	for i, s := range d.path {
		if i == maxSteps {
			path.WriteString("…")
			break
		}
		switch {
		case s.name == "":
			path.WriteString("[" + strconv.Itoa(s.index) + "]")
			continue
		case path.Len() > 0:
			path.WriteByte('.')
		}
		path.WriteString(s.name)
	}
	if path.Len() == 0 {
		path.WriteByte('.')
	}
	d.misfits = append(d.misfits, path.String())
}

// take skips a value and returns it.
func (d *decoder) take() []byte {
	start := d.at
	d.at = skipValue(d.data, start)
	return d.data[start:d.at]
}

// more moves to the next element or member, or behind the end of the list or object.
func (d *decoder) more(end byte) bool {
	d.at = skipBlank(d.data, d.at)
	if d.first() == ',' {
		d.at = skipBlank(d.data, d.at+1)
	}
	if d.first() == end {
		d.at++
		return false
	}
	return true
}

// first returns the first byte of the next value.
func (d *decoder) first() byte { return d.data[d.at] }

func (d *decoder) pointer(v reflect.Value, p *plan, filled bool) bool {
	// Only the first bytes are checked: skipping each value before decoding it would take
	// time that grows with the square of the depth.
	isText, isList := p.elem.shape == shapeText, p.elem.shape == shapeList
	if d.first() == 'n' || !isText && !isList && isEmpty(d.data[d.at:]) {
		d.take()
		v.SetZero()
		return true
	}
	if v.IsNil() {
		v.Set(reflect.New(p.elem.typ))
	}
	return d.value(v.Elem(), p.elem, filled)
}

// isEmpty reports whether data begins with "" or [], which WeCom often sends for an absent
// value.
func isEmpty(data []byte) bool {
	return opens(data, '"', '"') || opens(data, '[', ']')
}

// opens reports whether data begins with the two bytes and only blanks between them.
func opens(data []byte, first, last byte) bool {
	return data[0] == first && data[skipBlank(data, 1)] == last
}

func (d *decoder) free(v reflect.Value) bool {
	var value any
	err := readNumbers(d.take(), &value)
	if value == nil {
		v.SetZero()
	} else {
		v.Set(reflect.ValueOf(value))
	}
	return err == nil
}

// own lets a type decode itself.
func (d *decoder) own(v reflect.Value) bool {
	raw := d.take()
	if !v.Addr().CanInterface() { // of an unexported embedded struct
		return false
	}
	var err error
	switch u := v.Addr().Interface().(type) {
	case json.Unmarshaler:
		err = u.UnmarshalJSON(raw)
	case encoding.TextUnmarshaler:
		if string(raw) == "null" {
			return true
		}
		text, ok := Text(raw)
		if !ok {
			return false
		}
		err = u.UnmarshalText([]byte(text))
	}
	if err != nil && isEmpty(raw) {
		v.SetZero()
		return true
	}
	return err == nil
}

func (d *decoder) scalar(v reflect.Value, p *plan) bool {
	c, raw := d.first(), d.take()
	switch c {
	case 'n':
		return true
	case '{', '[':
		return false
	case '"':
		return setText(v, p, unquote(raw))
	case 't', 'f':
		return setTruth(v, p, string(raw))
	}
	return setText(v, p, string(raw))
}
