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
	api := corptest.Canned(func(string, []byte) string {
		return `{"msgid":"m-1","unlicenseduser":"wobo"}`
	})

	res, err := message.Send(api, message.Message{
		ToUser:  []string{"woAnna", "woBo"},
		Content: message.Content{Text: &wire.Text{Content: "三月报表已生成"}},
	})
	var missed *message.NotReached
	switch {
	case errors.As(err, &missed) && res != nil:
		fmt.Println("sent as", res.MsgId, "but without a licence:", missed.UnlicensedUser)
	case err != nil:
		log.Fatal(err)
	}
	// Output: sent as m-1 but without a licence: [wobo]
}

// A card asks, and loses its buttons when somebody has answered.
func ExampleUpdateTemplateCard() {
	api := corptest.Canned(func(path string, _ []byte) string {
		return map[string]string{
			"/cgi-bin/message/send":                 `{"msgid":"m-1","response_code":"rc-1"}`,
			"/cgi-bin/message/update_template_card": `{"invaliduser":[]}`,
		}[path]
	})

	res, err := message.Send(api, message.Message{ToUser: []string{"woAnna"}, Content: message.Content{TemplateCard: &message.TemplateCard{
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
