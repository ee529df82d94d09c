package wecomtest_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/callback"
	"github.com/gothird/wecom/corp/kf"
	"github.com/gothird/wecom/corp/media"
	"github.com/gothird/wecom/corp/wire"
	"github.com/gothird/wecom/token"
	"github.com/gothird/wecom/wecomtest"
)

// clerk is an app that answers customers: it welcomes them, offers a menu, and gives those who
// ask for a person to the pool.
type clerk struct {
	cursors map[string]string
	events  []string // what happened, and who answered
}

func (c *clerk) read(_ context.Context, n *callback.Notice, e *callback.KfMsgEvent) error {
	for m, err := range kf.AllMsg(n.Api, kf.Sync{OpenKfId: e.OpenKfId, Token: e.Token, Cursor: c.cursors[e.OpenKfId]}) {
		if err == nil {
			err = c.work(n.Api, m.Msg)
		}
		if err != nil {
			return err
		}
		c.cursors[e.OpenKfId] = m.Cursor
	}
	return nil
}

func (c *clerk) work(api *token.Api, m kf.Msg) (err error) {
	switch {
	case m.Event != nil && m.Event.WelcomeCode+m.Event.MsgCode != "":
		c.events = append(c.events, m.Event.EventType)
		_, err = kf.SendMsgOnEvent(api, kf.EventMessage{Code: m.Event.WelcomeCode + m.Event.MsgCode, Text: &wire.Text{Content: m.Event.EventType}})
	case m.Event != nil:
		c.events = append(c.events, m.Event.EventType)
	case m.Origin == kf.FromServicer:
		c.events = append(c.events, m.ServicerUserId)
	case m.Text.MenuId == "person":
		_, err = kf.ServiceStateTrans(api, m.OpenKfId, m.ExternalUserId, kf.State{ServiceState: kf.StatePool})
	default:
		_, err = kf.SendMsg(api, kf.Message{OpenKfId: m.OpenKfId, ToUser: m.ExternalUserId, Content: kf.Content{MsgMenu: &kf.Menu{HeadContent: "Which?",
			List: []kf.MenuItem{{Click: &kf.MenuClick{Id: "person", Content: "A person"}}, {View: &kf.MenuView{Url: "https://app.example/faq", Content: "Questions"}}}}}})
	}
	return err
}

// hired is a WeCom with a clerk, and a corp that has opened an account to him.
func hired(t *testing.T, app int, opts ...wecomtest.Option) (c *clerk, wecom *wecomtest.WeCom, corp *wecomtest.Corp, account string) {
	wecom = wecomtest.New(t, opts...)
	c = &clerk{cursors: map[string]string{}}
	inbox, err := callback.NewInbox(callback.Config{})
	require.NoError(t, err)
	callback.On(inbox, c.read)
	h, err := inbox.Handler(wecom.Suite(app), wecom.URL(wecom.Suite(app), callback.App))
	require.NoError(t, err)
	wecom.Deliver(wecom.Suite(app), callback.App, h)
	wecom.Go(inbox.Run)
	corp = wecom.Install(wecomtest.Corp{App: wecom.Suite(app), Members: []wecomtest.Member{{UserId: "woLin"}, {UserId: "woZhou"}}})
	return c, wecom, corp, corp.KfAccount("Shop", "woLin", "woZhou")
}

// texts are what a customer was sent.
func texts(x *wecomtest.Customer) (list []string) {
	synctest.Wait() // for the app
	for _, m := range x.Messages() {
		list = append(list, m.Text)
	}
	return list
}

