package contacts

import (
	"net/url"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/fakewecom/faketest"
	"github.com/gothird/wecom/internal/fakewecom/platform"
	"github.com/gothird/wecom/internal/spec"
)

// What an administrator changes is told to the apps that see it, once more when it leaves the
// visible range.
func TestAdministratorsChanges(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	put := func(m platform.Member) {
		t.Helper()
		require.NoError(t, w.PutMember(t.Context(), faketest.Corp, m))
	}
	put(platform.Member{UserId: "woHal", Name: "Hal", Departments: []int64{4, 3}})
	assert.Equal(t, []string{
		"customised create_user <UserID>woHal</UserID><Name>Hal</Name><Department>3</Department>",
		"editor create_user <UserID>woHal</UserID><OpenUserID>woHal</OpenUserID><Name>woHal</Name><Department>4,3</Department><MainDepartment>4</MainDepartment>",
		"command create_user <UserID>woHal</UserID><OpenUserID>woHal</OpenUserID><Name>woHal</Name><Department>3</Department>",
	}, w.told())
	put(platform.Member{UserId: "woHal", Name: "Hal", Departments: []int64{4}, Hidden: true})
	assert.Contains(t, w.told(), "command update_user <UserID>woHal</UserID><OpenUserID>woHal</OpenUserID><Department></Department><Status>1</Status>")
	put(platform.Member{UserId: "woHal", Name: "Hal", Hidden: true, Left: true})
	put(platform.Member{UserId: "woIda", Name: "Ida", Hidden: true})
	assert.Empty(t, w.told(), "nobody sees them")

	id, err := w.DepartmentAt(t.Context(), faketest.Corp, "Sales/West/Coast")
	require.NoError(t, err)
	assert.EqualValues(t, 6, id)
	assert.Contains(t, w.told(), "customised create_party <Id>6</Id><Name>Coast</Name><ParentId>5</ParentId><Order>100000000</Order>")
	for path, want := range map[string]int64{"": 1, "Sales": 2, "Sales/West": 5} {
		id, err := w.DepartmentAt(t.Context(), faketest.Corp, path)
		require.NoError(t, err)
		assert.Equal(t, want, id, path)
	}
	_, err = w.PutDepartment(t.Context(), faketest.Corp, Department{Name: "Lab", ParentId: 4})
	require.NoError(t, err)
	assert.Equal(t, []string{"editor create_party <Id>7</Id><Name>Lab</Name><ParentId>4</ParentId><Order>100000000</Order>"}, w.told())
}

func TestAdministratorsMistakes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, err := w.DepartmentAt(t.Context(), "wpNobody", "Sales")
	assert.ErrorContains(t, err, `no corp "wpNobody"`)
	_, err = w.DepartmentAt(t.Context(), faketest.Corp, "Sales//East")
	assert.ErrorContains(t, err, "department name")
	_, err = w.PutDepartment(t.Context(), faketest.Corp, Department{Name: "X", ParentId: 99})
	assert.ErrorContains(t, err, "parent department")
	assert.ErrorContains(t, w.PutMember(t.Context(), faketest.Corp, platform.Member{UserId: "woX", Departments: []int64{99}}), "no department 99")
}

// The token that fills the address book of a new corp edits it, and gets no encrypted ids.
func TestAddressBookIsFilled(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	code := w.Call("get_register_code", obj{"template_id": "tpl"})["register_code"]
	require.NoError(t, w.Register(code.(string), faketest.Corp))
	sync := w.Call("get_register_info", obj{"register_code": code})["contact_sync"].(obj)
	ask := func(name string, in any) obj {
		ep := faketest.Endpoint(t, name)
		return w.CallWith(ep, url.Values{ep.QueryKey: {sync["access_token"].(string)}}, in)
	}
	require.Zero(t, faketest.Errcode(ask("user_create", user(nil))))
	list := faketest.List(ask("user_list_id", obj{"limit": 1}), "dept_user")
	assert.Equal(t, []string{"woAnna"}, texts(list, "userid"))
	assert.Len(t, w.told(), 6, "the department for those who wait, and Gus")
}

// Every endpoint of the part is one that the facts know.
func TestHandlersAreDocumented(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	all := map[string]platform.Handler{}
	for _, topic := range []map[string]platform.Handler{w.reads(), w.edits(), w.tags(), w.memberAuths()} {
		for path, h := range topic {
			assert.NotContains(t, all, path)
			all[path] = h
		}
	}
	for _, e := range spec.Endpoints() {
		delete(all, e.Path)
	}
	assert.Empty(t, all)
}

func TestDepartmentsAreListedParentsFirst(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, err := w.DepartmentAt(t.Context(), faketest.Corp, "Sales/West/Coast")
	require.NoError(t, err)
	seen := map[int64]bool{0: true}
	list := w.Departments(faketest.Corp)
	for _, d := range list {
		assert.True(t, seen[d.ParentId], d.Name)
		seen[d.Id] = true
	}
	assert.Equal(t, "Coast", list[len(list)-1].Name)
	assert.Empty(t, w.Departments("wpNobody"))
}

func TestVisibleRangeOfAnApp(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	users, departments, err := w.VisibleRange(faketest.Suite, faketest.Corp)
	require.NoError(t, err)
	assert.Equal(t, []string{"woAnna"}, users, "the root is not seen as a whole")
	assert.Equal(t, []int64{2}, departments)
	_, err = w.Install(t.Context(), faketest.Suite, faketest.Corp, platform.InstallOptions{MemberMode: true})
	require.NoError(t, err)
	users, departments, err = w.VisibleRange(faketest.Suite, faketest.Corp)
	require.NoError(t, err)
	assert.Equal(t, []string{"woAnna", "woBo", "woDan"}, users)
	assert.Empty(t, departments)
	_, _, err = w.VisibleRange(faketest.Suite, "wpOther")
	assert.ErrorContains(t, err, "does not have the app")
}
