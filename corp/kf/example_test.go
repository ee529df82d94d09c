package kf_test

import (
	"fmt"
	"log"

	"github.com/gothird/wecom/callback"
	"github.com/gothird/wecom/corp/internal/corptest"
	"github.com/gothird/wecom/corp/kf"
	"github.com/gothird/wecom/corp/wire"
)

// In a function for the event kf_msg_or_event n.Api is ready for the calls. The cursor of
// each account is kept where it lasts, after the message is processed.
func ExampleAllMsg() {
	api := corptest.Canned(func(path string, _ []byte) string {
		if path == "/cgi-bin/kf/send_msg_on_event" {
			return `{"msgid":"m1"}`
		}
		return `{"msg_list":[
			{"msgid":"1","msgtype":"event","origin":4,"event":{"event_type":"enter_session","open_kfid":"wkService","external_userid":"wmLi","welcome_code":"code"}},
			{"msgid":"2","msgtype":"text","origin":3,"open_kfid":"wkService","external_userid":"wmLi","text":{"content":"还有货吗"}}
		],"has_more":0,"next_cursor":"cur-2"}`
	})
	e := &callback.KfMsgEvent{OpenKfId: "wkService", Token: "token of the event"}
	saved := map[string]string{}

	for m, err := range kf.AllMsg(api, kf.Sync{OpenKfId: e.OpenKfId, Token: e.Token, Cursor: saved[e.OpenKfId]}) {
		if err != nil {
			log.Fatal(err) // in the function: return it, and the notice comes again
		}
		switch {
		case m.Text != nil:
			fmt.Println(m.ExternalUserId, "asks:", m.Text.Content)
		case m.Event != nil && m.Event.WelcomeCode != "":
			_, err := kf.SendMsgOnEvent(api, kf.EventMessage{Code: m.Event.WelcomeCode, Text: &wire.Text{Content: "您好"}})
			fmt.Println("welcome", m.Event.ExternalUserId, err)
		}
		saved[e.OpenKfId] = m.Cursor
	}
	fmt.Println(saved)
	// Output:
	// welcome wmLi <nil>
	// wmLi asks: 还有货吗
	// map[wkService:cur-2]
}
