package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/callback"
	"github.com/gothird/wecom/internal/spec"
	"github.com/gothird/wecom/token"
)

// app is a real app: the handlers of this module, and what they have got.
type app struct {
	http.Handler
	mu  sync.Mutex
	got []*callback.Notice
}

// newApp serves /system for the provider, and all other paths for the suite. It answers texts.
func newApp(t *testing.T) *app {
	t.Helper()
	in, err := callback.NewInbox(callback.Config{Logger: slog.New(slog.DiscardHandler)})
	require.NoError(t, err)
	callback.Answer(in, func(_ context.Context, n *callback.Notice, e *callback.TextMessage) (callback.Reply, error) {
		return &callback.TextReply{Content: "You said " + e.Content}, nil
	})
	a := new(app)
	mux := http.NewServeMux()
	for path, channel := range map[string]callback.Channel{"/": callback.App, "/system": callback.System} {
		api, err := token.New(token.Config{CorpId: testProvider, SuiteId: testSuite, SuiteSecret: "secret"})
		require.NoError(t, err)
		h, err := in.Handler(api, callback.URL{Channel: channel, Token: testToken, EncodingAESKey: testKey})
		require.NoError(t, err)
		mux.Handle(path, h)
	}
	a.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		r.Body = io.NopCloser(strings.NewReader(string(body)))
		if m, ok := envelope(body); ok {
			payload, receive, _ := cipher(t).Decrypt(m.encrypt)
			n, err := callback.Parse(payload)
			assert.NoError(t, err)
			n.ReceiveId = receive
			a.mu.Lock()
			a.got = append(a.got, n)
			a.mu.Unlock()
		}
		mux.ServeHTTP(w, r)
	})
	return a
}

// last is the newest push.
func (a *app) last() *callback.Notice {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.got[len(a.got)-1]
}

func serve(t *testing.T, h http.Handler) (url string) {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	return server.URL
}

// answering is a handler that always answers the same.
func answering(status int, body string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	})
}

// G: command/push
func TestPushesReachARealHandler(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	url := serve(t, a)
	full := configured()

	o := full.wecom(t, "", "push", "change_contact.create_user", url, "UserID=lin", "-set", "Name=a&<b>")
	require.Zero(t, o.code, o.out+o.err)
	assert.Contains(t, o.out, "suite.change_contact.create_user (member added)")
	assert.Contains(t, o.out, `for "`+testSuite+`"`)
	assert.Contains(t, o.out, "HTTP 200 OK")
	assert.Contains(t, o.out, `"success"`)
	assert.Contains(t, o.out, "WeCom accepts the answer")
	e := a.last().Content.(*callback.ContactEvent)
	assert.Equal(t, []string{"lin", "a&<b>"}, []string{e.UserID, e.Name})
	assert.Equal(t, []string{testSuite, testCorp}, []string{a.last().SuiteId, a.last().AuthCorpId})

	o = full.wecom(t, "", "push", "-channel", "data", "change_contact.create_user", url+"/$CORPID$?x=hidden")
	require.Zero(t, o.code, o.out+o.err)
	assert.Contains(t, o.out, "data.change_contact.create_user")
	assert.NotContains(t, o.out, "hidden", "a query may hold a secret")
	assert.Equal(t, []string{testCorp, testCorp}, []string{a.last().ReceiveId, a.last().ToUserName})

	o = full.wecom(t, "", "push", "text", url, "Content=@"+file(t, "hello\n"))
	require.Zero(t, o.code, o.out+o.err)
	assert.Contains(t, o.out, "<Content>You said hello</Content>", "the passive reply is decrypted")

	o = full.wecom(t, "", "push", "license_pay_success", url+"/system", "-json", "-show")
	require.Zero(t, o.code, o.out+o.err)
	assert.Contains(t, o.out, `"ServiceCorpId":"`+testProvider)
	assert.Equal(t, testProvider, a.last().ReceiveId)
	assert.Equal(t, byte('{'), a.last().Raw[0])

	o = full.wecom(t, "", "push", "suite_ticket", url, "-lang", "zh", "-show")
	require.Zero(t, o.code, o.out+o.err)
	assert.Contains(t, o.out, "SuiteTicket 是虚构的")
	assert.Contains(t, o.out, "<SuiteTicket><![CDATA[***]]></SuiteTicket>")
	o = full.wecom(t, "", "push", "suite_ticket", url, "SuiteTicket=@"+file(t, "my-ticket"), "-show")
	assert.NotContains(t, o.out, "made up")
	assert.NotContains(t, o.out, "my-ticket")
	assert.Equal(t, "my-ticket", a.last().Content.(*callback.SuiteTicketEvent).SuiteTicket)
}

