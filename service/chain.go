package service

import (
	"cmp"
	"errors"
	"iter"

	"github.com/gothird/wecom/internal/check"
	"github.com/gothird/wecom/internal/paging"
	"github.com/gothird/wecom/token"
)

// Chain is one 上下游 space of the bound, upper corp.
type Chain struct {
	ChainId   string `json:"chain_id"`
	ChainName string `json:"chain_name"`
}

type chainListRes struct {
	Chains []Chain `json:"chains"`
}

// GetChainList 获取上下游列表: lists the chains of the bound corp.
// https://developer.work.weixin.qq.com/document/path/96876
func GetChainList(api *token.Api) ([]Chain, error) {
	ep := token.Endpoint{Method: "GET", Path: "/cgi-bin/corpgroup/corp/get_chain_list", Credential: token.Corp, Read: true}
	res, err := token.Call[chainListRes](api, ep, nil)
	if err != nil {
		return nil, err
	}
	return res.Chains, nil
}

// ChainGroup is a group of corps in a chain.
type ChainGroup struct {
	GroupId   int64  `json:"groupid"`
	GroupName string `json:"group_name"`
	ParentId  int64  `json:"parentid"` // the root is 1
	Order     int64  `json:"order"`
}

type chainGroupReq struct {
	ChainId string `json:"chain_id"`
	GroupId int64  `json:"groupid,omitempty"`
}

type chainGroupRes struct {
	Groups []ChainGroup `json:"groups"`
}

// GetChainGroup 获取上下游通讯录分组: lists the groups of a chain, or one of them; groupId 0
// stands for all.
//
// Errors: 670002 wrong chain, 670003 wrong group.
// https://developer.work.weixin.qq.com/document/path/96876
func GetChainGroup(api *token.Api, chainId string, groupId int64) ([]ChainGroup, error) {
	if err := cmp.Or(check.Required("chain_id", chainId), check.NonNegative("groupid", groupId)); err != nil {
		return nil, err
	}
	ep := token.Endpoint{Path: "/cgi-bin/corpgroup/corp/get_chain_group", Credential: token.Corp, Read: true}
	res, err := token.Call[chainGroupRes](api, ep, chainGroupReq{chainId, groupId})
	if err != nil {
		return nil, err
	}
	return res.Groups, nil
}

// ChainCorp is a corp of a chain.
type ChainCorp struct {
	GroupId             int64  `json:"groupid"`
	CorpId              string `json:"corpid"` // lists: joined corps
	CorpName            string `json:"corp_name"`
	CustomId            string `json:"custom_id"`            // the upper corp's own
	InviteUserId        string `json:"invite_userid"`        // lists: for apps that the chain may call
	PendingCorpId       string `json:"pending_corpid"`       // lists: corps that have not joined
	QualificationStatus int    `json:"qualification_status"` // GetChainCorpInfo: 1 none, 2 verified, 3 certified
	IsJoined            bool   `json:"is_joined"`
}

// ChainCorpQuery names a group of a chain.
type ChainCorpQuery struct {
	ChainId     string `json:"chain_id"`
	GroupId     int64  `json:"groupid,omitempty"` // 0: the root
	NeedPending bool   `json:"need_pending,omitempty"`
	Cursor      string `json:"cursor,omitempty"`
	Limit       int    `json:"limit,omitempty"` // 0: all at once
}

// ChainCorpList is one page of corps.
type ChainCorpList struct {
	GroupCorps []ChainCorp `json:"group_corps"`
	HasMore    bool        `json:"has_more"`
	NextCursor string      `json:"next_cursor"`
}

// GetChainCorpInfoList 获取企业上下游通讯录分组下的企业详情列表: lists one page of the corps of
// a group.
//
// Errors: 670002 wrong chain, 670003 wrong group.
// https://developer.work.weixin.qq.com/document/path/96876
func GetChainCorpInfoList(api *token.Api, query ChainCorpQuery) (*ChainCorpList, error) {
	if err := cmp.Or(check.Required("chain_id", query.ChainId), check.NonNegative("groupid", query.GroupId),
		check.NonNegative("limit", int64(query.Limit))); err != nil {
		return nil, err
	}
	ep := token.Endpoint{Path: "/cgi-bin/corpgroup/corp/get_chain_corpinfo_list", Credential: token.Corp, Read: true}
	return token.Call[ChainCorpList](api, ep, query)
}

