package externalcontact_test

import (
	"errors"
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

// G: endpoint/checked
func TestGroupWelcomesRefusedBeforeAnyRequest(t *testing.T) {
	t.Parallel()
	api, _ := corptest.Script(t)
	file := &wire.Media{MediaId: "m"}
	for want, w := range map[string]externalcontact.GroupWelcome{
		"the welcome message is empty":           {},
		"the welcome message has video and file": {Text: hello, Video: file, File: file},
		"text.content is empty":                  {Text: &wire.Text{}},
		"text.content has 3001":                  {Text: &wire.Text{Content: strings.Repeat("x", 3001)}},
		"wecom: image.media_id is empty":         {Image: &wire.Image{}},
		"wecom: link.url is empty":               {Link: &wire.Link{Title: "t"}},
		"wecom: miniprogram.appid is empty":      {MiniProgram: &wire.MiniProgramPage{Title: "t", PicMediaId: "m", Page: "p"}},
		"wecom: video.media_id is empty":         {Video: &wire.Media{}},
		"wecom: file.media_id is empty":          {File: &wire.Media{}},
	} {
		require.ErrorContains(t, failure(externalcontact.GroupWelcomeTemplateAdd(api, w, true)), want)
		require.ErrorContains(t, externalcontact.GroupWelcomeTemplateEdit(api, "t", w), want)
	}
	require.ErrorContains(t, externalcontact.GroupWelcomeTemplateEdit(api, "", externalcontact.GroupWelcome{Text: hello}), "template_id is empty")
	require.ErrorContains(t, failure(externalcontact.GroupWelcomeTemplateGet(api, "")), "template_id is empty")
	require.ErrorContains(t, externalcontact.GroupWelcomeTemplateDel(api, "", 0), "template_id is empty")
}

// Whether owners are told is always said; an agentid is not asked for.
// G: endpoint/zeros
func TestGroupWelcomes(t *testing.T) {
	t.Parallel()
	api, asked := corptest.Script(t, `{"template_id":"t"}`, `{"template_id":"t"}`, `{}`, `{}`, `{"errcode":41055,"template_id":"t"}`)
	w := externalcontact.GroupWelcome{Text: &wire.Text{Content: strings.Repeat("x", 3000)}}
	id, err := externalcontact.GroupWelcomeTemplateAdd(api, externalcontact.GroupWelcome{Text: hello}, false)
	require.NoError(t, err)
	assert.Equal(t, "t", id)
	_, err = externalcontact.GroupWelcomeTemplateAdd(api, w, true)
	require.NoError(t, err)
	require.NoError(t, externalcontact.GroupWelcomeTemplateEdit(api, "t", externalcontact.GroupWelcome{Video: &wire.Media{MediaId: "v"}, AgentId: 7}))
	require.NoError(t, externalcontact.GroupWelcomeTemplateDel(api, "t", 0))
	const at = "/cgi-bin/externalcontact/group_welcome_template/"
	assert.Equal(t, at+`add {"text":{"content":"您好"},"notify":0}`, asked()[0])
	assert.True(t, strings.HasSuffix(asked()[1], `"notify":1}`))
	assert.Equal(t, []string{at + `edit {"template_id":"t","video":{"media_id":"v"},"agentid":7}`, at + `del {"template_id":"t"}`}, asked()[2:])

	id, err = externalcontact.GroupWelcomeTemplateAdd(api, w, true)
	require.ErrorIs(t, err, token.Code(41055))
	assert.Empty(t, id)
}

// notice is a legal notice that change makes another.
func notice(change func(n *externalcontact.SchoolNotice)) externalcontact.SchoolNotice {
	n := externalcontact.SchoolNotice{ToParentUserId: []string{"woAnna"}, Text: hello}
	change(&n)
	return n
}

// G: endpoint/reached
func TestSchoolNotices(t *testing.T) {
	t.Parallel()
	api, asked := corptest.Script(t, `{}`, `{"invalid_parent_userid":["woBo"],"invalid_party":[7,"8"]}`,
		`{"errcode":81013,"invalid_student_userid":["woCy"]}`, `{"errcode":81013}`)
	require.NoError(t, externalcontact.MessageSend(api, externalcontact.SchoolNotice{ToAll: 1, RecvScope: externalcontact.ScopeBoth, Text: hello}))
	assert.Equal(t, `/cgi-bin/externalcontact/message/send {"msgtype":"text","recv_scope":2,"toall":1,"text":{"content":"您好"},"agentid":1000012}`, asked()[0])

	some := notice(func(n *externalcontact.SchoolNotice) { n.AgentId = 7 })
	err := externalcontact.MessageSend(api, some)
	var missed *externalcontact.NotReached
	require.ErrorAs(t, err, &missed)
	assert.Equal(t, &externalcontact.NotReached{InvalidParentUserId: []string{"woBo"}, InvalidParty: []string{"7", "8"}}, missed)
	require.EqualError(t, err, `wecom: the notice did not reach parents ["woBo"], students [], departments ["7" "8"], external users []`)
	assert.Contains(t, asked()[1], `"agentid":7`)

	err = externalcontact.MessageSend(api, some)
	require.ErrorAs(t, err, &missed)
	require.ErrorIs(t, err, token.Code(81013))
	assert.Contains(t, err.Error(), "81013")
	assert.Equal(t, []string{"woCy"}, missed.InvalidStudentUserId)

	err = externalcontact.MessageSend(api, some)
	require.ErrorIs(t, err, token.Code(81013))
	assert.False(t, errors.As(err, &missed))

	require.NoError(t, api.RemoveInstallation())
	require.ErrorIs(t, externalcontact.MessageSend(api, notice(func(*externalcontact.SchoolNotice) {})), token.ErrNotInstalled)
}

// G: endpoint/checked
func TestSchoolNoticesRefusedBeforeAnyRequest(t *testing.T) {
	t.Parallel()
	api, _ := corptest.Script(t)
	for want, change := range map[string]func(n *externalcontact.SchoolNotice){
		"toall is 0":                      func(n *externalcontact.SchoolNotice) { n.ToParentUserId = nil },
		"toall is 2":                      func(n *externalcontact.SchoolNotice) { n.ToAll = 2 },
		"recv_scope is 3":                 func(n *externalcontact.SchoolNotice) { n.RecvScope = 3 },
		"to_parent_userid has 1001":       func(n *externalcontact.SchoolNotice) { n.ToParentUserId = someIds(1001) },
		"to_student_userid has 1001":      func(n *externalcontact.SchoolNotice) { n.ToStudentUserId = someIds(1001) },
		"to_external_user has 1001":       func(n *externalcontact.SchoolNotice) { n.ToExternalUser = someIds(1001) },
		"to_party has 101":                func(n *externalcontact.SchoolNotice) { n.ToParty = someIds(101) },
		"enable_id_trans is 2":            func(n *externalcontact.SchoolNotice) { n.EnableIdTrans = 2 },
		"enable_duplicate_check is -1":    func(n *externalcontact.SchoolNotice) { n.EnableDuplicateCheck = -1 },
		"duplicate_check_interval is 144": func(n *externalcontact.SchoolNotice) { n.DuplicateCheckInterval = 14401 },
		"the notice is empty":             func(n *externalcontact.SchoolNotice) { n.Text = nil },
		"the notice has text and news":    func(n *externalcontact.SchoolNotice) { n.News = &wire.News{} },
		"text.content has 2049":           func(n *externalcontact.SchoolNotice) { n.Text = &wire.Text{Content: strings.Repeat("x", 2049)} },
		"image.media_id is empty":         func(n *externalcontact.SchoolNotice) { n.Text, n.Image = nil, &wire.Media{} },
		"voice.media_id is empty":         func(n *externalcontact.SchoolNotice) { n.Text, n.Voice = nil, &wire.Media{} },
		"video.media_id is empty":         func(n *externalcontact.SchoolNotice) { n.Text, n.Video = nil, &wire.Video{} },
		"file.media_id is empty":          func(n *externalcontact.SchoolNotice) { n.Text, n.File = nil, &wire.Media{} },
		"number of news.articles is 0":    func(n *externalcontact.SchoolNotice) { n.Text, n.News = nil, &wire.News{} },
		"number of mpnews.articles is 0":  func(n *externalcontact.SchoolNotice) { n.Text, n.MpNews = nil, &wire.MpNews{} },
		"miniprogram.appid is empty":      func(n *externalcontact.SchoolNotice) { n.Text, n.MiniProgram = nil, &wire.MiniProgram{} },
	} {
		assert.ErrorContains(t, externalcontact.MessageSend(api, notice(change)), want)
	}
	for _, mode := range []int{0, 3} {
		assert.ErrorContains(t, externalcontact.SetSubscribeMode(api, mode), "subscribe_mode is")
	}

	api = corptest.Canned(func(string, []byte) string { return `{}` })
	require.NoError(t, externalcontact.MessageSend(api, notice(func(n *externalcontact.SchoolNotice) {
		n.ToParentUserId, n.ToStudentUserId, n.ToParty, n.DuplicateCheckInterval = someIds(1000), someIds(1000), someIds(100), 14400
		n.Text = &wire.Text{Content: strings.Repeat("x", 2048)}
	})))
	require.NoError(t, externalcontact.MessageSend(api, externalcontact.SchoolNotice{ToExternalUser: someIds(1000), MpNews: &wire.MpNews{
		Articles: slices.Repeat([]wire.MpArticle{{Title: "t", ThumbMediaId: "m", Content: "c"}}, 8)}}))
}
