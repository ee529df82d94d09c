package browser

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/callback"
	"github.com/gothird/wecom/corp/message"
	"github.com/gothird/wecom/license"
	"github.com/gothird/wecom/order"
	"github.com/gothird/wecom/token"
)

// app is a provider's program that the console is used beside: it buys a licence for the first
// administrator of each corp that installs it, activates it when the order is paid, and sends him
// a card with buttons.
type app struct {
	t       *testing.T
	api     *token.Api
	server  *httptest.Server
	admins  sync.Map // userid by corp
	clicked chan string
}

// startApp starts the app with what the console tells to configure. Its URLs are of the server.
func startApp(t *testing.T, s *sandbox) *app {
	t.Helper()
	a := &app{t: t, clicked: make(chan string, 8)}
	var err error
	a.api, err = token.New(token.Config{CorpId: s.env["WECOM_CORP_ID"], ProviderSecret: s.env["WECOM_PROVIDER_SECRET"],
		SuiteId: s.env["WECOM_SUITE_ID"], SuiteSecret: s.env["WECOM_SUITE_SECRET"], BaseURL: s.env["WECOM_BASE_URL"]})
	require.NoError(t, err)
	inbox, err := callback.NewInbox(callback.Config{Logger: slog.New(slog.DiscardHandler)})
	require.NoError(t, err)
	callback.On(inbox, a.installed, callback.KItCreateAuth)
	callback.On(inbox, a.paid, callback.KItLicensePaySuccess)
	callback.On(inbox, a.pressed)
	mux := http.NewServeMux()
	for path, u := range map[string]callback.URL{
		"/command": {Channel: callback.App, Token: s.env["WECOM_TOKEN"], EncodingAESKey: s.env["WECOM_AES_KEY"]},
		"/data":    {Channel: callback.App, Token: s.env["WECOM_TOKEN"], EncodingAESKey: s.env["WECOM_AES_KEY"]},
		"/system":  {Channel: callback.System, Token: s.env["WECOM_SYSTEM_TOKEN"], EncodingAESKey: s.env["WECOM_SYSTEM_AES_KEY"]},
	} {
		h, err := inbox.Handler(a.api, u)
		require.NoError(t, err)
		mux.Handle(path, h)
	}
	a.server = httptest.NewServer(mux)
	ctx, end := context.WithCancel(context.Background())
	ended := make(chan error)
	go func() { ended <- inbox.Run(ctx) }()
	t.Cleanup(func() {
		end()
		<-ended
		a.server.Close()
	})
	return a
}

func (a *app) installed(_ context.Context, n *callback.Notice, _ *callback.AuthEvent) error {
	a.admins.Store(n.CorpId(), n.Permanent().AuthUserInfo.UserId)
	_, err := order.ORCreate(n.Api, &order.Order{BuyerUserId: "buyer", AccountCount: order.AccountCount{BaseCount: 1, ExternalContactCount: 1},
		AccountDuration: order.AccountDuration{Months: 1}})
	return err
}

func (a *app) paid(_ context.Context, n *callback.Notice, e *callback.LicensePayEvent) error {
	api := a.api.WithCorp(n.AuthCorpId)
	in, err := api.Installation()
	if err != nil {
		return err
	}
	kept, _ := a.admins.Load(n.AuthCorpId)
	admin, _ := kept.(string)
	for account, err := range order.ORAllAccounts(a.api, e.OrderId) {
		if err != nil {
			return err
		}
		if err := license.LICActiveAccount(api, account.ActiveCode, admin); err != nil {
			return err
		}
	}
	_, err = message.Send(api, message.Message{ToUser: []string{admin}, AgentId: in.AgentId, Content: message.Content{TemplateCard: &message.TemplateCard{
		CardType: message.ButtonInteraction, TaskId: "trip-1", Source: &message.CardSource{Desc: "Riverside"},
		MainTitle:  &message.CardTitle{Title: "Trip to Shenzhen", Desc: "asked for by Chen"},
		ButtonList: []message.CardButton{{Text: "Agree", Style: 1, Key: "agree"}, {Text: "Refuse", Style: 2, Key: "refuse"}},
	}}})
	return err
}

func (a *app) pressed(_ context.Context, _ *callback.Notice, e *callback.TemplateCardEvent) error {
	a.clicked <- e.EventKey
	return nil
}

// click waits for a button of a card that a member has clicked.
func (a *app) click() string {
	a.t.Helper()
	select {
	case key := <-a.clicked:
		return key
	case <-time.After(patience):
		require.Fail(a.t, "no click has reached the app")
		return ""
	}
}
