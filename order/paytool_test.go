package order_test

import (
	"strings"
	"testing"
	"testing/synctest"

	"github.com/gothird/wecom/internal/spectest"
	. "github.com/gothird/wecom/order"
	"github.com/gothird/wecom/token"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// thirdApp returns an order that is in order.
func thirdApp() *PaytoolOrder {
	return &PaytoolOrder{BusinessType: PaytoolThirdApp, ProductList: PaytoolProducts{ThirdApp: &PaytoolProduct{
		BuyInfoList: []PaytoolItem{{
			SuiteId: "wwSuiteDemo0001", EditionId: "standard", UserCount: 20, DurationDays: 365,
			DiscountInfo: &PaytoolDiscount{DiscountType: 2, DiscountRatio: 90, DiscountRemarks: "老客户"},
		}},
	}}}
}

func TestCashierOrdersRefusedBeforeAnyRequest(t *testing.T) {
	t.Parallel()
	api := newApi(t.Context(), refuse(t))
	item := func(change func(*PaytoolItem)) func(*PaytoolOrder) {
		return func(o *PaytoolOrder) { change(&o.ProductList.ThirdApp.BuyInfoList[0]) }
	}
	customized := func(o *PaytoolOrder) {
		o.BusinessType, o.CustomCorpId = PaytoolCustomized, corp
		o.ProductList = PaytoolProducts{CustomizedApp: o.ProductList.ThirdApp}
	}
	for want, change := range map[string]func(*PaytoolOrder){
		"business_type is 0: it must be 1 to 3":       func(o *PaytoolOrder) { o.BusinessType = 0 },
		"pay_type is 3: it must be 0 to 2":            func(o *PaytoolOrder) { o.PayType = 3 },
		"needs third_app alone":                       func(o *PaytoolOrder) { o.ProductList = PaytoolProducts{} },
		"needs third_app alone for business":          func(o *PaytoolOrder) { o.ProductList.PromotionCase = &PaytoolProduct{} },
		"needs promotion_case alone":                  func(o *PaytoolOrder) { o.BusinessType = PaytoolPromotion },
		"custom_corpid is empty":                      func(o *PaytoolOrder) { customized(o); o.CustomCorpId = "" },
		"bank_receipt_media_id is empty":              func(o *PaytoolOrder) { o.PayType = PaytoolByProvider },
		"total_price is 0: it must be 1 to 500000000": customized,
		"total_price is 500000001: it must be": func(o *PaytoolOrder) {
			customized(o)
			o.ProductList.CustomizedApp.BuyInfoList[0].TotalPrice = 500000001
		},
		"promotion_case.case_id is empty": func(o *PaytoolOrder) {
			o.BusinessType, o.ProductList = PaytoolPromotion, PaytoolProducts{PromotionCase: o.ProductList.ThirdApp}
		},
		"third_app.order_type is 3":      func(o *PaytoolOrder) { o.ProductList.ThirdApp.OrderType = 3 },
		"third_app.duration_days is -1":  func(o *PaytoolOrder) { o.ProductList.ThirdApp.DurationDays = -1 },
		"is 0: it must be 1 to 20":       func(o *PaytoolOrder) { o.ProductList.ThirdApp.BuyInfoList = nil },
		"is 21: it must be 1 to 20":      func(o *PaytoolOrder) { o.ProductList.ThirdApp.BuyInfoList = make([]PaytoolItem, 21) },
		"suiteid is empty":               item(func(i *PaytoolItem) { i.SuiteId = "" }),
		"edition_id is empty":            item(func(i *PaytoolItem) { i.EditionId = "" }),
		"user_count is 1000001":          item(func(i *PaytoolItem) { i.UserCount = 1000001 }),
		"duration_days is 1826":          item(func(i *PaytoolItem) { i.DurationDays = 1826 }),
		"discount_info.discount_type":    item(func(i *PaytoolItem) { i.DiscountInfo.DiscountType = 0 }),
		"discount_ratio is 9: it must":   item(func(i *PaytoolItem) { i.DiscountInfo.DiscountRatio = 9 }),
		"discount_amount is 0: it must":  item(func(i *PaytoolItem) { i.DiscountInfo.DiscountType = 1 }),
		"discount_remarks is empty":      item(func(i *PaytoolItem) { i.DiscountInfo.DiscountRemarks = "" }),
		"discount_remarks has 257 bytes": item(func(i *PaytoolItem) { i.DiscountInfo.DiscountRemarks = strings.Repeat("x", 257) }),
		"suiteid has 65 bytes":           item(func(i *PaytoolItem) { i.SuiteId = strings.Repeat("x", 65) }),
		"duration_days is 0: it must be": item(func(i *PaytoolItem) { i.DurationDays = 0 }),
		"notify_custom_corp is 2":        func(o *PaytoolOrder) { o.ProductList.ThirdApp.NotifyCustomCorp = ptr(2) },
		"an amount needs it, but for new orders": func(o *PaytoolOrder) {
			o.CustomCorpId, o.ProductList.ThirdApp.OrderType = "", PaytoolRenewal
			o.ProductList.ThirdApp.BuyInfoList[0].DiscountInfo = &PaytoolDiscount{DiscountType: 1, DiscountAmount: 1, DiscountRemarks: "r"}
		},
		"promotion_case.duration_days is 0": func(o *PaytoolOrder) {
			o.BusinessType, o.ProductList = PaytoolPromotion, PaytoolProducts{PromotionCase: o.ProductList.ThirdApp}
			o.ProductList.PromotionCase.CaseId, o.ProductList.PromotionCase.PromotionEditionName = "c", "gold"
		},
		"buy_info_list[0]: wecom: suite": item(func(i *PaytoolItem) { i.SuiteId = "" }),
	} {
		order := thirdApp()
		change(order)
		_, err := PaytoolOpenOrder(api, cashierKey, order)
		assert.ErrorContains(t, err, want)
	}
	_, err := PaytoolOpenOrder(api, "", thirdApp())
	assert.ErrorContains(t, err, "API key is empty")
	assert.ErrorContains(t, PaytoolCloseOrder(api, cashierKey, ""), "order_id is empty")
	_, err = PaytoolGetOrderDetail(api, cashierKey, "")
	assert.ErrorContains(t, err, "order_id is empty")
	_, err = PaytoolGetOrderList(api, cashierKey, &PaytoolListCond{Limit: 2001})
	assert.ErrorContains(t, err, "limit is 2001")
}

func TestInvoicesRefusedBeforeAnyRequest(t *testing.T) {
	t.Parallel()
	api := newApi(t.Context(), refuse(t))
	for want, mark := range map[string]InvoiceMark{
		"order_id is empty":                        {"", "u", 1, "n"},
		"oper_userid is empty":                     {"o", "", 1, "n"},
		"invoice_status is 0: it must be 1 to 3":   {"o", "u", 0, "n"},
		"invoice_note is empty":                    {"o", "u", 1, ""},
		"invoice_note has 201 bytes: at most 200":  {"o", "u", 1, strings.Repeat("n", 201)},
		"invoice_note has 201 bytes: at most 200 ": {"o", "u", 1, strings.Repeat("发", 67)},
	} {
		assert.ErrorContains(t, PaytoolMarkInvoiceStatus(api, &mark), strings.TrimSpace(want))
	}
	_, err := PaytoolGetInvoiceList(api, &InvoiceListCond{Limit: 101})
	assert.ErrorContains(t, err, "limit is 101: it must be 0 to 100")
	_, err = PaytoolGetInvoiceList(api, &InvoiceListCond{StartTime: 5})
	assert.ErrorContains(t, err, "both must be given")
}

func TestAdvancedAndAppRefusedBeforeAnyRequest(t *testing.T) {
	t.Parallel()
	api := newApi(t.Context(), refuse(t))
	for want, change := range map[string]func(*AdvancedOrder){
		"advanced_api_type is 2":                   func(o *AdvancedOrder) { o.AdvancedApiType = 2 },
		"buyer_userid is empty":                    func(o *AdvancedOrder) { o.BuyerUserId = "" },
		"order_type is 4: it must be 0 to 3":       func(o *AdvancedOrder) { o.OrderType = ptr(4) },
		"chat_archive_api is missing":              func(o *AdvancedOrder) { o.ChatArchiveApi = nil },
		"chat_archive_api.edition is 1":            func(o *AdvancedOrder) { o.ChatArchiveApi.Edition = 1 },
		"purchase_count is 0: it must be 1 to":     func(o *AdvancedOrder) { o.ChatArchiveApi.PurchaseCount = 0 },
		"purchase_count is 1000001":                func(o *AdvancedOrder) { o.ChatArchiveApi.PurchaseCount = 1000001 },
		"both begin_time and end_time, or neither": func(o *AdvancedOrder) { o.ChatArchiveApi.OldEditionInfo = &EditionPeriod{BeginTime: 1} },
		"an edition period takes both":             func(o *AdvancedOrder) { o.ChatArchiveApi.TargetEditionInfo = &EditionPeriod{EndTime: 1} },
	} {
		order := &AdvancedOrder{BuyerUserId: buyer, ChatArchiveApi: &ChatArchiveBuy{Edition: 2, PurchaseCount: 1}}
		change(order)
		_, err := AdvancedCreateOrder(api, order)
		assert.ErrorContains(t, err, want)
	}
	for want, call := range map[string]func() error{
		"order_id is empty":              func() error { return AdvancedCancelOrder(api, "") },
		"wecom: order_id is empty":       func() error { return AdvancedSubmitPay(api, "", buyer) },
		"payer_userid is empty":          func() error { return AdvancedSubmitPay(api, "o", "") },
		"order_id is":                    func() error { _, err := AdvancedGetOrder(api, ""); return err },
		"wecom: advanced_api_type is 2":  func() error { _, err := AdvancedListOrder(api, &AdvancedListCond{AdvancedApiType: 2}); return err },
		"limit is 1001":                  func() error { _, err := AdvancedListOrder(api, &AdvancedListCond{Limit: 1001}); return err },
		"orderid is empty":               func() error { _, err := AppGetOrder(api, ""); return err },
		"start_time and end_time are mi": func() error { _, err := AppGetOrderList(api, 0, 0, 0); return err },
		"both must be given":             func() error { _, err := AppGetOrderList(api, 1, 0, 0); return err },
		"test_mode is 2":                 func() error { _, err := AppGetOrderList(api, 1, 2, 2); return err },
		"prolong_days is 0: it must be 1 to 60": func() error {
			_, err := AppProlongTry(api, 0, "")
			return err
		},
		"prolong_days is 61": func() error { _, err := AppProlongTry(api, 61, ""); return err },
		`appid is "x"`:       func() error { _, err := AppProlongTry(api, 1, "x"); return err },
	} {
		assert.ErrorContains(t, call(), want)
	}
}

func TestOptionalZeros(t *testing.T) { // T-30 T-83
	t.Parallel()
	var sent string
	api := newApi(t.Context(), spectest.Canned(func(_ string, body []byte) string {
		sent = string(body)
		return `{"order_id":"o","jobid":"j"}`
	}))
	order := &AdvancedOrder{BuyerUserId: buyer, ChatArchiveApi: &ChatArchiveBuy{Edition: 2, PurchaseCount: 1}}
	for orderType, want := range map[*int]bool{nil: false, ptr(AdvancedNew): true} {
		order.OrderType = orderType
		_, err := AdvancedCreateOrder(api, order)
		require.NoError(t, err)
		assert.Equal(t, want, strings.Contains(sent, `"order_type":0`), sent)
	}
	for status, want := range map[*int]bool{nil: false, ptr(0): true} {
		_, err := ORNewJobCreate(api, &NewJob{BuyList: []BuyInfo{{corp, AccountCount{BaseCount: 1}, year(), status}}})
		require.NoError(t, err)
		assert.Equal(t, want, strings.Contains(sent, `"auto_active_status":0`), sent)
	}
	cashier := thirdApp()
	for zero, want := range map[bool]bool{false: false, true: true} {
		if cashier.ProductList.ThirdApp.NotifyCustomCorp = nil; zero {
			cashier.ProductList.ThirdApp.NotifyCustomCorp = ptr(0)
			cashier.ProductList.ThirdApp.BuyInfoList[0].AppId = ptr(int64(0))
		}
		_, err := PaytoolOpenOrder(api, cashierKey, cashier)
		require.NoError(t, err)
		assert.Equal(t, want, strings.Contains(sent, `"notify_custom_corp":0`), sent)
		assert.Contains(t, sent, `"pay_type":0`)
	}
	_, err := AppProlongTry(api, 1, "0")
	require.NoError(t, err)
	assert.Contains(t, sent, `"appid":0`)
}

func TestCashierAgainstTheFake(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		fake, api := newFake(t, 0)
		fake.SetCashier("", string(cashierKey), true)
		opened, err := PaytoolOpenOrder(api, cashierKey, thirdApp())
		require.NoError(t, err)
		detail, err := PaytoolGetOrderDetail(api, cashierKey, opened.OrderId)
		require.NoError(t, err)
		assert.Equal(t, opened.OrderId, detail.OrderId)
		assert.Equal(t, "standard", detail.ProductList.ThirdApp.BuyInfoList[0].EditionId)
		n, err := count(PaytoolAllOrders(api, cashierKey, PaytoolListCond{}))
		require.NoError(t, err)
		assert.Equal(t, 1, n)
		require.Error(t, PaytoolCloseOrder(api, "wrong key", opened.OrderId))
		require.NoError(t, PaytoolCloseOrder(api, cashierKey, opened.OrderId))
	})
}

