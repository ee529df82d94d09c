package service

import (
	"fmt"
	"iter"

	"github.com/gothird/wecom/internal/check"
	"github.com/gothird/wecom/internal/paging"
	"github.com/gothird/wecom/token"
)

// BillQuery names a span of at most 31 days.
type BillQuery struct {
	BeginTime int64  `json:"begin_time"` // Unix seconds
	EndTime   int64  `json:"end_time"`   // Unix seconds
	Cursor    string `json:"cursor,omitempty"`
	Limit     int    `json:"limit,omitempty"` // at most 1000; 0: 100
}

func (q BillQuery) check() error {
	const month = 31 * 24 * 3600
	if q.BeginTime <= 0 || q.EndTime < q.BeginTime || q.EndTime-q.BeginTime > month {
		return fmt.Errorf("wecom: begin_time %d to end_time %d must be a span of at most 31 days", q.BeginTime, q.EndTime)
	}
	return check.Limit(q.Limit, 1000)
}

// BillList is one page of bills.
type BillList struct {
	BillList   []Bill `json:"bill_list"`
	NextCursor string `json:"next_cursor"`
}

// Bill is one use that the provider pays for.
type Bill struct {
	Timestamp int64  `json:"timestamp"` // Unix seconds
	LinkId    string `json:"link_id"`   // empty when the link is deleted
	State     string `json:"state"`
	Price     int64  `json:"price"` // fen
}

type billReq struct {
	AuthCorpId string `json:"auth_corpid"`
	BillQuery
}

// GetAcquisitionBillList 获取获客助手组件账单: lists one page of the uses of the 获客助手
// component in the bound corp that the provider pays for. For component apps only.
// https://developer.work.weixin.qq.com/document/path/99602
func GetAcquisitionBillList(api *token.Api, query BillQuery) (*BillList, error) {
	if api.CorpId() == "" {
		return nil, token.ErrNoCorp
	}
	if err := query.check(); err != nil {
		return nil, err
	}
	ep := token.Endpoint{Path: "/cgi-bin/service/customer_acquisition/get_bill_list", Credential: token.Suite, Read: true}
	return token.Call[BillList](api, ep, billReq{api.CorpId(), query})
}

// AllAcquisitionBills walks the pages of [GetAcquisitionBillList].
func AllAcquisitionBills(api *token.Api, query BillQuery) iter.Seq2[Bill, error] {
	return paging.All(api.Context(), query.Cursor, func(cursor string) ([]Bill, string, error) {
		query := query // a sequence may be walked again
		query.Cursor = cursor
		page, err := GetAcquisitionBillList(api, query)
		if err != nil {
			return nil, "", err
		}
		return page.BillList, page.NextCursor, nil
	})
}
