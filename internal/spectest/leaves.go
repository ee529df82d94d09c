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
)

// leaf is one value in a JSON document: where, its text, and how JSON writes it.
type leaf struct{ path, text, kind string }

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

// held counts the values that a Go value holds, by their text.
func held(v any) map[string]int {
	count := map[string]int{}
	hold(reflect.ValueOf(v), count)
	return count
}

func hold(v reflect.Value, count map[string]int) {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			hold(v.Elem(), count)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.IsExported() || f.Anonymous {
				hold(v.Field(i), count)
			}
		}
	case reflect.Map:
		for _, key := range v.MapKeys() {
			hold(key, count)
			hold(v.MapIndex(key), count)
		}
	case reflect.Slice, reflect.Array:
		if v.Kind() == reflect.Slice && v.Type().Elem().Kind() == reflect.Uint8 {
			holdBytes(v.Bytes(), count)
			return
		}
		for i := range v.Len() {
			hold(v.Index(i), count)
		}
	case reflect.String:
		count[v.String()]++
	case reflect.Bool:
		count[strconv.FormatBool(v.Bool())]++
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		count[strconv.FormatInt(v.Int(), 10)]++
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		count[strconv.FormatUint(v.Uint(), 10)]++
	case reflect.Float32, reflect.Float64:
		count[strconv.FormatFloat(v.Float(), 'f', -1, 64)]++
	}
}

// holdBytes takes raw JSON apart and anything else as text.
func holdBytes(b []byte, count map[string]int) {
	v, err := decode(b)
	if err != nil {
		count[string(b)]++
		return
	}
	for _, l := range leaves("", v) {
		count[l.text]++
	}
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
