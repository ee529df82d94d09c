package service

import (
	"net/url"
	"strings"
	"testing"

	"github.com/gothird/wecom/token"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// G: endpoint/checked
func TestMoreRefusedBeforeAnyRequest(t *testing.T) {
	t.Parallel()
	script, api := newScript(t)
	mediaOf := func(kind string, size int) error {
		return only(MediaUpload(api, MediaFile{Type: kind, FileName: "a", Content: make([]byte, size)}))
	}
	named := func(name string) error {
		return only(MediaUpload(api, MediaFile{Type: "file", FileName: name, Content: make([]byte, 6)}))
	}
	tmp := func(business, user int, list []string) error {
		return only(ConvertTmpExternalUserId(api, TmpExternalUserIdReq{BusinessType: business, UserType: user, TmpExternalUserIdList: list}))
	}
	stateOf := func(state string) error {
		return only(GetRegisterCode(api, RegisterCodeReq{TemplateId: "t", State: state}))
	}
	for _, test := range []struct {
		want string
		err  error
	}{
		{"groupid is -1", only(GetChainGroup(api, "c", -1))},
		{"groupid is -1", only(GetChainCorpInfoList(api, ChainCorpQuery{ChainId: "c", GroupId: -1}))},
		{"chain_id is empty", only(GetChainCorpInfo(api, "", "c", ""))},
		{"agentid is -1", only(GetCorpGroupToken(api, LowerApp{CorpId: "c", AgentId: -1}))},
		{"business_type is 2", only(GetCorpGroupToken(api, LowerApp{CorpId: "c", BusinessType: 2}))},
		{"sort_type is 2", only(ContactSort(api, many(1), SortOption{SortType: 2}))},
		{"useridlist is empty", only(ContactSort(api, nil))},
		{"query_request_list[0]: agentid is -1", only(ContactBatchSearch(api, -1, []ContactQuery{{QueryWord: "m"}}))},
		{"full_match_field is 3", only(ContactSearch(api, 0, ContactQuery{QueryWord: "m", FullMatchField: 3}))},
		{"userid has 65 bytes", only(TransferSession(api, "t", strings.Repeat("u", 65), "k"))},
		{"session_key is empty", only(TransferSession(api, "t", "u", ""))},
		{"business_type is 4", tmp(4, 1, many(1))},
		{"user_type is 0", tmp(1, 0, many(1))},
		{"tmp_external_userid_list is empty", tmp(1, 1, nil)},
		{"external_userid_list is empty", only(GroupChatGetNewExternalUserId(api, "wr", nil))},
		{"open_userid_list is empty", only(OpenUserIdToUserId(api, "t", nil, 0))},
		{"userid_list[0] is empty", only(UserIdToOpenUserId(api, []string{""}))},
		{"media_id_list is empty", only(ContactIdTranslate(api, IdTranslate{}))},
		{"style is -1: it must be 0 to 4", only(GetAppQrCode(api, QRCodeReq{Style: ptr(-1)}))},
		{"state has 33 bytes: at most 32", only(GetCustomizedAuthUrl(api, strings.Repeat("a", 33), many(1)))},
		{"state has 129 bytes: at most 128", stateOf(strings.Repeat("a", 129))},
		{`state "/"`, stateOf("/")},
		{`state ":"`, stateOf(":")},
		{`state "@"`, stateOf("@")},
		{`state "["`, stateOf("[")},
		{"state \"`\"", stateOf("`")},
		{`state "{"`, stateOf("{")},
		{"auth_code is empty", only(ExchangeAuthCode(api, ""))},
		{"auth_code has 513 bytes: at most 512", only(ExchangeAuthCode(api, strings.Repeat("c", 513)))},
		{"code has 513 bytes: at most 512", only(GetSchoolUserInfo3rd(api, strings.Repeat("c", 513)))},
		{"unionid is empty", only(UnionIdToExternalUserId(api, UnionId{OpenId: "o"}))},
		{"openid is empty", only(UnionIdToExternalUserId3rd(api, UnionId3rd{UnionId: "u"}))},
		{`filename ""`, named("")},
		{`filename "a:b"`, named("a:b")},
		{"size of media is 2097153: it must be 6 to 2097152", mediaOf("voice", 2<<20+1)},
		{"size of media is 10485761: it must be 6 to 10485760", mediaOf("video", 10<<20+1)},
		{"size of media is 20971521: it must be 6 to 20971520", mediaOf("file", 20<<20+1)},
	} {
		assert.ErrorContains(t, test.err, test.want)
	}
	assert.Empty(t, script.got)
}

// What WeCom takes is sent: checks refuse nothing that it may accept.
// G: endpoint/checked
func TestWhatIsJustLegalIsSent(t *testing.T) {
	const answer = `{"errcode":0,"qrcode":"q","qrcode_url":"u","jobid":"j","access_token":"t","is_last":true,"usertype":1,"userid":"u","session_key":"k",
		"status":1,"pending_id":"p","media_id":"m","register_code":"r"}`
	t.Parallel()
	const month = 31 * 24 * 3600
	text := func(n int) string { return strings.Repeat("x", n) }
	mediaOf := func(kind string, size int) func(a *token.Api) error {
		return func(a *token.Api) error {
			return only(MediaUpload(a, MediaFile{Type: kind, FileName: "a", Content: make([]byte, size)}))
		}
	}
	for name, call := range map[string]func(a *token.Api) error{
		"the dullest state": func(a *token.Api) error {
			return only(GetRegisterCode(a, RegisterCodeReq{TemplateId: text(128), State: "09AZaz"}))
		},
		"the longest state": func(a *token.Api) error {
			return only(GetRegisterCode(a, RegisterCodeReq{TemplateId: "t", State: text(128)}))
		},
		"QR code": func(a *token.Api) error {
			return only(GetAppQrCode(a, QRCodeReq{State: text(32), Style: ptr(4), ResultType: 2}))
		},
		"templates":      func(a *token.Api) error { return only(GetCustomizedAuthUrl(a, text(32), many(9))) },
		"sorted members": func(a *token.Api) error { return only(ContactSort(a, many(1000), SortOption{1, 1})) },
		"search": func(a *token.Api) error {
			return only(ContactSearch(a, 0, ContactQuery{QueryWord: strings.Repeat("梅", 64), QueryType: 2, QueryRange: 1, Limit: 200, FullMatchField: 2}))
		},
		"twenty files": func(a *token.Api) error {
			return only(ContactIdTranslate(a, IdTranslate{MediaIdList: many(20), OutputFileName: "n"}))
		},
		"one file": func(a *token.Api) error {
			return only(ContactIdTranslate(a, IdTranslate{MediaIdList: many(1), OutputFileFormat: "pdf"}))
		},
		"no time": func(a *token.Api) error {
			return only(GetAcquisitionBillList(a, BillQuery{BeginTime: 1, EndTime: 1, Limit: 1000}))
		},
		"31 days": func(a *token.Api) error {
			return only(GetAcquisitionBillList(a, BillQuery{BeginTime: 1, EndTime: 1 + month}))
		},
		"shared apps": func(a *token.Api) error {
			return only(ListAppShareInfo(a, AppShareQuery{AgentId: 1, BusinessType: 1, Limit: 100}))
		},
		"lower app":   func(a *token.Api) error { return only(GetCorpGroupToken(a, LowerApp{CorpId: "c", BusinessType: 1})) },
		"login":       func(a *token.Api) error { return only(GetLoginInfo(a, text(512))) },
		"visitor":     func(a *token.Api) error { return only(GetuserInfo3rd(a, text(512))) },
		"session":     func(a *token.Api) error { return only(TransferSession(a, "t", text(64), text(64))) },
		"job":         func(a *token.Api) error { return only(GetBatchResult(a, text(64))) },
		"import":      func(a *token.Api) error { return only(GetChainImportResult(a, "t", text(64))) },
		"many corps":  func(a *token.Api) error { return only(ImportChainContact(a, "t", "c", importOf(1000, 2))) },
		"many people": func(a *token.Api) error { return only(ImportChainContact(a, "t", "c", importOf(10, 200))) },
		"custom id": func(a *token.Api) error {
			return only(ImportChainContact(a, "t", "c", []ChainContact{{CorpName: "c", CustomId: text(64), ContactInfoList: importOf(1, 1)[0].ContactInfoList}}))
		},
		"group 0": func(a *token.Api) error { return only(GetChainGroup(a, "c", 0)) },
		"temporary ids": func(a *token.Api) error {
			return only(ConvertTmpExternalUserId(a, TmpExternalUserIdReq{BusinessType: 3, UserType: 4, TmpExternalUserIdList: many(1)}))
		},
		"subject": func(a *token.Api) error {
			return only(UnionIdToExternalUserId(a, UnionId{UnionId: "u", OpenId: "o", SubjectType: 1}))
		},
		"no subject":    func(a *token.Api) error { return only(UnionIdToExternalUserId(a, UnionId{UnionId: "u", OpenId: "o"})) },
		"plain group":   func(a *token.Api) error { return only(GetCorpGroupToken(a, LowerApp{CorpId: "c"})) },
		"plain session": func(a *token.Api) error { return SetSessionInfo(a, "p", SessionInfo{}) },
		"plain QR code": func(a *token.Api) error { return only(GetAppQrCode(a, QRCodeReq{})) },
		"plain search":  func(a *token.Api) error { return only(ContactSearch(a, 0, ContactQuery{QueryWord: "m"})) },
		"device":        func(a *token.Api) error { return DelDevice(a, text(128)) },
		"hint":          func(a *token.Api) error { return FetchDeviceLog(a, "s", text(128)) },
		"session info":  func(a *token.Api) error { return SetSessionInfo(a, "p", SessionInfo{AuthType: 1}) },
		"small file":    mediaOf("file", 6),
		"largest image": mediaOf("image", 2<<20),
		"largest voice": mediaOf("voice", 2<<20),
		"largest video": mediaOf("video", 10<<20),
		"largest file":  mediaOf("file", 20<<20),
	} {
		script, api := newScript(t, answer)
		assert.NoError(t, call(api), name)
		assert.Len(t, script.got, 1, name)
	}
}

// G: endpoint/zeros
func TestAnUploadNamesItsPurposeIfItHasOne(t *testing.T) {
	t.Parallel()
	for purpose, want := range map[int]url.Values{0: {"type": {"file"}}, 1: {"type": {"file"}, "attachment_type": {"1"}}} {
		script, api := newScript(t, `{"errcode":0,"media_id":"m"}`)
		_, err := MediaUpload(api, MediaFile{Type: "file", AttachmentType: purpose, FileName: "a", Content: make([]byte, 6)})
		require.NoError(t, err)
		query := withoutToken(script.got[0].query)
		query.Del("provider_access_token")
		assert.Equal(t, want, query)
	}
}

// G: endpoint/documented
func TestWireValues(t *testing.T) {
	t.Parallel()
	assert.Equal(t, []int{1, 2}, []int{ChainMember, ChainHead})
	assert.Equal(t, []int{0, 1}, []int{BusinessGroup, BusinessChain})
	assert.Equal(t, []int{1, 3}, []int{OpenIdTypeUser, OpenIdTypeExternal})
	assert.Equal(t, 1, AppMigrateSensitive)
}

// A corp may have several apps of one suite; the first is meant.
func TestAppOfAnInstallation(t *testing.T) {
	t.Parallel()
	for want, agents := range map[struct {
		id         string
		customized bool
	}][]Agent{
		{"", false}:   nil,
		{"1", false}:  {{AgentId: 1}},
		{"2", true}:   {{AgentId: 2, IsCustomizedApp: true}},
		{"3", true}:   {{AgentId: 3, IsCustomizedApp: true}, {AgentId: 4}},
		{"11", false}: {{AgentId: 11}, {AgentId: 4, IsCustomizedApp: true}},
	} {
		p := PermanentInfo{AuthInfo: AuthInfo{Agent: agents}}
		assert.Equal(t, want.id, p.AgentId())
		assert.Equal(t, want.customized, p.IsCustomizedApp())
	}
}
