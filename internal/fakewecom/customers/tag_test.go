package customers

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/fakewecom/faketest"
)

// tags asks for tags with these names.
func tags(names ...string) (list []obj) {
	for _, name := range names {
		list = append(list, obj{"name": name})
	}
	return list
}

// made are the ids of a group and its tags in an answer.
func made(out obj) (group string, ids []string) {
	g := out["tag_group"].(obj)
	return g["group_id"].(string), texts(faketest.List(g, "tag"), "id")
}

// shownTags are the groups of an answer, as Group: tag, tag.
func shownTags(out obj) (all []string) {
	for _, g := range faketest.List(out, "tag_group") {
		all = append(all, g["group_name"].(string)+": "+strings.Join(texts(faketest.List(g, "tag"), "name"), ", "))
	}
	return all
}

// Tags are the corp's: each app reads them, and changes those that it has made.
func TestCorpTags(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	out := w.good("add_corp_tag", obj{"group_name": "Level", "order": 1, "tag": []obj{{"name": "A", "order": 1}, {"name": "B", "order": 2}, {"name": "A"}}})
	level, ids := made(out)
	require.Len(t, ids, 2, "a name counts once")
	assert.Equal(t, []string{"B", "A"}, texts(faketest.List(out["tag_group"].(obj), "tag"), "name"))
	assert.Equal(t, []string{
		"<Id>" + level + "</Id><TagType>tag_group</TagType><ChangeType>create</ChangeType>",
		"<Id>" + ids[1] + "</Id><TagType>tag</TagType><ChangeType>create</ChangeType>",
		"<Id>" + ids[0] + "</Id><TagType>tag</TagType><ChangeType>create</ChangeType>",
	}, w.toldOne())
	more, _ := made(w.good("add_corp_tag", obj{"group_name": "Level", "tag": tags("C")}))
	assert.Equal(t, level, more)
	more, _ = made(w.good("add_corp_tag", obj{"group_id": level, "group_name": "ignored", "tag": tags("D")}))
	assert.Equal(t, level, more)
	city, cities := made(w.as(second, "add_corp_tag", obj{"group_name": "City", "order": 5, "tag": tags("Wuhan")}))
	want := []string{"City: Wuhan", "Level: B, A, C, D"}
	assert.Equal(t, want, shownTags(w.good("get_corp_tag_list", obj{})))
	assert.Equal(t, want, shownTags(w.as(second, "get_corp_tag_list", obj{})))
	assert.Equal(t, []string{"Level: A"}, shownTags(w.good("get_corp_tag_list", obj{"tag_id": []string{ids[1]}})))
	assert.Equal(t, want[:1], shownTags(w.good("get_corp_tag_list", obj{"tag_id": []string{ids[0]}, "group_id": []string{city}})))
	assert.Equal(t, 40068, w.code("get_corp_tag_list", obj{"tag_id": []string{"etNone"}}))

	_, theirs := made(w.as(second, "add_corp_tag", obj{"group_id": level, "tag": tags("E")}))
	assert.Equal(t, 81011, w.code("edit_corp_tag", obj{"id": theirs[0], "name": "F"}), "a tag of another app in a group of its own")
	assert.Zero(t, faketest.Errcode(w.as(second, "edit_corp_tag", obj{"id": theirs[0], "name": "F"})))
	for id, code := range map[string]int{cities[0]: 81011, city: 81011, "etNone": 40068} {
		assert.Equal(t, code, w.code("edit_corp_tag", obj{"id": id, "name": "x"}))
		assert.Equal(t, code, w.code("del_corp_tag", obj{"tag_id": []string{id}}))
	}
}

func TestTagsThatCannotBe(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	level, _ := made(w.good("add_corp_tag", obj{"group_name": "Level", "tag": tags("A")}))
	for i, c := range []struct {
		code int
		in   obj
	}{
		{40071, obj{"group_id": level, "tag": tags("A")}},
		{40068, obj{"group_id": "etNone", "tag": tags("A")}},
		{40072, obj{"tag": tags("A")}},
		{40072, obj{"group_name": strings.Repeat("字", 31), "tag": tags("A")}},
		{40072, obj{"group_name": "x", "tag": tags(strings.Repeat("字", 31))}},
		{40058, obj{"group_name": "x", "tag": []obj{}}},
		{40058, obj{"group_name": "x", "order": -1, "tag": tags("A")}},
		{40058, obj{"group_name": "x", "tag": []obj{{"name": "A", "order": 1 << 32}}}},
	} {
		assert.Equal(t, c.code, w.code("add_corp_tag", c.in), i)
	}
	many := make([]string, maxTags)
	for i := range many {
		many[i] = fmt.Sprint(i)
	}
	assert.Equal(t, 40126, w.code("add_corp_tag", obj{"group_id": level, "tag": tags(many...)}))
	assert.Equal(t, 40058, w.code("del_corp_tag", obj{}))
}

