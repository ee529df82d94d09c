package externalcontact_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/gothird/wecom/corp/externalcontact"
	"github.com/gothird/wecom/corp/internal/corptest"
	"github.com/gothird/wecom/corp/wire"
	"github.com/gothird/wecom/token"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var (
	hello   = &wire.Text{Content: "您好"}
	picture = wire.Attachment{Image: &wire.Image{PicUrl: "https://wework.qpic.cn/p.png"}}
)

// The types of attachments are set in what is sent, not in what was given.
func TestTheCallersAttachmentsStay(t *testing.T) {
	t.Parallel()
	api, asked := corptest.Script(t, `{}`, `{"msgid":"m"}`, `{"jobid":"j"}`, `{"product_id":"p"}`)
	list := []wire.Attachment{{MsgType: "x", File: &wire.Media{MediaId: "f"}}}
	require.NoError(t, externalcontact.SendWelcomeMsg(api, "code", externalcontact.Message{Text: hello, Attachments: list}))
	res, err := externalcontact.AddMsgTemplate(api, externalcontact.MassMessage{Sender: "woLin", Message: externalcontact.Message{Attachments: list}})
	require.NoError(t, err)
	assert.Equal(t, &externalcontact.MassMessageResult{MsgId: "m"}, res)
	images := []externalcontact.MomentAttachment{{MsgType: "x", Image: &wire.Media{MediaId: "i"}}}
	_, err = externalcontact.AddMomentTask(api, externalcontact.MomentTask{Attachments: images})
	require.NoError(t, err)
	pictures := []externalcontact.ProductImage{{Type: "x", Image: &wire.Media{MediaId: "i"}}}
	_, err = externalcontact.AddProductAlbum(api, externalcontact.NewProduct{Description: "茶", Attachments: pictures})
	require.NoError(t, err)
	const at = "/cgi-bin/externalcontact/"
	assert.Equal(t, []string{
		at + `send_welcome_msg {"welcome_code":"code","text":{"content":"您好"},"attachments":[{"msgtype":"file","file":{"media_id":"f"}}]}`,
		at + `add_msg_template {"sender":"woLin","attachments":[{"msgtype":"file","file":{"media_id":"f"}}]}`,
		at + `add_moment_task {"attachments":[{"msgtype":"image","image":{"media_id":"i"}}]}`,
		at + `add_product_album {"description":"茶","price":0,"attachments":[{"type":"image","image":{"media_id":"i"}}]}`,
	}, asked())
	assert.Equal(t, []string{"x", "x", "x"}, []string{list[0].MsgType, images[0].MsgType, pictures[0].Type})
}

// A welcome that another app sent before needs nothing more; nothing is sent again.
func TestAlreadyWelcomed(t *testing.T) {
	t.Parallel()
	api, asked := corptest.Script(t, `{"errcode":41051}`, `{"errcode":41096}`, "")
	m := externalcontact.Message{Text: hello}
	require.ErrorIs(t, externalcontact.SendWelcomeMsg(api, "code", m), externalcontact.ErrWelcomed)
	err := externalcontact.SendWelcomeMsg(api, "code", m)
	require.ErrorIs(t, err, token.Code(41096))
	require.NotErrorIs(t, err, externalcontact.ErrWelcomed)
	require.Error(t, externalcontact.SendWelcomeMsg(api, "code", m))
	assert.Len(t, asked(), 3)
}

