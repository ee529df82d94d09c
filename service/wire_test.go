package service

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"

	"github.com/gothird/wecom/data"
	"github.com/gothird/wecom/internal/spectest"
	"github.com/gothird/wecom/token"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// G: endpoint/zeros
func TestZerosThatMeanSomething(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		call func(api *token.Api) error
		want string
	}{
		{func(a *token.Api) error { return only(GetAppQrCode(a, QRCodeReq{Style: ptr(0), Appid: ptr(int64(0))})) },
			`{"suite_id":"ww00demo00suite01","appid":0,"style":0}`},
		{func(a *token.Api) error { return only(GetAppQrCode(a, QRCodeReq{SuiteId: "ww2"})) }, `{"suite_id":"ww2"}`},
		{func(a *token.Api) error { return SetSessionInfo(a, "p", SessionInfo{Appid: []int64{0}}) },
			`{"pre_auth_code":"p","session_info":{"appid":[0],"auth_type":0}}`},
		{func(a *token.Api) error {
			return FinishOpenIdMigration(a, OpenIdMigrationReq{CorpId: "c", AgentId: ptr(int64(0)), OpenIdType: []int{1}})
		}, `{"corpid":"c","agentid":0,"openid_type":[1]}`},
		{func(a *token.Api) error { return only(ContactSort(a, []string{"a"}, SortOption{})) },
			`{"auth_corpid":"wpDEMOcorp0001","useridlist":["a"],"sort_options":[{"sort_field":0,"sort_type":0}]}`},
		{func(a *token.Api) error { return only(SetScope(a, "t", Scope{})) }, `{"agentid":0}`},
	} {
		script, api := newScript(t, `{"errcode":0,"qrcode":"https://x.example"}`)
		require.NoError(t, test.call(api))
		assert.JSONEq(t, test.want, script.got[0].body)
	}
}

// G: endpoint/missing
func TestQrCodeIsToldByItsContent(t *testing.T) {
	t.Parallel()
	png := "\x89PNG\r\n\x1a\n\x00\xff"
	for _, test := range []struct{ answer, want string }{
		{png, base64.StdEncoding.EncodeToString([]byte(png))},
		{`{"errcode":0,"qrcode":"https://x.example/q?a=1&b=2"}`, "https://x.example/q?a=1&b=2"},
		{"\n {\"qrcode\":\"https://x.example\",\"errcode\":0}", "https://x.example"},
	} {
		for result := range 3 {
			_, api := newScript(t, test.answer)
			got, err := GetAppQrCode(api, QRCodeReq{ResultType: result})
			require.NoError(t, err)
			assert.Equal(t, test.want, got)
		}
	}
	for _, answer := range []string{"", `{}`, `{"qrcode":""}`, `{"errcode":0}`, `{"errcode":0,"qrcode":""}`} {
		_, api := newScript(t, answer, answer, answer)
		got, err := GetAppQrCode(api, QRCodeReq{})
		var failed *token.Error
		require.ErrorAs(t, err, &failed, "%q", answer)
		assert.Equal(t, strings.Contains(answer, "errcode"), strings.Contains(err.Error(), "the answer holds no image and no URL"), answer)
		assert.Empty(t, got)
	}
	_, api := newScript(t, `{"errcode":60246,"errmsg":"app not online"}`)
	_, err := GetAppQrCode(api, QRCodeReq{})
	assert.ErrorIs(t, err, token.Code(60246))
}

// G: endpoint/missing
func TestAnAnswerWithoutItsValue(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		field string
		call  func(a *token.Api) (any, error)
	}{
		{"open_corpid", func(a *token.Api) (any, error) { return CorpIdToOpenCorpId(a, "c") }},
		{"corpid", func(a *token.Api) (any, error) { return OpenCorpIdToCorpId(a, "t", "c", 1) }},
		{"external_userid", func(a *token.Api) (any, error) { return FromServiceExternalUserId(a, "t", "w", 1) }},
		{"external_userid", func(a *token.Api) (any, error) { return ToServiceExternalUserId(a, "w") }},
		{"mass_call_ticket", func(a *token.Api) (any, error) { return ApplyMassCallTicket(a) }},
		{"jobid", func(a *token.Api) (any, error) { return ContactIdTranslate(a, IdTranslate{MediaIdList: many(1)}) }},
		{"jobid", func(a *token.Api) (any, error) { return ImportChainContact(a, "t", "c", importOf(1, 1)) }},
		{"user_custom_id", func(a *token.Api) (any, error) { return GetChainUserCustomId(a, "c", "w", "u") }},
		{"pending_id", func(a *token.Api) (any, error) { return ChainUnionIdToPendingId(a, "u", "o") }},
		{"access_token", func(a *token.Api) (any, error) { return GetCorpGroupToken(a, LowerApp{CorpId: "c"}) }},
	} {
		_, api := newScript(t, `{"errcode":0}`)
		got, err := test.call(api)
		assert.Zero(t, got)
		assert.ErrorContains(t, err, "the answer holds no "+test.field)
	}
}

