package platform_test

import (
	"bytes"
	"context"
	"image/png"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/fakewecom/faketest"
	"github.com/gothird/wecom/internal/fakewecom/platform"
	"github.com/gothird/wecom/internal/spec"
)

func TestInstallPushesCreateAuth(t *testing.T) {
	t.Parallel()
	w := faketest.New(t, platform.Options{})
	value, err := w.Install(t.Context(), faketest.Suite, faketest.Corp, platform.InstallOptions{State: "st]]>&1"})
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(value), 64)
	p := w.LastPush()
	assert.Equal(t, "/command", p.Path)
	assert.Equal(t, faketest.Suite, p.Receive)
	assert.Equal(t, "<xml><SuiteId><![CDATA["+faketest.Suite+"]]></SuiteId><AuthCode><![CDATA["+value+"]]></AuthCode>"+
		"<InfoType><![CDATA[create_auth]]></InfoType><TimeStamp>1760000000</TimeStamp><State>st]]&gt;&amp;1</State></xml>", p.Payload)

	_, err = w.Install(t.Context(), faketest.Suite, "wpNobody", platform.InstallOptions{})
	assert.Error(t, err)
	_, err = w.Install(t.Context(), "ww404", faketest.Corp, platform.InstallOptions{})
	assert.Error(t, err)
}

func TestExchange(t *testing.T) {
	t.Parallel()
	w := faketest.New(t, platform.Options{})
	value := w.AuthCode(faketest.Suite)
	out := w.Call("get_permanent_code", obj{"auth_code": value})
	require.Zero(t, faketest.Errcode(out))
	assert.NotEmpty(t, out["permanent_code"])
	assert.NotEmpty(t, out["access_token"])
	assert.Equal(t, "st1", out["state"])
	assert.Equal(t, "woAnna", out["auth_user_info"].(obj)["userid"])
	assert.Equal(t, faketest.Corp, out["auth_corp_info"].(obj)["corpid"])
	agent := out["auth_info"].(obj)["agent"].([]any)[0].(obj)
	assert.Equal(t, false, agent["is_customized_app"])
	assert.Equal(t, []any{"woAnna", "woBo"}, agent["privilege"].(obj)["allow_user"], "not the hidden member")

	assert.Equal(t, 40078, faketest.Errcode(w.Call("get_permanent_code", obj{"auth_code": value})), "used")
	assert.Equal(t, 40058, faketest.Errcode(w.Call("get_permanent_code_v2", obj{"auth_code": "short"})))
	assert.Equal(t, 41008, faketest.Errcode(w.Call("get_permanent_code_v2", obj{})))

	again := w.AuthCode(faketest.Suite)
	assert.Equal(t, 40082, faketest.Errcode(w.CallAs("get_permanent_code_v2", faketest.Template, "", obj{"auth_code": again})), "of another suite")
	v2 := w.Call("get_permanent_code_v2", obj{"auth_code": again})
	assert.Equal(t, out["permanent_code"], v2["permanent_code"], "authorised anew: the same permanent code")
	assert.NotContains(t, v2, "access_token")
	assert.NotContains(t, v2, "auth_info")

	late := w.AuthCode(faketest.Suite)
	w.Clock.Add(10 * time.Minute)
	assert.Equal(t, 40078, faketest.Errcode(w.Call("get_permanent_code", obj{"auth_code": late})))
}

func TestCustomisedExchange(t *testing.T) {
	t.Parallel()
	w := faketest.New(t, platform.Options{})
	out := w.CallAs("get_permanent_code", faketest.Template, "", obj{"auth_code": w.AuthCode(faketest.Template)})
	require.Zero(t, faketest.Errcode(out))
	assert.NotContains(t, out, "access_token")
	agent := out["auth_info"].(obj)["agent"].([]any)[0].(obj)
	assert.Equal(t, true, agent["is_customized_app"])
	assert.Equal(t, 0.0, agent["privilege"].(obj)["level"])
}

