package platform_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/fakewecom/faketest"
	"github.com/gothird/wecom/internal/fakewecom/platform"
	"github.com/gothird/wecom/internal/spec"
	"github.com/gothird/wecom/internal/wecrypt"
)

func TestPushTicket(t *testing.T) {
	t.Parallel()
	w := faketest.New(t, platform.Options{})
	require.NoError(t, pushTicket(w, faketest.Suite))
	p := w.LastPush()
	assert.Equal(t, "/command", p.Path)
	assert.Equal(t, faketest.Suite, p.Receive)
	assert.True(t, strings.HasPrefix(p.Envelope, "<xml><ToUserName><![CDATA["+faketest.Suite+"]]></ToUserName><Encrypt>"))
	assert.Contains(t, p.Envelope, "<AgentID><![CDATA[]]></AgentID>")
	ticket := faketest.Between(p.Payload, "<SuiteTicket><![CDATA[", "]]>")
	out := w.Call("get_suite_token", obj{"suite_id": faketest.Suite, "suite_secret": "suite-secret", "suite_ticket": ticket})
	assert.Zero(t, faketest.Errcode(out))
	require.Error(t, pushTicket(w, "ww404"))
}

// What a request is given does not depend on what was pushed beside it.
func TestPushesTakeNoIds(t *testing.T) {
	t.Parallel()
	pushed, quiet := faketest.New(t, platform.Options{}), faketest.New(t, platform.Options{})
	to := platform.Target{Channel: spec.ChannelInstruction, SuiteId: faketest.Suite}
	nonces := map[string]bool{}
	for range 3 {
		_, err := pushed.Push(t.Context(), to, []byte("<xml></xml>"))
		require.NoError(t, err)
		nonces[pushed.LastPush().Query.Get("nonce")] = true
	}
	assert.Len(t, nonces, 3)
	assert.Equal(t, quiet.AuthCode(faketest.Suite), pushed.AuthCode(faketest.Suite))
}

func TestPushAnswers(t *testing.T) {
	t.Parallel()
	w := faketest.New(t, platform.Options{})
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
		w.Answer(row.status, row.answer)
		d, err := w.Push(t.Context(), platform.Target{Channel: spec.ChannelInstruction, SuiteId: faketest.Suite}, []byte("<xml></xml>"))
		assert.Equal(t, row.toApp, err == nil, "%+v", row)
		assert.Equal(t, row.toApp, d.Accepted())
		assert.Equal(t, row.status, d.Status)
		assert.Positive(t, d.Duration)
		_, err = w.Push(t.Context(), platform.Target{Channel: spec.ChannelData, SuiteId: faketest.Suite, CorpId: faketest.Corp}, []byte("<xml></xml>"))
		assert.Equal(t, row.toTenant, err == nil, "%+v", row)
	}
}

func TestPushTargets(t *testing.T) {
	t.Parallel()
	w := faketest.New(t, platform.Options{})
	_, err := w.Install(t.Context(), faketest.Suite, faketest.Corp, platform.InstallOptions{FromProviderSite: true, AgentId: 1000009})
	require.NoError(t, err)
	rows := []struct {
		target        platform.Target
		path, receive string
		agent         string
	}{
		{platform.Target{Channel: spec.ChannelInstruction, SuiteId: faketest.Suite}, "/command", faketest.Suite, ""},
		{platform.Target{Channel: spec.ChannelTemplate, SuiteId: faketest.Template}, "/template", faketest.Template, ""},
		{platform.Target{Channel: spec.ChannelData, SuiteId: faketest.Suite, CorpId: faketest.Corp}, "/data/" + faketest.Corp, faketest.Corp, "1000009"},
		{platform.Target{Channel: spec.ChannelSystem}, "/system", faketest.Provider, ""},
		{platform.Target{Channel: spec.ChannelSystem, CorpId: faketest.Provider}, "/system", faketest.Provider, ""},
	}
	for _, row := range rows {
		_, err := w.Push(t.Context(), row.target, []byte("<xml>é</xml>"))
		require.NoError(t, err)
		p := w.LastPush()
		assert.Equal(t, row.path, p.Path)
		assert.Equal(t, row.receive, p.Receive)
		assert.Equal(t, "<xml>é</xml>", p.Payload)
		assert.Contains(t, p.Envelope, "<ToUserName><![CDATA["+row.receive+"]]>")
		assert.Contains(t, p.Envelope, "<AgentID><![CDATA["+row.agent+"]]>")
	}
	assert.Equal(t, "1", w.Pushes()[2].Query.Get("x"), "the URL's own query stays")

	for _, bad := range []platform.Target{
		{Channel: spec.ChannelInstruction, SuiteId: "ww404"},
		{Channel: spec.ChannelData, SuiteId: faketest.Template, CorpId: faketest.Corp}, // has no data URL
		{Channel: spec.ChannelSystem, CorpId: "wwnobody"},
		{Channel: "command", SuiteId: faketest.Suite},
	} {
		_, err := w.Push(t.Context(), bad, nil)
		assert.Error(t, err)
		_, err = w.CheckURL(t.Context(), bad)
		assert.Error(t, err)
	}
}

