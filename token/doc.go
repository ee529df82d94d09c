// Package token holds the credentials of a WeCom (企业微信) service provider and sends every request
// of this module.
//
// # Three tokens
//
// A provider token (服务商凭证) stands for the provider and comes from its corp id and secret. A suite
// token (第三方应用凭证) stands for one app and needs the suite_ticket that WeCom pushes every ten
// minutes. A corp token (企业凭证) acts for one app inside one customer corp and needs the permanent
// code from the corp's installation. An [Api] has all three. It fetches each when it is first needed,
// shares it through the [Store], renews it before it ends, and replaces it when WeCom ends it early:
//
//	api, err := token.New(token.Config{CorpId: …, ProviderSecret: …, SuiteId: …, SuiteSecret: …})
//	corp := api.WithContext(ctx).WithCorp("wp…")
//
// Tickets and installations reach the Api through the handlers of package callback. A program that
// receives them in another way calls [Api.SetSuiteTicket] and [Api.SetInstallation].
//
// # Calls
//
// The packages service, license, order and those under corp have a function for each endpoint.
// [Call] and [Api.Do] call any other endpoint in the same way: same tokens, same retries, same
// errors. [Upload] sends a file, [Download] receives one.
//
// # Stores
//
// In production, tokens, tickets and installations must outlive the process: use [NewDirStore] on one
// machine, or one of the modules backend/redis and backend/sql for several. [Seal] encrypts the
// values of any Store, [Reseal] changes the key. Package storetest tests a Store of your own.
//
// # When an authorisation ends
//
// Config.OnToken is called after each attempt to get a token. [TokenInfo].Lost says that there is no
// token because the corp's authorisation is over, and [IsLost] says the same of an error. The corp
// may have installed the app again in the meantime: [Api.RemoveIfLost] asks WeCom with the present
// installation, and removes it if that is over too. It makes requests, so call it outside of the
// hook.
//
// # Errors
//
// A request that failed is an *[Error], in a batch of several inside a *[PartialError]. Before any
// request, a credential that is missing is one of the sentinel errors here, and an argument that
// cannot be sent is a plain error. Use errors.As for the types, and errors.Is with a [Code] or a
// sentinel error.
//
// # Tests
//
// Package wecomtest is a WeCom for the tests of an app, without an account or a network: only the
// [Config] is different. The guide is docs/TESTING.md; examples/tested is a whole app with its tests.
//
// # Pages of WeCom
//
//   - credential.go: 服务商凭证 [Provider], 第三方应用凭证 [Suite], 企业凭证 [Corp]
//   - ticket.go: 推送suite_ticket [Api.SetSuiteTicket], [Api.TicketAge]
//   - exchange.go, installation.go: 获取企业永久授权码 [Api.Exchange], [Api.Installation]
//   - agent.go: 获取企业授权信息 [Api.AgentId]
//   - jsticket.go: 获取企业的jsapi_ticket [Api.CachedTicket]
//   - errors.go: 全局错误码 [Code], [IsBusy], [IsRateLimited], [IsLost], [IsIPNotAllowed]
package token