// A message that is pushed twice is another message.
func TestEachMessageHasItsId(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	url := serve(t, a)
	seen := map[string]bool{}
	for range 3 {
		require.Zero(t, configured().wecom(t, "", "push", "text", url).code)
		seen[a.last().Content.(*callback.TextMessage).MsgId] = true
	}
	assert.Len(t, seen, 3)
	require.Zero(t, configured().wecom(t, "", "push", "text", url, "MsgId=77").code)
	assert.Equal(t, "77", a.last().Content.(*callback.TextMessage).MsgId)
}

// Every documented event can be pushed, and is one that the SDK knows.
// G: command/push
func TestEveryEventCanBePushed(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	url := serve(t, a)
	for _, e := range spec.Events() {
		full, to := configured(), url
		switch e.Channel {
		case spec.ChannelTemplate:
			continue // of a suite of another kind: below
		case spec.ChannelSystem:
			to += "/system"
		}
		o := full.wecom(t, "", "push", e.Id, to)
		if assert.Zero(t, o.code, "%s: %s%s", e.Id, o.out, o.err) {
			assert.NotContains(t, fmt.Sprintf("%T", a.last().Content), "Unknown", e.Id)
		}
	}
}

// Without ids of one's own, an event of a corp is about the corp of the sample.
func TestCorpOfTheSample(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	url := serve(t, a)
	o := environment{"WECOM_TOKEN": testToken, "WECOM_AES_KEY": testKey}.wecom(t, "", "push", "enter_agent", url)
	require.Zero(t, o.code, o.out+o.err)
	assert.Regexp(t, `^w[pw]`, a.last().ReceiveId)
	assert.Equal(t, a.last().ReceiveId, a.last().ToUserName)
}

// Where an event has two forms, an app gets its own.
func TestTemplatesGetTheirForm(t *testing.T) {
	t.Parallel()
	url := serve(t, answering(http.StatusOK, "success"))
	template := configured().with("WECOM_SUITE_ID", "dk0000templ00001")
	for kind, want := range map[string]string{"create_auth": "template.create_auth", "change_contact.create_user": "data.change_contact.create_user", "license_refund": "provider.license_refund"} {
		o := template.wecom(t, "", "push", kind, url)
		assert.Zero(t, o.code, o.out+o.err)
		assert.Contains(t, o.out, want+" ")
	}
	assert.Contains(t, configured().wecom(t, "", "push", "create_auth", url).out, "suite.create_auth ")
	assert.Contains(t, configured().wecom(t, "", "push", "template.create_auth", url).out, "template.create_auth ")
}

func TestListOfKinds(t *testing.T) {
	t.Parallel()
	full := environment{}
	all := full.wecom(t, "", "push", "-list")
	require.Zero(t, all.code)
	for _, e := range spec.Events() {
		assert.Contains(t, all.out, "  "+e.Short()+" ")
	}
	assert.Regexp(t, `(?m)^  batch_job_result +instruction, system, data +job finished$`, all.out)
	one := full.wecom(t, "", "push", "-list", "suite_ticket")
	assert.Equal(t, "  suite_ticket  instruction, template  new suite_ticket, every ten minutes\n", one.out)
	assert.Contains(t, one.err, "1 kinds")
	assert.Contains(t, full.wecom(t, "", "push", "-list", "-lang=zh", "付", "SYSTEM").out, "接口许可支付成功")
	none := full.wecom(t, "", "push", "-list", "nosuchword")
	assert.Equal(t, exitBad, none.code)
	assert.Empty(t, none.out)
}

// Samples have the elements that may be set, each once.
func TestElementsOfSamples(t *testing.T) {
	t.Parallel()
	assert.Equal(t, []string{"A", "C"}, elements("<xml><A>1</A><B><C>2</C><C>3</C></B></xml>"))
	assert.Empty(t, elements("<xml"))
	assert.Equal(t, "1", elementText("<xml><B> <![CDATA[1]]></B></xml>", "A", "B"))
	assert.Empty(t, elementText("<xml></xml>", "A"))
	assert.Empty(t, plainURL("http://[::1"))
	assert.Equal(t, "http://h:1/a%20b", plainURL("http://user:password@h:1/a%20b?c=d"))
	for _, e := range spec.Events() {
		assert.NotEmpty(t, elements(e.SampleXML), e.Id)
	}
}
