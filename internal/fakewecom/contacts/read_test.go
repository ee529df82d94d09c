package contacts

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/fakewecom/faketest"
	"github.com/gothird/wecom/internal/fakewecom/platform"
)

// A third-party app sees ids, a customised one names too; neither what is hidden.
func TestWhatAppsSeeOfMembers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	dan := w.good(faketest.Suite, "user_get", q("userid", "WODAN"))
	delete(dan, "errcode")
	delete(dan, "errmsg")
	assert.Equal(t, obj{"userid": "woDan", "open_userid": "woDan", "name": "woDan", "department": []any{3.0}, "order": []any{0.0}, "gender": "0", "status": 1.0}, dan)
	dan = w.good(faketest.Template, "user_get", q("userid", "woDan"))
	assert.Equal(t, "Dan", dan["name"])
	assert.NotContains(t, dan, "open_userid")
	dan = w.good(editor, "user_get", q("userid", "woDan"))
	assert.Equal(t, []any{4.0, 3.0}, dan["department"])
	assert.EqualValues(t, 4, dan["main_department"])
	assert.Equal(t, "woDan", dan["name"])

	for id, want := range map[string]int{"woCy": 60111, "woEve": 60111, "woNobody": 60111, "Dan": 60111, "": 41009, string(make([]byte, 65)): 40003} {
		assert.Equal(t, want, w.code(faketest.Suite, "user_get", q("userid", id)), "%q", id)
	}
}

func TestMembersOfDepartments(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	list := func(suite, id, child string) []string {
		in := q("department_id", id)
		in.Set("fetch_child", child)
		simple := texts(faketest.List(w.good(suite, "user_simplelist", in), "userlist"), "userid")
		assert.Equal(t, simple, texts(faketest.List(w.good(suite, "user_list", in), "userlist"), "userid"))
		return simple
	}
	assert.Equal(t, []string{"woAnna"}, list(faketest.Suite, "1", ""))
	assert.Equal(t, []string{"woBo"}, list(faketest.Suite, "2", ""))
	assert.Equal(t, []string{"woBo", "woDan"}, list(faketest.Suite, "2", "1"))
	assert.Equal(t, []string{"woBo", "woDan"}, list(faketest.Suite, "3", ""))
	assert.Equal(t, []string{"woDan"}, list(editor, "4", ""))
	for id, want := range map[string]int{"4": 60011, "9": 60003, "0": 60123, "x": 60123, "4294967296": 60123, "": 40058} {
		assert.Equal(t, want, w.code(faketest.Suite, "user_list", q("department_id", id)), "%q", id)
	}
}

func TestDepartmentTree(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, err := w.PutDepartment(t.Context(), faketest.Corp, Department{Name: "Lab", ParentId: 4})
	require.NoError(t, err)
	list := func(suite string, in any) []obj {
		full := faketest.List(w.good(suite, "department_list", in), "department")
		simple := faketest.List(w.good(suite, "department_simplelist", in), "department_id")
		assert.Equal(t, numbers(full, "id"), numbers(simple, "id"))
		assert.Equal(t, numbers(full, "parentid"), numbers(simple, "parentid"))
		return full
	}
	all := list(faketest.Suite, q("", ""))
	assert.Equal(t, []int{1, 2, 3}, numbers(all, "id"))
	assert.Equal(t, []int{0, 1, 2}, numbers(all, "parentid"))
	assert.Equal(t, []string{"1", "2", "3"}, texts(all, "name"))
	assert.Equal(t, []string{"Bakery", "Sales", "East"}, texts(list(faketest.Template, q("", "")), "name"))
	assert.Equal(t, []int{1, 2, 4, 3, 5}, numbers(list(editor, q("", "")), "id"), "level by level")
	assert.Equal(t, []int{2, 3}, numbers(list(faketest.Suite, q("id", "2")), "id"))
	assert.Equal(t, 60011, w.code(faketest.Suite, "department_list", q("id", "4")))
	assert.Equal(t, 60011, w.code(faketest.Suite, "department_get", q("id", "5")), "below a hidden one")
	assert.Equal(t, 60003, w.code(faketest.Suite, "department_simplelist", q("id", "9")))

	east := w.good(faketest.Suite, "department_get", q("id", "3"))["department"]
	assert.Equal(t, obj{"id": 3.0, "parentid": 2.0, "order": 7.0}, east)
	east = w.good(faketest.Template, "department_get", q("id", "3"))["department"]
	assert.Equal(t, obj{"id": 3.0, "parentid": 2.0, "order": 7.0, "name": "East", "name_en": "East"}, east)
}

