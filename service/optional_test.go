package service

import (
	"github.com/gothird/wecom/internal/spectest"
	"github.com/gothird/wecom/token"
)

// optionalRows send what the sample requests leave out.
var optionalRows = []row{
	{Go: "SetSessionInfo", Endpoint: "service/set_session_info", Sample: spectest.NoSample, Call: func(api *token.Api) (any, error) {
		return nil, SetSessionInfo(api, "demo-pre-auth-code", SessionInfo{Appid: []int64{1, 2}, AuthType: 1})
	}},
	{Go: "GetAppQrCode", Endpoint: "service/get_app_qrcode", Sample: spectest.NoSample, Call: func(api *token.Api) (any, error) {
		return GetAppQrCode(api, QRCodeReq{Appid: ptr(int64(0)), State: "booth12", Style: ptr(0), ResultType: 2})
	}},
	{Go: "GetRegisterCode", Endpoint: "service/get_register_code", Sample: spectest.NoSample, Call: func(api *token.Api) (any, error) {
		return GetRegisterCode(api, RegisterCodeReq{
			TemplateId: "tplDEMO", CorpName: "Demo Bakery", AdminName: "Mei", AdminMobile: "13800000000", State: "channel7", FollowUser: "chen.mei",
		})
	}},
	{Go: "SetScope", Endpoint: "service/agent_set_scope", Token: heldToken, Sample: spectest.NoSample, Call: func(api *token.Api) (any, error) {
		return SetScope(api, heldToken, Scope{AgentId: 1000012, AllowUser: []string{"woA"}, AllowParty: []int64{2}, AllowTag: []int64{3}})
	}},
	{Go: "ContactSearch", Endpoint: "service/contact_search", Sample: spectest.NoSample, Call: func(api *token.Api) (any, error) {
		return ContactSearch(api, 1000012, ContactQuery{
			QueryWord: "mei", QueryType: 1, QueryRange: 1, Limit: 200, FullMatchField: 2, Cursor: "c",
		})
	}},
	{
		Go: "ContactBatchSearch", Endpoint: "service/contact_batchsearch", Sample: spectest.NoSample,
		Call: func(api *token.Api) (any, error) {
			return ContactBatchSearch(api, 1000012, []ContactQuery{
				{QueryWord: "mei", QueryType: 1, QueryRange: 1, Limit: 200, FullMatchField: 2, Cursor: "c"},
			})
		},
	},
	{Go: "ContactSort", Endpoint: "service/contact_sort", Sample: spectest.NoSample, Sends: map[string]string{
		"sort_options[0].sort_field": "1", "sort_options[0].sort_type": "0",
	}, Call: func(api *token.Api) (any, error) {
		return ContactSort(api, []string{"woB", "woA"}, SortOption{SortField: 1}, SortOption{SortType: 1})
	}},
	{Go: "ContactIdTranslate", Endpoint: "service/contact_id_translate", Sample: spectest.NoSample, Call: func(api *token.Api) (any, error) {
		return ContactIdTranslate(api, IdTranslate{
			MediaIdList: []string{"demoMedia1", "demoMedia2"}, OutputFileName: "members", OutputFileFormat: "pdf",
		})
	}},
	{Go: "FinishOpenIdMigration", Endpoint: "service/finish_openid_migration", Sample: spectest.NoSample, Call: func(api *token.Api) (any, error) {
		return nil, FinishOpenIdMigration(api, OpenIdMigrationReq{
			CorpId: "ww00demo00plain", AgentId: ptr(int64(1000012)), OpenIdType: []int{OpenIdTypeUser},
		})
	}},
	{Go: "UnionIdToExternalUserId", Endpoint: "service/idconvert_unionid_to_external_userid", Sample: spectest.NoSample, Call: func(api *token.Api) (any, error) {
		return UnionIdToExternalUserId(api, UnionId{
			UnionId: "oU", OpenId: "oO", SubjectType: 1, MassCallTicket: "ticket",
		})
	}},
	{Go: "ExternalUserIdToPendingId", Endpoint: "service/idconvert_external_userid_to_pending_id", Sample: spectest.NoSample, Call: func(api *token.Api) (any, error) {
		return ExternalUserIdToPendingId(api, []string{"wmDEMO"}, "wrDEMO")
	}},
	{Go: "GetAcquisitionBillList", Endpoint: "service/customer_acquisition_get_bill_list", Sample: spectest.NoSample, Call: func(api *token.Api) (any, error) {
		return GetAcquisitionBillList(api, BillQuery{
			BeginTime: 1700000000, EndTime: 1700086400, Cursor: "c", Limit: 1000,
		})
	}},
	{Go: "ListAppShareInfo", Endpoint: "service/corpgroup_list_app_share_info", Sample: spectest.NoSample, Call: func(api *token.Api) (any, error) {
		return ListAppShareInfo(api, AppShareQuery{
			AgentId: 1000012, BusinessType: BusinessChain, CorpId: "wpLOWER", Limit: 100, Cursor: "c",
		})
	}},
	{Go: "GetChainGroup", Endpoint: "service/corpgroup_get_chain_group", Sample: spectest.NoSample, Call: func(api *token.Api) (any, error) {
		return GetChainGroup(api, "ChDEMO", 2)
	}},
	{
		Go: "GetChainCorpInfoList", Endpoint: "service/corpgroup_get_chain_corpinfo_list", Sample: spectest.NoSample,
		Fixed: joined, Drops: joinedDrops, Call: func(api *token.Api) (any, error) {
			return GetChainCorpInfoList(api, ChainCorpQuery{ChainId: "ChDEMO", GroupId: 2, NeedPending: true, Cursor: "c", Limit: 50})
		},
	},
	{Go: "GetChainCorpInfo", Endpoint: "service/corpgroup_get_chain_corpinfo", Sample: spectest.NoSample, Call: func(api *token.Api) (any, error) {
		return GetChainCorpInfo(api, "ChDEMO", "", "wpPENDING")
	}},
}
