package contacts

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/fakewecom/faketest"
	"github.com/gothird/wecom/internal/fakewecom/platform"
)

// Ordinary apps and customised ones read only.
func TestOnlyEditorsWrite(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for name, in := range map[string]any{
		"user_create": obj{"userid": "a", "name": "A", "mobile": "12345"}, "user_update": obj{"userid": "woBo"}, "user_delete": q("userid", "woBo"),
		"user_batchdelete": obj{"useridlist": []string{"woBo"}}, "department_create": obj{"name": "A", "parentid": 1},
		"department_update": obj{"id": 2}, "department_delete": q("id", "3"),
	} {
		assert.Equal(t, 48002, w.code(faketest.Suite, name, in), name)
		assert.Equal(t, 48002, w.code(faketest.Template, name, in), name)
	}
	assert.Empty(t, w.told())
}

// Who may edit reads again what it wrote of a member; others don't.
func TestMemberIsMadeAndChanged(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	out := w.good(editor, "user_create", obj{"userid": "fay", "name": "Fay", "mobile": "13900000006", "department": []int{2, 77}, "order": []int{5, 6},
		"is_leader_in_dept": []int{1, 0}, "main_department": 77, "position": "Baker", "extattr": obj{"attrs": []obj{{"type": 0, "name": "n", "text": obj{"value": "v"}}}}})
	assert.Equal(t, []any{obj{"id": 77.0, "name": "77"}}, out["created_department_list"].(obj)["department_info"])
	assert.Equal(t, []string{
		"customised create_party <Id>5</Id><Name>其他（待设置部门）</Name><ParentId>1</ParentId><Order>0</Order>",
		"editor create_party <Id>5</Id><Name>其他（待设置部门）</Name><ParentId>1</ParentId><Order>0</Order>",
		"command create_party <Id>5</Id><Name>5</Name><ParentId>1</ParentId><Order>0</Order>",
		"customised create_party <Id>77</Id><Name>77</Name><ParentId>5</ParentId><Order>100000000</Order>",
		"editor create_party <Id>77</Id><Name>77</Name><ParentId>5</ParentId><Order>100000000</Order>",
		"command create_party <Id>77</Id><Name>77</Name><ParentId>5</ParentId><Order>100000000</Order>",
		"customised create_user <UserID>wofay</UserID><Name>Fay</Name><Department>2,77</Department><MainDepartment>77</MainDepartment>",
		"command create_user <UserID>wofay</UserID><OpenUserID>wofay</OpenUserID><Name>wofay</Name><Department>2,77</Department><MainDepartment>77</MainDepartment>",
	}, w.told())

	fay := w.good(editor, "user_get", q("userid", "wofay"))
	for name, want := range map[string]any{"name": "Fay", "mobile": "13900000006", "position": "Baker", "order": []any{5.0, 6.0}, "status": 4.0, "main_department": 77.0} {
		assert.Equal(t, want, fay[name], name)
	}
	assert.NotNil(t, fay["extattr"])
	assert.Equal(t, []any{"wofay"}, w.good(editor, "department_get", q("id", "2"))["department"].(obj)["department_leader"])
	fay = w.good(faketest.Suite, "user_get", q("userid", "wofay"))
	assert.Equal(t, "wofay", fay["name"])
	assert.NotContains(t, fay, "mobile")
	assert.NotContains(t, fay, "position")

	w.good(editor, "user_update", obj{"userid": "FAY", "name": "Fay Li", "mobile": "13900000007", "department": []int{3}, "enable": 0})
	assert.Equal(t, []string{
		"customised update_user <UserID>wofay</UserID><Name>Fay Li</Name><Department>3</Department><MainDepartment>3</MainDepartment><Status>2</Status>",
		"editor update_user <UserID>wofay</UserID><OpenUserID>wofay</OpenUserID><Name>Fay Li</Name><Department>3</Department><MainDepartment>3</MainDepartment><Mobile>13900000007</Mobile><Status>2</Status>",
		"command update_user <UserID>wofay</UserID><OpenUserID>wofay</OpenUserID><Name>wofay</Name><Department>3</Department><MainDepartment>3</MainDepartment><Status>2</Status>",
	}, w.told())
	fay = w.good(editor, "user_get", q("userid", "wofay"))
	for name, want := range map[string]any{"name": "Fay Li", "mobile": "13900000007", "position": "Baker", "order": []any{0.0}, "status": 2.0} {
		assert.Equal(t, want, fay[name], name)
	}
	w.good(editor, "user_update", obj{"userid": "woAnna", "mobile": "13900000008", "alias": "A", "department": []int{}})
	assert.Equal(t, "woAnna", w.good(faketest.Suite, "user_getuserid", obj{"mobile": "13900000001"})["userid"], "she is active: only she changes it")
	assert.Equal(t, []any{5.0}, w.good(faketest.Suite, "user_get", q("userid", "woAnna"))["department"])
	assert.EqualValues(t, 1, w.good(faketest.Suite, "user_get", q("userid", "woAnna"))["status"])
}

