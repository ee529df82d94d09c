package sandbox

import (
	"context"
	"encoding/json"
	"net/url"
	"reflect"
	"strings"
	"sync"
)

// Submit does what a form asks for: its values are the fields of path, query and body of the
// route, under their names. A list has a value for each entry, an object the fields name.key,
// each with a value, or several if it is one of lists.
// Empty values count as left out, but where a field tells the two apart. It returns what the
// route answers.
func (x Route) Submit(ctx context.Context, w *World, form url.Values) (json.RawMessage, error) {
	if x.submit == nil {
		return nil, invalid(words{"%s %s is not for forms", "%s %s 不支持表单提交"}, x.Method, x.Path)
	}
	return x.submit(ctx, w, form)
}

// RouteOf finds a route by its method and path, such as POST /installs.
func RouteOf(name string) (Route, bool) {
	x, ok := routesByName()[name]
	return x, ok
}

// routesByName is made once, for it describes all fields, and a page asks for each of its forms.
var routesByName = sync.OnceValue(func() map[string]Route {
	out := map[string]Route{}
	for _, x := range Routes() {
		out[x.Method+" "+strings.TrimPrefix(x.Path, apiPath)] = x
	}
	return out
})

// submitted makes Route.submit of a method of World.
func submitted[In, Out any](do func(*World, context.Context, In) (Out, error)) func(context.Context, *World, url.Values) (json.RawMessage, error) {
	return func(ctx context.Context, w *World, form url.Values) (json.RawMessage, error) {
		var in In
		if err := fillForm(&in, form); err != nil {
			return nil, err
		}
		out, err := do(w, ctx, in)
		if err != nil {
			return nil, refused(err)
		}
		return json.Marshal(out)
	}
}

// fillForm puts the values of a form into the input of a route.
func fillForm[In any](in *In, form url.Values) error {
	v := reflect.ValueOf(in).Elem()
	for _, f := range reflect.VisibleFields(v.Type()) {
		_, name := placeOf(f)
		if f.Anonymous || name == "" {
			continue
		}
		field := v.FieldByIndex(f.Index)
		if !setForm(field, name, form) {
			return wrongKind(name, entryOf(f.Type))
		}
		if f.Tag.Get("need") != "" && field.IsZero() {
			return missing(name, f)
		}
	}
	return nil
}

// entryOf is what a form has for a type: a value, or each entry of a list.
func entryOf(kind reflect.Type) reflect.Type {
	for kind.Kind() == reflect.Pointer || kind.Kind() == reflect.Slice {
		kind = kind.Elem()
	}
	return kind
}

// setForm puts the values of one field into it; false: one is not of its kind.
func setForm(v reflect.Value, name string, form url.Values) bool {
	switch v.Kind() {
	case reflect.Slice:
		return setList(v, form[name])
	case reflect.Map:
		return setMap(v, name+".", form)
	case reflect.Pointer:
		if !form.Has(name) {
			return true
		}
		v.Set(reflect.New(v.Type().Elem()))
		return setForm(v.Elem(), name, form)
	}
	return setText(v, form.Get(name))
}

// setText is set, but for an empty text, which is the zero value.
func setText(v reflect.Value, text string) bool { return text == "" || set(v, text) }

// setList fills a list of texts or numbers.
func setList(v reflect.Value, texts []string) bool {
	for _, text := range texts {
		entry := reflect.New(v.Type().Elem()).Elem()
		if text == "" {
			continue
		}
		if !set(entry, text) {
			return false
		}
		v.Set(reflect.Append(v, entry))
	}
	return true
}

// setMap fills an object of texts, or of lists.
func setMap(v reflect.Value, prefix string, form url.Values) bool {
	v.Set(reflect.MakeMap(v.Type()))
	for name := range form {
		key, ok := strings.CutPrefix(name, prefix)
		if !ok {
			continue
		}
		value := reflect.New(v.Type().Elem()).Elem()
		if !setForm(value, name, form) {
			return false
		}
		v.SetMapIndex(reflect.ValueOf(key), value)
	}
	return true
}

// FieldNames are the names of the values that a form may have for a route; those of an object end
// in a point.
func (x Route) FieldNames() (list []string) {
	for _, f := range x.In {
		name := strings.TrimSuffix(f.Name, "[]")
		if strings.HasPrefix(f.Type, "object of") {
			name += "."
		}
		list = append(list, name)
	}
	return list
}
