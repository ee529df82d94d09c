package wexml

import (
	"slices"
	"strconv"
	"strings"
)

const maxMisfits = 20

// step is one field of a path, with an index if it is a list.
type step struct {
	f     *field
	index int
}

const noIndex = -1

func (d *document) push(f *field, index int) {
	d.path = append(d.path, step{f, index})
}

func (d *document) pop() { d.path = d.path[:len(d.path)-1] }

func (d *document) misfitAt(f *field, index int) {
	d.push(f, index)
	d.misfit()
	d.pop()
}

// misfit adds the present path to the misfits.
func (d *document) misfit() {
	var path strings.Builder
	for i, s := range d.path {
		if i > 0 {
			path.WriteByte('.')
		}
		path.WriteString(s.f.name)
		if s.index != noIndex {
			path.WriteString("[" + strconv.Itoa(s.index) + "]")
		}
	}
	name := path.String()
	if name == "" {
		name = "."
	}
	if len(d.misfits) < maxMisfits && !slices.Contains(d.misfits, name) {
		d.misfits = append(d.misfits, name)
	}
}
