package service

import (
	"cmp"
	"errors"
	"iter"

	"github.com/gothird/wecom/internal/check"
	"github.com/gothird/wecom/internal/paging"
	"github.com/gothird/wecom/token"
)

// ContactQuery looks for members and departments by name.
type ContactQuery struct {
	QueryWord      string `json:"query_word"`                 // at most 64 characters
	QueryType      int    `json:"query_type,omitempty"`       // 0 both, 1 members, 2 departments
	QueryRange     int    `json:"query_range,omitempty"`      // 0 present members, 1 also those gone within a year
	Limit          int    `json:"limit,omitempty"`            // at most 200; 0: 50
	FullMatchField int    `json:"full_match_field,omitempty"` // 0 part of a name, 1 whole name, 2 whole English name
	Cursor         string `json:"cursor,omitempty"`
}

func (q ContactQuery) check() error {
	return cmp.Or(check.Required("query_word", q.QueryWord), check.Runes("query_word", q.QueryWord, 64),
		check.Between("query_type", q.QueryType, 0, 2), check.Between("query_range", q.QueryRange, 0, 1),
		check.Limit(q.Limit, 200), check.Between("full_match_field", q.FullMatchField, 0, 2))
}

// ContactResult is one page of the result of a query. It may have fewer entries than the limit:
// only IsLast says whether it was the last page.
type ContactResult struct {
	QueryRequest ContactQuery `json:"query_request"` // ContactBatchSearch
	QueryResult  ContactMatch `json:"query_result"`
	IsLast       bool         `json:"is_last"`
	NextCursor   string       `json:"next_cursor"`
	ErrCode      int          `json:"errcode"` // ContactBatchSearch: see Err
	ErrMsg       string       `json:"errmsg"`
}

// Err is nil if the query of a [ContactBatchSearch] worked, otherwise a *token.Error with the
// code. Then IsLast is false, and NextCursor is the cursor of the query, so that you can ask
// again.
func (r ContactResult) Err() error {
	if r.ErrCode == 0 {
		return nil
	}
	ep := batchSearch()
	return &token.Error{Code: r.ErrCode, Msg: r.ErrMsg, Path: ep.Path, Credential: ep.Credential.String()}
}

// ContactMatch lists members and departments.
type ContactMatch struct {
	User        ContactUsers   `json:"user"`
	Party       ContactParties `json:"party"`
	DismissUser ContactUsers   `json:"dismiss_user"` // gone within a year
}

// ContactUsers lists members under both ids, in the same order.
type ContactUsers struct {
	UserId     []string `json:"userid"`
	OpenUserId []string `json:"open_userid"`
}

// ContactParties lists departments.
type ContactParties struct {
	DepartmentId []int64 `json:"department_id"`
}

type contactSearchReq struct {
	AuthCorpId string `json:"auth_corpid"`
	AgentId    int64  `json:"agentid,omitempty"`
	ContactQuery
}

// ContactSearch 通讯录单个搜索: searches members and departments of the bound corp by name, and
// returns one page of them. agentId limits the search to that app's visible range, 0 does not.
// https://developer.work.weixin.qq.com/document/path/91844
func ContactSearch(api *token.Api, agentId int64, query ContactQuery) (*ContactResult, error) {
	if api.CorpId() == "" {
		return nil, token.ErrNoCorp
	}
	if err := cmp.Or(query.check(), check.NonNegative("agentid", agentId)); err != nil {
		return nil, err
	}
	ep := token.Endpoint{Path: "/cgi-bin/service/contact/search", Credential: token.Provider, Read: true}.Needing("is_last")
	return token.Call[ContactResult](api, ep, contactSearchReq{api.CorpId(), agentId, query})
}

// AllContactSearch walks the pages of [ContactSearch].
func AllContactSearch(api *token.Api, agentId int64, query ContactQuery) iter.Seq2[ContactMatch, error] {
	return paging.All(api.Context(), query.Cursor, func(cursor string) ([]ContactMatch, string, error) {
		query := query // a sequence may be walked again
		query.Cursor = cursor
		page, err := ContactSearch(api, agentId, query)
		if err != nil {
			return nil, "", err
		}
		next, err := paging.Next(!page.IsLast, page.NextCursor)
		return []ContactMatch{page.QueryResult}, next, err
	})
}

type contactBatchSearchReq struct {
	AuthCorpId       string         `json:"auth_corpid"`
	AgentId          int64          `json:"agentid,omitempty"`
	QueryRequestList []ContactQuery `json:"query_request_list"`
}

type contactBatchSearchRes struct {
	QueryResultList []ContactResult `json:"query_result_list"`
}

func batchSearch() token.Endpoint {
	return token.Endpoint{Path: "/cgi-bin/service/contact/batchsearch", Credential: token.Provider, Read: true}
}

// ContactBatchSearch 通讯录批量搜索: is [ContactSearch] for many queries, one page of each. A
// query can fail alone, so look at Err of each result. More than 50 are sent in parts. If one
// part fails, the answers so far come with the error.
// https://developer.work.weixin.qq.com/document/path/91844
func ContactBatchSearch(api *token.Api, agentId int64, queries []ContactQuery) ([]ContactResult, error) {
	if api.CorpId() == "" {
		return nil, token.ErrNoCorp
	}
	if len(queries) == 0 {
		return nil, errors.New("wecom: query_request_list is empty")
	}
	for i, query := range queries {
		if err := cmp.Or(query.check(), check.NonNegative("agentid", agentId)); err != nil {
			return nil, check.At("query_request_list", i, err)
		}
	}
	return inBatches(queries, 50, func(part []ContactQuery) ([]ContactResult, error) {
		res, err := token.Call[contactBatchSearchRes](api, batchSearch(), contactBatchSearchReq{api.CorpId(), agentId, part})
		if err != nil {
			return nil, err
		}
		return res.QueryResultList, nil
	})
}

// SortOption is one criterion.
type SortOption struct {
	SortField int `json:"sort_field"` // 0 pinyin of the name, 1 alias
	SortType  int `json:"sort_type"`  // 0 ascending, 1 descending
}

type contactSortReq struct {
	AuthCorpId  string       `json:"auth_corpid"`
	UserIdList  []string     `json:"useridlist"`
	SortOptions []SortOption `json:"sort_options,omitempty"`
}

type contactSortRes struct {
	UserIdList []string `json:"useridlist"`
}

// ContactSort 通讯录userid排序: sorts up to 1000 members of the bound corp by the options, the
// most important first.
// https://developer.work.weixin.qq.com/document/path/92093
func ContactSort(api *token.Api, userIds []string, options ...SortOption) ([]string, error) {
	if api.CorpId() == "" {
		return nil, token.ErrNoCorp
	}
	problems := []error{check.Ids("useridlist", userIds, 1000)}
	for _, o := range options {
		problems = append(problems, check.Between("sort_field", o.SortField, 0, 1), check.Between("sort_type", o.SortType, 0, 1))
	}
	if err := cmp.Or(problems...); err != nil {
		return nil, err
	}
	ep := token.Endpoint{Path: "/cgi-bin/service/contact/sort", Credential: token.Provider, Read: true}
	res, err := token.Call[contactSortRes](api, ep, contactSortReq{api.CorpId(), userIds, options})
	if err != nil {
		return nil, err
	}
	return res.UserIdList, nil
}
