package snapshot

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"unicode/utf8"
)

// reference is what a pointer or map refers to.
type reference struct {
	at uintptr
	of reflect.Type
}

type encoder struct {
	plans plans
	ids   map[reference]int
	queue []reflect.Value // what was referred to, by number
	out   []byte
	err   error // the first one
}

func (e *encoder) text(s string) { e.out = append(e.out, s...) }

func (e *encoder) comma(i int) {
	if i > 0 {
		e.out = append(e.out, ',')
	}
}

func (e *encoder) fail(err error) {
	if e.err == nil {
		e.err = err
	}
}

// json writes what encoding/json can.
func (e *encoder) json(v any) {
	text, err := json.Marshal(v)
	if err != nil {
		e.fail(fmt.Errorf("snapshot: %w", err))
	}
	e.out = append(e.out, text...)
}

func (e *encoder) value(v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		e.string(v.String())
	case reflect.Slice:
		e.slice(v)
	case reflect.Pointer, reflect.Map:
		e.refer(v)
	case reflect.Interface:
		e.dynamic(v)
	case reflect.Struct:
		e.structure(v)
	default:
		e.json(v.Interface())
	}
}

// string writes a text; one that is not UTF-8, as a list of its bytes in Base64.
func (e *encoder) string(s string) {
	if utf8.ValidString(s) {
		e.json(s)
		return
	}
	e.json([][]byte{[]byte(s)})
}

func (e *encoder) slice(v reflect.Value) {
	switch {
	case v.IsNil():
		e.text("null")
	case v.Type().Elem().Kind() == reflect.Uint8:
		e.json(v.Bytes())
	default:
		e.text("[")
		for i := range v.Len() {
			e.comma(i)
			e.value(v.Index(i))
		}
		e.text("]")
	}
}

// refer writes the number of what a pointer or map refers to.
func (e *encoder) refer(v reflect.Value) {
	if v.IsNil() {
		e.text("null")
		return
	}
	r := reference{v.Pointer(), v.Type()}
	id, known := e.ids[r]
	if !known {
		id = e.add(v)
		e.ids[r] = id
	}
	e.out = strconv.AppendInt(e.out, int64(id), 10)
}

// add puts something among the objects.
func (e *encoder) add(v reflect.Value) (id int) {
	e.queue = append(e.queue, v)
	return len(e.queue) - 1
}

// content writes an object.
func (e *encoder) content(v reflect.Value) {
	switch {
	case v.Kind() == reflect.Pointer:
		e.content(v.Elem())
	case v.Kind() == reflect.Map:
		e.pairs(v)
	case v.Kind() == reflect.Struct && v.Type() != timeType:
		e.fields(v)
	default:
		e.value(v)
	}
}

// pairs writes keys and values, ordered by the keys as they are written.
func (e *encoder) pairs(v reflect.Value) {
	type entry struct{ key, value reflect.Value }
	all, texts := map[string]entry{}, []string{}
	for it := v.MapRange(); it.Next(); {
		x := entry{addressable(it.Key()), addressable(it.Value())}
		start := len(e.out)
		e.value(x.key)
		text := string(e.out[start:])
		e.out = e.out[:start]
		all[text], texts = x, append(texts, text)
	}
	slices.Sort(texts)
	e.text("[")
	for i, text := range texts {
		e.comma(i)
		e.text("[" + text + ",")
		e.value(all[text].value)
		e.text("]")
	}
	e.text("]")
}

// addressable is a copy whose fields can be pointed at.
func addressable(v reflect.Value) reflect.Value {
	out := reflect.New(v.Type()).Elem()
	out.Set(v)
	return out
}

func (e *encoder) structure(v reflect.Value) {
	if v.Type() == timeType { // nothing else is copied: there may be locks in it, and what others change meanwhile
		e.json(v.Interface())
		return
	}
	if _, pointed := e.ids[reference{v.Addr().Pointer(), reflect.PointerTo(v.Type())}]; pointed {
		e.fail(fmt.Errorf("snapshot: there is a pointer to a %v in the middle of something", v.Type()))
	}
	e.fields(v)
}

// fields writes the fields of a struct that are not zero.
func (e *encoder) fields(v reflect.Value) {
	e.text("{")
	first := len(e.out)
	e.plans.each(v, func(name string, f reflect.Value) {
		if f.IsZero() {
			return
		}
		e.comma(len(e.out) - first)
		e.json(name)
		e.text(":")
		e.value(f)
	})
	e.text("}")
}

// dynamic writes what is in an interface: an error by its text, anything else with its type.
// Lists are among the objects: so nothing is nested deeper than the types of the state are.
func (e *encoder) dynamic(v reflect.Value) {
	if v.IsNil() {
		e.text("null")
		return
	}
	if v.Type() == errorType {
		e.string(v.Interface().(error).Error())
		return
	}
	x := v.Elem()
	name := x.Type().String()
	if dynamicTypes()[name] != x.Type() {
		e.fail(fmt.Errorf("snapshot: a %v in an interface cannot be saved", x.Type()))
		return
	}
	e.text("[")
	e.json(name)
	e.text(",")
	if isList(x.Type()) && !x.IsNil() {
		e.out = strconv.AppendInt(e.out, int64(e.add(x)), 10)
	} else {
		e.value(addressable(x))
	}
	e.text("]")
}

// isList reports whether a type is a slice, but not of bytes.
func isList(t reflect.Type) bool {
	return t.Kind() == reflect.Slice && t.Elem().Kind() != reflect.Uint8
}

// dynamicTypes are the types that an interface may hold.
func dynamicTypes() map[string]reflect.Type {
	types := map[string]reflect.Type{}
	for _, t := range []reflect.Type{
		reflect.TypeFor[string](), reflect.TypeFor[bool](), reflect.TypeFor[int](), reflect.TypeFor[int64](), reflect.TypeFor[float64](),
		reflect.TypeFor[json.Number](), reflect.TypeFor[json.RawMessage](), reflect.TypeFor[[]string](), reflect.TypeFor[[]int64](), reflect.TypeFor[[]any](),
		reflect.TypeFor[map[string]any](), reflect.TypeFor[[]map[string]any](),
	} {
		types[t.String()] = t
	}
	return types
}

// isNull reports whether a value is written as null.
func isNull(raw []byte) bool { return bytes.Equal(raw, []byte("null")) }
