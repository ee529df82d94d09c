package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/callback"
	"github.com/gothird/wecom/license"
	"github.com/gothird/wecom/service"
	"github.com/gothird/wecom/wecomtest"
)

// setUp is a WeCom and the app, which works until the test ends.
func setUp(t *testing.T, opts ...wecomtest.Option) (*wecomtest.WeCom, *Greeter) {
	wecom := wecomtest.New(t, opts...)
	app := connect(t, wecom, Config{WeCom: wecom.Config(), Folder: t.TempDir(), Site: "https://greeter.example", Buyer: "chen.mei"})
	wecom.Go(app.Run)
	return wecom, app
}

// connect makes the app and gives WeCom its callback URLs.
func connect(t *testing.T, wecom *wecomtest.WeCom, cfg Config) *Greeter {
	cfg.App, cfg.System = wecom.URL(wecom.Api(), callback.App), wecom.URL(wecom.Api(), callback.System)
	app, err := New(cfg)
	require.NoError(t, err)
	wecom.Deliver(wecom.Api(), callback.App, app, "/wecom/"+cfg.WeCom.SuiteId)
	wecom.Deliver(wecom.Api(), callback.System, app, "/wecom/system")
	return app
}

// browser opens pages of the app and keeps its cookies.
type browser struct {
	app     http.Handler
	cookies []*http.Cookie
}

func (b *browser) get(page string) (status int, location, text string) {
	r, w := httptest.NewRequest(http.MethodGet, page, nil), httptest.NewRecorder()
	for _, c := range b.cookies {
		r.AddCookie(c)
	}
	b.app.ServeHTTP(w, r)
	res := w.Result()
	b.cookies = append(b.cookies, res.Cookies()...)
	body, _ := io.ReadAll(res.Body) // it is in memory
	return res.StatusCode, res.Header.Get("Location"), string(body)
}

// visit is a member who opens the app in the workbench: what he reads at last.
func visit(app *Greeter, corp *wecomtest.Corp, userId string) (status int, text string) {
	b := &browser{app: app}
	_, link, _ := b.get("/open/" + corp.App.SuiteId())
	status, _, text = b.get(corp.Open(userId, link).String())
	return status, text
}

// The corp installs from the market, a person pays the order, the administrator is licensed.
func TestFromTheMarketToTheGreeting(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		wecom, app := setUp(t)
		corp := wecom.Install(wecomtest.Corp{Name: "Riverside"})
		admin := corp.Members[0].UserId
		time.Sleep(time.Minute) // of the bubble: takes no time
		_, text := visit(app, corp, admin)
		assert.Equal(t, "Hello "+admin+", licensed: false", text)

		r, err := app.load(corp.Id)
		require.NoError(t, err)
		corp.Pay(r.Purchase.OrderId)
		time.Sleep(time.Minute)
		_, text = visit(app, corp, admin)
		assert.Equal(t, "Hello "+admin+", licensed: true", text)
		messages := wecom.Messages(admin)
		require.Len(t, messages, 1)
		assert.Equal(t, "Welcome! Your licence is active.", messages[0].Text)
		assert.Empty(t, wecom.Messages(corp.Members[1].UserId))

		r, err = app.load(corp.Id)
		require.NoError(t, err)
		for _, r := range wecom.Requests("") {
			assert.False(t, r.Sample, "%s is answered with a sample", r.Path)
		}

		wecom.Advance(32 * 24 * time.Hour)
		code, err := license.LICActiveCodeDetail(corp.Api(), r.Purchase.Codes[0].ActiveCode)
		require.NoError(t, err)
		assert.Equal(t, license.CodeExpired, code.Status, "a month of WeCom has 31 days")
	})
}

// On the provider's own site the redirect brings the auth code, to the browser that began.
func TestFromTheSite(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		wecom, app := setUp(t)
		b := &browser{app: app}
		_, link, _ := b.get("/install/" + wecom.Api().SuiteId())
		corp, redirect := wecom.Follow(link, wecomtest.Corp{Name: "Riverside & Sons"})
		status, _, _ := (&browser{app: app}).get(redirect.String())
		assert.Equal(t, http.StatusForbidden, status, "another browser")
		_, _, text := b.get(redirect.String())
		assert.Equal(t, "Riverside &amp; Sons has installed the greeter.", text)
		synctest.Wait() // until the app has nothing to do
		r, err := app.load(corp.Id)
		require.NoError(t, err)
		assert.NotEmpty(t, r.Purchase.OrderId)
	})
}

func TestFromAQRCode(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		wecom, app := setUp(t)
		code, err := service.GetAppQrCode(app.api, service.QRCodeReq{SuiteId: app.api.SuiteId(), State: "fair", ResultType: 2})
		require.NoError(t, err)
		corp := wecom.Scan(code, wecomtest.Corp{})
		status, text := visit(app, corp, corp.Members[2].UserId)
		assert.Equal(t, http.StatusOK, status)
		assert.Contains(t, text, corp.Members[2].UserId)
	})
}

// What a member writes is answered while WeCom waits.
func TestReply(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		wecom, _ := setUp(t)
		corp := wecom.Install(wecomtest.Corp{Members: []wecomtest.Member{{UserId: "woLin"}}})
		d := corp.Send(wecomtest.Message{UserId: "woLin", Text: "hi"})
		require.NoError(t, d.Err())
		assert.Contains(t, d.Reply, "Hello woLin, you said: hi")
	})
}

// Pages that nobody was sent to.
func TestStrangers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		wecom, app := setUp(t)
		corp := wecom.Install(wecomtest.Corp{})
		b := &browser{app: app}
		for _, page := range []string{"/install/", "/installed/", "/open/", "/login/"} {
			status, _, _ := b.get(page + "wwnobody")
			assert.Equal(t, http.StatusNotFound, status, page)
		}
		_, link, _ := b.get("/open/" + corp.App.SuiteId())
		page := corp.Open(corp.Members[0].UserId, link)
		status, _, _ := b.get(page.String())
		assert.Equal(t, http.StatusOK, status)
		status, _, text := b.get(page.String())
		assert.Equal(t, http.StatusBadGateway, status)
		assert.Contains(t, text, "42022", "a code is good once")
	})
}
