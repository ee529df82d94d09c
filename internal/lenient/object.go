package lenient

import (
	"encoding"
	"reflect"
	"strconv"
)

// object decodes a struct or a map.
func (d *decoder) object(v reflect.Value, p *plan, filled bool) bool {
	switch {
	case d.first() != '{':
		raw := d.take()
		if string(raw) == "null" && p.shape == shapeMap {
			v.SetZero()
		}
		return string(raw) == "null" || isEmpty(raw)
	case p.shape == shapeMap:
		d.at++
		d.entries(v, p, filled)
	default:
		d.at++
		d.members(v, p, filled)
	}
	return true
}

// key reads the name of a member and goes on to its value.
func (d *decoder) key() []byte {
	key, value, _ := readKey(d.data, d.at)
	d.at = value
	return key
}

func (d *decoder) members(v reflect.Value, p *plan, filled bool) {
	var seen fieldSet
	for d.more('}') {
		i := p.find(d.key())
		if i < 0 {
			d.take()
			continue
		}
		f := &p.fields[i]
		// For a repeated name encoding/json has kept the last value.
		first := seen.add(i)
		if filled && first && d.passFitting(f.plan) {
			continue
		}
		d.member(v, f, filled && first)
	}
}

func (d *decoder) member(v reflect.Value, f *field, filled bool) {
	target, ok := fieldOf(v, f.index)
	switch {
	case !ok:
		d.take()
		d.misfitAt(step{name: f.name})
	case f.quoted && d.quotedTwice(target):
	default:
		d.within(step{name: f.name}, target, f.plan, filled)
	}
}

// quotedTwice decodes the value inside a string, for a field with the option string.
func (d *decoder) quotedTwice(v reflect.Value) bool {
	start := d.at
	if raw := d.take(); kindOf(raw) == isText && v.Kind() == reflect.String {
		if inner := []byte(unquote(raw)); kindOf(inner) == isText {
			v.SetString(unquote(inner))
			return true
		}
	}
	d.at = start
	return false
}

// fieldOf returns a field and allocates the embedded structs on the way to it. It cannot
// allocate unexported ones.
func fieldOf(v reflect.Value, index []int) (reflect.Value, bool) {
	for _, i := range index {
		if v.Kind() == reflect.Pointer {
			if v.IsNil() {
				if !v.CanSet() {
					return v, false
				}
				v.Set(reflect.New(v.Type().Elem()))
			}
			v = v.Elem()
		}
		v = v.Field(i)
	}
	return v, v.CanSet() || v.Kind() == reflect.Struct // its own fields may be exported
}

// fieldSet remembers which fields were seen. Fields with a high index always count as seen,
// which only costs time.
type fieldSet [4]uint64

// add reports whether i is new.
func (s *fieldSet) add(i int) bool {
	word, bit := i/64, uint64(1)<<(i%64)
	if word >= len(s) || s[word]&bit != 0 {
		return false
	}
	s[word] |= bit
	return true
}

// entries decodes a map. Elements of a map cannot be changed in place, so those that do not
// fit are decoded again.
func (d *decoder) entries(v reflect.Value, p *plan, filled bool) {
	if v.IsNil() {
		v.Set(reflect.MakeMap(p.typ))
	}
	filled = filled && p.typ.Key().Kind() == reflect.String // another key may not fit
	for d.more('}') {
		name := d.key()
		if filled && d.passFitting(p.elem) {
			continue
		}
		filled = false // the name may be repeated
		key := reflect.New(p.typ.Key()).Elem()
		if !setKey(key, string(name)) {
			d.take()
			d.misfitAt(step{name: "*"})
			continue
		}
		elem := reflect.New(p.typ.Elem()).Elem()
		d.within(step{name: "*"}, elem, p.elem, false)
		v.SetMapIndex(key, elem)
	}
}

func setKey(key reflect.Value, name string) bool {
	if u, ok := key.Addr().Interface().(encoding.TextUnmarshaler); ok {
		return u.UnmarshalText([]byte(name)) == nil
	}
	switch {
	case key.CanInt():
		n, err := strconv.ParseInt(name, 10, key.Type().Bits())
		key.SetInt(n)
		return err == nil
	case key.CanUint():
		n, err := strconv.ParseUint(name, 10, key.Type().Bits())
		key.SetUint(n)
		return err == nil
	}
	key.SetString(name)
	return true
}
