package order_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/gothird/wecom/internal/spectest"
	. "github.com/gothird/wecom/order"
	"github.com/gothird/wecom/token"
)

const corp = "wpRiverside0000000000000001"

// newApi returns a client that sends through rt.
func newApi(ctx context.Context, rt http.RoundTripper) *token.Api {
	api, err := token.New(token.Config{
		CorpId: "wwProvider0001", ProviderSecret: "provider-secret",
		SuiteId: "wwSuiteDemo0001", SuiteSecret: "suite-secret",
		HTTPClient: &http.Client{Transport: rt},
	})
	if err != nil {
		panic(err)
	}
	if err := api.SetSuiteTicket("ticket", time.Now()); err != nil {
		panic(err)
	}
	return api.WithCorp(corp).WithContext(ctx)
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

func year() AccountDuration { return AccountDuration{Months: 12, Days: 7} }

var purchaseRow = Order{
	BuyerUserId: buyer, AccountCount: AccountCount{BaseCount: 40, ExternalContactCount: 12}, AccountDuration: year(),
}

var signed = spectest.Why{
	"nonce_str": "is random", "ts": "is the time", "sig": "follows from both",
}

// T-18 T-30 T-31 T-34 T-35
func TestEndpoints(t *testing.T) {
	var rows []row
	rows = append(rows, licenceRows...)
	rows = append(rows, unionRows...)
	rows = append(rows, advancedRows...)
	rows = append(rows, appRows...)
	rows = append(rows, paytoolRows...)
	spectest.Run(t, newApi, rows)
	spectest.Unlisted(t, ".", rows)
}

func TestWireNames(t *testing.T) { spectest.WireNames(t, ".", nil) } // T-32

var licenceRows = []row{
	{Go: "ORCreate", Endpoint: "order/create_new_order", Call: func(api *token.Api) (any, error) {
		return ORCreate(api, &purchaseRow)
	}},
	{Go: "ORReCreateJob", Endpoint: "order/create_renew_order_job", Call: func(api *token.Api) (any, error) {
		return ORReCreateJob(api, &ReOrder{Jobid: "RJ5566778899AABB", AccountList: []Account{
			{UserId: "woZhouYan00000000000000002", Type: TypeBase},
			{UserId: "woNobody000000000000000099", Type: TypeInterop},
		}})
	}},
	{Go: "ORSubJob", Endpoint: "order/submit_order_job", Call: func(api *token.Api) (any, error) {
		return ORSubJob(api, &SubOrder{"RJ5566778899AABB", buyer, AccountDuration{Months: 6}})
	}},
	{Go: "ORSubJob", Endpoint: "order/submit_order_job", Sample: 1, Call: func(api *token.Api) (any, error) {
		return ORSubJob(api, &SubOrder{"RJ5566778899AABB", buyer, AccountDuration{NewExpireTime: 1806508800}})
	}},
	{Go: "ORGetList", Endpoint: "order/list_order", Call: func(api *token.Api) (any, error) {
		return ORGetList(api, &ListCond{CorpId: corp, StartTime: 1770166800, EndTime: 1772330400, Cursor: "cur-0001", Limit: 50})
	}},
	{Go: "ORGetList", Endpoint: "order/list_order", Sample: 1, Call: func(api *token.Api) (any, error) {
		return ORGetList(api, &ListCond{StartTime: 1770166800, EndTime: 1772330400, Limit: 50})
	}},
	{Go: "ORAllOrders", Endpoint: "order/list_order", Sweep: true, Call: func(api *token.Api) (any, error) {
		return nil, last(ORAllOrders(api, ListCond{StartTime: 1770166800, EndTime: 1772330400}))
	}},
	{Go: "ORGetDetail", Endpoint: "order/get_order", Call: func(api *token.Api) (any, error) {
		return ORGetDetail(api, "OI0000A1B2C3D4E5F60001")
	}},
	{Go: "ORWaitPaid", Endpoint: "order/get_order", Sweep: true, Call: func(api *token.Api) (any, error) {
		return ORWaitPaid(api, "OI0000A1B2C3D4E5F60001", time.Minute)
	}},
	{Go: "ORAccountList", Endpoint: "order/list_order_account", Call: func(api *token.Api) (any, error) {
		return ORAccountList(api, "OI0000A1B2C3D4E5F60001", Cursor{Cursor: "cur-0001", Limit: 2})
	}},
	{Go: "ORAllAccounts", Endpoint: "order/list_order_account", Sweep: true, Call: func(api *token.Api) (any, error) {
		return nil, last(ORAllAccounts(api, "OI0000A1B2C3D4E5F60001"))
	}},
	{Go: "ORWaitAccounts", Endpoint: "order/list_order_account", Sweep: true, Call: func(api *token.Api) (any, error) {
		return ORWaitAccounts(api, "OI0000A1B2C3D4E5F60001", AccountCount{BaseCount: 1}, time.Minute)
	}},
	{Go: "ORCancel", Endpoint: "order/cancel_order", Call: func(api *token.Api) (any, error) {
		return nil, ORCancel(api, "OI0000A1B2C3D4E5F60002")
	}},
	{Go: "ORPaySubmit", Endpoint: "order/submit_pay_job", Call: func(api *token.Api) (any, error) {
		return ORPaySubmit(api, "OI0000A1B2C3D4E5F60001", buyer)
	}},
	{Go: "ORPayResult", Endpoint: "order/pay_job_result", Call: func(api *token.Api) (any, error) {
		return ORPayResult(api, "PJ778899AABBCCDD")
	}},
	{Go: "ORPayWait", Endpoint: "order/pay_job_result", Sweep: true, Call: func(api *token.Api) (any, error) {
		return ORPayWait(api, "PJ778899AABBCCDD", time.Minute)
	}},
}

var unionRows = []row{
	{
		Go: "ORNewJobCreate", Endpoint: "order/create_new_order_job",
		Except: spectest.Why{"buy_list[].account_count.external_contact_count": "counts of 0 are sent"},
		Call: func(api *token.Api) (any, error) {
			return ORNewJobCreate(api.WithCorp(""), &NewJob{Jobid: "NJ1122334455CCDD", BuyList: []BuyInfo{
				{corp, AccountCount{BaseCount: 5}, AccountDuration{Months: 3}, ptr(0)}, // T-83
				{"wpHillside00000000000000002", AccountCount{ExternalContactCount: 9}, AccountDuration{Months: 6, Days: 14}, nil},
			}})
		},
	},
	{
		Go: "ORNewJobSubmit", Endpoint: "order/submit_new_order_job",
		Drops: spectest.Why{"jobid": "repeats the argument, and is not always there"},
		Call: func(api *token.Api) (any, error) {
			return nil, ORNewJobSubmit(api, "NJ1122334455CCDD", buyer)
		},
	},
	{Go: "ORNewJobResult", Endpoint: "order/new_order_job_result", Call: func(api *token.Api) (any, error) {
		return ORNewJobResult(api, "NJ1122334455CCDD")
	}},
	{Go: "ORNewJobWait", Endpoint: "order/new_order_job_result", Sweep: true, Call: func(api *token.Api) (any, error) {
		return ORNewJobWait(api, "NJ1122334455CCDD", time.Minute)
	}},
	{Go: "ORUnionDetail", Endpoint: "order/get_union_order", Call: func(api *token.Api) (any, error) {
		return ORUnionDetail(api, "OI0000A1B2C3D4E5F60090", Cursor{Cursor: "cur-0001", Limit: 100})
	}},
	{Go: "ORUnionAll", Endpoint: "order/get_union_order", Sweep: true, Call: func(api *token.Api) (any, error) {
		return nil, last(ORUnionAll(api, "OI0000A1B2C3D4E5F60090"))
	}},
	{
		Go: "ORUnionCancel", Endpoint: "order/cancel_order", Except: spectest.Why{"corpid": "belongs to orders for one corp"},
		Call: func(api *token.Api) (any, error) { return nil, ORUnionCancel(api, "OI0000A1B2C3D4E5F60002") },
	},
}

var advancedRows = []row{
	{Go: "AdvancedCreateOrder", Endpoint: "advanced/advanced_create_order", Call: func(api *token.Api) (any, error) {
		return AdvancedCreateOrder(api.WithCorp("wpA1b2C3"), &AdvancedOrder{
			AdvancedApiType: 1, CustomCorpId: "wpA1b2C3", BuyerUserId: "purchaser", OrderType: ptr(AdvancedUpgrade),
			ChatArchiveApi: &ChatArchiveBuy{
				Edition: 3, OldEdition: 2, PurchaseCount: 40, TakeEffectTime: 1767196800,
				OldEditionInfo:    &EditionPeriod{1764518400, 1796054400},
				TargetEditionInfo: &EditionPeriod{1765123200, 1796659200},
			},
		})
	}},
	{Go: "AdvancedCancelOrder", Endpoint: "advanced/advanced_cancel_order", Call: func(api *token.Api) (any, error) {
		return nil, AdvancedCancelOrder(api, "AO20260105001")
	}},
	{Go: "AdvancedSubmitPay", Endpoint: "advanced/advanced_submit_pay", Call: func(api *token.Api) (any, error) {
		return nil, AdvancedSubmitPay(api, "AO20260105001", "cashier")
	}},
	{Go: "AdvancedListOrder", Endpoint: "advanced/advanced_list_order", Call: func(api *token.Api) (any, error) {
		return AdvancedListOrder(api.WithCorp("wpA1b2C3"), &AdvancedListCond{
			CustomCorpId: "wpA1b2C3", StartTime: 1764518400, EndTime: 1767196800, AdvancedApiType: 1, Cursor: "c-17", Limit: 200,
		})
	}},
	{Go: "AdvancedAllOrders", Endpoint: "advanced/advanced_list_order", Sweep: true, Call: func(api *token.Api) (any, error) {
		return nil, last(AdvancedAllOrders(api, AdvancedListCond{}))
	}},
	{Go: "AdvancedGetOrder", Endpoint: "advanced/advanced_get_order", Call: func(api *token.Api) (any, error) {
		return AdvancedGetOrder(api, "AO20260105001")
	}},
	{Go: "AdvancedGetCorpBuyInfo", Endpoint: "advanced/advanced_get_corp_buy_info", Call: func(api *token.Api) (any, error) {
		return AdvancedGetCorpBuyInfo(api.WithCorp("wpA1b2C3"))
	}},
}

var appRows = []row{
	{Go: "AppGetOrder", Endpoint: "service/get_order", Call: func(api *token.Api) (any, error) {
		return AppGetOrder(api, "20240101demo")
	}},
	{Go: "AppGetOrderList", Endpoint: "service/get_order_list", Call: func(api *token.Api) (any, error) {
		return AppGetOrderList(api, 1704067200, 1704153600, 0)
	}},
	{Go: "AppProlongTry", Endpoint: "service/prolong_try", Call: func(api *token.Api) (any, error) {
		return AppProlongTry(api.WithCorp("wpDEMOcorp0001"), 7, "")
	}},
	{Go: "AppProlongTry", Endpoint: "service/prolong_try", Sample: spectest.NoSample, Call: func(api *token.Api) (any, error) {
		return AppProlongTry(api, 7, "1")
	}},
}

const cashierKey = PaytoolKey("cashier-key")

var paytoolRows = []row{
	{Go: "PaytoolOpenOrder", Endpoint: "service/paytool_open_order", Except: signed, Call: func(api *token.Api) (any, error) {
		return PaytoolOpenOrder(api.WithCorp("wpDEMOcorp0001"), cashierKey, &PaytoolOrder{
			BusinessType: PaytoolCustomized, CustomCorpId: "wpDEMOcorp0001",
			ProductList: PaytoolProducts{CustomizedApp: &PaytoolProduct{
				BuyInfoList: []PaytoolItem{{SuiteId: "dk00demo1", DurationDays: 365, UserCount: 20, TotalPrice: 199900}},
			}},
		})
	}},
	{Go: "PaytoolOpenOrder", Endpoint: "service/paytool_open_order", Sample: spectest.NoSample, Call: func(api *token.Api) (any, error) {
		return PaytoolOpenOrder(api, cashierKey, &PaytoolOrder{
			BusinessType: PaytoolThirdApp, CustomCorpId: corp, PayType: PaytoolByProvider, BankReceiptMediaId: "m", Creator: buyer,
			ProductList: PaytoolProducts{ThirdApp: &PaytoolProduct{NotifyCustomCorp: ptr(0), BuyInfoList: []PaytoolItem{
				{
					SuiteId: "ww1", AppId: ptr(int64(1)), EditionId: "e1", UserCount: 5, DurationDays: 30, TakeEffectDate: "20260401",
					DiscountInfo: &PaytoolDiscount{DiscountType: 1, DiscountAmount: 100, DiscountRemarks: "new"},
				},
				{
					SuiteId: "ww2", EditionId: "e2", UserCount: 5, DurationDays: 30,
					DiscountInfo: &PaytoolDiscount{DiscountType: 2, DiscountRatio: 90, DiscountRemarks: "new"},
				},
			}}},
		})
	}},
	{
		Go: "PaytoolOpenOrder", Endpoint: "service/paytool_open_order", Sample: spectest.NoSample,
		Except: spectest.Why{"product_list.customized_app.order_type": "is as in third_app"},
		Call: func(api *token.Api) (any, error) {
			return PaytoolOpenOrder(api, cashierKey, &PaytoolOrder{
				BusinessType: PaytoolCustomized, CustomCorpId: corp, PayType: PaytoolFree,
				ProductList: PaytoolProducts{CustomizedApp: &PaytoolProduct{BuyInfoList: []PaytoolItem{
					{SuiteId: "dk1", UserCount: 5, DurationDays: 30, TakeEffectDate: "20260401", TotalPrice: 1},
				}}},
			})
		},
	},
	{
		Go: "PaytoolOpenOrder", Endpoint: "service/paytool_open_order", Sample: spectest.NoSample,
		Except: spectest.Why{"product_list.promotion_case.order_type": "is as in third_app"},
		Call: func(api *token.Api) (any, error) {
			return PaytoolOpenOrder(api, cashierKey, &PaytoolOrder{
				BusinessType: PaytoolPromotion, CustomCorpId: corp,
				ProductList: PaytoolProducts{PromotionCase: &PaytoolProduct{
					CaseId: "c", PromotionEditionName: "gold", DurationDays: 30, TakeEffectDate: "20260401",
					BuyInfoList: []PaytoolItem{{SuiteId: "ww1", AppId: ptr(int64(1)), UserCount: 5}},
				}},
			})
		},
	},
	{Go: "PaytoolCloseOrder", Endpoint: "service/paytool_close_order", Except: signed, Call: func(api *token.Api) (any, error) {
		return nil, PaytoolCloseOrder(api, cashierKey, "N0demo")
	}},
	{Go: "PaytoolGetOrderList", Endpoint: "service/paytool_get_order_list", Except: signed, Call: func(api *token.Api) (any, error) {
		return PaytoolGetOrderList(api, cashierKey, &PaytoolListCond{Limit: 100})
	}},
	{Go: "PaytoolGetOrderList", Endpoint: "service/paytool_get_order_list", Sample: spectest.NoSample, Call: func(api *token.Api) (any, error) {
		return PaytoolGetOrderList(api, cashierKey, &PaytoolListCond{
			BusinessType: PaytoolThirdApp, StartTime: 1770166800, EndTime: 1772330400, Cursor: "c", Limit: 100,
		})
	}},
	{Go: "PaytoolAllOrders", Endpoint: "service/paytool_get_order_list", Sweep: true, Call: func(api *token.Api) (any, error) {
		return nil, last(PaytoolAllOrders(api, cashierKey, PaytoolListCond{}))
	}},
	{Go: "PaytoolGetOrderDetail", Endpoint: "service/paytool_get_order_detail", Except: signed, Call: func(api *token.Api) (any, error) {
		return PaytoolGetOrderDetail(api, cashierKey, "N0demo")
	}},
	{Go: "PaytoolGetInvoiceList", Endpoint: "service/paytool_get_invoice_list", Call: func(api *token.Api) (any, error) {
		return PaytoolGetInvoiceList(api, &InvoiceListCond{Limit: 50})
	}},
	{Go: "PaytoolGetInvoiceList", Endpoint: "service/paytool_get_invoice_list", Sample: spectest.NoSample, Call: func(api *token.Api) (any, error) {
		return PaytoolGetInvoiceList(api, &InvoiceListCond{StartTime: 1770166800, EndTime: 1772330400, Cursor: "c", Limit: 100})
	}},
	{Go: "PaytoolAllInvoices", Endpoint: "service/paytool_get_invoice_list", Sweep: true, Call: func(api *token.Api) (any, error) {
		return nil, last(PaytoolAllInvoices(api, InvoiceListCond{}))
	}},
	{Go: "PaytoolMarkInvoiceStatus", Endpoint: "service/paytool_mark_invoice_status", Call: func(api *token.Api) (any, error) {
		return nil, PaytoolMarkInvoiceStatus(api, &InvoiceMark{"N0demo", "demoAdmin", InvoiceMailed, "sent"})
	}},
}
