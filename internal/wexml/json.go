package wexml

import (
	"bytes"
	"slices"
	"strings"

	"github.com/gothird/wecom/internal/lenient"
)

// listItem is the name for the elements of a JSON list.
const listItem = "item"

// isItem reports whether elements with that name may be the elements of any list.
func isItem(name string) bool { return name == listItem || name == "Item" }

// foldsTo reports whether a JSON name means that element. AgentID is the app of the push and
// AgentId an app named by an event: these two are never confused.
func foldsTo(name, element string) bool {
	return strings.EqualFold(name, element) && name != "AgentID" && name != "AgentId"
}

// readJSON makes the table of a JSON document: an object becomes an element that contains
// its members, a list one that contains elements called item, null is left out.
func (d *document) readJSON(data []byte) error {
	t := tabler{limit: d.limit, nodes: append(d.nodes, node{content: mixed}), src: slices.Grow([]byte(nil), len(data))}
	data = trimStart(data)
	whole := t.inside(data)
	if !whole && len(t.nodes) == 1 || len(t.nodes) == t.limit {
		return errForm
	}
	t.nodes[0].next = uint32(len(t.nodes))
	d.src, d.nodes, d.json = string(t.src), t.nodes, true
	d.lossy = !whole || t.lossy || data[0] == '[' // elements of a list at the root belong to no field
	return nil
}

// isNested reports whether data begins as an object or a list.
func isNested(data []byte) bool {
	return bytes.HasPrefix(data, []byte("{")) || bytes.HasPrefix(data, []byte("["))
}

// tabler appends names and texts to src, and their positions to nodes.
type tabler struct {
	src   []byte
	nodes []node
	depth int
	limit int // of nodes; 0: none
	lossy bool
}

// inside makes nodes of the content of an object or a list. It returns false if that is
// truncated.
func (t *tabler) inside(data []byte) bool {
	t.depth++
	defer func() { t.depth-- }()
	return lenient.Walk(data, func(key, value []byte, whole bool) bool {
		switch {
		case key == nil:
			t.value(listItem, value, whole)
		case len(key) > 0:
			t.value(string(key), value, whole)
		}
		return len(t.nodes) != t.limit
	})
}

// value makes a node of a member or element. A truncated string is left out. So is null, but
// in a list it keeps its place.
func (t *tabler) value(key string, value []byte, whole bool) {
	nested := isNested(value)
	switch {
	case nested && t.depth == maxDepth:
		t.lossy = true
	case nested:
		index := t.add(key, mixed)
		t.lossy = !t.inside(value) || t.lossy
		t.nodes[index].next = uint32(len(t.nodes))
	case whole && (string(value) != "null" || key == listItem):
		n := &t.nodes[t.add(key, plain)]
		n.text, n.textEnd = t.put(scalarText(value))
	}
}

// add appends a node.
func (t *tabler) add(key string, c content) (index int) {
	index = len(t.nodes)
	n := node{content: c, next: uint32(index) + 1}
	n.name, n.nameEnd = t.put(key)
	t.nodes = append(t.nodes, n)
	return index
}

// scalarText returns the text of a scalar, also of a bare word, which is no JSON.
func scalarText(value []byte) string {
	text, ok := lenient.Text(value)
	if !ok && string(value) != "null" {
		return string(value)
	}
	return text
}

// put appends a text and returns its position.
func (t *tabler) put(text string) (start, end uint32) {
	start = uint32(len(t.src))
	t.src = append(t.src, text...)
	return start, uint32(len(t.src))
}
