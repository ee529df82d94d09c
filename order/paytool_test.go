package order_test

import (
	"strings"
	"testing"

	"github.com/gothird/wecom/internal/spectest"
	"github.com/gothird/wecom/internal/testworld"
	"github.com/gothird/wecom/order"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// thirdApp returns an order that is in order.
func thirdApp() *order.PaytoolOrder {
	return &order.PaytoolOrder{BusinessType: order.PaytoolThirdApp, ProductList: order.PaytoolProducts{ThirdApp: &order.PaytoolProduct{
		BuyInfoList: []order.PaytoolItem{{
			SuiteId: "wwSuiteDemo0001", EditionId: "standard", UserCount: 20, DurationDays: 365,
			DiscountInfo: &order.PaytoolDiscount{DiscountType: 2, DiscountRatio: 90, DiscountRemarks: "老客户"},
		}},
	}}}
}

// G: endpoint/checked
func TestCashierOrdersRefusedBeforeAnyRequest(t *testing.T) {
	t.Parallel()
	api := testworld.Api(t.Context(), spectest.Refuse(t))
	item := func(change func(*order.PaytoolItem)) func(*order.PaytoolOrder) {
		return func(o *order.PaytoolOrder) { change(&o.ProductList.ThirdApp.BuyInfoList[0]) }
	}
	customized := func(o *order.PaytoolOrder) {
		o.BusinessType, o.CustomCorpId = order.PaytoolCustomized, corp
		o.ProductList = order.PaytoolProducts{CustomizedApp: o.ProductList.ThirdApp}
	}
	solution := func(caseId, edition string) func(*order.PaytoolOrder) {
		return func(o *order.PaytoolOrder) {
			o.BusinessType, o.ProductList = order.PaytoolPromotion, order.PaytoolProducts{PromotionCase: o.ProductList.ThirdApp}
			o.ProductList.PromotionCase.CaseId, o.ProductList.PromotionCase.PromotionEditionName = caseId, edition
		}
	}
	for want, change := range map[string]func(*order.PaytoolOrder){
		"business_type is 0: it must be 1 to 3":       func(o *order.PaytoolOrder) { o.BusinessType = 0 },
		"pay_type is 3: it must be 0 to 2":            func(o *order.PaytoolOrder) { o.PayType = 3 },
		"needs third_app alone":                       func(o *order.PaytoolOrder) { o.ProductList = order.PaytoolProducts{} },
		"needs third_app alone for business":          func(o *order.PaytoolOrder) { o.ProductList.PromotionCase = &order.PaytoolProduct{} },
		"needs promotion_case alone":                  func(o *order.PaytoolOrder) { o.BusinessType = order.PaytoolPromotion },
		"custom_corpid is empty":                      func(o *order.PaytoolOrder) { customized(o); o.CustomCorpId = "" },
		"bank_receipt_media_id is empty":              func(o *order.PaytoolOrder) { o.PayType = order.PaytoolByProvider },
		"total_price is 0: it must be 1 to 500000000": customized,
		"total_price is 500000001: it must be": func(o *order.PaytoolOrder) {
			customized(o)
			o.ProductList.CustomizedApp.BuyInfoList[0].TotalPrice = 500000001
		},
		"promotion_case.case_id is empty": func(o *order.PaytoolOrder) {
			o.BusinessType, o.ProductList = order.PaytoolPromotion, order.PaytoolProducts{PromotionCase: o.ProductList.ThirdApp}
		},
		"product_list.third_app.order_type is 3":                      func(o *order.PaytoolOrder) { o.ProductList.ThirdApp.OrderType = 3 },
		"third_app.duration_days is -1":                               func(o *order.PaytoolOrder) { o.ProductList.ThirdApp.DurationDays = -1 },
		"third_app.buy_info_list, in items, is 0: it must be 1 to 20": func(o *order.PaytoolOrder) { o.ProductList.ThirdApp.BuyInfoList = nil },
		"is 21: it must be 1 to 20":                                   func(o *order.PaytoolOrder) { o.ProductList.ThirdApp.BuyInfoList = make([]order.PaytoolItem, 21) },
		"suiteid is empty":                                            item(func(i *order.PaytoolItem) { i.SuiteId = "" }),
		"edition_id is empty":                                         item(func(i *order.PaytoolItem) { i.EditionId = "" }),
		"user_count is 1000001":                                       item(func(i *order.PaytoolItem) { i.UserCount = 1000001 }),
		"duration_days is 1826":                                       item(func(i *order.PaytoolItem) { i.DurationDays = 1826 }),
		"discount_info.discount_type":                                 item(func(i *order.PaytoolItem) { i.DiscountInfo.DiscountType = 0 }),
		"discount_ratio is 9: it must be 10 to 99":                    item(func(i *order.PaytoolItem) { i.DiscountInfo.DiscountRatio = 9 }),
		"discount_amount is 0: it must":                               item(func(i *order.PaytoolItem) { i.DiscountInfo.DiscountType = 1 }),
		"discount_remarks is empty":                                   item(func(i *order.PaytoolItem) { i.DiscountInfo.DiscountRemarks = "" }),
		"discount_remarks has 257 bytes":                              item(func(i *order.PaytoolItem) { i.DiscountInfo.DiscountRemarks = strings.Repeat("x", 257) }),
		"suiteid has 65 bytes":                                        item(func(i *order.PaytoolItem) { i.SuiteId = strings.Repeat("x", 65) }),
		"duration_days is 0: it must be":                              item(func(i *order.PaytoolItem) { i.DurationDays = 0 }),
		"third_app.notify_custom_corp is 2":                           func(o *order.PaytoolOrder) { o.ProductList.ThirdApp.NotifyCustomCorp = ptr(2) },
		"needs customized_app alone":                                  func(o *order.PaytoolOrder) { o.BusinessType = order.PaytoolCustomized },
		"custom_corpid has 65 bytes":                                  func(o *order.PaytoolOrder) { o.CustomCorpId = strings.Repeat("x", 65) },
		"edition_id has 65 bytes":                                     item(func(i *order.PaytoolItem) { i.EditionId = strings.Repeat("x", 65) }),
		"discount_type is 3: it must be 1 to 2":                       item(func(i *order.PaytoolItem) { i.DiscountInfo.DiscountType = 3 }),
		"discount_ratio is 100":                                       item(func(i *order.PaytoolItem) { i.DiscountInfo.DiscountRatio = 100 }),
		"discount_amount is 10000001": item(func(i *order.PaytoolItem) {
			i.DiscountInfo.DiscountType, i.DiscountInfo.DiscountAmount = 1, 10000001
		}),
		"promotion_case.case_id has 65 bytes":            solution(strings.Repeat("x", 65), "gold"),
		"promotion_case.promotion_edition_name is empty": solution("c", ""),
		"promotion_edition_name has 129 bytes":           solution("c", strings.Repeat("x", 129)),
		"an amount needs it, except for new orders": func(o *order.PaytoolOrder) {
			o.CustomCorpId, o.ProductList.ThirdApp.OrderType = "", order.PaytoolRenewal
			o.ProductList.ThirdApp.BuyInfoList[0].DiscountInfo = &order.PaytoolDiscount{DiscountType: 1, DiscountAmount: 1, DiscountRemarks: "r"}
		},
		"promotion_case.duration_days is 0": solution("c", "gold"),
		"buy_info_list[0]: suite":           item(func(i *order.PaytoolItem) { i.SuiteId = "" }),
	} {
		bought := thirdApp()
		change(bought)
		_, err := order.PaytoolOpenOrder(api.WithCorp(""), cashierKey, bought)
		assert.ErrorContains(t, err, want)
	}
	_, err := order.PaytoolOpenOrder(api, "", thirdApp())
	assert.ErrorContains(t, err, "API key is empty")
	assert.ErrorContains(t, order.PaytoolCloseOrder(api, cashierKey, ""), "order_id is empty")
	_, err = order.PaytoolGetOrderDetail(api, cashierKey, "")
	assert.ErrorContains(t, err, "order_id is empty")
	_, err = order.PaytoolGetOrderList(api, cashierKey, &order.PaytoolListCond{Limit: 2001})
	assert.ErrorContains(t, err, "limit is 2001")
	_, err = order.PaytoolGetOrderList(api, cashierKey, &order.PaytoolListCond{Limit: 1, BusinessType: 4})
	assert.ErrorContains(t, err, "business_type is 4: it must be 0 to 3")
}

// G: endpoint/checked
func TestInvoicesRefusedBeforeAnyRequest(t *testing.T) {
	t.Parallel()
	api := testworld.Api(t.Context(), spectest.Refuse(t))
	for want, mark := range map[string]order.InvoiceMark{
		"order_id is empty":                        {"", "u", 1, "n"},
		"oper_userid is empty":                     {"o", "", 1, "n"},
		"invoice_status is 0: it must be 1 to 3":   {"o", "u", 0, "n"},
		"invoice_note is empty":                    {"o", "u", 1, ""},
		"invoice_note has 201 bytes: at most 200":  {"o", "u", 1, strings.Repeat("n", 201)},
		"invoice_note has 201 bytes: at most 200 ": {"o", "u", 1, strings.Repeat("发", 67)},
	} {
		assert.ErrorContains(t, order.PaytoolMarkInvoiceStatus(api, &mark), strings.TrimSpace(want))
	}
	_, err := order.PaytoolGetInvoiceList(api, &order.InvoiceListCond{Limit: 101})
	assert.ErrorContains(t, err, "limit is 101: it must be 0 to 100")
	_, err = order.PaytoolGetInvoiceList(api, &order.InvoiceListCond{StartTime: 5})
	assert.ErrorContains(t, err, "both must be given")
}

// G: endpoint/checked
func TestAdvancedAndAppRefusedBeforeAnyRequest(t *testing.T) {
	t.Parallel()
	api := testworld.Api(t.Context(), spectest.Refuse(t))
	for want, change := range map[string]func(*order.AdvancedOrder){
		"advanced_api_type is 2":                   func(o *order.AdvancedOrder) { o.AdvancedApiType = 2 },
		"buyer_userid is empty":                    func(o *order.AdvancedOrder) { o.BuyerUserId = "" },
		"order_type is 4: it must be 0 to 3":       func(o *order.AdvancedOrder) { o.OrderType = ptr(4) },
		"chat_archive_api is missing":              func(o *order.AdvancedOrder) { o.ChatArchiveApi = nil },
		"chat_archive_api.edition is 4":            func(o *order.AdvancedOrder) { o.ChatArchiveApi.Edition = 4 },
		"chat_archive_api.edition is 1":            func(o *order.AdvancedOrder) { o.ChatArchiveApi.Edition = 1 },
		"purchase_count is 0: it must be 1 to":     func(o *order.AdvancedOrder) { o.ChatArchiveApi.PurchaseCount = 0 },
		"purchase_count is 1000001":                func(o *order.AdvancedOrder) { o.ChatArchiveApi.PurchaseCount = 1000001 },
		"both begin_time and end_time, or neither": func(o *order.AdvancedOrder) { o.ChatArchiveApi.OldEditionInfo = &order.EditionPeriod{BeginTime: 1} },
		"an edition period takes both":             func(o *order.AdvancedOrder) { o.ChatArchiveApi.TargetEditionInfo = &order.EditionPeriod{EndTime: 1} },
	} {
		bought := &order.AdvancedOrder{BuyerUserId: buyer, ChatArchiveApi: &order.ChatArchiveBuy{Edition: 2, PurchaseCount: 1}}
		change(bought)
		id, err := order.AdvancedCreateOrder(api, bought)
		assert.ErrorContains(t, err, want)
		assert.Empty(t, id)
	}
	for want, call := range map[string]func() error{
		"order_id is empty":        func() error { return order.AdvancedCancelOrder(api, "") },
		"wecom: order_id is empty": func() error { return order.AdvancedSubmitPay(api, "", buyer) },
		"payer_userid is empty":    func() error { return order.AdvancedSubmitPay(api, "o", "") },
		"order_id is":              func() error { _, err := order.AdvancedGetOrder(api, ""); return err },
		"wecom: advanced_api_type is 2": func() error {
			_, err := order.AdvancedListOrder(api, &order.AdvancedListCond{AdvancedApiType: 2})
			return err
		},
		"limit is 1001":                  func() error { _, err := order.AdvancedListOrder(api, &order.AdvancedListCond{Limit: 1001}); return err },
		"orderid is empty":               func() error { _, err := order.AppGetOrder(api, ""); return err },
		"start_time and end_time are mi": func() error { _, err := order.AppGetOrderList(api, 0, 0, 0); return err },
		"both must be given":             func() error { _, err := order.AppGetOrderList(api, 1, 0, 0); return err },
		"both must be given, or neither": func() error { _, err := order.AppGetOrderList(api, 0, 1, 0); return err },
		"test_mode is 2":                 func() error { _, err := order.AppGetOrderList(api, 1, 2, 2); return err },
		"prolong_days is 0: it must be 1 to 60": func() error {
			_, err := order.AppProlongTry(api, 0, "")
			return err
		},
		"prolong_days is 61": func() error {
			end, err := order.AppProlongTry(api, 61, "")
			assert.Zero(t, end)
			return err
		},
		`appid is "x"`: func() error { _, err := order.AppProlongTry(api, 1, "x"); return err },
	} {
		assert.ErrorContains(t, call(), want)
	}
}

// G: endpoint/zeros
func TestOptionalZeros(t *testing.T) {
	t.Parallel()
	var sent string
	api := testworld.Api(t.Context(), spectest.Canned(func(_ string, body []byte) string {
		sent = string(body)
		return `{"order_id":"o","jobid":"j","try_end_time":1}`
	}))
	advanced := &order.AdvancedOrder{BuyerUserId: buyer, ChatArchiveApi: &order.ChatArchiveBuy{Edition: 2, PurchaseCount: 1}}
	for orderType, want := range map[*int]bool{nil: false, ptr(order.AdvancedNew): true} {
		advanced.OrderType = orderType
		_, err := order.AdvancedCreateOrder(api, advanced)
		require.NoError(t, err)
		assert.Equal(t, want, strings.Contains(sent, `"order_type":0`), sent)
	}
	for status, want := range map[*int]bool{nil: false, ptr(0): true} {
		_, err := order.ORNewJobCreate(api, &order.NewJob{BuyList: []order.BuyInfo{{corp, order.AccountCount{BaseCount: 1}, year(), status}}})
		require.NoError(t, err)
		assert.Equal(t, want, strings.Contains(sent, `"auto_active_status":0`), sent)
	}
	cashier := thirdApp()
	for zero, want := range map[bool]bool{false: false, true: true} {
		if cashier.ProductList.ThirdApp.NotifyCustomCorp = nil; zero {
			cashier.ProductList.ThirdApp.NotifyCustomCorp = ptr(0)
			cashier.ProductList.ThirdApp.BuyInfoList[0].AppId = ptr(int64(0))
		}
		_, err := order.PaytoolOpenOrder(api, cashierKey, cashier)
		require.NoError(t, err)
		assert.Equal(t, want, strings.Contains(sent, `"notify_custom_corp":0`), sent)
		assert.Contains(t, sent, `"pay_type":0`)
	}
	_, err := order.AppProlongTry(api, 1, "0")
	require.NoError(t, err)
	assert.Contains(t, sent, `"appid":0`)
}
