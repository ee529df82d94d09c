package wecomtest_test

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/callback"
	"github.com/gothird/wecom/corp/contact"
	"github.com/gothird/wecom/corp/message"
	"github.com/gothird/wecom/corp/wire"
	"github.com/gothird/wecom/token"
	"github.com/gothird/wecom/wecomtest"
)

// leave asks for an answer.
func leave(taskId string, to ...string) message.Message {
	return message.Message{ToUser: to, Content: message.Content{TemplateCard: &message.TemplateCard{
		CardType: message.ButtonInteraction, TaskId: taskId, MainTitle: &message.CardTitle{Title: "Leave"},
		ButtonList: []message.CardButton{{Text: "Yes", Key: "yes"}, {Text: "No", Key: "no"}}}}}
}

// A member clicks, the app hears of it and changes the card, and the member sees that.
// G: wecomtest/messages
func TestAClickChangesTheCard(t *testing.T) {
	t.Parallel()
	wecom := wecomtest.New(t)
	inbox, err := callback.NewInbox(callback.Config{})
	require.NoError(t, err)
	changed := make(chan string, 1)
	callback.On(inbox, func(_ context.Context, n *callback.Notice, e *callback.TemplateCardEvent) error {
		err := message.UpdateTemplateCard(n.Api, message.CardUpdate{ResponseCode: e.ResponseCode, UserIds: []string{n.FromUserName}, Button: &message.DeadButton{ReplaceName: "Said " + e.EventKey}})
		changed <- e.TaskId
		return err
	})
	h, err := inbox.Handler(wecom.Api(), wecom.URL(wecom.Api(), callback.App))
	require.NoError(t, err)
	wecom.Deliver(wecom.Api(), callback.App, h)
	wecom.Go(inbox.Run)
	corp := wecom.Install(bakery)
	_, err = message.Send(corp.Api(), leave("leave-1", "woLin", "woZhou"))
	require.NoError(t, err)
	require.NoError(t, corp.Click(wecom.Messages("woZhou")[0], "yes").Err())
	assert.Equal(t, "leave-1", <-changed)
	text := func(userId string) any {
		var card map[string]any
		require.NoError(t, json.Unmarshal([]byte(wecom.Messages(userId)[0].Body), &card))
		return card["replace_text"]
	}
	assert.Equal(t, []any{"Said yes", nil}, []any{text("woZhou"), text("woLin")})
}

// Departments and tags stand for their members, and accounts are needed when the trial is over.
// G: wecomtest/messages
func TestWhomMessagesReach(t *testing.T) {
	t.Parallel()
	wecom := wecomtest.New(t)
	corp := wecom.Install(bakery)
	api := corp.Api()
	hello := message.Content{Text: &wire.Text{Content: "hello"}}
	tag, err := contact.TagCreate(api, "Night", nil)
	require.NoError(t, err)
	_, err = contact.TagAddTagUsers(api, tag, []string{"woLin", "woZhou"}, nil)
	require.NoError(t, err)
	_, err = message.Send(api, message.Message{ToParty: []int64{corp.Department("Sales")}, ToTag: []int64{tag}, Content: hello})
	require.NoError(t, err)
	counts := func() (n []int) {
		for _, m := range corp.Members {
			n = append(n, len(wecom.Messages(m.UserId)))
		}
		return n
	}
	assert.Equal(t, []int{1, 1, 1, 0}, counts(), "Wang is hidden")
	_, err = message.Send(api, message.Message{ToParty: []int64{99}, ToTag: []int64{99}, Content: hello})
	require.ErrorIs(t, err, token.Code(81013))

	wecom.Advance(91 * 24 * time.Hour)
	_, err = message.Send(api, message.Message{ToUser: []string{message.All}, Content: hello})
	var missed *message.NotReached
	require.ErrorAs(t, err, &missed)
	assert.ElementsMatch(t, []string{"wolin", "wozhou", "wochen"}, missed.UnlicensedUser)
	assert.Equal(t, []int{1, 1, 1, 0}, counts())
}

