package customers

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/fakewecom/faketest"
	"github.com/gothird/wecom/internal/fakewecom/platform"
)

// template asks for a mass message.
func template(more obj) obj {
	in := obj{"text": obj{"content": "Fresh tea"}}
	for name, value := range more {
		in[name] = value
	}
	return in
}

// receivers are those of a member's task, with their states.
func (w *world) receivers(msgId, userId string) (all []string) {
	w.T.Helper()
	for _, o := range faketest.List(w.good("get_groupmsg_send_result", obj{"msgid": msgId, "userid": userId}), "send_list") {
		id, _ := o["external_userid"].(string)
		chat, _ := o["chat_id"].(string)
		all = append(all, id+chat+" "+string(rune('0'+faketest.Num(o, "status"))))
	}
	return all
}

// A mass message reaches customers when the member who met them last confirms it.
func TestMassMessages(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	w.add("woAnna", "wmLi")
	w.add("woAnna", "wmWu")
	w.Clock.Add(time.Minute)
	w.add("woBo", "wmWu")
	w.add("woCy", "wmHu")
	out := w.good("add_msg_template", template(obj{"external_userid": []string{"wmLi", "wmWu", "wmHu", "wmNone"}}))
	assert.Equal(t, []string{"wmHu", "wmNone"}, strs(out, "fail_list"))
	id := out["msgid"].(string)
	list := faketest.List(w.good("get_groupmsg_task", obj{"msgid": id}), "task_list")
	assert.Equal(t, []obj{{"userid": "woAnna", "status": 0.0}, {"userid": "woBo", "status": 0.0}}, list)
	assert.Equal(t, []string{"wmLi 0"}, w.receivers(id, "woAnna"))
	senders, err := w.GroupMsgSenders(corpId, id)
	require.NoError(t, err)
	assert.Equal(t, []string{"woAnna", "woBo"}, senders)
	assert.Empty(t, w.MessagesToCustomer(corpId, "wmLi"))

	w.Clock.Add(time.Minute)
	require.NoError(t, w.SendGroupMsg(ctx, corpId, id, "woAnna"))
	got := w.MessagesToCustomer(corpId, "wmLi")
	require.Len(t, got, 1)
	assert.Equal(t, []string{"woAnna", "text", `{"content":"Fresh tea"}`, faketest.Suite}, []string{got[0].UserId, got[0].Kind, string(got[0].Content), got[0].SuiteId})
	list = faketest.List(w.good("get_groupmsg_task", obj{"msgid": id}), "task_list")
	assert.Equal(t, obj{"userid": "woAnna", "status": 2.0, "send_time": begun + 120.0}, list[0])
	send := faketest.List(w.good("get_groupmsg_send_result", obj{"msgid": id, "userid": "woAnna"}), "send_list")
	assert.Equal(t, []obj{{"userid": "woAnna", "external_userid": "wmLi", "status": 1.0, "send_time": begun + 120.0}}, send)

	require.NoError(t, w.RemoveMember(ctx, corpId, "woBo", "wmWu"))
	require.NoError(t, w.SendGroupMsg(ctx, corpId, id, "woBo"))
	assert.Equal(t, []string{"wmWu 2"}, w.receivers(id, "woBo"), "he is Bo's friend no more")
	assert.Empty(t, w.MessagesToCustomer(corpId, "wmWu"))
	require.ErrorContains(t, w.SendGroupMsg(ctx, corpId, id, "woBo"), "has done so")
	require.ErrorContains(t, w.SendGroupMsg(ctx, corpId, id, "woDan"), `"woDan" has not to send`)
	require.ErrorContains(t, w.SendGroupMsg(ctx, corpId, "msgNone", "woBo"), `no mass message "msgNone"`)
	_, err = w.GroupMsgSenders("wpNobody", id)
	require.ErrorContains(t, err, "no mass message")
	assert.Equal(t, 40058, w.code("get_groupmsg_send_result", obj{"msgid": id, "userid": "woDan"}))
	for _, path := range []string{"get_groupmsg_task", "get_groupmsg_send_result", "remind_groupmsg_send", "cancel_groupmsg_send"} {
		assert.Equal(t, 41047, w.code(path, obj{"msgid": "msgNone", "userid": "woBo"}), path)
	}
}

