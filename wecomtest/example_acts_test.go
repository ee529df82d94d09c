package wecomtest_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/gothird/wecom/callback"
	"github.com/gothird/wecom/corp/contact"
	"github.com/gothird/wecom/corp/message"
	"github.com/gothird/wecom/service"
	"github.com/gothird/wecom/wecomtest"
)

// A member opens a page of the app, which sends the browser to WeCom, which sends it back.
func ExampleCorp_Open() {
	err := wecomtest.Run(func(t testing.TB) {
		wecom := wecomtest.New(t)
		corp := wecom.Install(wecomtest.Corp{Members: []wecomtest.Member{{UserId: "woLin"}}})

		link, err := service.OAuth2Url(service.OAuth2Link{AppId: wecom.Api().SuiteId(), RedirectUri: "https://app.example/home", State: "abc"})
		if err != nil {
			t.Fatal(err)
		}
		redirect := corp.Open("woLin", link)
		who, err := service.GetuserInfo3rd(wecom.Api(), redirect.Query().Get("code"))
		fmt.Println(redirect.Path, redirect.Query().Get("state"), who.Userid, err)
	})
	fmt.Println(err)
	// Output:
	// /home abc woLin <nil>
	// <nil>
}

// An administrator moves a member to another department; the app sees the change.
func ExampleCorp_Change() {
	err := wecomtest.Run(func(t testing.TB) {
		wecom := wecomtest.New(t)
		corp := wecom.Install(wecomtest.Corp{Members: []wecomtest.Member{{UserId: "woLin", Departments: []string{"Sales"}}}})

		corp.Change(wecomtest.Member{UserId: "woLin", Departments: []string{"Lab"}})
		lin, err := contact.UserGet(corp.Api(), "woLin")
		if err != nil {
			t.Fatal(err)
		}
		fmt.Println("in the lab:", lin.Department[0] == corp.Department("Lab"))
	})
	fmt.Println(err)
	// Output:
	// in the lab: true
	// <nil>
}

// A member answers a card, and the app gets the key of the button.
func ExampleCorp_Click() {
	err := wecomtest.Run(func(t testing.TB) {
		wecom := wecomtest.New(t)
		inbox, _ := callback.NewInbox(callback.Config{})
		clicked := make(chan string)
		callback.On(inbox, func(_ context.Context, n *callback.Notice, e *callback.TemplateCardEvent) error {
			clicked <- e.EventKey
			return nil
		})
		handler, _ := inbox.Handler(wecom.Api(), wecom.URL(wecom.Api(), callback.App))
		wecom.Deliver(wecom.Api(), callback.App, handler)
		wecom.Go(inbox.Run)
		corp := wecom.Install(wecomtest.Corp{Members: []wecomtest.Member{{UserId: "woLin"}}})

		_, err := message.Send(corp.Api(), message.Message{ToUser: []string{"woLin"}, Content: message.Content{TemplateCard: &message.TemplateCard{
			CardType: message.ButtonInteraction, TaskId: "leave-1", MainTitle: &message.CardTitle{Title: "请假申请"},
			ButtonList: []message.CardButton{{Text: "同意", Key: "yes"}, {Text: "拒绝", Key: "no"}},
		}}})
		if err != nil {
			t.Fatal(err)
		}
		d := corp.Click(wecom.Messages("woLin")[0], "yes")
		fmt.Println("clicked:", <-clicked, d.Err())
	})
	fmt.Println(err)
	// Output:
	// clicked: yes <nil>
	// <nil>
}

// An event whose content does not matter to the test, with one element changed.
func ExampleCorp_PushSample() {
	err := wecomtest.Run(func(t testing.TB) {
		wecom := wecomtest.New(t)
		corp := wecom.Install(wecomtest.Corp{})
		inbox, _ := callback.NewInbox(callback.Config{})
		handler, _ := inbox.Handler(wecom.Api(), wecom.URL(wecom.Api(), callback.App))
		wecom.Deliver(wecom.Api(), callback.App, handler)

		d := corp.PushSample("change_contact.update_user", "UserID", "woLin")
		notice, err := callback.Parse([]byte(d.Payload))
		if err != nil {
			t.Fatal(err)
		}
		fmt.Println(notice.ChangeType, notice.Content.(*callback.ContactEvent).UserID, d.Err())
	})
	fmt.Println(err)
	// Output:
	// update_user woLin <nil>
	// <nil>
}

// The callback URL is saved in the console: does the app answer the check?
func ExampleWeCom_CheckURL() {
	err := wecomtest.Run(func(t testing.TB) {
		wecom := wecomtest.New(t)
		inbox, _ := callback.NewInbox(callback.Config{})
		handler, _ := inbox.Handler(wecom.Api(), wecom.URL(wecom.Api(), callback.App))
		wecom.Deliver(wecom.Api(), callback.App, handler)

		fmt.Println(wecom.CheckURL(wecom.Api(), callback.App))
	})
	fmt.Println(err)
	// Output:
	// <nil>
	// <nil>
}