// From the link through the menu and the pool to a servicer and back, in either kind of app.
// G: wecomtest/kf
func TestCustomersAreAnswered(t *testing.T) {
	t.Parallel()
	for i, choices := range []wecomtest.Choices{{}, {JSON: true}, {}, {JSON: true}} {
		synctest.Test(t, func(t *testing.T) {
			c, wecom, corp, shop := hired(t, i/2, wecomtest.Customized(1), choices)
			link, err := kf.AddContactWay(corp.Api(), shop, "shelf")
			require.NoError(t, err)
			mei := corp.KfCustomer("Mei")
			mei.Enter(link + "&scene_param=9")
			assert.Equal(t, []string{"enter_session"}, texts(mei))
			got, err := kf.CustomerBatchGet(corp.Api(), []string{mei.ExternalUserId}, true)
			require.NoError(t, err)
			assert.Equal(t, []kf.Customer{{ExternalUserId: mei.ExternalUserId, NickName: "Mei", EnterSessionContext: &kf.Entered{Scene: "shelf", SceneParam: "9"}}}, got.CustomerList)

			mei.Ask(shop, "hello")
			assert.Equal(t, []string{"enter_session", "Which?"}, texts(mei))
			mei.Click(shop, "person")
			synctest.Wait()
			state, err := kf.ServiceStateGet(corp.Api(), shop, mei.ExternalUserId)
			require.NoError(t, err)
			assert.Equal(t, &kf.State{ServiceState: kf.StatePool}, state)

			corp.KfTake(shop, "woLin", mei)
			synctest.Wait()
			corp.KfAnswer(shop, "woLin", mei, "I am Lin.")
			synctest.Wait()
			corp.KfTake(shop, "woZhou", mei)
			id := corp.KfAnswer(shop, "woZhou", mei, "Oops")
			mei.Recall(shop, id)
			synctest.Wait()
			corp.KfEnd(shop, mei)
			assert.Equal(t, []string{"enter_session", "Which?", "session_status_change", "I am Lin.", "session_status_change"}, texts(mei))
			assert.Equal(t, []string{"enter_session", "session_status_change", "woLin", "session_status_change", "woZhou", "servicer_recall_msg", "session_status_change"}, c.events)

			from := mei.Messages()
			assert.Equal(t, []string{corp.App.SuiteId(), "", "msgmenu", corp.Id}, []string{from[1].SuiteId, from[1].UserId, from[1].Kind, from[1].CorpId})
			assert.Equal(t, []string{"", "woLin"}, []string{from[3].SuiteId, from[3].UserId})
			_, err = kf.SendMsg(corp.Api(), kf.Message{OpenKfId: shop, ToUser: mei.ExternalUserId, Content: kf.Content{Text: &wire.Text{Content: "bye"}}})
			require.ErrorIs(t, err, token.Code(95013))
			wecom.Advance(48*time.Hour + time.Second)
			_, err = kf.SendMsg(corp.Api(), kf.Message{OpenKfId: shop, ToUser: mei.ExternalUserId, Content: kf.Content{Text: &wire.Text{Content: "bye"}}})
			require.ErrorIs(t, err, token.Code(95002))
		})
	}
}

// What a customer refuses, and what an administrator or a servicer changes.
// G: wecomtest/kf
func TestCustomerServiceChanges(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c, _, corp, shop := hired(t, 0)
		mei := corp.KfCustomer("Mei")
		assert.Equal(t, mei, corp.KfCustomer("Mei"))
		mei.Ask(shop, "hello")
		assert.Equal(t, []string{"enter_session", "Which?"}, texts(mei))
		mei.Refuse(shop, true)
		mei.Ask(shop, "hello")
		assert.Len(t, texts(mei), 2)
		assert.Equal(t, []string{"enter_session", "msg_send_fail"}, c.events)
		mei.Refuse(shop, false)
		mei.Ask(shop, "hello")
		assert.Len(t, texts(mei), 3)

		to := kf.State{ServiceState: kf.StateServicer, ServicerUserId: "woLin"}
		corp.KfRest(shop, "woLin", true)
		_, err := kf.ServiceStateTrans(corp.Api(), shop, mei.ExternalUserId, to)
		require.ErrorIs(t, err, token.Code(95019))
		corp.KfRest(shop, "woLin", false)
		_, err = kf.ServiceStateTrans(corp.Api(), shop, mei.ExternalUserId, to)
		require.NoError(t, err)
		synctest.Wait()
		assert.Equal(t, []string{"servicer_status_change", "servicer_status_change"}, c.events[2:])

		upgrade := kf.Upgrade{Member: &kf.Specialist{UserId: "woZhou"}}
		require.ErrorIs(t, kf.CustomerUpgradeService(corp.Api(), shop, mei.ExternalUserId, upgrade), token.Code(95021))
		corp.KfUpgrade([]string{"woZhou"}, nil)
		require.NoError(t, kf.CustomerUpgradeService(corp.Api(), shop, mei.ExternalUserId, upgrade))

		corp.KfClose(shop)
		_, err = kf.SyncMsg(corp.Api(), kf.Sync{OpenKfId: shop})
		require.ErrorIs(t, err, token.Code(48007))
		assert.Equal(t, shop, corp.KfAccount("Shop"))
		_, err = kf.SyncMsg(corp.Api(), kf.Sync{OpenKfId: shop})
		require.NoError(t, err)
	})
}

