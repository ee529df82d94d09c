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
	"slices"
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
	read := json.Unmarshal
	if holdsInterface(target.Type().Elem()) {
		read = readNumbers
	}
	err = read(data, v)
	if isSyntaxError(data, err) {
		data = clean(data)
		if err = read(data, v); isSyntaxError(data, err) {
			target.Elem().SetZero() // the first of several documents may have been decoded
			return nil, err
		}
	}
	if err == nil {
		return nil, nil
	}
	d := &decoder{data: data, plans: map[planKey]*plan{}}
	return d.repair(target.Elem(), err), nil
}

// isSyntaxError says whether err is of data, not of a type that decodes itself.
func isSyntaxError(data []byte, err error) bool {
	_, ok := err.(*json.SyntaxError)
	return ok && !json.Valid(data)
}

// readNumbers is json.Unmarshal, but slower, with json.Number for the numbers in interfaces.
func readNumbers(data []byte, v any) error {
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	err := dec.Decode(v)
	if _, end := dec.Token(); err == nil && end == io.EOF { // nothing behind the value
		return nil
	}
	var raw json.RawMessage
	if syntax := json.Unmarshal(data, &raw); syntax != nil {
		return syntax // in the words of json.Unmarshal
	}
	return err
}

// holdsInterface says whether values of type t can have an interface in them. It asks zero
// values for their fields, because a type allocates with each field that it tells of.
func holdsInterface(t reflect.Type) bool {
	var seen typeSet
	return seen.findInterface(reflect.Zero(t))
}

// typeSet has the types that were looked at: a type may contain itself. It is no map, which
// would cost each answer an allocation.
type typeSet struct {
	types [32]reflect.Type
	n     int
}

func (s *typeSet) findInterface(v reflect.Value) bool {
	kind := v.Kind()
	switch kind {
	case reflect.Interface:
		return true
	case reflect.Struct, reflect.Map, reflect.Slice, reflect.Array, reflect.Pointer:
	default:
		return false
	}
	t := v.Type()
	if slices.Contains(s.types[:s.n], t) {
		return false
	}
	if s.n == len(s.types) {
		return true // perhaps; readNumbers is right for all types
	}
	s.types[s.n] = t
	s.n++
	if kind != reflect.Struct {
		return s.findInterface(reflect.Zero(t.Elem()))
	}
	for i := range v.NumField() {
		if s.findInterface(v.Field(i)) {
			return true
		}
	}
	return false
}
