// Package token holds the credentials of a WeCom (企业微信) service provider and sends
// every request of this module.
//
// # Three tokens
//
// A provider token (服务商凭证) stands for the provider and comes from its corp id and
// secret. A suite token (第三方应用凭证) stands for one app and needs the suite_ticket that
// WeCom pushes every ten minutes. A corp token (企业凭证) acts for one app inside one
// customer corp and needs the permanent code that the corp's installation brought. An
// [Api] holds all three, asks for each when it is first needed, shares it through the
// [Store], renews it before it ends, and replaces it when WeCom ends it early:
//
//	api, err := token.New(token.Config{CorpId: …, ProviderSecret: …, SuiteId: …, SuiteSecret: …})
//	corp := api.WithContext(ctx).WithCorp("wp…")
//
// Tickets and installations reach the Api through the handlers of package callback; a
// program that receives them otherwise calls [Api.SetSuiteTicket] and
// [Api.SetInstallation].
//
// # Calls
//
// The packages service, license, order and those under corp have a function for each endpoint.
// [Call] and [Api.Do] call any other endpoint in the same way: same tokens, same retries, same
// errors.
//
// # Tests
//
// Package wecomtest is a WeCom for the tests of an app, without an account or a network:
// [Config] is all that differs. The guide is docs/TESTING.md, a whole app with its tests
// examples/tested.
//
// # When an authorisation ends
//
// Config.OnToken is called after each attempt to get a token. [TokenInfo].Lost says that there
// is no token because the corp's authorisation is over, and [IsLost] says the same of an error.
// The corp may have installed the app again in the meantime: [Api.RemoveIfLost] asks WeCom with
// the present installation, and removes it if that is over too. It makes requests, so call it
// outside of the hook.
//
// # Errors
//
// A request that failed is an *[Error], in a batch of several inside a *[PartialError].
// Before any request, a credential that is missing is one of the sentinel errors here, and
// an argument that cannot be sent is a plain error. Use errors.As for the types, and
// errors.Is with a [Code] or a sentinel error.
package token
