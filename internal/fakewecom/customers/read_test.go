package customers

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/fakewecom/faketest"
	"github.com/gothird/wecom/internal/fakewecom/platform"
)

func TestFollowersAreTheVisibleMembers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	require.NoError(t, w.UpdateMember(corpId, platform.Member{UserId: "woFay", NoInterop: true}))
	assert.Equal(t, []string{"woAnna", "woBo", "woDan"}, strs(w.good("get_follow_user_list", nil), "follow_user"))
}

// Apps see a customer of the members whom they see, and no more of him than they may.
func TestCustomersAreRead(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.add("woAnna", "wmLi")
	w.add("woCy", "wmLi")
	w.add("woBo", "wmLi")
	w.add("woCy", "wmWu")
	w.add("woBo", "woWang")
	assert.Equal(t, []string{"wmLi", "woWang"}, strs(w.good("list", obj{"userid": "woBo"}), "external_userid"))
	for user, want := range map[string]int{"woCy": 60111, "woEve": 60111, "woNobody": 60111, "woDan": 84061} {
		assert.Equal(t, want, w.code("list", obj{"userid": user}), user)
	}
	out := w.good("get", obj{"external_userid": "wmLi"})
	assert.Equal(t, obj{"external_userid": "wmLi", "name": "Li", "type": 1.0, "gender": 0.0}, out["external_contact"])
	assert.Equal(t, []string{"woAnna", "woBo"}, texts(faketest.List(out, "follow_user"), "userid"))
	assert.NotContains(t, out, "next_cursor")
	assert.EqualValues(t, 2, w.good("get", obj{"external_userid": "woWang"})["external_contact"].(obj)["type"])
	for id, want := range map[string]int{"wmWu": 84061, "wmNobody": 84061, "woBo": 40096, "li": 40096} {
		assert.Equal(t, want, w.code("get", obj{"external_userid": id}), id)
	}
}

// 500 followers are a page.
func TestFollowersComeByPages(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	corp := platform.Corp{Id: corpId, PlainId: faketest.PlainCorp, Name: "Bakery"}
	for i := range 501 {
		corp.Members = append(corp.Members, platform.Member{UserId: fmt.Sprintf("wo%03d", i)})
	}
	require.NoError(t, w.AddCorp(corp))
	require.NoError(t, w.behind(func(b *book) {
		b.meet(person("wmLi"))
		for _, m := range corp.Members {
			b.relations = append(b.relations, &Relation{Customer: person("wmLi"), UserId: m.UserId})
		}
	}))
	first := w.good("get", obj{"external_userid": "wmLi"})
	assert.Len(t, first["follow_user"], 500)
	last := w.good("get", obj{"external_userid": "wmLi", "cursor": first["next_cursor"].(string)})
	assert.Equal(t, []string{"wo500"}, texts(faketest.List(last, "follow_user"), "userid"))
	assert.NotContains(t, last, "next_cursor")
	assert.Equal(t, 40058, w.code("get", obj{"external_userid": "wmLi", "cursor": "x"}))
}

// behind changes the book without a request.
func (w *world) behind(do func(b *book)) error {
	return w.admin(w.T.Context(), corpId, func(b *book) error { do(b); return nil })
}

