package wexml

import (
	"slices"
	"strings"

	"github.com/gothird/wecom/internal/lenient"
)

// listItem is the name of the elements of a list of JSON.
const listItem = "item"

// isItem says whether elements of that name may stand for the elements of any list.
func isItem(name string) bool { return name == listItem || name == "Item" }

// foldsTo says whether a name of JSON means that element. AgentID is the app of a push and
// AgentId an app that an event speaks of: these two are never taken for each other.
func foldsTo(name, element string) bool {
	return strings.EqualFold(name, element) && name != "AgentID" && name != "AgentId"
}

// readJSON makes the table of a document of JSON: an object is an element around its
// members, a list one around elements called item, null nothing.
func (d *document) readJSON(data []byte) error {
	t := tabler{limit: d.limit, nodes: append(d.nodes, node{content: mixed}), src: slices.Grow([]byte(nil), len(data))}
	data = trimStart(data)
	whole := t.inside(data)
	if !whole && len(t.nodes) == 1 || len(t.nodes) == t.limit {
		return errForm
	}
	t.nodes[0].next = uint32(len(t.nodes))
	d.src, d.nodes, d.json = string(t.src), t.nodes, true
	d.lossy = !whole || t.lossy || data[0] == '[' // whose elements are of no field
	return nil
}

// tabler appends what it reads to src, and to nodes where it is.
type tabler struct {
	src   []byte
	nodes []node
	depth int
	limit int // of nodes; 0: none
	lossy bool
}

// inside makes nodes of what is in an object or a list. It is false if that broke off.
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

// value makes a node of a member or element. Half a text is none, like null, which only
// keeps its place in a list.
func (t *tabler) value(key string, value []byte, whole bool) {
	nested := len(value) > 0 && (value[0] == '{' || value[0] == '[')
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

// scalarText is also that of a bare word, which is no JSON.
func scalarText(value []byte) string {
	text, ok := lenient.Text(value)
	if !ok && string(value) != "null" {
		return string(value)
	}
	return text
}

// put appends a text and returns where it is.
func (t *tabler) put(text string) (start, end uint32) {
	start = uint32(len(t.src))
	t.src = append(t.src, text...)
	return start, uint32(len(t.src))
}
