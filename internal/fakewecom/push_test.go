package fakewecom

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/spec"
	"github.com/gothird/wecom/internal/wecrypt"
)

func TestPushTicket(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	require.NoError(t, w.PushTicket(t.Context(), testSuite))
	p := w.lastPush()
	assert.Equal(t, "/command", p.Path)
	assert.Equal(t, testSuite, p.Receive)
	assert.True(t, strings.HasPrefix(p.Envelope, "<xml><ToUserName><![CDATA["+testSuite+"]]></ToUserName><Encrypt>"))
	assert.Contains(t, p.Envelope, "<AgentID><![CDATA[]]></AgentID>")
	ticket := between(p.Payload, "<SuiteTicket><![CDATA[", "]]>")
	out := w.call("get_suite_token", obj{"suite_id": testSuite, "suite_secret": "suite-secret", "suite_ticket": ticket})
	assert.Zero(t, errcode(out))
	require.Error(t, w.PushTicket(t.Context(), "ww404"))
}

func TestPushAnswers(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	rows := []struct {
		status   int
		answer   string
		toApp    bool
		toTenant bool
	}{
		{200, "success", true, true},
		{200, "success\n", false, true},
		{200, "", false, true},
		{500, "success", false, false},
		{204, "", false, false},
	}
	for _, row := range rows {
		w.mu.Lock()
		w.status, w.answer = row.status, row.answer
		w.mu.Unlock()
		d, err := w.Push(t.Context(), Target{Channel: spec.ChannelInstruction, SuiteId: testSuite}, []byte("<xml></xml>"))
		assert.Equal(t, row.toApp, err == nil, "%+v", row)
		assert.Equal(t, row.toApp, d.Accepted())
		assert.Equal(t, row.status, d.Status)
		assert.Positive(t, d.Duration)
		_, err = w.Push(t.Context(), Target{Channel: spec.ChannelData, SuiteId: testSuite, CorpId: testCorp}, []byte("<xml></xml>"))
		assert.Equal(t, row.toTenant, err == nil, "%+v", row)
	}
}

func TestPushTargets(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	_, err := w.Install(t.Context(), testSuite, testCorp, InstallOptions{FromProviderSite: true, AgentId: 1000009})
	require.NoError(t, err)
	rows := []struct {
		target        Target
		path, receive string
		agent         string
	}{
		{Target{Channel: spec.ChannelInstruction, SuiteId: testSuite}, "/command", testSuite, ""},
		{Target{Channel: spec.ChannelTemplate, SuiteId: testTemplate}, "/template", testTemplate, ""},
		{Target{Channel: spec.ChannelData, SuiteId: testSuite, CorpId: testCorp}, "/data/" + testCorp, testCorp, "1000009"},
		{Target{Channel: spec.ChannelSystem}, "/system", testProvider, ""},
		{Target{Channel: spec.ChannelSystem, CorpId: testProvider}, "/system", testProvider, ""},
	}
	for _, row := range rows {
		_, err := w.Push(t.Context(), row.target, []byte("<xml>é</xml>"))
		require.NoError(t, err)
		p := w.lastPush()
		assert.Equal(t, row.path, p.Path)
		assert.Equal(t, row.receive, p.Receive)
		assert.Equal(t, "<xml>é</xml>", p.Payload)
		assert.Contains(t, p.Envelope, "<ToUserName><![CDATA["+row.receive+"]]>")
		assert.Contains(t, p.Envelope, "<AgentID><![CDATA["+row.agent+"]]>")
	}
	assert.Equal(t, "1", w.pushes[2].Query.Get("x"), "the URL's own query stays")

	for _, bad := range []Target{
		{Channel: spec.ChannelInstruction, SuiteId: "ww404"},
		{Channel: spec.ChannelData, SuiteId: testTemplate, CorpId: testCorp}, // has no data URL
		{Channel: spec.ChannelSystem, CorpId: "wwnobody"},
		{Channel: "command", SuiteId: testSuite},
	} {
		_, err := w.Push(t.Context(), bad, nil)
		assert.Error(t, err)
		_, err = w.CheckURL(t.Context(), bad)
		assert.Error(t, err)
	}
}

func TestCheckURL(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	rows := []struct {
		target Target
		path   string
	}{
		{Target{Channel: spec.ChannelInstruction, SuiteId: testSuite}, "/command"},
		{Target{Channel: spec.ChannelTemplate, SuiteId: testTemplate}, "/template"},
		{Target{Channel: spec.ChannelData, SuiteId: testSuite}, "/data/" + testProvider},
		{Target{Channel: spec.ChannelSystem}, "/system"},
	}
	for _, row := range rows {
		d, err := w.CheckURL(t.Context(), row.target)
		require.NoError(t, err)
		p := w.lastPush()
		assert.Equal(t, row.path, p.Path)
		assert.Equal(t, testProvider, p.Receive, "checked with the provider's corpid")
		assert.Regexp(t, `^[1-9]{19}$`, p.Payload)
		assert.Equal(t, p.Payload, d.Body)
	}
	w.hook.Config.Handler = http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) { _, _ = rw.Write([]byte("success")) })
	_, err := w.CheckURL(t.Context(), rows[0].target)
	assert.ErrorContains(t, err, "the URL check wants")
}

