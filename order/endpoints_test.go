package order_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/gothird/wecom/internal/spectest"
	"github.com/gothird/wecom/internal/testworld"
	"github.com/gothird/wecom/order"
	"github.com/gothird/wecom/token"
)

const corp = testworld.Corp

// Of the sample requests.
const (
	sampleCorp  = "wpRiverside0000000000000001"
	sampleSuite = "wwSuiteDemo0001"
)

// sampleApi is bound to the corp and the suite of the sample requests.
func sampleApi(ctx context.Context, rt http.RoundTripper) *token.Api {
	api := testworld.Api(context.Background(), rt).WithSuite(sampleSuite, "suite-secret").WithCorp(sampleCorp)
	if err := api.SetSuiteTicket("ticket", time.Now()); err != nil {
		panic(err)
	}
	return api.WithContext(ctx)
}

type row = spectest.Row[*token.Api]

const buyer = "chen.mei"

// last walks seq to its end and returns the error it ended with.
func last[T any](seq func(func(T, error) bool)) (err error) {
	for _, e := range seq {
		err = e
	}
	return err
}

func ptr[T any](v T) *T { return &v }

func year() order.AccountDuration { return order.AccountDuration{Months: 12, Days: 7} }

var purchaseRow = order.Order{
	BuyerUserId: buyer, AccountCount: order.AccountCount{BaseCount: 40, ExternalContactCount: 12}, AccountDuration: year(),
}

var signed = spectest.Why{
	"nonce_str": "is random", "ts": "is the time", "sig": "follows from both",
}

// G: request/failure request/one-of-two endpoint/documented
func TestEndpoints(t *testing.T) {
	var rows []row
	rows = append(rows, licenceRows...)
	rows = append(rows, unionRows...)
	rows = append(rows, advancedRows...)
	rows = append(rows, appRows...)
	rows = append(rows, paytoolRows...)
	spectest.Run(t, sampleApi, rows)
	spectest.Unlisted(t, ".", rows, walks...)
}

// G: endpoint/names
func TestWireNames(t *testing.T) { spectest.WireNames(t, ".", nil) }

var licenceRows = []row{
	{Go: "ORCreate", Endpoint: "order/create_new_order", Call: func(api *token.Api) (any, error) {
		return order.ORCreate(api, &purchaseRow)
	}},
	{Go: "ORReCreateJob", Endpoint: "order/create_renew_order_job", Call: func(api *token.Api) (any, error) {
		return order.ORReCreateJob(api, &order.ReOrder{Jobid: "RJ5566778899AABB", AccountList: []order.Account{
			{UserId: "woZhouYan00000000000000002", Type: order.TypeBase},
			{UserId: "woNobody000000000000000099", Type: order.TypeInterop},
		}})
	}},
	{Go: "ORSubJob", Endpoint: "order/submit_order_job", Call: func(api *token.Api) (any, error) {
		return order.ORSubJob(api, &order.SubOrder{"RJ5566778899AABB", buyer, order.AccountDuration{Months: 6}})
	}},
	{Go: "ORSubJob", Endpoint: "order/submit_order_job", Sample: 1, Call: func(api *token.Api) (any, error) {
		return order.ORSubJob(api, &order.SubOrder{"RJ5566778899AABB", buyer, order.AccountDuration{NewExpireTime: 1806508800}})
	}},
	{Go: "ORGetList", Endpoint: "order/list_order", Call: func(api *token.Api) (any, error) {
		return order.ORGetList(api, &order.ListCond{CorpId: sampleCorp, StartTime: 1770166800, EndTime: 1772330400, Cursor: "cur-0001", Limit: 50})
	}},
	{Go: "ORGetList", Endpoint: "order/list_order", Sample: 1, Call: func(api *token.Api) (any, error) {
		return order.ORGetList(api, &order.ListCond{StartTime: 1770166800, EndTime: 1772330400, Limit: 50})
	}},
	{Go: "ORAllOrders", Endpoint: "order/list_order", Sweep: true, Call: func(api *token.Api) (any, error) {
		return nil, last(order.ORAllOrders(api, order.ListCond{StartTime: 1770166800, EndTime: 1772330400}))
	}},
	{Go: "ORGetDetail", Endpoint: "order/get_order", Call: func(api *token.Api) (any, error) {
		return order.ORGetDetail(api, "OI0000A1B2C3D4E5F60001")
	}},
	{Go: "ORWaitPaid", Endpoint: "order/get_order", Sweep: true, Call: func(api *token.Api) (any, error) {
		return order.ORWaitPaid(api, "OI0000A1B2C3D4E5F60001", time.Minute)
	}},
	{Go: "ORAccountList", Endpoint: "order/list_order_account", Call: func(api *token.Api) (any, error) {
		return order.ORAccountList(api, "OI0000A1B2C3D4E5F60001", order.Cursor{Cursor: "cur-0001", Limit: 2})
	}},
	{Go: "ORAllAccounts", Endpoint: "order/list_order_account", Sweep: true, Call: func(api *token.Api) (any, error) {
		return nil, last(order.ORAllAccounts(api, "OI0000A1B2C3D4E5F60001"))
	}},
	{Go: "ORWaitAccounts", Endpoint: "order/list_order_account", Sweep: true, Call: func(api *token.Api) (any, error) {
		return order.ORWaitAccounts(api, "OI0000A1B2C3D4E5F60001", order.AccountCount{BaseCount: 1}, time.Minute)
	}},
	{Go: "ORCancel", Endpoint: "order/cancel_order", Call: func(api *token.Api) (any, error) {
		return nil, order.ORCancel(api, "OI0000A1B2C3D4E5F60002")
	}},
	{Go: "ORPaySubmit", Endpoint: "order/submit_pay_job", Call: func(api *token.Api) (any, error) {
		return order.ORPaySubmit(api, "OI0000A1B2C3D4E5F60001", buyer)
	}},
	{Go: "ORPayResult", Endpoint: "order/pay_job_result", Call: func(api *token.Api) (any, error) {
		return order.ORPayResult(api, "PJ778899AABBCCDD")
	}},
	{Go: "ORPayWait", Endpoint: "order/pay_job_result", Sweep: true, Call: func(api *token.Api) (any, error) {
		return order.ORPayWait(api, "PJ778899AABBCCDD", time.Minute)
	}},
}

