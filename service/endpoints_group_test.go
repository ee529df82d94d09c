package service

import (
	"encoding/json"
	"net/url"

	"github.com/gothird/wecom/internal/spectest"
	"github.com/gothird/wecom/token"
)

// What the samples of chains and devices use.
const (
	demoChain      = "ChKx7demo"
	demoLowerCorp  = "wpKx7AEAAADp3sQ9mR2vT5nL8cYb1HfG"
	demoChainUser  = "woKx7AEAAAq1Zt0Wc6Jd4sVhU2yPnRkg"
	demoChainOther = "wmKx7AEAAAe8Lr5Tf3Xa9bQiM7oZvCdw"
	demoDevice     = "SN20250001"
)

// chainRows are the rest of the rows of chains; the first ones are in groupRows.
var chainRows = []row{
	{Go: "GetChainUserCustomId", Endpoint: "service/get_chain_user_custom_id", Call: func(api *token.Api) (any, error) {
		return GetChainUserCustomId(api, demoChain, demoLowerCorp, demoChainUser)
	}},
	{Go: "GetCorpSharedChainList", Endpoint: "service/get_corp_shared_chain_list", Call: func(api *token.Api) (any, error) {
		return GetCorpSharedChainList(api, demoLowerCorp)
	}},
	{Go: "RemoveCorp", Endpoint: "service/remove_corp", Token: heldToken, Call: func(api *token.Api) (any, error) {
		return nil, RemoveCorp(api, heldToken, demoChain, demoLowerCorp, "")
	}},
	{Go: "RemoveCorp", Endpoint: "service/remove_corp", Token: heldToken, Sample: spectest.NoSample, Call: func(api *token.Api) (any, error) {
		return nil, RemoveCorp(api, heldToken, demoChain, "", "wpPENDING")
	}},
	{Go: "ImportChainContact", Endpoint: "service/import_chain_contact", Token: heldToken, Call: func(api *token.Api) (any, error) {
		return ImportChainContact(api, heldToken, demoChain, []ChainContact{{
			CorpName: "Demo lower corp", GroupPath: "North/City", CustomId: "c001",
			ContactInfoList: []ChainPerson{{Name: "Chen", IdentityType: ChainHead, Mobile: "13000000001", UserCustomId: "100"}},
		}})
	}},
	{Go: "GetChainImportResult", Endpoint: "service/corpgroup_getresult", Token: heldToken, Query: url.Values{"jobid": {"demoJob2"}}, Call: func(api *token.Api) (any, error) {
		return GetChainImportResult(api, heldToken, "demoJob2")
	}},
	{Go: "ChainUnionIdToExternalUserId", Endpoint: "service/corpgroup_unionid_to_external_userid", Call: func(api *token.Api) (any, error) {
		return ChainUnionIdToExternalUserId(api, ChainUnionId{UnionId: "demoUnionid", OpenId: "demoOpenid", CorpId: demoLowerCorp})
	}},
	{Go: "ChainUnionIdToExternalUserId", Endpoint: "service/corpgroup_unionid_to_external_userid", Sample: spectest.NoSample, Call: func(api *token.Api) (any, error) {
		return ChainUnionIdToExternalUserId(api, ChainUnionId{UnionId: "demoUnionid", OpenId: "demoOpenid", MassCallTicket: "ticket"})
	}},
	{Go: "ChainUnionIdToPendingId", Endpoint: "service/corpgroup_unionid_to_pending_id", Call: func(api *token.Api) (any, error) {
		return ChainUnionIdToPendingId(api, "demoUnionid", "demoOpenid")
	}},
	{Go: "ChainExternalUserIdToPendingId", Endpoint: "service/corpgroup_external_userid_to_pending_id", Call: func(api *token.Api) (any, error) {
		return ChainExternalUserIdToPendingId(api, []string{demoChainOther}, "")
	}},
	{Go: "ChainExternalUserIdToPendingId", Endpoint: "service/corpgroup_external_userid_to_pending_id", Sample: spectest.NoSample, Call: func(api *token.Api) (any, error) {
		return ChainExternalUserIdToPendingId(api, []string{demoChainOther}, "wrDEMO")
	}},
}