// What is renamed keeps its id, and names stay apart.
func TestTagsAreEdited(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	level, ids := made(w.good("add_corp_tag", obj{"group_name": "Level", "tag": tags("A", "B")}))
	w.good("add_corp_tag", obj{"group_name": "City", "tag": tags("A")})
	w.told()
	w.good("edit_corp_tag", obj{"id": ids[1], "name": "Best", "order": 9})
	w.good("edit_corp_tag", obj{"id": level, "name": "Rank"})
	assert.Equal(t, []string{"<Id>" + ids[1] + "</Id><TagType>tag</TagType><ChangeType>update</ChangeType>",
		"<Id>" + level + "</Id><TagType>tag_group</TagType><ChangeType>update</ChangeType>"}, w.toldOne())
	assert.Equal(t, []string{"Rank: Best, A", "City: A"}, shownTags(w.good("get_corp_tag_list", obj{})))
	w.good("edit_corp_tag", obj{"id": ids[1], "name": "Best", "order": 0})
	assert.Equal(t, []string{"Rank: A, Best", "City: A"}, shownTags(w.good("get_corp_tag_list", obj{})))
	assert.Equal(t, 40071, w.code("edit_corp_tag", obj{"id": ids[1], "name": "A"}))
	assert.Equal(t, 40071, w.code("edit_corp_tag", obj{"id": level, "name": "City"}))
	assert.Equal(t, 40072, w.code("edit_corp_tag", obj{"id": level, "name": strings.Repeat("字", 31)}))
	assert.Equal(t, 40058, w.code("edit_corp_tag", obj{"id": level, "order": -1}))
}

// A tag that is deleted leaves the customers, and a group goes with its last tag.
func TestTagsAreDeleted(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.add("woAnna", "wmLi")
	level, ids := made(w.good("add_corp_tag", obj{"group_name": "Level", "tag": tags("A", "B")}))
	city, cities := made(w.good("add_corp_tag", obj{"group_name": "City", "tag": tags("Wuhan", "Xian")}))
	w.good("mark_tag", obj{"userid": "woAnna", "external_userid": "wmLi", "add_tag": []string{ids[0], cities[0]}})
	w.told()
	w.good("del_corp_tag", obj{"tag_id": []string{ids[0]}})
	deleted := func(id, kind string) string {
		return "<Id>" + id + "</Id><TagType>" + kind + "</TagType><ChangeType>delete</ChangeType>"
	}
	assert.Equal(t, []string{deleted(ids[0], "tag")}, w.toldOne())
	assert.Equal(t, []string{cities[0]}, w.CustomersOf(corpId)[0].Tags)
	w.good("del_corp_tag", obj{"group_id": []string{city}})
	assert.Equal(t, []string{deleted(city, "tag_group")}, w.toldOne(), "its tags go without a word")
	assert.Empty(t, w.CustomersOf(corpId)[0].Tags)
	w.good("del_corp_tag", obj{"tag_id": []string{ids[1]}, "group_id": []string{level}})
	assert.Equal(t, []string{deleted(ids[1], "tag"), deleted(level, "tag_group")}, w.toldOne())
	assert.Empty(t, shownTags(w.good("get_corp_tag_list", obj{})))

	old := w.good("get_corp_tag_list", obj{"tag_id": []string{ids[0]}})
	assert.Equal(t, []string{"Level: A"}, shownTags(old), "who asks by id is told")
	g := faketest.List(old, "tag_group")[0]
	assert.Equal(t, []any{true, true}, []any{g["deleted"], faketest.List(g, "tag")[0]["deleted"]})
	assert.Equal(t, 40068, w.code("mark_tag", obj{"userid": "woAnna", "external_userid": "wmLi", "add_tag": []string{ids[0]}}))
	fresh, _ := made(w.good("add_corp_tag", obj{"group_name": "Level", "tag": tags("A")}))
	assert.NotEqual(t, level, fresh)
}

