// Package snapshot writes the state of a program as bytes, and puts it back.
//
// The state is what can be reached from some structs, the roots: structs, slices, maps, pointers,
// times and plain values, and what JSON can hold where a field is an interface. A pointer or map
// that is reached twice is one thing again after [Load]; so things may point at each other as they
// like. What cannot be saved (functions, channels, locks, what is derived from other fields) is
// named by the struct that has it, see [Saver]; a struct that forgets a field, or a type that
// cannot be saved, is an error of every [Save], whether it holds a value or not. So a test that
// saves an empty state finds what was forgotten.
//
// The bytes are JSON: the roots, and a list of objects that they and others refer to by numbers.
// A struct is an object of its fields that are not zero, a map a list of pairs. Slices that alias
// each other's elements come back as copies; a pointer into the middle of something is an error.
package snapshot

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
)

// Saver is implemented, on the pointer, by a struct that has unexported fields, or fields that are
// not saved. Exported fields that it does not name are saved.
type Saver interface {
	// Saved returns pointers to the unexported fields that are saved, and to all that are not.
	Saved() (saved, left []any)
}

// Loaded is implemented by a root that derives some of its fields from others.
type Loaded interface {
	// Loaded runs after everything was put back.
	Loaded() error
}

// document is the form of the bytes.
type document struct {
	Roots   []json.RawMessage `json:"roots"`
	Objects []json.RawMessage `json:"objects"`
}

// Save returns the state of the roots, which are pointers to structs. The same state gives the same
// bytes, unless maps have keys with pointers that nothing else refers to.
func Save(roots ...any) ([]byte, error) {
	plans, err := plansOf(roots)
	if err != nil {
		return nil, err
	}
	e := &encoder{plans: plans, ids: map[reference]int{}}
	e.text(`{"roots":[`)
	for i, root := range roots {
		e.comma(i)
		e.value(reflect.ValueOf(root).Elem())
	}
	e.text(`],"objects":[`)
	for i := 0; i < len(e.queue) && e.err == nil; i++ {
		e.comma(i)
		e.content(e.queue[i])
		e.queue[i] = reflect.Value{} // the next ones need the memory
	}
	e.text(`]}`)
	return e.out, e.err
}

// Load puts back what [Save] has returned for roots of the same types. After an error the roots are
// as they were, unless it comes from [Loaded]. Fields that were not saved keep what they are.
func Load(data []byte, roots ...any) error {
	plans, err := plansOf(roots)
	if err != nil {
		return err
	}
	var doc document
	if err := json.Unmarshal(data, &doc); err != nil {
		return fmt.Errorf("snapshot: %w", err)
	}
	if len(doc.Roots) != len(roots) {
		return fmt.Errorf("snapshot: there are %d roots, not %d", len(doc.Roots), len(roots))
	}
	d := &decoder{plans: plans, objects: doc.Objects, made: make([]reflect.Value, len(doc.Objects))}
	read := make([]reflect.Value, len(roots))
	for i, root := range roots {
		to := reflect.ValueOf(root).Elem()
		read[i] = reflect.New(to.Type())
		if err := d.fields(doc.Roots[i], read[i].Elem()); err != nil {
			return err
		}
	}
	if err := d.rest(); err != nil {
		return err
	}
	var wrong error
	for i, root := range roots {
		plans.move(read[i].Elem(), reflect.ValueOf(root).Elem())
	}
	for _, root := range roots {
		if x, ok := root.(Loaded); ok {
			wrong = errors.Join(wrong, x.Loaded())
		}
	}
	return wrong
}
