package console

import (
	"slices"
	"strconv"
	"strings"

	"github.com/gothird/wecom/internal/sandbox"
	"github.com/gothird/wecom/internal/spec"
)

// corpData is what the page of one corp shows.
type corpData struct {
	sandbox.Corp
	Rows        []installRow
	Apps        []sandbox.Suite // that it has not installed
	Tokens      []tokenRow
	People      found[memberRow]
	Logins      []sandbox.Member // who can open the app
	Staying     int
	Departments []departmentRow
	Member      *memberRow     // to be changed; nil: a new one
	Department  *departmentRow // likewise
	License     sandbox.CorpLicense
	Unbound     []codeRow // codes that a member can get
	Buyer       string    // of the last order
	Heirs       []sandbox.Member
	Links       []linkRow
	Others      []sandbox.Corp
}

// installRow is an app that the corp has.
type installRow struct {
	sandbox.Installation
	App      string
	Template bool
}

// memberRow is a member in the table, or in the form.
type memberRow struct {
	sandbox.Member
	In       string // names of departments
	Licences []codeRow
}

// departmentRow is a department in the tree, or in the form.
type departmentRow struct {
	sandbox.Department
	Indent  string
	Members int
}

// corp shows one corp.
func (c *Console) corp(p *page) error {
	ctx := p.request.Context()
	ref := sandbox.CorpRef{CorpId: p.request.PathValue("corp")}
	x, err := c.world.ShowCorp(ctx, ref)
	if err != nil {
		return err
	}
	d := corpData{Corp: x, Staying: staying(x)}
	provider, err := c.world.ShowProvider(ctx, struct{}{})
	if err != nil {
		return err
	}
	d.installs(provider.Suites)
	known := names(c.world.Names())
	d.Tokens, err = c.tokens(p, known, func(t sandbox.Token) bool { return t.Kind == spec.CredentialCorp && t.CorpId == x.CorpId })
	if err != nil {
		return err
	}
	departments, err := c.world.ListDepartments(ctx, ref)
	if err != nil {
		return err
	}
	d.Departments = tree(departments.Departments, x.Members)
	codes, err := c.codesOf(p)
	if err != nil {
		return err
	}
	d.people(p, codes)
	p.Data = &d
	if err := c.licence(p, &d, codes); err != nil {
		return err
	}
	return c.links(p, &d)
}

// installs puts the apps that the corp has beside those that it has not.
func (d *corpData) installs(suites []sandbox.Suite) {
	for _, s := range suites {
		i := slices.IndexFunc(d.Installs, func(in sandbox.Installation) bool { return in.SuiteId == s.SuiteId })
		if i < 0 {
			d.Apps = append(d.Apps, s)
			continue
		}
		d.Rows = append(d.Rows, installRow{d.Installs[i], s.Name, s.Template})
	}
}

// people gathers the members, with what they have.
func (d *corpData) people(p *page, codes []codeRow) {
	held := heldBy(d.CorpId, codes)
	called := map[int64]string{}
	for i, x := range d.Departments {
		called[x.Id] = x.Name
		if strconv.FormatInt(x.Id, 10) == p.Query("department") {
			d.Department = &d.Departments[i]
		}
	}
	var rows []memberRow
	for _, m := range d.Members {
		row := memberRow{m, inDepartments(m, called), held[m.UserId]}
		if m.UserId == p.Query("member") {
			d.Member = &row
		}
		rows = append(rows, row)
	}
	d.People = search(p.Query("q"), rows, func(m memberRow) string {
		return strings.Join([]string{m.Name, m.UserId, m.PlainUserId, m.In, m.Mobile, m.Email}, "\n")
	})
	d.Logins = slices.DeleteFunc(d.shown(), func(m sandbox.Member) bool { return m.Left })
}

// shown are the members in the table, and the one in the form.
func (d *corpData) shown() (list []sandbox.Member) {
	if d.Member != nil {
		list = append(list, d.Member.Member)
	}
	for _, m := range d.People.Rows {
		if d.Member == nil || m.UserId != d.Member.UserId {
			list = append(list, m.Member)
		}
	}
	return list
}

// heldBy are the codes that members of a corp have, by member.
func heldBy(corpId string, codes []codeRow) map[string][]codeRow {
	held := map[string][]codeRow{}
	for _, x := range codes {
		if x.HolderCorp == corpId && (x.Status == codeBound || x.Status == codeWaiting) {
			held[x.UserId] = append(held[x.UserId], x)
		}
	}
	return held
}

const rootDepartment = 1

// inDepartments names the departments of a member; without any he is in the root.
func inDepartments(m sandbox.Member, called map[int64]string) string {
	ids := m.Departments
	if len(ids) == 0 {
		ids = []int64{rootDepartment}
	}
	var list []string
	for _, id := range ids {
		if name := called[id]; name != "" {
			list = append(list, name)
		} else {
			list = append(list, strconv.FormatInt(id, 10))
		}
	}
	return strings.Join(list, ", ")
}

// Has reports whether a member is in a department.
func (m *memberRow) Has(department int64) bool {
	return m != nil && slices.Contains(m.Departments, department)
}

// tree puts each department below its parent.
func tree(all []sandbox.Department, members []sandbox.Member) (list []departmentRow) {
	count, below := map[int64]int{}, map[int64][]sandbox.Department{}
	for _, m := range members {
		if m.Left {
			continue
		}
		if len(m.Departments) == 0 {
			count[rootDepartment]++
		}
		for _, id := range m.Departments {
			count[id]++
		}
	}
	for _, x := range all {
		below[x.ParentId] = append(below[x.ParentId], x)
	}
	var add func(parent int64, indent string)
	add = func(parent int64, indent string) {
		children := below[parent]
		delete(below, parent) // each once, whatever the parents say
		for _, x := range children {
			list = append(list, departmentRow{x, indent, count[x.Id]})
			add(x.Id, indent+"\u2003")
		}
	}
	add(0, "")
	return list
}
