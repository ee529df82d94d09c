package service

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gothird/wecom/token"
	"github.com/stretchr/testify/assert"
)

// only drops the value of a call. Beside an error there may be none.
func only[T any](value T, err error) error {
	if err != nil && !reflect.ValueOf(&value).Elem().IsZero() {
		return fmt.Errorf("a value beside the error: %v", value)
	}
	return err
}

// many makes n ids.
func many(n int) []string {
	list := make([]string, n)
	for i := range list {
		list[i] = fmt.Sprintf("id%04d", i)
	}
	return list
}

// importOf makes corps with people each.
func importOf(corps, people int) []ChainContact {
	list := make([]ChainContact, corps)
	for i := range list {
		list[i] = ChainContact{CorpName: "c", ContactInfoList: slices.Repeat([]ChainPerson{{Name: "n", IdentityType: ChainMember, Mobile: "1"}}, people)}
	}
	return list
}

var refused = []struct {
	want string // field and limit
	call func(api *token.Api) error
}{
	{"auth_corpid is empty: wecom: no corp bound", func(a *token.Api) error { return only(GetAuthInfo(a.WithCorp(""), "", "p")) }},
	{"has not installed", func(a *token.Api) error { return only(GetAuthInfoV2(a, "c", "")) }},
	{"auth_corpid is empty: wecom: no corp bound", func(a *token.Api) error { return only(GetAdminList(a.WithCorp(""), "", 1)) }},
	{"agentid is 0, and the corp's own is not known: wecom: the corp has not installed", func(a *token.Api) error { return only(GetAdminList(a, "c", 0)) }},
	{"agentid is -1", func(a *token.Api) error { return only(GetAdminList(a, "c", -1)) }},
	{"pre_auth_code is empty", func(a *token.Api) error { return SetSessionInfo(a, "", SessionInfo{}) }},
	{"auth_type is 2: it must be 0 to 1", func(a *token.Api) error { return SetSessionInfo(a, "p", SessionInfo{AuthType: 2}) }},
	{"state \"a b\"", func(a *token.Api) error { return only(GetAppQrCode(a, QRCodeReq{State: "a b"})) }},
	{"state has 33 bytes: at most 32", func(a *token.Api) error {
		return only(GetAppQrCode(a, QRCodeReq{State: strings.Repeat("a", 33)}))
	}},
	{"style is 5: it must be 0 to 4", func(a *token.Api) error { return only(GetAppQrCode(a, QRCodeReq{Style: ptr(5)})) }},
	{"result_type is 3", func(a *token.Api) error { return only(GetAppQrCode(a, QRCodeReq{ResultType: 3})) }},
	{"state is empty", func(a *token.Api) error { return only(GetCustomizedAuthUrl(a, "", many(1))) }},
	{"templateid_list is empty", func(a *token.Api) error { return only(GetCustomizedAuthUrl(a, "s", nil)) }},
	{"templateid_list has 10 items: at most 9", func(a *token.Api) error { return only(GetCustomizedAuthUrl(a, "s", many(10))) }},
	{"templateid_list[1] is empty", func(a *token.Api) error { return only(GetCustomizedAuthUrl(a, "s", []string{"dk1", ""})) }},
	{"code is empty", func(a *token.Api) error { return only(GetuserInfo3rd(a, "")) }},
	{"code has 513 bytes: at most 512", func(a *token.Api) error { return only(GetuserInfo3rd(a, strings.Repeat("c", 513))) }},
	{"code is empty", func(a *token.Api) error { return only(GetUserInfo3rdLegacy(a, "")) }},
	{"code is empty", func(a *token.Api) error { return only(GetSchoolUserInfo3rd(a, "")) }},
	{"code is empty", func(a *token.Api) error { return only(GetUserInfo(a, "")) }},
	{"user_ticket is empty", func(a *token.Api) error { return only(GetUserDetail3rd(a, "")) }},
	{"user_ticket is empty", func(a *token.Api) error { return only(GetUserDetail(a, "")) }},
	{"auth_code is empty", func(a *token.Api) error { return only(GetLoginInfo(a, "")) }},
	{"auth_code has 513 bytes", func(a *token.Api) error { return only(GetLoginInfo(a, strings.Repeat("c", 513))) }},
	{"js_code is empty", func(a *token.Api) error { return only(JsCode2Session(a, "")) }},
	{"js_code is empty", func(a *token.Api) error { return only(CorpJsCode2Session(a, "")) }},
	{"access_token is empty", func(a *token.Api) error { return only(TransferSession(a, "", "u", "k")) }},
	{"userid is empty", func(a *token.Api) error { return only(TransferSession(a, "t", "", "k")) }},
	{"session_key has 65 bytes: at most 64", func(a *token.Api) error {
		return only(TransferSession(a, "t", "u", strings.Repeat("k", 65)))
	}},
	{"template_id is empty", func(a *token.Api) error { return only(GetRegisterCode(a, RegisterCodeReq{})) }},
	{"template_id has 129 bytes: at most 128", func(a *token.Api) error {
		return only(GetRegisterCode(a, RegisterCodeReq{TemplateId: strings.Repeat("t", 129)}))
	}},
	{"state \"ü\"", func(a *token.Api) error {
		return only(GetRegisterCode(a, RegisterCodeReq{TemplateId: "t", State: "ü"}))
	}},
	{"register_code is empty", func(a *token.Api) error { return only(GetRegisterInfo(a, "")) }},
	{"access_token is empty", func(a *token.Api) error { return only(SetScope(a, "", Scope{})) }},
	{"agentid is -1", func(a *token.Api) error { return only(SetScope(a, "t", Scope{AgentId: -1})) }},
	{"access_token is empty", func(a *token.Api) error { return ContactSyncSuccess(a, "") }},
	{"query_word is empty", func(a *token.Api) error { return only(ContactSearch(a, 0, ContactQuery{})) }},
	{"query_word has 65 characters: at most 64", func(a *token.Api) error {
		return only(ContactSearch(a, 0, ContactQuery{QueryWord: strings.Repeat("梅", 65)}))
	}},
	{"limit is 201: it must be 0 to 200", func(a *token.Api) error { return only(ContactSearch(a, 0, ContactQuery{QueryWord: "m", Limit: 201})) }},
	{"query_type is 3", func(a *token.Api) error { return only(ContactSearch(a, 0, ContactQuery{QueryWord: "m", QueryType: 3})) }},
	{"query_range is 2", func(a *token.Api) error {
		return only(ContactSearch(a, 0, ContactQuery{QueryWord: "m", QueryRange: 2}))
	}},
	{"full_match_field is -1", func(a *token.Api) error {
		return only(ContactSearch(a, 0, ContactQuery{QueryWord: "m", FullMatchField: -1}))
	}},
	{"agentid is -1", func(a *token.Api) error { return only(ContactSearch(a, -1, ContactQuery{QueryWord: "m"})) }},
	{"query_request_list is empty", func(a *token.Api) error { return only(ContactBatchSearch(a, 0, nil)) }},
	{"query_request_list[1]: query_word is empty", func(a *token.Api) error {
		return only(ContactBatchSearch(a, 0, []ContactQuery{{QueryWord: "m"}, {}}))
	}},
	{"useridlist has 1001 items: at most 1000", func(a *token.Api) error { return only(ContactSort(a, many(1001))) }},
	{"sort_field is 2", func(a *token.Api) error { return only(ContactSort(a, many(1), SortOption{SortField: 2})) }},
	{"media_id_list has 21 items: at most 20", func(a *token.Api) error {
		return only(ContactIdTranslate(a, IdTranslate{MediaIdList: many(21), OutputFileName: "n"}))
	}},
	{"output_file_name is empty", func(a *token.Api) error { return only(ContactIdTranslate(a, IdTranslate{MediaIdList: many(2)})) }},
	{"output_file_format is \"doc\"", func(a *token.Api) error {
		return only(ContactIdTranslate(a, IdTranslate{MediaIdList: many(1), OutputFileFormat: "doc"}))
	}},
	{"jobid is empty", func(a *token.Api) error { return only(GetBatchResult(a, "")) }},
	{"jobid has 65 bytes", func(a *token.Api) error { return only(GetBatchResult(a, strings.Repeat("j", 65))) }},
	{"type is \"exe\"", func(a *token.Api) error {
		return only(MediaUpload(a, MediaFile{Type: "exe", FileName: "a", Content: make([]byte, 9)}))
	}},
	{"filename \"/a\"", func(a *token.Api) error {
		return only(MediaUpload(a, MediaFile{Type: "file", FileName: "/a", Content: make([]byte, 9)}))
	}},
	{"filename", func(a *token.Api) error {
		return only(MediaUpload(a, MediaFile{Type: "file", FileName: `C:\a`, Content: make([]byte, 9)}))
	}},
	{"size of media is 5: it must be 6 to 20971520", func(a *token.Api) error {
		return only(MediaUpload(a, MediaFile{Type: "file", FileName: "a", Content: make([]byte, 5)}))
	}},
	{"size of media is 2097153: it must be 6 to 2097152", func(a *token.Api) error {
		return only(MediaUpload(a, MediaFile{Type: "image", FileName: "a", Content: make([]byte, 2<<20+1)}))
	}},
	{"corpid is empty", func(a *token.Api) error { return only(CorpIdToOpenCorpId(a, "")) }},
	{"access_token is empty", func(a *token.Api) error { return only(OpenCorpIdToCorpId(a, "", "c", 1)) }},
	{"open_corpid is empty", func(a *token.Api) error { return only(OpenCorpIdToCorpId(a.WithCorp(""), "t", "", 1)) }},
	{"source_agentid is -1", func(a *token.Api) error { return only(OpenCorpIdToCorpId(a, "t", "c", -1)) }},
	{"source_agentid is 0, and the corp's own is not known", func(a *token.Api) error { return only(OpenCorpIdToCorpId(a, "t", "c", 0)) }},
	{"userid_list is empty", func(a *token.Api) error { return only(UserIdToOpenUserId(a, nil)) }},
	{"userid_list[2] is empty", func(a *token.Api) error { return only(UserIdToOpenUserId(a, []string{"a", "b", ""})) }},
	{"access_token is empty", func(a *token.Api) error { return only(OpenUserIdToUserId(a, "", many(1), 1)) }},
	{"source_agentid is -1", func(a *token.Api) error { return only(OpenUserIdToUserId(a, "t", many(1), -1)) }},
	{"external_userid is empty", func(a *token.Api) error { return only(FromServiceExternalUserId(a, "t", "", 1)) }},
	{"access_token is empty", func(a *token.Api) error { return only(FromServiceExternalUserId(a, "", "w", 1)) }},
	{"source_agentid is -1", func(a *token.Api) error { return only(FromServiceExternalUserId(a, "t", "w", -1)) }},
	{"no corp bound", func(a *token.Api) error { return only(FromServiceExternalUserId(a.WithCorp(""), "t", "w", 0)) }},
	{"external_userid is empty", func(a *token.Api) error { return only(ToServiceExternalUserId(a, "")) }},
	{"external_userid_list is empty", func(a *token.Api) error { return only(GetNewExternalUserId(a, nil)) }},
	{"chat_id is empty", func(a *token.Api) error { return only(GroupChatGetNewExternalUserId(a, "", many(1))) }},
	{"openid_type is empty", func(a *token.Api) error { return FinishOpenIdMigration(a, OpenIdMigrationReq{CorpId: "c"}) }},
	{"openid_type is 2: it must be 1 or 3", func(a *token.Api) error {
		return FinishOpenIdMigration(a, OpenIdMigrationReq{CorpId: "c", OpenIdType: []int{1, 2}})
	}},
	{"corpid is empty: wecom: no corp bound", func(a *token.Api) error { return FinishExternalUserIdMigration(a.WithCorp(""), "") }},
	{"corpid is empty: wecom: no corp bound", func(a *token.Api) error {
		return FinishOpenIdMigration(a.WithCorp(""), OpenIdMigrationReq{OpenIdType: []int{1}})
	}},
	{"unionid is empty", func(a *token.Api) error { return only(UnionIdToExternalUserId3rd(a, UnionId3rd{OpenId: "o"})) }},
	{"openid is empty", func(a *token.Api) error { return only(UnionIdToExternalUserId(a, UnionId{UnionId: "u"})) }},
	{"subject_type is 2", func(a *token.Api) error {
		return only(UnionIdToExternalUserId(a, UnionId{UnionId: "u", OpenId: "o", SubjectType: 2}))
	}},
	{"external_userid is empty", func(a *token.Api) error { return only(ExternalUserIdToPendingId(a, nil, "")) }},
	{"external_tagid_list is empty", func(a *token.Api) error { return only(ConvertExternalTagId(a, nil)) }},
	{"open_kfid_list is empty", func(a *token.Api) error { return only(ConvertOpenKfId(a, nil)) }},
	{"business_type is 0: it must be 1 to 3", func(a *token.Api) error {
		return only(ConvertTmpExternalUserId(a, TmpExternalUserIdReq{UserType: 1, TmpExternalUserIdList: many(1)}))
	}},
	{"user_type is 5: it must be 1 to 4", func(a *token.Api) error {
		return only(ConvertTmpExternalUserId(a, TmpExternalUserIdReq{BusinessType: 1, UserType: 5, TmpExternalUserIdList: many(1)}))
	}},
	{"chat_id_list is empty", func(a *token.Api) error { return only(ConvertChatId(a, nil)) }},
	{"upgrade_time is empty", func(a *token.Api) error { return ApplyToUpgradeChatId(a, time.Time{}) }},
	{"span of at most 31 days", func(a *token.Api) error {
		return only(GetAcquisitionBillList(a, BillQuery{BeginTime: 1, EndTime: 2 + 31*24*3600}))
	}},
	{"span of at most 31 days", func(a *token.Api) error { return only(GetAcquisitionBillList(a, BillQuery{BeginTime: 2, EndTime: 1})) }},
	{"span of at most 31 days", func(a *token.Api) error { return only(GetAcquisitionBillList(a, BillQuery{})) }},
	{"limit is 1001", func(a *token.Api) error {
		return only(GetAcquisitionBillList(a, BillQuery{BeginTime: 1, EndTime: 2, Limit: 1001}))
	}},
	{"limit is 101", func(a *token.Api) error { return only(ListAppShareInfo(a, AppShareQuery{Limit: 101})) }},
	{"agentid is -1", func(a *token.Api) error { return only(ListAppShareInfo(a, AppShareQuery{AgentId: -1})) }},
	{"page must be the whole address", func(a *token.Api) error { return only(JsConfig(a, "")) }},
	{"page must be the whole address", func(a *token.Api) error { return only(JsAgentConfig(a, "/home")) }},
	{"business_type is 2", func(a *token.Api) error { return only(ListAppShareInfo(a, AppShareQuery{BusinessType: 2})) }},
	{"corpid is empty", func(a *token.Api) error { return only(GetCorpGroupToken(a, LowerApp{})) }},
	{"chain_id is empty", func(a *token.Api) error { return only(GetChainGroup(a, "", 0)) }},
	{"chain_id is empty", func(a *token.Api) error { return only(GetChainCorpInfoList(a, ChainCorpQuery{})) }},
	{"limit is -1", func(a *token.Api) error {
		return only(GetChainCorpInfoList(a, ChainCorpQuery{ChainId: "c", Limit: -1}))
	}},
	{"either corpid or pending_corpid", func(a *token.Api) error { return only(GetChainCorpInfo(a, "c", "", "")) }},
	{"either corpid or pending_corpid", func(a *token.Api) error { return only(GetChainCorpInfo(a, "c", "a", "b")) }},
	{"access_token is empty", func(a *token.Api) error { return RemoveCorp(a, "", "c", "a", "") }},
	{"chain_id is empty", func(a *token.Api) error { return RemoveCorp(a, "t", "", "a", "") }},
	{"either corpid or pending_corpid", func(a *token.Api) error { return RemoveCorp(a, "t", "c", "", "") }},
	{"access_token is empty", func(a *token.Api) error { return only(ImportChainContact(a, "", "c", importOf(1, 1))) }},
	{"chain_id is empty", func(a *token.Api) error { return only(ImportChainContact(a, "t", "", importOf(1, 1))) }},
	{"number of contact_list is 0: it must be 1 to 1000", func(a *token.Api) error { return only(ImportChainContact(a, "t", "c", nil)) }},
	{"number of contact_list is 1001", func(a *token.Api) error { return only(ImportChainContact(a, "t", "c", importOf(1001, 1))) }},
	{"number of people is 2010: it must be 1 to 2000", func(a *token.Api) error { return only(ImportChainContact(a, "t", "c", importOf(201, 10))) }},
	{"contact_list[0]: number of contact_info_list is 0: it must be 1 to 200", func(a *token.Api) error {
		return only(ImportChainContact(a, "t", "c", importOf(1, 0)))
	}},
	{"contact_list[0]: number of contact_info_list is 201", func(a *token.Api) error { return only(ImportChainContact(a, "t", "c", importOf(1, 201))) }},
	{"contact_list[0]: corp_name is empty", func(a *token.Api) error {
		return only(ImportChainContact(a, "t", "c", []ChainContact{{ContactInfoList: make([]ChainPerson, 1)}}))
	}},
	{"contact_list[0]: custom_id has 65 bytes: at most 64", func(a *token.Api) error {
		return only(ImportChainContact(a, "t", "c", []ChainContact{{CorpName: "c", CustomId: strings.Repeat("c", 65), ContactInfoList: make([]ChainPerson, 1)}}))
	}},
	{"access_token is empty", func(a *token.Api) error { return only(GetChainImportResult(a, "", "j")) }},
	{"jobid is empty", func(a *token.Api) error { return only(GetChainImportResult(a, "t", "")) }},
	{"jobid has 65 bytes: at most 64", func(a *token.Api) error { return only(GetChainImportResult(a, "t", strings.Repeat("j", 65))) }},
	{"chain_id is empty", func(a *token.Api) error { return only(GetChainUserCustomId(a, "", "c", "u")) }},
	{"corpid is empty", func(a *token.Api) error { return only(GetChainUserCustomId(a, "c", "", "u")) }},
	{"userid is empty", func(a *token.Api) error { return only(GetChainUserCustomId(a, "c", "c", "")) }},
	{"unionid is empty", func(a *token.Api) error { return only(ChainUnionIdToExternalUserId(a, ChainUnionId{OpenId: "o"})) }},
	{"openid is empty", func(a *token.Api) error { return only(ChainUnionIdToExternalUserId(a, ChainUnionId{UnionId: "u"})) }},
	{"unionid is empty", func(a *token.Api) error { return only(ChainUnionIdToPendingId(a, "", "o")) }},
	{"openid is empty", func(a *token.Api) error { return only(ChainUnionIdToPendingId(a, "u", "")) }},
	{"external_userid is empty", func(a *token.Api) error { return only(ChainExternalUserIdToPendingId(a, nil, "")) }},
	{"source_botid is empty", func(a *token.Api) error { return only(BotUserIdToOpenUserId(a, "", many(1))) }},
	{"open_userid_list is empty", func(a *token.Api) error { return only(BotUserIdToOpenUserId(a, "b", nil)) }},
	{"model_id is empty", func(a *token.Api) error { return only(AddDevice(a, "", "s", "")) }},
	{"device_sn is empty", func(a *token.Api) error { return only(AddDevice(a, "m", "", "")) }},
	{"device_sn has 129 bytes: at most 128", func(a *token.Api) error { return DelDevice(a, strings.Repeat("s", 129)) }},
	{"device_sn is empty", func(a *token.Api) error { return only(GetDeviceAuthInfo(a, "")) }},
	{"device_sn is empty", func(a *token.Api) error { return only(GetDeviceFeature(a, "")) }},
	{"device_sn is empty", func(a *token.Api) error { return ResetSecretNo(a, "") }},
	{"device_sn is empty", func(a *token.Api) error { return SetPrinterSupportState(a, "", true) }},
	{"device_sn is empty", func(a *token.Api) error { return FetchDeviceLog(a, "", "") }},
	{"hint has 129 bytes: at most 128", func(a *token.Api) error { return FetchDeviceLog(a, "s", strings.Repeat("h", 129)) }},
	{"offset is -1", func(a *token.Api) error { return only(ListDevice(a, -1, 0)) }},
	{"limit is -1", func(a *token.Api) error { return only(ListDevice(a, 0, -1)) }},
}

