package service

import (
	"net/http"

	"github.com/gothird/wecom/data"
	"github.com/gothird/wecom/token"
)

// The rest of WeCom's menu for chains (上下游), for customised apps of the upper corp.
// Parameters and answers pass under WeCom's own names.

// GetChainUserCustomId 查询成员自定义id: reads the bound corp's own id of a member of a chain.
func GetChainUserCustomId(api *token.Api, d data.D) (data.D, error) {
	return chain(api, "/cgi-bin/corpgroup/corp/get_chain_user_custom_id", true, d)
}

// RemoveCorp 移除企业: takes a corp out of a chain of the bound corp.
func RemoveCorp(api *token.Api, d data.D) (data.D, error) {
	return chain(api, "/cgi-bin/corpgroup/corp/remove_corp", false, d)
}

// GetCorpSharedChainList 获取下级企业加入的上下游: lists the chains that a lower corp has joined.
func GetCorpSharedChainList(api *token.Api, d data.D) (data.D, error) {
	return chain(api, "/cgi-bin/corpgroup/get_corp_shared_chain_list", true, d)
}

// ImportChainContact 批量导入上下游联系人: begins an import into a chain of the bound corp; see
// [GetChainImportResult].
func ImportChainContact(api *token.Api, d data.D) (data.D, error) {
	return chain(api, "/cgi-bin/corpgroup/import_chain_contact", false, d)
}

// GetChainImportResult 获取异步任务结果: reports a job of [ImportChainContact]; d becomes the
// query.
func GetChainImportResult(api *token.Api, d data.D) (data.D, error) {
	ep := token.Endpoint{Method: http.MethodGet, Path: "/cgi-bin/corpgroup/getresult", Credential: token.Corp, Read: true}
	return callUntyped(api, ep, d)
}

// ChainUnionIdToExternalUserId 通过unionid和openid查询external_userid: finds a WeChat user among
// the customers of the chain's corps.
func ChainUnionIdToExternalUserId(api *token.Api, d data.D) (data.D, error) {
	return chain(api, "/cgi-bin/corpgroup/unionid_to_external_userid", true, d)
}

// ChainUnionIdToPendingId unionid查询pending_id: gives the pending id of a WeChat user in a
// chain.
func ChainUnionIdToPendingId(api *token.Api, d data.D) (data.D, error) {
	return chain(api, "/cgi-bin/corpgroup/unionid_to_pending_id", true, d)
}

// ChainExternalUserIdToPendingId external_userid查询pending_id: gives the pending ids of
// customers in a chain.
func ChainExternalUserIdToPendingId(api *token.Api, d data.D) (data.D, error) {
	return chain(api, "/cgi-bin/corpgroup/batch/external_userid_to_pending_id", true, d)
}

func chain(api *token.Api, path string, read bool, d data.D) (data.D, error) {
	return callUntyped(api, token.Endpoint{Path: path, Credential: token.Corp, Read: read}, d)
}
