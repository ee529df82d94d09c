package license

import (
	"iter"

	"github.com/gothird/wecom/internal/check"
	"github.com/gothird/wecom/internal/paging"
	"github.com/gothird/wecom/token"
)

type listActivedReq struct {
	CorpId string `json:"corpid"`
	Cursor
}

// ActivedList is one page of activated accounts.
type ActivedList struct {
	NextCursor  string       `json:"next_cursor"`
	HasMore     int          `json:"has_more"` // 1: there are further pages
	AccountList []ActiveInfo `json:"account_list"`
}

// LICListActived 获取企业的账号列表: returns one page of the corp's members that have, or had,
// an activated account. A member with both types occurs twice.
//
// An upstream corp sees what it activated itself, a downstream corp also what it received.
// https://developer.work.weixin.qq.com/document/path/95544
func LICListActived(api *token.Api, cursor Cursor) (*ActivedList, error) {
	corpId, err := corpOf(api, check.Limit(cursor.Limit, maxLimit))
	if err != nil {
		return nil, err
	}
	return token.Call[ActivedList](api, read("list_actived_account"), listActivedReq{corpId, cursor})
}

// LICAllActived walks all pages of [LICListActived]. It stops at the first error.
func LICAllActived(api *token.Api) iter.Seq2[ActiveInfo, error] {
	return paging.All(api.Context(), "", func(cursor string) ([]ActiveInfo, string, error) {
		page, err := LICListActived(api, Cursor{Cursor: cursor, Limit: maxLimit})
		if err != nil {
			return nil, "", err
		}
		next, err := paging.Next(page.HasMore != 0, page.NextCursor)
		return page.AccountList, next, err
	})
}
