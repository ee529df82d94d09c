// Package wecomtest is a WeCom (企业微信) for tests. An app can be installed, opened, paid for and pushed
// to, without an account or a network, and without writing a fake.
//
//	func TestMyApp(t *testing.T) {
//		wecom := wecomtest.New(t)
//		app := myapp.New(wecom.Config())                // what goes to token.New
//		wecom.Deliver(wecom.Api(), callback.App, app)   // its callback URL
//		wecom.Go(app.Run)                               // what runs the inbox
//		corp := wecom.Install(wecomtest.Corp{Name: "Riverside"})
//		…
//	}
//
// A [WeCom] plays the platform, its provider console and the corps that use the app. It answers every
// endpoint that this module knows, refuses what WeCom refuses and pushes events, encrypted and signed
// as WeCom does. [WeCom.Config] leads to it inside the process; [WeCom.Addr] opens a port for
// programs that need one. [WeCom.Advance] moves its time.
//
// A mistake of the test (an order that does not exist, a member who is not there) ends that test with
// a message that says what to do, so methods must be called from the test's goroutine. When the test
// ends, it fails for each push that the app did not accept, and for each request whose form WeCom
// would have refused.
//
// The guide is docs/TESTING.md, which lists the endpoints that have rules here. All others answer
// with their documented sample, see [Request]. examples/tested is a whole app with its tests.
//
// Tests with a WeCom each can run in parallel, and inside a bubble of testing/synctest.
//
// # What happens where
//
// A method of a [Corp] is something that an administrator or a member does, a method of a [Customer]
// something that a customer does. Its comment names the event that is pushed:
//
//   - 授权安装: [WeCom.Install], [WeCom.Follow], [WeCom.Scan], [Corp.ChangeAuth], [Corp.Cancel],
//     [Corp.ResetCode]
//   - 登录: [Corp.Open], [Corp.Login], [Corp.ScanLogin]
//   - 通讯录: [Corp.Change], [Corp.Department]
//   - 应用消息: [WeCom.Messages], [Corp.Send], [Corp.Click], [Corp.Select], [Corp.File]
//   - 客户联系: [Corp.AddCustomer], [Corp.NewGroup], [Corp.SendGroupMsg], [Corp.PublishMoment],
//     [Customer.Messages]
//   - 微信客服: [Corp.KfAccount], [Corp.KfCustomer], [Customer.Ask]. Names with Kf are about it.
//   - 接口许可, 收银台: [Corp.Pay], [Corp.Refund], [Corp.Use], [Corp.Share], [WeCom.SetBalance]
//   - 接收消息与事件: [WeCom.Deliver], [WeCom.CheckURL], [Corp.PushSample], [WeCom.Push],
//     [WeCom.Deliveries]
//   - faults and time: [WeCom.Fail], [WeCom.Advance], [WeCom.Requests]
package wecomtest

import (
	"context"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"github.com/gothird/wecom/internal/fakewecom"
	"github.com/gothird/wecom/internal/inprocess"
	"github.com/gothird/wecom/token"
)

// WeCom is a platform with one provider, the provider's apps, and the corps that install them.
type WeCom struct {
	t        testing.TB
	ctx      context.Context // of pushes
	opt      settings
	engine   *fakewecom.Server
	client   *http.Client // of the app
	store    *store
	provider string
	suites   []suite
	hooked   []callbacks // of each
	base     *token.Api  // of the provider and his first suite

	mu     sync.Mutex              // guards what follows
	hooks  map[string]http.Handler // callback URLs inside the process, by host
	corps  []*Corp                 // as they were installed
	addr   string
	server *httptest.Server // at addr
	seen   map[int]bool     // pushes whose outcome the test has asked for
}

// Option is a setting of [New]: [Suites], [Customized], [Seed] or [Choices].
type Option interface{ apply(*settings) }

type settings struct {
	choices            Choices
	suites, customized int
	seed               string
}

type option func(*settings)

func (o option) apply(s *settings) { o(s) }

// Suites sets how many third-party apps (第三方应用) the provider has. The default is one.
func Suites(n int) Option { return option(func(s *settings) { s.suites = n }) }

// Customized adds n templates of customised apps (代开发应用模板). [WeCom.Suite] counts them
// after the third-party apps; with Suites(0) there are only these.
func Customized(n int) Option { return option(func(s *settings) { s.customized = n }) }

// Seed sets the seed of all ids, tokens and codes. The same seed gives the same ones in every
// run.
func Seed(seed string) Option { return option(func(s *settings) { s.seed = seed }) }

// New makes a WeCom that ends with t. The Store of [WeCom.Config] has a ticket for each suite,
// and the provider's account has money.
func New(t testing.TB, opts ...Option) *WeCom {
	t.Helper()
	w := &WeCom{t: t, ctx: context.Background(), opt: settings{suites: 1}, store: newStore(),
		hooks: map[string]http.Handler{}, seen: map[int]bool{}}
	for i, o := range opts {
		if o == nil {
			t.Fatalf("wecomtest: option %d is nil: leave it out", i)
		}
		o.apply(&w.opt)
	}
	if err := w.opt.choices.check(); err != nil {
		t.Fatal(err)
	}
	if w.opt.suites < 0 || w.opt.customized < 0 || w.opt.suites+w.opt.customized == 0 {
		t.Fatalf("wecomtest: %d suites and %d templates: a provider needs an app", w.opt.suites, w.opt.customized)
	}
	w.engine = fakewecom.New(w.opt.engine(inprocess.Func(w.route)))
	w.client = &http.Client{Transport: inprocess.Transport(w.engine)}
	w.found()
	t.Cleanup(w.end)
	return w
}
