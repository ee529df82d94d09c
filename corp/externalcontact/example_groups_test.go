package externalcontact_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/gothird/wecom/corp/externalcontact"
	"github.com/gothird/wecom/corp/wire"
	"github.com/gothird/wecom/wecomtest"
)

// A member hands customers over to a colleague. It takes a day, in which they may refuse.
func ExampleTransferCustomer() {
	err := wecomtest.Run(func(t testing.TB) {
		wecom := wecomtest.New(t)
		corp := wecom.Install(wecomtest.Corp{Members: []wecomtest.Member{{UserId: "woLin"}, {UserId: "woZhou"}}})
		li := corp.AddCustomer("woLin", wecomtest.Customer{Name: "Li"})

		handover := externalcontact.Handover{HandoverUserId: "woLin", TakeoverUserId: "woZhou"}
		started, err := externalcontact.TransferCustomer(corp.Api(), handover, []string{li.ExternalUserId}, "")
		for _, s := range started { // also beside an error
			fmt.Println("started:", s.ErrCode == 0, err)
		}
		wecom.Advance(25 * time.Hour)
		for transfer, err := range externalcontact.AllTransfers(corp.Api(), handover) {
			fmt.Println("done:", transfer.Status == externalcontact.TransferDone, err)
		}
	})
	fmt.Println(err)
	// Output:
	// started: true <nil>
	// done: true <nil>
	// <nil>
}

// All customer groups of a member, with their names.
func ExampleAllGroupChats() {
	err := wecomtest.Run(func(t testing.TB) {
		wecom := wecomtest.New(t)
		corp := wecom.Install(wecomtest.Corp{Members: []wecomtest.Member{{UserId: "woLin"}}})
		corp.NewGroup("Tea lovers", "woLin", corp.AddCustomer("woLin", wecomtest.Customer{Name: "Li"}))

		for chat, err := range externalcontact.AllGroupChats(corp.Api(), externalcontact.GroupChatNormal, []string{"woLin"}) {
			if err != nil {
				t.Fatal(err)
			}
			group, err := externalcontact.GroupChatGet(corp.Api(), chat.ChatId, true)
			if err != nil {
				t.Fatal(err)
			}
			fmt.Println(group.Name, len(group.MemberList))
		}
	})
	fmt.Println(err)
	// Output:
	// Tea lovers 2
	// <nil>
}

// A QR code by which customers join a group, and the message that welcomes them there.
func ExampleGroupChatAddJoinWay() {
	err := wecomtest.Run(func(t testing.TB) {
		wecom := wecomtest.New(t)
		corp := wecom.Install(wecomtest.Corp{Members: []wecomtest.Member{{UserId: "woLin"}}})
		chatId := corp.NewGroup("Tea lovers", "woLin")

		id, err := externalcontact.GroupChatAddJoinWay(corp.Api(), externalcontact.NewJoinWay{
			Scene: externalcontact.SceneCode, ChatIdList: []string{chatId}, State: "leaflet"})
		if err != nil {
			t.Fatal(err)
		}
		way, err := externalcontact.GroupChatGetJoinWay(corp.Api(), id)
		fmt.Println("code:", way.QrCode != "", err)
		_, err = externalcontact.GroupWelcomeTemplateAdd(corp.Api(),
			externalcontact.GroupWelcome{Text: &wire.Text{Content: "欢迎加入"}}, true)
		fmt.Println("welcome message:", err)
	})
	fmt.Println(err)
	// Output:
	// code: true <nil>
	// welcome message: <nil>
	// <nil>
}

// A message to all customers of a member, who confirms it.
func ExampleAddMsgTemplate() {
	err := wecomtest.Run(func(t testing.TB) {
		wecom := wecomtest.New(t)
		corp := wecom.Install(wecomtest.Corp{Members: []wecomtest.Member{{UserId: "woLin"}}})
		li := corp.AddCustomer("woLin", wecomtest.Customer{Name: "Li"})

		made, err := externalcontact.AddMsgTemplate(corp.Api(), externalcontact.MassMessage{
			Sender: "woLin", Message: externalcontact.Message{Text: &wire.Text{Content: "春茶到店"}}})
		if err != nil {
			t.Fatal(err)
		}
		corp.SendGroupMsg(made.MsgId) // the member confirms
		for task, err := range externalcontact.AllGroupMsgTasks(corp.Api(), made.MsgId) {
			fmt.Println(task.UserId, "has sent it:", task.Sent(), err)
		}
		fmt.Println(len(li.Messages()), "message for Li")
	})
	fmt.Println(err)
	// Output:
	// woLin has sent it: true <nil>
	// 1 message for Li
	// <nil>
}

// A link that brings customers, each with the state that was appended.
func ExampleCustomerAcquisitionCreateLink() {
	err := wecomtest.Run(func(t testing.TB) {
		wecom := wecomtest.New(t)
		corp := wecom.Install(wecomtest.Corp{Members: []wecomtest.Member{{UserId: "woLin"}}})

		link, err := externalcontact.CustomerAcquisitionCreateLink(corp.Api(), externalcontact.AcquisitionEdit{
			LinkName: "Spring", Range: &externalcontact.AcquisitionRange{UserList: []string{"woLin"}}})
		if err != nil {
			t.Fatal(err)
		}
		corp.AddCustomer("", wecomtest.Customer{Way: link.LinkId, State: "radio"}) // by link.Url + "?customer_channel=radio"
		for c, err := range externalcontact.AllAcquiredCustomers(corp.Api(), link.LinkId) {
			fmt.Println(c.UserId, c.State, err)
		}
	})
	fmt.Println(err)
	// Output:
	// woLin radio <nil>
	// <nil>
}
