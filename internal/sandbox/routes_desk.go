package sandbox

func orderRoutes() []Route {
	return group("orders",
		get("/orders", "license orders with their codes", "接口许可订单与激活码", (*World).ListOrders),
		post("/orders", "buys licenses in the provider console", "在服务商后台下单", (*World).PlaceOrder),
		get("/orders/{order}", "one order", "查看订单", (*World).ShowOrder),
		post("/orders/{order}/pay", "pays as in the provider console; pushes license_pay_success", "支付订单，推送 license_pay_success", (*World).PayOrder),
		post("/orders/{order}/expire", "lets an unpaid order run out", "使待支付订单过期", (*World).ExpireOrder),
		post("/orders/{order}/refund", "asks for a refund", "申请退款", (*World).AskRefund),
		post("/orders/{order}/refund/decide", "decides a refund; pushes license_refund", "审批退款，推送 license_refund", (*World).DecideRefund),
		post("/orders/renew", "renews accounts in the provider console", "在服务商后台续期账号", (*World).PlaceRenewal),
		post("/orders/union", "buys for several corps in one order", "多企业下单", (*World).PlaceUnionOrder),
		post("/orders/migrate", "gives a corp the codes of a contract from before the licenses", "存量企业迁移，生成激活码", (*World).MigrateOrder),
		post("/orders/{order}/bank", "chooses payment by online bank: not from the balance then", "选择网银支付，此后不能以余额支付", (*World).BindOnlineBank),
		get("/license-policy", "what WeCom leaves open about licenses, as it is chosen", "查看接口许可规则", (*World).ShowLicensePolicy),
		post("/license-policy", "replaces that", "更改接口许可规则", (*World).SetLicensePolicy),
		get("/corps/{corp}/license", "what the rules of licenses find in a corp", "查看企业的许可状况与自动激活", (*World).ShowCorpLicense),
		post("/corps/{corp}/license", "changes that", "更改企业的许可状况与自动激活", (*World).ChangeCorpLicense),
		post("/licenses/activate", "binds an activation code to a member", "以激活码激活成员账号", (*World).Activate),
		post("/licenses/transfer", "hands the accounts of a member to another", "账号继承", (*World).TransferLicenses),
		get("/links", "links of upstream and downstream corps", "查看上下游与企业互联", (*World).ListLinks),
		post("/links", "makes a link of an upstream corp to a downstream one", "建立上下游或企业互联", (*World).LinkCorps),
		post("/links/share", "gives activation codes to a downstream corp", "分享激活码给下游企业", (*World).ShareCodes),
		get("/cashier", "the cashier with its orders and invoices", "收款工具、收款订单与发票", (*World).ShowCashier),
		post("/cashier", "gives the provider the key of his cashier", "设置收款工具密钥与商户", (*World).SetCashier),
		post("/cashier/{order}/pay", "pays an order of the cashier", "支付或确认收款订单", (*World).PayCashier),
		post("/cashier/{order}/invoice", "a client applies for an invoice", "客户申请开票", (*World).AskInvoice),
		get("/advanced-orders", "orders of the advanced API", "数据与智能专区订单", (*World).ListAdvancedOrders),
		post("/advanced-orders/{order}/move", "changes the state of such an order", "更改专区订单状态", (*World).MoveAdvancedOrder),
		get("/app-orders", "orders in the app market", "应用市场订单", (*World).ListAppOrders),
		post("/app-orders", "orders an edition of an app; pushes open_order", "下单购买应用版本，推送 open_order", (*World).PlaceAppOrder),
		post("/app-orders/{order}/move", "changes the state of such an order", "更改应用订单状态", (*World).MoveAppOrder),
	)
}

