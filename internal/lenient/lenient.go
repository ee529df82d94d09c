// Package lenient decodes JSON as WeCom sends it.
//
// WeCom sends numbers as text and text as numbers, "" or an empty list for a missing object,
// one element in place of a list, and sometimes a raw newline inside a string. One malformed
// value must not make the whole answer unreadable: an unreadable answer to an auth code is a
// lost installation. So every field is decoded alone. A value that does not fit is left zero
// and reported.
package lenient

import (
	"bytes"
	"encoding/json"
	"io"
	"reflect"
	"slices"
)

// Unmarshal decodes data into v field by field, under the names and rules of encoding/json.
// What encoding/json accepts has the same result here, except that a number in an interface
// becomes a json.Number: a float64 cannot hold an id of 64 bits.
//
// It also accepts: outside values, a byte-order mark and control characters; inside strings,
// raw control characters and unknown escapes; for a number, a string or a bool; for a whole
// number, 1.0 and 1e3; for a string, a number or a bool; for a bool, 0, 1 and a string; for
// a list, one element, a string with commas or an empty object; for an object, an empty
// string or an empty list. An empty string for a number or a bool is zero and no misfit.
//
// misfits has the paths of the values that did not fit and were left zero, at most 20:
// a.b[2].c, with * for the key of a map and "." for the whole document. The names are those
// of the fields, so a path holds no text of the document. A type with an UnmarshalJSON or
// UnmarshalText method decodes itself; its error is a misfit.
//
// err is set only if data is not even such JSON, or if v is nil or no pointer. v must be a
// zero value: old content may be kept, merged or cleared.
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
			target.Elem().SetZero() // the first of several documents may be decoded already
			return nil, err
		}
	}
	if err == nil {
		return nil, nil
	}
	d := &decoder{data: data, plans: map[planKey]*plan{}}
	return d.repair(target.Elem(), err), nil
}

// isSyntaxError reports whether err is about data, and not from a type that decodes itself.
func isSyntaxError(data []byte, err error) bool {
	_, ok := err.(*json.SyntaxError)
	return ok && !json.Valid(data)
}

// readNumbers is json.Unmarshal, but slower, with json.Number for numbers in interfaces.
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

// holdsInterface reports whether values of type t can contain an interface. It looks at the
// fields of a zero value, because reflect.Type.Field allocates.
func holdsInterface(t reflect.Type) bool {
	var seen typeSet
	return seen.findInterface(reflect.Zero(t))
}

// typeSet has the types already visited: a type may contain itself. It is no map, because
// that would allocate for each answer.
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