// A customer sends what was uploaded, and the app gets it.
// G: wecomtest/kf
func TestCustomersSendFiles(t *testing.T) {
	t.Parallel()
	corp := wecomtest.New(t).Install(wecomtest.Corp{})
	shop, mei := corp.KfAccount("Shop"), corp.KfCustomer("Mei")
	up, err := media.Upload(corp.Api(), media.TypeImage, wire.Bytes("receipt.png", []byte("\x89PNG\r\n\x1a\n")))
	require.NoError(t, err)
	id := mei.Write(shop, wecomtest.Message{Kind: "image", Body: `{"media_id":"` + up.MediaId + `"}`})
	mei.Recall(shop, id)
	var got []kf.Msg
	for m, err := range kf.AllMsg(corp.Api(), kf.Sync{OpenKfId: shop}) {
		require.NoError(t, err)
		got = append(got, m.Msg)
	}
	require.Len(t, got, 3)
	assert.Equal(t, []any{id, up.MediaId}, []any{got[1].MsgId, got[1].Image.MediaId})
	assert.Equal(t, []string{kf.UserRecallMsg, id}, []string{got[2].Event.EventType, got[2].Event.RecallMsgId})
}

// A customer sees his own messages, and the last menu is the one that he can click.
// G: wecomtest/kf
func TestCustomersClickTheLastMenu(t *testing.T) {
	t.Parallel()
	err := wecomtest.Run(func(t testing.TB) {
		corp := wecomtest.New(t).Install(wecomtest.Corp{})
		shop, mei, jun := corp.KfAccount("Shop"), corp.KfCustomer("Mei"), corp.KfCustomer("Jun")
		mei.Ask(shop, "?")
		jun.Ask(shop, "?")
		for _, id := range []string{"old", "new"} {
			_, err := kf.SendMsg(corp.Api(), kf.Message{OpenKfId: shop, ToUser: mei.ExternalUserId, MsgId: id, Content: kf.Content{
				MsgMenu: &kf.Menu{List: []kf.MenuItem{{Click: &kf.MenuClick{Id: id, Content: id}}}}}})
			require.NoError(t, err)
		}
		assert.Empty(t, jun.Messages())
		assert.Len(t, mei.Messages(), 2)
		mei.Click(shop, "new")
		var last kf.Msg
		for m, err := range kf.AllMsg(corp.Api(), kf.Sync{OpenKfId: shop}) {
			require.NoError(t, err)
			last = m.Msg
		}
		assert.Equal(t, []string{mei.ExternalUserId, "new", "new"}, []string{last.ExternalUserId, last.Text.Content, last.Text.MenuId})
		mei.Click(shop, "old")
	})
	require.ErrorContains(t, err, `no menu item "old" to click: the last menu that he was sent has ["new"]`)
	assert.NotContains(t, err.Error(), "Error Trace", "nothing else is wrong")
}

// setting is what a misuse finds.
type setting struct {
	w    *wecomtest.WeCom
	corp *wecomtest.Corp
	shop string
	mei  *wecomtest.Customer
}

