package wecomtest_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/corp/message"
	"github.com/gothird/wecom/corp/wire"
	"github.com/gothird/wecom/license"
	"github.com/gothird/wecom/service"
	"github.com/gothird/wecom/token"
	"github.com/gothird/wecom/wecomtest"
)

func send(corp *wecomtest.Corp, userId, text string) (*message.Result, error) {
	return message.Send(corp.Api(), message.Message{ToUser: []string{userId}, Content: message.Content{Text: &wire.Text{Content: text}}})
}

func licBalance(api *token.Api) (int64, error) { return license.LICGetAccountBalance(api) }

// Hours later a token is answered with 42001, the app gets another, and its ticket is new.
// G: wecomtest/time
func TestTimePasses(t *testing.T) {
	t.Parallel()
	w := wecomtest.New(t)
	a := newApp(t, w, w.Config())
	corp := w.Install(wecomtest.Corp{})
	<-a.installed
	call := func() {
		_, err := service.GetAgentAdminList(corp.Api())
		require.NoError(t, err)
	}
	call()
	pushed := len(w.Deliveries())
	for range 3 {
		w.Advance(3 * time.Hour)
		call()
	}
	codes := []int{}
	for _, r := range w.Requests(adminList) {
		codes = append(codes, r.ErrCode)
	}
	assert.Equal(t, []int{0, 42001, 0, 42001, 0, 42001, 0}, codes)
	assert.Len(t, w.Deliveries(), pushed+3, "a ticket each time")
	w.Advance(9 * time.Minute)
	assert.Len(t, w.Deliveries(), pushed+3, "not so soon")
	w.Advance(time.Minute)
	assert.Len(t, w.Deliveries(), pushed+4)
}

// In a bubble the clock of app and WeCom is that of the bubble, and Advance is on top.
// G: wecomtest/time
func TestInsideABubble(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := wecomtest.New(t)
		a := newApp(t, w, w.Config())
		corp := w.Install(wecomtest.Corp{})
		<-a.installed
		for range 10 {
			time.Sleep(3 * time.Hour)
			w.Advance(0)
			_, err := service.GetAgentAdminList(corp.Api())
			require.NoError(t, err)
			w.Advance(26 * time.Hour)
			require.NoError(t, corp.PushSample("change_auth").Err())
		}
	})
}

// What is recalled is gone, what comes first stands first, and others see nothing of it.
// G: wecomtest/messages
func TestMessages(t *testing.T) {
	t.Parallel()
	w := wecomtest.New(t)
	corp := w.Install(wecomtest.Corp{Members: []wecomtest.Member{{UserId: "woA"}, {UserId: "woB"}, {UserId: "woHidden", Hidden: true}}})
	_, err := send(corp, "woA", "one")
	require.NoError(t, err)
	second, err := send(corp, message.All, "two")
	require.NoError(t, err)
	_, err = message.Send(corp.Api(), message.Message{ToUser: []string{"woB"}, Content: message.Content{TextCard: &message.TextCard{Title: "Card", Description: "d", Url: "https://a.example"}}})
	require.NoError(t, err)
	texts := func(userId string) (list []string) {
		for _, m := range w.Messages(userId) {
			list = append(list, m.Kind+" "+m.Text)
			assert.Equal(t, []string{corp.Id, w.Config().SuiteId, userId}, []string{m.CorpId, m.SuiteId, m.UserId})
		}
		return list
	}
	assert.Equal(t, []string{"text one", "text two"}, texts("woA"))
	assert.Equal(t, []string{"text two", "textcard Card"}, texts("woB"))
	assert.Empty(t, texts("woHidden"))
	require.NoError(t, message.Recall(corp.Api(), second.MsgId))
	assert.Equal(t, []string{"text one"}, texts("woA"))
	assert.JSONEq(t, `{"content":"one"}`, w.Messages("woA")[0].Body)
}
