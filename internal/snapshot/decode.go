package snapshot

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
)

type decoder struct {
	plans   plans
	objects []json.RawMessage
	made    []reflect.Value // by number; the zero Value: nobody has referred to it yet
	todo    []func() error  // fills what was made
}

// rest fills what was referred to, until nothing is left. It goes in turn and not in depth, so that
// no file can make the stack grow.
func (d *decoder) rest() error {
	for len(d.todo) > 0 {
		now := d.todo
		d.todo = nil
		for _, fill := range now {
			if err := fill(); err != nil {
				return err
			}
		}
	}
	return nil
}

func wrong(t reflect.Type, err error) error {
	return fmt.Errorf("snapshot: something is in the place of a %v: %w", t, err)
}

var errForm = errors.New("it has another form")

// read reads what encoding/json can; null is an error.
func read(raw json.RawMessage, t reflect.Type, to any) error {
	err := errForm
	if !isNull(raw) {
		err = json.Unmarshal(raw, to)
	}
	if err != nil {
		return wrong(t, err)
	}
	return nil
}

func (d *decoder) value(raw json.RawMessage, to reflect.Value) error {
	switch to.Kind() {
	case reflect.String:
		return d.string(raw, to)
	case reflect.Slice:
		return d.slice(raw, to)
	case reflect.Pointer, reflect.Map:
		return d.refer(raw, to)
	case reflect.Interface:
		return d.dynamic(raw, to)
	case reflect.Struct:
		if to.Type() != timeType {
			return d.fields(raw, to)
		}
	}
	return read(raw, to.Type(), to.Addr().Interface())
}

func (d *decoder) string(raw json.RawMessage, to reflect.Value) error {
	if len(raw) > 0 && raw[0] == '[' {
		var parts [][]byte
		if err := read(raw, to.Type(), &parts); err != nil || len(parts) != 1 {
			return wrong(to.Type(), errForm)
		}
		to.SetString(string(parts[0]))
		return nil
	}
	var text string
	err := read(raw, to.Type(), &text)
	to.SetString(text)
	return err
}

func (d *decoder) slice(raw json.RawMessage, to reflect.Value) error {
	if isNull(raw) {
		to.SetZero()
		return nil
	}
	if to.Type().Elem().Kind() == reflect.Uint8 {
		var content []byte
		err := read(raw, to.Type(), &content)
		to.Set(reflect.ValueOf(content).Convert(to.Type()))
		return err
	}
	var list []json.RawMessage
	if err := read(raw, to.Type(), &list); err != nil {
		return err
	}
	to.Set(reflect.MakeSlice(to.Type(), len(list), len(list)))
	for i, x := range list {
		if err := d.element(x, to.Index(i)); err != nil {
			return err
		}
	}
	return nil
}

// element reads what is in a list or map: no pointer there is nil.
func (d *decoder) element(raw json.RawMessage, to reflect.Value) error {
	if to.Kind() == reflect.Pointer && isNull(raw) {
		return wrong(to.Type(), errForm)
	}
	return d.value(raw, to)
}

// refer makes what a number refers to, or takes what was made before.
func (d *decoder) refer(raw json.RawMessage, to reflect.Value) error {
	if isNull(raw) {
		to.SetZero()
		return nil
	}
	var id int
	if err := read(raw, to.Type(), &id); err != nil {
		return err
	}
	if id < 0 || id >= len(d.objects) {
		return wrong(to.Type(), fmt.Errorf("there is no object %d", id))
	}
	var err error
	switch made := d.made[id]; {
	case !made.IsValid():
		d.made[id], err = d.make(d.objects[id], to.Type())
	case made.Type() != to.Type():
		err = wrong(to.Type(), fmt.Errorf("the object %d is a %v", id, made.Type()))
	case to.Kind() == reflect.Slice: // or a list could hold itself, and Save would not end
		err = wrong(to.Type(), fmt.Errorf("the list %d is in two places", id))
	}
	if err == nil {
		to.Set(d.made[id])
	}
	return err
}

// make makes an object that is filled later.
func (d *decoder) make(raw json.RawMessage, t reflect.Type) (reflect.Value, error) {
	switch t.Kind() {
	case reflect.Pointer:
		x := reflect.New(t.Elem())
		d.todo = append(d.todo, func() error { return d.value(raw, x.Elem()) })
		return x, nil
	case reflect.Map:
		x := reflect.MakeMap(t)
		d.todo = append(d.todo, func() error { return d.pairs(raw, x) })
		return x, nil
	}
	var list []json.RawMessage
	if err := read(raw, t, &list); err != nil {
		return reflect.Value{}, err
	}
	x := reflect.MakeSlice(t, len(list), len(list))
	d.todo = append(d.todo, func() error {
		for i, raw := range list {
			if err := d.element(raw, x.Index(i)); err != nil {
				return err
			}
		}
		return nil
	})
	return x, nil
}

func (d *decoder) pairs(raw json.RawMessage, to reflect.Value) error {
	var list [][]json.RawMessage
	if err := read(raw, to.Type(), &list); err != nil {
		return err
	}
	for _, pair := range list {
		key, value := reflect.New(to.Type().Key()).Elem(), reflect.New(to.Type().Elem()).Elem()
		if len(pair) != 2 {
			return wrong(to.Type(), errForm)
		}
		if err := d.element(pair[0], key); err != nil {
			return err
		}
		if err := d.element(pair[1], value); err != nil {
			return err
		}
		to.SetMapIndex(key, value)
	}
	return nil
}

// fields reads the fields of a struct; those that are left out are zero.
func (d *decoder) fields(raw json.RawMessage, to reflect.Value) error {
	var texts map[string]json.RawMessage
	if err := read(raw, to.Type(), &texts); err != nil {
		return err
	}
	var first error
	d.plans.each(to, func(name string, f reflect.Value) {
		text, ok := texts[name]
		delete(texts, name)
		if ok && first == nil {
			first = d.value(text, f)
		}
	})
	if len(texts) > 0 {
		return wrong(to.Type(), fmt.Errorf("it has the field %.100q", slices.Sorted(maps.Keys(texts))[0]))
	}
	return first
}

// dynamic reads what is in an interface.
func (d *decoder) dynamic(raw json.RawMessage, to reflect.Value) error {
	if isNull(raw) {
		to.SetZero()
		return nil
	}
	if to.Type() == errorType {
		text := reflect.New(reflect.TypeFor[string]()).Elem()
		err := d.string(raw, text)
		to.Set(reflect.ValueOf(errors.New(text.String())))
		return err
	}
	var pair []json.RawMessage
	if err := read(raw, to.Type(), &pair); err != nil || len(pair) != 2 {
		return wrong(to.Type(), errForm)
	}
	var name string
	if err := read(pair[0], to.Type(), &name); err != nil {
		return err
	}
	t := dynamicTypes()[name]
	if t == nil {
		return wrong(to.Type(), fmt.Errorf("its type is %.100q", name))
	}
	x := reflect.New(t).Elem()
	read := d.value
	if isList(t) {
		read = d.refer
	}
	if err := read(pair[1], x); err != nil {
		return err
	}
	to.Set(x)
	return nil
}