func TestRedeliver(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	w.answer = "no"
	d, err := w.Push(t.Context(), Target{Channel: spec.ChannelInstruction, SuiteId: testSuite}, []byte("<xml>1</xml>"))
	require.Error(t, err)
	first := w.lastPush()
	w.mu.Lock()
	w.answer = "success"
	w.mu.Unlock()
	again, err := w.Redeliver(t.Context(), d.Id)
	require.NoError(t, err)
	assert.Equal(t, d.Id, again.Id)
	assert.Equal(t, first, w.lastPush(), "byte for byte")
	_, err = w.Redeliver(t.Context(), 99)
	assert.Error(t, err)
	_, err = w.Redeliver(t.Context(), 0)
	assert.Error(t, err)
}

// A redirect is not followed: the provider should hear of it.
func TestPushRedirect(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	w.hook.Config.Handler = http.RedirectHandler("/elsewhere", http.StatusMovedPermanently)
	d, err := w.Push(t.Context(), Target{Channel: spec.ChannelSystem}, []byte("<xml></xml>"))
	require.Error(t, err)
	assert.Equal(t, http.StatusMovedPermanently, d.Status)
}

func TestPushFailsWithoutShowingTheURL(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	w.hook.Close()
	d, err := w.Push(t.Context(), Target{Channel: spec.ChannelInstruction, SuiteId: testSuite}, []byte("<xml></xml>"))
	require.Error(t, err)
	assert.Zero(t, d.Status)
	assert.NotContains(t, err.Error(), "msg_signature")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = w.CheckURL(ctx, Target{Channel: spec.ChannelSystem})
	assert.ErrorIs(t, err, context.Canceled)
}

func TestPushSamples(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	n := 0
	for _, e := range spec.Events() {
		target := Target{SuiteId: testSuite, CorpId: testCorp}
		switch e.Channel {
		case spec.ChannelTemplate:
			target = Target{SuiteId: testTemplate, CorpId: testCorp}
		case spec.ChannelSystem:
			target = Target{}
		}
		_, err := w.PushSample(t.Context(), e.Id, target)
		require.NoError(t, err, e.Id)
		p := w.lastPush()
		assert.NotRegexp(t, `^\s*<xml>(\s*<[^>]*>[^<]*</[^>]*>)*\s*<(TimeStamp|CreateTime)>17357`, p.Payload, "%s: a push of today", e.Id)
		if strings.Contains(e.SampleXML, "<SuiteId>") && target.SuiteId != "" {
			assert.Contains(t, p.Payload, target.SuiteId, e.Id)
		}
		if strings.Contains(e.SampleXML, "<ServiceCorpId>") {
			assert.Contains(t, p.Payload, testProvider, e.Id)
		}
		if strings.Contains(e.SampleXML, "<AuthCorpId>") && target.CorpId != "" {
			assert.Contains(t, p.Payload, testCorp, e.Id)
		}
		n++
	}
	assert.Equal(t, 235, n)
	_, err := w.PushSample(t.Context(), "no.such", Target{SuiteId: testSuite})
	assert.Error(t, err)
}

func TestOpenReply(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	target := Target{Channel: spec.ChannelData, SuiteId: testSuite, CorpId: testCorp}
	c, err := wecrypt.New(testToken, testKey)
	require.NoError(t, err)
	reply := func(receiveId, signature string) Delivery {
		enc, err := c.Encrypt([]byte("<xml>hello</xml>"), receiveId)
		require.NoError(t, err)
		if signature == "" {
			signature = c.Sign("1760000000", "n", enc)
		}
		w.mu.Lock()
		w.answer = "<xml><Encrypt><![CDATA[" + enc + "]]></Encrypt><MsgSignature><![CDATA[" + signature +
			"]]></MsgSignature><TimeStamp>1760000000</TimeStamp><Nonce><![CDATA[n]]></Nonce></xml>"
		w.mu.Unlock()
		d, err := w.Push(t.Context(), target, []byte("<xml></xml>"))
		require.NoError(t, err)
		return d
	}
	msg, err := w.OpenReply(reply(testCorp, ""))
	require.NoError(t, err)
	assert.Equal(t, "<xml>hello</xml>", string(msg))
	_, err = w.OpenReply(reply(testSuite, ""))
	assert.ErrorContains(t, err, "is for")
	_, err = w.OpenReply(reply(testCorp, "0000"))
	assert.ErrorContains(t, err, "signed")

	msg, err = w.OpenReply(Delivery{Target: target})
	assert.NoError(t, err)
	assert.Nil(t, msg)
	_, err = w.OpenReply(Delivery{Target: target, Body: "hello"})
	assert.ErrorContains(t, err, "XML")
	_, err = w.OpenReply(Delivery{Target: Target{Channel: spec.ChannelSystem, CorpId: "ww404"}, Body: "<xml></xml>"})
	assert.Error(t, err, "no such target")
}