func TestAuthInfo(t *testing.T) {
	t.Parallel()
	w := faketest.New(t, platform.Options{})
	_, err := w.Install(t.Context(), faketest.Suite, faketest.Corp, platform.InstallOptions{FromProviderSite: true, AgentId: 1000044, MemberMode: true})
	require.NoError(t, err)
	require.Empty(t, w.Pushes())
	pc := w.Call("get_permanent_code_v2", obj{"auth_code": w.AuthCode(faketest.Suite)})["permanent_code"]
	v1 := w.Call("get_auth_info", obj{"auth_corpid": faketest.Corp, "permanent_code": pc})
	assert.Equal(t, 1000044.0, v1["auth_info"].(obj)["agent"].([]any)[0].(obj)["agentid"])
	assert.Contains(t, v1["auth_corp_info"], "corp_wxqrcode")
	v2 := w.Call("get_auth_info_v2", obj{"auth_corpid": faketest.Corp, "permanent_code": pc})
	assert.NotContains(t, v2["auth_corp_info"], "corp_wxqrcode")
	assert.Equal(t, 40084, faketest.Errcode(w.Call("get_auth_info", obj{"auth_corpid": faketest.Corp, "permanent_code": "x"})))

	admins := w.Call("get_admin_list", obj{"auth_corpid": faketest.Corp, "agentid": 1000044})["admin"]
	assert.Equal(t, []any{obj{"userid": "woAnna", "open_userid": "woAnna", "auth_type": 1.0}}, admins)
	assert.Equal(t, 301002, faketest.Errcode(w.Call("get_admin_list", obj{"auth_corpid": faketest.Corp, "agentid": 1})))
	assert.Equal(t, 48004, faketest.Errcode(w.Call("get_admin_list", obj{"auth_corpid": "wpX", "agentid": 1000044})))
}

// Member authorisation of an old multi-app suite in a corp without administrator.
func TestMemberMode(t *testing.T) {
	t.Parallel()
	w := faketest.New(t, platform.Options{})
	require.NoError(t, w.AddCorp(platform.Corp{Id: "wpTeam", Name: "Team"}))
	require.NoError(t, w.AddSuite(platform.Suite{Id: faketest.Suite, Secret: "s", AppId: 3}))
	value, err := w.Install(t.Context(), faketest.Suite, "wpTeam", platform.InstallOptions{FromProviderSite: true, MemberMode: true})
	require.NoError(t, err)
	out := w.Call("get_permanent_code", obj{"auth_code": value})
	agent := out["auth_info"].(obj)["agent"].([]any)[0].(obj)
	assert.Equal(t, 1.0, agent["auth_mode"])
	assert.Equal(t, 3.0, agent["appid"])
	assert.Equal(t, "", out["auth_corp_info"].(obj)["corp_industry"])
	assert.Equal(t, "", out["auth_user_info"].(obj)["userid"])
	assert.NotContains(t, out, "state")
}

func TestProviderSiteInstall(t *testing.T) {
	t.Parallel()
	w := faketest.New(t, platform.Options{})
	pre := w.Call("get_pre_auth_code", url.Values{})
	value := pre["pre_auth_code"].(string)
	assert.Equal(t, 1200.0, pre["expires_in"])
	link := func(suite, code, back string) string {
		return "https://open.work.weixin.qq.com/3rdapp/install?" + url.Values{"suite_id": {suite}, "pre_auth_code": {code}, "redirect_uri": {back}, "state": {"s7"}}.Encode()
	}
	const back = "https://isv.example.com/installed?tenant=5"
	got, err := w.FollowLink(link(faketest.Suite, value, back), faketest.Corp, platform.InstallOptions{})
	require.NoError(t, err)
	u, err := url.Parse(got)
	require.NoError(t, err)
	assert.Equal(t, "isv.example.com/installed", u.Host+u.Path)
	assert.Equal(t, "5", u.Query().Get("tenant"))
	assert.Equal(t, "s7", u.Query().Get("state"))
	assert.Equal(t, "600", u.Query().Get("expires_in"))
	assert.Empty(t, w.Pushes(), "only the redirect brings the code")
	assert.Zero(t, faketest.Errcode(w.Call("get_permanent_code_v2", obj{"auth_code": u.Query().Get("auth_code")})))

	for _, bad := range []string{
		link(faketest.Suite, "unknown", back), link(faketest.Template, value, back), link(faketest.Suite, value, "nowhere"), "::",
	} {
		_, err := w.FollowLink(bad, faketest.Corp, platform.InstallOptions{})
		assert.Error(t, err, bad)
	}
	_, err = w.FollowLink(link(faketest.Suite, value, back), "wpNobody", platform.InstallOptions{})
	assert.Error(t, err)

	set := func(code string) int {
		return faketest.Errcode(w.Call("set_session_info", obj{"pre_auth_code": code, "session_info": obj{"auth_type": 1}}))
	}
	assert.Zero(t, set(value))
	_, err = w.FollowLink(link(faketest.Suite, value, back), faketest.Corp, platform.InstallOptions{})
	assert.ErrorContains(t, err, "auth_type", "test mode of a published app")
	assert.Equal(t, 40077, set("unknown"))
	w.Clock.Add(1200 * time.Second)
	assert.Equal(t, 42007, set(value))
	_, err = w.FollowLink(link(faketest.Suite, value, back), faketest.Corp, platform.InstallOptions{})
	assert.Error(t, err)
}

