package console

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/sandbox"
	"github.com/gothird/wecom/internal/spec"
)

func TestAdviceOnCalls(t *testing.T) {
	t.Parallel()
	for _, x := range []struct {
		request           sandbox.Request
		kind, title, text string
	}{
		{sandbox.Request{Status: 0}, "bad", "There was no answer", "timeout"},
		{sandbox.Request{Status: 404, Problem: "there is no such endpoint"}, "bad", "There is no such endpoint", "check its spelling"},
		{sandbox.Request{Status: 200, ErrCode: 40058, Problem: "touser is missing"}, "bad", "The request is not as documented", "touser is missing"},
		{sandbox.Request{Status: 200, ErrCode: 40084}, "bad", "40084 invalid permanent_code", "A fresh token does not help."},
		{sandbox.Request{Status: 200, ErrCode: 701134, Answer: `{"errmsg":"too often, hint: [1], from ip: x"}`}, "bad", "701134 too often", "Wait until the window"},
		{sandbox.Request{Status: 200, ErrCode: 701002}, "bad", "701002", "illegal licence account"},
		{sandbox.Request{Status: 200, ErrCode: 123456789}, "bad", "123456789", "none of the known codes"},
		{sandbox.Request{Status: 502}, "bad", "HTTP 502", "look before you repeat"},
		{sandbox.Request{Status: 200, Sample: true}, "now", "This is the documented sample", "nothing has changed"},
		{sandbox.Request{Status: 200, Path: "/cgi-bin/message/send", Answer: `{"errcode":0,"invaliduser":"a|b","unlicenseduser":"c"}`}, "warn",
			"errcode is 0, but somebody did not get it", "a|b do not exist, or cannot see the app; c hold no valid base account: activate a licence first."},
	} {
		got := english.callAdvice(logRow{Request: &x.request})
		require.NotNil(t, got, x.title)
		assert.Equal(t, x.kind, got.Kind, x.title)
		assert.Equal(t, x.title, got.Title)
		assert.Contains(t, got.Text, x.text)
		assert.NotEqual(t, *got, *chinese.callAdvice(logRow{Request: &x.request}), x.title)
	}
	for _, r := range []sandbox.Request{{Status: 200}, {Status: 200, Path: "/cgi-bin/message/send", Answer: "<html>"}, {Status: 200, Path: "/cgi-bin/message/send", Answer: `{"invaliduser":""}`}} {
		assert.Nil(t, english.callAdvice(logRow{Request: &r}))
	}
}

// What went well only half, or slowly, is seen in the row already.
func TestRowsThatWarn(t *testing.T) {
	t.Parallel()
	row := callRow(english, names{}, sandbox.Request{Status: 200, Path: "/cgi-bin/message/send", Answer: `{"errcode":0,"invaliduser":"a"}`})
	assert.Equal(t, [2]string{"warn", "0 partly sent"}, [2]string{row.Kind, row.Result})
	slow := pushRow(english, names{}, sandbox.Push{Accepted: true, Tries: []sandbox.Try{{Status: 200, Ms: slowPush}}})
	assert.Equal(t, [2]string{"warn", "200 slow"}, [2]string{slow.Kind, slow.Result})
	quick := pushRow(english, names{}, sandbox.Push{Accepted: true, Tries: []sandbox.Try{{Status: 200, Ms: slowPush - 1}}})
	assert.Equal(t, "ok", quick.Kind)
	of := pushRow(english, names{"ww1": "Provider"}, sandbox.Push{Channel: spec.ChannelSystem, CorpId: "ww1"})
	assert.Equal(t, "system events", of.Who)
}

