package wexml

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"
)

// plan maps the elements inside an element to fields. It is made once for each type.
type plan struct {
	fields  []field
	names   map[string]int // their index
	shapes  uint64         // of their names
	aliases []field        // added after all fields
}

type field struct {
	name    string
	index   []int // of the struct field; nil: the element only contains those of inner
	kind    reflect.Kind
	bits    int
	slice   bool   // each element is appended
	list    bool   // split the text at commas
	pointer bool   // allocated when the element occurs
	trim    bool   // remove blanks around the text
	alias   bool   // name is a further name of the field
	inner   *plan  // for structs, and for elements of a path
	also    *field // another field for the same element
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

func newPlan() *plan { return &plan{names: map[string]int{}} }

// builder holds the plans of one build, so that a type may contain itself.
type builder map[reflect.Type]*plan

func (b builder) build(t reflect.Type) (*plan, error) {
	if p := b[t]; p != nil {
		return p, nil
	}
	p := newPlan()
	b[t] = p
	if err := b.addFields(p, t, nil); err != nil {
		return nil, err
	}
	for _, f := range p.aliases {
		p.addAlias(f)
	}
	return p, nil
}

func (b builder) addFields(p *plan, t reflect.Type, outer []int) error {
	for i := range t.NumField() {
		sf := t.Field(i)
		if !sf.IsExported() && !sf.Anonymous || sf.Tag.Get("xml") == "-" {
			continue
		}
		index := append(outer[:len(outer):len(outer)], i)
		var err error
		if sf.Anonymous && sf.Type.Kind() == reflect.Struct {
			err = b.addFields(p, sf.Type, index)
		} else {
			err = b.addField(p, sf, index)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", t, err)
		}
	}
	return nil
}

func (b builder) addField(p *plan, sf reflect.StructField, index []int) error {
	opts, err := readOptions(sf.Tag.Get("wecom"))
	if err != nil {
		return fmt.Errorf("wexml: field %s: %w", sf.Name, err)
	}
	f, err := b.field(sf.Type, opts.list)
	if err != nil {
		return fmt.Errorf("wexml: field %s: %w", sf.Name, err)
	}
	path, ok := elementPath(sf, opts.child)
	if !ok {
		return fmt.Errorf("wexml: field %s: tag %q is not supported", sf.Name, sf.Tag)
	}
	f.index = index
	f.trim = opts.trim || isIdName(path[len(path)-1])
	if !p.add(path, f) {
		return fmt.Errorf("wexml: field %s: tag %q meets another field's", sf.Name, sf.Tag)
	}
	f.alias = true
	for _, f.name = range opts.names {
		p.aliases = append(p.aliases, f) // the name may be a path
	}
	return nil
}

// options is the parsed wecom tag of a field.
type options struct {
	list, trim bool
	child      string
	names      []string // further names
}

func readOptions(tag string) (o options, err error) {
	for _, option := range strings.Fields(tag) {
		key, value, _ := strings.Cut(option, "=")
		switch {
		case option == "list":
			o.list = true
		case option == "trim":
			o.trim = true
		case key == "child" && value != "":
			o.child = value
		case key == "or" && value != "":
			o.names = append(o.names, value)
		default:
			return o, fmt.Errorf("option %q is not supported", option)
		}
	}
	return o, nil
}

// isIdName reports whether an element with that name holds an id, a code or a fixed word of
// WeCom, where surrounding blanks have no meaning. Texts that people write are never
// changed.
func isIdName(name string) bool {
	for _, end := range [...]string{"Id", "ID", "Code", "Ticket", "Token", "Key", "Type", "Sn"} {
		if strings.HasSuffix(name, end) {
			return true
		}
	}
	return false
}

// elementPath returns the path of names to a field's element.
func elementPath(sf reflect.StructField, child string) ([]string, bool) {
	tag, flags, _ := strings.Cut(sf.Tag.Get("xml"), ",")
	if flags != "" && flags != "omitempty" || strings.Contains(tag, " ") || sf.Name == "XMLName" {
		return nil, false
	}
	path := strings.Split(tag, ">")
	if path[0] == "" {
		path[0] = sf.Name
	}
	if child != "" {
		path = append(path, child)
	}
	return path, !slices.Contains(path, "")
}

// add adds f at a path. Two fields cannot have the same path, or one path inside the other.
func (p *plan) add(path []string, f field) bool {
	f.name = path[len(path)-1]
	for _, name := range path[:len(path)-1] {
		known := p.named(name)
		if known == nil {
			known = p.append(field{name: name, inner: newPlan()})
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

// addAlias adds a further name of f; another field may have the same name.
func (p *plan) addAlias(f field) {
	if path := strings.Split(f.name, ">"); len(path) > 1 {
		p.add(path, f)
		return
	}
	if known := p.named(f.name); known != nil {
		f.also, known.also = known.also, &f
		return
	}
	p.append(f)
}

func (p *plan) append(f field) *field {
	p.names[f.name] = len(p.fields)
	p.shapes |= shape(f.name)
	p.fields = append(p.fields, f)
	return &p.fields[len(p.fields)-1]
}

// named returns the field with a name, or nil.
func (p *plan) named(name string) *field {
	if i := p.find(name, 0); i >= 0 {
		return &p.fields[i]
	}
	return nil
}

// find returns the index of the field with a name, or -1. It looks first where the field is
// if elements come in the order of the fields, and reads the map only for names of a known
// shape.
func (p *plan) find(name string, guess int) int {
	if guess < len(p.fields) && p.fields[guess].name == name {
		return guess
	}
	if p.shapes&shape(name) != 0 {
		if i, ok := p.names[name]; ok {
			return i
		}
	}
	return -1
}

// shape returns one of 64 bits for a name, by its length and first letter.
func shape(name string) uint64 {
	if name == "" {
		return 0
	}
	return 1 << ((uint(len(name))*8 ^ uint(name[0])) % 64)
}

// fold returns the field for a JSON name with another case, unless it is set already: the
// exact name wins.
func (p *plan) fold(name string, v reflect.Value) *field {
	for i := range p.fields {
		f := &p.fields[i]
		if foldsTo(name, f.name) && (f.index == nil || f.slice || v.FieldByIndex(f.index).IsZero()) {
			return f
		}
	}
	return nil
}

func (b builder) field(t reflect.Type, list bool) (f field, err error) {
	if list {
		if t != reflect.TypeFor[[]string]() && t != reflect.TypeFor[[]int64]() {
			return f, fmt.Errorf("only []string and []int64 can be a list, not %s", t)
		}
		f.list = true
		f.kind = t.Elem().Kind()
		return f, nil
	}
	whole := t
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
		err = fmt.Errorf("type %s is not supported", whole)
	}
	return f, err
}
