package message_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/corp/internal/corptest"
	"github.com/gothird/wecom/corp/media"
	"github.com/gothird/wecom/corp/message"
	"github.com/gothird/wecom/corp/wire"
	"github.com/gothird/wecom/internal/spectest"
	"github.com/gothird/wecom/token"
	"github.com/gothird/wecom/wecomtest"
)

var (
	toAnna = []string{"woAnna"}
	hello  = message.Content{Text: &wire.Text{Content: "你好"}}
)

func TestReceiversAndTheApp(t *testing.T) {
	t.Parallel()
	api, asked := corptest.Script(t, `{"msgid":"m1"}`, `{"msgid":"m2"}`)
	res, err := message.Send(api, message.Message{ToUser: []string{"woAnna", "woBo"}, ToParty: []int64{2, 31}, ToTag: []int64{7}, Content: hello})
	require.NoError(t, err)
	assert.Equal(t, &message.Result{MsgId: "m1"}, res)
	_, err = message.Send(api, message.Message{ToUser: []string{message.All}, AgentId: 1000099, Content: hello})
	require.NoError(t, err)
	assert.Equal(t, []string{
		`/cgi-bin/message/send {"touser":"woAnna|woBo","toparty":"2|31","totag":"7","msgtype":"text","text":{"content":"你好"},"agentid":1000012}`,
		`/cgi-bin/message/send {"touser":"@all","msgtype":"text","text":{"content":"你好"},"agentid":1000099}`,
	}, asked())
}

// G: endpoint/reached
func TestNotReached(t *testing.T) {
	t.Parallel()
	api, _ := corptest.Script(t,
		`{"msgid":"m1","invaliduser":"wobo|woeve","invalidparty":"31","unlicenseduser":"wocy"}`,
		`{"errcode":81013,"errmsg":"no valid recipient","invaliduser":"wobo"}`,
		`{"errcode":81013,"errmsg":"no valid recipient"}`,
		`{"invaliduser":["wobo"]}`, `{"errcode":0,"invaliduser":[]}`)
	m := message.Message{ToUser: toAnna, Content: hello}

	res, err := message.Send(api, m)
	var missed *message.NotReached
	require.ErrorAs(t, err, &missed)
	assert.Equal(t, &message.Result{MsgId: "m1"}, res)
	assert.Equal(t, &message.NotReached{InvalidUser: []string{"wobo", "woeve"}, InvalidParty: []string{"31"}, UnlicensedUser: []string{"wocy"}}, missed)
	assert.EqualError(t, err, `wecom: the message did not reach invalid users ["wobo" "woeve"], invalid departments ["31"], users without a licence ["wocy"]`)

	m.ToParty = []int64{31}
	for _, want := range []message.NotReached{{InvalidUser: []string{"wobo"}}, {InvalidUser: []string{"woAnna"}, InvalidParty: []string{"31"}}} {
		res, err = message.Send(api, m)
		require.ErrorIs(t, err, token.Code(81013))
		assert.Nil(t, res)
		require.ErrorAs(t, err, &missed)
		assert.ElementsMatch(t, want.InvalidUser, missed.InvalidUser)
		assert.ElementsMatch(t, want.InvalidParty, missed.InvalidParty, "all of them, where WeCom names none")
		assert.Contains(t, err.Error(), "81013")
	}

	u := message.CardUpdate{ResponseCode: "c", AtAll: 1, Button: &message.DeadButton{ReplaceName: "已处理"}}
	require.ErrorAs(t, message.UpdateTemplateCard(api, u), &missed)
	assert.Equal(t, []string{"wobo"}, missed.InvalidUser)
	require.NoError(t, message.UpdateTemplateCard(api, u))
}

// Every kind of message and card that the facts have passes the fake, which checks the
// parts that each needs, and that its files are there.
func TestEveryKindPassesTheFake(t *testing.T) {
	t.Parallel()
	w := wecomtest.New(t)
	corp := w.Install(wecomtest.Corp{})
	admin := corp.Members[0].UserId
	for i := range spectest.Samples("corp/message/send") {
		m := spectest.Request[sent]("corp/message/send", i).message()
		m.ToUser, m.ToParty, m.ToTag, m.AgentId, m.SelectedTicketList, m.OnlyUnauth = []string{admin}, nil, nil, 0, nil, false
		uploaded(t, corp, m.Content)
		res, err := message.Send(corp.Api(), m)
		require.NoError(t, err, "sample %d", i)
		assert.NotEmpty(t, res.MsgId)
	}
	for i := range spectest.Samples("corp/message/update_template_card") {
		u := spectest.Request[message.CardUpdate]("corp/message/update_template_card", i)
		u.UserIds, u.PartyIds, u.TagIds, u.AtAll, u.AgentId = []string{admin}, nil, nil, 0, 0
		u.ResponseCode = dealt(t, corp, admin, i)
		require.NoError(t, message.UpdateTemplateCard(corp.Api(), u), "sample %d", i)
	}
	assert.Len(t, w.Messages(admin), spectest.Samples("corp/message/send")+spectest.Samples("corp/message/update_template_card"))
}

