// Package wecom is the root of an SDK for WeCom (企业微信) service providers (服务商), who offer
// third-party apps (第三方应用) or customised apps (代开发应用) to other corps. This package is empty.
// Open the package for what you want to do:
//
//   - token: the Api that all calls take: credentials, automatic token refresh (服务商凭证,
//     第三方应用凭证, 企业凭证), stores, and calls to any other endpoint
//   - callback: what WeCom pushes (接收消息与事件): tickets, authorisations, events and messages,
//     decrypted, queued and processed
//   - service: authorisation and installation (授权安装), login (登录), identity (身份验证), conversion
//     of ids (帐号ID转换), JS-SDK, promotion codes (推广二维码)
//   - license: interface licences (接口调用许可): activation codes and accounts
//   - order: orders for licences (接口许可下单), app orders (应用版本付费), cashier (收银台)
//   - purchase: one purchase or renewal of licences, from the order to the last member, which can be
//     continued after a crash
//   - corp/agent (应用管理), corp/chatdata (数据与智能专区), corp/contact (通讯录), corp/externalcontact
//     (客户联系), corp/kf (微信客服), corp/media (素材), corp/message (消息推送): what an installed app
//     calls in a customer's corp; corp/wire has objects that several of them share
//   - data: parameters by their JSON names; access: access tokens as WeCom returns them
//
// For tests there are wecomtest, a WeCom in which your app can be installed, and which it can call
// and be pushed to without an account; token/storetest for a Store of your own, and
// callback/queuetest for a Queue of your own. The command cmd/wecom explains, makes and pushes
// callbacks by hand.
//
// The page of each package has a list of WeCom's pages (by their Chinese titles) with the file and the
// functions for each. docs/COVERAGE.md lists all endpoints.
//
// # How they fit together
//
// Every call takes a *token.Api:
//
//	api, err := token.New(token.Config{CorpId: …, ProviderSecret: …, SuiteId: …, SuiteSecret: …, Store: store})
//	list, err := service.GetAgentAdminList(api.WithContext(ctx).WithCorp(corpId))
//
// WeCom pushes a suite_ticket every ten minutes, and an auth code when a corp installs the app. Mount
// a callback.Handler and run its callback.Inbox: the Inbox stores the ticket, exchanges the code and
// saves the installation. Calls for that corp then get their tokens automatically.
//
// # Names
//
// Names follow those of WeCom's pages, which spell one word in several ways (UserId, UserID, Userid).
// A few functions with an unusual spelling have a second name: GetUserInfo3rd is the same as
// GetuserInfo3rd.
//
//   - LIC… in package license: license endpoints
//   - OR…, Advanced…, App…, Paytool… in package order: what is ordered
//   - KIt… in package callback: values of InfoType and Event; KCt…: values of ChangeType
//   - All…: walks all pages of a list; Wait… and …Wait: waits for the end of a job
//
// # Errors
//
// A call that WeCom refused or did not answer returns a *token.Error, a batch that ended early a
// *token.PartialError. An argument that cannot be sent is a plain error. Use errors.As for the types,
// and errors.Is for a token.Code and for errors such as token.ErrNotInstalled and
// token.ErrOutcomeUnknown. The SDK never repeats a write, except when WeCom has rejected its token.
package wecom
