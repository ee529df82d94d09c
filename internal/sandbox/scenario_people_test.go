package sandbox

import (
	"net/http"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func apps(s *sandbox) {
	corp, users := s.corp()
	installed := s.post("/installs", marshal(obj{"corp_id": corp}))
	_, token := s.tokens(installed, corp)
	at := "/installs/" + s.cfg.Apps[0].SuiteId + "/" + corp
	out := s.post("/corps/"+corp+"/members", marshal(obj{"user_id": users[2], "hidden": true, "no_interop": true, "biz_mail": "lin@riverside.example"}))
	assert.Equal(s.t, []any{true, true, "lin@riverside.example"}, []any{inner(out, "member")["hidden"], inner(out, "member")["no_interop"], inner(out, "member")["biz_mail"]})
	seen := s.get(at + "/range")
	assert.ElementsMatch(s.t, users[:2], seen["user_ids"])
	assert.Empty(s.t, seen["departments"])
	assert.Equal(s.t, "normal", s.get(at + "/workbench")["kind"])
	agent := inner(installed, "install")["agent_id"]
	s.call("agent/set_workbench_template?access_token="+token, marshal(obj{"agentid": agent, "type": "keydata", "keydata": obj{"items": []obj{{"key": "Orders", "data": "2"}}}}))
	s.call("agent/set_workbench_data?access_token="+token, marshal(obj{"agentid": agent, "userid": users[1], "type": "keydata", "keydata": obj{"items": []obj{}}}))
	bench := s.get(at + "/workbench")
	assert.Equal(s.t, "keydata", bench["kind"])
	assert.Len(s.t, list(inner(bench, "template"), "items"), 1)
	assert.Equal(s.t, users[1], list(bench, "members")[0]["user_id"])

	selection := obj{"corp_id": corp, "user_id": users[0], "selected": users[2:]}
	s.wrong(http.MethodPost, "/selections", marshal(selection))
	s.post("/installs", marshal(obj{"corp_id": corp, "member_mode": true}))
	assert.NotEmpty(s.t, text(s.post("/selections", marshal(selection)), "selected_ticket"))
	register(s)
}

// register registers a corp by the promotion link.
func register(s *sandbox) {
	corp, _ := s.corp()
	provider := text(s.call("service/get_provider_token", marshal(obj{"corpid": s.provider, "provider_secret": s.cfg.ProviderSecret})), "provider_access_token")
	code := text(s.call("service/get_register_code?provider_access_token="+provider, `{"template_id":"tpl"}`), "register_code")
	asked := list(s.get("/requests?path=/cgi-bin/service/get_register_code&limit=1"), "requests")[0]
	mark := `#` + text(asked, "answer")[len(`{"errcode":0,"errmsg":"ok","expires_in":600,"register_code":"#`):][:8]
	s.post("/registrations", marshal(obj{"corp_id": corp, "register_code": mark}))
	s.post("/registrations", marshal(obj{"corp_id": corp, "register_code": code}))
	out := s.call("service/get_register_info?provider_access_token="+provider, marshal(obj{"register_code": code}))
	assert.Equal(s.t, corp, out["corpid"])
	s.wrong(http.MethodPost, "/registrations", marshal(obj{"corp_id": corp, "register_code": "nothing"}))
	s.wrong(http.MethodPost, "/registrations", marshal(obj{"corp_id": corp, "register_code": "#nothing"}))
}

// followed is a corp with the app, whose second member has two customers.
func (s *sandbox) followed() (at, token string, users, customers []string) {
	s.t.Helper()
	corp, users := s.corp()
	_, token = s.tokens(s.post("/installs", marshal(obj{"corp_id": corp})), corp)
	at = "/corps/" + corp
	for range 2 {
		out := s.post(at+"/customers", marshal(obj{"user_id": users[1]}))
		customers = append(customers, text(inner(out, "customer"), "external_user_id"))
	}
	return at, token, users, customers
}

func transfers(s *sandbox) {
	at, token, users, customers := s.followed()
	out := s.post(at+"/customers/remark", marshal(obj{"user_id": users[1], "external_user_id": customers[0], "remark": "Regular"}))
	assert.Equal(s.t, []string{"change_external_contact.edit_external_contact"}, pushed(out))
	out = s.post(at+"/groups", marshal(obj{"name": "VIP", "owner": users[1], "people": []obj{{"external_user_id": customers[0]}}}))
	out = s.post(at+"/groups/"+text(out, "chat_id")+"/rename", `{"name":"Gold"}`)
	assert.Equal(s.t, []string{"change_external_chat.update"}, pushed(out))
	groups := list(s.get(at+"/customers"), "groups")
	assert.Equal(s.t, "Gold", groups[0]["name"])
	assert.NotEmpty(s.t, groups[0]["open_gid"])

	s.call("externalcontact/transfer_customer?access_token="+token, marshal(obj{"handover_userid": users[1], "takeover_userid": users[2], "external_userid": customers}))
	all := list(s.get(at+"/transfers"), "transfers")
	require.Len(s.t, all, 2)
	assert.Equal(s.t, []any{users[1], users[2], 2.0, false}, []any{all[0]["from_user_id"], all[0]["to_user_id"], all[0]["status"], all[0]["resigned"]})
	end := func(customer string, refuse bool) []string {
		return pushed(s.post(at+"/transfers/end", marshal(obj{"to_user_id": users[2], "external_user_id": customer, "refuse": refuse})))
	}
	assert.Equal(s.t, []string{"change_external_contact.transfer_fail"}, end(customers[0], true))
	assert.Equal(s.t, []string{"change_external_contact.del_external_contact", "change_external_contact.add_external_contact"}, end(customers[1], false))
	all = list(s.get(at+"/transfers"), "transfers")
	assert.Equal(s.t, []any{3.0, 1.0}, []any{all[0]["status"], all[1]["status"]})
	s.wrong(http.MethodPost, at+"/transfers/end", marshal(obj{"to_user_id": users[2], "external_user_id": customers[0]}))
}

func massMessages(s *sandbox) {
	at, token, users, customers := s.followed()
	id := text(s.call("externalcontact/add_msg_template?access_token="+token, marshal(obj{"external_userid": customers, "text": obj{"content": "Fresh tea"}})), "msgid")
	all := list(s.get(at+"/group-messages"), "messages")
	require.Len(s.t, all, 1)
	assert.Equal(s.t, []any{id, "single", false}, []any{all[0]["message_id"], all[0]["kind"], all[0]["cancelled"]})
	assert.Equal(s.t, "Fresh tea", inner(list(all[0], "contents")[0], "content")["content"])
	s.wrong(http.MethodPost, at+"/group-messages/"+id+"/send", marshal(obj{"user_ids": users[2:]}))
	s.post(at+"/group-messages/"+id+"/send", "{}")
	task := list(list(s.get(at+"/group-messages"), "messages")[0], "tasks")[0]
	assert.Equal(s.t, users[1], task["user_id"])
	assert.NotEmpty(s.t, task["sent"])
	assert.EqualValues(s.t, 1, list(task, "to")[0]["status"])
	assert.Len(s.t, list(s.get(at+"/customers/"+customers[0]+"/messages"), "messages"), 1)
	s.wrong(http.MethodPost, at+"/group-messages/nothing/send", "{}")
}

func moments(s *sandbox) {
	at, token, users, customers := s.followed()
	image := s.upload(token, "upload_attachment?media_type=image&attachment_type=1", "tea.png", "\x89PNG\r\n\x1a\nrest")
	job := s.call("externalcontact/add_moment_task?access_token="+token, marshal(obj{"text": obj{"content": "Fresh tea"},
		"attachments":   []obj{{"msgtype": "image", "image": obj{"media_id": image}}},
		"visible_range": obj{"sender_list": obj{"user_list": users[1:2]}}}))["jobid"]
	all := list(s.get(at+"/moments"), "moments")
	require.Len(s.t, all, 1)
	assert.Equal(s.t, []any{job, "Fresh tea", true}, []any{all[0]["job_id"], all[0]["text"], all[0]["to_all"]})
	assert.Equal(s.t, image, inner(list(all[0], "contents")[0], "content")["media_id"])
	moment := at + "/moments/" + text(all[0], "moment_id")
	react := marshal(obj{"user_id": users[1], "external_user_id": customers[0], "like": true})
	s.wrong(http.MethodPost, moment+"/react", react)
	s.post(moment+"/publish", "{}")
	s.post(moment+"/react", react)
	task := list(list(s.get(at+"/moments"), "moments")[0], "tasks")[0]
	assert.Equal(s.t, true, task["published"])
	assert.Len(s.t, task["to"], 2)
	assert.Equal(s.t, true, list(task, "reactions")[0]["like"])
	s.wrong(http.MethodPost, moment+"/publish", marshal(obj{"user_ids": users[1:2]}))
}