// uploaded puts files into a message that are there.
func uploaded(t *testing.T, corp *wecomtest.Corp, c message.Content) {
	t.Helper()
	up := func(kind, begin string) string {
		res, err := media.Upload(corp.Api(), kind, wire.Bytes("a", []byte(begin+"12345678")))
		require.NoError(t, err)
		return res.MediaId
	}
	const jpg = "\xff\xd8\xff"
	switch {
	case c.Image != nil:
		c.Image.MediaId = up(media.TypeImage, jpg)
	case c.Voice != nil:
		c.Voice.MediaId = up(media.TypeVoice, "#!AMR")
	case c.Video != nil:
		c.Video.MediaId = up(media.TypeVideo, "1234ftyp")
	case c.File != nil:
		c.File.MediaId = up(media.TypeFile, "%PDF-")
	case c.MpNews != nil:
		for i := range c.MpNews.Articles {
			c.MpNews.Articles[i].ThumbMediaId = up(media.TypeImage, jpg)
		}
	}
}

// dealt is the response code of a card that was sent.
func dealt(t *testing.T, corp *wecomtest.Corp, userId string, i int) string {
	t.Helper()
	res, err := message.Send(corp.Api(), message.Message{ToUser: []string{userId}, Content: message.Content{TemplateCard: &message.TemplateCard{
		CardType: message.ButtonInteraction, TaskId: "dealt-" + strconv.Itoa(i), MainTitle: &message.CardTitle{Title: "t"},
		ButtonList: []message.CardButton{{Text: "b", Key: "k"}},
	}}})
	require.NoError(t, err)
	return res.ResponseCode
}

func TestWithoutAnInstallation(t *testing.T) {
	t.Parallel()
	api, _ := corptest.Script(t)
	require.NoError(t, api.RemoveInstallation())
	_, err := message.Send(api, message.Message{ToUser: toAnna, Content: hello})
	require.ErrorIs(t, err, token.ErrNotInstalled)
	require.ErrorIs(t, message.UpdateTemplateCard(api, message.CardUpdate{ResponseCode: "c", Button: &message.DeadButton{ReplaceName: "x"}}), token.ErrNotInstalled)
}