// The texts of codes are of codes that there are, and stand in the language that they are in.
func TestTextsOfCodes(t *testing.T) {
	t.Parallel()
	known := map[int]bool{}
	for _, x := range spec.ErrorCodes() {
		known[x.Code] = true
	}
	for code, x := range codeTexts {
		assert.True(t, known[code], code)
		assert.Regexp(t, `\p{Han}.*。$`, x.zh, code)
		assert.Regexp(t, `\.$`, x.en, code)
		assert.NotRegexp(t, `\p{Han}`, x.en+x.titleEn, code)
		assert.NotEmpty(t, x.titleEn, code)
		assert.NotEmpty(t, x.titleZh, code)
	}
	classes := map[string]bool{}
	for _, x := range spec.ErrorCodes() {
		classes[x.Class] = true
	}
	delete(classes, "")
	assert.Len(t, classTexts, len(classes))
	for class := range classTexts {
		assert.True(t, classes[class], class)
	}
}

func TestAdviceOnPushes(t *testing.T) {
	t.Parallel()
	of := func(accepted bool, tries ...sandbox.Try) logRow {
		return logRow{Push: &sandbox.Push{Accepted: accepted, Tries: tries}}
	}
	assert.Nil(t, english.pushAdvice(of(true, sandbox.Try{Status: 200, Ms: 12})))
	assert.Contains(t, english.pushAdvice(of(true, sandbox.Try{Status: 200, Ms: 4800})).Title, "Slow: 4.8\u00a0s")
	assert.Equal(t, "It did not go out", english.pushAdvice(of(false)).Title)
	for _, x := range []struct {
		try         sandbox.Try
		title, text string
	}{
		{sandbox.Try{Status: 200, Body: "ok"}, "The answer is not success", "seven letters"},
		{sandbox.Try{Status: 404}, "HTTP 404: nothing handles this path", "GET (check) and POST (push)"},
		{sandbox.Try{Status: 405}, "HTTP 405: the path does not take this method", "POST"},
		{sandbox.Try{Status: 401}, "HTTP 401: your server refuses it", "Token, EncodingAESKey or receiveid"},
		{sandbox.Try{Status: 500}, "HTTP 500", "its own log"},
		{sandbox.Try{Error: "callback: dial tcp 127.0.0.1:9002: connect: connection refused"}, "Connection refused: nothing listens on 127.0.0.1:9002", "host.docker.internal"},
		{sandbox.Try{Error: "callback: dial tcp: lookup isv: no such host"}, "The name of the host is unknown", "the machine of the sandbox"},
		{sandbox.Try{Error: "context deadline exceeded (Client.Timeout exceeded while awaiting headers)"}, "No answer within five seconds", "breakpoint"},
		{sandbox.Try{Error: "http: server gave HTTP response to HTTPS client"}, "The URL is https, the server speaks http", "http://"},
		{sandbox.Try{Error: "tls: failed to verify certificate: x509: unknown authority"}, "The certificate is not trusted", "http://"},
		{sandbox.Try{Error: "callback: EOF"}, "The connection ended without an answer", "crashed"},
		{sandbox.Try{Error: "something new"}, "There was no answer", "something new"},
	} {
		got := english.pushAdvice(of(false, x.try))
		assert.Equal(t, "bad", got.Kind)
		assert.Equal(t, x.title, got.Title)
		assert.Contains(t, got.Text, x.text)
		assert.Contains(t, got.Text, "three tries")
		assert.Regexp(t, `\p{Han}`, chinese.pushAdvice(of(false, x.try)).Text)
	}
}

func TestAdviceOnChecks(t *testing.T) {
	t.Parallel()
	of := func(status int, body string) *advice {
		return english.checkAdvice(sandbox.Checked{Want: "4716205581390127", Try: sandbox.Try{Status: status, Body: body}})
	}
	assert.Nil(t, english.checkAdvice(sandbox.Checked{Ok: true, Try: sandbox.Try{Ms: 9}}))
	slow := english.checkAdvice(sandbox.Checked{Ok: true, Try: sandbox.Try{Ms: 1800}})
	assert.Equal(t, "warn", slow.Kind)
	assert.Contains(t, slow.Title, "1.8")
	assert.Contains(t, of(200, `"4716205581390127"`+"\n").Title, "more than the plain text")
	assert.Contains(t, of(200, " \n").Title, "empty")
	assert.Contains(t, of(200, "success").Title, "not the text of echostr")
	assert.Contains(t, of(404, "").Title, "HTTP 404")
}
