package sandbox

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func looks(s *sandbox) {
	table := s.get("")
	assert.Len(s.t, list(table, "routes"), len(Routes()))
	corps := list(s.get("/corps"), "corps")
	require.Len(s.t, corps, 1)
	assert.Len(s.t, list(corps[0], "members"), usualMembers)
	status := s.get("/status")
	assert.EqualValues(s.t, 1, status["corps"])
	assert.Equal(s.t, s.server.URL, status["base_url"])
	assert.Empty(s.t, list(s.get("/installs"), "installs"))
	hidden := list(s.get("/environment"), "variables")
	open := list(s.get("/environment?reveal=true"), "variables")
	require.Len(s.t, open, len(hidden))
	for i, v := range open {
		name := text(v, "name")
		if v["secret"] == false {
			assert.Equal(s.t, v, hidden[i], name)
			continue
		}
		assert.Regexp(s.t, `^#[0-9a-f]{8}$`, text(hidden[i], "value"), name)
		assert.Equal(s.t, text(v, "value"), s.reveal(text(hidden[i], "value")), name)
	}
	for _, channel := range []string{"command", "data", "system"} {
		out := s.post("/urls/check", `{"channel":"`+channel+`"}`)
		assert.Equal(s.t, true, out["ok"], channel)
		assert.Equal(s.t, text(inner(out, "try"), "body"), text(out, "want"), channel)
	}
	out := s.post("/urls", marshal(obj{"suite_id": s.cfg.Apps[0].SuiteId, "data_url": s.app.URL + "/template"}))
	assert.Empty(s.t, pushed(out))
	out = s.post("/urls/check", `{"channel":"data"}`)
	assert.Equal(s.t, false, out["ok"], "another key")
	assert.Contains(s.t, text(out, "problem"), "403")
	out = s.post("/urls", marshal(obj{"command_url": s.app.URL + "/app", "data_url": s.app.URL + "/app"}))
	assert.Equal(s.t, []string{"suite_ticket"}, pushed(out))
}

func installs(s *sandbox) {
	corp, users := s.corp()
	first, template := s.cfg.Apps[0].SuiteId, s.cfg.Apps[1].SuiteId
	out := s.post("/installs", marshal(obj{"corp_id": corp, "state": "order-07"}))
	assert.Equal(s.t, []string{"create_auth"}, pushed(out))
	assert.Equal(s.t, "order-07", text(inner(out, "install"), "state"))
	out = s.post("/installs/"+first+"/"+corp+"/change", "")
	assert.Equal(s.t, []string{"change_auth"}, pushed(out))
	s.post("/installs", marshal(obj{"corp_id": corp, "suite_id": template}))
	before := text(list(s.get("/corps/"+corp), "installs")[0], "permanent_code")
	out = s.post("/installs/"+template+"/"+corp+"/reset", "")
	assert.Equal(s.t, []string{"reset_permanent_code"}, pushed(out))
	assert.NotEqual(s.t, before, text(inner(out, "install"), "permanent_code"))
	code, _ := s.wrong(http.MethodPost, "/installs/"+first+"/"+corp+"/reset", "")
	assert.Equal(s.t, "refused", code, "a third-party app has none")

	out = s.post("/logins", marshal(obj{"corp_id": corp, "user_id": users[1]}))
	assert.Regexp(s.t, "^#", text(out, "code"))
	out = s.do(http.MethodDelete, "/installs/"+first+"/"+corp, "")
	assert.Equal(s.t, []string{"cancel_auth"}, pushed(out))
	code, message := s.wrong(http.MethodDelete, "/installs/"+first+"/"+corp, "")
	assert.Equal(s.t, "not_installed", code)
	assert.Contains(s.t, message, "POST /api/v1/installs")
	follow(s, corp)
}