// G: endpoint/checked
func TestMessagesRefusedBeforeAnyRequest(t *testing.T) {
	t.Parallel()
	api, _ := corptest.Script(t)
	long := func(n int) string { return strings.Repeat("字", n) }
	many := slices.Repeat(toAnna, 1001)
	article, mp := wire.Article{Title: "t", Url: "u"}, wire.MpArticle{Title: "t", Content: "c", ThumbMediaId: "m"}
	notice := func(change func(*message.MiniProgramNotice)) message.Message {
		n := message.MiniProgramNotice{AppId: "wx", Title: "会议室预订", ContentItem: make([]message.ContentItem, 10)}
		change(&n)
		return message.Message{ToUser: toAnna, Content: message.Content{MiniProgramNotice: &n}}
	}
	template := func(change func(*message.TemplateMsg)) message.Message {
		m := message.TemplateMsg{TemplateId: "t", Url: "u", ContentItem: make([]message.ContentItem, 5)}
		change(&m)
		return message.Message{ToUser: toAnna, Content: message.Content{TemplateMsg: &m}}
	}
	content := func(c message.Content) message.Message { return message.Message{ToUser: toAnna, Content: c} }
	for _, test := range []struct {
		want string
		m    message.Message
	}{
		{"touser, toparty and totag are empty", message.Message{Content: hello}},
		{"touser has an empty id", message.Message{ToUser: []string{""}, Content: hello}},
		{"with a | in it", message.Message{ToUser: []string{"a|b"}, Content: hello}},
		{"touser has 1001 items", message.Message{ToUser: many, Content: hello}},
		{"toparty has 101 items", message.Message{ToParty: make([]int64, 101), Content: hello}},
		{"totag has 101 items", message.Message{ToTag: make([]int64, 101), Content: hello}},
		{"selected_ticket_list has 11", message.Message{SelectedTicketList: many[:11], Content: hello}},
		{"safe is 3", message.Message{ToUser: toAnna, Safe: 3, Content: hello}},
		{"enable_id_trans is 2", message.Message{ToUser: toAnna, EnableIdTrans: 2, Content: hello}},
		{"enable_duplicate_check is 2", message.Message{ToUser: toAnna, EnableDuplicateCheck: 2, Content: hello}},
		{"duplicate_check_interval is 14401", message.Message{ToUser: toAnna, DuplicateCheckInterval: 14401, Content: hello}},
		{"the message is empty", content(message.Content{})},
		{"the message has text and image", content(message.Content{Text: hello.Text, Image: &wire.Media{MediaId: "m"}})},
		{"text.content is empty", content(message.Content{Text: &wire.Text{}})},
		{"image.media_id is empty", content(message.Content{Image: &wire.Media{}})},
		{"voice.media_id is empty", content(message.Content{Voice: &wire.Media{}})},
		{"file.media_id is empty", content(message.Content{File: &wire.Media{}})},
		{"video.media_id is empty", content(message.Content{Video: &wire.Video{Title: "t"}})},
		{"markdown.content has 2049 bytes", content(message.Content{Markdown: &wire.Text{Content: long(683)}})},
		{"textcard.title is empty", content(message.Content{TextCard: &message.TextCard{Description: "d", Url: "u"}})},
		{"textcard.description is empty", content(message.Content{TextCard: &message.TextCard{Title: "t", Url: "u"}})},
		{"textcard.url is empty", content(message.Content{TextCard: &message.TextCard{Title: "t", Description: "d"}})},
		{"textcard.btntxt has 5", content(message.Content{TextCard: &message.TextCard{Title: "t", Description: "d", Url: "u", BtnTxt: long(5)}})},
		{"news.articles is 0", content(message.Content{News: &wire.News{}})},
		{"news.articles is 9", content(message.Content{News: &wire.News{Articles: slices.Repeat([]wire.Article{article}, 9)}})},
		{"news.articles[1].title is empty", content(message.Content{News: &wire.News{Articles: []wire.Article{article, {Url: "u"}}}})},
		{"news.articles[1].url is empty", content(message.Content{News: &wire.News{Articles: []wire.Article{article, {Title: "t"}}}})},
		{"mpnews.articles is 0", content(message.Content{MpNews: &wire.MpNews{}})},
		{"mpnews.articles is 9", content(message.Content{MpNews: &wire.MpNews{Articles: slices.Repeat([]wire.MpArticle{mp}, 9)}})},
		{"mpnews.articles[0].content is empty", content(message.Content{MpNews: &wire.MpNews{Articles: []wire.MpArticle{{Title: "t", ThumbMediaId: "m"}}}})},
		{"mpnews.articles[0].thumb_media_id", content(message.Content{MpNews: &wire.MpNews{Articles: []wire.MpArticle{{Title: "t", Content: "c"}}}})},
		{"does not take it", message.Message{ToUser: []string{message.All}, Content: notice(func(*message.MiniProgramNotice) {}).Content}},
		{"miniprogram_notice.appid", notice(func(n *message.MiniProgramNotice) { n.AppId = "" })},
		{"miniprogram_notice.title", notice(func(n *message.MiniProgramNotice) { n.Title = "" })},
		{"miniprogram_notice.page has 1025", notice(func(n *message.MiniProgramNotice) { n.Page = strings.Repeat("p", 1025) })},
		{"content_item has 11 items", notice(func(n *message.MiniProgramNotice) { n.ContentItem = make([]message.ContentItem, 11) })},
		{"content_item[9].key has 11", notice(func(n *message.MiniProgramNotice) { n.ContentItem[9].Key = long(11) })},
		{"content_item[9].value has 31", notice(func(n *message.MiniProgramNotice) { n.ContentItem[9].Value = long(31) })},
		{"template_msg.template_id is empty", template(func(m *message.TemplateMsg) { m.TemplateId = "" })},
		{"template_msg.url is empty", template(func(m *message.TemplateMsg) { m.Url = "" })},
		{"template_msg.url has 2049", template(func(m *message.TemplateMsg) { m.Url = strings.Repeat("u", 2049) })},
		{"template_msg.content_item is 6", template(func(m *message.TemplateMsg) { m.ContentItem = make([]message.ContentItem, 6) })},
		{"content_item[4].key has 21", template(func(m *message.TemplateMsg) { m.ContentItem[4].Key = long(21) })},
		{"content_item[4].value has 41", template(func(m *message.TemplateMsg) { m.ContentItem[4].Value = long(41) })},
	} {
		res, err := message.Send(api, test.m)
		require.ErrorContains(t, err, test.want)
		assert.Nil(t, res)
	}
	assert.ErrorContains(t, message.Recall(api, ""), "msgid is empty")
}