// user is a request to make a member, or to change one, with something else in it.
func user(more obj) obj {
	in := obj{"userid": "gus", "name": "Gus", "email": "gus@home.example"}
	for k, v := range more {
		in[k] = v
	}
	return in
}

func TestMembersThatAreRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	long, emails := strings.Repeat("长", 65), obj{"mobile": "", "email": ""}
	for _, c := range []struct {
		more obj
		want int
	}{
		{obj{"userid": "anna"}, 60102}, {obj{"userid": "_gus"}, 40058}, {obj{"userid": strings.Repeat("a", 65)}, 40058}, {emails, 60129},
		{obj{"name": long}, 60112}, {obj{"name": ""}, 40058}, {obj{"mobile": "12 34 56"}, 60103}, {obj{"mobile": "13900000001"}, 60104},
		{obj{"email": "gus"}, 60105}, {obj{"email": "ANNA@home.example"}, 60106}, {obj{"biz_mail": "anna@bakery.example"}, 60106},
		{obj{"department": make([]int, 101)}, 60110}, {obj{"department": []int64{1 << 32}}, 60123}, {obj{"department": []int{-1}}, 60123},
		{obj{"department": []int{4}}, 60123}, {obj{"department": []int{2}, "is_leader_in_dept": []int{1, 0}}, 60132},
		{obj{"department": []int{2}, "order": []int{1, 0}}, 40058}, {obj{"direct_leader": []string{"a", "b"}}, 40058}, {obj{"enable": 2}, 40058},
	} {
		assert.Equal(t, c.want, w.code(editor, "user_create", user(c.more)), "%.80s", fmt.Sprint(c.more))
	}
	for _, c := range []struct {
		more obj
		want int
	}{
		{obj{"userid": "nobody"}, 60111}, {obj{"userid": "woEve"}, 60111}, {obj{"userid": "woCy"}, 60011}, {obj{"new_userid": "bob"}, 301036},
		{obj{"name": long}, 60112}, {obj{"department": []int{9}}, 60123}, {obj{"department": []int{4}}, 60123}, {obj{"biz_mail": "anna@bakery.example"}, 60143}, {obj{"email": "anna@home.example"}, 60106},
	} {
		in := user(obj{"userid": "woBo"})
		for k, v := range c.more {
			in[k] = v
		}
		assert.Equal(t, c.want, w.code(editor, "user_update", in), "%.80s", fmt.Sprint(c.more))
	}
	assert.Empty(t, w.told(), "nothing has changed")
}

func TestMembersLeave(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.good(editor, "tag_create", obj{"tagname": "Bakers"})
	w.good(editor, "tag_addtagusers", obj{"tagid": 1, "userlist": []string{"woBo", "woDan"}})
	assert.Equal(t, 301005, w.code(editor, "user_delete", q("userid", "woAnna")))
	assert.Equal(t, 60111, w.code(editor, "user_delete", q("userid", "woEve")))
	assert.Equal(t, 40031, w.code(editor, "user_batchdelete", obj{"useridlist": []string{}}))
	assert.Equal(t, 40032, w.code(editor, "user_batchdelete", obj{"useridlist": make([]string, 201)}))
	assert.Equal(t, 60111, w.code(editor, "user_batchdelete", obj{"useridlist": []string{"woBo", "woNobody"}}))
	w.good(faketest.Suite, "user_get", q("userid", "woBo"))
	assert.Empty(t, w.told())

	w.good(editor, "user_batchdelete", obj{"useridlist": []string{"woBo", "Bo"}})
	assert.Equal(t, []string{
		"customised delete_user <UserID>woBo</UserID>",
		"editor delete_user <UserID>woBo</UserID><OpenUserID>woBo</OpenUserID>",
		"command delete_user <UserID>woBo</UserID><OpenUserID>woBo</OpenUserID>",
	}, w.told())
	assert.Equal(t, 60111, w.code(faketest.Suite, "user_get", q("userid", "woBo")))
	w.good(editor, "user_create", obj{"userid": "Bo", "name": "Bo again", "mobile": "13900000002", "department": []int{2}})
	assert.Contains(t, w.told()[0], "customised create_user <UserID>woBo</UserID><Name>Bo again</Name>")
	assert.Equal(t, []string{"woDan"}, texts(faketest.List(w.good(editor, "tag_get", q("tagid", "1")), "userlist"), "userid"), "who comes back is new")
}