func TestCheckURL(t *testing.T) {
	t.Parallel()
	w := faketest.New(t, platform.Options{})
	rows := []struct {
		target platform.Target
		path   string
	}{
		{platform.Target{Channel: spec.ChannelInstruction, SuiteId: faketest.Suite}, "/command"},
		{platform.Target{Channel: spec.ChannelTemplate, SuiteId: faketest.Template}, "/template"},
		{platform.Target{Channel: spec.ChannelData, SuiteId: faketest.Suite}, "/data/" + faketest.Provider},
		{platform.Target{Channel: spec.ChannelSystem}, "/system"},
	}
	for _, row := range rows {
		d, err := w.CheckURL(t.Context(), row.target)
		require.NoError(t, err)
		p := w.LastPush()
		assert.Equal(t, row.path, p.Path)
		assert.Equal(t, faketest.Provider, p.Receive, "checked with the provider's corpid")
		assert.Regexp(t, `^[1-9]{19}$`, p.Payload)
		assert.Equal(t, p.Payload, d.Body)
	}
	w.Hook.Config.Handler = http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) { _, _ = rw.Write([]byte("success")) })
	_, err := w.CheckURL(t.Context(), rows[0].target)
	assert.ErrorContains(t, err, "the URL check wants")
}

// A redirect is not followed: the provider should hear of it.
func TestPushRedirect(t *testing.T) {
	t.Parallel()
	w := faketest.New(t, platform.Options{})
	w.Hook.Config.Handler = http.RedirectHandler("/elsewhere", http.StatusMovedPermanently)
	d, err := w.Push(t.Context(), platform.Target{Channel: spec.ChannelSystem}, []byte("<xml></xml>"))
	require.Error(t, err)
	assert.Equal(t, http.StatusMovedPermanently, d.Status)
}

func TestPushFailsWithoutShowingTheURL(t *testing.T) {
	t.Parallel()
	w := faketest.New(t, platform.Options{})
	w.Hook.Close()
	d, err := w.Push(t.Context(), platform.Target{Channel: spec.ChannelInstruction, SuiteId: faketest.Suite}, []byte("<xml></xml>"))
	require.Error(t, err)
	assert.Zero(t, d.Status)
	assert.NotContains(t, err.Error(), "msg_signature")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = w.CheckURL(ctx, platform.Target{Channel: spec.ChannelSystem})
	assert.ErrorIs(t, err, context.Canceled)
}

func TestPushSamples(t *testing.T) {
	t.Parallel()
	w := faketest.New(t, platform.Options{})
	n := 0
	for _, e := range spec.Events() {
		target := platform.Target{SuiteId: faketest.Suite, CorpId: faketest.Corp}
		switch e.Channel {
		case spec.ChannelTemplate:
			target = platform.Target{SuiteId: faketest.Template, CorpId: faketest.Corp}
		case spec.ChannelSystem:
			target = platform.Target{}
		}
		_, err := w.PushSample(t.Context(), e.Id, target)
		require.NoError(t, err, e.Id)
		p := w.LastPush()
		assert.NotRegexp(t, `^\s*<xml>(\s*<[^>]*>[^<]*</[^>]*>)*\s*<(TimeStamp|CreateTime)>17357`, p.Payload, "%s: a push of today", e.Id)
		if strings.Contains(e.SampleXML, "<SuiteId>") && target.SuiteId != "" {
			assert.Contains(t, p.Payload, target.SuiteId, e.Id)
		}
		if strings.Contains(e.SampleXML, "<ServiceCorpId>") {
			assert.Contains(t, p.Payload, faketest.Provider, e.Id)
		}
		if strings.Contains(e.SampleXML, "<AuthCorpId>") && target.CorpId != "" {
			assert.Contains(t, p.Payload, faketest.Corp, e.Id)
		}
		n++
	}
	assert.Equal(t, 235, n)
	_, err := w.PushSample(t.Context(), "no.such", platform.Target{SuiteId: faketest.Suite})
	assert.Error(t, err)
}

func TestOpenReply(t *testing.T) {
	t.Parallel()
	w := faketest.New(t, platform.Options{})
	target := platform.Target{Channel: spec.ChannelData, SuiteId: faketest.Suite, CorpId: faketest.Corp}
	c, err := wecrypt.New(faketest.Token, faketest.Key)
	require.NoError(t, err)
	reply := func(receiveId, signature string) platform.Delivery {
		enc, err := c.Encrypt([]byte("<xml>hello</xml>"), receiveId)
		require.NoError(t, err)
		if signature == "" {
			signature = c.Sign("1760000000", "n", enc)
		}
		w.Answer(http.StatusOK, "<xml><Encrypt><![CDATA["+enc+"]]></Encrypt><MsgSignature><![CDATA["+signature+
			"]]></MsgSignature><TimeStamp>1760000000</TimeStamp><Nonce><![CDATA[n]]></Nonce></xml>")
		d, err := w.Push(t.Context(), target, []byte("<xml></xml>"))
		require.NoError(t, err)
		return d
	}
	msg, err := w.OpenReply(reply(faketest.Corp, ""))
	require.NoError(t, err)
	assert.Equal(t, "<xml>hello</xml>", string(msg))
	_, err = w.OpenReply(reply(faketest.Suite, ""))
	assert.ErrorContains(t, err, "is for")
	_, err = w.OpenReply(reply(faketest.Corp, "0000"))
	assert.ErrorContains(t, err, "signed")

	msg, err = w.OpenReply(platform.Delivery{Target: target})
	assert.NoError(t, err)
	assert.Nil(t, msg)
	_, err = w.OpenReply(platform.Delivery{Target: target, Try: platform.Try{Body: "hello"}})
	assert.ErrorContains(t, err, "XML")
	_, err = w.OpenReply(platform.Delivery{Target: platform.Target{Channel: spec.ChannelSystem, CorpId: "ww404"}, Try: platform.Try{Body: "<xml></xml>"}})
	assert.Error(t, err, "no such target")
}

func pushTicket(w *faketest.World, suiteId string) error {
	_, err := w.PushTicket(context.Background(), suiteId)
	return err
}