// Whom a member has selected gets template messages, though he does not see the app.
// G: wecomtest/messages
func TestSelectedMembersGetTemplateMessages(t *testing.T) {
	t.Parallel()
	wecom := wecomtest.New(t)
	private := bakery
	private.MemberMode = true
	corp := wecom.Install(private)
	ticket := corp.Select("woLin", "woWang")
	_, err := message.Send(corp.Api(), message.Message{SelectedTicketList: []string{ticket}, Content: message.Content{TemplateMsg: &message.TemplateMsg{
		TemplateId: "t1", Url: "https://app.example", ContentItem: []message.ContentItem{{Key: "k", Value: "v"}}}}})
	require.NoError(t, err)
	assert.Len(t, wecom.Messages("woWang"), 1)
}

// G: wecomtest/misuse
func TestClicksThatCannotBe(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		do   func(w *wecomtest.WeCom, corp *wecomtest.Corp, card wecomtest.Message)
		want string
	}{
		"another key":   {func(_ *wecomtest.WeCom, c *wecomtest.Corp, m wecomtest.Message) { c.Click(m, "maybe") }, "it has yes, no"},
		"half a choice": {func(_ *wecomtest.WeCom, c *wecomtest.Corp, m wecomtest.Message) { c.Click(m, "yes", "q") }, "in turn"},
		"another corp": {func(w *wecomtest.WeCom, _ *wecomtest.Corp, m wecomtest.Message) {
			w.Install(wecomtest.Corp{}).Click(m, "yes")
		}, "Messages returned"},
		"no callback URL":  {func(_ *wecomtest.WeCom, c *wecomtest.Corp, m wecomtest.Message) { c.Click(m, "yes") }, "see Deliver"},
		"selected by none": {func(_ *wecomtest.WeCom, c *wecomtest.Corp, _ wecomtest.Message) { c.Select("woNobody") }, `no member "woNobody"`},
		"selected for all": {func(_ *wecomtest.WeCom, c *wecomtest.Corp, _ wecomtest.Message) { c.Select("woBoss") }, "MemberMode"},
		"a site with a URL": {func(w *wecomtest.WeCom, _ *wecomtest.Corp, _ wecomtest.Message) {
			w.Site("http://files.example", success())
		}, "a host alone"},
		"a site of nothing": {func(w *wecomtest.WeCom, _ *wecomtest.Corp, _ wecomtest.Message) { w.Site("files.example", nil) }, "give a handler"},
		"a callback's host": {func(w *wecomtest.WeCom, _ *wecomtest.Corp, _ wecomtest.Message) {
			w.Site("app0.callback.test", success())
		}, "for Deliver"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := wecomtest.Run(func(t testing.TB) {
				w := wecomtest.New(t)
				corp := w.Install(wecomtest.Corp{Members: []wecomtest.Member{{UserId: "woBoss"}}})
				_, err := message.Send(corp.Api(), leave("leave-1", "woBoss"))
				require.NoError(t, err)
				c.do(w, corp, w.Messages("woBoss")[0])
				t.Error("nothing was said")
			})
			require.ErrorContains(t, err, c.want)
			assert.NotContains(t, err.Error(), "nothing was said")
		})
	}
}

