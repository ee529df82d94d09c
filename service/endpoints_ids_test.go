package service

import (
	"net/url"
	"time"

	"github.com/gothird/wecom/internal/spectest"
	"github.com/gothird/wecom/token"
)

var contactRows = []row{
	{Go: "ContactSearch", Endpoint: "service/contact_search", Call: func(api *token.Api) (any, error) {
		return ContactSearch(api, 1000012, ContactQuery{QueryWord: "mei"})
	}},
	{Go: "AllContactSearch", Endpoint: "service/contact_search", Sweep: true, Call: func(api *token.Api) (any, error) {
		return walk(AllContactSearch(api, 1000012, ContactQuery{QueryWord: "mei"}))
	}},
	{Go: "ContactBatchSearch", Endpoint: "service/contact_batchsearch", Call: func(api *token.Api) (any, error) {
		return ContactBatchSearch(api, 0, []ContactQuery{{QueryWord: "mei"}})
	}},
	{Go: "ContactSort", Endpoint: "service/contact_sort", Call: func(api *token.Api) (any, error) {
		return ContactSort(api, []string{"woB", "woA"})
	}},
	{Go: "ContactIdTranslate", Endpoint: "service/contact_id_translate", Call: func(api *token.Api) (any, error) {
		return ContactIdTranslate(api, IdTranslate{MediaIdList: []string{"demoMedia1"}})
	}},
	{Go: "GetBatchResult", Endpoint: "service/batch_getresult", Query: url.Values{"jobid": {"demoJob1"}}, Call: func(api *token.Api) (any, error) {
		return GetBatchResult(api, "demoJob1")
	}},
	{Go: "MediaUpload", Endpoint: "service/media_upload", Query: url.Values{"type": {"file"}, "attachment_type": {"3"}}, Call: func(api *token.Api) (any, error) {
		return MediaUpload(api, MediaFile{Type: "file", AttachmentType: 3, FileName: "成员.csv", Content: []byte("$userName=woA$")})
	}},
}

