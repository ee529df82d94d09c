package wexml

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"
)

// plan says which elements inside an element go where. It is made once for each type.
type plan struct {
	fields []field
	hints  uint64 // a bit for each field, so that most unknown names are known at once
}

func hint(name string) uint64 { return 1 << ((name[0] + 7*byte(len(name))) % 64) }

type field struct {
	name    string
	index   []int // of the struct field; nil if the element only leads to those of inner
	kind    reflect.Kind
	bits    int
	slice   bool  // each element is appended
	list    bool  // the text is split at commas
	pointer bool  // made when the element occurs
	inner   *plan // for structs, and for elements on the way
}

var plans sync.Map // reflect.Type of a struct to *plan

func planOf(t reflect.Type) (*plan, error) {
	if p, ok := plans.Load(t); ok {
		return p.(*plan), nil
	}
	p, err := builder{}.build(t)
	if err != nil {
		return nil, err
	}
	known, _ := plans.LoadOrStore(t, p)
	return known.(*plan), nil
}

// builder knows the plans of one build, so that a type may contain itself.
type builder map[reflect.Type]*plan

func (b builder) build(t reflect.Type) (*plan, error) {
	if p := b[t]; p != nil {
		return p, nil
	}
	p := new(plan)
	b[t] = p
	return p, b.addFields(p, t, nil)
}

func (b builder) addFields(p *plan, t reflect.Type, outer []int) error {
	for i := range t.NumField() {
		sf := t.Field(i)
		tag := sf.Tag.Get("xml")
		if !sf.IsExported() && !sf.Anonymous || tag == "-" {
			continue
		}
		index := append(outer[:len(outer):len(outer)], i)
		if sf.Anonymous && sf.Type.Kind() == reflect.Struct {
			if err := b.addFields(p, sf.Type, index); err != nil {
				return err
			}
			continue
		}
		f, err := b.field(sf)
		if err != nil {
			return fmt.Errorf("wexml: field %s of %s: %w", sf.Name, t, err)
		}
		f.index = index
		path, ok := elementPath(sf)
		if !ok || !p.add(path, f) {
			return fmt.Errorf("wexml: field %s of %s: tag %q is not supported or meets another field's", sf.Name, t, sf.Tag)
		}
	}
	return nil
}

// elementPath gives the names that lead to a field's element.
func elementPath(sf reflect.StructField) ([]string, bool) {
	tag, flags, _ := strings.Cut(sf.Tag.Get("xml"), ",")
	if flags != "" && flags != "omitempty" || strings.Contains(tag, " ") || sf.Name == "XMLName" {
		return nil, false
	}
	if tag == "" {
		tag = sf.Name
	}
	path := strings.Split(tag, ">")
	if path[0] == "" {
		path[0] = sf.Name
	}
	if child, ok := strings.CutPrefix(sf.Tag.Get("wecom"), "child="); ok {
		path = append(path, child)
	}
	return path, !slices.Contains(path, "")
}

// add hangs f below the names of path; two fields cannot have one path, or one a part of it.
func (p *plan) add(path []string, f field) bool {
	f.name = path[len(path)-1]
	for _, name := range path[:len(path)-1] {
		known := p.named(name)
		if known == nil {
			known = p.append(field{name: name, inner: new(plan)})
		}
		if known.index != nil {
			return false
		}
		p = known.inner
	}
	if p.named(f.name) != nil {
		return false
	}
	p.append(f)
	return true
}

func (p *plan) append(f field) *field {
	p.fields = append(p.fields, f)
	p.hints |= hint(f.name)
	return &p.fields[len(p.fields)-1]
}

func (p *plan) named(name string) *field {
	f, _ := p.find(name, 0)
	return f
}

// find looks from a place onwards, since elements mostly come in the order of the fields.
func (p *plan) find(name string, from int) (f *field, at int) {
	if p.hints&hint(name) == 0 {
		return nil, from
	}
	for at := from; at < len(p.fields); at++ {
		if p.fields[at].name == name {
			return &p.fields[at], at
		}
	}
	for at := range min(from, len(p.fields)) {
		if p.fields[at].name == name {
			return &p.fields[at], at
		}
	}
	return nil, from
}

func (b builder) field(sf reflect.StructField) (f field, err error) {
	t := sf.Type
	if sf.Tag.Get("wecom") == "list" {
		if t != reflect.TypeFor[[]string]() && t != reflect.TypeFor[[]int64]() {
			return f, fmt.Errorf("only []string and []int64 can be a list, not %s", t)
		}
		f.list = true
		f.kind = t.Elem().Kind()
		return f, nil
	}
	if t.Kind() == reflect.Slice {
		f.slice = true
		t = t.Elem()
	}
	if t.Kind() == reflect.Pointer {
		f.pointer = true
		t = t.Elem()
	}
	f.kind = t.Kind()
	switch f.kind {
	case reflect.Struct:
		f.inner, err = b.build(t)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64, reflect.Float64:
		f.bits = t.Bits()
	case reflect.String, reflect.Bool:
	default:
		err = fmt.Errorf("type %s is not supported", sf.Type)
	}
	return f, err
}