// G: endpoint/checked
func TestMessagesRefusedBeforeAnyRequest(t *testing.T) {
	t.Parallel()
	api, _ := corptest.Script(t)
	link := func(l wire.Link) externalcontact.Message {
		return externalcontact.Message{Attachments: []wire.Attachment{picture, {Link: &l}}}
	}
	page := func(change func(*wire.MiniProgramPage)) externalcontact.Message {
		p := wire.MiniProgramPage{Title: "t", PicMediaId: "m", AppId: "a", Page: "p"}
		change(&p)
		return externalcontact.Message{Attachments: []wire.Attachment{{MiniProgram: &p}}}
	}
	for want, m := range map[string]externalcontact.Message{
		"text and attachments are empty":         {},
		"text.content is empty":                  {Text: &wire.Text{}},
		"text.content has 4001":                  {Text: &wire.Text{Content: strings.Repeat("x", 4001)}},
		"attachments has 10 items":               {Attachments: slices.Repeat([]wire.Attachment{picture}, 10)},
		"attachments[1] is empty":                {Attachments: []wire.Attachment{picture, {}}},
		"attachments[0] has video and file":      {Attachments: []wire.Attachment{{Video: &wire.Media{}, File: &wire.Media{}}}},
		"attachments[0].image.media_id is":       {Attachments: []wire.Attachment{{Image: &wire.Image{}}}},
		"attachments[0].video.media_id is":       {Attachments: []wire.Attachment{{Video: &wire.Media{}}}},
		"attachments[0].file.media_id is":        {Attachments: []wire.Attachment{{File: &wire.Media{}}}},
		"attachments[1].link.title is empty":     link(wire.Link{Url: "u"}),
		"attachments[1].link.title has 129":      link(wire.Link{Title: strings.Repeat("x", 129), Url: "u"}),
		"attachments[1].link.desc has 513":       link(wire.Link{Title: "t", Desc: strings.Repeat("x", 513), Url: "u"}),
		"attachments[1].link.url is empty":       link(wire.Link{Title: "t"}),
		"attachments[0].miniprogram.title is":    page(func(p *wire.MiniProgramPage) { p.Title = "" }),
		"attachments[0].miniprogram.title has":   page(func(p *wire.MiniProgramPage) { p.Title = strings.Repeat("x", 65) }),
		"attachments[0].miniprogram.pic_media":   page(func(p *wire.MiniProgramPage) { p.PicMediaId = "" }),
		"attachments[0].miniprogram.appid is":    page(func(p *wire.MiniProgramPage) { p.AppId = "" }),
		"attachments[0].miniprogram.page is emp": page(func(p *wire.MiniProgramPage) { p.Page = "" }),
	} {
		require.ErrorContains(t, externalcontact.SendWelcomeMsg(api, "code", m), want)
		require.ErrorContains(t, failure(externalcontact.AddMsgTemplate(api, externalcontact.MassMessage{Sender: "woLin", Message: m})), want)
	}
	assert.ErrorContains(t, externalcontact.SendWelcomeMsg(api, "", externalcontact.Message{Text: hello}), "welcome_code is empty")
}

// G: endpoint/checked
func TestMassMessagesRefusedBeforeAnyRequest(t *testing.T) {
	t.Parallel()
	api, _ := corptest.Script(t)
	tags := func(lists ...externalcontact.MassTags) externalcontact.MassMessage {
		return externalcontact.MassMessage{TagFilter: &externalcontact.MassTagFilter{GroupList: lists}}
	}
	some := externalcontact.MassTags{TagList: someIds(100)}
	for want, m := range map[string]externalcontact.MassMessage{
		"sender, external_userid and tag_filter": {ChatType: externalcontact.ToCustomers},
		"chat_type must be single or group":      {ChatType: "all", Sender: "woLin"},
		"of chat_type group only":                {Sender: "woLin", ChatIdList: someIds(1)},
		"external_userid has 10001":              {ExternalUserId: someIds(10_001)},
		"sender is empty":                        {ChatType: externalcontact.ToGroups, ChatIdList: someIds(1)},
		"it takes no external_userid":            {ChatType: externalcontact.ToGroups, Sender: "woLin", ExternalUserId: someIds(1)},
		"tag_filter or allow_select":             {ChatType: externalcontact.ToGroups, Sender: "woLin", AllowSelect: true},
		"chat_id_list has 2001":                  {ChatType: externalcontact.ToGroups, Sender: "woLin", ChatIdList: someIds(2001)},
		"number of tag_filter.group_list is 0":   tags(),
		"group_list[1]: tag_list is empty":       tags(some, externalcontact.MassTags{}),
		"group_list[1]: tag_list has 101":        tags(some, externalcontact.MassTags{TagList: someIds(101)}),
	} {
		m.Text = hello
		assert.ErrorContains(t, failure(externalcontact.AddMsgTemplate(api, m)), want)
	}
	m := tags(some)
	m.ChatType, m.Sender, m.Text = externalcontact.ToGroups, "woLin", hello
	require.ErrorContains(t, failure(externalcontact.AddMsgTemplate(api, m)), "it takes no external_userid, tag_filter")
	long := strings.Repeat("u", 2049)
	for want, link := range map[string]wire.Link{"attachments[1]: link.url has 2049": {Title: "t", Url: long}, "attachments[1]: link.picurl has 2049": {Title: "t", Url: "u", PicUrl: long}} {
		m := externalcontact.Message{Attachments: []wire.Attachment{picture, {Link: &link}}}
		assert.ErrorContains(t, failure(externalcontact.AddMsgTemplate(api, externalcontact.MassMessage{Sender: "woLin", Message: m})), want)
	}

	q := externalcontact.GroupMsgQuery{ChatType: "all", StartTime: 1, EndTime: 1}
	require.ErrorContains(t, failure(externalcontact.GetGroupMsgListV2(api, q, "", 0)), "chat_type must be")
	q.ChatType, q.FilterType = externalcontact.ToCustomers, new(int)
	*q.FilterType = 3
	require.ErrorContains(t, failure(externalcontact.GetGroupMsgListV2(api, q, "", 0)), "filter_type is 3")
	q.FilterType, q.EndTime = nil, 2+31*24*60*60
	require.ErrorContains(t, failure(externalcontact.GetGroupMsgListV2(api, q, "", 0)), "at most 2678400")
	require.ErrorContains(t, failure(externalcontact.GetGroupMsgTask(api, "", "", 0)), "msgid is empty")
	require.ErrorContains(t, failure(externalcontact.GetGroupMsgSendResult(api, "", "u", "", 0)), "msgid is empty")
	require.ErrorContains(t, failure(externalcontact.GetGroupMsgSendResult(api, "m", "", "", 0)), "userid is empty")
	require.ErrorContains(t, externalcontact.RemindGroupMsgSend(api, ""), "msgid is empty")
	require.ErrorContains(t, externalcontact.CancelGroupMsgSend(api, ""), "msgid is empty")
}

