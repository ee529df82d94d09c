package service

import (
	"testing"

	"github.com/gothird/wecom/token"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// What the caller leaves out is taken from the installation of the bound corp, and what he
// gives is sent as it is.
// G: install/defaults
func TestWhatIsLeftOutComesFromTheInstallation(t *testing.T) {
	t.Parallel()
	for i, test := range []struct {
		call func(api *token.Api) error
		want string
	}{
		{func(a *token.Api) error { return only(GetAdminList(a, "", 0)) }, `{"auth_corpid":"wpDEMOcorp0001","agentid":1000012}`},
		{func(a *token.Api) error { return only(GetAdminList(a, "", 7)) }, `{"auth_corpid":"wpDEMOcorp0001","agentid":7}`},
		{func(a *token.Api) error { return only(GetAdminList(a, "c", 7)) }, `{"auth_corpid":"c","agentid":7}`},
		{func(a *token.Api) error { return only(GetAdminList(a.WithCorp(""), demoCorp, 0)) }, `{"auth_corpid":"wpDEMOcorp0001","agentid":1000012}`},
		{func(a *token.Api) error { return only(GetAuthInfo(a, "", "")) },
			`{"auth_corpid":"wpDEMOcorp0001","permanent_code":"demo-permanent-code-1"}`},
		{func(a *token.Api) error { return only(GetAuthInfoV2(a.WithCorp(""), demoCorp, "")) },
			`{"auth_corpid":"wpDEMOcorp0001","permanent_code":"demo-permanent-code-1"}`},
		{func(a *token.Api) error { return only(GetAuthInfoV2(a, "", "p")) }, `{"auth_corpid":"wpDEMOcorp0001","permanent_code":"p"}`},
		{func(a *token.Api) error { return only(GetAuthInfoV2(a, "c", "p")) }, `{"auth_corpid":"c","permanent_code":"p"}`},
		{func(a *token.Api) error { return only(OpenCorpIdToCorpId(a, "t", "", 0)) }, `{"open_corpid":"wpDEMOcorp0001","source_agentid":1000012}`},
		{func(a *token.Api) error { return only(OpenCorpIdToCorpId(a, "t", "c", 7)) }, `{"open_corpid":"c","source_agentid":7}`},
		{func(a *token.Api) error { return only(FromServiceExternalUserId(a, "t", "w", 0)) }, `{"external_userid":"w","source_agentid":1000012}`},
		{func(a *token.Api) error { return only(FromServiceExternalUserId(a, "t", "w", 7)) }, `{"external_userid":"w","source_agentid":7}`},
		{func(a *token.Api) error { return only(OpenUserIdToUserId(a, "t", []string{"o"}, 0)) }, `{"open_userid_list":["o"]}`}, // a robot has none
		{func(a *token.Api) error { return only(ListAppShareInfo(a, AppShareQuery{})) }, `{"agentid":1000012}`},
		{func(a *token.Api) error { return only(walk(AllAppShareInfo(a, AppShareQuery{CorpId: "c"}))) }, `{"agentid":1000012,"corpid":"c"}`},
		{func(a *token.Api) error { return only(ListAppShareInfo(a, AppShareQuery{AgentId: 7})) }, `{"agentid":7}`},
		{func(a *token.Api) error { return FinishOpenIdMigration(a, OpenIdMigrationReq{OpenIdType: []int{1}}) },
			`{"corpid":"wpDEMOcorp0001","openid_type":[1]}`}, // without an agent: of all third-party apps
		{func(a *token.Api) error {
			return FinishOpenIdMigration(a, OpenIdMigrationReq{CorpId: "c", OpenIdType: []int{1}})
		}, `{"corpid":"c","openid_type":[1]}`},
		{func(a *token.Api) error { return FinishExternalUserIdMigration(a, "") }, `{"corpid":"wpDEMOcorp0001"}`},
		{func(a *token.Api) error { return FinishExternalUserIdMigration(a, "c") }, `{"corpid":"c"}`},
	} {
		script, api := newScript(t, `{"errcode":0,"auth_corp_info":{"corpid":"c"},"corpid":"c","external_userid":"w","ending":1}`)
		require.NoError(t, test.call(api), "case %d", i)
		require.Len(t, script.got, 1, "case %d", i)
		assert.JSONEq(t, test.want, script.got[0].body, "case %d", i)
	}
}

// G: install/defaults
func TestAnAgentThatTheInstallationLacksIsAskedForOnce(t *testing.T) {
	t.Parallel()
	script, api := newScript(t,
		`{"auth_corp_info":{"corpid":"wpDEMOcorp0001"},"auth_info":{"agent":[{"agentid":1000031}]}}`,
		`{"errcode":0,"admin":[]}`, `{"errcode":0,"admin":[]}`)
	require.NoError(t, api.SetInstallation(token.Installation{CorpId: demoCorp, PermanentCode: "p2"}))
	for range 2 {
		require.NoError(t, only(GetAdminList(api, "", 0)))
	}
	require.Len(t, script.got, 3)
	assert.JSONEq(t, `{"auth_corpid":"wpDEMOcorp0001","permanent_code":"p2"}`, script.got[0].body)
	for _, got := range script.got[1:] {
		assert.JSONEq(t, `{"auth_corpid":"wpDEMOcorp0001","agentid":1000031}`, got.body)
	}
}

// G: endpoint/misspelt
func TestTheMisspeltNameHasASaneOneBesideIt(t *testing.T) {
	t.Parallel()
	script, api := newScript(t, `{"errcode":0,"userid":"woAnna"}`, `{"errcode":0,"userid":"woAnna"}`)
	documented, err := GetuserInfo3rd(api, "c")
	require.NoError(t, err)
	sane, err := GetUserInfo3rd(api, "c")
	require.NoError(t, err)
	assert.Equal(t, documented, sane)
	assert.Equal(t, script.got[0], script.got[1])
}