var deviceRows = []row{
	{Go: "AddDevice", Endpoint: "service/add_device", Call: func(api *token.Api) (any, error) {
		return AddDevice(api, "hwm1a2b3c4d5e6f708", demoDevice, "front desk")
	}},
	{Go: "DelDevice", Endpoint: "service/del_device", Call: func(api *token.Api) (any, error) { return nil, DelDevice(api, demoDevice) }},
	{
		Go: "ListDevice", Endpoint: "service/list_device",
		Except: spectest.Why{"offset": "0 is WeCom's default"},
		Call:   func(api *token.Api) (any, error) { return ListDevice(api, 0, 100) },
	},
	{Go: "ListDevice", Endpoint: "service/list_device", Sample: spectest.NoSample, Call: func(api *token.Api) (any, error) {
		return ListDevice(api, 100, 100)
	}},
	{Go: "GetDeviceAuthInfo", Endpoint: "service/get_device_auth_info", Call: func(api *token.Api) (any, error) {
		return GetDeviceAuthInfo(api, demoDevice)
	}},
	{Go: "ResetSecretNo", Endpoint: "service/reset_secret_no", Call: func(api *token.Api) (any, error) { return nil, ResetSecretNo(api, demoDevice) }},
	{Go: "FetchDeviceLog", Endpoint: "service/fetch_device_log", Call: func(api *token.Api) (any, error) {
		return nil, FetchDeviceLog(api, demoDevice, "device_log/20250101")
	}},
	{Go: "GetDeviceFeature", Endpoint: "service/get_device_feature", Call: func(api *token.Api) (any, error) {
		return GetDeviceFeature(api, demoDevice)
	}},
	{Go: "SetPrinterSupportState", Endpoint: "service/set_printer_support_state", Call: func(api *token.Api) (any, error) {
		return nil, SetPrinterSupportState(api, demoDevice, true)
	}},
}

var (
	joined      = map[string]any{"group_corps[].is_joined": json.Number("1")}
	joinedDrops = spectest.Why{"group_corps[].is_joined": "1 here, true for one corp: kept as true"}
)

var groupRows = []row{
	{Go: "ListAppShareInfo", Endpoint: "service/corpgroup_list_app_share_info", Call: func(api *token.Api) (any, error) {
		return ListAppShareInfo(api, AppShareQuery{AgentId: 1000012, BusinessType: BusinessChain})
	}},
	{Go: "AllAppShareInfo", Endpoint: "service/corpgroup_list_app_share_info", Sweep: true, Call: func(api *token.Api) (any, error) {
		return walk(AllAppShareInfo(api, AppShareQuery{AgentId: 1000012, BusinessType: BusinessChain}))
	}},
	{Go: "GetCorpGroupToken", Endpoint: "service/corpgroup_gettoken", Renamed: acsToken, Call: func(api *token.Api) (any, error) {
		return GetCorpGroupToken(api, LowerApp{CorpId: "wpLOWER", AgentId: 1000044, BusinessType: BusinessChain})
	}},
	{Go: "GetChainList", Endpoint: "service/corpgroup_get_chain_list", Call: func(api *token.Api) (any, error) { return GetChainList(api) }},
	{Go: "GetChainGroup", Endpoint: "service/corpgroup_get_chain_group", Call: func(api *token.Api) (any, error) {
		return GetChainGroup(api, "ChDEMO", 0)
	}},
	{Go: "GetChainCorpInfoList", Endpoint: "service/corpgroup_get_chain_corpinfo_list",
		Fixed: joined, Drops: joinedDrops,
		Call: func(api *token.Api) (any, error) {
			return GetChainCorpInfoList(api, ChainCorpQuery{ChainId: "ChDEMO"})
		}},
	{Go: "AllChainCorpInfo", Endpoint: "service/corpgroup_get_chain_corpinfo_list", Sweep: true, Call: func(api *token.Api) (any, error) {
		return walk(AllChainCorpInfo(api, ChainCorpQuery{ChainId: "ChDEMO"}))
	}},
	{Go: "GetChainCorpInfo", Endpoint: "service/corpgroup_get_chain_corpinfo", Call: func(api *token.Api) (any, error) {
		return GetChainCorpInfo(api, "ChDEMO", "wpLOWER", "")
	}},
}