func TestCancelAndChange(t *testing.T) {
	t.Parallel()
	w := faketest.New(t, platform.Options{})
	first := w.Call("get_permanent_code_v2", obj{"auth_code": w.AuthCode(faketest.Suite)})["permanent_code"]
	pending := w.AuthCode(faketest.Suite)
	require.NoError(t, w.Change(t.Context(), faketest.Suite, faketest.Corp))
	assert.Contains(t, w.LastPush().Payload, "<InfoType><![CDATA[change_auth]]></InfoType>")
	require.NoError(t, w.Cancel(t.Context(), faketest.Suite, faketest.Corp))
	assert.Contains(t, w.LastPush().Payload, "<AuthCorpId><![CDATA["+faketest.Corp+"]]></AuthCorpId><InfoType><![CDATA[cancel_auth]]></InfoType>")
	assert.Equal(t, 40078, faketest.Errcode(w.Call("get_permanent_code_v2", obj{"auth_code": pending})))
	require.Error(t, w.Cancel(t.Context(), faketest.Suite, faketest.Corp))
	next := w.Call("get_permanent_code_v2", obj{"auth_code": w.AuthCode(faketest.Suite)})["permanent_code"]
	assert.NotEqual(t, first, next, "a new installation has a code of its own")
}

func TestResetPermanentCode(t *testing.T) {
	t.Parallel()
	w := faketest.New(t, platform.Options{})
	_, err := w.ResetPermanentCode(t.Context(), faketest.Template, faketest.Corp)
	require.Error(t, err, "not installed")
	exchange := func(code string) string {
		return w.CallAs("get_permanent_code_v2", faketest.Template, "", obj{"auth_code": code})["permanent_code"].(string)
	}
	token := func(pc string) obj {
		return w.Call("gettoken", url.Values{"corpid": {faketest.Corp}, "corpsecret": {pc}})
	}
	old := exchange(w.AuthCode(faketest.Template))
	value := token(old)["access_token"].(string)

	code, err := w.ResetPermanentCode(t.Context(), faketest.Template, faketest.Corp)
	require.NoError(t, err)
	p := w.LastPush()
	assert.Equal(t, "/template", p.Path)
	assert.Contains(t, p.Payload, "<AuthCode><![CDATA["+code+"]]></AuthCode><InfoType><![CDATA[reset_permanent_code]]></InfoType>")
	assert.Equal(t, 40001, faketest.Errcode(token(old)))
	assert.NotEmpty(t, token(exchange(code))["access_token"])
	out := w.CallWith(faketest.Endpoint(t, "agent_get_admin_list"), url.Values{"access_token": {value}}, obj{})
	assert.Zero(t, faketest.Errcode(out), "tokens that are out live on")

	w.AuthCode(faketest.Suite)
	_, err = w.ResetPermanentCode(t.Context(), faketest.Suite, faketest.Corp)
	assert.Error(t, err, "third-party apps have none")
}

