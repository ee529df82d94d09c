package sandbox

import (
	"net/http"
	"net/url"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func service(s *sandbox) {
	corp, users := s.corp()
	installed := s.post("/installs", marshal(obj{"corp_id": corp}))
	_, token := s.tokens(installed, corp)
	at := "/corps/" + corp + "/kf"
	out := s.post(at, marshal(obj{"name": "Help", "user_ids": users[:2]}))
	assert.Equal(s.t, []string{"kf_account_auth_change"}, pushed(out))
	id := text(out, "open_kfid")
	link := text(s.call("kf/add_contact_way?access_token="+token, marshal(obj{"open_kfid": id, "scene": "web"})), "url")
	out = s.post(at+"/enter", marshal(obj{"link": link, "external_user_id": "wmKai", "name": "Kai"}))
	assert.Equal(s.t, []string{"kf_msg_or_event"}, pushed(out))
	out = s.post(at+"/"+id+"/write", `{"external_user_id":"wmKai","name":"Kai","text":"hello"}`)
	assert.NotEmpty(s.t, text(out, "message_id"))
	s.wrong(http.MethodPost, at+"/"+id+"/write", `{"external_user_id":"wmKai"}`)
	s.wrong(http.MethodPost, at+"/"+id+"/take", marshal(obj{"external_user_id": "wmKai", "user_id": users[0]}))
	s.call("kf/service_state/trans?access_token="+token, marshal(obj{"open_kfid": id, "external_userid": "wmKai", "service_state": 2}))
	s.post(at+"/"+id+"/take", marshal(obj{"external_user_id": "wmKai", "user_id": users[0]}))
	s.post(at+"/"+id+"/answer", marshal(obj{"external_user_id": "wmKai", "user_id": users[0], "text": "hi"}))
	s.wrong(http.MethodPost, at+"/"+id+"/answer", marshal(obj{"external_user_id": "wmKai", "user_id": users[0]}))
	accounts := list(s.get(at), "accounts")
	require.Len(s.t, accounts, 1)
	talks := list(accounts[0], "conversations")
	require.Len(s.t, talks, 1)
	assert.Equal(s.t, "Kai", text(talks[0], "name"))
	assert.EqualValues(s.t, 3, talks[0]["state"])
	assert.Len(s.t, list(talks[0], "messages"), 2)
	s.post(at+"/"+id+"/end", `{"external_user_id":"wmKai"}`)
	out = s.post(at+"/"+id+"/close", "{}")
	assert.Equal(s.t, []string{"kf_account_auth_change"}, pushed(out))
}

func pushesAndMessages(s *sandbox) {
	corp, users := s.corp()
	installed := s.post("/installs", marshal(obj{"corp_id": corp}))
	_, token := s.tokens(installed, corp)
	agent := inner(installed, "install")["agent_id"]
	s.call("message/send?access_token="+url.QueryEscape(token), marshal(obj{"touser": users[1], "msgtype": "template_card", "agentid": agent, "template_card": obj{
		"card_type": "button_interaction", "main_title": obj{"title": "Lunch"}, "task_id": "t-1",
		"button_list": []obj{{"text": "Yes", "style": 1, "key": "yes"}}}}))
	sent := list(s.get("/messages?user_id="+users[1]), "messages")
	require.Len(s.t, sent, 1)
	assert.Equal(s.t, "button_interaction", inner(sent[0], "content")["card_type"])
	assert.Empty(s.t, list(s.get("/messages?user_id="+users[2]), "messages"))
	assert.Len(s.t, list(s.get("/messages?corp_id="+corp), "messages"), 1)
	click := "/messages/" + text(sent[0], "id") + "/click"
	out := s.post(click, marshal(obj{"user_id": users[1], "key": "yes"}))
	assert.Equal(s.t, []string{"template_card_event"}, pushed(out))
	s.wrong(http.MethodPost, click, marshal(obj{"user_id": users[1], "key": "no"}))
	s.wrong(http.MethodPost, click, marshal(obj{"user_id": users[1], "key": "yes", "chosen": obj{"q": []string{}}}))
	s.wrong(http.MethodPost, click, marshal(obj{"user_id": users[1], "key": "yes", "chosen": obj{"q": []string{"1"}}}))
	out = s.post("/say", marshal(obj{"corp_id": corp, "user_id": users[1], "text": "hello ]]> there"}))
	assert.Equal(s.t, []string{"text"}, pushed(out))
	s.wrong(http.MethodPost, "/say", marshal(obj{"corp_id": corp, "user_id": "nobody", "text": "x"}))

	s.app.say("no")
	out = s.post("/pushes", marshal(obj{"kind": "change_contact.create_user", "corp_id": corp, "set": obj{"Name": "Lin"}}))
	s.app.say("success")
	failed := list(out, "pushes")
	require.Len(s.t, failed, 1)
	assert.Equal(s.t, false, failed[0]["accepted"])
	assert.Contains(s.t, text(failed[0], "event"), "Lin")
	assert.Equal(s.t, "no", text(list(failed[0], "tries")[0], "body"))
	at := "/pushes/" + s.number(failed[0], "id")
	out = s.post(at+"/redeliver", "")
	assert.Equal(s.t, true, out["accepted"])
	assert.Len(s.t, list(s.get(at), "tries"), 2)
	s.wrong(http.MethodPost, "/pushes", marshal(obj{"kind": "suite_ticket", "set": obj{"Nothing": "x"}}))
	assert.Len(s.t, list(s.get("/pushes?limit=2"), "pushes"), 2)
	older := list(s.get("/pushes?limit=1&before="+s.number(failed[0], "id")), "pushes")
	require.Len(s.t, older, 1)
	assert.Less(s.t, older[0]["id"], failed[0]["id"])
	shown := s.get("/events/data.change_contact.create_user?corp_id=" + corp)
	assert.Contains(s.t, text(shown, "sample"), "<ToUserName><![CDATA["+corp+"]]>")
	code, _ := s.wrong(http.MethodGet, "/events/nothing", "")
	assert.Equal(s.t, "unknown_event", code)
	assert.Greater(s.t, len(list(s.get("/events"), "events")), 50)
	logged := list(s.get("/requests?path=/cgi-bin/message/send&limit=1"), "requests")
	require.Len(s.t, logged, 1)
	for _, x := range list(s.get("/requests?before="+s.number(logged[0], "id")), "requests") {
		assert.Less(s.t, x["id"], logged[0]["id"])
	}
	assert.Contains(s.t, text(logged[0], "answer"), `"errcode":0`)
	assert.Equal(s.t, corp, text(logged[0], "corp_id"))
}

// number is a number of JSON as it stands in a path.
func (s *sandbox) number(o obj, name string) string {
	s.t.Helper()
	n, ok := o[name].(float64)
	require.True(s.t, ok, name)
	return marshal(obj{"n": n})[5 : len(marshal(obj{"n": n}))-1]
}

func faults(s *sandbox) {
	out := s.post("/faults", `{"path":"/cgi-bin/gettoken","errcode":45009,"times":2}`)
	s.post("/faults", `{"garbage":true,"skip":1000}`)
	all := list(s.get("/faults"), "faults")
	require.Len(s.t, all, 2)
	assert.Equal(s.t, out["id"], all[0]["id"])
	assert.Equal(s.t, true, all[1]["garbage"])
	s.do(http.MethodDelete, "/faults/"+s.number(out, "id"), "")
	code, _ := s.wrong(http.MethodDelete, "/faults/"+s.number(out, "id"), "")
	assert.Equal(s.t, "unknown_fault", code)
	s.do(http.MethodDelete, "/faults", "")
	assert.Empty(s.t, list(s.get("/faults"), "faults"))
	for _, body := range []string{`{}`, `{"errcode":1,"cut":true}`, `{"times":-1,"cut":true}`, `{"late":true,"delay":"1s"}`, `{"status":99}`,
		`{"delay":"2h"}`, `{"delay":"x"}`, `{"errmsg":"x","cut":true}`, `{"path":"/nothing","cut":true}`} {
		s.wrong(http.MethodPost, "/faults", body)
	}
}

func timePasses(s *sandbox) {
	before := s.number(s.get("/status"), "last_change")
	tokens := list(s.get("/tokens"), "tokens")
	require.NotEmpty(s.t, tokens)
	out := s.post("/tokens/kill", marshal(obj{"token": tokens[0]["token"]}))
	assert.EqualValues(s.t, 1, out["killed"])
	s.post("/tokens/kill", `{"kind":"suite"}`)
	for _, body := range []string{`{}`, `{"kind":"x"}`, `{"token":"#0"}`, `{"token":"#0","kind":"corp"}`} {
		s.wrong(http.MethodPost, "/tokens/kill", body)
	}
	out = s.post("/tickets", "{}")
	assert.Equal(s.t, []string{"suite_ticket"}, pushed(out))
	out = s.post("/tickets/expire", "{}")
	assert.Empty(s.t, list(out, "tickets"))
	out = s.post("/clock", `{"add":"24h"}`)
	assert.Equal(s.t, "24h0m0s", text(out, "ahead"))
	assert.Contains(s.t, pushed(out), "suite_ticket")
	assert.Empty(s.t, list(s.get("/tokens"), "tokens"))
	for _, body := range []string{`{}`, `{"add":"-1h"}`, `{"add":"1000000h"}`} {
		s.wrong(http.MethodPost, "/clock", body)
	}
	choices := s.get("/choices")
	choices["tries"], choices["json"], choices["edit_contacts"] = 2, true, true
	choices["token_life"], choices["allowed_ips"] = "1m0s", []any{"127.0.0.1"}
	out = s.post("/choices", marshal(choices))
	assert.EqualValues(s.t, 2, out["tries"])
	assert.Equal(s.t, out, s.get("/choices"))
	s.wrong(http.MethodPost, "/choices", `{"allowed_ips":["x"]}`)
	s.wrong(http.MethodPost, "/choices", `{"tries":-1}`)
	out = s.post("/tickets", "{}")
	assert.Contains(s.t, text(list(out, "pushes")[0], "event"), `{"InfoType":"suite_ticket"`, "JSON from now on")
	out = s.get("/changes?after=" + before)
	assert.Equal(s.t, false, out["gap"])
	assert.NotEmpty(s.t, list(out, "changes"))
}