// G: endpoint/checked
func TestLegalMessagesAreSent(t *testing.T) {
	t.Parallel()
	api := corptest.Canned(func(string, []byte) string { return `{"msgid":"m","fail_list":["wmX"]}` })
	most := externalcontact.Message{Text: &wire.Text{Content: strings.Repeat("x", 4000)}, Attachments: slices.Repeat([]wire.Attachment{picture}, 8)}
	most.Attachments = append(most.Attachments, wire.Attachment{Link: &wire.Link{Title: strings.Repeat("x", 128), Desc: strings.Repeat("x", 512), Url: strings.Repeat("u", 2048), PicUrl: strings.Repeat("u", 2048)}})
	require.NoError(t, externalcontact.SendWelcomeMsg(api, "code", most))
	for _, m := range []externalcontact.MassMessage{
		{ExternalUserId: someIds(10_000), AllowSelect: true},
		{ChatType: externalcontact.ToCustomers, TagFilter: &externalcontact.MassTagFilter{GroupList: []externalcontact.MassTags{{TagList: someIds(100)}}}},
		{ChatType: externalcontact.ToGroups, Sender: "woLin", ChatIdList: someIds(2000)},
		{ChatType: externalcontact.ToGroups, Sender: "woLin"},
	} {
		m.Message = most
		res, err := externalcontact.AddMsgTemplate(api, m)
		require.NoError(t, err)
		assert.Equal(t, &externalcontact.MassMessageResult{MsgId: "m", FailList: []string{"wmX"}}, res)
	}
}

// Old answers have 1 where new ones have 2, and a time that is none.
func TestGroupMsgsAsTheyCome(t *testing.T) {
	t.Parallel()
	api, _ := corptest.Script(t, `{"task_list":[{"userid":"a","status":0},{"userid":"b","status":1},{"userid":"c","status":"2","send_time":"1767240000"}]}`,
		`{"group_msg_list":[{"msgid":"m","create_time":"xxxx","text":{"content":"好"},"attachments":[{"msgtype":"image","image":{"pic_url":"u"}}]}]}`)
	page, err := externalcontact.GetGroupMsgTask(api, "m", "", 0)
	require.NoError(t, err)
	var sent []bool
	for _, task := range page.TaskList {
		sent = append(sent, task.Sent())
	}
	assert.Equal(t, []bool{false, true, true}, sent)
	assert.Equal(t, int64(1767240000), page.TaskList[2].SendTime)
	msgs, err := externalcontact.GetGroupMsgListV2(api, externalcontact.GroupMsgQuery{ChatType: externalcontact.ToCustomers, StartTime: 1, EndTime: 1}, "", 0)
	require.NoError(t, err)
	require.Len(t, msgs.GroupMsgList, 1)
	assert.Equal(t, externalcontact.GroupMsg{MsgId: "m", Message: externalcontact.Message{
		Text: &wire.Text{Content: "好"}, Attachments: []wire.Attachment{{MsgType: "image", Image: &wire.Image{PicUrl: "u"}}}}}, msgs.GroupMsgList[0])
}