var unionRows = []row{
	{
		Go: "ORNewJobCreate", Endpoint: "order/create_new_order_job",
		Except: spectest.Why{"buy_list[].account_count.external_contact_count": "counts of 0 are sent"},
		Call: func(api *token.Api) (any, error) {
			return order.ORNewJobCreate(api.WithCorp(""), &order.NewJob{Jobid: "NJ1122334455CCDD", BuyList: []order.BuyInfo{
				{sampleCorp, order.AccountCount{BaseCount: 5}, order.AccountDuration{Months: 3}, ptr(0)},
				{"wpHillside00000000000000002", order.AccountCount{ExternalContactCount: 9}, order.AccountDuration{Months: 6, Days: 14}, nil},
			}})
		},
	},
	{
		Go: "ORNewJobSubmit", Endpoint: "order/submit_new_order_job",
		Drops: spectest.Why{"jobid": "repeats the argument, and is not always there"},
		Call: func(api *token.Api) (any, error) {
			return nil, order.ORNewJobSubmit(api, "NJ1122334455CCDD", buyer)
		},
	},
	{Go: "ORNewJobResult", Endpoint: "order/new_order_job_result", Call: func(api *token.Api) (any, error) {
		return order.ORNewJobResult(api, "NJ1122334455CCDD")
	}},
	{Go: "ORNewJobWait", Endpoint: "order/new_order_job_result", Sweep: true, Call: func(api *token.Api) (any, error) {
		return order.ORNewJobWait(api, "NJ1122334455CCDD", time.Minute)
	}},
	{Go: "ORUnionDetail", Endpoint: "order/get_union_order", Call: func(api *token.Api) (any, error) {
		return order.ORUnionDetail(api, "OI0000A1B2C3D4E5F60090", order.Cursor{Cursor: "cur-0001", Limit: 100})
	}},
	{Go: "ORUnionAll", Endpoint: "order/get_union_order", Sweep: true, Call: func(api *token.Api) (any, error) {
		return nil, last(order.ORUnionAll(api, "OI0000A1B2C3D4E5F60090"))
	}},
	{
		Go: "ORUnionCancel", Endpoint: "order/cancel_order", Except: spectest.Why{"corpid": "belongs to orders for one sampleCorp"},
		Call: func(api *token.Api) (any, error) { return nil, order.ORUnionCancel(api, "OI0000A1B2C3D4E5F60002") },
	},
}

