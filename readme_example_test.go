package wecom_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/callback"
	"github.com/gothird/wecom/corp/message"
	"github.com/gothird/wecom/corp/wire"
	"github.com/gothird/wecom/license"
	"github.com/gothird/wecom/order"
	"github.com/gothird/wecom/purchase"
	"github.com/gothird/wecom/token"
	"github.com/gothird/wecom/wecomtest"
)

// The Go code of the README stands here, where it is compiled and run: each block is part of the
// body of an Example, or of the test at the end.

// A first program: are the credentials of the environment good?
func Example_verify() {
	err := wecomtest.Run(func(t testing.TB) {
		wecom := wecomtest.New(t)
		wecomEnvironment(t, wecom)
		environment(t, map[string]string{"WECOM_SUITE_TICKET": ticketOf(t, wecom)})
		verify := func() error {
			cfg := token.Config{
				CorpId: os.Getenv("WECOM_CORP_ID"), ProviderSecret: os.Getenv("WECOM_PROVIDER_SECRET"),
				SuiteId: os.Getenv("WECOM_SUITE_ID"), SuiteSecret: os.Getenv("WECOM_SUITE_SECRET"),
				BaseURL: os.Getenv("WECOM_BASE_URL"), // empty: WeCom itself
			}
			api, err := token.New(cfg)
			if err != nil {
				return err
			}
			if err := api.SetSuiteTicket(os.Getenv("WECOM_SUITE_TICKET"), time.Now()); err != nil { // a server gets it by a push
				return err
			}
			return api.Verify() // asks WeCom for a token of each kind
		}
		fmt.Println(verify())
	})
	fmt.Println(err)
	// Output:
	// <nil>
	// <nil>
}

// What is done for each corp that installs the app: a licence for its administrator, and a message.
func Example_welcome() {
	err := wecomtest.Run(func(t testing.TB) {
		wecom := wecomtest.New(t)
		buyer, saved := "chen.mei", map[string]*purchase.Purchase{} // a table in real life
		load := func(corpId string, fresh purchase.Purchase) (*purchase.Purchase, error) {
			if p := saved[corpId]; p != nil {
				return p, nil
			}
			return &fresh, nil
		}
		save := func(p *purchase.Purchase) error {
			saved[p.Order.CorpId] = p
			return nil
		}
		welcome := func(n *callback.Notice) error {
			p, err := load(n.CorpId(), purchase.Purchase{ // what was saved before, else this new one
				Order:   order.Order{CorpId: n.CorpId(), BuyerUserId: buyer, AccountCount: order.AccountCount{BaseCount: 1}, AccountDuration: order.AccountDuration{Months: 12}},
				Members: []order.Account{{UserId: n.Permanent().AuthUserInfo.UserId, Type: order.TypeBase}}, PayerUserId: buyer,
			})
			if err != nil {
				return err
			}
			if err := purchase.Run(n.Api, p, save); err != nil { // orders, pays and activates, from where it stopped
				return err
			}
			_, err = message.Send(n.Api, message.Message{ToUser: []string{p.Members[0].UserId}, Content: message.Content{Text: &wire.Text{Content: "Welcome"}}})
			return err
		}

		inbox, done := inboxOf(t, wecom), make(chan error, 1)
		callback.On(inbox, func(_ context.Context, n *callback.Notice, _ *callback.AuthEvent) error {
			done <- welcome(n)
			return nil
		}, callback.KItCreateAuth)
		wecom.Go(inbox.Run)
		corp := wecom.Install(wecomtest.Corp{})
		fmt.Println(<-done, saved[corp.Id].Step)
		fmt.Println(wecom.Messages(corp.Members[0].UserId)[0].Text)
	})
	fmt.Println(err)
	// Output:
	// <nil> done
	// Welcome
	// <nil>
}

// A whole server: what must not be lost is on disk, sealed, and both callback URLs are served.
func Example_server() {
	err := wecomtest.Run(func(t testing.TB) {
		wecom, dir := wecomtest.New(t), folder(t)
		wecomEnvironment(t, wecom)
		installed := make(chan string, 1)
		welcome := func(n *callback.Notice) error {
			installed <- n.Permanent().AuthCorpInfo.CorpName
			return nil
		}
		cfg := token.Config{
			CorpId: os.Getenv("WECOM_CORP_ID"), ProviderSecret: os.Getenv("WECOM_PROVIDER_SECRET"),
			SuiteId: os.Getenv("WECOM_SUITE_ID"), SuiteSecret: os.Getenv("WECOM_SUITE_SECRET"),
			BaseURL: os.Getenv("WECOM_BASE_URL"),
		}
		serve := func(ctx context.Context, listener net.Listener) error {
			key, err := os.ReadFile(filepath.Join(dir, "wecom.key")) // 32 bytes: openssl rand -out wecom.key 32
			if err != nil {
				return err
			}
			cfg.Store, err = token.NewDirStore(filepath.Join(dir, "store"), key) // installations, tickets, tokens
			if err != nil {
				return err
			}
			queue, err := callback.NewDirQueue(filepath.Join(dir, "queue"), key) // what was pushed, until it is processed
			if err != nil {
				return err
			}
			api, err := token.New(cfg)
			if err != nil {
				return err
			}
			inbox, err := callback.NewInbox(callback.Config{Queue: queue})
			if err != nil {
				return err
			}
			callback.On(inbox, func(ctx context.Context, n *callback.Notice, e *callback.AuthEvent) error {
				return welcome(n) // n.Api acts for the corp that has installed; after an error it runs again
			}, callback.KItCreateAuth)
			app, err := inbox.Handler(api, callback.URL{Token: os.Getenv("WECOM_TOKEN"), EncodingAESKey: os.Getenv("WECOM_AES_KEY")})
			if err != nil {
				return err
			}
			system, err := inbox.Handler(api, callback.URL{Channel: callback.System, Token: os.Getenv("WECOM_SYSTEM_TOKEN"), EncodingAESKey: os.Getenv("WECOM_SYSTEM_AES_KEY")})
			if err != nil {
				return err
			}
			mux := http.NewServeMux()
			mux.Handle("/wecom/app", app)
			mux.Handle("/wecom/system", system)
			server := &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second}
			go server.Serve(listener)
			err = inbox.Run(ctx) // until ctx ends: first the inbox, then the server, then the queue
			return errors.Join(err, server.Shutdown(context.WithoutCancel(ctx)), queue.Close())
		}

		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		for path, channel := range map[string]callback.Channel{"/wecom/app": callback.App, "/wecom/system": callback.System} {
			wecom.Deliver(wecom.Api(), channel, nil, "http://"+listener.Addr().String()+path)
		}
		ctx, stop := context.WithCancel(context.Background())
		served := make(chan error, 1)
		go func() { served <- serve(ctx, listener) }()
		wecom.Install(wecomtest.Corp{Name: "Riverside"})
		fmt.Println(<-installed, "has installed")
		stop()
		fmt.Println(<-served)
	})
	fmt.Println(err)
	// Output:
	// Riverside has installed
	// <nil>
	// <nil>
}

