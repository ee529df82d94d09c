package customers

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/fakewecom/faketest"
	"github.com/gothird/wecom/internal/fakewecom/platform"
)

// group is a new group of a member.
func (w *world) group(name, owner string, ids ...string) string {
	w.T.Helper()
	var people []Customer
	for _, id := range ids {
		people = append(people, person(id))
	}
	id, err := w.NewGroup(w.T.Context(), corpId, name, owner, people...)
	require.NoError(w.T, err)
	return id
}

// people are those in a group, and how they came.
func people(out obj) (ids []string, all []obj) {
	all = faketest.List(out["group_chat"].(obj), "member_list")
	return texts(all, "userid"), all
}

// Customers join and leave a group, and each change has a version.
func TestGroups(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	id := w.group("Tea", "woAnna", "wmLi")
	head := "<ChatId>" + id + "</ChatId><ChangeType>"
	assert.Equal(t, []string{"customised " + head + "create</ChangeType>", "command " + head + "create</ChangeType>", "second " + head + "create</ChangeType>"}, w.told())
	out := w.good("groupchat/get", obj{"chat_id": id, "need_name": 1})
	first := out["group_chat"].(obj)["member_version"].(string)
	ids, all := people(out)
	assert.Equal(t, []string{"woAnna", "wmLi"}, ids)
	assert.Equal(t, []string{"woAnna", "Li"}, texts(all, "name"), "third-party apps get no names of members")
	assert.Equal(t, obj{"userid": "woAnna"}, all[1]["invitor"])
	assert.Equal(t, []any{"Tea", "woAnna", begun + 0.0}, []any{out["group_chat"].(obj)["name"], out["group_chat"].(obj)["owner"], out["group_chat"].(obj)["create_time"]})
	_, all = people(w.as(faketest.Template, "groupchat/get", obj{"chat_id": id, "need_name": 1}))
	assert.Equal(t, []string{"Anna", "Li"}, texts(all, "name"))
	_, all = people(w.good("groupchat/get", obj{"chat_id": id}))
	assert.NotContains(t, all[1], "name")

	require.NoError(t, w.JoinGroup(ctx, corpId, id, person("wmWu")))
	second := w.good("groupchat/get", obj{"chat_id": id})["group_chat"].(obj)["member_version"].(string)
	versions := func(from, to string) string {
		return "<LastMemVer>" + from + "</LastMemVer><CurMemVer>" + to + "</CurMemVer>"
	}
	assert.Equal(t, []string{head + "update</ChangeType><UpdateDetail>add_member</UpdateDetail><JoinScene>0</JoinScene><MemChangeCnt>1</MemChangeCnt><MemChangeList><Item>wmWu</Item></MemChangeList>" + versions(first, second)}, w.toldOne())
	require.NoError(t, w.LeaveGroup(ctx, corpId, id, "wmLi"))
	ids, _ = people(w.good("groupchat/get", obj{"chat_id": id}))
	assert.Equal(t, []string{"woAnna", "wmWu"}, ids)
	told := w.toldOne()[0]
	assert.Contains(t, told, "<UpdateDetail>del_member</UpdateDetail><QuitScene>0</QuitScene><MemChangeCnt>1</MemChangeCnt><MemChangeList><Item>wmLi</Item></MemChangeList><LastMemVer>"+second)
	require.NoError(t, w.RenameGroup(ctx, corpId, id, "Green tea"))
	assert.Equal(t, []string{head + "update</ChangeType><UpdateDetail>change_name</UpdateDetail>"}, w.toldOne())
	g := w.Groups(corpId)[0]
	assert.Equal(t, []any{id, "Green tea", "woAnna", []string{"woAnna", "wmWu"}}, []any{g.ChatId, g.Name, g.Owner, g.People})
	assert.Equal(t, id, w.good("opengid_to_chatid", obj{"opengid": g.OpenGid})["chat_id"])
	assert.Equal(t, 90511, w.code("opengid_to_chatid", obj{"opengid": "tJ"}))

	require.NoError(t, w.DismissGroup(ctx, corpId, id))
	assert.Equal(t, []string{head + "dismiss</ChangeType>"}, w.toldOne())
	assert.Equal(t, 49008, w.code("groupchat/get", obj{"chat_id": id}))
	assert.Equal(t, 90511, w.code("opengid_to_chatid", obj{"opengid": g.OpenGid}))
	assert.Empty(t, w.Groups(corpId))
	assert.Empty(t, w.Groups("wpNobody"))
}

