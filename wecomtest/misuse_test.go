package wecomtest_test

import (
	"context"
	"math"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/callback"
	"github.com/gothird/wecom/corp/externalcontact"
	"github.com/gothird/wecom/token"
	"github.com/gothird/wecom/wecomtest"
)

// What a test does wrong ends it, with a word on what to do.
// G: wecomtest/misuse
func TestMisuseSaysWhatToDo(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		do   func(w *wecomtest.WeCom, corp *wecomtest.Corp)
		want []string
	}{
		"a suite that is not there": {func(w *wecomtest.WeCom, _ *wecomtest.Corp) { w.Suite(2) }, []string{"no suite 2", "see Suites"}},
		"a negative suite":          {func(w *wecomtest.WeCom, _ *wecomtest.Corp) { w.ConfigOf(-1) }, []string{"no suite -1"}},
		"no Api":                    {func(w *wecomtest.WeCom, _ *wecomtest.Corp) { w.URL(nil, callback.App) }, []string{"the Api is nil", "w.Suite"}},
		"a foreign Api":             {func(w *wecomtest.WeCom, _ *wecomtest.Corp) { w.URL(foreign(t), callback.App) }, []string{`no suite "wwforeign"`, "Config or Suite"}},
		"no such channel":           {func(w *wecomtest.WeCom, _ *wecomtest.Corp) { w.URL(w.Api(), 9) }, []string{"App or System"}},
		"a path without a slash":    {func(w *wecomtest.WeCom, _ *wecomtest.Corp) { w.Deliver(w.Api(), callback.App, success(), "hook") }, []string{`"hook"`, "begins with /"}},
		"neither handler nor URL":   {func(w *wecomtest.WeCom, _ *wecomtest.Corp) { w.Deliver(w.Api(), callback.App, nil) }, []string{"without a handler", "http://"}},
		"three paths": {func(w *wecomtest.WeCom, _ *wecomtest.Corp) {
			w.Deliver(w.Api(), callback.App, success(), "/1", "/2", "/3")
		}, []string{"3 paths", "at most 2"}},
		"two paths of the provider": {func(w *wecomtest.WeCom, _ *wecomtest.Corp) {
			w.Deliver(w.Api(), callback.System, success(), "/1", "/2")
		}, []string{"2 paths", "at most 1"}},
		"a path that is none":          {func(w *wecomtest.WeCom, _ *wecomtest.Corp) { w.Deliver(w.Api(), callback.App, success(), "/1\n") }, []string{"invalid control character"}},
		"messages of a stranger":       {func(w *wecomtest.WeCom, _ *wecomtest.Corp) { w.Messages("woNobody") }, []string{`no corp has a member "woNobody"`}},
		"a handler and a URL":          {func(w *wecomtest.WeCom, _ *wecomtest.Corp) { w.Deliver(w.Api(), callback.App, success(), "http://x/") }, []string{"begins with /"}},
		"a push to nobody":             {func(w *wecomtest.WeCom, c *wecomtest.Corp) { w.Push(c, "<xml><Event>x</Event></xml>") }, []string{"no data callback URL"}},
		"a push about no corp":         {func(w *wecomtest.WeCom, _ *wecomtest.Corp) { w.Push(nil, "<xml/>") }, []string{"the Corp is nil", "Install"}},
		"a sample to nobody":           {func(w *wecomtest.WeCom, _ *wecomtest.Corp) { w.PushSample("change_auth") }, []string{"no instruction callback URL", "Deliver"}},
		"a sample of nothing":          {func(w *wecomtest.WeCom, _ *wecomtest.Corp) { w.PushSample("change_contacts") }, []string{`no event "change_contacts"`, "callback"}},
		"a sample without ChangeType":  {func(w *wecomtest.WeCom, _ *wecomtest.Corp) { w.PushSample("change_contact") }, []string{"change_contact.create_user", "change_contact.update_tag"}},
		"half an edit":                 {func(w *wecomtest.WeCom, _ *wecomtest.Corp) { w.PushSample("change_auth", "State") }, []string{"in turn", "1"}},
		"an edit of nothing":           {func(w *wecomtest.WeCom, _ *wecomtest.Corp) { deaf(w); w.PushSample("change_auth", "Nothing", "1") }, []string{"no element Nothing", "AuthCorpId"}},
		"a code that nobody gave":      {func(w *wecomtest.WeCom, _ *wecomtest.Corp) { deaf(w); w.PushSample("create_auth") }, []string{"Install"}},
		"a member who is not there":    {func(_ *wecomtest.WeCom, c *wecomtest.Corp) { c.Login("woNobody") }, []string{`no member "woNobody"`, "woBoss"}},
		"a message of nobody":          {func(_ *wecomtest.WeCom, c *wecomtest.Corp) { c.Send(wecomtest.Message{Text: "hi"}) }, []string{`no member ""`}},
		"somebody else leaves":         {func(_ *wecomtest.WeCom, c *wecomtest.Corp) { c.Change(wecomtest.Member{UserId: "x", Left: true}) }, []string{`no member "x"`}},
		"an order that is not there":   {func(_ *wecomtest.WeCom, c *wecomtest.Corp) { c.Pay("OI0") }, []string{`no license order "OI0"`}},
		"a cancelled corp":             {func(_ *wecomtest.WeCom, c *wecomtest.Corp) { c.Cancel(); c.Cancel() }, []string{"is not installed"}},
		"a reset of a third-party app": {func(_ *wecomtest.WeCom, c *wecomtest.Corp) { c.ResetCode() }, []string{"no customised app"}},
		"a fault of nothing":           {func(w *wecomtest.WeCom, _ *wecomtest.Corp) { w.Fail("", wecomtest.Fault{Times: 2}) }, []string{"what goes wrong", "KillToken"}},
		"a fault nowhere":              {func(w *wecomtest.WeCom, _ *wecomtest.Corp) { w.Fail("/user/get", wecomtest.Fault{Cut: true}) }, []string{"no such endpoint", "/cgi-bin/user/get"}},
		"requests to a folder":         {func(w *wecomtest.WeCom, _ *wecomtest.Corp) { w.Requests("/cgi-bin/user/") }, []string{"Requests", "no such endpoint", "/cgi-bin/user/get"}},
		"back in time":                 {func(w *wecomtest.WeCom, _ *wecomtest.Corp) { w.Advance(-time.Hour) }, []string{"does not go back"}},
		"a link to nowhere":            {func(w *wecomtest.WeCom, _ *wecomtest.Corp) { w.Follow("https://x/", wecomtest.Corp{}) }, []string{"redirect_uri"}},
		"a foreign QR code":            {func(w *wecomtest.WeCom, _ *wecomtest.Corp) { w.Scan("https://x/", wecomtest.Corp{}) }, []string{"QR code is unknown"}},
		"a share with nobody":          {func(_ *wecomtest.WeCom, c *wecomtest.Corp) { c.Share(nil) }, []string{"the Corp is nil", "Install"}},
		"a page that is no login":      {func(_ *wecomtest.WeCom, c *wecomtest.Corp) { c.Open("woBoss", "https://x/") }, []string{"no login", "service.OAuth2Url"}},
		"a login that is no link":      {func(_ *wecomtest.WeCom, c *wecomtest.Corp) { c.Open("woBoss", ":") }, []string{"missing protocol scheme"}},
		"a login without the ending":   {func(_ *wecomtest.WeCom, c *wecomtest.Corp) { c.Open("woBoss", oauth2+"?response_type=code") }, []string{"#wechat_redirect"}},
		"a login of another app": {func(_ *wecomtest.WeCom, c *wecomtest.Corp) {
			c.Open("woBoss", oauth2+"?response_type=code&appid=wwx#wechat_redirect")
		}, []string{`"wwx"`, "the suite id"}},
		"a login that leads nowhere": {func(w *wecomtest.WeCom, c *wecomtest.Corp) {
			c.Open("woBoss", oauth2+"?response_type=code&redirect_uri=in&appid="+w.Api().SuiteId()+"#wechat_redirect")
		}, []string{`"in"`, "absolute"}},
		"a share with a corp of one's own": {func(_ *wecomtest.WeCom, c *wecomtest.Corp) { c.Share(&wecomtest.Corp{Name: "Own"}) }, []string{`"Own" is not of this WeCom`, "Install"}},
		"a push about a stranger": {func(w *wecomtest.WeCom, _ *wecomtest.Corp) {
			w.Push(wecomtest.New(t).Install(wecomtest.Corp{Name: "Far"}), "<xml/>") // with the same ids
		}, []string{`"Far" is not of this WeCom`}},
		"a status of no answer": {func(w *wecomtest.WeCom, _ *wecomtest.Corp) { w.Fail("", wecomtest.Fault{Status: 99}) }, []string{"99", "200 to 999"}},
		"a fault in two ways":   {func(w *wecomtest.WeCom, _ *wecomtest.Corp) { w.Fail("", wecomtest.Fault{Cut: true, ErrCode: -1}) }, []string{"in one way"}},
		"a fault that is late for nothing": {func(w *wecomtest.WeCom, _ *wecomtest.Corp) {
			w.Fail("", wecomtest.Fault{Delay: time.Second, Late: true})
		}, []string{"Late goes with"}},
		"a dead token that is late": {func(w *wecomtest.WeCom, _ *wecomtest.Corp) {
			w.Fail("", wecomtest.Fault{KillToken: true, Late: true})
		}, []string{"Late goes with"}},
		"a fault before its time": {func(w *wecomtest.WeCom, _ *wecomtest.Corp) { w.Fail("", wecomtest.Fault{Cut: true, Skip: -1}) }, []string{"not be negative"}},
		"a century": {func(w *wecomtest.WeCom, _ *wecomtest.Corp) {
			for range 4 {
				w.Advance(math.MaxInt64 / 3)
			}
		}, []string{"a hundred years"}},
		"less than no money":         {func(w *wecomtest.WeCom, _ *wecomtest.Corp) { w.SetBalance(-2) }, []string{"-1 is no account"}},
		"a refund of what is unpaid": {func(_ *wecomtest.WeCom, c *wecomtest.Corp) { c.Refund("OI0", true) }, []string{`no license order "OI0"`}},
		"a login of nobody":          {func(_ *wecomtest.WeCom, c *wecomtest.Corp) { c.ScanLogin("woNobody") }, []string{`no member "woNobody"`}},
		"an AgentId twice": {func(w *wecomtest.WeCom, c *wecomtest.Corp) {
			w.Install(wecomtest.Corp{Id: c.Id, App: w.Suite(1), AgentId: c.AgentId})
		}, []string{"another app", "AgentId"}},
		"no AgentId": {func(w *wecomtest.WeCom, _ *wecomtest.Corp) { w.Install(wecomtest.Corp{AgentId: -1}) }, []string{"AgentId is -1"}},
		"nobody is there": {func(w *wecomtest.WeCom, _ *wecomtest.Corp) {
			w.Install(wecomtest.Corp{Members: []wecomtest.Member{{Left: true}}})
		}, []string{"have Left", "install"}},
		"nothing to run":          {func(w *wecomtest.WeCom, _ *wecomtest.Corp) { w.Go(nil) }, []string{"Go: the function is nil"}},
		"a share with itself":     {func(_ *wecomtest.WeCom, c *wecomtest.Corp) { c.Share(c) }, []string{"Share", "another corp"}},
		"a login to what is gone": {func(_ *wecomtest.WeCom, c *wecomtest.Corp) { c.Cancel(); c.Login("woBoss") }, []string{"no longer has the app"}},
		"a message to what is gone": {func(w *wecomtest.WeCom, c *wecomtest.Corp) {
			deaf(w)
			c.Cancel()
			c.Send(wecomtest.Message{UserId: "woBoss"})
		}, []string{"no longer has the app"}},
		"a change of what is gone": {func(w *wecomtest.WeCom, c *wecomtest.Corp) { deaf(w); c.Cancel(); c.ChangeAuth() }, []string{"is not installed"}},
		"two members of one id": {func(w *wecomtest.WeCom, _ *wecomtest.Corp) {
			w.Install(wecomtest.Corp{Members: []wecomtest.Member{{UserId: "a"}, {UserId: "a"}}})
		}, []string{`two members "a"`}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := wecomtest.Run(func(t testing.TB) {
				w := wecomtest.New(t, wecomtest.Customized(1))
				c.do(w, w.Install(wecomtest.Corp{Id: "wpCorp", Members: []wecomtest.Member{{UserId: "woBoss"}}}))
				t.Error("nothing was said")
			})
			require.Error(t, err)
			for _, want := range c.want {
				assert.ErrorContains(t, err, want)
			}
			assert.NotContains(t, err.Error(), "nothing was said", "the test ends there")
			assert.NotContains(t, err.Error(), "panic")
		})
	}
}

