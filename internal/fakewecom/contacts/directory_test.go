package contacts

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/fakewecom/faketest"
	"github.com/gothird/wecom/internal/fakewecom/platform"
)

// directed asks the directory within a call of an app: an endpoint that a part of the test
// answers.
func (w *world) directed(suite string, ask func(d Directory, c *platform.Call)) {
	w.T.Helper()
	w.Join(platform.Part{Handlers: map[string]platform.Handler{"/cgi-bin/getcallbackip": func(c *platform.Call) (platform.Obj, error) {
		ask(w.Directory(), c)
		return nil, nil
	}}})
	require.Zero(w.T, faketest.Errcode(w.CallAs("getcallbackip", suite, faketest.Corp, q("x", ""))))
}

// A department stands for all who are in it and below it, as far as the app sees them.
func TestMembersOfDepartmentsAndTags(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	tag := int64(faketest.Num(w.good(faketest.Suite, "tag_create", obj{"tagname": "Night"}), "tagid"))
	w.good(faketest.Suite, "tag_addtagusers", obj{"tagid": tag, "userlist": []string{"woDan", "woAnna"}, "partylist": []int{3}})
	_, err := w.PutDepartment(t.Context(), faketest.Corp, Department{Id: 9, Name: "Night", ParentId: 2, Hidden: true})
	require.NoError(t, err)
	require.NoError(t, w.UpdateMember(faketest.Corp, platform.Member{UserId: "woGil", Departments: []int64{9}}))
	w.directed(faketest.Suite, func(d Directory, c *platform.Call) {
		for id, want := range map[int64][]string{1: {"woAnna", "woBo", "woDan"}, 2: {"woBo", "woDan"}, 3: {"woBo", "woDan"}} {
			got, ok := d.InDepartment(c, id)
			assert.True(t, ok)
			assert.Equal(t, want, got, id)
		}
		for _, id := range []int64{0, 4, 99, -1} {
			_, ok := d.InDepartment(c, id)
			assert.False(t, ok, id)
		}
		got, ok := d.Tagged(c, tag)
		assert.True(t, ok)
		assert.Equal(t, []string{"woDan", "woAnna", "woBo"}, got)
		_, ok = d.Tagged(c, tag+1)
		assert.False(t, ok)
		name, ok := d.DepartmentName(c, 3)
		assert.Equal(t, []any{"East", true}, []any{name, ok})
		_, ok = d.DepartmentName(c, 4)
		assert.False(t, ok, "it is hidden")
	})
	w.directed(editor, func(d Directory, c *platform.Call) {
		_, ok := d.Tagged(c, tag)
		assert.False(t, ok, "it is another app's")
		assert.Empty(t, d.Alias(c, "woBo"))
	})
	w.good(editor, "user_update", obj{"userid": "woBo", "alias": "Bobby"})
	w.directed(faketest.Suite, func(d Directory, c *platform.Call) { assert.Equal(t, "Bobby", d.Alias(c, "woBo")) })
}

// The visible range is departments of which nothing is hidden, and the members beside them.
func TestVisibleRange(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.directed(faketest.Suite, func(d Directory, c *platform.Call) {
		users, departments := d.Range(c)
		assert.Equal(t, []string{"woAnna"}, users, "Cy and Secret are hidden, so it is not the root")
		assert.Equal(t, []int64{2}, departments)
	})
	require.NoError(t, w.AddCorp(platform.Corp{Id: "wpOpen", Name: "Open", Members: []platform.Member{{UserId: "woA"}, {UserId: "woB", Hidden: true, Left: true}}}))
	_, err := w.Install(t.Context(), faketest.Suite, "wpOpen", platform.InstallOptions{FromProviderSite: true})
	require.NoError(t, err)
	w.directed(faketest.Suite, func(Directory, *platform.Call) {})
	users, departments := []string{"x"}, []int64(nil)
	w.Join(platform.Part{Handlers: map[string]platform.Handler{"/cgi-bin/getcallbackip": func(c *platform.Call) (platform.Obj, error) {
		users, departments = w.Directory().Range(c)
		return nil, nil
	}}})
	w.CallAs("getcallbackip", faketest.Suite, "wpOpen", q("x", ""))
	assert.Empty(t, users)
	assert.Equal(t, []int64{rootId}, departments)
	_, err = w.Install(t.Context(), faketest.Suite, "wpOpen", platform.InstallOptions{FromProviderSite: true, MemberMode: true})
	require.NoError(t, err)
	w.CallAs("getcallbackip", faketest.Suite, "wpOpen", q("x", ""))
	assert.Equal(t, []string{"woA"}, users, "members have authorised the app, not departments")
	assert.Empty(t, departments)
}
