package console

import "github.com/gothird/wecom/internal/spec"

// codeText is what an errcode means, and what to do.
type codeText struct{ titleZh, titleEn, zh, en string }

// classTexts say what to do about the codes of a class.
var classTexts = map[string][2]string{
	spec.ClassToken: {"取一次新令牌，重试一次。", "Fetch one new token, and try once more."},
	spec.ClassRate:  {"停到限制的窗口结束，不要立刻重试。", "Wait until the window of the limit is over; don't try again at once."},
	spec.ClassBusy:  {"有并发的修改：重读最新状态，再决定是否重试。", "Something else is changing it: read its state again, then decide."},
	spec.ClassLater: {"隔一会儿重试，次数要有上限。", "Try again later, a few times at most."},
	spec.ClassLost:  {"授权已结束：停止调用，把企业标记为已取消；换令牌没有用。", "The authorisation is over: stop, and mark the corp as gone. A new token does not help."},
}

// codeTexts are those that every app meets.
var codeTexts = map[int]codeText{
	-1: {"系统繁忙", "system busy", "暂时的：隔一会儿重试，最多 3 次，间隔递增。", "Temporary: try again later, three times at most, with growing pauses."},
	40001: {"secret 无效", "invalid secret", "密钥与 CorpID 或 SuiteID 不配，或已被重置。在总览的环境里核对；代开发应用的 secret 就是永久授权码，重置后旧的失效。",
		"The secret is not that of the corp id or suite id, or was reset. Compare it with the environment on the overview; the secret of a customised app is its permanent code, and a reset ends the old one."},
	40003: {"userid 无效", "invalid userid", "成员不存在，或用了另一种 ID：第三方应用用加密后的 userid（wo 开头）。", "There is no such member, or it is an id of another kind: third-party apps use the encrypted one, which begins with wo."},
	40014: {"access_token 无效", "invalid access_token", "令牌过期、已作废，或种类不对。应当取一次新令牌并重试一次；仍失败则核对接口要的是企业令牌还是服务商令牌。",
		"It has run out, was ended, or is of another kind. Fetch one new token and try once more; if that fails too, see whether the endpoint wants the token of the corp or of the provider."},
	40029: {"登录 code 无效", "invalid login code", "code 只能用一次，5 分钟内有效，而且属于发起登录的应用。让成员重新打开应用。", "A code is good once, for five minutes, and for the app that began the login. Let the member open the app again."},
	40058: {"参数不合法", "illegal parameter", "对照接口的字段：必填、长度、个数，以及 JSON 是否在请求体里。", "Compare the fields: what is required, lengths and counts, and that the JSON is in the body."},
	40078: {"临时授权码无效", "invalid auth_code", "临时授权码 10 分钟内有效，只能用一次。等下一个 create_auth，或让管理员重新安装。", "An auth code is good once, for ten minutes. Wait for the next create_auth, or let the administrator install again."},
	40080: {"suite_secret 无效", "invalid suite_secret", "在总览的环境里核对应用的密钥：每个应用各有自己的。", "Compare the secret of the app with the environment on the overview: each app has its own."},
	40082: {"suite_access_token 无效", "invalid suite_access_token", "令牌过期或已作废。用最新的 suite_ticket 取一次新令牌，重试一次。", "It has run out or was ended. Fetch a new one with the newest suite_ticket, and try once more."},
	40083: {"suite_id 无效", "invalid suite_id", "这个沙箱里没有这个应用。在总览的环境里核对 WECOM_SUITE_ID。", "There is no such app here. Compare WECOM_SUITE_ID with the environment on the overview."},
	40084: {"永久授权码无效", "invalid permanent_code", "企业取消了授权，或授权码已被重置。停止为它取令牌，把它标记为已取消；重新安装会带来新的授权码。换令牌没有用。",
		"The corp has cancelled, or the code was reset. Stop asking for its tokens, and mark it as gone; a new install brings a new code. A fresh token does not help."},
	40085: {"suite_ticket 无效", "invalid suite_ticket", "ticket 约半小时后失效。用最近推送的那一个；没有收到时检查指令回调 URL，或在回调 URL 页面推送一次。", "A ticket is good for about half an hour. Use the newest one; if none has come, check the command URL, or push one from the page of the callback URLs."},
	41001: {"缺少令牌", "no token", "令牌放在 URL 的查询参数里，不在请求体里。", "The token belongs in the query of the URL, not in the body."},
	42001: {"access_token 已过期", "access_token has run out", "取一次新令牌，重试一次。按 expires_in 缓存，提前几分钟更新。", "Fetch one new token and try once more. Keep it for expires_in, less a few minutes."},
	42009: {"suite_access_token 已过期", "suite_access_token has run out", "用最新的 suite_ticket 取一次新令牌，重试一次。", "Fetch a new one with the newest suite_ticket, and try once more."},
	45009: {"调用太频繁", "called too often", "停到这一分钟、小时或天结束，不要立刻重试；令牌要缓存，批量接口代替逐个调用。", "Wait until the minute, hour or day is over, and don't try again at once; keep tokens, and call batch endpoints in place of single ones."},
	48002: {"没有调用这个接口的权限", "no right to this endpoint", "应用的类型或权限不够：看接口是否对第三方应用或代开发应用开放。修改通讯录可在故障与设定页允许。",
		"The kind of app or its rights don't do: see whether the endpoint is open to third-party or customised apps. Changing address books can be allowed on the page of faults and choices."},
	48004:  {"授权关系无效", "invalid authorisation", "企业没有授权，或已取消。不要重试，等重新安装。", "The corp has not authorised the app, or has cancelled. Don't try again; wait for a new install."},
	60011:  {"没有这个成员或部门的权限", "no right to this member or department", "不在应用的可见范围内，或应用不能修改。由企业管理员调整可见范围（change_auth）。", "It is outside the visible range, or the app may not change it. The corp's administrator changes the range (change_auth)."},
	60020:  {"来源 IP 不在白名单", "the caller's address is not allowed", "在服务商后台把服务器的出口 IP 加入白名单；这里由故障与设定页的 IP 名单决定。", "Put the address that your server calls from on the provider's list; here it is the list of addresses on the page of faults and choices."},
	60111:  {"成员不存在", "there is no such member", "成员已离职、写错，或用了未加密的 userid。", "He has left, the id is misspelt, or it is not the encrypted one."},
	81013:  {"没有有效的接收人", "nobody to send to", "touser、toparty、totag 全部无效，或不在可见范围内。", "All of touser, toparty and totag are invalid, or outside the visible range."},
	84061:  {"没有这个客户关系", "no such customer", "这名成员没有添加这个客户，或已互相删除。", "The member has not added this customer, or they have removed each other."},
	301002: {"没有这个应用的权限", "no right to this app", "agentid 与令牌的应用不同：用 get_auth_info 返回的 agentid。", "The agentid is not that of the token's app: use the one that get_auth_info returns."},
	701008: {"没有互通账号", "no interop account", "接口要求调用的成员有有效的互通账号：先激活。", "The endpoint wants members with a valid interop account: activate one first."},
	701009: {"试用期只能买 1 个月", "a trial takes one month only", "试用期内的订单时长只能为 1 个月；试用结束后再买更长的。", "During the trial an order is for one month; longer ones come after it."},
	701011: {"成员已绑定激活码", "the member has a code already", "先查成员的激活详情；换码用继承，延长用续期。", "Look at the member's licences first; hand one over by a transfer, and prolong one by a renewal."},
	701016: {"账号未激活或已过期", "account not active or over", "先用激活码激活，再续期或继承。", "Activate it with a code first, then renew or transfer."},
	701021: {"激活码无效", "invalid activation code", "激活码写错，或属于另一家企业。用 list_order_account 重取。", "The code is misspelt, or of another corp. List it again with list_order_account."},
	701032: {"有待支付的订单", "there is an unpaid order", "先支付或取消它，再下新单。", "Pay or cancel that one before the next."},
	701081: {"激活码正被其他操作修改", "write conflict on a code", "重读它的最新状态，再决定是否重试。", "Read its state again, then decide whether to try again."},
	701083: {"订单未支付", "the order is not paid", "支付后才有激活码。在服务商后台支付，或用余额支付接口。", "There are codes once it is paid, in the provider console or from the balance."},
	701084: {"订单不是待支付状态", "the order is not unpaid", "它已支付、取消或过期。先查订单，不要重复支付。", "It is paid, cancelled or over. Look at the order, and don't pay again."},
}
