package externalcontact

import (
	"cmp"
	"fmt"
	"iter"
	"math"

	"github.com/gothird/wecom/corp/internal/cgi"
	"github.com/gothird/wecom/internal/check"
	"github.com/gothird/wecom/token"
)

const (
	maxStrategies     = 1000 // of one page, of ranges as well
	maxStrategyAdmins = 20
)

// Types of a [StrategyNode].
const (
	NodeUser  = 1
	NodeParty = 2
)

// StrategyNode is a member or a department in the range of a rule group.
type StrategyNode struct {
	Type    int    `json:"type"`              // NodeUser, NodeParty
	UserId  string `json:"userid,omitempty"`  // of NodeUser
	PartyId int64  `json:"partyid,omitempty"` // of NodeParty
}

func (n StrategyNode) check() error {
	if n.Type == NodeUser && n.UserId != "" && n.PartyId == 0 || n.Type == NodeParty && n.UserId == "" && n.PartyId > 0 {
		return nil
	}
	return fmt.Errorf("wecom: type %d, userid %q, partyid %d: it must be 1 with a userid, or 2 with a partyid", n.Type, n.UserId, n.PartyId)
}

// StrategyId names a rule group.
type StrategyId struct {
	StrategyId int64 `json:"strategy_id"`
}

func (s StrategyId) check() error {
	return check.Between("strategy_id", s.StrategyId, 1, math.MaxInt64)
}

// Strategy 规则组: is a rule group. It says what its administrators may do with the customers of
// the members in its range. P is [CustomerPrivilege] or [MomentPrivilege].
type Strategy[P any] struct {
	StrategyId
	ParentId     int64    `json:"parent_id"` // 0: none. Otherwise the range is a part of the parent's
	StrategyName string   `json:"strategy_name"`
	AdminList    []string `json:"admin_list"`
	Privilege    P        `json:"privilege"`
	CreateTime   int64    `json:"create_time"` // Unix seconds
}

// NewStrategy is a new rule group.
type NewStrategy[P any] struct {
	ParentId     int64          `json:"parent_id,omitempty"` // at most 5 levels
	StrategyName string         `json:"strategy_name"`
	AdminList    []string       `json:"admin_list"`          // 1 to 20 members, no super administrators
	Privilege    *P             `json:"privilege,omitempty"` // nil: everything. With a parent the parent's counts
	Range        []StrategyNode `json:"range"`               // with a parent: a part of the parent's
}

func (s NewStrategy[P]) check(maxNodes int) error {
	return cmp.Or(check.NonNegative("parent_id", s.ParentId), check.Required("strategy_name", s.StrategyName),
		check.Ids("admin_list", s.AdminList, maxStrategyAdmins), checkNodes("range", s.Range, maxNodes), check.Between("the number of range", len(s.Range), 1, maxNodes))
}

// StrategyEdit changes a rule group. Fields that are left out do not change.
type StrategyEdit[P any] struct {
	StrategyId
	StrategyName string         `json:"strategy_name,omitempty"`
	AdminList    []string       `json:"admin_list,omitempty"` // replaces all, at most 20 members
	Privilege    *P             `json:"privilege,omitempty"`  // replaces all
	RangeAdd     []StrategyNode `json:"range_add,omitempty"`
	RangeDel     []StrategyNode `json:"range_del,omitempty"`
}

func (s StrategyEdit[P]) check(maxNodes int) error {
	return cmp.Or(s.StrategyId.check(), check.Items("admin_list", len(s.AdminList), maxStrategyAdmins),
		checkNodes("range_add", s.RangeAdd, maxNodes), checkNodes("range_del", s.RangeDel, maxNodes))
}

func checkNodes(field string, nodes []StrategyNode, most int) error {
	for i, node := range nodes {
		if err := node.check(); err != nil {
			return check.At(field, i, err)
		}
	}
	return check.Items(field, len(nodes), most)
}

// StrategyPage is one page of rule groups.
type StrategyPage struct {
	Strategy   []StrategyId `json:"strategy"`
	NextCursor string       `json:"next_cursor"` // "" on the last page
}

// allStrategies walks all pages of list.
func allStrategies(api *token.Api, list func(api *token.Api, cursor string, limit int) (*StrategyPage, error)) iter.Seq2[int64, error] {
	return walk(api, func(cursor string) (*StrategyPage, error) { return list(api, cursor, maxStrategies) }, func(p *StrategyPage) (ids []int64, next string) {
		for _, s := range p.Strategy {
			ids = append(ids, s.StrategyId)
		}
		return ids, p.NextCursor
	})
}

type strategyRes[P any] struct {
	Strategy Strategy[P] `json:"strategy"`
}

// getStrategy reads a rule group.
func getStrategy[P any](api *token.Api, path string, id StrategyId) (*Strategy[P], error) {
	res, err := cgi.Call[strategyRes[P]](api, cgi.Read(path).Needing("strategy"), id, id.check())
	if err != nil {
		return nil, err
	}
	return &res.Strategy, nil
}

// StrategyRangePage is one page of the range of a rule group.
type StrategyRangePage struct {
	Range      []StrategyNode `json:"range"`
	NextCursor string         `json:"next_cursor"` // "" on the last page
}

type strategyRangeReq struct {
	StrategyId
	pageReq
}

// strategyRange reads a page of a range.
func strategyRange(api *token.Api, path string, id int64, page pageReq) (*StrategyRangePage, error) {
	req := strategyRangeReq{StrategyId{id}, page}
	return cgi.Call[StrategyRangePage](api, cgi.Read(path), req, req.check(), check.Limit(page.Limit, maxStrategies))
}

// allOfRange walks all pages of get.
func allOfRange(api *token.Api, id int64, get func(api *token.Api, id int64, cursor string, limit int) (*StrategyRangePage, error)) iter.Seq2[StrategyNode, error] {
	return walk(api, func(cursor string) (*StrategyRangePage, error) { return get(api, id, cursor, maxStrategies) },
		func(p *StrategyRangePage) ([]StrategyNode, string) { return p.Range, p.NextCursor })
}

// createStrategy makes a rule group.
func createStrategy(api *token.Api, path string, req any, err error) (id int64, _ error) {
	res, err := cgi.Call[StrategyId](api, cgi.Write(path).Needing("strategy_id"), req, err)
	if err != nil {
		return 0, err
	}
	return res.StrategyId, nil
}
