package callback_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/gothird/wecom/callback"
	"github.com/gothird/wecom/wecomtest"
)

// A member writes to the app and gets an answer at once.
func ExampleAnswer() {
	err := wecomtest.Run(func(t testing.TB) {
		wecom := wecomtest.New(t)
		api := wecom.Api()
		corp := wecom.Install(wecomtest.Corp{})

		in, err := callback.NewInbox(callback.Config{})
		if err != nil {
			t.Fatal(err)
		}
		callback.Answer(in, func(ctx context.Context, n *callback.Notice, e *callback.TextMessage) (callback.Reply, error) {
			return &callback.TextReply{Content: "You said: " + e.Content}, nil
		})
		h, err := in.Handler(api, wecom.URL(api, callback.App)) // token and key from the console in real life
		if err != nil {
			t.Fatal(err)
		}

		wecom.Deliver(api, callback.App, h)
		d := corp.Send(wecomtest.Message{UserId: corp.Members[0].UserId, Text: "hello"})
		fmt.Println(strings.Contains(d.Reply, "You said: hello"), d.Err())
	})
	fmt.Println(err)
	// Output:
	// true <nil>
	// <nil>
}

// Why does the URL check fail? Ask with the request as the server got it.
func ExampleExplain() {
	err := wecomtest.Run(func(t testing.TB) {
		wecom := wecomtest.New(t)
		in, err := callback.NewInbox(callback.Config{})
		if err != nil {
			t.Fatal(err)
		}
		h, err := in.Handler(wecom.Api(), wecom.URL(wecom.Api(), callback.App))
		if err != nil {
			t.Fatal(err)
		}
		captured := httptest.NewRequest(http.MethodGet, "/wecom", nil) // opened in a browser
		fmt.Println(callback.Explain(h, captured))
	})
	fmt.Println(err)
	// Output:
	// query: the query is not WeCom's: msg_signature, timestamp, nonce, echostr missing. Let the proxy pass the query on unchanged; a browser that opens the URL sends none, which is no URL check.
	// <nil>
}
