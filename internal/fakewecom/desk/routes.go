package desk

import "github.com/gothird/wecom/internal/fakewecom/platform"

const licensePath = "/cgi-bin/license/"

func (ds *Desks) licenseHandlers() map[string]platform.Handler {
	return map[string]platform.Handler{
		licensePath + "active_account":                licHandler(ds, activeAccount),
		licensePath + "batch_active_account":          licHandler(ds, batchActiveAccount),
		licensePath + "active_account_by_type":        licHandler(ds, activeAccountByType),
		licensePath + "get_active_info_by_code":       licHandler(ds, activeInfoByCode),
		licensePath + "batch_get_active_info_by_code": licHandler(ds, batchActiveInfoByCode),
		licensePath + "list_actived_account":          licHandler(ds, listActivedAccount),
		licensePath + "get_active_info_by_user":       licHandler(ds, activeInfoByUser),
		licensePath + "batch_transfer_license":        licHandler(ds, batchTransfer),
		licensePath + "batch_share_active_code":       licHandler(ds, batchShare),
		licensePath + "get_app_license_info":          licHandler(ds, appLicenseInfo),
		licensePath + "set_auto_active_status":        licHandler(ds, setAutoActive),
		licensePath + "get_auto_active_status":        licHandler(ds, getAutoActive),
		licensePath + "support_policy_query":          licHandler(ds, supportPolicy),
		"/cgi-bin/service/get_account_balance":        licHandler(ds, accountBalance),
	}
}

func (ds *Desks) orderHandlers() map[string]platform.Handler {
	const advanced, service, paytool = "/cgi-bin/advanced_api/", "/cgi-bin/service/", "/cgi-bin/paytool/"
	return map[string]platform.Handler{
		licensePath + "create_new_order":       licHandler(ds, createNewOrder),
		licensePath + "create_renew_order_job": licHandler(ds, createRenewOrderJob),
		licensePath + "submit_order_job":       licHandler(ds, submitOrderJob),
		licensePath + "list_order":             licHandler(ds, listOrder),
		licensePath + "get_order":              licHandler(ds, getOrder),
		licensePath + "list_order_account":     licHandler(ds, listOrderAccount),
		licensePath + "cancel_order":           licHandler(ds, cancelOrder),
		licensePath + "create_new_order_job":   licHandler(ds, createNewOrderJob),
		licensePath + "submit_new_order_job":   licHandler(ds, submitNewOrderJob),
		licensePath + "new_order_job_result":   licHandler(ds, newOrderJobResult),
		licensePath + "get_union_order":        licHandler(ds, getUnionOrder),
		licensePath + "submit_pay_job":         licHandler(ds, submitPayJob),
		licensePath + "pay_job_result":         licHandler(ds, payJobResult),

		advanced + "create_order":      licHandler(ds, advancedCreate),
		advanced + "cancel_order":      licHandler(ds, advancedCancel),
		advanced + "submit_pay":        licHandler(ds, advancedPay),
		advanced + "list_order":        licHandler(ds, advancedListOrders),
		advanced + "get_order":         licHandler(ds, advancedGet),
		advanced + "get_corp_buy_info": licHandler(ds, advancedBuyInfo),

		service + "get_order":      marketHandler(ds, marketGet),
		service + "get_order_list": marketHandler(ds, marketListOrders),
		service + "prolong_try":    marketHandler(ds, prolongTry),

		paytool + "open_order":          cashierHandler(ds, cashierOpen),
		paytool + "close_order":         cashierHandler(ds, cashierClose),
		paytool + "get_order_list":      cashierHandler(ds, cashierListOrders),
		paytool + "get_order_detail":    cashierHandler(ds, cashierDetail),
		paytool + "get_invoice_list":    licHandler(ds, invoiceList),
		paytool + "mark_invoice_status": licHandler(ds, markInvoice),
	}
}

// licHandler gives a handler the desk of the token's provider, and the body decoded.
func licHandler[In any](ds *Desks, answer func(d *desk, in In) (obj, error)) platform.Handler {
	return func(c *platform.Call) (obj, error) {
		var in In
		if err := c.Decode(&in); err != nil {
			return nil, err
		}
		return answer(ds.desk(c.Provider()), in)
	}
}