// AllChainCorpInfo walks the pages of [GetChainCorpInfoList].
func AllChainCorpInfo(api *token.Api, query ChainCorpQuery) iter.Seq2[ChainCorp, error] {
	return paging.All(api.Context(), query.Cursor, func(cursor string) ([]ChainCorp, string, error) {
		query := query // a sequence may be walked again
		query.Cursor = cursor
		page, err := GetChainCorpInfoList(api, query)
		if err != nil {
			return nil, "", err
		}
		next, err := paging.Next(page.HasMore, page.NextCursor)
		return page.GroupCorps, next, err
	})
}

type chainCorpReq struct {
	ChainId       string `json:"chain_id"`
	CorpId        string `json:"corpid,omitempty"`
	PendingCorpId string `json:"pending_corpid,omitempty"`
}

func (r chainCorpReq) check() error {
	var which error
	if (r.CorpId == "") == (r.PendingCorpId == "") {
		which = errors.New("wecom: either corpid or pending_corpid must be given")
	}
	return cmp.Or(check.Required("chain_id", r.ChainId), which)
}

// GetChainCorpInfo 获取企业上下游通讯录下的企业信息: reports one corp of a chain, by corpId or,
// while it has not joined, by pendingCorpId; the other is "".
//
// Errors: 670004 not in the chain.
// https://developer.work.weixin.qq.com/document/path/96876
func GetChainCorpInfo(api *token.Api, chainId, corpId, pendingCorpId string) (*ChainCorp, error) {
	req := chainCorpReq{chainId, corpId, pendingCorpId}
	if err := req.check(); err != nil {
		return nil, err
	}
	ep := token.Endpoint{Path: "/cgi-bin/corpgroup/corp/get_chain_corpinfo", Credential: token.Corp, Read: true}.Needing("corp_name")
	return token.Call[ChainCorp](api, ep, req)
}

type sharedChainReq struct {
	CorpId string `json:"corpid,omitempty"`
}

// GetCorpSharedChainList 获取下级企业加入的上下游: lists the chains of the bound, upper corp that a
// lower corp has joined, for customised apps.
//
// Errors: 670004 the corp is outside of the app's visible range.
// https://developer.work.weixin.qq.com/document/path/97442
func GetCorpSharedChainList(api *token.Api, corpId string) ([]Chain, error) {
	ep := token.Endpoint{Path: "/cgi-bin/corpgroup/get_corp_shared_chain_list", Credential: token.Corp, Read: true}
	res, err := token.Call[chainListRes](api, ep, sharedChainReq{corpId})
	if err != nil {
		return nil, err
	}
	return res.Chains, nil
}

type chainUserReq struct {
	ChainId string `json:"chain_id"`
	CorpId  string `json:"corpid"`
	UserId  string `json:"userid"`
}

type chainUserRes struct {
	UserCustomId string `json:"user_custom_id"`
}

// GetChainUserCustomId 查询成员自定义id: returns the bound, upper corp's own id of a member of a
// joined corp, a 64-bit number as text, for customised apps.
//
// Errors: 670002 wrong chain, 670004 not in the chain, 670035 the member has no such id.
// https://developer.work.weixin.qq.com/document/path/97441
func GetChainUserCustomId(api *token.Api, chainId, corpId, userId string) (string, error) {
	if err := cmp.Or(check.Required("chain_id", chainId), check.Required("corpid", corpId), check.Required("userid", userId)); err != nil {
		return "", err
	}
	ep := token.Endpoint{Path: "/cgi-bin/corpgroup/corp/get_chain_user_custom_id", Credential: token.Corp, Read: true}.Needing("user_custom_id")
	res, err := token.Call[chainUserRes](api, ep, chainUserReq{chainId, corpId, userId})
	if err != nil {
		return "", err
	}
	return res.UserCustomId, nil
}
