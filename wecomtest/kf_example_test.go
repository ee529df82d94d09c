package wecomtest_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/gothird/wecom/callback"
	"github.com/gothird/wecom/corp/kf"
	"github.com/gothird/wecom/corp/wire"
	"github.com/gothird/wecom/wecomtest"
)

// A customer writes to an account of customer service (微信客服). The app hears of it, reads what is
// new and answers; the test reads what the customer was sent.
func ExampleCustomer_Ask() {
	err := wecomtest.Run(func(t testing.TB) {
		wecom := wecomtest.New(t)
		inbox, _ := callback.NewInbox(callback.Config{})
		cursors := map[string]string{} // by account; at work they are kept where they last
		answered := make(chan error)
		callback.On(inbox, func(_ context.Context, n *callback.Notice, e *callback.KfMsgEvent) error {
			for m, err := range kf.AllMsg(n.Api, kf.Sync{OpenKfId: e.OpenKfId, Token: e.Token, Cursor: cursors[e.OpenKfId]}) {
				if err != nil {
					return err // the notice comes again
				}
				if m.Text != nil {
					_, err := kf.SendMsg(n.Api, kf.Message{OpenKfId: e.OpenKfId, ToUser: m.ExternalUserId,
						Content: kf.Content{Text: &wire.Text{Content: "You asked: " + m.Text.Content}}})
					answered <- err
				}
				cursors[e.OpenKfId] = m.Cursor // after the work
			}
			return nil
		})
		handler, _ := inbox.Handler(wecom.Api(), wecom.URL(wecom.Api(), callback.App))
		wecom.Go(inbox.Run)
		wecom.Deliver(wecom.Api(), callback.App, handler)
		corp := wecom.Install(wecomtest.Corp{Name: "Riverside"})

		shop := corp.KfAccount("Shop")
		lin := corp.KfCustomer("Lin")
		lin.Ask(shop, "Are you open?")
		fmt.Println(<-answered)
		fmt.Println(lin.Messages()[0].Text)
	})
	fmt.Println(err)
	// Output:
	// <nil>
	// You asked: Are you open?
	// <nil>
}
