package lenient

import (
	"encoding/base64"
	"reflect"
	"slices"
	"strings"
)

func (d *decoder) list(v reflect.Value, p *plan, filled bool) bool {
	c := d.first()
	switch {
	case c == '[':
		d.at++
		d.elements(v, p, filled)
		return true
	case c == 'n':
		d.take()
		v.SetZero()
		return true
	case v.Kind() == reflect.Array:
		d.take()
		return false
	case isEmpty(d.data[d.at:]), opens(d.data[d.at:], '{', '}'):
		d.take()
		makeList(v, 0)
		return true
	case c == '"' && v.Type().Elem().Kind() == reflect.Uint8:
		return setBytes(v, unquote(d.take()))
	case c == '"' && p.bottom().isScalar():
		return d.commas(v, p, unquote(d.take()))
	}
	return d.single(v, p)
}

func setBytes(v reflect.Value, text string) bool {
	b, err := base64.StdEncoding.DecodeString(text)
	if err == nil {
		v.SetBytes(b)
	}
	return err == nil
}

// single makes a list from the single element that follows.
func (d *decoder) single(v reflect.Value, p *plan) bool {
	if p.bottom().shape == shapeList { // a list type may contain itself, without end
		d.take()
		return false
	}
	makeList(v, 1)
	return d.value(v.Index(0), p.elem, false)
}

// commas makes a list from a text with commas.
func (d *decoder) commas(v reflect.Value, p *plan, text string) bool {
	parts := strings.Split(text, ",")
	parts = slices.DeleteFunc(parts, func(s string) bool { return strings.TrimSpace(s) == "" })
	makeList(v, len(parts))
	for i, part := range parts {
		elem := v.Index(i)
		for elem.Kind() == reflect.Pointer {
			elem.Set(reflect.New(elem.Type().Elem()))
			elem = elem.Elem()
		}
		if !setText(elem, p.bottom(), strings.TrimSpace(part)) {
			v.Index(i).SetZero()
			d.misfitAt(step{index: i})
		}
	}
	return true
}

func (d *decoder) elements(v reflect.Value, p *plan, filled bool) {
	if !filled {
		v.SetZero()
	}
	n := 0
	for ; d.more(']'); n++ {
		switch {
		case n < v.Len():
			if filled && d.passFitting(p.elem) {
				continue
			}
		case filled || v.Kind() == reflect.Array: // it is longer: an array, or not the last list of this name
			d.take()
			continue
		default:
			v.Grow(1)
			v.SetLen(n + 1)
		}
		d.within(step{index: n}, v.Index(n), p.elem, filled)
	}
	if n == 0 && v.Kind() == reflect.Slice {
		makeList(v, 0)
	}
}

func makeList(v reflect.Value, n int) { v.Set(reflect.MakeSlice(v.Type(), n, n)) }