// What a member chose comes to the app whole, as XML and as JSON, of each kind of app.
// G: wecomtest/messages
func TestChoicesOfCards(t *testing.T) {
	t.Parallel()
	option := func(ids ...string) (list []message.CardSelectable) {
		for _, id := range ids {
			list = append(list, message.CardSelectable{Id: id, Text: id})
		}
		return list
	}
	dishes := []message.CardOption{{Id: "rice", Text: "Rice"}, {Id: "soup", Text: "Soup"}, {Id: "cake", Text: "Cake"}}
	submit, title := &message.CardSubmit{Text: "Send", Key: "send"}, &message.CardTitle{Title: "Lunch"}
	vote := message.TemplateCard{CardType: message.VoteInteraction, TaskId: "vote", MainTitle: title, SubmitButton: submit,
		CheckBox: &message.CardCheckBox{QuestionKey: "dish", Mode: 1, OptionList: dishes}}
	order := message.TemplateCard{CardType: message.MultipleInteraction, TaskId: "order", MainTitle: title, SubmitButton: submit,
		SelectList: []message.CardSelection{{QuestionKey: "size", OptionList: option("small", "large")}, {QuestionKey: "place", SelectedId: "home", OptionList: option("here", "home")}}}
	menu := message.TemplateCard{CardType: message.TextNotice, TaskId: "menu", MainTitle: title, CardAction: &message.CardAction{Type: 1, Url: "https://app.example"},
		ActionMenu: &message.CardActionMenu{ActionList: []message.CardMenuAction{{Text: "Mute", Key: "mute"}}}}
	for name, opts := range map[string][]wecomtest.Option{
		"XML": nil, "JSON": {wecomtest.Choices{JSON: true}}, "customised": {wecomtest.Suites(0), wecomtest.Customized(1)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			wecom := wecomtest.New(t, opts...)
			heard := clicks(t, wecom)
			corp := wecom.Install(bakery)
			for _, card := range []message.TemplateCard{vote, order, menu} {
				_, err := message.Send(corp.Api(), message.Message{ToUser: []string{"woZhou"}, Content: message.Content{TemplateCard: &card}})
				require.NoError(t, err)
			}
			cards := wecom.Messages("woZhou")
			require.NoError(t, corp.Click(cards[0], "send", "dish", "rice", "dish", "cake").Err())
			e := <-heard
			assert.Equal(t, []any{"vote", "send", message.VoteInteraction}, []any{e.TaskId, e.EventKey, e.CardType})
			assert.Equal(t, []callback.SelectedItem{{QuestionKey: "dish", OptionIds: []string{"rice", "cake"}}}, e.SelectedItems)
			require.NoError(t, corp.Click(cards[1], "send", "size", "large").Err())
			assert.Equal(t, []callback.SelectedItem{{QuestionKey: "size", OptionIds: []string{"large"}}, {QuestionKey: "place", OptionIds: []string{"home"}}}, (<-heard).SelectedItems)
			require.NoError(t, corp.Click(cards[2], "mute").Err())
			e = <-heard
			assert.Equal(t, []any{"menu", "mute"}, []any{e.TaskId, e.EventKey})
			require.NoError(t, message.UpdateTemplateCard(corp.Api(), message.CardUpdate{ResponseCode: e.ResponseCode, AtAll: 1, TemplateCard: &message.TemplateCard{
				CardType: message.TextNotice, MainTitle: &message.CardTitle{Title: "Muted"}, CardAction: menu.CardAction}}))
			assert.Equal(t, "Muted", wecom.Messages("woZhou")[2].Text)
		})
	}
}

// clicks is an app that hands on what it hears of clicks.
func clicks(t *testing.T, wecom *wecomtest.WeCom) <-chan *callback.TemplateCardEvent {
	t.Helper()
	inbox, err := callback.NewInbox(callback.Config{})
	require.NoError(t, err)
	heard := make(chan *callback.TemplateCardEvent, 1)
	callback.On(inbox, func(_ context.Context, _ *callback.Notice, e *callback.TemplateCardEvent) error {
		heard <- e
		return nil
	})
	h, err := inbox.Handler(wecom.Api(), wecom.URL(wecom.Api(), callback.App))
	require.NoError(t, err)
	wecom.Deliver(wecom.Api(), callback.App, h)
	wecom.Go(inbox.Run)
	return heard
}

// A response_code is used up also where its answer is lost: the second try says so.
// G: wecomtest/messages
func TestAResponseCodeWhoseAnswerIsLost(t *testing.T) {
	t.Parallel()
	wecom := wecomtest.New(t)
	corp := wecom.Install(bakery)
	res, err := message.Send(corp.Api(), leave("leave-1", "woZhou"))
	require.NoError(t, err)
	update := message.CardUpdate{ResponseCode: res.ResponseCode, AtAll: 1, Button: &message.DeadButton{ReplaceName: "Done"}}
	wecom.Fail("/cgi-bin/message/update_template_card", wecomtest.Fault{Cut: true, Late: true})
	require.Error(t, message.UpdateTemplateCard(corp.Api(), update))
	assert.Contains(t, wecom.Messages("woZhou")[0].Body, `"replace_text":"Done"`)
	require.ErrorIs(t, message.UpdateTemplateCard(corp.Api(), update), token.Code(60140))
}
