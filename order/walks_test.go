package order_test

import (
	"testing"

	"github.com/gothird/wecom/internal/spectest"
	"github.com/gothird/wecom/order"
	"github.com/gothird/wecom/token"
)

// G: endpoint/documented endpoint/cursor
func TestWalkRequests(t *testing.T) {
	t.Parallel()
	spectest.Walks(t, sampleApi, walks)
}

var walks = []spectest.Walk[*token.Api]{
	{Go: "ORAllOrders", Endpoint: "order/list_order", Call: func(api *token.Api) error {
		return last(order.ORAllOrders(api, order.ListCond{CorpId: sampleCorp, StartTime: 1770166800, EndTime: 1772330400, Cursor: "c1", Limit: 7}))
	}, Pages: []spectest.Page{
		{
			Request: `{"corpid":"wpRiverside0000000000000001","start_time":1770166800,"end_time":1772330400,"cursor":"c1","limit":7}`,
			Answer:  `{"order_list":[],"has_more":1,"next_cursor":"c2"}`,
		},
		{
			Request: `{"corpid":"wpRiverside0000000000000001","start_time":1770166800,"end_time":1772330400,"cursor":"c2","limit":7}`,
			Answer:  `{"order_list":[],"has_more":0}`,
		},
	}},
	{Go: "ORAllAccounts", Endpoint: "order/list_order_account", Call: func(api *token.Api) error {
		return last(order.ORAllAccounts(api, "OI0000A1B2C3D4E5F60001"))
	}, Pages: []spectest.Page{
		{
			Request: `{"order_id":"OI0000A1B2C3D4E5F60001","limit":1000}`,
			Answer:  `{"account_list":[],"has_more":1,"next_cursor":"c2"}`,
		},
		{
			Request: `{"order_id":"OI0000A1B2C3D4E5F60001","limit":1000,"cursor":"c2"}`,
			Answer:  `{"account_list":[],"has_more":0}`,
		},
	}},
	{Go: "ORUnionAll", Endpoint: "order/get_union_order", Call: func(api *token.Api) error {
		return last(order.ORUnionAll(api, "OI0000A1B2C3D4E5F60090"))
	}, Pages: []spectest.Page{
		{
			Request: `{"order_id":"OI0000A1B2C3D4E5F60090","limit":1000}`,
			Answer:  `{"order":{"order_id":"o"},"buy_list":[],"has_more":1,"next_cursor":"c2"}`,
		},
		{
			Request: `{"order_id":"OI0000A1B2C3D4E5F60090","limit":1000,"cursor":"c2"}`,
			Answer:  `{"order":{"order_id":"o"},"buy_list":[],"has_more":0}`,
		},
	}},
	{Go: "AdvancedAllOrders", Endpoint: "advanced/advanced_list_order", Call: func(api *token.Api) error {
		return last(order.AdvancedAllOrders(api.WithCorp("wpA1b2C3"), order.AdvancedListCond{
			CustomCorpId: "wpA1b2C3", StartTime: 1764518400, EndTime: 1767196800, AdvancedApiType: 1, Cursor: "c1", Limit: 7,
		}))
	}, Pages: []spectest.Page{
		{
			Request: `{"custom_corpid":"wpA1b2C3","start_time":1764518400,"end_time":1767196800,"advanced_api_type":1,"cursor":"c1","limit":7}`,
			Answer:  `{"order_list":[],"has_more":1,"next_cursor":"c2"}`,
		},
		{
			Request: `{"custom_corpid":"wpA1b2C3","start_time":1764518400,"end_time":1767196800,"advanced_api_type":1,"cursor":"c2","limit":7}`,
			Answer:  `{"order_list":[],"has_more":0}`,
		},
	}},
	{Go: "PaytoolAllOrders", Endpoint: "service/paytool_get_order_list", Except: signed, Call: func(api *token.Api) error {
		return last(order.PaytoolAllOrders(api, cashierKey, order.PaytoolListCond{
			BusinessType: order.PaytoolCustomized, StartTime: 1770166800, EndTime: 1772330400, Cursor: "c1", Limit: 7,
		}))
	}, Pages: []spectest.Page{
		{
			Request: `{"business_type":2,"start_time":1770166800,"end_time":1772330400,"cursor":"c1","limit":7}`,
			Answer:  `{"pay_order_list":[],"has_more":1,"next_cursor":"c2"}`,
		},
		{
			Request: `{"business_type":2,"start_time":1770166800,"end_time":1772330400,"cursor":"c2","limit":7}`,
			Answer:  `{"pay_order_list":[],"has_more":0}`,
		},
	}},
	{Go: "PaytoolAllInvoices", Endpoint: "service/paytool_get_invoice_list", Call: func(api *token.Api) error {
		return last(order.PaytoolAllInvoices(api, order.InvoiceListCond{StartTime: 1770166800, EndTime: 1772330400, Cursor: "c1", Limit: 7}))
	}, Pages: []spectest.Page{
		{
			Request: `{"start_time":1770166800,"end_time":1772330400,"cursor":"c1","limit":7}`,
			Answer:  `{"invoice_list":[],"has_more":1,"next_cursor":"c2"}`,
		},
		{
			Request: `{"start_time":1770166800,"end_time":1772330400,"cursor":"c2","limit":7}`,
			Answer:  `{"invoice_list":[],"has_more":0}`,
		},
	}},
}
