// Package lenient decodes JSON as WeCom writes it: numbers as text and text as
// numbers, "" or an empty list where an object is missing, one element where a list
// is meant.
package lenient

import (
	"bytes"
	"encoding/json"
	"errors"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// Unmarshal is json.Unmarshal which bends a value to the kind of its field where the
// two differ. Types with an UnmarshalJSON of their own decide for themselves.
func Unmarshal(data []byte, v any) error {
	err := json.Unmarshal(data, v)
	var mismatch *json.UnmarshalTypeError
	if !errors.As(err, &mismatch) {
		return err
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber() // 64-bit ids do not survive a float64
	var tree any
	if err := dec.Decode(&tree); err != nil {
		return err
	}
	target := reflect.ValueOf(v).Elem()
	bent, err := json.Marshal(bend(tree, target.Type()))
	if err != nil {
		return err
	}
	fresh := reflect.New(target.Type()) // the first try left its half in v
	if err := json.Unmarshal(bent, fresh.Interface()); err != nil {
		return err
	}
	target.Set(fresh.Elem())
	return nil
}

var unmarshaler = reflect.TypeFor[json.Unmarshaler]()

// bend returns node in the form that a value of type t is decoded from.
func bend(node any, t reflect.Type) any {
	if t.Kind() == reflect.Pointer {
		return bend(node, t.Elem())
	}
	if node == nil || reflect.PointerTo(t).Implements(unmarshaler) {
		return node
	}
	switch t.Kind() {
	case reflect.String:
		return text(node)
	case reflect.Bool:
		return boolean(node)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64,
		reflect.Float32, reflect.Float64:
		return number(node, t.Kind())
	case reflect.Slice:
		return list(node, t.Elem())
	case reflect.Map:
		return object(node, func(string) (reflect.Type, bool) { return t.Elem(), true })
	case reflect.Struct:
		return object(node, func(name string) (reflect.Type, bool) { return field(t, name) })
	}
	return node
}

func text(node any) any {
	switch n := node.(type) {
	case json.Number:
		return n.String()
	case bool:
		return strconv.FormatBool(n)
	}
	return node
}

func boolean(node any) any {
	switch s, _ := text(node).(string); strings.ToLower(strings.TrimSpace(s)) {
	case "1", "true":
		return true
	case "0", "false", "":
		if _, isText := text(node).(string); isText {
			return false
		}
	}
	return node
}

func number(node any, kind reflect.Kind) any {
	switch n := node.(type) {
	case bool:
		if n {
			return json.Number("1")
		}
		return json.Number("0")
	case string:
		s := strings.TrimSpace(n)
		if s == "" {
			return nil // not given
		}
		if !json.Valid([]byte(s)) || !strings.ContainsAny(s[:1], "-0123456789") {
			return node // its text would stand in the error
		}
		return number(json.Number(s), kind)
	case json.Number:
		if kind == reflect.Float32 || kind == reflect.Float64 {
			return n
		}
		if _, err := n.Int64(); err == nil {
			return n
		}
		if f, err := n.Float64(); err == nil && f == float64(int64(f)) {
			return json.Number(strconv.FormatInt(int64(f), 10))
		}
		return n
	}
	return node
}

func list(node any, elem reflect.Type) any {
	switch n := node.(type) {
	case []any:
		for i := range n {
			n[i] = bend(n[i], elem)
		}
		return n
	case string:
		if elem.Kind() == reflect.Uint8 {
			return n // []byte travels as base64
		}
		parts := strings.Split(n, ",")
		parts = slices.DeleteFunc(parts, func(s string) bool { return strings.TrimSpace(s) == "" })
		out := make([]any, len(parts))
		for i, s := range parts {
			out[i] = bend(strings.TrimSpace(s), elem)
		}
		return out
	}
	return []any{bend(node, elem)}
}

func object(node any, typeOf func(name string) (reflect.Type, bool)) any {
	switch n := node.(type) {
	case map[string]any:
		for name, value := range n {
			if t, ok := typeOf(name); ok {
				n[name] = bend(value, t)
			}
		}
	case []any:
		if len(n) == 0 {
			return nil // an empty object, as some languages write it
		}
	case string:
		if strings.TrimSpace(n) == "" {
			return nil
		}
	}
	return node
}

// field finds the field of struct t that JSON calls name, as encoding/json does.
func field(t reflect.Type, name string) (reflect.Type, bool) {
	var folded reflect.Type
	for _, f := range reflect.VisibleFields(t) {
		tag, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case !f.IsExported() || tag == "-" || f.Anonymous && tag == "":
			continue
		case tag == "":
			tag = f.Name
		}
		if tag == name {
			return f.Type, true
		}
		if folded == nil && strings.EqualFold(tag, name) {
			folded = f.Type
		}
	}
	return folded, folded != nil
}