func TestDepartmentsAreEdited(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	assert.EqualValues(t, 5, w.good(editor, "department_create", obj{"name": "North", "parentid": 2})["id"])
	assert.EqualValues(t, 9, w.good(editor, "department_create", obj{"name": "South", "parentid": 2, "id": 9, "order": 3})["id"])
	assert.Len(t, w.told(), 6)
	w.good(editor, "department_update", obj{"id": 9, "name": "Far South", "parentid": 3})
	assert.Equal(t, []string{
		"customised update_party <Id>9</Id><Name>Far South</Name><ParentId>3</ParentId>",
		"editor update_party <Id>9</Id><Name>Far South</Name><ParentId>3</ParentId>",
		"command update_party <Id>9</Id><Name>9</Name><ParentId>3</ParentId>",
	}, w.told())
	for _, c := range []struct {
		name string
		in   any
		want int
	}{
		{"department_create", obj{"name": "North", "parentid": 2}, 60008},
		{"department_create", obj{"name": "X", "parentid": 2, "id": 3}, 60008},
		{"department_create", obj{"name": "X", "parentid": 2, "id": -3}, 40058},
		{"department_create", obj{"name": "X", "parentid": 0}, 60124},
		{"department_create", obj{"name": "X", "parentid": 99}, 60004},
		{"department_create", obj{"name": "X", "parentid": 4}, 60011},
		{"department_create", obj{"name": "a:b", "parentid": 2}, 60009},
		{"department_create", obj{"name": strings.Repeat("长", 65), "parentid": 2}, 60125},
		{"department_create", obj{"name": "X", "parentid": 2, "order": -1}, 40058},
		{"department_update", obj{"id": 77, "name": "X"}, 60003},
		{"department_update", obj{"id": 2, "parentid": 9}, 60010},
		{"department_update", obj{"id": 2, "parentid": 2}, 60010},
		{"department_update", obj{"id": 4, "name": "Open"}, 60011},
		{"department_update", obj{"id": 9, "parentid": 4}, 60011},
		{"department_update", obj{"id": 5, "name": "East"}, 60008},
		{"department_delete", q("id", "1"), 60007},
		{"department_delete", q("id", "3"), 60005},
		{"department_delete", q("id", "4"), 60005},
		{"department_delete", q("id", "77"), 60003},
	} {
		assert.Equal(t, c.want, w.code(editor, c.name, c.in), "%s %v", c.name, c.in)
	}
	w.good(editor, "department_update", obj{"id": 1, "name": "Bakery Ltd", "parentid": 2})
	assert.Contains(t, w.told()[0], "<Name>Bakery Ltd</Name>")
	require.NoError(t, w.UpdateMember(faketest.Corp, platform.Member{UserId: "woDan"}))
	require.NoError(t, w.UpdateMember(faketest.Corp, platform.Member{UserId: "woBo"}))
	assert.Equal(t, 60006, w.code(editor, "department_delete", q("id", "3")))
	assert.Equal(t, 60011, w.code(editor, "department_delete", q("id", "4")))
	before := w.LastChange()
	w.good(editor, "department_delete", q("id", "9"))
	assert.Contains(t, w.told(), "command delete_party <Id>9</Id>")
	changes, _ := w.ChangesAfter(before, 100)
	assert.True(t, slices.ContainsFunc(changes, func(c platform.Change) bool { return c.Kind == platform.ChangedCorp && c.CorpId == faketest.Corp }))
}
