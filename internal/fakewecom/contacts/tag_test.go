package contacts

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/fakewecom/faketest"
	"github.com/gothird/wecom/internal/fakewecom/platform"
)

// A tag belongs to the app that made it.
func TestTags(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	assert.EqualValues(t, 0, w.good(faketest.Suite, "tag_create", obj{"tagname": "Zero", "tagid": 0})["tagid"])
	assert.EqualValues(t, 1, w.good(faketest.Suite, "tag_create", obj{"tagname": "One"})["tagid"])
	assert.EqualValues(t, 2, w.good(faketest.Template, "tag_create", obj{"tagname": "Two"})["tagid"])
	w.good(faketest.Suite, "tag_update", obj{"tagid": 1, "tagname": "First"})
	list := faketest.List(w.good(faketest.Suite, "tag_list", q("", "")), "taglist")
	assert.Equal(t, []int{0, 1}, numbers(list, "tagid"))
	assert.Equal(t, []string{"Zero", "First"}, texts(list, "tagname"))
	for _, c := range []struct {
		name string
		in   any
		want int
	}{
		{"tag_create", obj{"tagname": "Two"}, 40071},
		{"tag_create", obj{"tagname": "X", "tagid": 2}, 40068},
		{"tag_create", obj{"tagname": "X", "tagid": -1}, 40068},
		{"tag_create", obj{"tagname": strings.Repeat("长", 33)}, 40072},
		{"tag_create", obj{"tagname": ""}, 41018},
		{"tag_update", obj{"tagid": 1, "tagname": "Zero"}, 40071},
		{"tag_update", obj{"tagid": 9, "tagname": "X"}, 40068},
		{"tag_update", obj{"tagid": 2, "tagname": "X"}, 81011},
		{"tag_delete", q("tagid", "2"), 81011},
		{"tag_delete", q("tagid", "x"), 40068},
		{"tag_delete", q("tagid", ""), 41017},
		{"tag_get", q("tagid", "2"), 60011},
		{"tag_get", q("tagid", "9"), 40068},
		{"tag_addtagusers", obj{"tagid": 2, "userlist": []string{"woBo"}}, 81011},
		{"tag_deltagusers", obj{"tagid": 2, "userlist": []string{"woBo"}}, 81011},
	} {
		assert.Equal(t, c.want, w.code(faketest.Suite, c.name, c.in), "%s %v", c.name, c.in)
	}
	w.good(faketest.Suite, "tag_delete", q("tagid", "1"))
	assert.Equal(t, 40068, w.code(faketest.Suite, "tag_get", q("tagid", "1")))
	assert.Empty(t, w.told(), "what an app does with its tags is not told")
}

func TestTagged(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.good(faketest.Suite, "tag_create", obj{"tagname": "One"})
	add := func(users []string, departments []int64) obj {
		return w.as(faketest.Suite, "tag_addtagusers", obj{"tagid": 1, "userlist": users, "partylist": departments})
	}
	out := add([]string{"woBo", "woAnna", "woCy", "woNobody"}, []int64{3, 4, 9})
	require.Zero(t, faketest.Errcode(out))
	assert.Equal(t, "woCy|woNobody", out["invalidlist"])
	assert.Equal(t, []any{4.0, 9.0}, out["invalidparty"])
	out = add([]string{"woBo"}, []int64{3, 2})
	assert.NotContains(t, out, "invalidlist")
	assert.NotContains(t, out, "invalidparty")
	for want, out := range map[int]obj{40070: add([]string{"woCy"}, nil), 40035: add([]string{}, []int64{}), 81014: add(make([]string, 1001), nil)} {
		assert.Equal(t, want, faketest.Errcode(out))
	}
	assert.Equal(t, 81014, faketest.Errcode(add(nil, make([]int64, 101))))
	get := func() (users []string, departments any) {
		out := w.good(faketest.Suite, "tag_get", q("tagid", "1"))
		return texts(faketest.List(out, "userlist"), "userid"), out["partylist"]
	}
	users, departments := get()
	assert.Equal(t, []string{"woBo", "woAnna"}, users)
	assert.Equal(t, []any{3.0, 2.0}, departments)

	require.NoError(t, w.UpdateMember(faketest.Corp, platform.Member{UserId: "woAnna", Hidden: true, Admin: true}))
	users, _ = get()
	assert.Equal(t, []string{"woBo"}, users)
	del := func(in obj) int { return w.code(faketest.Suite, "tag_deltagusers", in) }
	assert.Equal(t, 40031, del(obj{"tagid": 1, "userlist": []string{"woAnna"}}))
	assert.Equal(t, 40035, del(obj{"tagid": 1, "userlist": make([]string, 1001)}))
	assert.Zero(t, del(obj{"tagid": 1, "userlist": []string{"woBo"}, "partylist": []int{2}}))
	users, departments = get()
	assert.Empty(t, users)
	assert.Equal(t, []any{3.0}, departments)
}

// A customised app sees names; a department that goes takes its tags with it.
func TestTagsOfADepartmentThatGoes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, suite := range []string{faketest.Template, editor} {
		id := w.good(suite, "tag_create", obj{"tagname": suite})["tagid"]
		w.good(suite, "tag_addtagusers", obj{"tagid": id, "userlist": []string{"woBo"}, "partylist": []int{3}})
	}
	out := w.good(faketest.Template, "tag_get", q("tagid", "1"))
	assert.Equal(t, []string{"Bo"}, texts(faketest.List(out, "userlist"), "name"))
	for _, id := range []string{"woBo", "woDan"} {
		require.NoError(t, w.PutMember(t.Context(), faketest.Corp, platform.Member{UserId: id}))
	}
	w.told()
	w.good(editor, "department_delete", q("id", "3"))
	assert.Equal(t, []string{"customised delete_party <Id>3</Id>", "editor delete_party <Id>3</Id>", "command delete_party <Id>3</Id>",
		"customised update_tag <TagId>1</TagId>"}, w.told())
	assert.Empty(t, w.good(faketest.Template, "tag_get", q("tagid", "1"))["partylist"])
}