// Customers are chosen by sender, and by one tag of each list.
func TestWhoGetsAMassMessage(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.add("woAnna", "wmLi")
	w.add("woBo", "wmLi")
	w.add("woBo", "wmWu")
	_, ids := made(w.good("add_corp_tag", obj{"group_name": "Level", "tag": tags("A", "B", "C")}))
	w.good("mark_tag", obj{"userid": "woBo", "external_userid": "wmLi", "add_tag": ids[:2]})
	w.good("mark_tag", obj{"userid": "woBo", "external_userid": "wmWu", "add_tag": ids[2:]})
	lists := func(tagLists ...[]string) obj {
		groups := []obj{}
		for _, ids := range tagLists {
			groups = append(groups, obj{"tag_list": ids})
		}
		return obj{"tag_filter": obj{"group_list": groups}}
	}
	for i, c := range []struct {
		in   obj
		anna []string
		bo   []string
	}{
		{obj{"sender": "woAnna"}, []string{"wmLi 0"}, nil},
		{obj{"sender": "woBo", "chat_type": "single"}, nil, []string{"wmLi 0", "wmWu 0"}},
		{obj{"sender": "woAnna", "external_userid": []string{"wmLi", "wmWu"}}, []string{"wmLi 0"}, nil},
		{lists(ids), nil, []string{"wmLi 0", "wmWu 0"}},
		{lists(ids[:1], ids[1:]), nil, []string{"wmLi 0"}},
		{lists([]string{ids[0], ids[2]}), nil, []string{"wmLi 0", "wmWu 0"}},
	} {
		id := w.good("add_msg_template", template(c.in))["msgid"].(string)
		for user, want := range map[string][]string{"woAnna": c.anna, "woBo": c.bo} {
			if want == nil {
				assert.Equal(t, 40058, w.code("get_groupmsg_send_result", obj{"msgid": id, "userid": user}), i)
			} else {
				assert.Equal(t, want, w.receivers(id, user), i)
			}
		}
	}
	for i, c := range []struct {
		code int
		in   obj
	}{
		{41048, lists(ids[:1], ids[2:])}, {41048, obj{"sender": "woDan"}}, {41048, obj{"external_userid": []string{"wmNone"}}},
		{40058, obj{}}, {40058, obj{"chat_type": "x", "sender": "woBo"}}, {40058, obj{"sender": "woBo", "text": obj{"content": ""}}},
		{60011, obj{"sender": "woCy"}}, {40058, obj{"chat_type": "group"}},
	} {
		assert.Equal(t, c.code, w.code("add_msg_template", template(c.in)), i)
	}
}

// A message to groups reaches the customers in them; the owner chooses if the app does not.
func TestMassMessagesToGroups(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	tea, milk, other := w.group("Tea", "woAnna", "wmLi"), w.group("Milk", "woAnna", "wmWu"), w.group("Other", "woBo", "wmHu")
	gone := w.group("Gone", "woAnna", "wmLi")
	require.NoError(t, w.DismissGroup(t.Context(), corpId, gone))
	out := w.good("add_msg_template", template(obj{"chat_type": "group", "sender": "woAnna", "chat_id_list": []string{tea, other, gone}}))
	assert.Equal(t, []string{other, gone}, strs(out, "fail_list"))
	id := out["msgid"].(string)
	assert.Empty(t, w.receivers(id, "woAnna"), "before it is sent")
	require.NoError(t, w.SendGroupMsg(t.Context(), corpId, id, "woAnna"))
	assert.Equal(t, []string{tea + " 1"}, w.receivers(id, "woAnna"))
	count := func(id string) int { return len(w.MessagesToCustomer(corpId, id)) }
	assert.Equal(t, []int{1, 0, 0}, []int{count("wmLi"), count("wmWu"), count("wmHu")})
	assert.Zero(t, count("woAnna"), "members are no customers")

	id = w.good("add_msg_template", template(obj{"chat_type": "group", "sender": "woAnna"}))["msgid"].(string)
	require.NoError(t, w.SendGroupMsg(t.Context(), corpId, id, "woAnna"))
	assert.Equal(t, []string{tea + " 1", milk + " 1"}, w.receivers(id, "woAnna"))
	assert.Equal(t, []int{2, 1, 0}, []int{count("wmLi"), count("wmWu"), count("wmHu")})
	assert.Equal(t, 41048, w.code("add_msg_template", template(obj{"chat_type": "group", "sender": "woAnna", "chat_id_list": []string{other}})))
}

