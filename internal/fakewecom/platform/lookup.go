package platform

import (
	"cmp"
	"crypto/sha256"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// Suite finds a suite by its id. Its secrets are as they are.
func (p *Platform) Suite(id string) (found Suite, ok bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	x := p.suites[id]
	if x == nil {
		return Suite{}, false
	}
	return x.Suite, true
}

// Corp finds a corp by the id that the provider sees.
func (p *Platform) Corp(id string) (found Corp, ok bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	c := p.corps[id]
	if c == nil {
		return Corp{}, false
	}
	found = *c
	found.Members = slices.Clone(c.Members)
	return found, true
}

// CorpCount is how many corps there are.
func (p *Platform) CorpCount() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.corps)
}

// CorpNames tells how the corps are called, by id. It copies no members, as Corps does.
func (p *Platform) CorpNames() map[string]string {
	p.mu.Lock()
	defer p.mu.Unlock()
	names := make(map[string]string, len(p.corps))
	for id, c := range p.corps {
		names[id] = c.Name
	}
	return names
}

// Member finds a member of a corp, who may have left.
func (p *Platform) Member(corpId, userId string) (found Member, ok bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	c := p.corps[corpId]
	if c == nil {
		return Member{}, false
	}
	return c.Member(userId)
}

// Authorization finds an app that a corp has.
func (p *Platform) Authorization(suiteId, corpId string) (found Authorization, ok bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	in := p.installs[installKey{suiteId, corpId}]
	if in == nil {
		return Authorization{}, false
	}
	return in.authorization(), true
}

// DeliveriesAfter lists the pushes with larger ids.
func (p *Platform) DeliveriesAfter(id int) (list []Delivery) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, sent := range p.sent[p.sentUpTo(id):] {
		list = append(list, sent.Delivery)
	}
	return list
}

// NewestDeliveries returns the newest pushes whose ids are larger than after and smaller than
// before, at most most, the oldest of them first. before 0 is no bound.
func (p *Platform) NewestDeliveries(after, before, most int) (list []Delivery) {
	p.mu.Lock()
	defer p.mu.Unlock()
	from, to := p.sentUpTo(after), len(p.sent)
	if before > 0 {
		to = max(from, p.sentUpTo(before-1))
	}
	for _, sent := range p.sent[max(from, to-most):to] {
		list = append(list, sent.Delivery)
	}
	return list
}

// sentUpTo counts the pushes that are kept up to an id. p.mu is held.
func (p *Platform) sentUpTo(id int) int {
	n, found := slices.BinarySearchFunc(p.sent, id, func(sent *parcel, id int) int { return cmp.Compare(sent.Id, id) })
	if found {
		n++
	}
	return n
}

// parcel finds a push; nil: there is none, or it is not kept. p.mu is held.
func (p *Platform) parcel(id int) *parcel {
	if n := p.sentUpTo(id); n > 0 && p.sent[n-1].Id == id {
		return p.sent[n-1]
	}
	return nil
}

// Delivery finds a push that is kept.
func (p *Platform) Delivery(id int) (found Delivery, ok bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if sent := p.parcel(id); sent != nil {
		return sent.Delivery, true
	}
	return Delivery{}, false
}

// LastDelivery is the id of the newest push; 0: there was none.
func (p *Platform) LastDelivery() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.pushId
}

// Derive makes an id or a secret of parts: prefix and n letters and digits.
func Derive(prefix string, n int, parts ...string) string {
	const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
	name := []byte(prefix)
	for block := 0; len(name) < len(prefix)+n; block++ {
		sum := sha256.Sum256([]byte(strings.Join(append(slices.Clip(parts), strconv.Itoa(block)), "\x00")))
		for _, b := range sum {
			name = append(name, letters[int(b)%len(letters)])
		}
	}
	return string(name[:len(prefix)+n])
}

// kindForms find in XML and JSON what makes the kind of an event.
var kindForms = sync.OnceValue(func() (list []*regexp.Regexp) {
	for _, name := range []string{"InfoType", "MsgType", "Event", "ChangeType"} {
		list = append(list, regexp.MustCompile(`"?`+name+`"?[>:]\s*(?:<!\[CDATA\[|")?(\w+)`))
	}
	return list
})

// KindOf names an event by what makes its kind, without its secrets.
func KindOf(payload []byte) string {
	var names []string
	for _, form := range kindForms() {
		if m := form.FindSubmatch(payload); m != nil && string(m[1]) != "event" {
			names = append(names, string(m[1]))
		}
	}
	return strings.Join(names, ".")
}
