package messages

import (
	"strings"
	"testing"
	"time"

	"github.com/gothird/wecom/internal/fakewecom/faketest"
	"github.com/gothird/wecom/internal/fakewecom/platform"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestMessagesReachMembers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	out := w.sentOut(w.text(obj{"touser": "woAnna|woNobody|woCy|WOANNA|wonobody"}))
	assert.Equal(t, "wonobody|wocy", out["invaliduser"])
	assert.NotEmpty(t, out["msgid"])
	assert.Nil(t, out["response_code"])
	assert.Equal(t, []int{1, 0, 0}, w.counts("woAnna", "woBo", "woCy"))
	for want, in := range map[int]obj{
		81012:                 w.text(nil),
		81013:                 w.text(obj{"touser": "woNobody|woCy"}),
		platform.CodeBadParam: w.text(obj{"touser": "woAnna", "msgtype": "image"}),
		40032:                 w.text(obj{"touser": strings.Repeat("a|", maxUsers+1)}),
		82002:                 w.text(obj{"toparty": strings.Repeat("1|", maxParties+1)}),
		82003:                 w.text(obj{"totag": strings.Repeat("1|", maxTags+1)}),
		40056:                 w.text(obj{"touser": "woAnna", "agentid": 7}),
	} {
		assert.Equal(t, want, w.code(in), "%d", want)
	}
	assert.Equal(t, []int{1}, w.counts("woAnna"))
}

// Whoever is named twice, in whatever way, gets a message once.
func TestDepartmentsAndTagsAsReceivers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.departments[2], w.departments[5], w.tags[7] = []string{"woAnna", "woBo"}, nil, []string{"woBo"}
	out := w.sentOut(w.text(obj{"touser": "woAnna", "toparty": "2|3|x|3", "totag": "7|8"}))
	assert.Equal(t, []string{"woAnna", "woBo"}, w.messaged)
	assert.Equal(t, []any{"", "3|x", "8"}, []any{out["invaliduser"], out["invalidparty"], out["invalidtag"]})
	assert.Equal(t, []int{1, 1}, w.counts("woAnna", "woBo"))
	w.sentOut(w.text(obj{"totag": "7"}))
	assert.Equal(t, []int{1, 2}, w.counts("woAnna", "woBo"))
	w.sentOut(w.text(obj{"toparty": "5"}))
	assert.Equal(t, []int{1, 2}, w.counts("woAnna", "woBo"), "nobody is in it")
	assert.Equal(t, 81013, w.code(w.text(obj{"toparty": "3", "totag": "8", "touser": "woNobody"})))
	out = w.sentOut(w.text(obj{"touser": "@all", "toparty": "3", "totag": "8"}))
	assert.Equal(t, []any{"", ""}, []any{out["invalidparty"], out["invalidtag"]}, "they are ignored")
	assert.Equal(t, []int{2, 3, 0}, w.counts("woAnna", "woBo", "woCy"))
}

// An app that members have authorised names them one by one.
func TestReceiversOfMemberMode(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.departments[2] = []string{"woAnna"}
	_, err := w.Install(t.Context(), faketest.Suite, faketest.Corp, platform.InstallOptions{MemberMode: true, FromProviderSite: true})
	require.NoError(t, err)
	for _, to := range []obj{{"touser": "@all"}, {"toparty": "2"}, {"totag": "1", "touser": "woAnna"}} {
		assert.Equal(t, 60208, w.code(w.text(to)))
	}
	assert.Zero(t, w.code(w.text(obj{"touser": "woAnna"})))
}

// Who has no account is named, and gets nothing.
func TestUnlicensedUsers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.without = []string{"woBo"}
	out := w.sentOut(w.text(obj{"touser": "woBo|woAnna|woCy"}))
	assert.Equal(t, []any{"wobo", "wocy"}, []any{out["unlicenseduser"], out["invaliduser"]})
	assert.Equal(t, []string{"woBo", "woAnna"}, w.messaged)
	assert.Equal(t, []int{1, 0}, w.counts("woAnna", "woBo"))
	assert.Equal(t, "wobo", w.sentOut(w.text(obj{"touser": "woBo"}))["unlicenseduser"])
}