func TestGroupsThatCannotBe(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	id := w.group("Tea", "woAnna", "wmLi")
	for _, owner := range []string{"woEve", "woNobody"} {
		_, err := w.NewGroup(ctx, corpId, "x", owner)
		require.ErrorContains(t, err, owner)
	}
	_, err := w.NewGroup(ctx, corpId, "x", "woAnna", person("wmLi"), person("wmLi"))
	require.ErrorContains(t, err, "twice")
	require.ErrorContains(t, w.JoinGroup(ctx, corpId, id, person("wmLi")), "already")
	require.ErrorContains(t, w.JoinGroup(ctx, corpId, "wrNone", person("wmLi")), `no customer group "wrNone"`)
	require.ErrorContains(t, w.LeaveGroup(ctx, corpId, id, "wmWu"), "not in the group")
	for _, err := range []error{w.LeaveGroup(ctx, corpId, "wrNone", "wmLi"), w.RenameGroup(ctx, corpId, "wrNone", "x"), w.DismissGroup(ctx, corpId, "wrNone")} {
		require.ErrorContains(t, err, "no customer group")
	}
	w.told()
	secret := w.group("Secret", "woCy", "wmLi")
	require.NoError(t, w.RenameGroup(ctx, corpId, secret, "x"))
	assert.Empty(t, w.told(), "nobody sees Cy")
	assert.Equal(t, 60011, w.code("groupchat/get", obj{"chat_id": secret}))
	assert.Equal(t, 90501, w.code("groupchat/get", obj{"chat_id": "wrNone"}))
	assert.Equal(t, 90511, w.code("opengid_to_chatid", obj{"opengid": w.Groups(corpId)[1].OpenGid}))
}

// Groups are listed by owner and by state; those without an owner only by his name.
func TestGroupsAreListed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a1, a2, bo, cy := w.group("1", "woAnna"), w.group("2", "woAnna"), w.group("3", "woBo"), w.group("4", "woCy")
	list := func(in obj) (ids []string, next string) {
		if in["limit"] == nil {
			in["limit"] = 1000
		}
		out := w.good("groupchat/list", in)
		return texts(faketest.List(out, "group_chat_list"), "chat_id"), out["next_cursor"].(string)
	}
	of := func(owners ...string) obj { return obj{"owner_filter": obj{"userid_list": owners}} }
	ids, _ := list(obj{})
	assert.Equal(t, []string{a1, a2, bo}, ids)
	ids, _ = list(of("woBo"))
	assert.Equal(t, []string{bo}, ids)
	ids, next := list(obj{"limit": 2})
	assert.Equal(t, []string{a1, a2}, ids)
	ids, next = list(obj{"limit": 2, "cursor": next})
	assert.Equal(t, []string{bo}, ids)
	assert.Empty(t, next)
	w.leave("woAnna")
	ids, _ = list(obj{})
	assert.Equal(t, []string{bo}, ids)
	left := of("woAnna", "woBo")
	left["status_filter"] = 1
	ids, _ = list(left)
	assert.Equal(t, []string{a1, a2}, ids)
	assert.Equal(t, 60011, w.code("groupchat/list", obj{"limit": 1, "owner_filter": obj{"userid_list": []string{"woCy"}}}))
	for limit, want := range map[int]int{0: 40058, 1001: 40058, 1000: 0} {
		assert.Equal(t, want, w.code("groupchat/list", obj{"limit": limit}), limit)
	}
	assert.Equal(t, 50100, w.code("groupchat/list", obj{"limit": 1, "cursor": "x"}))
	assert.NotContains(t, ids, cy)

	require.NoError(t, w.DismissGroup(t.Context(), corpId, bo))
	ids, _ = list(obj{})
	assert.Empty(t, ids)
	corp := platform.Corp{Id: corpId, Members: make([]platform.Member, 1001)}
	require.NoError(t, w.AddCorp(corp))
	assert.Equal(t, 81017, w.code("groupchat/list", obj{"limit": 1}))
}

