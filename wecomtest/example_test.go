package wecomtest_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/gothird/wecom/callback"
	"github.com/gothird/wecom/corp/externalcontact"
	"github.com/gothird/wecom/corp/wire"
	"github.com/gothird/wecom/license"
	"github.com/gothird/wecom/order"
	"github.com/gothird/wecom/purchase"
	"github.com/gothird/wecom/service"
	"github.com/gothird/wecom/wecomtest"
)

// A corp follows the link on the provider's site: the redirect brings an auth code, which
// brings the permanent code. In a test, t is the test's own and Run is not needed.
func Example() {
	err := wecomtest.Run(func(t testing.TB) {
		wecom := wecomtest.New(t)
		api := wecom.Api() // or token.New(wecom.Config())

		pre, _ := service.GetPreAuthCode(api)
		link, _ := service.InstallUrl(service.InstallLink{SuiteId: api.SuiteId(), PreAuthCode: pre.PreAuthCode, RedirectUri: "https://app.example/installed"})
		corp, redirect := wecom.Follow(link, wecomtest.Corp{Name: "Riverside"})
		permanent, err := service.ExchangeAuthCode(api, redirect.Query().Get("auth_code"))
		fmt.Println(redirect.Host, permanent.AuthCorpInfo.CorpName, permanent.PermanentCode != "", err)

		admins, err := service.GetAgentAdminList(corp.Api())
		fmt.Println(len(admins.Admins), "administrator", err)
	})
	fmt.Println(err)
	// Output:
	// app.example Riverside true <nil>
	// 1 administrator <nil>
	// <nil>
}

// An order is placed, paid in the console and activated.
func ExampleCorp_Pay() {
	err := wecomtest.Run(func(t testing.TB) {
		wecom := wecomtest.New(t)
		corp := wecom.Install(wecomtest.Corp{Name: "Riverside"})
		member := corp.Members[1].UserId

		orderId, err := order.ORCreate(corp.Api(), &order.Order{
			CorpId: corp.Id, BuyerUserId: "chen.mei", AccountCount: order.AccountCount{BaseCount: 1}, AccountDuration: order.AccountDuration{Months: 1}})
		fmt.Println("ordered", err)
		corp.Pay(orderId)
		for account, err := range order.ORAllAccounts(corp.Api(), orderId) {
			fmt.Println("activated", license.LICActiveAccount(corp.Api(), account.ActiveCode, member), err)
		}
		user, err := license.LICGetActiveByUser(corp.Api(), member)
		fmt.Println(len(user.ActiveInfoList), err)
	})
	fmt.Println(err)
	// Output:
	// ordered <nil>
	// activated <nil> <nil>
	// 1 <nil>
	// <nil>
}

// What WeCom pushes goes to the app's own handler, encrypted.
func ExampleWeCom_Deliver() {
	err := wecomtest.Run(func(t testing.TB) {
		wecom := wecomtest.New(t)
		corp := wecom.Install(wecomtest.Corp{Name: "Riverside"})

		inbox, _ := callback.NewInbox(callback.Config{})
		done := make(chan string)
		callback.On(inbox, func(_ context.Context, n *callback.Notice, m *callback.TextMessage) error {
			done <- m.Content
			return nil
		})
		handler, _ := inbox.Handler(wecom.Api(), wecom.URL(wecom.Api(), callback.App))
		wecom.Go(inbox.Run)
		wecom.Deliver(wecom.Api(), callback.App, handler)

		d := corp.Send(wecomtest.Message{UserId: corp.Members[1].UserId, Text: "Is anybody there?"})
		fmt.Println(d.Status, d.Err(), <-done)
	})
	fmt.Println(err)
	// Output:
	// 200 <nil> Is anybody there?
	// <nil>
}

