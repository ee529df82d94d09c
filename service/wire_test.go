package service

import (
	"encoding/base64"
	"fmt"
	"go/ast"
	"go/parser"
	gotoken "go/token"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"github.com/gothird/wecom/data"
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
	for _, answer := range []string{"", `{}`, `{"qrcode":""}`} {
		_, api := newScript(t, answer, answer, answer)
		got, err := GetAppQrCode(api, QRCodeReq{})
		var failed *token.Error
		require.ErrorAs(t, err, &failed, "%q", answer)
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
		{"access_token", func(a *token.Api) (any, error) { return GetCorpGroupToken(a, LowerApp{CorpId: "c"}) }},
	} {
		_, api := newScript(t, `{"errcode":0}`)
		got, err := test.call(api)
		assert.Zero(t, got)
		assert.ErrorContains(t, err, "the answer holds no "+test.field)
	}
}

// G: request/any-endpoint
func TestUnknownFieldsPassThrough(t *testing.T) {
	t.Parallel()
	script, api := newScript(t, `{"errcode":0,"errmsg":"ok","device_list":[{"sn":"1"}]}`, `{"errcode":0,"status":3}`, `null`)
	got, err := ListDevice(api, data.D{"limit": 10, "note": "<&>"})
	require.NoError(t, err)
	assert.Equal(t, data.D{"device_list": []any{map[string]any{"sn": "1"}}}, got)
	assert.JSONEq(t, `{"limit":10,"note":"<&>"}`, script.got[0].body)
	got, err = GetChainImportResult(api, data.D{"jobid": "a&b=c d"})
	require.NoError(t, err)
	assert.Equal(t, "a&b=c d", script.got[1].query.Get("jobid"))
	assert.Len(t, got, 1)
	got, err = AddDevice(api, nil)
	require.Equal(t, got == nil, err != nil, "one of value and error: %v, %v", got, err)
	assert.Equal(t, "{}", script.got[2].body)
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

// TestNoNameTwice reads every struct of the package: JSON names are matched without
// regard to case, so that two of the same would lose a value.
// G: endpoint/names
func TestNoNameTwice(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("*.go")
	require.NoError(t, err)
	structs := 0
	for _, name := range files {
		file, err := parser.ParseFile(gotoken.NewFileSet(), name, nil, parser.SkipObjectResolution)
		require.NoError(t, err)
		ast.Inspect(file, func(n ast.Node) bool {
			spec, ok := n.(*ast.TypeSpec)
			if !ok {
				return true
			}
			fields, ok := spec.Type.(*ast.StructType)
			if !ok {
				return true
			}
			structs++
			seen := map[string]bool{}
			for _, f := range fields.Fields.List {
				if f.Tag == nil {
					continue
				}
				tag, err := strconv.Unquote(f.Tag.Value)
				require.NoError(t, err)
				key, _, _ := strings.Cut(reflect.StructTag(tag).Get("json"), ",")
				key = strings.ToLower(key)
				assert.False(t, seen[key], "%s has %q twice", spec.Name, key)
				seen[key] = true
			}
			return true
		})
	}
	assert.Greater(t, structs, 80, "the structs were found")
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
