package wexml

import (
	"reflect"
	"strconv"
	"strings"

	"github.com/gothird/wecom/internal/lenient"
)

// fill sets the fields of struct v from the elements inside element index. It reports
// whether one of them has a field.
func (d *document) fill(v reflect.Value, p *plan, index uint32) (known bool) {
	next := 0
	for i := index + 1; i < d.nodes[index].next; i = d.nodes[i].next {
		var f *field
		if at := p.find(d.name(i), next); at >= 0 {
			f, next = &p.fields[at], at+1
		} else if d.json {
			f = p.fold(d.name(i), v)
		}
		if f == nil {
			continue
		}
		known = true
		for ; f != nil; f = f.also {
			d.field(v, f, i, d.nodes[index].next)
		}
	}
	return known
}

// field sets field f of struct v from element i; end is the end of its siblings.
func (d *document) field(v reflect.Value, f *field, i, end uint32) {
	if f.index == nil {
		d.push(f, noIndex)
		d.wrapper(v, f.inner, i)
		d.pop()
		return
	}
	v = v.FieldByIndex(f.index)
	switch {
	case f.list:
		d.list(v, f, i)
	case f.slice && d.nested(i) && d.isEmpty(i): // [] or {}: no element
	case f.slice:
		d.elements(v, f, i, end)
	case f.alias && !v.IsZero(): // the first name wins
	default:
		d.value(v, f, noIndex, i)
	}
}

// wrapper decodes element i, which only contains the elements of a field. If there are none,
// a list may have another shape.
func (d *document) wrapper(v reflect.Value, p *plan, i uint32) {
	if d.fill(v, p, i) || d.isEmpty(i) {
		return
	}
	f := &p.fields[0]
	switch {
	case len(p.fields) > 1 || !f.slice:
		d.misfit()
	case d.aroundItems(i) || d.canBe(f, i):
		d.elements(v.FieldByIndex(f.index), f, i, i+1)
	default:
		d.misfit()
	}
}

// canBe reports whether element i has the form of an element of list f.
func (d *document) canBe(f *field, i uint32) bool {
	if f.kind != reflect.Struct {
		return !d.nested(i)
	}
	for c := i + 1; c < d.nodes[i].next; c = d.nodes[c].next {
		if f.inner.named(d.name(c)) != nil {
			return true
		}
	}
	return false
}

// elements adds element i to a list, or the elements called item inside it.
func (d *document) elements(v reflect.Value, f *field, i, end uint32) {
	if !d.aroundItems(i) {
		d.element(v, f, i, end)
		return
	}
	end = d.nodes[i].next
	for i++; i < end; i = d.nodes[i].next {
		d.elements(v, f, i, end) // in {"Item": [1, 2]} the list is inside the item
	}
}

// element adds element i to a list, and allocates room for all siblings with the same name.
func (d *document) element(v reflect.Value, f *field, i, end uint32) {
	n := v.Len()
	if n == v.Cap() {
		v.Grow(d.count(i, end))
	}
	v.SetLen(n + 1)
	d.value(v.Index(n), f, n, i)
}

// aroundItems reports whether element i contains elements called item.
func (d *document) aroundItems(i uint32) bool {
	return d.nodes[i].next > i+1 && isItem(d.name(i+1))
}

// count counts the siblings with the name of i, from i on.
func (d *document) count(i, end uint32) (n int) {
	for name := d.name(i); i < end; i = d.nodes[i].next {
		if d.name(i) == name {
			n++
		}
	}
	return n
}

// value sets v, which is field f or one element of it.
func (d *document) value(v reflect.Value, f *field, index int, i uint32) {
	if f.pointer {
		if v.IsNil() {
			v.Set(reflect.New(v.Type().Elem()))
		}
		v = v.Elem()
	}
	if f.kind == reflect.Struct {
		d.push(f, index)
		if !d.fill(v, f.inner, i) && !d.isEmpty(i) {
			d.misfit()
		}
		d.pop()
		return
	}
	d.scalar(v, f, index, i)
}

// scalar is value for a type that is no struct. If the element has text and child elements,
// the text is used and the element is a misfit.
func (d *document) scalar(v reflect.Value, f *field, index int, i uint32) {
	text, nested := d.textOf(i), d.nested(i)
	if nested && blank(text) {
		text = ""
	}
	if !setScalar(v, f, text) || nested {
		d.misfitAt(f, index)
	}
}

// nested reports whether an element is no text: it contains elements, or was an object or a
// list.
func (d *document) nested(i uint32) bool {
	return d.nodes[i].next > i+1 || d.json && d.nodes[i].content == mixed
}

// isEmpty reports whether an element contains only blanks.
func (d *document) isEmpty(i uint32) bool {
	return d.nodes[i].next == i+1 && blank(d.textOf(i))
}

// setScalar returns false for a text that does not fit; then v is zero. A blank text for a
// number or a bool is zero and no misfit.
func setScalar(v reflect.Value, f *field, text string) (ok bool) {
	if f.kind == reflect.String {
		if f.trim {
			text = strings.TrimSpace(text)
		}
		v.SetString(text)
		return true
	}
	if text = strings.TrimSpace(text); text == "" {
		v.SetZero()
		return true
	}
	switch f.kind {
	case reflect.Bool:
		ok = setBool(v, text)
	case reflect.Float64:
		x, err := strconv.ParseFloat(text, f.bits)
		if ok = err == nil; !ok {
			x = 0 // not infinity
		}
		v.SetFloat(x)
	default:
		var n int64
		n, ok = lenient.Whole(text, f.bits)
		v.SetInt(n)
	}
	return ok
}

// setBool also accepts T and F, as encoding/xml does.
func setBool(v reflect.Value, text string) bool {
	truth, ok := lenient.Truth(text)
	if !ok {
		var err error
		truth, err = strconv.ParseBool(text)
		ok = err == nil
	}
	v.SetBool(truth)
	return ok
}

// list appends the items of a comma-separated text. An empty element makes an empty list,
// not a nil one: the element was present.
func (d *document) list(v reflect.Value, f *field, i uint32) {
	if !d.nested(i) || d.isEmpty(i) {
		d.split(v, f, d.textOf(i))
		return
	}
	if !d.aroundItems(i) {
		d.misfitAt(f, noIndex)
		return
	}
	for c := i + 1; c < d.nodes[i].next; c = d.nodes[c].next {
		d.list(v, f, c)
	}
}

func (d *document) split(v reflect.Value, f *field, text string) {
	if f.kind == reflect.String {
		split(v.Addr().Interface().(*[]string), &d.texts, text, func(_ int, s string) string { return s })
		return
	}
	split(v.Addr().Interface().(*[]int64), &d.numbers, text, func(index int, s string) int64 {
		n, ok := lenient.Whole(s, 64)
		if !ok {
			d.misfitAt(f, index)
		}
		return n
	})
}

// split takes the memory of a list from room, which the lists of one document share.
func split[T any](items, room *[]T, text string, parse func(int, string) T) {
	if *items == nil {
		n := strings.Count(text, ",") + 1
		if len(*room) < n {
			*room = make([]T, max(n, 8))
		}
		*items, *room = (*room)[:0:n], (*room)[n:]
	}
	for s := range strings.SplitSeq(text, ",") {
		if s = strings.TrimSpace(s); s != "" {
			*items = append(*items, parse(len(*items), s))
		}
	}
}
