package sandbox

import (
	"encoding"
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
)

// The fields of inputs and outputs are described by the tags of their structs: json, path and
// query name them, doc and zh explain them, need says that they must be there.

const (
	inPath  = "path"
	inQuery = "query"
	inBody  = "body"
)

func fieldsIn[In any]() (list []Field) {
	for _, f := range reflect.VisibleFields(reflect.TypeFor[In]()) {
		where, name := placeOf(f)
		if !f.Anonymous && name != "" {
			list = append(list, describe(f, where, name, 0)...)
		}
	}
	return list
}

func fieldsOut[Out any]() (list []Field) { return inside(reflect.TypeFor[Out](), "", "", 0) }

// placeOf says where the input has a field; "": it is none.
func placeOf(f reflect.StructField) (where, name string) {
	for _, where := range []string{inPath, inQuery} {
		if name := f.Tag.Get(where); name != "" {
			return where, name
		}
	}
	name, _, _ = strings.Cut(f.Tag.Get("json"), ",")
	if name == "-" {
		name = ""
	}
	return inBody, name
}

// describe lists a field under a name, and what is inside of it.
func describe(f reflect.StructField, where, name string, depth int) []Field {
	list := headed(name, where, inside(f.Type, name, where, depth))
	list[0].Doc, list[0].DocZh, list[0].Required = f.Tag.Get("doc"), f.Tag.Get("zh"), where != "" && f.Tag.Get("need") != ""
	return list
}

// headed puts an object before what is inside of it.
func headed(name, where string, list []Field) []Field {
	if len(list) > 0 && strings.TrimRight(list[0].Name, "[]") == strings.TrimRight(name, "[]") {
		return list
	}
	return append([]Field{{Name: name, In: where, Type: "object"}}, list...)
}

const deepest = 4

// inside describes a type under a name.
func inside(kind reflect.Type, name, where string, depth int) (list []Field) {
	if text := scalarName(kind); text != "" {
		return []Field{{Name: name, In: where, Type: text}}
	}
	switch kind.Kind() {
	case reflect.Slice:
		return headed(name+"[]", where, inside(kind.Elem(), name+"[]", where, depth+1))
	case reflect.Map:
		return []Field{{Name: name, In: where, Type: "object of " + mapped(kind.Elem())}}
	case reflect.Pointer:
		return inside(kind.Elem(), name, where, depth)
	case reflect.Struct:
		return insideStruct(kind, name, where, depth)
	}
	return nil
}

// mapped is how JSON has the values of a map.
func mapped(kind reflect.Type) string {
	if kind.Kind() == reflect.Slice {
		return "lists of " + scalarName(kind.Elem())
	}
	return scalarName(kind)
}

func insideStruct(kind reflect.Type, name, where string, depth int) (list []Field) {
	if depth > deepest {
		return nil
	}
	for _, f := range reflect.VisibleFields(kind) {
		_, inner := placeOf(f)
		if f.Anonymous || inner == "" || !f.IsExported() {
			continue
		}
		if name != "" {
			inner = name + "." + inner
		}
		list = append(list, describe(f, where, inner, depth+1)...)
	}
	return list
}

// scalarName is how JSON has a type; "": it is made of others.
func scalarName(kind reflect.Type) string {
	switch kind {
	case reflect.TypeFor[time.Time]():
		return "time"
	case reflect.TypeFor[Span]():
		return "span"
	case reflect.TypeFor[json.RawMessage]():
		return "object"
	case reflect.TypeFor[[]byte]():
		return "base64"
	}
	switch kind.Kind() {
	case reflect.String:
		return "text"
	case reflect.Bool:
		return "true or false"
	case reflect.Int, reflect.Int64:
		return "number"
	}
	return ""
}

// fill puts path and query into the input, and wants what is needed.
func fill[In any](in *In, r *http.Request) error {
	query := r.URL.Query()
	v := reflect.ValueOf(in).Elem()
	for _, f := range reflect.VisibleFields(v.Type()) {
		where, name := placeOf(f)
		if f.Anonymous || name == "" {
			continue
		}
		if text, given := given(r, query, where, name); given && !set(v.FieldByIndex(f.Index), text) {
			return wrongKind(name, f.Type)
		}
		if f.Tag.Get("need") != "" && v.FieldByIndex(f.Index).IsZero() {
			return missing(name, f)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(query)) {
		return failure(http.StatusBadRequest, "unknown_field", words{"the query has an unknown name %.80q: GET /api/v1 describes what there is", "查询参数 %.80q 不存在：可用 GET /api/v1 查询接口说明"}, name)
	}
	return nil
}

// wrongKind is the error of a value that is not of the kind of its field.
func wrongKind(name string, kind reflect.Type) *Error {
	zh := map[string]string{"text": "文本", "true or false": "true 或 false", "number": "数字", "time": "时间", "span": "时长，如 90s、10m、24h"}[scalarName(kind)]
	return invalid(words{"%[1]s is wrong: it wants a %[2]s", "%[1]s 有误：应为%[3]s"}, name, scalarName(kind), zh)
}

// missing is the error of a field that must be there.
func missing(name string, f reflect.StructField) *Error {
	return failure(http.StatusBadRequest, "missing_field", words{"the field %[1]s is missing: %[2]s", "缺少字段 %[1]s：%[3]s"}, name, f.Tag.Get("doc"), f.Tag.Get("zh"))
}

// given is the text of a field in path or query, which is taken out of the query.
func given(r *http.Request, query url.Values, where, name string) (text string, ok bool) {
	switch where {
	case inPath:
		return r.PathValue(name), true
	case inQuery:
		text, ok = query.Get(name), query.Has(name)
		query.Del(name)
	}
	return text, ok
}

// set reads a text into a field; false: it is not of its kind.
func set(v reflect.Value, text string) bool {
	if u, ok := v.Addr().Interface().(encoding.TextUnmarshaler); ok {
		return u.UnmarshalText([]byte(text)) == nil
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(text)
	case reflect.Bool:
		b, err := strconv.ParseBool(text)
		v.SetBool(b)
		return err == nil
	case reflect.Int, reflect.Int64:
		n, err := strconv.ParseInt(text, 10, 64)
		v.SetInt(n)
		return err == nil
	}
	return true
}