// A member has a new customer, and the app welcomes him.
func ExampleCorp_AddCustomer() {
	err := wecomtest.Run(func(t testing.TB) {
		wecom := wecomtest.New(t)
		corp := wecom.Install(wecomtest.Corp{Name: "Riverside"})

		inbox, _ := callback.NewInbox(callback.Config{})
		done := make(chan error)
		callback.On(inbox, func(_ context.Context, n *callback.Notice, e *callback.ExternalContactEvent) error {
			done <- externalcontact.SendWelcomeMsg(n.Api, e.WelcomeCode, externalcontact.Message{Text: &wire.Text{Content: "Hello from " + e.State}})
			return nil
		}, callback.KCtAddExternalContact)
		handler, _ := inbox.Handler(wecom.Api(), wecom.URL(wecom.Api(), callback.App))
		wecom.Go(inbox.Run)
		wecom.Deliver(wecom.Api(), callback.App, handler)

		li := corp.AddCustomer(corp.Members[1].UserId, wecomtest.Customer{Name: "Li", State: "the fair"})
		fmt.Println("sent", <-done)
		for _, m := range li.Messages() {
			fmt.Println(li.Name, "reads:", m.Text)
		}
	})
	fmt.Println(err)
	// Output:
	// sent <nil>
	// Li reads: Hello from the fair
	// <nil>
}

// WeCom ends tokens early now and then; the SDK gets another, and the call succeeds.
func ExampleWeCom_Fail() {
	err := wecomtest.Run(func(t testing.TB) {
		wecom := wecomtest.New(t)
		corp := wecom.Install(wecomtest.Corp{Name: "Riverside"})
		const path = "/cgi-bin/agent/get_admin_list"

		wecom.Fail(path, wecomtest.Fault{KillToken: true})
		_, err := service.GetAgentAdminList(corp.Api())
		for _, r := range wecom.Requests(path) {
			fmt.Println(r.ErrCode)
		}
		fmt.Println(err)
	})
	fmt.Println(err)
	// Output:
	// 40014
	// 0
	// <nil>
	// <nil>
}

// One program serves two apps; a corp has both.
func ExampleSuites() {
	err := wecomtest.Run(func(t testing.TB) {
		wecom := wecomtest.New(t, wecomtest.Suites(2))
		first := wecom.Install(wecomtest.Corp{Name: "Riverside"})
		second := wecom.Install(wecomtest.Corp{Id: first.Id, App: wecom.Suite(1)})
		for _, corp := range []*wecomtest.Corp{first, second} {
			in, err := corp.Api().Installation()
			fmt.Println(in.CorpName, err)
		}
	})
	fmt.Println(err)
	// Output:
	// Riverside <nil>
	// Riverside <nil>
	// <nil>
}

// Two months later the token is long gone, and the account has expired.
func ExampleWeCom_Advance() {
	err := wecomtest.Run(func(t testing.TB) {
		wecom := wecomtest.New(t)
		corp := wecom.Install(wecomtest.Corp{Name: "Riverside"})
		member := corp.Members[1].UserId

		p := &purchase.Purchase{Members: []order.Account{{UserId: member, Type: order.TypeBase}}, PayerUserId: "chen.mei", Poll: time.Millisecond,
			Order: order.Order{BuyerUserId: "chen.mei", AccountCount: order.AccountCount{BaseCount: 1}, AccountDuration: order.AccountDuration{Months: 1}}}
		err := purchase.Run(corp.Api(), p, func(*purchase.Purchase) error { return nil }) // saves nothing
		fmt.Println(len(p.Codes), "account", err)

		for _, wait := range []time.Duration{0, 62 * 24 * time.Hour} {
			wecom.Advance(wait)
			detail, err := license.LICActiveCodeDetail(corp.Api(), p.Codes[0].ActiveCode)
			fmt.Println("state", detail.Status, err)
		}
	})
	fmt.Println(err)
	// Output:
	// 1 account <nil>
	// state 2 <nil>
	// state 3 <nil>
	// <nil>
}