var advancedRows = []row{
	{Go: "AdvancedCreateOrder", Endpoint: "advanced/advanced_create_order", Call: func(api *token.Api) (any, error) {
		return order.AdvancedCreateOrder(api.WithCorp("wpA1b2C3"), &order.AdvancedOrder{
			AdvancedApiType: 1, CustomCorpId: "wpA1b2C3", BuyerUserId: "purchaser", OrderType: ptr(order.AdvancedUpgrade),
			ChatArchiveApi: &order.ChatArchiveBuy{
				Edition: 3, OldEdition: 2, PurchaseCount: 40, TakeEffectTime: 1767196800,
				OldEditionInfo:    &order.EditionPeriod{1764518400, 1796054400},
				TargetEditionInfo: &order.EditionPeriod{1765123200, 1796659200},
			},
		})
	}},
	{Go: "AdvancedCancelOrder", Endpoint: "advanced/advanced_cancel_order", Call: func(api *token.Api) (any, error) {
		return nil, order.AdvancedCancelOrder(api, "AO20260105001")
	}},
	{Go: "AdvancedSubmitPay", Endpoint: "advanced/advanced_submit_pay", Call: func(api *token.Api) (any, error) {
		return nil, order.AdvancedSubmitPay(api, "AO20260105001", "cashier")
	}},
	{Go: "AdvancedListOrder", Endpoint: "advanced/advanced_list_order", Call: func(api *token.Api) (any, error) {
		return order.AdvancedListOrder(api.WithCorp("wpA1b2C3"), &order.AdvancedListCond{
			CustomCorpId: "wpA1b2C3", StartTime: 1764518400, EndTime: 1767196800, AdvancedApiType: 1, Cursor: "c-17", Limit: 200,
		})
	}},
	{Go: "AdvancedAllOrders", Endpoint: "advanced/advanced_list_order", Sweep: true, Call: func(api *token.Api) (any, error) {
		return nil, last(order.AdvancedAllOrders(api, order.AdvancedListCond{}))
	}},
	{Go: "AdvancedGetOrder", Endpoint: "advanced/advanced_get_order", Call: func(api *token.Api) (any, error) {
		return order.AdvancedGetOrder(api, "AO20260105001")
	}},
	{Go: "AdvancedGetCorpBuyInfo", Endpoint: "advanced/advanced_get_corp_buy_info", Call: func(api *token.Api) (any, error) {
		return order.AdvancedGetCorpBuyInfo(api.WithCorp("wpA1b2C3"))
	}},
}

var appRows = []row{
	{Go: "AppGetOrder", Endpoint: "service/get_order", Call: func(api *token.Api) (any, error) {
		return order.AppGetOrder(api, "20240101demo")
	}},
	{Go: "AppGetOrderList", Endpoint: "service/get_order_list", Call: func(api *token.Api) (any, error) {
		return order.AppGetOrderList(api, 1704067200, 1704153600, 0)
	}},
	{Go: "AppProlongTry", Endpoint: "service/prolong_try", Call: func(api *token.Api) (any, error) {
		return order.AppProlongTry(api.WithCorp("wpDEMOcorp0001"), 7, "")
	}},
	{Go: "AppProlongTry", Endpoint: "service/prolong_try", Sample: spectest.NoSample, Call: func(api *token.Api) (any, error) {
		return order.AppProlongTry(api, 7, "1")
	}},
}

const cashierKey = order.PaytoolKey("cashier-key")

