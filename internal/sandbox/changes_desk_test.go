package sandbox

import (
	"encoding/json"
	"net/url"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// kindsSince are the kinds of what has changed since, without what every call changes.
func (s *sandbox) kindsSince(after int64) map[string]bool {
	s.t.Helper()
	changes, gap := s.engine.ChangesAfter(after, 1000)
	require.False(s.t, gap)
	kinds := map[string]bool{}
	for _, c := range changes {
		if c.Kind != "request" && c.Kind != "push" && c.Kind != "token" {
			kinds[c.Kind] = true
		}
	}
	return kinds
}

// Who shows a page hears of each change of what it shows, by whomever it is made.
func TestPagesHearOfChanges(t *testing.T) {
	t.Parallel()
	s := newSandbox(t, Config{}, Access{})
	corp, users, provider, order := s.bought()
	other, _ := s.corp()
	token, err := s.engine.IssueToken("corp", s.cfg.Apps[0].SuiteId, corp)
	require.NoError(t, err)
	at := "/corps/" + corp
	codes := list(s.get("/orders/"+order), "codes")
	agent := list(s.get(at), "installs")[0]["agent_id"]
	customer := text(inner(s.post(at+"/customers", marshal(obj{"user_id": users[1]})), "customer"), "external_user_id")
	kf := text(s.post(at+"/kf", `{"name":"Help"}`), "open_kfid")
	for _, row := range []struct {
		kind string
		do   func()
	}{
		{"media", func() { s.post(at+"/media", `{"name":"a","text":"hello"}`) }},
		{"media", func() { s.upload(token, "upload?type=file", "a", "hello!") }},
		{"agent", func() {
			s.call("agent/set_workbench_template?access_token="+token, marshal(obj{"agentid": agent, "type": "normal"}))
		}},
		{"kfaccount", func() { s.post(at+"/kf/"+kf+"/servicers", marshal(obj{"user_ids": users[:1]})) }},
		{"kfaccount", func() { s.post(at+"/kf/upgrade", marshal(obj{"user_ids": users[:1]})) }},
		{"order", func() { s.post("/license-policy", marshal(s.get("/license-policy"))) }},
		{"order", func() { s.post(at+"/license", `{"overseas":true}`) }},
		{"order", func() { s.post(at+"/license", `{"auto_active":true}`) }},
		{"order", func() { s.post("/links", marshal(obj{"up_corp_id": corp, "down_corp_id": other})) }},
		{"order", func() { s.post("/cashier", `{"merchant":true}`) }},
		{"order", func() {
			s.call("license/batch_transfer_license?provider_access_token="+provider, marshal(obj{"corpid": corp,
				"transfer_list": []obj{{"handover_userid": users[0], "takeover_userid": users[2]}}}))
		}},
		{"order", func() {
			s.call("license/active_account?provider_access_token="+provider, marshal(obj{"active_code": codes[2]["code"], "corpid": corp, "userid": users[0]}))
		}},
		{"customer", func() {
			s.call("externalcontact/transfer_customer?access_token="+token, marshal(obj{"handover_userid": users[1], "takeover_userid": users[2], "external_userid": []string{customer}}))
		}},
		{"customer", func() {
			s.post(at+"/transfers/end", marshal(obj{"to_user_id": users[2], "external_user_id": customer, "refuse": true}))
		}},
		{"customer", func() {
			s.call("externalcontact/add_msg_template?access_token="+token, marshal(obj{"external_userid": []string{customer}, "text": obj{"content": "tea"}}))
		}},
		{"customer", func() {
			s.call("externalcontact/add_moment_task?access_token="+token, marshal(obj{"text": obj{"content": "tea"}}))
		}},
	} {
		before := s.engine.LastChange()
		row.do()
		assert.Equal(t, map[string]bool{row.kind: true}, s.kindsSince(before))
	}
}

// The forms of a console do what JSON does, also with lists.
func TestDeskTakesForms(t *testing.T) {
	t.Parallel()
	s := newSandbox(t, Config{}, Access{})
	corp, users, _, _ := s.bought()
	other, _ := s.corp()
	s.post("/installs", marshal(obj{"corp_id": other}))
	submit := func(route string, form url.Values) (out obj) {
		t.Helper()
		x, ok := RouteOf(route)
		require.True(t, ok, route)
		answer, err := x.Submit(t.Context(), s.World, form)
		require.NoError(t, err, route)
		require.NoError(t, json.Unmarshal(answer, &out))
		return out
	}
	out := submit("POST /orders/renew", url.Values{"corp_id": {corp}, "buyer": {"chen"}, "base_user_ids": users[:2], "months": {"1"}})
	assert.EqualValues(t, 2, inner(out, "order")["base"])
	s.post("/orders/"+text(inner(out, "order"), "order_id")+"/expire", "{}")
	out = submit("POST /orders/union", url.Values{"corp_ids": {corp, other}, "buyer": {"chen"}, "base": {"1"}, "months": {"2"}})
	assert.Len(t, inner(out, "order")["subs"], 2)
	out = submit("POST /corps/{corp}/license", url.Values{"corp": {corp}, "head_count": {"9"}, "overseas": {"true"}})
	assert.Equal(t, []any{9.0, true, true}, []any{out["head_count"], out["overseas"], out["bought"]})
	out = submit("POST /corps/{corp}/media", url.Values{"corp": {corp}, "name": {"a.txt"}, "text": {"hello"}})
	assert.EqualValues(t, 5, out["size"])
	out = submit("POST /corps/{corp}/kf/upgrade", url.Values{"corp": {corp}, "user_ids": users[:1], "departments": {"1"}})
	assert.Equal(t, []any{1.0}, out["departments"])
	x, _ := RouteOf("POST /orders/union")
	_, err := x.Submit(t.Context(), s.World, url.Values{"buyer": {"chen"}})
	assert.ErrorContains(t, err, "corp_ids is empty")
}
