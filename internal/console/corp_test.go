package console

import (
	"net/url"
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/sandbox"
)

func TestCorp(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	assert.Contains(t, s.page("/corps/"+s.corp), "Nothing is installed")
	s.fill()
	body := s.page("/corps/" + s.corp)
	assert.Contains(t, body, "third-party app")
	assert.Contains(t, body, "customised app")
	assert.Contains(t, body, "by a member for himself")
	assert.Contains(t, body, "Lin &lt;i&gt;")
	assert.Contains(t, body, "has left")
	assert.Contains(t, body, "base, 31\u00a0d")
	assert.Contains(t, body, "Add a member")
	for _, in := range s.installs(s.corp) {
		assert.Contains(t, body, `data-mark="`+in.PermanentCode+`"`)
	}
	assert.NotContains(t, s.page("/corps/"+s.corp+"?q=lin"), "Member\u00a03")
}

func TestInstallActions(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.fill()
	path, suites := "/corps/"+s.corp, s.suites()
	before := s.installs(s.corp)
	s.done(s.submit(path, "POST /installs/{suite}/{corp}/change", url.Values{"suite": {suites[0].SuiteId}}))
	s.done(s.submit(path, "POST /installs", url.Values{"suite_id": {suites[1].SuiteId}}))
	assert.Equal(t, before, s.installs(s.corp), "pushing again changes nothing")
	s.done(s.submit(path, "POST /installs/{suite}/{corp}/reset", url.Values{"suite": {suites[1].SuiteId}}))
	assert.NotEqual(t, before, s.installs(s.corp))
	s.done(s.submit(path, "DELETE /installs/{suite}/{corp}", url.Values{"suite": {suites[1].SuiteId}}))
	require.Len(t, s.installs(s.corp), 1)
	s.done(s.submit(path, "POST /installs", url.Values{"suite_id": {suites[1].SuiteId}, "state": {"s7"}, "agent_id": {"77"}, "member_mode": {"true"}}))
	for _, in := range s.installs(s.corp) {
		if in.SuiteId == suites[1].SuiteId {
			assert.Equal(t, sandbox.Installation{SuiteId: in.SuiteId, CorpId: s.corp, AgentId: 77, MemberMode: true, State: "s7", Since: in.Since, PermanentCode: in.PermanentCode}, in)
		}
	}
	assert.NotContains(t, s.page(path), `id="install"`, "all are installed")
	s.done(s.submit(path, "POST /corps/{corp}/test", url.Values{"test": {"true"}}))
	assert.Contains(t, s.page(path), "No test corp any more")
}

var revealable = regexp.MustCompile(`data-mark="(#[0-9a-f]{8})"`)

// A member opens the app: the note has the mark of his code.
func TestLogin(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.fillCorp()
	body := s.done(s.submit("/corps/"+s.corp, "POST /logins", url.Values{"user_id": {s.members()[0].UserId}, "private": {"true"}}))
	note := regexp.MustCompile(`(?s)id="note".*?</dl>`).FindString(body)
	mark := revealable.FindStringSubmatch(note)
	require.NotNil(t, mark, "%s", note)
	assert.NotEmpty(t, s.reveal(mark[1]))
	assert.NotContains(t, body, `<option value="`+s.members()[2].UserId+`"`, "who has left opens nothing")
}

func TestMemberForm(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.fillCorp()
	lin := s.members()[1]
	path := "/corps/" + s.corp + "?member=" + lin.UserId
	form := url.Values{"user_id": {lin.UserId}}
	s.done(s.submit(path, "POST /corps/{corp}/members", form))
	assert.Equal(t, lin, s.members()[1], "saved as it was")
	s.done(s.submit(path, "POST /corps/{corp}/members", url.Values{"user_id": {lin.UserId}, "name": {"Lu"}, "mobile": {"13800000000"}, "email": {"lu@example.com"},
		"departments": {"", "1", "2"}, "admin": {"true", "false"}, "hidden": {"true", "false"}}))
	lu := s.members()[1]
	assert.Equal(t, sandbox.Member{UserId: lin.UserId, PlainUserId: lin.PlainUserId, Name: "Lu", Departments: []int64{1, 2}, Mobile: "13800000000", Email: "lu@example.com",
		Admin: true, Hidden: true}, lu)
	s.done(s.submit(path, "POST /corps/{corp}/members", url.Values{"user_id": {lin.UserId}, "left": {"true", "false"}, "hidden": {"false"}}))
	assert.True(t, s.members()[1].Left)
	assert.False(t, s.members()[1].Hidden)

	n := len(s.members())
	s.done(s.submit("/corps/"+s.corp, "POST /corps/{corp}/members", url.Values{"name": {"New"}}))
	require.Len(t, s.members(), n+1)
	assert.Equal(t, "New", s.members()[n].Name)
	s.refused(s.submit(path, "POST /corps/{corp}/members", url.Values{"departments": {"99"}}), "99")
}

func TestDepartmentForm(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.fillCorp()
	path := "/corps/" + s.corp
	route := "POST /corps/{corp}/departments"
	s.done(s.submit(path, route, url.Values{"name": {"North"}, "parent_id": {"2"}, "order": {"7"}}))
	all := s.departments()
	require.Len(t, all, 3)
	north := all[2]
	assert.Equal(t, sandbox.Department{Id: 3, Name: "North", ParentId: 2, Order: 7}, north)
	assert.Contains(t, s.page(path), "\u2003\u2003North", "below its parent")
	s.done(s.submit(path+"?department=3", route, url.Values{"id": {"3"}}))
	assert.Equal(t, all, s.departments(), "saved as it was")
	s.done(s.submit(path+"?department=3", route, url.Values{"id": {"3"}, "name": {"South"}, "hidden": {"true"}}))
	assert.Equal(t, sandbox.Department{Id: 3, Name: "South", ParentId: 2, Order: 7, Hidden: true}, s.departments()[2])
	s.done(s.submit(path+"?department=1", route, url.Values{"id": {"1"}, "name": {"Head"}}))
	assert.Equal(t, "Head", s.departments()[0].Name)
	assert.Zero(t, s.departments()[0].ParentId)
}

func (s *site) departments() []sandbox.Department {
	s.t.Helper()
	return must[sandbox.Departments](s)(s.ListDepartments(s.t.Context(), sandbox.CorpRef{CorpId: s.corp})).Departments
}

// What goes round in a circle is shown all the same, if only once.
func TestTree(t *testing.T) {
	t.Parallel()
	all := []sandbox.Department{{Id: 1}, {Id: 4, ParentId: 2}, {Id: 2, ParentId: 1}, {Id: 3, ParentId: 1}, {Id: 8, ParentId: 9}, {Id: 9, ParentId: 8}}
	var ids []int64
	for _, x := range tree(all, []sandbox.Member{{}, {Left: true}, {Departments: []int64{4, 3}}}) {
		ids = append(ids, x.Id)
		assert.Equal(t, map[int64]int{1: 1, 3: 1, 4: 1}[x.Id], x.Members, x.Id)
	}
	assert.Equal(t, []int64{1, 2, 4, 3}, ids)
}