var paytoolRows = []row{
	{Go: "PaytoolOpenOrder", Endpoint: "service/paytool_open_order", Except: signed, Call: func(api *token.Api) (any, error) {
		return order.PaytoolOpenOrder(api.WithCorp("wpDEMOcorp0001"), cashierKey, &order.PaytoolOrder{
			BusinessType: order.PaytoolCustomized, CustomCorpId: "wpDEMOcorp0001",
			ProductList: order.PaytoolProducts{CustomizedApp: &order.PaytoolProduct{
				BuyInfoList: []order.PaytoolItem{{SuiteId: "dk00demo1", DurationDays: 365, UserCount: 20, TotalPrice: 199900}},
			}},
		})
	}},
	{Go: "PaytoolOpenOrder", Endpoint: "service/paytool_open_order", Sample: spectest.NoSample, Sends: map[string]string{
		"bank_receipt_media_id": "m", "creator": buyer,
	}, Call: func(api *token.Api) (any, error) {
		return order.PaytoolOpenOrder(api, cashierKey, &order.PaytoolOrder{
			BusinessType: order.PaytoolThirdApp, CustomCorpId: sampleCorp, PayType: order.PaytoolByProvider, BankReceiptMediaId: "m", Creator: buyer,
			ProductList: order.PaytoolProducts{ThirdApp: &order.PaytoolProduct{NotifyCustomCorp: ptr(0), BuyInfoList: []order.PaytoolItem{
				{
					SuiteId: "ww1", AppId: ptr(int64(1)), EditionId: "e1", UserCount: 5, DurationDays: 30, TakeEffectDate: "20260401",
					DiscountInfo: &order.PaytoolDiscount{DiscountType: 1, DiscountAmount: 100, DiscountRemarks: "new"},
				},
				{
					SuiteId: "ww2", EditionId: "e2", UserCount: 5, DurationDays: 30,
					DiscountInfo: &order.PaytoolDiscount{DiscountType: 2, DiscountRatio: 90, DiscountRemarks: "new"},
				},
			}}},
		})
	}},
	{
		Go: "PaytoolOpenOrder", Endpoint: "service/paytool_open_order", Sample: spectest.NoSample,
		Except: spectest.Why{"product_list.customized_app.order_type": "is as in third_app"},
		Call: func(api *token.Api) (any, error) {
			return order.PaytoolOpenOrder(api, cashierKey, &order.PaytoolOrder{
				BusinessType: order.PaytoolCustomized, CustomCorpId: sampleCorp, PayType: order.PaytoolFree,
				ProductList: order.PaytoolProducts{CustomizedApp: &order.PaytoolProduct{BuyInfoList: []order.PaytoolItem{
					{SuiteId: "dk1", UserCount: 5, DurationDays: 30, TakeEffectDate: "20260401", TotalPrice: 1},
				}}},
			})
		},
	},
	{
		Go: "PaytoolOpenOrder", Endpoint: "service/paytool_open_order", Sample: spectest.NoSample,
		Except: spectest.Why{"product_list.promotion_case.order_type": "is as in third_app"},
		Call: func(api *token.Api) (any, error) {
			return order.PaytoolOpenOrder(api, cashierKey, &order.PaytoolOrder{
				BusinessType: order.PaytoolPromotion, CustomCorpId: sampleCorp,
				ProductList: order.PaytoolProducts{PromotionCase: &order.PaytoolProduct{
					CaseId: "c", PromotionEditionName: "gold", DurationDays: 30, TakeEffectDate: "20260401",
					BuyInfoList: []order.PaytoolItem{{SuiteId: "ww1", AppId: ptr(int64(1)), UserCount: 5}},
				}},
			})
		},
	},
	{Go: "PaytoolCloseOrder", Endpoint: "service/paytool_close_order", Except: signed, Call: func(api *token.Api) (any, error) {
		return nil, order.PaytoolCloseOrder(api, cashierKey, "N0demo")
	}},
	{Go: "PaytoolGetOrderList", Endpoint: "service/paytool_get_order_list", Except: signed, Call: func(api *token.Api) (any, error) {
		return order.PaytoolGetOrderList(api, cashierKey, &order.PaytoolListCond{Limit: 100})
	}},
	{Go: "PaytoolGetOrderList", Endpoint: "service/paytool_get_order_list", Sample: spectest.NoSample, Sends: map[string]string{
		"start_time": "1770166800", "end_time": "1772330400",
	}, Call: func(api *token.Api) (any, error) {
		return order.PaytoolGetOrderList(api, cashierKey, &order.PaytoolListCond{
			BusinessType: order.PaytoolThirdApp, StartTime: 1770166800, EndTime: 1772330400, Cursor: "c", Limit: 100,
		})
	}},
	{Go: "PaytoolAllOrders", Endpoint: "service/paytool_get_order_list", Sweep: true, Call: func(api *token.Api) (any, error) {
		return nil, last(order.PaytoolAllOrders(api, cashierKey, order.PaytoolListCond{}))
	}},
	{Go: "PaytoolGetOrderDetail", Endpoint: "service/paytool_get_order_detail", Except: signed, Call: func(api *token.Api) (any, error) {
		return order.PaytoolGetOrderDetail(api, cashierKey, "N0demo")
	}},
	{Go: "PaytoolGetInvoiceList", Endpoint: "service/paytool_get_invoice_list", Call: func(api *token.Api) (any, error) {
		return order.PaytoolGetInvoiceList(api, &order.InvoiceListCond{Limit: 50})
	}},
	{Go: "PaytoolGetInvoiceList", Endpoint: "service/paytool_get_invoice_list", Sample: spectest.NoSample, Sends: map[string]string{
		"start_time": "1770166800", "end_time": "1772330400",
	}, Call: func(api *token.Api) (any, error) {
		return order.PaytoolGetInvoiceList(api, &order.InvoiceListCond{StartTime: 1770166800, EndTime: 1772330400, Cursor: "c", Limit: 100})
	}},
	{Go: "PaytoolAllInvoices", Endpoint: "service/paytool_get_invoice_list", Sweep: true, Call: func(api *token.Api) (any, error) {
		return nil, last(order.PaytoolAllInvoices(api, order.InvoiceListCond{}))
	}},
	{Go: "PaytoolMarkInvoiceStatus", Endpoint: "service/paytool_mark_invoice_status", Call: func(api *token.Api) (any, error) {
		return nil, order.PaytoolMarkInvoiceStatus(api, &order.InvoiceMark{"N0demo", "demoAdmin", order.InvoiceMailed, "sent"})
	}},
}
