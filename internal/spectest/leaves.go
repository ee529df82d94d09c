package spectest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// leaf is one value in a JSON document: where, its text, and how JSON writes it.
type leaf struct{ path, text, kind string }

// zero reports whether the value can't be told from one that is not there.
func (l leaf) zero() bool {
	return slices.Contains([]string{"", "0", "false", "[]", "{}", "<nil>"}, l.text)
}

// Kinds of a leaf, as the facts name types.
const (
	kindText   = "string"
	kindNumber = "int"
	kindBool   = "bool"
	kindEmpty  = "" // null, [] or {}
)

// decode reads JSON with numbers kept as they are written.
func decode(data []byte) (any, error) {
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	var v any
	err := d.Decode(&v)
	return v, err
}

// leaves lists the values below v in a fixed order. Empty lists and objects are leaves too,
// so that [] and {} are told from missing.
func leaves(path string, v any) []leaf {
	var list []leaf
	switch v := v.(type) {
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(v)) {
			list = append(list, leaves(join(path, key), v[key])...)
		}
		if len(v) == 0 {
			list = append(list, leaf{path, "{}", kindEmpty})
		}
	case []any:
		for i, item := range v {
			list = append(list, leaves(fmt.Sprintf("%s[%d]", path, i), item)...)
		}
		if len(v) == 0 {
			list = append(list, leaf{path, "[]", kindEmpty})
		}
	default:
		list = append(list, leaf{path, fmt.Sprint(v), kindOf(v)})
	}
	return list
}

func kindOf(v any) string {
	switch v.(type) {
	case string:
		return kindText
	case json.Number:
		return kindNumber
	case bool:
		return kindBool
	}
	return kindEmpty
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

var index = regexp.MustCompile(`\[\d+\]`)

// general turns a[3].b into a[].b, the form in which keys are named.
func general(path string) string { return index.ReplaceAllString(path, "[]") }

// plain writes a path as Go and WeCom have in common: without case and _.
func plain(path string) string { return strings.ToLower(strings.ReplaceAll(path, "_", "")) }

// held lists the values that a Go value holds, with their paths by the names of its fields:
// the tags are what is tested.
func held(v any) []leaf {
	var list []leaf
	hold("", reflect.ValueOf(v), func(path, text, kind string) {
		list = append(list, leaf{plain(path), text, kind})
	})
	return list
}

func hold(path string, v reflect.Value, add func(path, text, kind string)) {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			hold(path, v.Elem(), add)
		}
	case reflect.Struct:
		holdFields(path, v, add)
	case reflect.Map:
		for _, key := range v.MapKeys() {
			hold(join(path, fmt.Sprint(key)), v.MapIndex(key), add)
		}
	case reflect.Slice, reflect.Array:
		holdItems(path, v, add)
	case reflect.Invalid, reflect.Func, reflect.Chan, reflect.Complex64, reflect.Complex128, reflect.UnsafePointer:
	default:
		add(path, textOf(v), goKind(v))
	}
}

func holdFields(path string, v reflect.Value, add func(path, text, kind string)) {
	for i := range v.NumField() {
		switch f := v.Type().Field(i); {
		case f.Anonymous:
			hold(path, v.Field(i), add)
		case f.IsExported():
			hold(join(path, f.Name), v.Field(i), add)
		}
	}
}

func holdItems(path string, v reflect.Value, add func(path, text, kind string)) {
	if v.Kind() == reflect.Slice && v.Type().Elem().Kind() == reflect.Uint8 {
		holdBytes(path, v.Bytes(), add)
		return
	}
	for i := range v.Len() {
		hold(fmt.Sprintf("%s[%d]", path, i), v.Index(i), add)
	}
}

// textOf writes a basic value as JSON would, texts without quotes.
func textOf(v reflect.Value) string {
	switch {
	case v.Kind() == reflect.String:
		return v.String()
	case v.CanInt():
		return strconv.FormatInt(v.Int(), 10)
	case v.CanUint():
		return strconv.FormatUint(v.Uint(), 10)
	case v.CanFloat():
		return strconv.FormatFloat(v.Float(), 'f', -1, 64)
	}
	return strconv.FormatBool(v.Bool())
}

// holdBytes takes raw JSON apart and anything else as text.
func holdBytes(path string, b []byte, add func(path, text, kind string)) {
	v, err := decode(b)
	if err != nil {
		add(path, string(b), kindText)
		return
	}
	for _, l := range leaves(path, v) {
		add(l.path, l.text, l.kind)
	}
}

// take removes the value of l from list, and returns it if it was there: at l's path or,
// where a function unwraps an answer, at the end of it.
func take(list *[]leaf, l leaf) (have leaf, ok bool) {
	want := plain(l.path)
	i := slices.IndexFunc(*list, func(have leaf) bool {
		if have.text != l.text {
			return false
		}
		outer, ok := strings.CutSuffix(want, have.path)
		return ok && (outer == "" || have.path == "" || have.path[0] == '[' || outer[len(outer)-1] == '.')
	})
	if i < 0 {
		return leaf{}, false
	}
	have = (*list)[i]
	*list = slices.Delete(*list, i, i+1)
	return have, true
}

// bothOrNeither says what is wrong when not exactly one of value and error is there. A call
// without a value returns an untyped nil.
func bothOrNeither(value any, err error, partial bool) string {
	v := reflect.ValueOf(value)
	empty := !v.IsValid() || v.IsZero()
	switch {
	case err != nil && !empty && !partial:
		return fmt.Sprintf("a value together with an error: %#v and %v", value, err)
	case err == nil && v.IsValid() && v.Kind() == reflect.Pointer && v.IsNil():
		return fmt.Sprintf("a nil %T without an error", value)
	}
	return ""
}
