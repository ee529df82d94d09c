package wecomtest_test

import (
	"context"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/callback"
	"github.com/gothird/wecom/corp/message"
	"github.com/gothird/wecom/corp/wire"
	"github.com/gothird/wecom/service"
	"github.com/gothird/wecom/token"
	"github.com/gothird/wecom/wecomtest"
)

// app is what a provider writes: an inbox behind a router of his own.
type app struct {
	http.ServeMux

	api       *token.Api
	inbox     *callback.Inbox
	installed chan *callback.Notice
	removed   chan *callback.Notice
}

func newApp(t testing.TB, w *wecomtest.WeCom, cfg token.Config) *app {
	t.Helper()
	api, err := token.New(cfg)
	require.NoError(t, err)
	a := &app{api: api, installed: make(chan *callback.Notice, 100), removed: make(chan *callback.Notice, 100)}
	a.inbox, err = callback.NewInbox(callback.Config{})
	require.NoError(t, err)
	callback.On(a.inbox, func(_ context.Context, n *callback.Notice, _ *callback.AuthEvent) error {
		a.installed <- n
		return nil
	}, callback.KItCreateAuth)
	callback.On(a.inbox, func(_ context.Context, n *callback.Notice, _ *callback.AuthEvent) error {
		a.removed <- n
		return nil
	}, callback.KItCancelAuth)
	h, err := a.inbox.Handler(api, w.URL(api, callback.App))
	require.NoError(t, err)
	a.Handle("/wecom/app", h)
	w.Go(a.inbox.Run)
	w.Deliver(api, callback.App, a, "/wecom/app")
	return a
}

// G: wecomtest/app
func TestAnAppIsInstalledAndUsed(t *testing.T) {
	t.Parallel()
	w := wecomtest.New(t)
	a := newApp(t, w, w.Config())
	require.NoError(t, w.CheckURL(a.api, callback.App))
	corp := w.Install(wecomtest.Corp{Name: "Riverside"})
	n := <-a.installed
	assert.Equal(t, corp.Id, n.CorpId())

	api := a.api.WithCorp(corp.Id)
	_, err := message.Send(api, message.Message{ToUser: []string{corp.Members[1].UserId}, Content: message.Content{Text: &wire.Text{Content: "hello"}}})
	require.NoError(t, err)
	inbox := w.Messages(corp.Members[1].UserId)
	require.Len(t, inbox, 1)
	assert.Equal(t, "hello", inbox[0].Text)

	user, err := service.GetUserInfo3rd(api, corp.Login(corp.Members[2].UserId))
	require.NoError(t, err)
	assert.Equal(t, corp.Members[2].UserId, user.Userid)
}