// follow installs by a link of the provider's site.
func follow(s *sandbox, corp string) {
	a := s.cfg.Apps[0]
	ticket := s.reveal(text(list(list(s.get("/suites"), "suites")[0], "tickets")[0], "ticket"))
	token := text(s.call("service/get_suite_token", marshal(obj{"suite_id": a.SuiteId, "suite_secret": a.Secret, "suite_ticket": ticket})), "suite_access_token")
	_, answer := s.ask(http.MethodGet, "/cgi-bin/service/get_pre_auth_code?suite_access_token="+token, "")
	pre := strings.Split(strings.Split(string(answer), `"pre_auth_code":"`)[1], `"`)[0]
	link := "https://open.work.weixin.qq.com/3rdapp/install?" + url.Values{"suite_id": {a.SuiteId}, "pre_auth_code": {pre},
		"redirect_uri": {"https://isv.example.com/back"}, "state": {"s1"}}.Encode()
	out := s.post("/installs/follow", marshal(obj{"corp_id": corp, "link": link}))
	back, err := url.Parse(text(out, "redirect"))
	require.NoError(s.t, err)
	assert.Equal(s.t, "isv.example.com/back", back.Host+back.Path)
	assert.Equal(s.t, []string{text(out, "auth_code"), "s1"}, []string{back.Query().Get("auth_code"), back.Query().Get("state")})
	assert.NotEmpty(s.t, s.reveal(text(out, "auth_code")))
	s.wrong(http.MethodPost, "/installs/follow", marshal(obj{"corp_id": corp, "link": "https://x/3rdapp/scan?code=nothing"}))
}

func people(s *sandbox) {
	corp, users := s.corp()
	s.post("/installs", marshal(obj{"corp_id": corp}))
	out := s.post("/corps/"+corp+"/departments", `{"name":"Sales"}`)
	assert.Equal(s.t, []string{"change_contact.create_party"}, pushed(out))
	id := out["id"]
	assert.Len(s.t, list(s.get("/corps/"+corp+"/departments"), "departments"), 2)
	out = s.post("/corps/"+corp+"/members", marshal(obj{"name": "Lin", "departments": []any{id}}))
	assert.Equal(s.t, []string{"change_contact.create_user"}, pushed(out))
	lin := text(inner(out, "member"), "user_id")
	out = s.post("/corps/"+corp+"/members", marshal(obj{"user_id": lin, "left": true}))
	assert.Equal(s.t, []string{"change_contact.delete_user"}, pushed(out))
	assert.Equal(s.t, "Lin", text(inner(out, "member"), "name"), "what is left out stays")
	s.wrong(http.MethodPost, "/corps/"+corp+"/members", `{"user_id":"nobody","left":true}`)
	s.wrong(http.MethodPost, "/corps/"+corp+"/members", marshal(obj{"user_id": users[0], "departments": []int{99}}))
	out = s.post("/corps/"+corp+"/test", `{"test":true}`)
	assert.Equal(s.t, true, out["test"])
}

func licences(s *sandbox) {
	corp, users := s.corp()
	installed := s.post("/installs", marshal(obj{"corp_id": corp}))
	assert.EqualValues(s.t, 5, s.post("/balance", `{"fen":5}`)["fen"])
	out := s.post("/orders", marshal(obj{"corp_id": corp, "buyer": "chen", "base": 2, "months": 1}))
	id := text(inner(out, "order"), "order_id")
	code, _ := s.wrong(http.MethodPost, "/orders/"+id+"/refund", "{}")
	assert.Equal(s.t, "refused", code, "it is not paid")
	out = s.post("/orders/"+id+"/pay", "{}")
	assert.EqualValues(s.t, 1, inner(out, "order")["status"])
	assert.Equal(s.t, []string{"license_pay_success"}, pushed(out))
	provider, _ := s.tokens(installed, corp)
	codes := list(s.get("/orders/"+id), "codes")
	require.Len(s.t, codes, 2)
	s.call("license/active_account?provider_access_token="+provider, marshal(obj{"active_code": codes[0]["code"], "corpid": corp, "userid": users[1]}))
	codes = list(s.get("/orders/"+id), "codes")
	assert.Equal(s.t, users[1], codes[0]["user_id"])
	s.post("/orders/"+id+"/refund", "{}")
	out = s.post("/orders/"+id+"/refund/decide", `{"approve":true}`)
	assert.EqualValues(s.t, 5, inner(out, "order")["status"])
	assert.Equal(s.t, []string{"license_refund"}, pushed(out))
	out = s.post("/orders", marshal(obj{"corp_id": corp, "buyer": "chen", "base": 1, "months": 1}))
	out = s.post("/orders/"+text(inner(out, "order"), "order_id")+"/expire", "{}")
	assert.EqualValues(s.t, 3, inner(out, "order")["status"])
	assert.Len(s.t, list(s.get("/orders?corp_id="+corp), "orders"), 2)
	assert.Empty(s.t, list(s.get("/orders?corp_id=other"), "orders"))
	s.wrong(http.MethodPost, "/orders", marshal(obj{"corp_id": corp, "buyer": "chen", "months": 1}))
}