func TestQrcodeAndAuthUrl(t *testing.T) {
	t.Parallel()
	w := faketest.New(t, platform.Options{})
	value, err := w.IssueToken(spec.CredentialSuite, faketest.Suite, "")
	require.NoError(t, err)
	res, data := w.Send(http.MethodPost, "/cgi-bin/service/get_app_qrcode", url.Values{"suite_access_token": {value}}, `{"suite_id":"`+faketest.Suite+`","style":0}`)
	assert.Equal(t, "image/png", res.Header.Get("Content-Type"))
	_, err = png.Decode(bytes.NewReader(data))
	require.NoError(t, err)

	qr := func(in obj) obj { in["result_type"] = 2; return w.Call("get_app_qrcode", in) }
	assert.Contains(t, qr(obj{"suite_id": faketest.Suite, "state": "booth12"})["qrcode"], "https://")
	require.NoError(t, scanned(w, qr(obj{"suite_id": faketest.Suite, "state": "booth13"})["qrcode"].(string), faketest.Corp))
	assert.Contains(t, w.LastPush().Payload, "<State><![CDATA[booth13]]></State>")
	assert.Equal(t, 48003, faketest.Errcode(qr(obj{"suite_id": faketest.Template})))
	assert.Equal(t, 40058, faketest.Errcode(qr(obj{"suite_id": faketest.Suite, "state": "a-b"})))
	assert.Equal(t, 40058, faketest.Errcode(qr(obj{"suite_id": faketest.Suite, "style": 5})))
	require.NoError(t, w.AddSuite(platform.Suite{Id: faketest.Suite, Secret: "new", Unpublished: true}))
	assert.Equal(t, 60246, faketest.Errcode(qr(obj{"suite_id": faketest.Suite})))

	link := func(ids ...string) obj {
		return w.Call("get_customized_auth_url", obj{"state": "s1", "templateid_list": ids})
	}
	good := link(faketest.Template)
	assert.Contains(t, good["qrcode_url"], "https://")
	assert.Equal(t, 864000.0, good["expires_in"])
	scan := good["qrcode_url"].(string)
	require.NoError(t, scanned(w, scan, faketest.Corp))
	assert.Equal(t, faketest.Template, w.LastPush().Receive)
	assert.Error(t, scanned(w, scan, "wpNobody"))
	assert.Error(t, scanned(w, scan+"x", faketest.Corp))
	assert.Error(t, scanned(w, "::", faketest.Corp))
	w.Clock.Add(10 * 24 * time.Hour)
	assert.Error(t, scanned(w, scan, faketest.Corp))
	assert.Equal(t, 842003, faketest.Errcode(link(faketest.Suite)))
	assert.Equal(t, 842004, faketest.Errcode(link(make([]string, 10)...)))
	assert.Equal(t, 842004, faketest.Errcode(link([]string{}...)))
	assert.Equal(t, 40058, faketest.Errcode(w.Call("get_customized_auth_url", obj{"state": "no-dash", "templateid_list": []string{faketest.Template}})))
}

func TestAdminMistakes(t *testing.T) {
	t.Parallel()
	s := platform.New(platform.Options{})
	assert.Error(t, s.AddProvider(platform.Provider{CorpId: "x"}))
	assert.Error(t, s.AddProvider(platform.Provider{CorpId: "x", Secret: "y", System: platform.Callback{URL: "http://h", Token: "a", EncodingAESKey: "short"}}))
	assert.Error(t, s.AddSuite(platform.Suite{Id: "x"}))
	assert.Error(t, s.AddSuite(platform.Suite{Id: "x", Secret: "y"}), "no provider")
	assert.Error(t, s.AddSuite(platform.Suite{Id: "x", Secret: "y", Command: platform.Callback{Token: "a b"}}))
	assert.Error(t, s.AddCorp(platform.Corp{}))
	assert.Error(t, s.UpdateMember("wpNobody", platform.Member{UserId: "woX"}))
}

func scanned(w *faketest.World, link, corpId string) error {
	_, err := w.Scan(context.Background(), link, corpId, platform.InstallOptions{})
	return err
}
