package fakewecom

import (
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestLoginThirdParty(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	visit := Login{SuiteId: testSuite, CorpId: testCorp, UserId: "woBo", Private: true}
	ask := func(code string) obj { return w.call("getuserinfo3rd", url.Values{"code": {code}}) }

	value := w.LoginCode(visit)
	out := ask(value)
	require.Zero(t, errcode(out))
	assert.Equal(t, testCorp, out["corpid"])
	assert.Equal(t, "woBo", out["userid"])
	assert.Equal(t, "woBo", out["open_userid"])
	assert.Equal(t, 7200.0, out["expires_in"])
	assert.Equal(t, 42022, errcode(ask(value)), "once")
	assert.Equal(t, 40029, errcode(ask("unknown")))
	late := w.LoginCode(visit)
	w.clock.add(5 * time.Minute)
	assert.Equal(t, 42003, errcode(ask(late)))

	foreign := w.LoginCode(Login{SuiteId: testTemplate, CorpId: testCorp, UserId: "woBo"})
	assert.Equal(t, 40029, errcode(ask(foreign)), "of another suite")
	assert.Equal(t, 48002, errcode(w.callAs("getuserinfo3rd", testTemplate, "", url.Values{"code": {foreign}})))
	assert.Equal(t, obj{"errcode": 0.0, "errmsg": "ok", "openid": "oX"}, ask(w.LoginCode(Login{SuiteId: testSuite, OpenId: "oX"})))
	hidden := visit
	hidden.UserId = "woCy"
	assert.NotContains(t, ask(w.LoginCode(hidden)), "user_ticket")

	ticket := ask(w.LoginCode(visit))["user_ticket"].(string)
	detail := func(v string) obj { return w.call("getuserdetail3rd", obj{"user_ticket": v}) }
	assert.Equal(t, "Bo", detail(ticket)["name"])
	assert.Equal(t, "1", detail(ticket)["gender"], "a ticket works more than once; gender is text")
	assert.Equal(t, 84015, errcode(detail("unknown")))
	assert.Equal(t, 84090, errcode(w.call("getuserdetail3rd", obj{})))
	w.clock.add(7200 * time.Second)
	assert.Equal(t, 84014, errcode(detail(ticket)))

	legacy := w.call("getuserinfo3rd_legacy", url.Values{"code": {w.LoginCode(visit)}})
	assert.Equal(t, testCorp, legacy["CorpId"])
	legacy = w.call("getuserinfo3rd_legacy", url.Values{"code": {w.LoginCode(Login{SuiteId: testSuite, OpenId: "oX"})}})
	assert.Equal(t, "oX", legacy["OpenId"])
	assert.Equal(t, 40029, errcode(w.call("getuserinfo3rd_legacy", url.Values{"code": {"x"}})))
}

func TestLoginCustomised(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	w.install(testTemplate)
	ask := func(l Login) obj {
		return w.callAs("auth_getuserinfo", testTemplate, testCorp, url.Values{"code": {w.LoginCode(l)}})
	}
	visit := Login{SuiteId: testTemplate, CorpId: testCorp, UserId: "woAnna", Private: true}
	out := ask(visit)
	assert.Equal(t, "woAnna", out["userid"])
	assert.NotContains(t, out, "corpid")
	detail := w.callAs("auth_getuserdetail", testTemplate, testCorp, obj{"user_ticket": out["user_ticket"]})
	assert.Equal(t, "woAnna", detail["userid"])
	assert.Equal(t, "oX", ask(Login{SuiteId: testTemplate, OpenId: "oX"})["openid"])
	visit.CorpId = "wpOther"
	assert.Equal(t, 40029, errcode(ask(visit)))

	w.install(testSuite)
	out = w.callAs("auth_getuserdetail", testSuite, testCorp, obj{"user_ticket": out["user_ticket"]})
	assert.Equal(t, 84015, errcode(out), "ticket of another app")
}

func TestGetLoginInfo(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	w.install(testSuite)
	ask := func(l Login) obj { return w.call("get_login_info", obj{"auth_code": w.LoginCode(l)}) }
	admin := ask(Login{CorpId: testCorp, UserId: "woAnna"})
	assert.Equal(t, 1.0, admin["usertype"])
	assert.Len(t, admin["agent"], 1)
	assert.Equal(t, obj{"corpid": testCorp}, admin["corp_info"])
	member := ask(Login{CorpId: testCorp, UserId: "woBo"})
	assert.Equal(t, 5.0, member["usertype"])
	assert.Empty(t, member["agent"])
	assert.Equal(t, 40029, errcode(ask(Login{SuiteId: testSuite, CorpId: testCorp, UserId: "woBo"})))
}

func TestMiniProgram(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	w.install(testSuite)
	visit := Login{SuiteId: testSuite, CorpId: testCorp, UserId: "woBo"}
	ask := func(name, grant string) obj {
		return w.call(name, url.Values{"js_code": {w.LoginCode(visit)}, "grant_type": {grant}})
	}
	third := ask("miniprogram_jscode2session", "authorization_code")
	assert.Equal(t, "woBo", third["userid"])
	assert.NotEmpty(t, third["session_key"])
	assert.Equal(t, 40058, errcode(ask("miniprogram_jscode2session", "other")))
	assert.Equal(t, testCorp, ask("miniprogram_jscode2session_corp", "authorization_code")["corpid"])
	visit.SuiteId = testTemplate
	assert.Equal(t, 40029, errcode(ask("miniprogram_jscode2session", "authorization_code")))
}

func TestIds(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	plain := w.corps[testCorp].PlainId
	open := func(id string) obj { return w.call("corpid_to_opencorpid", obj{"corpid": id}) }
	assert.Equal(t, 48001, errcode(open(plain)), "no authorisation yet")
	w.install(testSuite)
	assert.Equal(t, testCorp, open(plain)["open_corpid"])
	assert.Equal(t, 40013, errcode(open("wwnobody")))
	assert.Equal(t, plain, w.call("opencorpid_to_corpid", obj{"open_corpid": testCorp, "source_agentid": 1})["corpid"])
	assert.Equal(t, 40013, errcode(w.call("opencorpid_to_corpid", obj{"open_corpid": "wpX", "source_agentid": 1})))

	out := w.call("userid_to_openuserid", obj{"userid_list": []string{"Anna", "nobody"}})
	assert.Equal(t, []any{obj{"userid": "Anna", "open_userid": "woAnna"}}, out["open_userid_list"])
	assert.Equal(t, []any{"nobody"}, out["invalid_userid_list"])
	out = w.call("openuserid_to_userid", obj{"open_userid_list": []string{"woAnna", "woX"}, "source_agentid": 1})
	assert.Equal(t, []any{obj{"userid": "Anna", "open_userid": "woAnna"}}, out["userid_list"])
	assert.Equal(t, []any{"woX"}, out["invalid_open_userid_list"])

	out = w.call("idconvert_external_tagid", obj{"external_tagid_list": []string{"etA", "A"}})
	items := out["items"].([]any)
	require.Len(t, items, 1)
	assert.Regexp(t, "^et[0-9a-f]{30}$", items[0].(obj)["open_external_tagid"])
	assert.Equal(t, []any{"A"}, out["invalid_external_tagid_list"])
	assert.Equal(t, out, w.call("idconvert_external_tagid", obj{"external_tagid_list": []string{"etA", "A"}}), "the same every time")
	out = w.call("get_new_external_userid", obj{"external_userid_list": []string{"wmA", "A"}})
	assert.Len(t, out["items"], 1)
}

func TestRegister(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	assert.Equal(t, 84019, errcode(w.call("get_register_code", obj{"state": "a"})))
	assert.Equal(t, 84025, errcode(w.call("get_register_code", obj{"template_id": "tpl", "state": "a-b"})))
	value := w.call("get_register_code", obj{"template_id": "tpl", "state": "s3"})["register_code"].(string)
	info := func(v string) obj { return w.call("get_register_info", obj{"register_code": v}) }
	assert.Equal(t, 84021, errcode(info("")))
	assert.Equal(t, 84022, errcode(info("unknown")))
	assert.Equal(t, 84024, errcode(info(value)), "nobody has registered yet")
	require.Error(t, w.Register("unknown", testCorp))
	require.NoError(t, w.Register(value, testCorp))
	out := info(value)
	assert.Equal(t, testCorp, out["corpid"])
	assert.Equal(t, "s3", out["state"])
	sync := out["contact_sync"].(obj)
	assert.Equal(t, 1800.0, sync["expires_in"])

	got := w.call("get_permanent_code_v2", obj{"auth_code": w.promoted(value)})
	assert.Equal(t, obj{"register_code": value, "template_id": "tpl", "state": "s3"}, got["register_code_info"])

	detail := w.callWith(endpointNamed(t, "auth_getuserdetail"), url.Values{"access_token": {sync["access_token"].(string)}}, obj{"user_ticket": "x"})
	assert.Equal(t, 84015, errcode(detail), "a token without a suite")
	assert.Equal(t, 84023, errcode(w.call("contact_sync_success", url.Values{})), "with an ordinary corp token")
	q := url.Values{"access_token": {sync["access_token"].(string)}}
	end := endpointNamed(t, "contact_sync_success")
	assert.Zero(t, errcode(w.callWith(end, q, url.Values{})))
	assert.Equal(t, 40014, errcode(w.callWith(end, q, url.Values{})), "the token ends early")
}

// promoted installs by a promotion link and returns the auth code.
func (w *world) promoted(register string) string {
	w.t.Helper()
	value, err := w.Install(w.t.Context(), testSuite, testCorp, InstallOptions{FromProviderSite: true, RegisterCode: register})
	require.NoError(w.t, err)
	return value
}

func TestLowerToken(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	w.install(testSuite)
	require.NoError(t, w.AddCorp(Corp{Id: "wpLower", Members: []Member{{UserId: "woZ", Admin: true}}}))
	out := w.call("corpgroup_gettoken", obj{"corpid": "wpLower", "agentid": 7})
	list := w.callWith(endpointNamed(t, "agent_get_admin_list"), url.Values{"access_token": {out["access_token"].(string)}}, obj{})
	assert.Equal(t, []any{obj{"userid": "woZ", "auth_type": 1.0}}, list["admin"])
	assert.Equal(t, 670001, errcode(w.call("corpgroup_gettoken", obj{"corpid": "wpNobody", "agentid": 7})))
}

func TestUpdateMember(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	w.install(testSuite)
	require.NoError(t, w.UpdateMember(testCorp, Member{UserId: "woBo", Name: "Bo", Admin: true}))
	assert.Len(t, w.call("agent_get_admin_list", obj{})["admin"], 2)
	assert.Len(t, w.corps[testCorp].Members, 3)
}