// What a test does wrong ends it also when the app refuses what time has brought.
// G: wecomtest/misuse
func TestMisuseBesideARefusedPush(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		err := wecomtest.Run(func(t testing.TB) {
			w := wecomtest.New(t)
			corp := w.Install(wecomtest.Corp{Members: []wecomtest.Member{{UserId: "woBoss"}, {UserId: "woLin"}}})
			li := corp.AddCustomer("woBoss", wecomtest.Customer{})
			hands := externalcontact.Handover{HandoverUserId: "woBoss", TakeoverUserId: "woLin"}
			_, err := externalcontact.TransferCustomer(corp.Api(), hands, []string{li.ExternalUserId}, "")
			require.NoError(t, err)
			w.Deliver(w.Api(), callback.App, http.NotFoundHandler())
			time.Sleep(24 * time.Hour)
			corp.Pay("OI0")
			t.Error("nothing was said")
		})
		require.ErrorContains(t, err, `no license order "OI0"`)
		assert.NotContains(t, err.Error(), "nothing was said")
		assert.ErrorContains(t, err, "del_external_contact", "what was refused is told too")
	})
}

// Settings that nobody can choose are said at once.
// G: wecomtest/misuse
func TestSettingsThatNobodyCanChoose(t *testing.T) {
	t.Parallel()
	for want, o := range map[string]wecomtest.Option{
		"option 0 is nil":           nil,
		"Choices.Tries is -1":       wecomtest.Choices{Tries: -1},
		"Choices.TokenLife is -1":   wecomtest.Choices{TokenLife: -1},
		"Choices.PerMinute is -1":   wecomtest.Choices{PerMinute: -1},
		"Choices.JobDelay is -1":    wecomtest.Choices{JobDelay: -1},
		"Choices.CodeDelay is -1":   wecomtest.Choices{CodeDelay: -1},
		`AllowedIPs has "10.0.0/8"`: wecomtest.Choices{AllowedIPs: []string{"127.0.0.1", "10.0.0/8"}},
	} {
		assert.ErrorContains(t, wecomtest.Run(func(t testing.TB) { wecomtest.New(t, o) }), want)
	}
}