// G: wecomtest/misuse
func TestMisuseOfCustomerService(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		do   func(s setting)
		want string
	}{
		"no such account":      {func(s setting) { s.mei.Ask("wkNone", "?") }, "(Shop)"},
		"no such servicer":     {func(s setting) { s.corp.KfAccount("Shop", "woNobody") }, `no member "woNobody"`},
		"a hidden servicer":    {func(s setting) { s.corp.KfAccount("Shop", "woHidden") }, "visible range"},
		"a stranger takes":     {func(s setting) { s.corp.KfTake(s.shop, "woBoss", s.mei) }, "can't take"},
		"nobody is asked":      {func(s setting) { s.corp.KfTake(s.shop, "woLin", s.mei) }, "from the pool"},
		"nobody has it":        {func(s setting) { s.corp.KfEnd(s.shop, s.mei) }, "only if he has it"},
		"an answer to nothing": {func(s setting) { s.corp.KfAnswer(s.shop, "woLin", s.mei, "hi") }, "must take it first"},
		"a rest of somebody":   {func(s setting) { s.corp.KfRest(s.shop, "woBoss", true) }, "add him first"},
		"a link to nowhere":    {func(s setting) { s.mei.Enter("https://x/") }, "kf/add_contact_way"},
		"a menu that is not":   {func(s setting) { s.mei.Click(s.shop, "yes") }, `no menu item "yes"`},
		"a message of no kind": {func(s setting) { s.mei.Write(s.shop, wecomtest.Message{Kind: "event"}) }, "a JSON object"},
		"a message of nobody":  {func(s setting) { s.mei.Recall(s.shop, "0") }, "taken back"},
		"a foreign customer":   {func(s setting) { s.corp.KfEnd(s.shop, s.w.Install(wecomtest.Corp{}).KfCustomer("Far")) }, "not of Corp 1"},
		"a customer of another WeCom": {func(s setting) {
			s.corp.KfEnd(s.shop, wecomtest.New(t).Install(wecomtest.Corp{}).KfCustomer("Mei")) // with the same ids
		}, "not of Corp 1"},
		"a customer without a name":  {func(s setting) { s.corp.KfCustomer("") }, "give a name"},
		"an account without a name":  {func(s setting) { s.corp.KfAccount("") }, "1 to 16 characters"},
		"an account of what is gone": {func(s setting) { s.corp.Cancel(); s.corp.KfAccount("Shop") }, "does not have the app"},
		"an upgrade to no group":     {func(s setting) { s.corp.KfUpgrade(nil, []string{"wrNone"}) }, `no customer group "wrNone"`},
		"closed twice":               {func(s setting) { s.corp.KfClose(s.shop); s.corp.KfClose(s.shop) }, "not open to"},
		"who was never there":        {func(s setting) { s.corp.KfEnd(s.shop, s.corp.KfCustomer("New")) }, "let him write first"},
		"an upgrade to nobody":       {func(s setting) { s.corp.KfUpgrade([]string{"woNobody"}, nil) }, `no member "woNobody"`},
		"nothing to close":           {func(s setting) { s.corp.KfClose("wkNone") }, "(Shop)"},
		"a click nowhere":            {func(s setting) { s.mei.Click("wkNone", "yes") }, "(Shop)"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := wecomtest.Run(func(t testing.TB) {
				w := wecomtest.New(t)
				corp := w.Install(wecomtest.Corp{Members: []wecomtest.Member{{UserId: "woBoss"}, {UserId: "woLin"}, {UserId: "woHidden", Hidden: true}}})
				shop, mei := corp.KfAccount("Shop", "woLin"), corp.KfCustomer("Mei")
				mei.Ask(shop, "?")
				c.do(setting{w, corp, shop, mei})
				t.Error("nothing was said")
			})
			require.ErrorContains(t, err, c.want)
			assert.NotContains(t, err.Error(), "nothing was said", "the test ends there")
			assert.NotContains(t, err.Error(), "panic")
		})
	}
}
