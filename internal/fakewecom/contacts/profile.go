package contacts

import (
	"encoding/json"
	"slices"

	"github.com/gothird/wecom/internal/fakewecom/platform"
)

// States of a member.
const (
	statusActive       = 1
	statusDisabled     = 2
	statusNotActivated = 4
)

// profile is what apps have written of a member, beside the fields of [platform.Member]. All
// methods take nil: nobody has written of him.
type profile struct {
	maker  string // suite that made the member; "-": none did
	fields obj    // of requests
}

const nobody = "-"

// write keeps the fields of a request.
func (p *profile) write(body obj) {
	if body["department"] != nil {
		p.moved()
	}
	for name, value := range body {
		if value != nil {
			p.fields[name] = value
		}
	}
}

// moved drops what belonged to the departments that the member was in.
func (p *profile) moved() {
	if p == nil {
		return
	}
	for _, name := range []string{"order", "is_leader_in_dept", "main_department"} {
		delete(p.fields, name)
	}
}

// show adds what the maker of a member may read again.
func (p *profile) show(o obj) {
	for _, name := range []string{"alias", "telephone", "gender", "address", "position", "direct_leader",
		"is_leader_in_dept", "extattr", "external_position", "external_profile"} {
		if value := p.fields[name]; value != nil {
			o[name] = value
		}
	}
}

func (p *profile) status() int {
	switch {
	case p == nil:
		return statusActive
	case p.number("enable", 1) == 0:
		return statusDisabled
	case p.maker != nobody:
		return statusNotActivated // he has been invited
	}
	return statusActive
}

// number is a whole number of the fields.
func (p *profile) number(name string, absent int64) int64 {
	if p == nil {
		return absent
	}
	n, ok := p.fields[name].(json.Number)
	v, err := n.Int64()
	if !ok || err != nil {
		return absent
	}
	return v
}

// each is a list with one number for each department of a member; absent is 0.
func (p *profile) each(name string, m platform.Member) map[int64]int64 {
	all := map[int64]int64{}
	if p == nil {
		return all
	}
	list, _ := p.fields[name].([]any)
	for i, id := range m.In() {
		if i < len(list) {
			n, _ := list[i].(json.Number)
			all[id], _ = n.Int64()
		}
	}
	return all
}

// ordersOf is a member's place in departments.
func (p *profile) ordersOf(m platform.Member, departments []int64) []int64 {
	orders := p.each("order", m)
	list := make([]int64, len(departments))
	for i, id := range departments {
		list[i] = orders[id]
	}
	return list
}

func (p *profile) leads(m platform.Member, department int64) bool {
	return p.each("is_leader_in_dept", m)[department] == 1
}

// main is the main department of a member.
func (p *profile) main(m platform.Member) int64 {
	main := p.number("main_department", 0)
	if slices.Contains(m.In(), main) {
		return main
	}
	return m.In()[0]
}
