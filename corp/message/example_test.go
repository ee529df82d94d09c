package message_test

import (
	"errors"
	"fmt"
	"log"

	"github.com/gothird/wecom/corp/internal/corptest"
	"github.com/gothird/wecom/corp/message"
	"github.com/gothird/wecom/corp/wire"
)

func ExampleSend() {
	_, api := corptest.Connect()

	res, err := message.Send(api, message.Message{
		ToUser:  []string{"woLinQing", "woGone"},
		Content: message.Content{Text: &wire.Text{Content: "三月报表已生成"}},
	})
	var missed *message.NotReached
	switch {
	case errors.As(err, &missed) && res != nil:
		fmt.Println("sent, but not to", missed.InvalidUser)
	case err != nil:
		log.Fatal(err)
	}
	// Output: sent, but not to [wogone]
}

// A card asks, and loses its buttons when somebody has answered.
func ExampleUpdateTemplateCard() {
	_, api := corptest.Connect()

	res, err := message.Send(api, message.Message{ToUser: []string{"woLinQing"}, Content: message.Content{TemplateCard: &message.TemplateCard{
		CardType:  message.ButtonInteraction,
		TaskId:    "leave-20260301",
		MainTitle: &message.CardTitle{Title: "请假申请", Desc: "林青，3月5日"},
		ButtonList: []message.CardButton{
			{Text: "同意", Key: "yes", Style: 1},
			{Text: "拒绝", Key: "no", Style: 2},
		},
	}}})
	if err != nil {
		log.Fatal(err)
	}
	err = message.UpdateTemplateCard(api, message.CardUpdate{ // or with the ResponseCode of an event
		ResponseCode: res.ResponseCode, AtAll: 1, Button: &message.DeadButton{ReplaceName: "已同意"},
	})
	fmt.Println(err)
	// Output: <nil>
}
