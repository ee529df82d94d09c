package fakewecom

const licensePath = "/cgi-bin/license/"

func licenseHandlers() map[string]handler {
	return map[string]handler{
		licensePath + "active_account":                licHandler(activeAccount),
		licensePath + "batch_active_account":          licHandler(batchActiveAccount),
		licensePath + "active_account_by_type":        licHandler(activeAccountByType),
		licensePath + "get_active_info_by_code":       licHandler(activeInfoByCode),
		licensePath + "batch_get_active_info_by_code": licHandler(batchActiveInfoByCode),
		licensePath + "list_actived_account":          licHandler(listActivedAccount),
		licensePath + "get_active_info_by_user":       licHandler(activeInfoByUser),
		licensePath + "batch_transfer_license":        licHandler(batchTransfer),
		licensePath + "batch_share_active_code":       licHandler(batchShare),
		licensePath + "get_app_license_info":          licHandler(appLicenseInfo),
		licensePath + "set_auto_active_status":        licHandler(setAutoActive),
		licensePath + "get_auto_active_status":        licHandler(getAutoActive),
		licensePath + "support_policy_query":          licHandler(supportPolicy),
		"/cgi-bin/service/get_account_balance":        licHandler(accountBalance),
	}
}

func orderHandlers() map[string]handler {
	const advanced, service, paytool = "/cgi-bin/advanced_api/", "/cgi-bin/service/", "/cgi-bin/paytool/"
	return map[string]handler{
		licensePath + "create_new_order":       licHandler(createNewOrder),
		licensePath + "create_renew_order_job": licHandler(createRenewOrderJob),
		licensePath + "submit_order_job":       licHandler(submitOrderJob),
		licensePath + "list_order":             licHandler(listOrder),
		licensePath + "get_order":              licHandler(getOrder),
		licensePath + "list_order_account":     licHandler(listOrderAccount),
		licensePath + "cancel_order":           licHandler(cancelOrder),
		licensePath + "create_new_order_job":   licHandler(createNewOrderJob),
		licensePath + "submit_new_order_job":   licHandler(submitNewOrderJob),
		licensePath + "new_order_job_result":   licHandler(newOrderJobResult),
		licensePath + "get_union_order":        licHandler(getUnionOrder),
		licensePath + "submit_pay_job":         licHandler(submitPayJob),
		licensePath + "pay_job_result":         licHandler(payJobResult),

		advanced + "create_order":      licHandler(advancedCreate),
		advanced + "cancel_order":      licHandler(advancedCancel),
		advanced + "submit_pay":        licHandler(advancedPay),
		advanced + "list_order":        licHandler(advancedListOrders),
		advanced + "get_order":         licHandler(advancedGet),
		advanced + "get_corp_buy_info": licHandler(advancedBuyInfo),

		service + "get_order":      marketHandler(marketGet),
		service + "get_order_list": marketHandler(marketListOrders),
		service + "prolong_try":    marketHandler(prolongTry),

		paytool + "open_order":          cashierHandler(cashierOpen),
		paytool + "close_order":         cashierHandler(cashierClose),
		paytool + "get_order_list":      cashierHandler(cashierListOrders),
		paytool + "get_order_detail":    cashierHandler(cashierDetail),
		paytool + "get_invoice_list":    licHandler(invoiceList),
		paytool + "mark_invoice_status": licHandler(markInvoice),
	}
}

// licHandler decodes the body and lets time do its work before and after.
func licHandler[In any](answer func(d *licenseDesk, in In) (obj, error)) handler {
	return func(s *Server, c *call) (obj, error) {
		var in In
		if len(c.raw) > 0 {
			if err := c.decode(&in); err != nil {
				return nil, err
			}
		}
		d := s.desk(c.provider)
		d.settle()
		out, err := answer(d, in)
		d.settle()
		return out, err
	}
}