func appOrders(s *sandbox) {
	corp, users := s.corp()
	out := s.post("/app-orders", marshal(obj{"corp_id": corp, "operator": users[0], "edition_id": "sp1", "price": 100, "days": 30}))
	assert.Equal(s.t, []string{"open_order"}, pushed(out))
	id := text(out, "order_id")
	out = s.post("/app-orders/"+id+"/move", `{"status":1}`)
	assert.Equal(s.t, []string{"pay_for_app_success"}, pushed(out))
	all := list(s.get("/app-orders?corp_id="+corp), "orders")
	require.Len(s.t, all, 1)
	assert.EqualValues(s.t, 1, all[0]["status"])
	assert.Equal(s.t, "sp1", all[0]["edition_id"])
	s.wrong(http.MethodPost, "/app-orders/"+id+"/move", `{"status":3}`)
	s.wrong(http.MethodPost, "/app-orders", marshal(obj{"corp_id": corp, "price": -1}))
}

func customerLife(s *sandbox) {
	corp, users := s.corp()
	s.post("/installs", marshal(obj{"corp_id": corp}))
	at := "/corps/" + corp
	out := s.post(at+"/customers", marshal(obj{"user_id": users[1]}))
	assert.Equal(s.t, []string{"change_external_contact.add_external_contact"}, pushed(out))
	who := text(inner(out, "customer"), "external_user_id")
	assert.NotEmpty(s.t, text(inner(out, "customer"), "name"))
	s.wrong(http.MethodPost, at+"/customers", `{}`)
	out = s.post(at+"/groups", marshal(obj{"name": "VIP", "owner": users[1], "people": []obj{{"external_user_id": who}}}))
	assert.Equal(s.t, []string{"change_external_chat.create"}, pushed(out))
	chat := text(out, "chat_id")
	s.post(at+"/groups/"+chat+"/join", `{"external_user_id":"wmNew"}`)
	s.post(at+"/groups/"+chat+"/leave", `{"external_user_id":"wmNew"}`)
	all := s.get(at + "/customers")
	assert.Len(s.t, list(all, "customers"), 1)
	require.Len(s.t, list(all, "groups"), 1)
	assert.Equal(s.t, []any{users[1], who}, list(all, "groups")[0]["people"])
	out = s.post(at+"/groups/"+chat+"/dismiss", "{}")
	assert.Equal(s.t, []string{"change_external_chat.dismiss"}, pushed(out))
	assert.Empty(s.t, list(s.get(at+"/customers/"+who+"/messages"), "messages"))
	out = s.post(at+"/customers/remove", marshal(obj{"user_id": users[1], "external_user_id": who, "by_customer": true}))
	assert.Equal(s.t, []string{"change_external_contact.del_follow_user"}, pushed(out))
	out = s.post(at+"/customers/remove", marshal(obj{"user_id": users[1], "external_user_id": who}))
	assert.Equal(s.t, []string{"change_external_contact.del_external_contact"}, pushed(out))
}
