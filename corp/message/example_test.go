package message_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/gothird/wecom/corp/message"
	"github.com/gothird/wecom/corp/wire"
	"github.com/gothird/wecom/wecomtest"
)

func ExampleSend() {
	err := wecomtest.Run(func(t testing.TB) {
		wecom := wecomtest.New(t)
		corp := wecom.Install(wecomtest.Corp{Members: []wecomtest.Member{{UserId: "woLinQing"}}})

		_, err := message.Send(corp.Api(), message.Message{
			ToUser:  []string{"woLinQing", "woGone"},
			Content: message.Content{Text: &wire.Text{Content: "三月报表已生成"}},
		})
		var missed *message.NotReached
		switch {
		case errors.As(err, &missed): // others have it
			fmt.Println("sent, but not to", missed.InvalidUser)
		case err != nil:
			t.Fatal(err)
		}
		fmt.Println(wecom.Messages("woLinQing")[0].Text)
	})
	fmt.Println(err)
	// Output:
	// sent, but not to [wogone]
	// 三月报表已生成
	// <nil>
}

// A card asks, and loses its buttons when somebody has answered.
func ExampleUpdateTemplateCard() {
	err := wecomtest.Run(func(t testing.TB) {
		wecom := wecomtest.New(t)
		corp := wecom.Install(wecomtest.Corp{})

		card := message.TemplateCard{
			CardType:  message.ButtonInteraction,
			TaskId:    "leave-20260301",
			MainTitle: &message.CardTitle{Title: "请假申请", Desc: "林青，3月5日"},
			ButtonList: []message.CardButton{
				{Text: "同意", Key: "yes", Style: 1},
				{Text: "拒绝", Key: "no", Style: 2},
			},
		}
		res, err := message.Send(corp.Api(), message.Message{
			ToUser: []string{corp.Members[0].UserId}, Content: message.Content{TemplateCard: &card}})
		if err != nil {
			t.Fatal(err)
		}
		err = message.UpdateTemplateCard(corp.Api(), message.CardUpdate{ // or with the ResponseCode of an event
			ResponseCode: res.ResponseCode, AtAll: 1, Button: &message.DeadButton{ReplaceName: "已同意"},
		})
		fmt.Println("updated", err)
	})
	fmt.Println(err)
	// Output:
	// updated <nil>
	// <nil>
}

// A message that was sent too early is recalled.
func ExampleRecall() {
	err := wecomtest.Run(func(t testing.TB) {
		wecom := wecomtest.New(t)
		corp := wecom.Install(wecomtest.Corp{Members: []wecomtest.Member{{UserId: "woLinQing"}}})

		sent, err := message.Send(corp.Api(), message.Message{
			ToUser: []string{"woLinQing"}, Content: message.Content{Text: &wire.Text{Content: "三月报表已生成"}}})
		if err != nil {
			t.Fatal(err)
		}
		err = message.Recall(corp.Api(), sent.MsgId)
		fmt.Println("recalled:", err)
		fmt.Println(len(wecom.Messages("woLinQing")), "messages")
	})
	fmt.Println(err)
	// Output:
	// recalled: <nil>
	// 0 messages
	// <nil>
}