// Messages are listed by kind and time, reminded of and cancelled.
func TestMassMessagesAreListed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.add("woAnna", "wmLi")
	link := obj{"msgtype": "link", "link": obj{"title": "Menu", "url": "https://x.example"}}
	var ids []string
	for range 3 {
		ids = append(ids, w.good("add_msg_template", template(obj{"sender": "woAnna", "attachments": []obj{link}}))["msgid"].(string))
		w.Clock.Add(time.Hour)
	}
	list := func(more obj) (all []obj, next string) {
		in := obj{"chat_type": "single", "start_time": begun, "end_time": begun + day}
		for name, value := range more {
			in[name] = value
		}
		out := w.good("get_groupmsg_list_v2", in)
		return faketest.List(out, "group_msg_list"), out["next_cursor"].(string)
	}
	all, next := list(obj{"limit": 2})
	assert.Equal(t, ids[:2], texts(all, "msgid"))
	assert.Equal(t, obj{"msgid": ids[0], "create_type": 0.0, "create_time": begun + 0.0, "text": obj{"content": "Fresh tea"},
		"attachments": []any{obj{"msgtype": "link", "link": obj{"title": "Menu", "url": "https://x.example"}}}}, all[0])
	all, next = list(obj{"limit": 2, "cursor": next})
	assert.Equal(t, ids[2:], texts(all, "msgid"))
	assert.Empty(t, next)
	for _, more := range []obj{{"limit": 1000}, {"filter_type": 0}, {"filter_type": 2}} {
		all, _ = list(more)
		assert.Len(t, all, 3, "%v", more)
	}
	for _, more := range []obj{{"chat_type": "group"}, {"creator": "woAnna"}, {"filter_type": 1}, {"end_time": begun - 1, "start_time": begun - 2}, {"start_time": begun + 3*3600}} {
		all, _ = list(more)
		assert.Empty(t, all, "%v", more)
	}
	for i, more := range []obj{{"chat_type": "x"}, {"end_time": begun - 1}, {"end_time": begun + 32*day}} {
		in := obj{"chat_type": "single", "start_time": begun, "end_time": begun}
		for name, value := range more {
			in[name] = value
		}
		assert.Equal(t, 40058, w.code("get_groupmsg_list_v2", in), i)
	}
	assert.Equal(t, 50100, w.code("get_groupmsg_list_v2", obj{"chat_type": "single", "start_time": begun, "end_time": begun, "cursor": "x"}))

	msg := obj{"msgid": ids[0]}
	for range maxReminders {
		w.good("remind_groupmsg_send", msg)
	}
	assert.Equal(t, 41094, w.code("remind_groupmsg_send", msg))
	w.Clock.Add(remindersWithin)
	w.good("remind_groupmsg_send", msg)
	w.good("cancel_groupmsg_send", msg)
	assert.Equal(t, 41093, w.code("cancel_groupmsg_send", msg))
	assert.Equal(t, 41093, w.code("remind_groupmsg_send", msg))
	assert.ErrorContains(t, w.SendGroupMsg(t.Context(), corpId, ids[0], "woAnna"), "cancelled")
}

// Pages of tasks and receivers have their limits, and hidden members are not in them.
func TestMassMessagesByPages(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, id := range []string{"wm1", "wm2", "wm3"} {
		w.add("woAnna", id)
	}
	w.add("woBo", "wm4")
	id := w.good("add_msg_template", template(obj{"external_userid": []string{"wm1", "wm2", "wm3", "wm4"}}))["msgid"].(string)
	for path, want := range map[string][]string{"get_groupmsg_task": {"woAnna", "woBo"}, "get_groupmsg_send_result": {"wm1", "wm2", "wm3"}} {
		name, field := "task_list", "userid"
		if strings.HasSuffix(path, "result") {
			name, field = "send_list", "external_userid"
		}
		var all []string
		next := ""
		for {
			out := w.good(path, obj{"msgid": id, "userid": "woAnna", "limit": 1, "cursor": next})
			all = append(all, texts(faketest.List(out, name), field)...)
			if next = out["next_cursor"].(string); next == "" {
				break
			}
		}
		assert.Equal(t, want, slices.Compact(all), path)
		assert.Equal(t, 50100, w.code(path, obj{"msgid": id, "userid": "woAnna", "cursor": "x"}), path)
		assert.Len(t, faketest.List(w.good(path, obj{"msgid": id, "userid": "woAnna", "limit": 5000}), name), len(want), "more counts as none")
	}
	require.NoError(t, w.UpdateMember(corpId, platform.Member{UserId: "woBo", Hidden: true}))
	assert.Equal(t, []string{"woAnna"}, texts(faketest.List(w.good("get_groupmsg_task", obj{"msgid": id}), "task_list"), "userid"))
}
