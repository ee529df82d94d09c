package lenient

import (
	"encoding"
	"encoding/json"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// shape is the kind of JSON value that a type is decoded from.
type shape int

const (
	shapeNone   shape = iota // nothing fits: chan, func, an interface with methods
	shapeText                // string
	shapeNumber              // json.Number
	shapeBool
	shapeWhole
	shapeFloat
	shapeRaw  // json.RawMessage
	shapeFree // an empty interface
	shapeOwn  // has an UnmarshalJSON or UnmarshalText
	shapePointer
	shapeList
	shapeMap
	shapeRecord // struct
)

// plan describes how a type is decoded. Plans are made for one document: only a malformed
// document needs them, and a cache would be a global.
type plan struct {
	typ    reflect.Type
	shape  shape
	digits int            // a whole number of so many digits always fits
	signed bool           // and may be negative
	elem   *plan          // of a pointer, a list, a map
	fields []field        // of a struct, in their order
	names  map[string]int // index by name; -1: no such field
}

type field struct {
	name   string
	index  []int // path through embedded structs
	plan   *plan
	tagged bool
	quoted bool // a value inside a string
}

// planKey is a type and whether it was reached through a pointer: only then encoding/json
// looks for methods of an unnamed type.
type planKey struct {
	typ        reflect.Type
	viaPointer bool
}

func (d *decoder) plan(t reflect.Type, viaPointer bool) *plan {
	key := planKey{t, viaPointer}
	if p := d.plans[key]; p != nil {
		return p
	}
	p := &plan{typ: t, shape: shapeOf(t)}
	d.plans[key] = p // set before its elements: a type may contain itself
	switch {
	case p.shape != shapeRaw && (viaPointer || t.Name() != "") && hasDecoder(t):
		p.shape = shapeOwn
		d.ownDecoder = true
	case p.shape == shapeWhole:
		p.signed = reflect.Zero(t).CanInt()
		p.digits = digitsOf(t.Bits(), p.signed)
	case p.shape == shapePointer:
		p.elem = d.plan(t.Elem(), true)
	case p.shape == shapeList, p.shape == shapeMap:
		p.elem = d.plan(t.Elem(), false)
	case p.shape == shapeRecord:
		d.planFields(p)
	}
	return p
}

// bottom returns the plan of the elements of a list, behind pointers.
func (p *plan) bottom() *plan {
	for p = p.elem; p.shape == shapePointer; p = p.elem {
	}
	return p
}

// isScalar reports whether setText can set it.
func (p *plan) isScalar() bool { return p.shape >= shapeText && p.shape <= shapeFloat }

func shapeOf(t reflect.Type) shape {
	switch t {
	case reflect.TypeFor[json.RawMessage]():
		return shapeRaw
	case reflect.TypeFor[json.Number]():
		return shapeNumber
	}
	switch t.Kind() {
	case reflect.String:
		return shapeText
	case reflect.Bool:
		return shapeBool
	case reflect.Float32, reflect.Float64:
		return shapeFloat
	case reflect.Pointer:
		return shapePointer
	case reflect.Slice, reflect.Array:
		return shapeList
	case reflect.Struct:
		return shapeRecord
	}
	return rareShape(t)
}

func rareShape(t reflect.Type) shape {
	zero := reflect.Zero(t)
	switch {
	case zero.CanInt(), zero.CanUint():
		return shapeWhole
	case t.Kind() == reflect.Interface && t.NumMethod() == 0:
		return shapeFree
	case t.Kind() == reflect.Map && canKey(t.Key()):
		return shapeMap
	}
	return shapeNone
}

func hasDecoder(t reflect.Type) bool {
	return reflect.PointerTo(t).Implements(reflect.TypeFor[json.Unmarshaler]()) || decodesText(t)
}

func decodesText(t reflect.Type) bool {
	return reflect.PointerTo(t).Implements(reflect.TypeFor[encoding.TextUnmarshaler]())
}

func canKey(t reflect.Type) bool {
	zero := reflect.Zero(t)
	return t.Kind() == reflect.String || zero.CanInt() || zero.CanUint() || decodesText(t)
}

// digitsOf returns how many digits always fit into a number of that many bits.
func digitsOf(bits int, signed bool) int {
	if signed {
		bits--
	}
	return len(strconv.FormatUint(1<<bits-1, 10)) - 1
}

// planFields finds the fields of a struct as encoding/json does: those of embedded structs
// belong to it unless a field nearer to the top, or as near and with a tag, has their name;
// if there are still two, none counts.
func (d *decoder) planFields(p *plan) {
	visited := map[reflect.Type]bool{}
	p.names = map[string]int{}
	for level := []field{{plan: p}}; len(level) > 0; {
		var found, deeper []field
		for _, outer := range level {
			t := outer.plan.typ
			if !visited[t] {
				f, e := d.fieldsOf(t, outer.index)
				found, deeper = append(found, f...), append(deeper, e...)
			}
		}
		for _, outer := range level {
			visited[outer.plan.typ] = true
		}
		p.add(found)
		level = deeper
	}
	p.fields = slices.DeleteFunc(p.fields, func(f field) bool { return f.plan == nil })
	slices.SortFunc(p.fields, func(a, b field) int { return slices.Compare(a.index, b.index) })
	clear(p.names)
	for i, f := range p.fields {
		p.names[f.name] = i
	}
}

// add adds the fields of one level of embedding. A name of an earlier level is kept.
func (p *plan) add(found []field) {
	earlier := len(p.fields)
	for _, f := range found {
		i, known := p.names[f.name]
		switch {
		case !known:
			p.names[f.name] = len(p.fields)
			p.fields = append(p.fields, f)
		case i < earlier:
		case f.tagged && !p.fields[i].tagged:
			p.fields[i] = f
		case f.tagged == p.fields[i].tagged:
			p.fields[i].plan = nil // two with one name: neither counts
		}
	}
}

// fieldsOf returns the fields of struct t, and separately its embedded structs.
func (d *decoder) fieldsOf(t reflect.Type, outer []int) (fields, embedded []field) {
	for i := range t.NumField() {
		sf := t.Field(i)
		base := pointedTo(sf.Type)
		embeds := sf.Anonymous && base.Kind() == reflect.Struct
		if sf.Tag.Get("json") == "-" || !sf.IsExported() && !embeds {
			continue
		}
		f := newField(sf)
		f.index = append(slices.Clone(outer), i)
		if embeds && !f.tagged {
			f.plan = &plan{typ: base}
			embedded = append(embedded, f)
			continue
		}
		f.plan = d.plan(sf.Type, false)
		f.quoted = f.quoted && base.Kind() == reflect.String
		fields = append(fields, f)
	}
	return fields, embedded
}

func pointedTo(t reflect.Type) reflect.Type {
	if t.Kind() == reflect.Pointer && t.Name() == "" {
		return t.Elem()
	}
	return t
}

func newField(sf reflect.StructField) field {
	name, options, _ := strings.Cut(sf.Tag.Get("json"), ",")
	f := field{name: name, tagged: validName(name)}
	if !f.tagged {
		f.name = sf.Name
	}
	f.quoted = slices.Contains(strings.Split(options, ","), "string")
	return f
}

// validName reports whether encoding/json accepts the name of a tag.
func validName(name string) bool {
	const marks = "!#$%&()*+-./:;<=>?@[]^_{|}~ "
	return name != "" && strings.IndexFunc(name, func(r rune) bool {
		return !strings.ContainsRune(marks, r) && !unicode.IsLetter(r) && !unicode.IsDigit(r)
	}) < 0
}

// maxNames limits the names that a plan remembers from a document.
const maxNames = 4096

// find returns the index of the field with the name key, exact or ignoring case, or -1.
func (p *plan) find(key []byte) int {
	i, known := p.names[string(key)]
	if known {
		return i
	}
	name := string(key)
	i = slices.IndexFunc(p.fields, func(f field) bool { return strings.EqualFold(f.name, name) })
	if len(p.names) < maxNames {
		p.names[name] = i
	}
	return i
}
