package customers

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/fakewecom/faketest"
)

func wayReq(more obj) obj {
	in := obj{"type": 1, "scene": 2, "user": []string{"woAnna"}, "state": "fair", "remark": "poster"}
	for name, value := range more {
		in[name] = value
	}
	return in
}

// Who comes by a contact way brings its state.
func TestCustomersComeByContactWays(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	out := w.good("add_contact_way", wayReq(nil))
	id := out["config_id"].(string)
	assert.Equal(t, "https://wework.qpic.cn/wwpic/"+id, out["qr_code"])
	assert.Equal(t, obj{"config_id": id, "type": 1.0, "scene": 2.0, "remark": "poster", "skip_verify": true, "state": "fair",
		"qr_code": out["qr_code"], "user": []any{"woAnna"}, "is_temp": false}, w.good("get_contact_way", obj{"config_id": id})["contact_way"])

	r, err := w.AddCustomer(t.Context(), corpId, Meeting{Customer: person("wmLi"), Way: id})
	require.NoError(t, err)
	assert.Equal(t, []any{"woAnna", "fair", int64(1), id}, []any{r.UserId, r.State, r.AddWay, r.Way})
	assert.Contains(t, w.toldOne()[0], "<State>fair</State>")
	follow := faketest.List(w.good("get", obj{"external_userid": "wmLi"}), "follow_user")[0]
	assert.Equal(t, []any{"fair", 1.0, "wmLi"}, []any{follow["state"], follow["add_way"], follow["oper_userid"]})
	for want, m := range map[string]Meeting{
		"leads to [woAnna], not to woBo": {Customer: person("wmWu"), Way: id, UserId: "woBo"},
		`has the state "fair", not "x"`:  {Customer: person("wmWu"), Way: id, State: "x"},
	} {
		_, err := w.AddCustomer(t.Context(), corpId, m)
		assert.ErrorContains(t, err, want)
	}

	w.good("update_contact_way", obj{"config_id": id, "state": "spring", "user": []string{"woBo"}, "skip_verify": false})
	way := w.good("get_contact_way", obj{"config_id": id})["contact_way"].(obj)
	assert.Equal(t, []any{"spring", "poster", []any{"woBo"}, false}, []any{way["state"], way["remark"], way["user"], way["skip_verify"]})
	w.good("del_contact_way", obj{"config_id": id})
	for _, path := range []string{"get_contact_way", "update_contact_way", "del_contact_way"} {
		assert.Equal(t, 41044, w.code(path, obj{"config_id": id}), path)
	}
	_, err = w.AddCustomer(t.Context(), corpId, Meeting{Customer: person("wmWu"), Way: id})
	assert.ErrorContains(t, err, "no contact way")
	assert.NotContains(t, w.good("add_contact_way", wayReq(obj{"scene": 1, "style": 3})), "qr_code")
}

func TestContactWaysThatCannotBe(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for i, c := range []struct {
		code int
		more obj
	}{
		{41039, obj{"type": 3}}, {41039, obj{"type": 2, "is_temp": true}},
		{41040, obj{"scene": 3}},
		{41042, obj{"style": 4}}, {41042, obj{"type": 2, "style": 3}},
		{41041, obj{"user": []string{"woAnna", "woBo"}}}, {41041, obj{"party": []int{1}}},
		{41041, obj{"type": 2, "user": strings.Split(strings.Repeat("a", 101), "")}},
		{60011, obj{"user": []string{"woCy"}}}, {60011, obj{"user": []string{"woNobody"}}},
		{40058, obj{"user": []string{}}}, {40058, obj{"state": strings.Repeat("s", 31)}},
	} {
		assert.Equal(t, c.code, w.code("add_contact_way", wayReq(c.more)), i)
	}
	id := w.good("add_contact_way", wayReq(obj{"type": 2, "party": []int{1}, "user": []string{}}))["config_id"]
	w.good("update_contact_way", obj{"config_id": id, "user": []string{"woAnna"}})
	assert.Equal(t, 60011, w.code("update_contact_way", obj{"config_id": id, "user": []string{"woCy"}}))
	assert.Equal(t, []any{"woAnna"}, w.good("get_contact_way", obj{"config_id": id})["contact_way"].(obj)["user"], "nothing of what is refused")
	w.good("update_contact_way", obj{"config_id": id, "party": []int{2}})
	assert.Equal(t, []any{2.0}, w.good("get_contact_way", obj{"config_id": id})["contact_way"].(obj)["party"])
	w.good("update_contact_way", obj{"config_id": id, "user": []string{}})
	_, err := w.AddCustomer(t.Context(), corpId, Meeting{Customer: person("wmWu"), Way: id.(string)})
	require.ErrorContains(t, err, `no member ""`, "whom of the department, the test must say")
	_, err = w.AddCustomer(t.Context(), corpId, Meeting{Customer: person("wmWu"), Way: id.(string), UserId: "woBo"})
	require.NoError(t, err)
}

// An id that is not there has a code of its own.
func TestIdsThatAreMissing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for path, want := range map[string]int{
		"get_contact_way": 41043, "update_contact_way": 41043, "del_contact_way": 41043, "groupchat/get_join_way": 41043,
		"send_welcome_msg": 41049, "get_moment_task": 41059, "get": 41035, "list": 41009,
	} {
		assert.Equal(t, want, w.code(path, obj{}), path)
	}
}