// A group gets another owner, from one who is there and from one who has left.
func TestGroupsAreTransferred(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	anna, bo := w.group("1", "woAnna", "wmLi"), w.group("2", "woBo")
	give := func(path, owner string, chats ...string) (codes []int) {
		out := w.good("groupchat/"+path, obj{"chat_id_list": chats, "new_owner": owner})
		for _, o := range faketest.List(out, "failed_chat_list") {
			codes = append(codes, faketest.Num(o, "errcode"))
		}
		return codes
	}
	w.told()
	assert.Equal(t, []int{90504, 90501}, give("onjob_transfer", "woBo", anna, bo, "wrNone"))
	assert.Equal(t, []string{"<ChatId>" + anna + "</ChatId><ChangeType>update</ChangeType><UpdateDetail>change_owner</UpdateDetail>"}, w.toldOne())
	ids, _ := people(w.good("groupchat/get", obj{"chat_id": anna}))
	assert.Equal(t, []string{"woAnna", "wmLi", "woBo"}, ids)
	assert.Empty(t, give("onjob_transfer", "woAnna", anna))
	assert.Empty(t, give("onjob_transfer", "woBo", anna))
	ids, _ = people(w.good("groupchat/get", obj{"chat_id": anna}))
	assert.Equal(t, []string{"woAnna", "wmLi", "woBo"}, ids, "nobody is there twice")
	assert.Equal(t, []int{90500}, give("transfer", "woDan", anna))
	w.leave("woBo")
	assert.Equal(t, "woBo", w.good("groupchat/get", obj{"chat_id": anna})["group_chat"].(obj)["owner"])
	assert.Equal(t, []int{90502}, give("onjob_transfer", "woDan", anna))
	assert.Empty(t, give("transfer", "woDan", anna))
	out := faketest.List(w.good("groupchat/list", obj{"limit": 9, "status_filter": 3}), "group_chat_list")
	assert.Equal(t, []string{anna}, texts(out, "chat_id"))
	assert.Equal(t, 60011, w.code("groupchat/transfer", obj{"chat_id_list": []string{bo}, "new_owner": "woCy"}))
	assert.Equal(t, 60011, w.code("groupchat/onjob_transfer", obj{"chat_id_list": []string{bo}, "new_owner": "woNobody"}))
}

// Who comes by a join way brings its state; an app has its own join ways.
func TestJoinWays(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	tea, milk := w.group("Tea", "woAnna"), w.group("Milk", "woAnna")
	in := obj{"scene": 2, "chat_id_list": []string{tea, milk}, "state": "shop", "remark": strings.Repeat("字", 40)}
	id := w.good("groupchat/add_join_way", in)["config_id"].(string)
	way := w.good("groupchat/get_join_way", obj{"config_id": id})["join_way"].(obj)
	assert.Equal(t, []any{id, "shop", strings.Repeat("字", 30), 1.0, []any{tea, milk}}, []any{way["config_id"], way["state"], way["remark"], way["auto_create_room"], way["chat_id_list"]})
	assert.NotEmpty(t, way["qr_code"])
	w.told()
	w.Clock.Add(time.Minute)
	require.NoError(t, w.JoinGroup(t.Context(), corpId, id, person("wmLi")))
	assert.Contains(t, w.toldOne()[0], "<ChatId>"+tea+"</ChatId><ChangeType>update</ChangeType><UpdateDetail>add_member</UpdateDetail><JoinScene>3</JoinScene>")
	_, all := people(w.good("groupchat/get", obj{"chat_id": tea}))
	assert.Equal(t, obj{"type": 2.0, "userid": "wmLi", "join_time": begun + 60.0, "join_scene": 3.0, "state": "shop", "group_nickname": ""}, all[1])

	w.good("groupchat/update_join_way", obj{"config_id": id, "scene": 1, "chat_id_list": []string{milk}, "auto_create_room": 0})
	next := w.good("groupchat/get_join_way", obj{"config_id": id})["join_way"].(obj)
	assert.Equal(t, []any{1.0, 0.0, []any{milk}, way["qr_code"], ""}, []any{next["scene"], next["auto_create_room"], next["chat_id_list"], next["qr_code"], next["state"]})
	secret := w.group("Secret", "woCy")
	for i, c := range []struct {
		code int
		more obj
	}{
		{60011, obj{"chat_id_list": []string{secret}}}, {60011, obj{"chat_id_list": []string{"wrNone"}}},
		{41091, obj{"chat_id_list": []string{"1", "2", "3", "4", "5", "6"}}}, {40058, obj{"chat_id_list": []string{}}}, {40058, obj{"scene": 3}},
	} {
		for name, value := range in {
			if c.more[name] == nil {
				c.more[name] = value
			}
		}
		assert.Equal(t, c.code, w.code("groupchat/add_join_way", c.more), i)
	}
	assert.Equal(t, 40058, w.code("groupchat/update_join_way", obj{"config_id": id, "scene": 3, "chat_id_list": []string{milk}}))
	assert.Equal(t, 41044, faketest.Errcode(w.as(second, "groupchat/get_join_way", obj{"config_id": id})))
	w.good("groupchat/del_join_way", obj{"config_id": id})
	for _, path := range []string{"get_join_way", "update_join_way", "del_join_way"} {
		assert.Equal(t, 41044, w.code("groupchat/"+path, obj{"config_id": id, "scene": 1, "chat_id_list": []string{milk}}), path)
	}
}
