package callback_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/gothird/wecom/callback"
	"github.com/gothird/wecom/corp/contact"
	"github.com/gothird/wecom/wecomtest"
)

// A corp has installed the app. The installation is saved already; the function does what the
// app itself needs.
func ExampleAuthEvent() {
	err := wecomtest.Run(func(t testing.TB) {
		wecom := wecomtest.New(t)
		in, _ := callback.NewInbox(callback.Config{})
		done := make(chan string)
		callback.On(in, func(ctx context.Context, n *callback.Notice, e *callback.AuthEvent) error {
			done <- n.Permanent().AuthCorpInfo.CorpName // n.Api is bound to the corp
			return nil
		}, callback.KItCreateAuth)
		h, _ := in.Handler(wecom.Api(), wecom.URL(wecom.Api(), callback.App))
		wecom.Deliver(wecom.Api(), callback.App, h)
		wecom.Go(in.Run)

		wecom.Install(wecomtest.Corp{Name: "Riverside"})
		fmt.Println("welcome,", <-done)
	})
	fmt.Println(err)
	// Output:
	// welcome, Riverside
	// <nil>
}

// One function for two kinds of a type. It reads the present state: the event may be old.
func ExampleOn() {
	err := wecomtest.Run(func(t testing.TB) {
		wecom := wecomtest.New(t)
		in, _ := callback.NewInbox(callback.Config{})
		done := make(chan error)
		callback.On(in, func(ctx context.Context, n *callback.Notice, e *callback.ContactEvent) error {
			member, err := contact.UserGet(n.Api, e.UserID)
			fmt.Println(n.ChangeType, member.UserId)
			done <- err
			return err
		}, callback.KCtCreateUser, callback.KCtUpdateUser)
		h, _ := in.Handler(wecom.Api(), wecom.URL(wecom.Api(), callback.App))
		wecom.Deliver(wecom.Api(), callback.App, h)
		wecom.Go(in.Run)

		corp := wecom.Install(wecomtest.Corp{})
		corp.Change(wecomtest.Member{UserId: "woLin"})
		fmt.Println(<-done)
	})
	fmt.Println(err)
	// Output:
	// create_user woLin
	// <nil>
	// <nil>
}

// Events of the provider arrive on the 系统事件接收URL, which has a Handler of its own.
func ExampleInbox_Handler() {
	err := wecomtest.Run(func(t testing.TB) {
		wecom := wecomtest.New(t)
		corp := wecom.Install(wecomtest.Corp{})
		in, _ := callback.NewInbox(callback.Config{})
		done := make(chan string)
		callback.On(in, func(ctx context.Context, n *callback.Notice, e *callback.LicensePayEvent) error {
			done <- e.OrderId // order.ORAllAccounts lists its codes
			return nil
		})
		h, err := in.Handler(wecom.Api(), wecom.URL(wecom.Api(), callback.System)) // Token and key from the console
		if err != nil {
			t.Fatal(err)
		}
		wecom.Deliver(wecom.Api(), callback.System, h)
		wecom.Go(in.Run)

		d := corp.PushSample("license_pay_success", "OrderId", "OI00000000000001")
		fmt.Println("paid:", <-done, d.Err())
	})
	fmt.Println(err)
	// Output:
	// paid: OI00000000000001 <nil>
	// <nil>
}

// Everything that is pushed, for a log or for kinds that the SDK does not know yet.
func ExampleInbox_OnAny() {
	err := wecomtest.Run(func(t testing.TB) {
		wecom := wecomtest.New(t)
		corp := wecom.Install(wecomtest.Corp{})
		in, _ := callback.NewInbox(callback.Config{})
		done := make(chan string)
		in.OnAny(func(ctx context.Context, n *callback.Notice) error {
			done <- fmt.Sprintf("%s: %T", n.Kind(), n.Content)
			return nil
		})
		h, _ := in.Handler(wecom.Api(), wecom.URL(wecom.Api(), callback.App))
		wecom.Deliver(wecom.Api(), callback.App, h)
		wecom.Go(in.Run)

		corp.PushSample("change_app_admin")
		fmt.Println(<-done)
	})
	fmt.Println(err)
	// Output:
	// change_app_admin: *callback.BareEvent
	// <nil>
}

// A click on a button of a card changes the button for the member who clicked.
func ExampleButtonReply() {
	err := wecomtest.Run(func(t testing.TB) {
		wecom := wecomtest.New(t)
		corp := wecom.Install(wecomtest.Corp{})
		in, _ := callback.NewInbox(callback.Config{})
		callback.Answer(in, func(ctx context.Context, n *callback.Notice, e *callback.TemplateCardEvent) (callback.Reply, error) {
			return &callback.ButtonReply{ReplaceName: "已同意"}, nil // or a CardReply with a whole card
		})
		h, _ := in.Handler(wecom.Api(), wecom.URL(wecom.Api(), callback.App))
		wecom.Deliver(wecom.Api(), callback.App, h)

		d := corp.PushSample("template_card_event")
		fmt.Println("answered:", d.Reply != "", d.Err())
	})
	fmt.Println(err)
	// Output:
	// answered: true <nil>
	// <nil>
}