func TestContactWaysAreListed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var ids []string
	for range 3 {
		ids = append(ids, w.good("add_contact_way", wayReq(nil))["config_id"].(string))
		w.Clock.Add(time.Hour)
	}
	w.good("add_contact_way", wayReq(obj{"is_temp": true}))
	list := func(in obj) (all []string, next string) {
		out := w.good("list_contact_way", in)
		return texts(faketest.List(out, "contact_way"), "config_id"), out["next_cursor"].(string)
	}
	all, next := list(obj{"limit": 2})
	assert.Equal(t, ids[:2], all)
	all, next = list(obj{"limit": 2, "cursor": next})
	assert.Equal(t, ids[2:], all)
	assert.Empty(t, next)
	all, _ = list(obj{"start_time": 1_760_003_600, "end_time": 1_760_003_600})
	assert.Equal(t, ids[1:2], all)
	assert.Equal(t, 50100, w.code("list_contact_way", obj{"cursor": "x"}))
	assert.Equal(t, 40058, w.code("list_contact_way", obj{"limit": 1001}))
	w.Clock.Add(listedWays)
	all, _ = list(obj{})
	assert.Empty(t, all, "of the last 90 days")
}

// A temporary way is good for one customer, whose chat the app can end.
func TestTemporaryWays(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.good("add_contact_way", wayReq(obj{"is_temp": true, "expires_in": 60}))["config_id"].(string)
	_, err := w.AddCustomer(t.Context(), corpId, Meeting{Customer: person("wmLi"), Way: id})
	require.NoError(t, err)
	assert.Equal(t, 41044, w.code("get_contact_way", obj{"config_id": id}))
	w.add("woAnna", "wmWu")
	for external, want := range map[string]int{"wmWu": 84061, "wmNobody": 84061, "wmLi": 0} {
		assert.Equal(t, want, w.code("close_temp_chat", obj{"userid": "woAnna", "external_userid": external}), external)
	}
	assert.Equal(t, []string{"wmWu"}, strs(w.good("list", obj{"userid": "woAnna"}), "external_userid"))

	for _, c := range []struct {
		more obj
		life time.Duration
	}{{obj{"is_temp": true, "expires_in": 60}, time.Minute}, {obj{"is_temp": true}, usualLife}} {
		id = w.good("add_contact_way", wayReq(c.more))["config_id"].(string)
		w.Clock.Add(c.life - time.Second)
		w.good("update_contact_way", obj{"config_id": id, "remark": "x"})
		w.Clock.Add(time.Second)
		assert.Equal(t, 41044, w.code("update_contact_way", obj{"config_id": id, "remark": "x"}))
	}
}

// A link is its app's own; who comes by it brings the customer_channel.
func TestAcquisitionLinks(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const base = "customer_acquisition/"
	made := w.good(base+"create_link", obj{"link_name": "Spring", "range": obj{"user_list": []string{"woAnna"}}})["link"].(obj)
	id := made["link_id"].(string)
	assert.Equal(t, linkURL+id, made["url"])
	assert.Equal(t, []string{id}, strs(w.good(base+"list_link", obj{}), "link_id_list"))
	assert.Empty(t, strs(w.as(second, base+"list_link", obj{}), "link_id_list"))
	assert.Equal(t, 40058, faketest.Errcode(w.as(second, base+"get", obj{"link_id": id})))
	got := w.good(base+"get", obj{"link_id": id})
	assert.Equal(t, []any{"Spring", true}, []any{got["link"].(obj)["link_name"], got["link"].(obj)["skip_verify"]})
	assert.Equal(t, []string{"woAnna"}, strs(got["range"].(obj), "user_list"))

	r, err := w.AddCustomer(t.Context(), corpId, Meeting{Customer: person("wmLi"), Way: id, State: "shop" + strings.Repeat("x", 100)})
	require.NoError(t, err)
	assert.Equal(t, []any{"woAnna", int64(16)}, []any{r.UserId, r.AddWay})
	assert.Len(t, r.State, 64)
	w.add("woAnna", "wmWu")
	list := faketest.List(w.good(base+"customer", obj{"link_id": id}), "customer_list")
	require.Len(t, list, 1)
	assert.Equal(t, obj{"external_userid": "wmLi", "userid": "woAnna", "chat_status": 0.0, "state": r.State}, list[0])

	w.good(base+"update_link", obj{"link_id": id, "range": obj{"department_list": []int{1}}, "skip_verify": false, "priority_option": obj{"priority_type": 1}})
	got = w.good(base+"get", obj{"link_id": id})
	assert.Equal(t, []any{"Spring", false, obj{"department_list": []any{1.0}}, obj{"priority_type": 1.0}},
		[]any{got["link"].(obj)["link_name"], got["link"].(obj)["skip_verify"], got["range"], got["priority_option"]})
	w.good(base+"update_link", obj{"link_id": id, "priority_option": obj{"priority_userid_list": []string{"woBo"}}})
	assert.Equal(t, obj{"priority_userid_list": []any{"woBo"}}, w.good(base+"get", obj{"link_id": id})["priority_option"], "it is replaced")
	for want, in := range map[int]obj{
		60011: {"link_name": "x", "range": obj{"user_list": []string{"woCy"}}},
		40058: {"link_name": "x", "range": obj{}},
	} {
		assert.Equal(t, want, w.code(base+"create_link", in))
	}
	assert.Equal(t, 40058, w.code(base+"update_link", obj{"link_id": id, "range": obj{}}))
	assert.Equal(t, 50100, w.code(base+"customer", obj{"link_id": id, "cursor": "x"}))
	w.good(base+"delete_link", obj{"link_id": id})
	for _, path := range []string{"get", "update_link", "delete_link", "customer"} {
		assert.Equal(t, 40058, w.code(base+path, obj{"link_id": id}), path)
	}
}
