package platform

import (
	"encoding/json"
	"strings"

	"github.com/gothird/wecom/internal/spec"
)

// bare says that success comes without errcode, as older endpoints do it:
// clients must cope.
func bare(e *spec.Endpoint) bool { return e.Name == "get_provider_token" }

// specByPath indexes the facts; of two entries for one path the first counts.
func specByPath() map[string]*spec.Endpoint {
	m := map[string]*spec.Endpoint{}
	for _, e := range spec.Endpoints() {
		if m[e.Path] == nil {
			m[e.Path] = &e
		}
	}
	return m
}

// Knows reports whether there is an endpoint with this path.
func (p *Platform) Knows(path string) bool { return p.spec[path] != nil }

// inQuery reports whether key may stand in the query of the endpoint.
func inQuery(e *spec.Endpoint, key string) bool {
	if key == e.QueryKey {
		return true
	}
	for _, f := range e.Request {
		if f.In == spec.InQuery && f.Path == key {
			return true
		}
	}
	return false
}

// checkFields refuses a missing required field or one of the wrong type.
func (c *Call) checkFields() error {
	for _, f := range c.ep.Request {
		if f.In == spec.InQuery {
			if f.Required && c.query.Get(f.Path) == "" {
				return Missing(f.Path)
			}
			continue
		}
		if f.In == spec.InFile {
			continue
		}
		if err := checkPath(c.body, strings.Split(f.Path, "."), f); err != nil {
			return err
		}
	}
	return nil
}

// checkPath walks one field's path through v. A parent that is absent ends the
// walk: its own row says whether it is required.
func checkPath(v Obj, path []string, f spec.Field) error {
	name, list := strings.CutSuffix(path[0], "[]")
	child, ok := v[name]
	if child == nil {
		ok = false // null is absent
	}
	if len(path) == 1 && !list {
		return checkLeaf(child, ok, f)
	}
	if !ok {
		return nil
	}
	items := []any{child}
	if list {
		if items, ok = child.([]any); !ok {
			return nil // the array's own row refuses it
		}
	}
	for _, item := range items {
		if err := checkItem(item, name, path[1:], f); err != nil {
			return err
		}
	}
	return nil
}

// checkItem checks what is at the end of a path, or walks on.
func checkItem(item any, name string, path []string, f spec.Field) error {
	if len(path) == 0 {
		return checkLeaf(item, item != nil, f)
	}
	o, isObj := item.(Obj)
	if !isObj {
		return BadParam("invalid Request Parameter, %s is no object", name)
	}
	return checkPath(o, path, f)
}

func checkLeaf(v any, present bool, f spec.Field) error {
	if !present || v == "" {
		if f.Required {
			return Missing(f.Path)
		}
		return nil
	}
	if !typeFits(v, f.Type) {
		return BadParam("invalid Request Parameter, %s should be %s", f.Path, f.Type)
	}
	if list, ok := v.([]any); ok && f.Items != "" {
		for _, item := range list {
			if !typeFits(item, f.Items) {
				return BadParam("invalid Request Parameter, %s should hold %s", f.Path, f.Items)
			}
		}
	}
	return nil
}

// typeFits is strict where WeCom is said to be lenient now and then: a client
// that sends the documented types passes everywhere.
func typeFits(v any, want string) bool {
	switch v := v.(type) {
	case string:
		return want == "string"
	case json.Number:
		_, err := v.Int64()
		return want == "float" || want == "int" && err == nil
	case bool:
		return want == "bool"
	case []any:
		return want == "array"
	case Obj:
		return want == "object"
	}
	return false
}

// Missing refuses for a required field that is not there. Of a path such as a.b, the last
// name counts.
func Missing(path string) error {
	field := path[strings.LastIndexByte(path, '.')+1:]
	return Refuse(missingCode(field), "missing %s", field)
}
