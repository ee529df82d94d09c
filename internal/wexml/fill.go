package wexml

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
)

// fill sets the fields of struct v from the elements inside the given one.
func (d *document) fill(v reflect.Value, p *plan, index uint32) error {
	at := 0
	for i := index + 1; i < d.nodes[index].next; i = d.nodes[i].next {
		f, found := p.find(d.name(i), at)
		if f == nil {
			continue
		}
		at = found
		var err error
		switch {
		case f.index == nil:
			err = d.fill(v, f.inner, i)
		case f.list:
			err = d.list(v.FieldByIndex(f.index), f, i)
		case f.slice:
			err = d.value(d.grow(v.FieldByIndex(f.index), f, i, d.nodes[index].next), f, i)
		default:
			err = d.value(v.FieldByIndex(f.index), f, i)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// grow adds an item to a slice, with room for all the siblings of the same name.
func (d *document) grow(v reflect.Value, f *field, i, end uint32) reflect.Value {
	n := v.Len()
	if n == v.Cap() {
		items := 0
		for ; i < end; i = d.nodes[i].next {
			if d.name(i) == f.name {
				items++
			}
		}
		v.Grow(items)
	}
	v.SetLen(n + 1)
	return v.Index(n)
}

func (d *document) value(v reflect.Value, f *field, i uint32) error {
	if f.pointer {
		if v.IsNil() {
			v.Set(reflect.New(v.Type().Elem()))
		}
		v = v.Elem()
	}
	if f.kind == reflect.Struct {
		return d.fill(v, f.inner, i)
	}
	text := d.textOf(i)
	if f.kind == reflect.String {
		v.SetString(text)
		return nil
	}
	if text == "" {
		v.SetZero()
		return nil
	}
	text = strings.TrimSpace(text)
	var err error
	switch f.kind {
	case reflect.Bool:
		var b bool
		b, err = strconv.ParseBool(text)
		v.SetBool(b)
	case reflect.Float64:
		var x float64
		x, err = strconv.ParseFloat(text, f.bits)
		v.SetFloat(x)
	default:
		var n int64
		n, err = strconv.ParseInt(text, 10, f.bits)
		v.SetInt(n)
	}
	if err != nil {
		return fmt.Errorf("wexml: text of <%s> is no %s", f.name, f.kind)
	}
	return nil
}

// list appends the items of a comma-separated text. An empty element makes an empty list,
// which tells it from no element.
func (d *document) list(v reflect.Value, f *field, i uint32) error {
	text := d.textOf(i)
	if f.kind == reflect.String {
		items := v.Addr().Interface().(*[]string)
		return split(items, &d.texts, text, func(s string) (string, error) { return s, nil })
	}
	items := v.Addr().Interface().(*[]int64)
	if err := split(items, &d.numbers, text, parseInt); err != nil {
		return fmt.Errorf("wexml: text of <%s> is no list of numbers", f.name)
	}
	return nil
}

func parseInt(s string) (int64, error) { return strconv.ParseInt(s, 10, 64) }

// split takes the memory of a first list from room, which the lists of one document share.
func split[T any](items, room *[]T, text string, parse func(string) (T, error)) error {
	if *items == nil {
		n := strings.Count(text, ",") + 1
		if len(*room) < n {
			*room = make([]T, max(n, 8))
		}
		*items, *room = (*room)[:0:n], (*room)[n:]
	}
	for s := range strings.SplitSeq(text, ",") {
		if s = strings.TrimSpace(s); s == "" {
			continue
		}
		item, err := parse(s)
		if err != nil {
			return err
		}
		*items = append(*items, item)
	}
	return nil
}
