// Package wecom is the root of an SDK for WeCom (企业微信) service providers (服务商): those who
// offer third-party apps (第三方应用) or customised apps (代开发应用) to other corps. This package
// is empty. Open the package for what you want to do:
//
//	token     make the Api that all calls take: credentials, automatic token refresh
//	          (服务商凭证, 第三方应用凭证, 企业凭证), stores, and calls to any other endpoint
//	callback  receive what WeCom pushes (接收消息与事件): tickets, authorisations, events and
//	          messages, decrypted, queued and processed once
//	service   authorisation and installation (授权安装), login (登录), identity (身份验证),
//	          conversion of ids (帐号ID转换), JS-SDK, promotion codes (推广二维码)
//	license   interface licences (接口调用许可): activation codes and accounts
//	order     orders for licences (接口许可下单), app orders (应用版本付费), cashier (收银台)
//	purchase  one purchase or renewal of licences from the order to the last member, which
//	          can be continued after a crash
//	corp/…    what an installed app calls in a customer's corp: contact (通讯录), message
//	          (消息推送), media (素材), agent (应用管理), externalcontact (客户联系), kf (微信客服),
//	          chatdata (数据与智能专区); corp/wire: objects that several of them share
//	data      parameters by their JSON names; access: access tokens as WeCom returns them
//
// For tests there are wecomtest, a WeCom that your app can be installed in, called and pushed
// to without an account; token/storetest for a Store of your own, and callback/queuetest for a
// Queue of your own. The command cmd/wecom explains, makes and pushes callbacks by hand.
//
// # How they fit together
//
// Every call takes a *token.Api:
//
//	api, err := token.New(token.Config{CorpId: …, ProviderSecret: …, SuiteId: …, SuiteSecret: …, Store: store})
//	list, err := service.GetAdminList(api.WithContext(ctx).WithCorp(corpId), "", 0)
//
// WeCom pushes a suite_ticket every ten minutes, and an auth code when a corp installs the
// app. Mount a callback.Handler and run its callback.Inbox: the Inbox stores the ticket,
// exchanges the code and saves the installation. Calls for that corp then get their tokens by
// themselves.
//
// # Names
//
// Names follow those of WeCom's pages, which spell one word in several ways (UserId, UserID,
// Userid). A few functions with an odd spelling have a second name: GetUserInfo3rd is the
// same as GetuserInfo3rd. Functions of the
// licence endpoints begin with LIC (license), those of their orders with OR (order). In
// callback, constants KIt… are values of InfoType and Event, KCt… of ChangeType.
//
// # Errors
//
// A call that WeCom refused or did not answer returns a *token.Error, a batch that ended
// early a *token.PartialError. A refused argument is a plain error. Use errors.As for the
// types, and errors.Is for a token.Code and for errors such as token.ErrNotInstalled and
// token.ErrOutcomeUnknown. A write is never repeated by the SDK.
package wecom
