package console

import (
	"crypto/rand"
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"sync"

	"github.com/gothird/wecom/internal/sandbox"
)

// note is how an action went.
type note struct {
	Kind        string // ok, warn or bad
	Title, Text string
	Pushes      []sandbox.Push
	Result      string // JSON
	Marks       []marked
}

// marked is a secret that an action has brought, by the name of its field.
type marked struct{ Name, Mark string }

var wholeMark = regexp.MustCompile(`^#[0-9a-f]{8}$`)

// marksIn lists the secrets of an answer, by name.
func marksIn(out json.RawMessage) (list []marked) {
	var fields map[string]json.RawMessage
	if json.Unmarshal(out, &fields) != nil {
		return nil // a list has no names
	}
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		text := ""
		if json.Unmarshal(fields[name], &text) == nil && wholeMark.MatchString(text) {
			list = append(list, marked{name, text})
		}
	}
	return list
}

// notes keeps the newest ones until their pages are closed: a page that is loaded anew shows its
// note again.
type notes struct {
	mu    sync.Mutex
	order []string
	byId  map[string]note
}

const keptNotes = 100

func (n *notes) keep(x note) (id string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	id = rand.Text()[:12]
	if n.byId == nil {
		n.byId = map[string]note{}
	}
	n.byId[id] = x
	n.order = append(n.order, id)
	if len(n.order) > keptNotes {
		delete(n.byId, n.order[0])
		n.order = n.order[1:]
	}
	return id
}

// take returns a note, or nil.
func (n *notes) take(id string) *note {
	n.mu.Lock()
	defer n.mu.Unlock()
	if x, ok := n.byId[id]; ok {
		return &x
	}
	return nil
}
