package kf_test

import (
	"fmt"
	"testing"

	"github.com/gothird/wecom/callback"
	"github.com/gothird/wecom/corp/kf"
	"github.com/gothird/wecom/corp/wire"
	"github.com/gothird/wecom/wecomtest"
)

// In a function for the event kf_msg_or_event n.Api is ready for the calls, and e brings the
// account and a token. The cursor of each account is kept where it lasts, after the message is
// processed.
func ExampleAllMsg() {
	err := wecomtest.Run(func(t testing.TB) {
		wecom := wecomtest.New(t)
		corp := wecom.Install(wecomtest.Corp{})
		e := &callback.KfMsgEvent{OpenKfId: corp.KfAccount("Shop")}
		saved := map[string]string{}
		corp.KfCustomer("Lin").Ask(e.OpenKfId, "Are you open?")

		for m, err := range kf.AllMsg(corp.Api(), kf.Sync{OpenKfId: e.OpenKfId, Token: e.Token, Cursor: saved[e.OpenKfId]}) {
			if err != nil {
				t.Fatal(err) // in the function: return it, and the notice comes again
			}
			switch {
			case m.Text != nil:
				fmt.Println("a question of a customer:", m.Text.Content)
			case m.Event != nil && m.Event.WelcomeCode != "":
				_, err := kf.SendMsgOnEvent(corp.Api(), kf.EventMessage{Code: m.Event.WelcomeCode, Text: &wire.Text{Content: "您好"}})
				fmt.Println("welcome", err)
			}
			saved[e.OpenKfId] = m.Cursor
		}
		fmt.Println(len(saved), "cursor")
	})
	fmt.Println(err)
	// Output:
	// welcome <nil>
	// a question of a customer: Are you open?
	// 1 cursor
	// <nil>
}