func TestMembersAreFound(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, c := range []struct {
		name string
		in   obj
		want any
	}{
		{"user_getuserid", obj{"mobile": "13900000001"}, "woAnna"},
		{"user_getuserid", obj{"mobile": "+8613900000001"}, "woAnna"},
		{"user_getuserid", obj{"mobile": "13900000003"}, 46004}, // hidden
		{"user_getuserid", obj{"mobile": "13900000009"}, 46004},
		{"user_getuserid", obj{"mobile": "mobile"}, 60103},
		{"user_get_userid_by_email", obj{"email": "Anna@bakery.example"}, "woAnna"},
		{"user_get_userid_by_email", obj{"email": "anna@home.example", "email_type": 2}, "woAnna"},
		{"user_get_userid_by_email", obj{"email": "anna@home.example", "email_type": 1}, 46004},
		{"user_get_userid_by_email", obj{"email": "anna", "email_type": 1}, 60105},
		{"user_get_userid_by_email", obj{"email": "anna@home.example", "email_type": 3}, 40058},
		{"user_convert_to_openid", obj{"userid": "woCy"}, 60111},
		{"user_convert_to_userid", obj{"openid": "oNobody"}, 40073},
	} {
		out := w.as(faketest.Suite, c.name, c.in)
		if code, isCode := c.want.(int); isCode {
			assert.Equal(t, code, faketest.Errcode(out), "%s %v", c.name, c.in)
		} else {
			assert.Equal(t, c.want, out["userid"], "%s %v", c.name, c.in)
		}
	}
	openid := w.good(faketest.Suite, "user_convert_to_openid", obj{"userid": "woBo"})["openid"]
	assert.Len(t, openid, 28)
	assert.Equal(t, "woBo", w.good(faketest.Suite, "user_convert_to_userid", obj{"openid": openid})["userid"])
	require.NoError(t, w.UpdateMember(faketest.Corp, platform.Member{UserId: "woBo", Hidden: true}))
	assert.Equal(t, 60011, w.code(faketest.Suite, "user_convert_to_userid", obj{"openid": openid}))
}

// All ids of the corp are for those who edit, by pages.
func TestListOfIds(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	assert.Equal(t, 48002, w.code(faketest.Suite, "user_list_id", obj{}))
	assert.Equal(t, 48002, w.code(faketest.Template, "user_list_id", obj{}))
	assert.Equal(t, 40058, w.code(editor, "user_list_id", obj{"limit": 10001}))
	assert.Equal(t, 40058, w.code(editor, "user_list_id", obj{"cursor": "x"}))
	var users []string
	var departments []int
	in := obj{"limit": 2}
	for range 3 {
		out := w.good(editor, "user_list_id", in)
		page := faketest.List(out, "dept_user")
		users, departments = append(users, texts(page, "open_userid")...), append(departments, numbers(page, "department")...)
		in["cursor"] = out["next_cursor"]
	}
	assert.Empty(t, in["cursor"])
	assert.Equal(t, []string{"woAnna", "woBo", "woBo", "woCy", "woDan", "woDan"}, users)
	assert.Equal(t, []int{1, 2, 3, 1, 4, 3}, departments)
}

// Where members authorise an app themselves, it sees no department but the root.
func TestMembersAuthorise(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, suite := range []string{faketest.Suite, faketest.Template} {
		assert.Equal(t, 48002, w.code(suite, "user_list_member_auth", obj{}))
		assert.Equal(t, 48002, w.code(suite, "user_check_member_auth", obj{"open_userid": "woBo"}))
		_, err := w.Install(t.Context(), suite, faketest.Corp, platform.InstallOptions{MemberMode: true, FromProviderSite: true})
		require.NoError(t, err)
	}
	assert.Equal(t, 48002, w.code(faketest.Template, "user_list_member_auth", obj{}))
	out := w.good(faketest.Suite, "user_list_member_auth", obj{"limit": 2})
	assert.Equal(t, []string{"woAnna", "woBo"}, texts(faketest.List(out, "member_auth_list"), "open_userid"))
	out = w.good(faketest.Suite, "user_list_member_auth", obj{"cursor": out["next_cursor"]})
	assert.Equal(t, []string{"woDan"}, texts(faketest.List(out, "member_auth_list"), "open_userid"))
	assert.Equal(t, 40058, w.code(faketest.Suite, "user_list_member_auth", obj{"limit": 1001}))
	for id, want := range map[string]bool{"woBo": true, "woCy": false} {
		assert.Equal(t, want, w.good(faketest.Suite, "user_check_member_auth", obj{"open_userid": id})["is_member_auth"], id)
	}
	assert.Equal(t, 60111, w.code(faketest.Suite, "user_check_member_auth", obj{"open_userid": "woEve"}))
	bo := w.good(faketest.Suite, "user_get", q("userid", "woBo"))
	assert.Equal(t, []any{1.0}, bo["department"])
	assert.NotContains(t, bo, "order")
	assert.Equal(t, []int{1}, numbers(faketest.List(w.good(faketest.Suite, "department_list", q("", "")), "department"), "id"))
}