// Tags of a rule group are those of the app that has made them.
func TestStrategyTags(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.add("woAnna", "wmLi")
	w.told()
	in := obj{"strategy_id": 12, "group_name": "Level", "tag": tags("A")}
	group, ids := made(w.as(faketest.Template, "add_strategy_tag", in))
	told := w.told()
	assert.Equal(t, []string{
		"customised <Id>" + group + "</Id><TagType>tag_group</TagType><ChangeType>create</ChangeType><StrategyId>12</StrategyId>",
		"command <Id>" + group + "</Id><TagType>tag_group</TagType><ChangeType>create</ChangeType>",
	}, told[:2], "third-party apps are not told of which one")
	assert.Equal(t, []string{"Level: A"}, shownTags(w.as(faketest.Template, "get_strategy_tag_list", obj{"strategy_id": 12})))
	assert.Empty(t, shownTags(w.as(faketest.Template, "get_strategy_tag_list", obj{"strategy_id": 13})))
	assert.Empty(t, shownTags(w.good("get_strategy_tag_list", obj{})), "another app's")
	assert.Empty(t, shownTags(w.good("get_corp_tag_list", obj{})))
	assert.Equal(t, 40068, w.code("mark_tag", obj{"userid": "woAnna", "external_userid": "wmLi", "add_tag": ids}))
	assert.Equal(t, 81011, w.code("edit_strategy_tag", obj{"id": ids[0], "name": "B"}))
	assert.Equal(t, 40068, w.code("edit_corp_tag", obj{"id": ids[0], "name": "B"}))
	assert.Equal(t, 40058, w.code("add_strategy_tag", obj{"strategy_id": 0, "group_name": "Level", "tag": tags("A")}))

	own, _ := made(w.good("add_strategy_tag", in))
	assert.NotEqual(t, group, own, "each app has its own")
	mark := obj{"userid": "woAnna", "external_userid": "wmLi", "add_tag": ids}
	require.Zero(t, faketest.Errcode(w.as(faketest.Template, "mark_tag", mark)))
	follow := faketest.List(w.good("get", obj{"external_userid": "wmLi"}), "follow_user")[0]
	assert.EqualValues(t, 3, faketest.List(follow, "tags")[0]["type"])
	assert.Zero(t, faketest.Errcode(w.as(faketest.Template, "edit_strategy_tag", obj{"id": group, "name": "Rank"})))
	assert.Zero(t, faketest.Errcode(w.as(faketest.Template, "del_strategy_tag", obj{"group_id": []string{group}})))
	assert.Empty(t, w.CustomersOf(corpId)[0].Tags)
}

func TestCustomersAreTagged(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.add("woAnna", "wmLi")
	_, ids := made(w.good("add_corp_tag", obj{"group_name": "Level", "tag": tags("A", "B")}))
	w.told()
	mark := func(user string, add, remove []string) int {
		return w.code("mark_tag", obj{"userid": user, "external_userid": "wmLi", "add_tag": add, "remove_tag": remove})
	}
	require.Zero(t, mark("woAnna", []string{ids[0], ids[0]}, nil))
	const edited = "<ChangeType>edit_external_contact</ChangeType><UserID>woAnna</UserID><ExternalUserID>wmLi</ExternalUserID>"
	assert.Equal(t, []string{edited}, w.toldOne())
	require.Zero(t, mark("woAnna", []string{ids[0]}, []string{ids[1]}))
	assert.Empty(t, w.told(), "nothing has changed")
	require.Zero(t, mark("woAnna", []string{ids[1]}, []string{ids[0]}))
	follow := faketest.List(w.good("get", obj{"external_userid": "wmLi"}), "follow_user")[0]
	assert.Equal(t, []any{obj{"type": 1.0, "tag_id": ids[1], "tag_name": "B", "group_name": "Level"}}, follow["tags"])
	info := faketest.List(w.good("batch/get_by_user", obj{"userid_list": []string{"woAnna"}}), "external_contact_list")[0]["follow_info"].(obj)
	assert.Equal(t, []string{ids[1]}, strs(info, "tag_id"))

	assert.Equal(t, 40058, mark("woAnna", nil, nil))
	assert.Equal(t, 40068, mark("woAnna", []string{"etNone"}, nil))
	assert.Equal(t, 60011, mark("woCy", ids, nil))
	assert.Equal(t, 84061, mark("woBo", ids, nil))
	var all []string
	require.NoError(t, w.behind(func(b *book) {
		for i := range 3001 {
			all = append(all, fmt.Sprint("et", i))
			b.groups[0].tags = append(b.groups[0].tags, &tag{id: all[i], name: all[i]})
		}
	}))
	assert.Zero(t, mark("woAnna", all[:2999], nil))
	assert.Equal(t, 40144, mark("woAnna", all, nil))
}
