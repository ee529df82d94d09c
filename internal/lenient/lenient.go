// Package lenient decodes JSON as WeCom writes it.
//
// WeCom writes numbers as text and text as numbers, "" or an empty list where an object is
// missing, one element where a list is meant, and now and then a raw newline inside a text.
// One odd value must not cost the whole answer: an answer to an auth code that cannot be
// read is an installation that is lost. So every field is decoded alone, and what does not
// fit is left zero and named.
package lenient

import (
	"bytes"
	"encoding/json"
	"io"
	"reflect"
)

// Unmarshal decodes data into v field by field, under the names and rules of
// encoding/json. What encoding/json takes gives the same value here, except that a number
// becomes a json.Number where v has an interface: an id of 64 bits does not survive a
// float64.
//
// Beyond that it takes, outside of values, a byte-order mark and control characters; inside
// of texts, raw control characters and unknown escapes; for a number, text or a truth
// value; for a whole number, 1.0 and 1e3; for a text, a number or a truth value; for a
// truth value, 0, 1 and text; for a list, one element, text with commas or an empty object;
// for an object, an empty text or an empty list. An empty text is also no number and no
// truth value, which is no misfit.
//
// misfits has the paths of the values that did not fit and were left zero, at most 20:
// a.b[2].c, with * for the key of a map and "." for the whole document. The names are those
// of the fields, so a path repeats nothing of what came. A type with an UnmarshalJSON or
// UnmarshalText of its own decides for itself; its error is a misfit.
//
// err is set only if data is no JSON even so, or if v is no pointer or nil. v must be
// fresh: what it already holds may be kept, merged or cleared.
func Unmarshal(data []byte, v any) (misfits []string, err error) {
	target := reflect.ValueOf(v)
	if target.Kind() != reflect.Pointer || target.IsNil() {
		return nil, &json.InvalidUnmarshalError{Type: reflect.TypeOf(v)}
	}
	read := reader(v, target.Type().Elem())
	err = read(data, v)
	if _, ok := err.(*json.SyntaxError); ok && !json.Valid(data) { // else it is of v's own decoder
		target.Elem().SetZero()
		data = clean(data)
		if err := syntaxError(data); err != nil {
			return nil, err
		}
		err = read(data, v)
	}
	if err == nil {
		return nil, nil
	}
	d := &decoder{data: data, plans: map[planKey]*plan{}}
	return d.repair(target.Elem(), err), nil
}

// reader is json.Unmarshal, or its slower equal with json.Number where v needs that.
func reader(v any, t reflect.Type) func([]byte, any) error {
	if _, ok := v.(json.Unmarshaler); !ok && holdsInterface(t) {
		return readNumbers
	}
	return json.Unmarshal
}

// readNumbers is json.Unmarshal with json.Number for the numbers in interfaces.
func readNumbers(data []byte, v any) error {
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	err := dec.Decode(v)
	if _, ok := err.(*json.SyntaxError); ok || err == io.EOF || err == io.ErrUnexpectedEOF {
		return syntaxErrorOr(data, err)
	}
	if len(bytes.TrimLeft(data[dec.InputOffset():], " \t\r\n")) > 0 {
		return syntaxErrorOr(data, err) // text behind the value
	}
	return err
}

// syntaxErrorOr is the syntax error of data, else err.
func syntaxErrorOr(data []byte, err error) error {
	if syntax := syntaxError(data); syntax != nil {
		return syntax
	}
	return err
}

// syntaxError says why data is no JSON, in the words of encoding/json.
func syntaxError(data []byte) error {
	if json.Valid(data) {
		return nil
	}
	var raw json.RawMessage
	return json.Unmarshal(data, &raw)
}

// holdsInterface says whether values of type t can have an interface in them. It asks
// zero values for their fields, as types allocate with each answer.
func holdsInterface(t reflect.Type) bool {
	var seen [16]reflect.Type
	found, _ := findInterface(reflect.Zero(t), seen[:0])
	return found
}

func findInterface(v reflect.Value, seen []reflect.Type) (bool, []reflect.Type) {
	switch kind := v.Kind(); kind {
	case reflect.Interface:
		return true, seen
	case reflect.Struct, reflect.Map, reflect.Slice, reflect.Array, reflect.Pointer:
		t := v.Type()
		for _, known := range seen {
			if known == t {
				return false, seen
			}
		}
		seen = append(seen, t)
		if kind != reflect.Struct {
			return findInterface(reflect.Zero(t.Elem()), seen)
		}
	}
	return findInField(v, seen)
}

func findInField(v reflect.Value, seen []reflect.Type) (found bool, _ []reflect.Type) {
	if v.Kind() != reflect.Struct {
		return false, seen
	}
	for i := range v.NumField() {
		if found, seen = findInterface(v.Field(i), seen); found {
			break
		}
	}
	return found, seen
}
