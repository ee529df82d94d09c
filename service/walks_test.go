package service

import (
	"testing"

	"github.com/gothird/wecom/internal/spectest"
	"github.com/gothird/wecom/token"
)

// end walks seq and returns the error that it ends with.
func end[T any](seq func(func(T, error) bool)) error {
	_, err := walk(seq)
	return err
}

// G: endpoint/documented endpoint/cursor
func TestWalkRequests(t *testing.T) {
	t.Parallel()
	spectest.Walks(t, newApi(t), walks)
}

var walks = []spectest.Walk[*token.Api]{
	{Go: "AllContactSearch", Endpoint: "service/contact_search", Call: func(api *token.Api) error {
		return end(AllContactSearch(api, 1000012, ContactQuery{QueryWord: "mei", QueryType: 2, QueryRange: 1, Limit: 7, Cursor: "c1"}))
	}, Pages: []spectest.Page{
		{
			Request: `{"auth_corpid":"wpDEMOcorp0001","agentid":1000012,"query_word":"mei","query_type":2,"query_range":1,"limit":7,"cursor":"c1"}`,
			Answer:  `{"query_result":{},"is_last":false,"next_cursor":"c2"}`,
		},
		{
			Request: `{"auth_corpid":"wpDEMOcorp0001","agentid":1000012,"query_word":"mei","query_type":2,"query_range":1,"limit":7,"cursor":"c2"}`,
			Answer:  `{"query_result":{},"is_last":true}`,
		},
	}},
	{Go: "AllContactSearch", Endpoint: "service/contact_search", Call: func(api *token.Api) error {
		return end(AllContactSearch(api, 1000012, ContactQuery{QueryWord: "mei", QueryType: 1, FullMatchField: 2}))
	}, Pages: []spectest.Page{
		{
			Request: `{"auth_corpid":"wpDEMOcorp0001","agentid":1000012,"query_word":"mei","query_type":1,"full_match_field":2}`,
			Answer:  `{"query_result":{},"is_last":false,"next_cursor":"c2"}`,
		},
		{
			Request: `{"auth_corpid":"wpDEMOcorp0001","agentid":1000012,"query_word":"mei","query_type":1,"full_match_field":2,"cursor":"c2"}`,
			Answer:  `{"query_result":{},"is_last":true}`,
		},
	}},
	{Go: "AllAcquisitionBills", Endpoint: "service/customer_acquisition_get_bill_list", Call: func(api *token.Api) error {
		return end(AllAcquisitionBills(api, BillQuery{BeginTime: 1700000000, EndTime: 1700086400, Cursor: "c1", Limit: 7}))
	}, Pages: []spectest.Page{
		{
			Request: `{"auth_corpid":"wpDEMOcorp0001","begin_time":1700000000,"end_time":1700086400,"cursor":"c1","limit":7}`,
			Answer:  `{"bill_list":[],"next_cursor":"c2"}`,
		},
		{
			Request: `{"auth_corpid":"wpDEMOcorp0001","begin_time":1700000000,"end_time":1700086400,"cursor":"c2","limit":7}`,
			Answer:  `{"bill_list":[]}`,
		},
	}},
	{Go: "AllAppShareInfo", Endpoint: "service/corpgroup_list_app_share_info", Call: func(api *token.Api) error {
		return end(AllAppShareInfo(api, AppShareQuery{AgentId: 1000013, BusinessType: BusinessChain, CorpId: "wpLOWER", Limit: 7, Cursor: "c1"}))
	}, Pages: []spectest.Page{
		{
			Request: `{"agentid":1000013,"business_type":1,"corpid":"wpLOWER","limit":7,"cursor":"c1"}`,
			Answer:  `{"ending":0,"corp_list":[],"next_cursor":"c2"}`,
		},
		{
			Request: `{"agentid":1000013,"business_type":1,"corpid":"wpLOWER","limit":7,"cursor":"c2"}`,
			Answer:  `{"ending":1,"corp_list":[]}`,
		},
	}},
	{Go: "AllChainCorpInfo", Endpoint: "service/corpgroup_get_chain_corpinfo_list", Call: func(api *token.Api) error {
		return end(AllChainCorpInfo(api, ChainCorpQuery{ChainId: "ChDEMO", GroupId: 3, NeedPending: true, Cursor: "c1", Limit: 7}))
	}, Pages: []spectest.Page{
		{
			Request: `{"chain_id":"ChDEMO","groupid":3,"need_pending":true,"cursor":"c1","limit":7}`,
			Answer:  `{"group_corps":[],"has_more":true,"next_cursor":"c2"}`,
		},
		{
			Request: `{"chain_id":"ChDEMO","groupid":3,"need_pending":true,"cursor":"c2","limit":7}`,
			Answer:  `{"group_corps":[],"has_more":false}`,
		},
	}},
}
