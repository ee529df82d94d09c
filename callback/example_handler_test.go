package callback_test

import (
	"context"
	"encoding/xml"
	"fmt"
	"net/http"
	"net/http/httptest"

	"github.com/gothird/wecom/callback"
	"github.com/gothird/wecom/internal/fakewecom"
	"github.com/gothird/wecom/internal/fakewecom/platform"
	"github.com/gothird/wecom/internal/spec"
	"github.com/gothird/wecom/token"
)

// A member writes to the app and gets an answer at once.
func ExampleAnswer() {
	api, err := token.New(token.Config{CorpId: "wwprovider000001", ProviderSecret: "s", SuiteId: "ww0000suite00001", SuiteSecret: "s"})
	if err != nil {
		panic(err)
	}
	in, err := callback.NewInbox(callback.Config{})
	if err != nil {
		panic(err)
	}
	callback.Answer(in, func(ctx context.Context, n *callback.Notice, e *callback.TextMessage) (callback.Reply, error) {
		return &callback.TextReply{Content: "You said: " + e.Content}, nil
	})
	h, err := in.Handler(api, callback.URL{Token: "CallbackToken1", EncodingAESKey: "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"})
	if err != nil {
		panic(err)
	}
	server := httptest.NewServer(h) // the provider's server
	defer server.Close()

	wecom := fakewecom.New(platform.Options{})
	_ = wecom.AddProvider(platform.Provider{CorpId: "wwprovider000001", Secret: "s"})
	_ = wecom.AddSuite(platform.Suite{Id: "ww0000suite00001", Secret: "s", DataURL: server.URL,
		Command: platform.Callback{URL: server.URL, Token: "CallbackToken1", EncodingAESKey: "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"}})
	message := "<xml><ToUserName>wpCustomer01</ToUserName><FromUserName>lin</FromUserName><MsgType>text</MsgType><Content>hello</Content><MsgId>1</MsgId></xml>"
	d, err := wecom.Push(context.Background(), platform.Target{Channel: spec.ChannelData, SuiteId: "ww0000suite00001", CorpId: "wpCustomer01"}, []byte(message))
	if err != nil {
		panic(err)
	}
	reply, err := wecom.OpenReply(d)
	if err != nil {
		panic(err)
	}
	var document struct{ ToUserName, Content string }
	if err := xml.Unmarshal(reply, &document); err != nil {
		panic(err)
	}
	fmt.Printf("to %s: %s\n", document.ToUserName, document.Content)
	// Output: to lin: You said: hello
}

// Why does the URL check fail? Ask with the request as the server got it.
func ExampleExplain() {
	api, _ := token.New(token.Config{CorpId: "wwprovider000001", ProviderSecret: "s", SuiteId: "ww0000suite00001", SuiteSecret: "s"})
	in, _ := callback.NewInbox(callback.Config{})
	h, _ := in.Handler(api, callback.URL{Token: "CallbackToken1", EncodingAESKey: "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"})
	captured := httptest.NewRequest(http.MethodGet, "/wecom", nil) // opened in a browser
	fmt.Println(callback.Explain(h, captured))
	// Output: query: the query is not WeCom's: msg_signature, timestamp, nonce, echostr missing. Let the proxy pass the query on unchanged; a browser that opens the URL sends none, which is no URL check.
}
