package spectest

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/gothird/wecom/internal/spec"
)

// made builds an answer that has every documented field, each with a value of its own and
// each list with two elements. Keys in fixed keep the value given there.
func made(facts spec.Endpoint, fixed map[string]any) map[string]any {
	root := &shape{}
	for _, f := range facts.Response {
		if f.Path == "errcode" || f.Path == "errmsg" {
			continue
		}
		at := root
		for _, key := range strings.Split(f.Path, ".") {
			at = at.child(strings.TrimRight(key, "[]"), strings.Count(key, "[]"))
		}
		at.kind = f.Type
		if f.Type == "array" && !strings.HasSuffix(f.Path, "[]") {
			at.kind, at.lists = f.Items, max(at.lists, 1)
		}
	}
	n := 0
	answer := root.fill("", fixed, &n).(map[string]any)
	answer["errcode"], answer["errmsg"] = json.Number("0"), "ok"
	return answer
}

// shape is a field with those below it.
type shape struct {
	name  string
	kind  string // of the value, or of the elements in a list
	lists int    // 1 for a list, 2 for a list of lists
	below []*shape
}

func (s *shape) child(name string, lists int) *shape {
	for _, c := range s.below {
		if c.name == name {
			c.lists = max(c.lists, lists)
			return c
		}
	}
	c := &shape{name: name, lists: lists}
	s.below = append(s.below, c)
	return c
}

func (s *shape) fill(path string, fixed map[string]any, n *int) any {
	if v, ok := fixed[general(path)]; ok {
		return v
	}
	return s.fillLists(s.lists, path, fixed, n)
}

func (s *shape) fillLists(lists int, path string, fixed map[string]any, n *int) any {
	if lists > 0 {
		return []any{
			s.fillLists(lists-1, path+"[0]", fixed, n),
			s.fillLists(lists-1, path+"[1]", fixed, n),
		}
	}
	if len(s.below) > 0 || path == "" || s.kind == "object" {
		object := map[string]any{}
		for _, c := range s.below {
			object[c.name] = c.fill(join(path, c.name), fixed, n)
		}
		return object
	}
	*n++
	switch s.kind {
	case "int":
		if s.name == "expires_in" { // tokens live no longer than a day
			return json.Number(fmt.Sprint(100000 + *n))
		}
		return json.Number(fmt.Sprint(wide + *n))
	case "float":
		return json.Number(fmt.Sprintf("%d.5", 100000+*n))
	case "bool":
		return true
	}
	return fmt.Sprintf("text-%d", *n)
}

// edit returns a copy of v in which change has replaced the values it wants to. change sees
// every value, containers before what they hold.
func edit(path string, v any, change func(path string, v any) any) any {
	v = change(path, v)
	switch v := v.(type) {
	case map[string]any:
		out := make(map[string]any, len(v))
		for key, item := range v {
			out[key] = edit(join(path, key), item, change)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, item := range v {
			out[i] = edit(fmt.Sprintf("%s[%d]", path, i), item, change)
		}
		return out
	}
	return v
}

// swapped writes numbers as text and text as numbers.
func swapped(v any, fixed map[string]any) any {
	n := 0
	return edit("", v, func(path string, v any) any {
		if _, ok := fixed[general(path)]; ok || path == "errmsg" {
			return v
		}
		switch v := v.(type) {
		case json.Number:
			return v.String()
		case string:
			n++
			return json.Number(fmt.Sprint(500000 + n))
		}
		return v
	})
}

// alternating makes every other true a false, so that no two neighbours are equal.
func alternating(v any, first int) any {
	n := first
	return edit("", v, func(_ string, v any) any {
		if v != true {
			return v
		}
		n++
		return n%2 == 0
	})
}

// wide has no room in 32 bits, but its seconds have in a time.Duration.
const wide = 5_000_000_000

const unknownField = "field_of_next_year"

// withUnknown adds a field that nobody knows to every object.
func withUnknown(v any) any {
	return edit("", v, func(path string, v any) any {
		object, ok := v.(map[string]any)
		if !ok || strings.HasSuffix(path, unknownField) {
			return v
		}
		object = maps.Clone(object)
		object[unknownField] = map[string]any{"a": []any{json.Number("1"), nil}}
		return object
	})
}

// without returns a copy of an object that lacks some of its keys.
func without(v map[string]any, keys ...string) map[string]any {
	v = maps.Clone(v)
	for _, key := range keys {
		delete(v, key)
	}
	return v
}

// nulls returns v once for each list and object in it, with null there.
func nulls(v any) (variants []any, paths []string) {
	edit("", v, func(path string, item any) any {
		switch item.(type) {
		case map[string]any, []any:
			if path != "" {
				paths = append(paths, path)
			}
		}
		return item
	})
	slices.Sort(paths)
	for _, want := range paths {
		variants = append(variants, edit("", v, func(path string, item any) any {
			if path == want {
				return nil
			}
			return item
		}))
	}
	return variants, paths
}
