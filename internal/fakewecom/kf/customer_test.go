package kf

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/fakewecom/faketest"
)

func TestCustomersOfTheLast48HoursAreKnown(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	get := func(entered int, ids ...string) (known []obj, invalid any) {
		out := w.ask("customer/batchget", obj{"external_userid_list": ids, "need_enter_session_context": entered})
		require.Zero(t, faketest.Errcode(out), "%v", out)
		return faketest.List(out, "customer_list"), out["invalid_external_userid"]
	}
	w.writes(ann(), "?")
	link := text(w.ask("add_contact_way", obj{"open_kfid": w.account, "scene": "shelf"}), "url")
	require.NoError(t, w.KfEnter(t.Context(), link+"&scene_param=9", Customer{faketest.Corp, "wmBen", "Ben"}))

	known, invalid := get(0, "wmBen", "wmNobody", "wmAnn")
	assert.Equal(t, []obj{{"external_userid": "wmBen", "nickname": "Ben", "gender": 0.0}, {"external_userid": "wmAnn", "nickname": "Ann", "gender": 0.0}}, known)
	assert.Equal(t, []any{"wmNobody"}, invalid)
	known, _ = get(1, "wmBen", "wmAnn")
	assert.Equal(t, obj{"scene": "shelf", "scene_param": "9"}, known[0]["enter_session_context"])
	assert.NotContains(t, known[1], "enter_session_context", "she came by no scene")

	w.Clock.Add(window)
	w.writes(ann(), "!")
	known, _ = get(1, "wmBen")
	assert.Len(t, known, 1)
	w.Clock.Add(time.Second)
	known, invalid = get(1, "wmBen", "wmAnn")
	require.Len(t, known, 1, "Ann has written since")
	assert.Equal(t, []any{"wmBen"}, invalid)
	assert.Equal(t, "wmAnn", known[0]["external_userid"])
}

// The last entry counts, whichever account it was to.
func TestTheLastEntryCounts(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for i, scene := range []string{"first", "second"} {
		account := []string{w.open("Other", faketest.Suite), w.account}[i]
		link := text(w.ask("add_contact_way", obj{"open_kfid": account, "scene": scene}), "url")
		require.NoError(t, w.KfEnter(t.Context(), link, ann()))
		w.Clock.Add(time.Second)
		list := faketest.List(w.ask("customer/batchget", obj{"external_userid_list": []string{"wmAnn"}, "need_enter_session_context": 1}), "customer_list")
		assert.Equal(t, obj{"scene": scene}, list[0]["enter_session_context"])
	}
}

func TestCustomersAreAskedForByTheHundred(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	get := func(ids ...string) int { return w.code("customer/batchget", obj{"external_userid_list": ids}) }
	assert.Zero(t, get(strings.Split(strings.Repeat("wm,", 99)+"wm", ",")...))
	assert.Equal(t, 40058, get(strings.Split(strings.Repeat("wm,", 100)+"wm", ",")...))
	assert.Equal(t, 40058, get([]string{}...))
	assert.Equal(t, codeBadCustomer, get("wm", strings.Repeat("x", 65)))
	assert.Equal(t, codeBadCustomer, get("wm", ""))
}

func TestUpgradesAreThoseConfigured(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.writes(ann(), "?")
	upgrade := func(more obj) int {
		in := obj{"open_kfid": w.account, "external_userid": "wmAnn"}
		for k, v := range more {
			in[k] = v
		}
		return w.code("customer/upgrade_service", in)
	}
	member := func(id string) obj { return obj{"type": 1, "member": obj{"userid": id, "wording": "hi"}} }
	group := func(id string) obj { return obj{"type": 2, "groupchat": obj{"chat_id": id}} }
	assert.Equal(t, codeNotUpgradable, upgrade(member("woBo")))
	assert.Equal(t, codeNotUpgradable, upgrade(group("wrOne")))
	out := w.ask("customer/get_upgrade_service_config", nil)
	assert.Equal(t, obj{"userid_list": []any{}, "department_id_list": []any{}}, out["member_range"])

	require.NoError(t, w.SetKfUpgrade(faketest.Corp, Upgrade{UserIds: []string{"woBo", "woCy"}, ChatIds: []string{"wrOne"}}))
	out = w.ask("customer/get_upgrade_service_config", nil)
	assert.Equal(t, obj{"userid_list": []any{"woBo", "woCy"}, "department_id_list": []any{}}, out["member_range"])
	assert.Equal(t, obj{"chat_id_list": []any{"wrOne"}}, out["groupchat_range"])
	assert.Equal(t, []int{0, codeNoUser, codeNoUser, codeNotUpgradable}, []int{upgrade(member("woBo")), upgrade(member("woCy")), upgrade(member("x")), upgrade(member("woAnna"))})
	assert.Equal(t, []int{0, codeNotUpgradable}, []int{upgrade(group("wrOne")), upgrade(group("wrTwo"))})
	assert.Equal(t, 40058, upgrade(obj{"type": 2, "member": obj{"userid": "woBo"}}))
	assert.Equal(t, 40058, upgrade(obj{"type": 3, "member": obj{"userid": "woBo"}}))
	assert.Zero(t, w.code("customer/cancel_upgrade_service", obj{"open_kfid": w.account, "external_userid": "wmAnn"}))
	assert.Equal(t, codeBadCustomer, w.code("customer/cancel_upgrade_service", obj{"open_kfid": w.account, "external_userid": "x"}))

	require.NoError(t, w.SetKfUpgrade(faketest.Corp, Upgrade{DepartmentIds: []int64{1}}))
	assert.Zero(t, upgrade(member("woAnna")), "of the root")
	assert.ErrorContains(t, w.SetKfUpgrade("wpNone", Upgrade{}), "no corp")
}
