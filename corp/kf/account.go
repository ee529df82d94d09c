package kf

import (
	"iter"

	"github.com/gothird/wecom/corp/internal/cgi"
	"github.com/gothird/wecom/internal/check"
	"github.com/gothird/wecom/internal/paging"
	"github.com/gothird/wecom/token"
)

type addAccountReq struct {
	Name    string `json:"name"`
	MediaId string `json:"media_id"`
}

type accountReq struct {
	OpenKfId string `json:"open_kfid"`
}

// AccountAdd 添加客服账号: creates an account and returns its id (wk…). The name has at most 16
// characters; mediaId is the avatar, from media.Upload. The app may manage the account at once.
//
// A corp that is not certified has at most 10. Errors: 95005 too many, 95006 name, 95026 the
// accounts are hardly used, 95027 not certified, 40007 media_id.
// https://developer.work.weixin.qq.com/document/path/94688
func AccountAdd(api *token.Api, name, mediaId string) (openKfId string, err error) {
	res, err := cgi.Call[accountReq](api, cgi.Write("kf/account/add").Needing("open_kfid"), addAccountReq{name, mediaId},
		check.Required("name", name), check.Runes("name", name, 16), check.Id("media_id", mediaId, 128))
	if err != nil {
		return "", err
	}
	return res.OpenKfId, nil
}

// Account is a customer service account.
type Account struct {
	OpenKfId        string `json:"open_kfid"`
	Name            string `json:"name"`
	Avatar          string `json:"avatar"`           // URL
	ManagePrivilege bool   `json:"manage_privilege"` // the app may edit it, send and receive
}

type listAccountsReq struct {
	Offset int `json:"offset,omitempty"`
	Limit  int `json:"limit,omitempty"`
}

type listAccountsRes struct {
	AccountList []Account `json:"account_list"`
}

const maxAccounts = 100 // of one page

// AccountList 获取客服账号列表: lists one page of the accounts, after offset others; limit is at
// most 100, 0 means 100. A shorter page is the last.
// https://developer.work.weixin.qq.com/document/path/94691
func AccountList(api *token.Api, offset, limit int) ([]Account, error) {
	res, err := cgi.Call[listAccountsRes](api, cgi.Read("kf/account/list"), listAccountsReq{offset, limit},
		check.NonNegative("offset", int64(offset)), check.Limit(limit, maxAccounts))
	if err != nil {
		return nil, err
	}
	return res.AccountList, nil
}

// AllAccounts walks all pages of [AccountList]. It stops at the first error.
func AllAccounts(api *token.Api) iter.Seq2[Account, error] {
	return paging.Offsets(api.Context(), maxAccounts, func(offset int) ([]Account, error) {
		return AccountList(api, offset, maxAccounts)
	})
}

type updateAccountReq struct {
	OpenKfId string `json:"open_kfid"`
	Name     string `json:"name,omitempty"`
	MediaId  string `json:"media_id,omitempty"`
}

// AccountUpdate 修改客服账号: changes name and avatar of an account; "" keeps the present one.
//
// Errors: 95000 and 95004 no such account, 95006 name, 40007 media_id.
// https://developer.work.weixin.qq.com/document/path/94690
func AccountUpdate(api *token.Api, openKfId, name, mediaId string) error {
	return cgi.Do(api, cgi.Write("kf/account/update"), updateAccountReq{openKfId, name, mediaId},
		checkAccount(openKfId), check.Runes("name", name, 16), check.Bytes("media_id", mediaId, 128))
}

// AccountDel 删除客服账号: deletes an account. The last one can't be deleted (95005).
// https://developer.work.weixin.qq.com/document/path/94689
func AccountDel(api *token.Api, openKfId string) error {
	return cgi.Do(api, cgi.Write("kf/account/del"), accountReq{openKfId}, checkAccount(openKfId))
}

type contactWayReq struct {
	OpenKfId string `json:"open_kfid"`
	Scene    string `json:"scene,omitempty"`
}

type contactWayRes struct {
	Url string `json:"url"`
}

// AddContactWay 获取客服账号链接: returns a link that opens a conversation with the account. The
// scene, at most 32 of 0-9a-zA-Z_-, comes back in the event [EnterSession].
//
// If there is a scene you may append &scene_param=… to the link, at most 128 bytes before they
// are escaped. Do not change the link in any other way.
// https://developer.work.weixin.qq.com/document/path/94692
func AddContactWay(api *token.Api, openKfId, scene string) (url string, err error) {
	res, err := cgi.Call[contactWayRes](api, cgi.Write("kf/add_contact_way").Needing("url"), contactWayReq{openKfId, scene},
		checkAccount(openKfId), checkPlain("scene", scene))
	if err != nil {
		return "", err
	}
	return res.Url, nil
}
