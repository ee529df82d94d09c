package platform_test

import (
	"net/url"
	"testing"
	"time"

	"github.com/gothird/wecom/internal/fakewecom/faketest"
	"github.com/gothird/wecom/internal/fakewecom/platform"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestLoginThirdParty(t *testing.T) {
	t.Parallel()
	w := faketest.New(t, platform.Options{})
	visit := platform.Login{SuiteId: faketest.Suite, CorpId: faketest.Corp, UserId: "woBo", Private: true}
	ask := func(code string) obj { return w.Call("getuserinfo3rd", url.Values{"code": {code}}) }

	value := w.LoginCode(visit)
	out := ask(value)
	require.Zero(t, faketest.Errcode(out))
	assert.Equal(t, faketest.Corp, out["corpid"])
	assert.Equal(t, "woBo", out["userid"])
	assert.Equal(t, "woBo", out["open_userid"])
	assert.Equal(t, 7200.0, out["expires_in"])
	assert.Equal(t, 42022, faketest.Errcode(ask(value)), "once")
	assert.Equal(t, 40029, faketest.Errcode(ask("unknown")))
	late := w.LoginCode(visit)
	w.Clock.Add(5 * time.Minute)
	assert.Equal(t, 42003, faketest.Errcode(ask(late)))

	foreign := w.LoginCode(platform.Login{SuiteId: faketest.Template, CorpId: faketest.Corp, UserId: "woBo"})
	assert.Equal(t, 40029, faketest.Errcode(ask(foreign)), "of another suite")
	assert.Equal(t, 48002, faketest.Errcode(w.CallAs("getuserinfo3rd", faketest.Template, "", url.Values{"code": {foreign}})))
	assert.Equal(t, obj{"errcode": 0.0, "errmsg": "ok", "openid": "oX"}, ask(w.LoginCode(platform.Login{SuiteId: faketest.Suite, OpenId: "oX"})))
	hidden := visit
	hidden.UserId = "woCy"
	assert.NotContains(t, ask(w.LoginCode(hidden)), "user_ticket")

	ticket := ask(w.LoginCode(visit))["user_ticket"].(string)
	detail := func(v string) obj { return w.Call("getuserdetail3rd", obj{"user_ticket": v}) }
	assert.Equal(t, "Bo", detail(ticket)["name"])
	assert.Equal(t, "1", detail(ticket)["gender"], "a ticket works more than once; gender is text")
	assert.Equal(t, 84015, faketest.Errcode(detail("unknown")))
	assert.Equal(t, 84090, faketest.Errcode(w.Call("getuserdetail3rd", obj{})))
	w.Clock.Add(7200 * time.Second)
	assert.Equal(t, 84014, faketest.Errcode(detail(ticket)))

	legacy := w.Call("getuserinfo3rd_legacy", url.Values{"code": {w.LoginCode(visit)}})
	assert.Equal(t, faketest.Corp, legacy["CorpId"])
	legacy = w.Call("getuserinfo3rd_legacy", url.Values{"code": {w.LoginCode(platform.Login{SuiteId: faketest.Suite, OpenId: "oX"})}})
	assert.Equal(t, "oX", legacy["OpenId"])
	assert.Equal(t, 40029, faketest.Errcode(w.Call("getuserinfo3rd_legacy", url.Values{"code": {"x"}})))
}

func TestLoginCustomised(t *testing.T) {
	t.Parallel()
	w := faketest.New(t, platform.Options{})
	w.AuthCode(faketest.Template)
	ask := func(l platform.Login) obj {
		return w.CallAs("auth_getuserinfo", faketest.Template, faketest.Corp, url.Values{"code": {w.LoginCode(l)}})
	}
	visit := platform.Login{SuiteId: faketest.Template, CorpId: faketest.Corp, UserId: "woAnna", Private: true}
	out := ask(visit)
	assert.Equal(t, "woAnna", out["userid"])
	assert.NotContains(t, out, "corpid")
	detail := w.CallAs("auth_getuserdetail", faketest.Template, faketest.Corp, obj{"user_ticket": out["user_ticket"]})
	assert.Equal(t, "woAnna", detail["userid"])
	assert.Equal(t, "oX", ask(platform.Login{SuiteId: faketest.Template, OpenId: "oX"})["openid"])
	visit.CorpId = "wpOther"
	assert.Equal(t, 40029, faketest.Errcode(ask(visit)))

	w.AuthCode(faketest.Suite)
	out = w.CallAs("auth_getuserdetail", faketest.Suite, faketest.Corp, obj{"user_ticket": out["user_ticket"]})
	assert.Equal(t, 84015, faketest.Errcode(out), "ticket of another app")
}

func TestGetLoginInfo(t *testing.T) {
	t.Parallel()
	w := faketest.New(t, platform.Options{})
	w.AuthCode(faketest.Suite)
	ask := func(l platform.Login) obj { return w.Call("get_login_info", obj{"auth_code": w.LoginCode(l)}) }
	admin := ask(platform.Login{CorpId: faketest.Corp, UserId: "woAnna"})
	assert.Equal(t, 1.0, admin["usertype"])
	assert.Len(t, admin["agent"], 1)
	assert.Equal(t, obj{"corpid": faketest.Corp}, admin["corp_info"])
	member := ask(platform.Login{CorpId: faketest.Corp, UserId: "woBo"})
	assert.Equal(t, 5.0, member["usertype"])
	assert.Empty(t, member["agent"])
	assert.Equal(t, 40029, faketest.Errcode(ask(platform.Login{SuiteId: faketest.Suite, CorpId: faketest.Corp, UserId: "woBo"})))
}

func TestMiniProgram(t *testing.T) {
	t.Parallel()
	w := faketest.New(t, platform.Options{})
	w.AuthCode(faketest.Suite)
	visit := platform.Login{SuiteId: faketest.Suite, CorpId: faketest.Corp, UserId: "woBo"}
	ask := func(name, grant string) obj {
		return w.Call(name, url.Values{"js_code": {w.LoginCode(visit)}, "grant_type": {grant}})
	}
	third := ask("miniprogram_jscode2session", "authorization_code")
	assert.Equal(t, "woBo", third["userid"])
	assert.NotEmpty(t, third["session_key"])
	assert.Equal(t, 40058, faketest.Errcode(ask("miniprogram_jscode2session", "other")))
	assert.Equal(t, faketest.Corp, ask("miniprogram_jscode2session_corp", "authorization_code")["corpid"])
	visit.SuiteId = faketest.Template
	assert.Equal(t, 40029, faketest.Errcode(ask("miniprogram_jscode2session", "authorization_code")))
}

func TestIds(t *testing.T) {
	t.Parallel()
	w := faketest.New(t, platform.Options{})
	const plain = faketest.PlainCorp
	open := func(id string) obj { return w.Call("corpid_to_opencorpid", obj{"corpid": id}) }
	assert.Equal(t, 48001, faketest.Errcode(open(plain)), "no authorisation yet")
	w.AuthCode(faketest.Suite)
	assert.Equal(t, faketest.Corp, open(plain)["open_corpid"])
	assert.Equal(t, 40013, faketest.Errcode(open("wwnobody")))
	assert.Equal(t, plain, w.Call("opencorpid_to_corpid", obj{"open_corpid": faketest.Corp, "source_agentid": 1})["corpid"])
	assert.Equal(t, 40013, faketest.Errcode(w.Call("opencorpid_to_corpid", obj{"open_corpid": "wpX", "source_agentid": 1})))

	out := w.Call("userid_to_openuserid", obj{"userid_list": []string{"Anna", "nobody"}})
	assert.Equal(t, []any{obj{"userid": "Anna", "open_userid": "woAnna"}}, out["open_userid_list"])
	assert.Equal(t, []any{"nobody"}, out["invalid_userid_list"])
	out = w.Call("openuserid_to_userid", obj{"open_userid_list": []string{"woAnna", "woX"}, "source_agentid": 1})
	assert.Equal(t, []any{obj{"userid": "Anna", "open_userid": "woAnna"}}, out["userid_list"])
	assert.Equal(t, []any{"woX"}, out["invalid_open_userid_list"])

	out = w.Call("idconvert_external_tagid", obj{"external_tagid_list": []string{"etA", "A"}})
	items := out["items"].([]any)
	require.Len(t, items, 1)
	assert.Regexp(t, "^et[0-9a-f]{30}$", items[0].(obj)["open_external_tagid"])
	assert.Equal(t, []any{"A"}, out["invalid_external_tagid_list"])
	assert.Equal(t, out, w.Call("idconvert_external_tagid", obj{"external_tagid_list": []string{"etA", "A"}}), "the same every time")
	out = w.Call("get_new_external_userid", obj{"external_userid_list": []string{"wmA", "A"}})
	assert.Len(t, out["items"], 1)
}

func TestRegister(t *testing.T) {
	t.Parallel()
	w := faketest.New(t, platform.Options{})
	assert.Equal(t, 84019, faketest.Errcode(w.Call("get_register_code", obj{"state": "a"})))
	assert.Equal(t, 84025, faketest.Errcode(w.Call("get_register_code", obj{"template_id": "tpl", "state": "a-b"})))
	value := w.Call("get_register_code", obj{"template_id": "tpl", "state": "s3"})["register_code"].(string)
	info := func(v string) obj { return w.Call("get_register_info", obj{"register_code": v}) }
	assert.Equal(t, 84021, faketest.Errcode(info("")))
	assert.Equal(t, 84022, faketest.Errcode(info("unknown")))
	assert.Equal(t, 84024, faketest.Errcode(info(value)), "nobody has registered yet")
	require.Error(t, w.Register("unknown", faketest.Corp))
	require.NoError(t, w.Register(value, faketest.Corp))
	out := info(value)
	assert.Equal(t, faketest.Corp, out["corpid"])
	assert.Equal(t, "s3", out["state"])
	sync := out["contact_sync"].(obj)
	assert.Equal(t, 1800.0, sync["expires_in"])

	got := w.Call("get_permanent_code_v2", obj{"auth_code": promoted(w, value)})
	assert.Equal(t, obj{"register_code": value, "template_id": "tpl", "state": "s3"}, got["register_code_info"])

	detail := w.CallWith(faketest.Endpoint(t, "auth_getuserdetail"), url.Values{"access_token": {sync["access_token"].(string)}}, obj{"user_ticket": "x"})
	assert.Equal(t, 84015, faketest.Errcode(detail), "a token without a suite")
	assert.Equal(t, 84023, faketest.Errcode(w.Call("contact_sync_success", url.Values{})), "with an ordinary corp token")
	q := url.Values{"access_token": {sync["access_token"].(string)}}
	end := faketest.Endpoint(t, "contact_sync_success")
	assert.Zero(t, faketest.Errcode(w.CallWith(end, q, url.Values{})))
	assert.Equal(t, 40014, faketest.Errcode(w.CallWith(end, q, url.Values{})), "the token ends early")
}

// promoted installs by a promotion link and returns the auth code.
func promoted(w *faketest.World, register string) string {
	w.T.Helper()
	value, err := w.Install(w.T.Context(), faketest.Suite, faketest.Corp, platform.InstallOptions{FromProviderSite: true, RegisterCode: register})
	require.NoError(w.T, err)
	return value
}

func TestLowerToken(t *testing.T) {
	t.Parallel()
	w := faketest.New(t, platform.Options{})
	w.AuthCode(faketest.Suite)
	require.NoError(t, w.AddCorp(platform.Corp{Id: "wpLower", Members: []platform.Member{{UserId: "woZ", Admin: true}}}))
	out := w.Call("corpgroup_gettoken", obj{"corpid": "wpLower", "agentid": 7})
	list := w.CallWith(faketest.Endpoint(t, "agent_get_admin_list"), url.Values{"access_token": {out["access_token"].(string)}}, obj{})
	assert.Equal(t, []any{obj{"userid": "woZ", "auth_type": 1.0}}, list["admin"])
	assert.Equal(t, 670001, faketest.Errcode(w.Call("corpgroup_gettoken", obj{"corpid": "wpNobody", "agentid": 7})))
}

func TestUpdateMember(t *testing.T) {
	t.Parallel()
	w := faketest.New(t, platform.Options{})
	w.AuthCode(faketest.Suite)
	require.NoError(t, w.UpdateMember(faketest.Corp, platform.Member{UserId: "woBo", Name: "Bo", Admin: true}))
	assert.Len(t, w.Call("agent_get_admin_list", obj{})["admin"], 2)
	known := w.Call("userid_to_openuserid", obj{"userid_list": []string{"Anna", "Bo", "Cy"}})
	assert.Len(t, known["open_userid_list"], 3, "the others are as they were")
}
