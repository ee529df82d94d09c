package faketest

import (
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/gothird/wecom/internal/fakewecom/platform"
	"github.com/gothird/wecom/internal/spec"
)

// List is a list of objects in an answer.
func List(o platform.Obj, key string) (items []platform.Obj) {
	all, _ := o[key].([]any)
	for _, x := range all {
		items = append(items, x.(platform.Obj))
	}
	return items
}

// Num is a whole number in an answer.
func Num(o platform.Obj, key string) int {
	n, _ := o[key].(float64)
	return int(n)
}

// AsDocumented holds a good answer against the endpoint's facts: nothing in it
// is undocumented, nothing that always comes is missing.
func AsDocumented(t *testing.T, e spec.Endpoint, out platform.Obj) {
	t.Helper()
	types := map[string]string{"errcode": "int", "errmsg": "string"}
	for _, f := range e.Response {
		types[f.Path] = f.Type
		if i := strings.LastIndex(f.Path, "[]."); i > 0 {
			types[f.Path[:i]] = "array" // a few pages name the elements only
		}
		parent, name := "", f.Path
		if i := strings.LastIndexByte(f.Path, '.'); i >= 0 {
			parent, name = f.Path[:i], f.Path[i+1:]
		}
		for _, o := range objectsAt(out, parent) {
			if f.Always && !strings.HasSuffix(name, "[]") {
				assert.Contains(t, o, name, "%s lacks %s", e.Path, f.Path)
			}
		}
	}
	documented(t, e, types, "", out)
}

// objectsAt finds the objects at a path such as order_list[] or order.
func objectsAt(o platform.Obj, path string) []platform.Obj {
	found := []platform.Obj{o}
	for step := range strings.SplitSeq(path, ".") {
		if step == "" {
			continue
		}
		var next []platform.Obj
		for _, o := range found {
			if name, isList := strings.CutSuffix(step, "[]"); isList {
				next = append(next, List(o, name)...)
			} else if child, ok := o[step].(platform.Obj); ok {
				next = append(next, child)
			}
		}
		found = next
	}
	return found
}

func documented(t *testing.T, e spec.Endpoint, types map[string]string, at string, o platform.Obj) {
	t.Helper()
	for name, v := range o {
		path := at + name
		want := types[path]
		switch v := v.(type) {
		case platform.Obj:
			documented(t, e, types, path+".", v)
			continue
		case []any:
			assert.Equal(t, "array", want, "%s %s", e.Path, path)
			for _, item := range v {
				if child, ok := item.(platform.Obj); ok {
					documented(t, e, types, path+"[].", child)
				}
			}
		case string:
			assert.Equal(t, "string", want, "%s %s", e.Path, path)
		case float64:
			if want != "float" {
				assert.Equal(t, "int", want, "%s %s", e.Path, path)
				assert.Equal(t, math.Trunc(v), v, "%s %s", e.Path, path)
			}
		}
	}
}