// G: request/lenient
func TestDeviceIdKeepsItsDigits(t *testing.T) {
	t.Parallel()
	_, api := newScript(t, `{"errcode":0,"device_info":{"device_id":6618424034010721282}}`)
	got, err := AddDevice(api, "m", "s", "")
	require.NoError(t, err)
	assert.Equal(t, int64(6618424034010721282), got.DeviceId)
}

// G: batch/items
func TestOneSearchOfABatchFails(t *testing.T) {
	t.Parallel()
	_, api := newScript(t, `{"errcode":0,"query_result_list":[{"is_last":true},{"errcode":-1,"errmsg":"system busy","is_last":false,"next_cursor":"c7"}]}`)
	got, err := ContactBatchSearch(api, 0, []ContactQuery{{QueryWord: "mei"}, {QueryWord: "lin", Cursor: "c7"}})
	require.NoError(t, err)
	require.Len(t, got, 2)
	require.NoError(t, got[0].Err())
	var failed *token.Error
	require.ErrorAs(t, got[1].Err(), &failed)
	assert.Equal(t, token.Error{Code: -1, Msg: "system busy", Path: "/cgi-bin/service/contact/batchsearch", Credential: "provider"}, *failed)
	assert.False(t, got[1].IsLast)
	assert.Equal(t, "c7", got[1].NextCursor)
}

// G: request/lenient
func TestLooseLists(t *testing.T) {
	t.Parallel()
	_, api := newScript(t, `{"auth_corp_info":{"corpid":"c","corp_user_max":"200","corp_ex_name":{"name_list":"Demo Cakes"}},
		"auth_info":{"agent":{"agentid":"1000012","appid":"","privilege":{"allow_party":["7"],"allow_user":null}}}}`)
	got, err := GetAuthInfoV2(api, "c", "p")
	require.NoError(t, err)
	assert.Equal(t, []string{"Demo Cakes"}, got.AuthCorpInfo.CorpExName.NameList)
	assert.Equal(t, 200, got.AuthCorpInfo.CorpUserMax)
	require.Len(t, got.AuthInfo.Agent, 1)
	assert.Equal(t, "1000012", got.AgentId())
	assert.Equal(t, []int64{7}, got.AuthInfo.Agent[0].Privilege.AllowParty)
}

func TestARegistrationIsFilledInBeforehand(t *testing.T) {
	t.Parallel()
	script, api := newScript(t, `{"errcode":0,"register_code":"r","expires_in":600}`)
	_, err := GetRegisterCode(api, RegisterCodeReq{TemplateId: "t", CorpName: "Lakeside", AdminName: "Lin", AdminMobile: "13000000000", State: "s", FollowUser: "chen"})
	require.NoError(t, err)
	assert.JSONEq(t, `{"template_id":"t","corp_name":"Lakeside","admin_name":"Lin","admin_mobile":"13000000000","state":"s","follow_user":"chen"}`, script.got[0].body)
}

// G: endpoint/names
func TestWireNames(t *testing.T) {
	t.Parallel()
	spectest.WireNames(t, ".", spectest.Why{"AdminList.Admins=admin": "the documented Go name"})
}

// G: request/one-of-two
func FuzzPermanent(f *testing.F) {
	f.Add(`{"permanent_code":"p","auth_corp_info":{"corpid":"c"},"auth_info":{"agent":[{"agentid":1}]}}`)
	f.Add(`{"permanent_code":7,"auth_corp_info":[],"auth_info":{"agent":null}}`)
	f.Add(`[`)
	f.Fuzz(func(t *testing.T, answer string) {
		_, api := newScript(t, answer, answer, answer)
		got, err := GetPermanentCode(api.Suite(), data.D{"auth_code": demoAuthCode})
		if (got == nil) == (err == nil) {
			t.Errorf("value %v and error %v", got, err)
		}
		if p, ok := got.(*Permanent); ok {
			if p.PermanentCode == "" || p.AuthCorpInfo.CorpId == "" {
				t.Error("an installation without code or corp")
			}
			_ = fmt.Sprint(p, p.AgentId(), p.IsCustomizedApp())
		}
	})
}