// A query that is lost has changed nothing: it is repeated, and no outcome is unknown.
func TestCashierQueriesAreReads(t *testing.T) { // T-19
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		for name, call := range map[string]func(api *token.Api) error{
			"PaytoolGetOrderDetail": func(api *token.Api) error { _, err := PaytoolGetOrderDetail(api, cashierKey, "N1"); return err },
			"PaytoolGetOrderList": func(api *token.Api) error {
				_, err := PaytoolGetOrderList(api, cashierKey, &PaytoolListCond{Limit: 1})
				return err
			},
		} {
			calls := 0
			err := call(newApi(t.Context(), spectest.Canned(func(string, []byte) string { calls++; return "" })))
			require.Error(t, err)
			require.NotErrorIs(t, err, token.ErrOutcomeUnknown, name)
			assert.Equal(t, 3, calls, name)
		}
		calls := 0
		err := PaytoolCloseOrder(newApi(t.Context(), spectest.Canned(func(string, []byte) string { calls++; return "" })), cashierKey, "N1")
		require.ErrorIs(t, err, token.ErrOutcomeUnknown)
		assert.Equal(t, 1, calls, "a write goes out once")
	})
}

// More users come without a duration of their own.
func TestCashierSellsMoreUsersWithoutADuration(t *testing.T) {
	t.Parallel()
	api := newApi(t.Context(), spectest.Canned(func(string, []byte) string { return `{"order_id":"o"}` }))
	order := thirdApp()
	order.ProductList.ThirdApp.OrderType = PaytoolMoreUsers
	order.ProductList.ThirdApp.BuyInfoList[0].DurationDays = 0
	opened, err := PaytoolOpenOrder(api, cashierKey, order)
	require.NoError(t, err)
	assert.Equal(t, "o", opened.OrderId)
}