func customerRoutes() []Route {
	return group("customers",
		get("/corps/{corp}/customers", "customers and customer groups", "客户与客户群", (*World).ListCustomers),
		post("/corps/{corp}/customers", "a customer and a member add each other", "客户与成员互相添加", (*World).AddCustomer),
		post("/corps/{corp}/customers/remove", "a member removes a customer, or the other way round", "成员删除客户，或客户删除成员", (*World).RemoveCustomer),
		get("/corps/{corp}/customers/{customer}/messages", "what has reached a customer", "客户收到的消息", (*World).ListCustomerMessages),
		post("/corps/{corp}/groups", "a member makes a group with customers", "成员创建客户群", (*World).AddGroup),
		post("/corps/{corp}/groups/{chat}/join", "a customer comes into a group", "客户入群", (*World).JoinGroup),
		post("/corps/{corp}/groups/{chat}/leave", "a customer leaves a group", "客户退群", (*World).LeaveGroup),
		post("/corps/{corp}/groups/{chat}/dismiss", "the owner dismisses a group", "群主解散客户群", (*World).DismissGroup),
		post("/corps/{corp}/groups/{chat}/rename", "the owner gives a group another name", "群主修改群名", (*World).RenameGroup),
		post("/corps/{corp}/customers/remark", "a member notes something about a customer", "成员修改客户备注", (*World).RemarkCustomer),
		get("/corps/{corp}/transfers", "customers on the way from one member to another", "客户继承情况", (*World).ListTransfers),
		post("/corps/{corp}/transfers/end", "a customer refuses the member who is to take him over, or his time for that is over", "客户拒绝接替，或立即完成接替", (*World).EndTransfer),
		get("/corps/{corp}/group-messages", "mass messages with what members have to send", "企业群发及成员任务", (*World).ListGroupMessages),
		post("/corps/{corp}/group-messages/{message}/send", "members confirm a mass message", "成员确认发送群发消息", (*World).SendGroupMessage),
		get("/corps/{corp}/moments", "moments with what members have to publish", "客户朋友圈及成员任务", (*World).ListMoments),
		post("/corps/{corp}/moments/{moment}/publish", "members publish a moment", "成员发表朋友圈", (*World).PublishMoment),
		post("/corps/{corp}/moments/{moment}/react", "a customer likes a moment, or comments on it", "客户点赞或评论朋友圈", (*World).ReactToMoment),
	)
}

func kfRoutes() []Route {
	return group("kf",
		get("/corps/{corp}/kf", "accounts of customer service with their conversations", "客服账号与会话", (*World).ListKf),
		post("/corps/{corp}/kf", "opens an account to an app", "将客服账号授权给应用", (*World).OpenKf),
		post("/corps/{corp}/kf/enter", "a customer opens the link of an account", "客户打开客服链接", (*World).EnterKf),
		post("/corps/{corp}/kf/{kf}/close", "takes an account from an app", "取消客服账号授权", (*World).CloseKf),
		post("/corps/{corp}/kf/{kf}/write", "a customer writes", "客户发消息", (*World).WriteKf),
		post("/corps/{corp}/kf/{kf}/take", "a servicer takes a conversation", "接待人员接入会话", (*World).TakeKf),
		post("/corps/{corp}/kf/{kf}/answer", "a servicer answers", "接待人员回复", (*World).AnswerKf),
		post("/corps/{corp}/kf/{kf}/end", "a servicer ends a conversation", "接待人员结束会话", (*World).EndKf),
		post("/corps/{corp}/kf/{kf}/recall", "a customer or a servicer takes a message back", "客户或接待人员撤回消息", (*World).RecallKf),
		post("/corps/{corp}/kf/{kf}/refuse", "a customer refuses messages, or takes them again", "客户拒收或恢复接收消息", (*World).RefuseKf),
		post("/corps/{corp}/kf/{kf}/servicers", "members answer for an account, or no more", "新增或移除接待人员", (*World).StaffKf),
		post("/corps/{corp}/kf/{kf}/rest", "a servicer stops to receive customers, or goes on", "接待人员停止或恢复接待", (*World).RestKf),
		get("/corps/{corp}/kf/upgrade", "whom apps may recommend to customers", "查看升级服务配置", (*World).ShowKfUpgrade),
		post("/corps/{corp}/kf/upgrade", "replaces that", "更改升级服务配置", (*World).SetKfUpgrade),
	)
}

func mediaRoutes() []Route {
	return group("media",
		get("/corps/{corp}/media", "files that apps have uploaded, or members have sent", "应用上传与成员发送的素材", (*World).ListMedia),
		post("/corps/{corp}/media", "a member sends a file", "成员发送文件", (*World).SendFile),
		mediaRoute(),
	)
}
