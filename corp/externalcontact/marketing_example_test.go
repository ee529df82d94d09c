package externalcontact_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/gothird/wecom/callback"
	"github.com/gothird/wecom/corp/externalcontact"
	"github.com/gothird/wecom/corp/wire"
	"github.com/gothird/wecom/wecomtest"
)

// A customer has added a member, and is welcomed within 20 seconds: the notice of the event
// goes before others.
func ExampleSendWelcomeMsg() {
	err := wecomtest.Run(func(t testing.TB) {
		wecom := wecomtest.New(t)
		corp := wecom.Install(wecomtest.Corp{Name: "Riverside"})

		inbox, _ := callback.NewInbox(callback.Config{})
		done := make(chan error)
		callback.On(inbox, func(_ context.Context, n *callback.Notice, e *callback.ExternalContactEvent) error {
			if e.WelcomeCode == "" { // the corp welcomes by itself, or the event is another one
				return nil
			}
			err := externalcontact.SendWelcomeMsg(n.Api, e.WelcomeCode, externalcontact.Message{Text: &wire.Text{Content: "您好,有什么可以帮您?"}})
			if errors.Is(err, externalcontact.ErrWelcomed) {
				err = nil // by another app, or at the first try
			}
			done <- err
			return err
		})
		handler, _ := inbox.Handler(wecom.Api(), wecom.URL(wecom.Api(), callback.App))
		go inbox.Run(t.Context())
		wecom.Deliver(wecom.Api(), callback.App, handler)

		li := corp.AddCustomer(corp.Members[1].UserId, wecomtest.Customer{Name: "Li"})
		fmt.Println("welcomed", <-done)
		for _, m := range li.Messages() {
			fmt.Println(li.Name, "reads:", m.Text)
		}
	})
	fmt.Println(err)
	// Output:
	// welcomed <nil>
	// Li reads: 您好,有什么可以帮您?
	// <nil>
}

// Members are asked to publish a moment. Once WeCom has made it, it tells who was left out.
func ExampleWaitMomentTask() {
	err := wecomtest.Run(func(t testing.TB) {
		wecom := wecomtest.New(t)
		api := wecom.Install(wecomtest.Corp{Name: "Riverside", Members: []wecomtest.Member{{UserId: "woLin"}}}).Api()

		job, err := externalcontact.AddMomentTask(api, externalcontact.MomentTask{
			Text: &wire.Text{Content: "春茶到店"},
			VisibleRange: &externalcontact.MomentRange{
				SenderList: &externalcontact.MomentSenders{UserList: []string{"woLin", "woGone"}},
			},
		})
		fmt.Println("begun", err)
		moment, err := externalcontact.WaitMomentTask(api, job, time.Second)
		fmt.Println(moment.MomentId != "", len(moment.InvalidSenderList.UserList), "members left out", err)
	})
	fmt.Println(err)
	// Output:
	// begun <nil>
	// true 1 members left out <nil>
	// <nil>
}