var idRows = []row{
	{Go: "CorpIdToOpenCorpId", Endpoint: "service/corpid_to_opencorpid", Call: func(api *token.Api) (any, error) {
		return CorpIdToOpenCorpId(api, "ww00demo00plain")
	}},
	{Go: "OpenCorpIdToCorpId", Endpoint: "service/opencorpid_to_corpid", Token: heldToken, Call: func(api *token.Api) (any, error) {
		return OpenCorpIdToCorpId(api, heldToken, demoCorp, 1000012)
	}},
	{Go: "UserIdToOpenUserId", Endpoint: "service/userid_to_openuserid", Call: func(api *token.Api) (any, error) {
		return UserIdToOpenUserId(api, []string{"demo1", "demo2"})
	}},
	{Go: "OpenUserIdToUserId", Endpoint: "service/openuserid_to_userid", Token: heldToken, Call: func(api *token.Api) (any, error) {
		return OpenUserIdToUserId(api, heldToken, []string{"woDEMO1"}, 1000012)
	}},
	{Go: "BotUserIdToOpenUserId", Endpoint: "service/batch_userid_to_openuserid_bot", Call: func(api *token.Api) (any, error) {
		return BotUserIdToOpenUserId(api, "aibKx7demo01", []string{"woKx7AEAAAq1Zt0Wc6Jd4sVhU2yPnRkg", "plain01"})
	}},
	{Go: "FromServiceExternalUserId", Endpoint: "service/from_service_external_userid", Token: heldToken, Call: func(api *token.Api) (any, error) {
		return FromServiceExternalUserId(api, heldToken, "wmDEMO", 1000012)
	}},
	{Go: "ToServiceExternalUserId", Endpoint: "service/to_service_external_userid", Call: func(api *token.Api) (any, error) {
		return ToServiceExternalUserId(api, "wmDEMO")
	}},
	{Go: "GetNewExternalUserId", Endpoint: "service/get_new_external_userid", Call: func(api *token.Api) (any, error) {
		return GetNewExternalUserId(api, []string{"wmOLD"})
	}},
	{Go: "GroupChatGetNewExternalUserId", Endpoint: "service/groupchat_get_new_external_userid", Call: func(api *token.Api) (any, error) {
		return GroupChatGetNewExternalUserId(api, "wrDEMO", []string{"wmOLD"})
	}},
	{Go: "FinishOpenIdMigration", Endpoint: "service/finish_openid_migration", Call: func(api *token.Api) (any, error) {
		return nil, FinishOpenIdMigration(api, OpenIdMigrationReq{CorpId: "ww00demo00plain", OpenIdType: []int{OpenIdTypeUser, OpenIdTypeExternal}})
	}},
	{Go: "FinishExternalUserIdMigration", Endpoint: "service/finish_external_userid_migration", Call: func(api *token.Api) (any, error) {
		return nil, FinishExternalUserIdMigration(api, "ww00demo00plain")
	}},
	{Go: "GetOpenIdMigration", Endpoint: "service/get_openid_migration", Call: func(api *token.Api) (any, error) {
		return GetOpenIdMigration(api)
	}},
	{Go: "SetAppMigrateFlag", Endpoint: "service/set_app_migrate_flag", Call: func(api *token.Api) (any, error) {
		return nil, SetAppMigrateFlag(api, AppMigrateSensitive)
	}},
	{Go: "GetAppMigrateFlag", Endpoint: "service/get_app_migrate_flag", Call: func(api *token.Api) (any, error) {
		return GetAppMigrateFlag(api, AppMigrateSensitive)
	}},
	{Go: "UnionIdToExternalUserId3rd", Endpoint: "service/unionid_to_external_userid_3rd", Call: func(api *token.Api) (any, error) {
		return UnionIdToExternalUserId3rd(api, UnionId3rd{UnionId: "oU", OpenId: "oO", CorpId: demoCorp})
	}},
	{Go: "UnionIdToExternalUserId", Endpoint: "service/idconvert_unionid_to_external_userid", Call: func(api *token.Api) (any, error) {
		return UnionIdToExternalUserId(api, UnionId{UnionId: "oU", OpenId: "oO", SubjectType: 1})
	}},
	{Go: "ExternalUserIdToPendingId", Endpoint: "service/idconvert_external_userid_to_pending_id", Call: func(api *token.Api) (any, error) {
		return ExternalUserIdToPendingId(api, []string{"wmDEMO"}, "")
	}},
	{Go: "ApplyMassCallTicket", Endpoint: "service/corp_apply_mass_call_ticket", Call: func(api *token.Api) (any, error) {
		return ApplyMassCallTicket(api)
	}},
	{Go: "ConvertExternalTagId", Endpoint: "service/idconvert_external_tagid", Call: func(api *token.Api) (any, error) {
		return ConvertExternalTagId(api, []string{"etA", "etB"})
	}},
	{Go: "ConvertOpenKfId", Endpoint: "service/idconvert_open_kfid", Call: func(api *token.Api) (any, error) {
		return ConvertOpenKfId(api, []string{"wkA"})
	}},
	{Go: "ConvertTmpExternalUserId", Endpoint: "service/idconvert_convert_tmp_external_userid", Call: func(api *token.Api) (any, error) {
		return ConvertTmpExternalUserId(api, TmpExternalUserIdReq{BusinessType: 1, UserType: 1, TmpExternalUserIdList: []string{"tA"}})
	}},
	{Go: "ConvertChatId", Endpoint: "service/idconvert_chatid", Call: func(api *token.Api) (any, error) {
		return ConvertChatId(api, []string{"wrOLD"})
	}},
	{Go: "ApplyToUpgradeChatId", Endpoint: "service/idconvert_apply_to_upgrade_chatid", Except: spectest.Why{"upgrade_time": "is within 7 days"}, Call: func(api *token.Api) (any, error) {
		return nil, ApplyToUpgradeChatId(api, time.Now().Add(24*time.Hour))
	}},
	{Go: "UpgradeChatIdForNewCorp", Endpoint: "service/idconvert_upgrade_chatid_for_new_corp", Call: func(api *token.Api) (any, error) {
		return nil, UpgradeChatIdForNewCorp(api)
	}},
}