// What fails outside of the test's goroutine fails the test, and does not hang it.
// G: wecomtest/misuse
func TestFailuresElsewhere(t *testing.T) {
	t.Parallel()
	err := wecomtest.Run(func(t testing.TB) {
		w := wecomtest.New(t)
		w.Install(wecomtest.Corp{})
		w.Go(func(context.Context) error { w.Suite(7); return nil })
		w.Deliver(w.Api(), callback.App, http.HandlerFunc(func(http.ResponseWriter, *http.Request) { w.Suite(8) }))
		w.PushSample("change_auth")
	})
	assert.ErrorContains(t, err, "no suite 7")
	assert.ErrorContains(t, err, "no suite 8")
	assert.ErrorContains(t, err, "require only in that of the test")
}

// A Corp that nobody installed has no Api.
// G: wecomtest/misuse
func TestCorpsOfOnesOwn(t *testing.T) {
	t.Parallel()
	for _, c := range []*wecomtest.Corp{nil, {}} {
		assert.PanicsWithValue(t, "wecomtest: this Corp has not installed anything: use the one that Install, Follow or Scan returns", func() { c.Api() })
	}
}

// G: wecomtest/misuse
func TestNoApps(t *testing.T) {
	t.Parallel()
	for _, o := range []wecomtest.Option{wecomtest.Suites(0), wecomtest.Suites(-1), wecomtest.Customized(-1)} {
		assert.ErrorContains(t, wecomtest.Run(func(t testing.TB) { wecomtest.New(t, o) }), "a provider needs an app")
	}
}

func foreign(t *testing.T) *token.Api {
	api, err := token.New(token.Config{CorpId: "wwforeign", SuiteId: "wwforeign", SuiteSecret: "x"})
	require.NoError(t, err)
	return api
}

func success() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("success")) })
}

const oauth2 = "https://open.weixin.qq.com/connect/oauth2/authorize"

// deaf is a callback URL that says success to all and does nothing.
func deaf(w *wecomtest.WeCom) { w.Deliver(w.Api(), callback.App, success()) }