// An agentid is that of the app.
func TestAgentIdOfMessages(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.AuthCode(faketest.Template)
	other := w.Installed(faketest.Template, faketest.Corp).AgentId
	assert.Equal(t, 301002, w.code(w.text(obj{"touser": "woAnna", "agentid": other})))
	assert.Zero(t, w.code(w.text(obj{"touser": "woAnna"})))
}

// What an app asks to be held back reaches nobody for a time, if it is all the same.
func TestRepeatedMessages(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	read := func(after time.Duration, text string, check, interval int) int {
		w.Advance(after)
		out := w.sentOut(w.text(obj{"text": obj{"content": text}, "touser": "woAnna", "enable_duplicate_check": check, "duplicate_check_interval": interval}))
		assert.NotEmpty(t, out["msgid"])
		return len(w.MessagesTo("woAnna"))
	}
	assert.Equal(t, 1, read(0, "a", 1, 0))
	assert.Equal(t, 1, read(29*time.Minute, "a", 1, 0))
	assert.Equal(t, 2, read(0, "b", 1, 0), "another text")
	assert.Equal(t, 3, read(time.Minute, "a", 1, 0), "half an hour after the one that was read")
	assert.Equal(t, 4, read(0, "c", 0, 0))
	assert.Equal(t, 5, read(0, "c", 0, 0), "nothing was asked for")
	assert.Equal(t, 6, read(0, "d", 1, 60))
	assert.Equal(t, 6, read(59*time.Second, "d", 1, 60))
	assert.Equal(t, 7, read(time.Second, "d", 1, 60))
	assert.Equal(t, platform.CodeBadParam, w.code(w.text(obj{"touser": "woAnna", "duplicate_check_interval": 4*3600 + 1})))
}

// Files are there, and of the kind that the message is of.
func TestFilesOfMessages(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.files["3image"], w.files["3file"] = "image", "file"
	send := func(kind, field, id string) int {
		content := obj{field: id}
		if kind == "mpnews" {
			content = obj{"articles": []any{obj{"title": "t", "content": "c", field: id}}}
		}
		return w.code(w.text(obj{"touser": "woAnna", "msgtype": kind, kind: content}))
	}
	assert.Zero(t, send("image", "media_id", "3image"))
	assert.Zero(t, send("file", "media_id", "3file"))
	assert.Zero(t, send("mpnews", "thumb_media_id", "3image"))
	for kind, field := range map[string]string{"image": "media_id", "voice": "media_id", "video": "media_id", "mpnews": "thumb_media_id"} {
		assert.Equal(t, 40007, send(kind, field, "3file"), kind)
	}
	assert.Equal(t, 40007, send("file", "media_id", "3none"))
}

// What is too long is cut, or refused.
func TestLengthsOfMessages(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.files["3v"] = "video"
	shown := func(kind string, content obj) obj {
		w.sentOut(w.text(obj{"touser": "woAnna", "msgtype": kind, kind: content}))
		return w.last("woAnna")
	}
	assert.Equal(t, strings.Repeat("好", 682), shown("text", obj{"content": strings.Repeat("好", 683)})["content"])
	assert.Equal(t, strings.Repeat("好", 682), shown("text", obj{"content": strings.Repeat("好", 682)})["content"])
	card := shown("textcard", obj{"url": "https://a", "title": strings.Repeat("好", 129), "description": strings.Repeat("好", 513)})
	assert.Equal(t, []any{strings.Repeat("好", 128), strings.Repeat("好", 512)}, []any{card["title"], card["description"]})
	video := shown("video", obj{"media_id": "3v", "title": strings.Repeat("a", 129), "description": strings.Repeat("a", 513)})
	assert.Equal(t, []any{strings.Repeat("a", 128), strings.Repeat("a", 512)}, []any{video["title"], video["description"]})

	article := obj{"title": "t", "url": "https://a"}
	nine := []any{article, article, article, article, article, article, article, article, article}
	assert.Equal(t, 45008, w.code(w.text(obj{"touser": "woAnna", "msgtype": "news", "news": obj{"articles": nine}})))
	assert.Zero(t, w.code(w.text(obj{"touser": "woAnna", "msgtype": "news", "news": obj{"articles": nine[:8]}})))
	assert.Equal(t, platform.CodeBadParam, w.code(w.text(obj{"touser": "@all", "msgtype": "miniprogram_notice", "miniprogram_notice": obj{"appid": "a", "title": "标题标题"}})))
}