// G: endpoint/checked
func TestRefusedBeforeAnyRequest(t *testing.T) {
	t.Parallel()
	script, api := newScript(t)
	for i, test := range refused {
		assert.ErrorContains(t, test.call(api), test.want, "case %d", i)
	}
	assert.Empty(t, script.got)
}

// G: endpoint/corp
func TestWithoutACorp(t *testing.T) {
	t.Parallel()
	script, api := newScript(t)
	api = api.WithCorp("")
	for i, call := range []func() error{
		func() error { return only(ContactSearch(api, 0, ContactQuery{QueryWord: "m"})) },
		func() error { return only(walk(AllContactSearch(api, 0, ContactQuery{QueryWord: "m"}))) },
		func() error { return only(ContactBatchSearch(api, 0, []ContactQuery{{QueryWord: "m"}})) },
		func() error { return only(ContactSort(api, many(1))) },
		func() error { return only(ContactIdTranslate(api, IdTranslate{MediaIdList: many(1)})) },
		func() error { return only(GetAcquisitionBillList(api, BillQuery{BeginTime: 1, EndTime: 2})) },
		func() error { return only(GetJsapiTicket(api)) },
		func() error { return only(JsConfig(api, "https://crm.example.com/")) },
		func() error { return only(JsAgentConfig(api, "https://crm.example.com/")) },
		func() error { return only(GetAdminList(api, "", 0)) },
		func() error { return only(GetAuthInfo(api, "", "")) },
		func() error { return only(ListAppShareInfo(api, AppShareQuery{})) },
		func() error { return FinishExternalUserIdMigration(api, "") },
		func() error { return only(UserIdToOpenUserId(api, many(1))) },
		func() error { return only(GetChainList(api)) },
	} {
		assert.ErrorIs(t, call(), token.ErrNoCorp, "case %d", i)
	}
	assert.Empty(t, script.got)
}

// G: secret/texts
func TestRefusalsDoNotTellSecrets(t *testing.T) {
	t.Parallel()
	_, api := newScript(t)
	secret := strings.Repeat("secret", 100) // longer than any limit
	for _, err := range []error{
		only(GetuserInfo3rd(api, secret)), only(GetLoginInfo(api, secret)), only(TransferSession(api, secret, "u", secret)),
		only(TransferSession(api, secret, secret, "k")),
	} {
		assert.Error(t, err)
		assert.NotContains(t, errors.Join(err).Error(), "secret")
	}
}
