package callback_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"

	"github.com/gothird/wecom/callback"
	"github.com/gothird/wecom/internal/fakewecom"
	"github.com/gothird/wecom/token"
)

// A suite that is installed by a customer: WeCom pushes the suite_ticket and create_auth,
// the Handler stores and exchanges them, the function hears of the new customer.
func ExampleHandler() {
	mux := http.NewServeMux() // the provider's server
	server := httptest.NewServer(mux)
	defer server.Close()
	wecom := fakewecom.New(fakewecom.Options{}) // in earnest: https://qyapi.weixin.qq.com
	wecomServer := httptest.NewServer(wecom)
	defer wecomServer.Close()
	url := fakewecom.Callback{URL: server.URL + "/wecom/instruction", Token: "CallbackToken1", EncodingAESKey: "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"}
	_ = wecom.AddProvider(fakewecom.Provider{CorpId: "wwprovider000001", Secret: "provider-secret"})
	_ = wecom.AddSuite(fakewecom.Suite{Id: "ww0000suite00001", Secret: "suite-secret", Command: url})
	_ = wecom.AddCorp(fakewecom.Corp{Id: "wpCustomer01", Name: "Bakery"})

	api, err := token.New(token.Config{
		CorpId: "wwprovider000001", ProviderSecret: "provider-secret",
		SuiteId: "ww0000suite00001", SuiteSecret: "suite-secret",
		BaseURL: wecomServer.URL,
	})
	if err != nil {
		panic(err)
	}
	h, err := callback.NewHandler(api, callback.Config{Token: url.Token, EncodingAESKey: url.EncodingAESKey})
	if err != nil {
		panic(err)
	}
	installed := make(chan string)
	callback.On(h, func(ctx context.Context, n *callback.Notice, e *callback.AuthEvent) error {
		in, err := api.WithContext(ctx).WithCorp(n.AuthCorpId).Installation()
		if err != nil {
			return err // comes again
		}
		installed <- n.InfoType + ": " + in.CorpId
		return nil
	})
	mux.Handle("/wecom/instruction", h)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	go h.Run(ctx)

	_ = wecom.PushTicket(ctx, "ww0000suite00001")
	_, _ = wecom.Install(ctx, "ww0000suite00001", "wpCustomer01", fakewecom.InstallOptions{})
	fmt.Println(<-installed)
	// Output: create_auth: wpCustomer01
}

// Why does the URL check fail? Ask with the request as the server got it.
func ExampleExplain() {
	api, _ := token.New(token.Config{CorpId: "wwprovider000001", ProviderSecret: "s", SuiteId: "ww0000suite00001", SuiteSecret: "s"})
	cfg := callback.Config{Token: "CallbackToken1", EncodingAESKey: "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"}
	captured := httptest.NewRequest(http.MethodGet, "/wecom/instruction", nil) // opened in a browser
	fmt.Println(callback.Explain(api, cfg, captured))
	// Output: query: msg_signature, timestamp, nonce, echostr missing in the query. Let the proxy pass the query on unchanged; a browser that opens the URL sends none, which is no URL check.
}