func TestCustomersOfSeveralMembers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.add("woAnna", "wmLi")
	w.add("woBo", "wmLi")
	w.add("woBo", "wmWu")
	w.add("woDan", "wmHu")
	ask := func(more obj) obj {
		in := obj{"userid_list": []string{"woAnna", "woBo"}}
		for k, v := range more {
			in[k] = v
		}
		return w.good("batch/get_by_user", in)
	}
	pairs := func(out obj) (all []string) {
		for _, o := range faketest.List(out, "external_contact_list") {
			all = append(all, o["external_contact"].(obj)["external_userid"].(string)+" "+o["follow_info"].(obj)["userid"].(string))
		}
		return all
	}
	assert.Equal(t, []string{"wmLi woAnna", "wmLi woBo", "wmWu woBo"}, pairs(ask(nil)))
	first := ask(obj{"limit": 2})
	assert.Equal(t, []string{"wmLi woAnna", "wmLi woBo"}, pairs(first))
	last := ask(obj{"limit": 2, "cursor": first["next_cursor"]})
	assert.Equal(t, []string{"wmWu woBo"}, pairs(last))
	assert.Equal(t, "", last["next_cursor"])
	assert.Len(t, pairs(ask(obj{"limit": 1000})), 3, "more than 100 counts as 100")
	for want, users := range map[int][]string{40031: {"woNobody"}, 60011: {"woAnna", "woCy"}} {
		assert.Equal(t, want, w.code("batch/get_by_user", obj{"userid_list": users}), users)
	}
	assert.Equal(t, 40031, w.code("batch/get_by_user", obj{"userid_list": []string{}}))
	assert.Equal(t, 40031, w.code("batch/get_by_user", obj{"userid_list": strings.Split(strings.Repeat("a", 101), "")}), "101 members")
	assert.Equal(t, 40058, w.code("batch/get_by_user", obj{"userid_list": []string{"woBo"}, "cursor": first["next_cursor"]}), "the cursor of another query")
	require.NoError(t, w.RemoveCustomer(t.Context(), corpId, "woDan", "wmHu"))
	assert.Equal(t, 84061, w.code("batch/get_by_user", obj{"userid_list": []string{"woDan"}}))
}

// A remark is of one member, and told unless it is a mobile.
func TestRemarks(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.add("woAnna", "wmLi")
	w.add("woBo", "wmLi")
	w.add("woAnna", "woWang")
	w.told()
	write := func(id string, more obj) int {
		more["userid"], more["external_userid"] = "woAnna", id
		return w.code("remark", more)
	}
	require.Zero(t, write("wmLi", obj{"remark": "Mr Li", "remark_company": "Mill", "description": "likes tea"}))
	const edited = "<ChangeType>edit_external_contact</ChangeType><UserID>woAnna</UserID><ExternalUserID>wmLi</ExternalUserID>"
	assert.Equal(t, []string{edited}, w.toldOne())
	for _, more := range []obj{{"remark": "Li"}, {"remark_company": "Bakery"}, {"description": "likes milk"}, {"remark": "Mr Li", "remark_company": "Mill", "description": "likes tea"}} {
		require.Zero(t, write("wmLi", more))
		assert.Equal(t, []string{edited}, w.toldOne(), "%v", more)
	}
	require.Zero(t, write("wmLi", obj{"remark": "Mr Li"}))
	assert.Empty(t, w.told(), "nothing has changed")
	require.Zero(t, write("wmLi", obj{"remark_mobiles": []string{"13900000001", "13900000002"}}))
	assert.Empty(t, w.told())
	assert.Equal(t, []string{"13900000001", "13900000002"}, w.CustomersOf(corpId)[0].Mobiles)
	require.Zero(t, write("wmLi", obj{"remark_mobiles": []string{""}}))
	assert.Empty(t, w.CustomersOf(corpId)[0].Mobiles)
	require.Zero(t, write("woWang", obj{"remark_company": "Mill"}))
	assert.Empty(t, w.told(), "of customers in WeChat only")

	list := faketest.List(w.good("get", obj{"external_userid": "wmLi"}), "follow_user")
	assert.Equal(t, []string{"Mr Li", ""}, texts(list, "remark"))
	assert.Equal(t, []string{"Mill", ""}, texts(list, "remark_corp_name"))
	assert.Equal(t, []string{"likes tea", ""}, texts(list, "description"))
	assert.NotContains(t, list[0], "remark_mobiles")

	assert.Equal(t, 40058, write("wmLi", obj{}), "nothing")
	assert.Equal(t, 40058, write("wmLi", obj{"remark": strings.Repeat("字", 21)}))
	assert.Zero(t, write("wmLi", obj{"remark": strings.Repeat("字", 20)}))
	assert.Equal(t, 84061, write("wmWu", obj{"remark": "x"}))
	assert.Equal(t, 40096, write("woBo", obj{"remark": "x"}))
	assert.Equal(t, 60011, w.code("remark", obj{"userid": "woCy", "external_userid": "wmLi", "remark": "x"}))
	require.Zero(t, write("wmLi", obj{"remark": ""}))
	assert.Empty(t, w.CustomersOf(corpId)[0].Remark)
}
