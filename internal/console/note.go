package console

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"maps"
	"net/url"
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

// pushesOf are the pushes that an answer tells of: what an action has pushed, or the one that was
// pushed again.
func pushesOf(out json.RawMessage) []sandbox.Push {
	var answer struct {
		sandbox.Push
		Pushes []sandbox.Push `json:"pushes"`
	}
	_ = json.Unmarshal(out, &answer) // what has no pushes has none
	if answer.Kind != "" && answer.Channel != "" {
		return []sandbox.Push{answer.Push}
	}
	return answer.Pushes
}

// told adds to a note what the check of a callback URL says.
func (n *note) told(l language, c sandbox.Checked) {
	x := l.checkAdvice(c)
	if x == nil {
		n.Text += l.t("URL 通过了检查。", "The URL passes the check. ")
		return
	}
	n.Text += x.Title + l.t("。", ". ") + x.Text + " "
	if n.Kind != "bad" {
		n.Kind = x.Kind
	}
}

// checkSaved checks the callback URLs that a form has set, as WeCom does.
func (c *Console) checkSaved(ctx context.Context, l language, form url.Values, n *note) {
	for _, channel := range []string{"command", "data", "system"} {
		if form.Get(channel+"_url") == "" {
			continue
		}
		if checked, err := c.world.CheckURL(ctx, sandbox.URLRef{Channel: channel, SuiteId: form.Get("suite_id")}); err == nil {
			n.told(l, checked)
		}
	}
}
