package kf

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/fakewecom/faketest"
	"github.com/gothird/wecom/internal/fakewecom/platform"
)

// said are the texts of messages, and the types of events.
func said(msgs []obj) (list []string) {
	for _, m := range msgs {
		what, _ := m["text"].(obj)
		event, _ := m["event"].(obj)
		list = append(list, text(what, "content")+text(event, "event_type"))
	}
	return list
}

// Each message and each event pushes kf_msg_or_event to the apps that manage the account.
func TestMessagesArePushed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.writes(ann(), "Are you open?")
	pushes := w.Pushes()[1:] // the first said that there is an account
	require.Len(t, pushes, 2, "he entered, and wrote")
	p := pushes[1]
	assert.Equal(t, []string{"/data/" + faketest.Corp, faketest.Corp}, []string{p.Path, p.Receive})
	token := faketest.Between(p.Payload, "<Token><![CDATA[", "]]>")
	assert.Equal(t, "<xml><ToUserName><![CDATA["+faketest.Corp+"]]></ToUserName><CreateTime>1760000000</CreateTime><MsgType><![CDATA[event]]></MsgType>"+
		"<Event><![CDATA[kf_msg_or_event]]></Event><Token><![CDATA["+token+"]]></Token><OpenKfId><![CDATA["+w.account+"]]></OpenKfId></xml>", p.Payload)

	msgs, _, more := w.read(obj{"token": token, "voice_format": 1})
	assert.Zero(t, more)
	assert.Equal(t, []string{"enter_session", "Are you open?"}, said(msgs))
	assert.Equal(t, obj{"msgid": id, "open_kfid": w.account, "external_userid": "wmAnn", "send_time": 1_760_000_000.0, "origin": 3.0,
		"msgtype": "text", "text": obj{"content": "Are you open?"}}, msgs[1])

	w.open("Shop", faketest.Template) // has no 数据回调URL
	require.NoError(t, w.AddSuite(platform.Suite{Id: faketest.Template, Secret: "template-secret", Template: true,
		Command: platform.Callback{URL: w.Hook.URL + "/template", Token: faketest.Token, EncodingAESKey: faketest.Key}, DataURL: w.Hook.URL + "/own"}))
	w.writes(ann(), "Hello?")
	pushes = w.Pushes()[3:]
	require.Len(t, pushes, 2)
	assert.Equal(t, []string{"/own", "/data/" + faketest.Corp}, []string{pushes[0].Path, pushes[1].Path}, "a customised app hears the same")
	assert.NotEqual(t, faketest.Between(pushes[0].Payload, "<Token>", "</Token>"), faketest.Between(pushes[1].Payload, "<Token>", "</Token>"))
}

func TestTokensOfEventsLastTenMinutes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.writes(ann(), "one")
	token := faketest.Between(w.LastPush().Payload, "<Token><![CDATA[", "]]>")
	read := func(token string) int { return w.code("sync_msg", obj{"open_kfid": w.account, "token": token}) }
	for range 30 {
		require.Zero(t, read(token), "as often as one likes")
	}
	assert.Equal(t, codeBadToken, read("ENCother"))
	other := w.open("Other", faketest.Suite)
	assert.Equal(t, codeBadToken, w.code("sync_msg", obj{"open_kfid": other, "token": token}), "of another account")
	w.open("Shop", faketest.Template)
	assert.Equal(t, codeBadToken, faketest.Errcode(w.askAs(faketest.Template, "sync_msg", obj{"open_kfid": w.account, "token": token})), "of another app")
	w.Clock.Add(tokenLife - time.Second)
	assert.Zero(t, read(token))
	w.Clock.Add(time.Second)
	assert.Equal(t, codeBadToken, read(token))
}

func TestReadsWithoutATokenAreSeldom(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	read := func(account string) int { return w.code("sync_msg", obj{"open_kfid": account}) }
	for range tokenlessPerMinute {
		require.Zero(t, read(w.account))
	}
	assert.Equal(t, codeTooOften, read(w.account))
	assert.Zero(t, read(w.open("Other", faketest.Suite)), "each account for itself")
	w.Clock.Add(time.Minute)
	assert.Zero(t, read(w.account))
}

func TestCursorsLeadOn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, text := range []string{"1", "2", "3", "4"} {
		w.writes(ann(), text)
	}
	msgs, next, more := w.read(obj{"limit": 3})
	assert.Equal(t, []string{"enter_session", "1", "2"}, said(msgs))
	assert.Equal(t, 1, more)
	msgs, last, more := w.read(obj{"limit": 3, "cursor": next})
	assert.Equal(t, []string{"3", "4"}, said(msgs))
	assert.Zero(t, more)
	msgs, same, more := w.read(obj{"cursor": last})
	assert.Empty(t, msgs)
	assert.Equal(t, last, same)
	assert.Zero(t, more)
	w.writes(ann(), "5")
	msgs, _, _ = w.read(obj{"cursor": last})
	assert.Equal(t, []string{"5"}, said(msgs))
	msgs, _, _ = w.read(obj{"cursor": next})
	assert.Equal(t, []string{"3", "4", "5"}, said(msgs), "a cursor stays good")

	assert.LessOrEqual(t, len(next), 64)
	for _, cursor := range []string{"x", next + "A", "!"} {
		assert.Equal(t, codeBadCursor, w.code("sync_msg", obj{"open_kfid": w.account, "cursor": cursor}), cursor)
	}
	assert.Equal(t, codeBadCursor, w.code("sync_msg", obj{"open_kfid": w.open("Other", faketest.Suite), "cursor": next}))
	for _, in := range []obj{{"limit": 1001}, {"limit": -1}, {"voice_format": 2}, {"voice_format": -1}} {
		in["open_kfid"] = w.account
		assert.Equal(t, 40058, w.code("sync_msg", in), "%v", in)
	}
}

// What is older than three days does not come. Who comes from further back with a cursor gets
// pages that are empty although there are more.
func TestMessagesAreKeptThreeDays(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.writes(ann(), "old")
	_, start, _ := w.read(obj{"limit": 1})
	for range 5 {
		w.writes(ann(), "old")
	}
	w.Clock.Add(time.Hour)
	w.writes(ann(), "new")
	w.Clock.Add(kept - time.Hour)
	msgs, _, _ := w.read(nil)
	assert.Len(t, msgs, 8)
	w.Clock.Add(time.Second)
	msgs, _, _ = w.read(nil)
	assert.Equal(t, []string{"new"}, said(msgs))
	msgs, next, more := w.read(obj{"cursor": start, "limit": 3})
	assert.Empty(t, msgs)
	assert.Equal(t, 1, more)
	msgs, next, more = w.read(obj{"cursor": next, "limit": 3})
	assert.Empty(t, msgs)
	assert.Equal(t, 1, more)
	msgs, _, more = w.read(obj{"cursor": next, "limit": 3})
	assert.Equal(t, []string{"new"}, said(msgs))
	assert.Zero(t, more)
}

// The same seed and the same steps bring the same ids, tokens and cursors.
func TestTheSameAgain(t *testing.T) {
	t.Parallel()
	story := func() string {
		w := newWorld(t)
		w.writes(ann(), "one")
		out := w.ask("sync_msg", obj{"open_kfid": w.account})
		code := text(w.move(statePool, ""), "msg_code")
		return strings.Join([]string{w.account, w.LastPush().Payload, text(out, "next_cursor"), text(faketest.List(out, "msg_list")[0], "msgid"), code}, "\n")
	}
	assert.Equal(t, story(), story())
}
