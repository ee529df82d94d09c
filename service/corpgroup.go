package service

import (
	"cmp"
	"iter"

	"github.com/gothird/wecom/access"
	"github.com/gothird/wecom/internal/check"
	"github.com/gothird/wecom/internal/paging"
	"github.com/gothird/wecom/token"
)

// How corps are joined.
const (
	BusinessGroup = 0 // 企业互联
	BusinessChain = 1 // 上下游
)

// AppShareQuery names an app of the bound, upper corp.
type AppShareQuery struct {
	AgentId      int64  `json:"agentid"`                 // 0: the app that the bound corp has installed
	BusinessType int    `json:"business_type,omitempty"` // BusinessGroup, BusinessChain
	CorpId       string `json:"corpid,omitempty"`        // this lower corp only
	Limit        int    `json:"limit,omitempty"`         // at most 100; 0: all at once
	Cursor       string `json:"cursor,omitempty"`
}

// AppShareList is one page of corps.
type AppShareList struct {
	Ending     int        `json:"ending"` // 1 on the last page
	CorpList   []AppShare `json:"corp_list"`
	NextCursor string     `json:"next_cursor"`
}

// AppShare is a lower corp that has the app.
type AppShare struct {
	CorpId   string `json:"corpid"`
	CorpName string `json:"corp_name"`
	AgentId  int64  `json:"agentid"` // there
}

// ListAppShareInfo 获取应用共享信息: lists one page of the lower corps that an app of the bound
// corp is shared with.
//
// If the app has sensitive rights, corps that have not agreed yet are missing.
// https://developer.work.weixin.qq.com/document/path/93405
func ListAppShareInfo(api *token.Api, query AppShareQuery) (*AppShareList, error) {
	err := cmp.Or(check.Between("business_type", query.BusinessType, 0, 1), check.Limit(query.Limit, 100))
	if err != nil {
		return nil, err
	}
	if query.AgentId, err = agentOr(api, "agentid", api.CorpId(), query.AgentId); err != nil {
		return nil, err
	}
	ep := token.Endpoint{Path: "/cgi-bin/corpgroup/corp/list_app_share_info", Credential: token.Corp, Read: true}
	return token.Call[AppShareList](api, ep, query)
}

// AllAppShareInfo walks the pages of [ListAppShareInfo].
func AllAppShareInfo(api *token.Api, query AppShareQuery) iter.Seq2[AppShare, error] {
	return paging.All(api.Context(), query.Cursor, func(cursor string) ([]AppShare, string, error) {
		query := query // a sequence may be walked again
		query.Cursor = cursor
		page, err := ListAppShareInfo(api, query)
		if err != nil {
			return nil, "", err
		}
		next, err := paging.Next(page.Ending != 1, page.NextCursor)
		return page.CorpList, next, err
	})
}

// LowerApp is an app in a lower corp, see [AppShare].
type LowerApp struct {
	CorpId       string `json:"corpid"`
	AgentId      int64  `json:"agentid"`
	BusinessType int    `json:"business_type,omitempty"` // BusinessGroup, BusinessChain
}

// GetCorpGroupToken 获取下级/下游企业的access_token: returns a token for a lower corp to the
// bound corp's customised app. Store it while it is valid, and use it as
//
//	token.Endpoint{Path: "/cgi-bin/…", Credential: token.Static(value.AcsToken)}
//
// Third-party apps have an installation per lower corp instead. Errors: 670001 not shared.
// https://developer.work.weixin.qq.com/document/path/96814
func GetCorpGroupToken(api *token.Api, app LowerApp) (access.Value, error) {
	if err := cmp.Or(check.Required("corpid", app.CorpId), check.NonNegative("agentid", app.AgentId),
		check.Between("business_type", app.BusinessType, 0, 1)); err != nil {
		return access.Value{}, err
	}
	ep := token.Endpoint{Path: "/cgi-bin/corpgroup/corp/gettoken", Credential: token.Corp, Read: true}.Needing("access_token")
	res, err := token.Call[access.CorpAccessToken](api, ep, app)
	if err != nil {
		return access.Value{}, err
	}
	return res.GetAccessToken(), nil
}
