package externalcontact_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/gothird/wecom/corp/externalcontact"
	"github.com/gothird/wecom/corp/media"
	"github.com/gothird/wecom/corp/wire"
	"github.com/gothird/wecom/wecomtest"
)

// A member's note about a customer.
func ExampleRemark() {
	err := wecomtest.Run(func(t testing.TB) {
		wecom := wecomtest.New(t)
		corp := wecom.Install(wecomtest.Corp{Members: []wecomtest.Member{{UserId: "woLin"}}})
		li := corp.AddCustomer("woLin", wecomtest.Customer{Name: "Li"})

		err := externalcontact.Remark(corp.Api(), externalcontact.Remarks{
			UserId: "woLin", ExternalUserId: li.ExternalUserId, Remark: "Li from the fair"})
		if err != nil {
			t.Fatal(err)
		}
		customer, err := externalcontact.Get(corp.Api(), li.ExternalUserId, "")
		if err != nil {
			t.Fatal(err)
		}
		fmt.Println(customer.FollowUser[0].Remark)
	})
	fmt.Println(err)
	// Output:
	// Li from the fair
	// <nil>
}

// A rule group lets an administrator see the customers of a department.
func ExampleCustomerStrategyCreate() {
	err := wecomtest.Run(func(t testing.TB) {
		wecom := wecomtest.New(t)
		corp := wecom.Install(wecomtest.Corp{Members: []wecomtest.Member{{UserId: "woLin"}}})

		id, err := externalcontact.CustomerStrategyCreate(corp.Api(), externalcontact.NewStrategy[externalcontact.CustomerPrivilege]{
			StrategyName: "East", AdminList: []string{"woLin"},
			Range: []externalcontact.StrategyNode{{Type: externalcontact.NodeParty, PartyId: corp.Department("Sales/East")}},
		})
		fmt.Println("created:", id > 0, err)
	})
	fmt.Println(err)
	// Output:
	// created: true <nil>
	// <nil>
}

// Messages to customers that contain one of these words are not sent.
func ExampleAddInterceptRule() {
	err := wecomtest.Run(func(t testing.TB) {
		wecom := wecomtest.New(t)
		corp := wecom.Install(wecomtest.Corp{Members: []wecomtest.Member{{UserId: "woLin"}}})

		id, err := externalcontact.AddInterceptRule(corp.Api(), externalcontact.NewInterceptRule{
			RuleName: "promises", WordList: []string{"guaranteed"}, InterceptType: externalcontact.InterceptBlock,
			ApplicableRange: externalcontact.RuleRange{UserList: []string{"woLin"}},
		})
		fmt.Println("made:", id != "", err)
	})
	fmt.Println(err)
	// Output:
	// made: true <nil>
	// <nil>
}

// A product that members can show to customers.
func ExampleAddProductAlbum() {
	err := wecomtest.Run(func(t testing.TB) {
		wecom := wecomtest.New(t)
		api := wecom.Install(wecomtest.Corp{}).Api()

		image, err := media.UploadAttachment(api, media.TypeImage, media.ForAlbum, wire.Bytes("tea.png", []byte("\x89PNG\r\n\x1a\n…")))
		if err != nil {
			t.Fatal(err)
		}
		id, err := externalcontact.AddProductAlbum(api, externalcontact.NewProduct{
			Description: "春茶 100 克", Price: 88_00,
			Attachments: []externalcontact.ProductImage{{Image: &wire.Media{MediaId: image.MediaId}}},
		})
		fmt.Println("added:", id != "", err)
	})
	fmt.Println(err)
	// Output:
	// added: true <nil>
	// <nil>
}

// How many chats did members have with customers in the last week?
func ExampleGetUserBehaviorData() {
	err := wecomtest.Run(func(t testing.TB) {
		wecom := wecomtest.New(t)
		corp := wecom.Install(wecomtest.Corp{Members: []wecomtest.Member{{UserId: "woLin"}}})

		yesterday := time.Now().AddDate(0, 0, -1)
		days, err := externalcontact.GetUserBehaviorData(corp.Api(), externalcontact.Behavior{
			UserId: []string{"woLin"}, StartTime: yesterday.AddDate(0, 0, -6).Unix(), EndTime: yesterday.Unix()})
		chats := int64(0)
		for _, day := range days {
			chats += day.ChatCnt
		}
		fmt.Println("chats:", chats > 0, err)
	})
	fmt.Println(err)
	// Output:
	// chats: true <nil>
	// <nil>
}

// A school's app writes to all parents, who follow the school by a QR code.
func ExampleMessageSend() {
	err := wecomtest.Run(func(t testing.TB) {
		wecom := wecomtest.New(t)
		api := wecom.Install(wecomtest.Corp{}).Api()

		code, err := externalcontact.GetSubscribeQrCode(api)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Println("code:", code.QrCodeBig != "")
		err = externalcontact.MessageSend(api, externalcontact.SchoolNotice{
			RecvScope: externalcontact.ScopeParents, ToAll: 1, Text: &wire.Text{Content: "明天停课"}})
		var missed *externalcontact.NotReached
		switch {
		case errors.As(err, &missed): // the others have it
			fmt.Println("not reached:", len(missed.InvalidParentUserId), "parents")
		case err != nil:
			t.Fatal(err)
		}
	})
	fmt.Println(err)
	// Output:
	// code: true
	// not reached: 2 parents
	// <nil>
}

// A mini program in a customer group knows its opengid; the app finds the group.
func ExampleOpenGidToChatId() {
	err := wecomtest.Run(func(t testing.TB) {
		wecom := wecomtest.New(t)
		corp := wecom.Install(wecomtest.Corp{Members: []wecomtest.Member{{UserId: "woLin"}}})
		chatId := corp.NewGroup("Tea lovers", "woLin")

		found, err := externalcontact.OpenGidToChatId(corp.Api(), corp.OpenGid(chatId)) // by wx.getGroupEnterInfo
		fmt.Println("the same group:", found == chatId, err)
	})
	fmt.Println(err)
	// Output:
	// the same group: true <nil>
	// <nil>
}