// A second app of the provider, on the same inbox.
func Example_suites() {
	err := wecomtest.Run(func(t testing.TB) {
		wecom, mux := wecomtest.New(t, wecomtest.Suites(2)), http.NewServeMux()
		inbox, api, second, url := inboxOf(t, wecom), wecom.Api(), wecom.ConfigOf(1), wecom.URL(wecom.Suite(1), callback.App)
		environment(t, map[string]string{"CRM_SUITE_ID": second.SuiteId, "CRM_SUITE_SECRET": second.SuiteSecret, "CRM_TOKEN": url.Token, "CRM_AES_KEY": url.EncodingAESKey})
		add := func() error {
			crm := api.WithSuite(os.Getenv("CRM_SUITE_ID"), os.Getenv("CRM_SUITE_SECRET"))
			handler, err := inbox.Handler(crm, callback.URL{Token: os.Getenv("CRM_TOKEN"), EncodingAESKey: os.Getenv("CRM_AES_KEY")})
			if err != nil {
				return err
			}
			mux.Handle("/wecom/crm", handler)
			return nil
		}
		fmt.Println(add())
		wecom.Deliver(wecom.Suite(1), callback.App, mux, "/wecom/crm")
		fmt.Println(wecom.CheckURL(wecom.Suite(1), callback.App))
	})
	fmt.Println(err)
	// Output:
	// <nil>
	// <nil>
	// <nil>
}

// A call outside of callbacks, in a handler of your own.
func Example_call() {
	err := wecomtest.Run(func(t testing.TB) {
		wecom := wecomtest.New(t)
		corpId, code, api := wecom.Install(wecomtest.Corp{}).Id, "LA_unknown", wecom.Api()
		page := func(_ http.ResponseWriter, r *http.Request) {
			corp := api.WithContext(r.Context()).WithCorp(corpId) // a copy; it costs nothing
			detail, err := license.LICActiveCodeDetail(corp, code)
			unknown := errors.Is(err, token.Code(701021)) // no such activation code
			fmt.Println(unknown, detail == nil)
		}
		page(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/", nil))
	})
	fmt.Println(err)
	// Output:
	// true true
	// <nil>
}

// An endpoint that has no function here.
func Example_anyEndpoint() {
	err := wecomtest.Run(func(t testing.TB) {
		corp := wecomtest.New(t).Install(wecomtest.Corp{}).Api()
		type menu struct {
			Button []struct {
				Name string `json:"name"`
			} `json:"button"`
		}
		got, err := token.Call[menu](corp, token.Endpoint{Path: "/cgi-bin/menu/get", Method: "GET", Credential: token.Corp, Read: true}, url.Values{"agentid": {"1000002"}})
		fmt.Println(got, err)
	})
	fmt.Println(err)
}

// The test that the README shows.
func TestReadmeTest(t *testing.T) {
	t.Parallel()
	welcome := func(n *callback.Notice) error {
		_, err := message.Send(n.Api, message.Message{ToUser: []string{n.Permanent().AuthUserInfo.UserId}, Content: message.Content{Text: &wire.Text{Content: "Welcome"}}})
		return err
	}
	synctest.Test(t, func(t *testing.T) { // waiting takes no time here
		wecom := wecomtest.New(t)
		inbox, err := callback.NewInbox(callback.Config{})
		require.NoError(t, err)
		callback.On(inbox, func(ctx context.Context, n *callback.Notice, e *callback.AuthEvent) error { return welcome(n) }, callback.KItCreateAuth)
		handler, err := inbox.Handler(wecom.Api(), wecom.URL(wecom.Api(), callback.App))
		require.NoError(t, err)
		wecom.Deliver(wecom.Api(), callback.App, handler)
		wecom.Go(inbox.Run)
		corp := wecom.Install(wecomtest.Corp{}) // create_auth is pushed, really encrypted
		synctest.Wait()                         // until the app has nothing to do
		assert.Equal(t, "Welcome", wecom.Messages(corp.Members[0].UserId)[0].Text)
	})
}
