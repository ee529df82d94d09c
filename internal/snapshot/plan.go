package snapshot

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"time"
)

// step is one saved field of a struct.
type step struct {
	name  string
	field int // its index
	saved int // where it is among those of Saver; -1: it is exported
}

// plans are the saved fields of all structs that can be reached.
type plans map[reflect.Type][]step

// plansOf makes the plans of everything below the roots, and returns an error for what cannot be
// saved.
func plansOf(roots []any) (plans, error) {
	p := plans{}
	var wrong error
	for _, root := range roots {
		t := reflect.TypeOf(root)
		if t == nil || t.Kind() != reflect.Pointer || t.Elem().Kind() != reflect.Struct {
			return nil, fmt.Errorf("snapshot: a root is a pointer to a struct, not %v", t)
		}
		wrong = errors.Join(wrong, p.add(t.Elem()))
	}
	return p, wrong
}

// add makes the plans of a type and of all below it.
func (p plans) add(t reflect.Type) error {
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice:
		return p.add(t.Elem())
	case reflect.Map:
		return errors.Join(p.add(t.Key()), p.add(t.Elem()))
	case reflect.Struct:
		return p.addStruct(t)
	case reflect.Interface:
		if t == errorType || t.NumMethod() == 0 {
			return nil
		}
	default:
		if plain(t) {
			return nil
		}
	}
	return fmt.Errorf("snapshot: %v cannot be saved", t)
}

// plain reports whether a value of the type is a text, a number or a truth value.
func plain(t reflect.Type) bool {
	return t.Kind() == reflect.String || t.Kind() <= reflect.Float64 && t.Kind() != reflect.Uintptr
}

func (p plans) addStruct(t reflect.Type) error {
	if _, ok := p[t]; ok || t == timeType {
		return nil
	}
	steps, err := stepsOf(t)
	if p[t] = steps; err != nil {
		return err
	}
	for _, s := range steps {
		if err := p.add(t.Field(s.field).Type); err != nil {
			return fmt.Errorf("%w, of the field %s of %v", err, s.name, t)
		}
	}
	return nil
}

// stepsOf finds out which fields of a struct are saved.
func stepsOf(t reflect.Type) (steps []step, err error) {
	v := reflect.New(t)
	saved, left := listed(v.Elem())
	named := map[int]int{}
	for at, pointer := range slices.Concat(saved, left) {
		i := indexOf(v.Elem(), pointer)
		if _, twice := named[i]; i < 0 || twice {
			return nil, fmt.Errorf("snapshot: %v.Saved names something that is no field of it, or one twice", t)
		}
		named[i] = at
	}
	for i := range t.NumField() {
		f := t.Field(i)
		at, ok := named[i]
		switch {
		case ok && at < len(saved):
			steps = append(steps, step{f.Name, i, at})
		case ok: // it is left
		case f.IsExported():
			steps = append(steps, step{f.Name, i, -1})
		default:
			err = errors.Join(err, fmt.Errorf("snapshot: %v.Saved does not say whether the field %s is saved", t, f.Name))
		}
	}
	return steps, err
}

// listed is what a struct says of its fields.
func listed(v reflect.Value) (saved, left []any) {
	if x, ok := v.Addr().Interface().(Saver); ok {
		return x.Saved()
	}
	return nil, nil
}

// indexOf finds the field that a pointer is to; -1: there is none.
func indexOf(v reflect.Value, pointer any) int {
	at := reflect.ValueOf(pointer)
	for i := range v.NumField() {
		if f := v.Field(i); at.Type() == reflect.PointerTo(f.Type()) && at.Pointer() == f.Addr().Pointer() {
			return i
		}
	}
	return -1
}

// each runs do for the saved fields of a struct.
func (p plans) each(v reflect.Value, do func(name string, f reflect.Value)) {
	saved, _ := listed(v)
	for _, s := range p[v.Type()] {
		if s.saved < 0 {
			do(s.name, v.Field(s.field))
		} else {
			do(s.name, reflect.ValueOf(saved[s.saved]).Elem())
		}
	}
}

// move sets the saved fields of a struct to those of another one, and those of the structs in it.
func (p plans) move(from, to reflect.Value) {
	var values []reflect.Value
	p.each(from, func(_ string, f reflect.Value) { values = append(values, f) })
	p.each(to, func(_ string, f reflect.Value) {
		if _, ok := p[f.Type()]; ok {
			p.move(values[0], f)
		} else {
			f.Set(values[0])
		}
		values = values[1:]
	})
}

// What is saved in a way of its own.
var (
	timeType  = reflect.TypeFor[time.Time]()
	errorType = reflect.TypeFor[error]()
)
