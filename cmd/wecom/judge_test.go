package main

import (
	"context"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/fakewecom/platform"
)

// G: command/push
func TestBadAnswersAreJudged(t *testing.T) {
	t.Parallel()
	full := configured()
	for name, row := range map[string]struct {
		h        http.Handler
		kind     string
		says, zh string
	}{
		"another body": {answering(200, "ok"), "change_auth", `exactly "success"`, "恰好是 success"},
		"line end":     {answering(200, "success\n"), "change_auth", `exactly "success"`, "恰好是 success"},
		"error":        {answering(500, "success"), "change_auth", "HTTP 200", "是否会重试并不确定"},
		"refused":      {answering(403, ""), "text", "Token, EncodingAESKey", "EncodingAESKey"},
		"not found":    {http.NotFoundHandler(), "text", "nothing serves this path", "没有服务"},
		"redirect":     {http.RedirectHandler("/x", http.StatusFound), "text", "no redirect", "重定向"},
		"no reply":     {answering(200, "hello"), "text", "cannot read the reply", "无法读取回复"},
		"plain reply":  {answering(200, "<xml><MsgType>text</MsgType></xml>"), "text", "cannot read the reply", "无法读取回复"},
		"abort":        {http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }), "text", "three times in all", "总共三次"},
		"long":         {answering(200, strings.Repeat("林", 1000)), "change_auth", "林\" …", "林\" …"},
	} {
		url := serve(t, row.h)
		o := full.wecom(t, "", "push", row.kind, url)
		assert.Equal(t, exitBad, o.code, name)
		assert.Contains(t, o.out, row.says, name)
		assert.NotContains(t, o.out, "fakewecom", name)
		assert.NotContains(t, o.out, "msg_signature", name)
		assert.Contains(t, full.wecom(t, "", "push", row.kind, url, "-lang=zh").out, row.zh, name)
	}
	for _, body := range []string{"", "success"} {
		assert.Zero(t, full.wecom(t, "", "push", "text", serve(t, answering(200, body))).code, "no reply is a good answer to a message")
	}
}

// Time is judged without waiting for it here.
func TestSlowAnswersAreJudged(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	s := &session{ctx: t.Context(), stdout: &out, options: map[string][]string{}, args: []string{"create_auth", "http://h"}}
	require.Error(t, s.noAnswer(os.ErrDeadlineExceeded))
	assert.Contains(t, out.String(), "No answer within 5 s")

	out.Reset()
	e, err := s.findKind("create_auth", "", false)
	require.NoError(t, err)
	w := &sender{Platform: platform.New(platform.Options{})}
	d := platform.Delivery{Target: platform.Target{Channel: e.Channel}, Try: platform.Try{Status: 200, Body: "success", Duration: 1100 * time.Millisecond}}
	require.NoError(t, s.judge(w, d, e))
	assert.Contains(t, out.String(), "within 1 s")
	assert.Contains(t, out.String(), "AuthCode is made up")

	out.Reset()
	require.Error(t, s.judgeCheck(d, true))
	assert.Contains(t, out.String(), "came late")
}

// G: command/push
func TestURLChecksAreJudged(t *testing.T) {
	t.Parallel()
	full := configured()
	a := newApp(t)
	url := serve(t, a)
	for _, args := range [][]string{{url + "/$CORPID$"}, {"-channel", "instruction", url}, {"-channel", "system", url + "/system"}} {
		o := full.wecom(t, "", append([]string{"push", "-check"}, args...)...)
		assert.Zero(t, o.code, o.out+o.err)
		assert.Contains(t, o.out, "can be saved")
	}
	decrypted := func(before, after string) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			text, receive, _ := cipher(t).Decrypt(r.URL.Query().Get("echostr"))
			assert.Equal(t, testProvider, receive)
			_, _ = io.WriteString(w, before+string(text)+after)
		})
	}
	assert.Zero(t, full.wecom(t, "", "push", "-check", serve(t, decrypted("", ""))).code)
	for name, row := range map[string]struct {
		h    http.Handler
		says string
	}{
		"quotes":   {decrypted(`"`, `"`), "without quotes"},
		"line end": {decrypted("", "\n"), "without quotes"},
		"mark":     {decrypted("\ufeff", ""), "byte-order mark"},
		"success":  {answering(200, "success"), "the answer to a push"},
		"else":     {answering(200, "hello"), "and nothing else"},
		"refused":  {answering(403, ""), "Token, EncodingAESKey"},
		"abort":    {http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }), "No answer"},
	} {
		o := full.wecom(t, "", "push", "-check", serve(t, row.h))
		assert.Equal(t, exitBad, o.code, name)
		assert.Contains(t, o.out, row.says, name)
	}
	o := full.with("WECOM_TOKEN", "AnotherToken").wecom(t, "", "push", "-check", url)
	assert.Contains(t, o.out, "HTTP 403")
}

// Whatever the status, the command says what it means for WeCom, in both languages.
func TestEveryStatusIsJudged(t *testing.T) {
	t.Parallel()
	for status := 200; status < 600; status++ {
		var en, zh strings.Builder
		if status == http.StatusOK {
			continue
		}
		require.Error(t, (&session{stdout: &en}).badStatus(status))
		require.Error(t, (&session{stdout: &zh, lang: chinese}).badStatus(status))
		assert.Contains(t, en.String(), "WeCom does not accept the answer", status)
		assert.Contains(t, en.String(), "Whether it tries again is open", status)
		assert.Contains(t, zh.String(), "企业微信不接受这个应答", status)
		assert.Equal(t, strings.Count(en.String(), "\n"), strings.Count(zh.String(), "\n"), status)
	}
}

// A command that is interrupted ends, as one without an answer.
func TestInterruptedCommands(t *testing.T) {
	t.Parallel()
	url := serve(t, answering(http.StatusOK, "success"))
	env := configured().with("WECOM_BASE_URL", url, "WECOM_PROVIDER_SECRET", "provider-secret")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, args := range [][]string{{"push", "text", url}, {"push", "-check", url}, {"verify"}} {
		var out, errs strings.Builder
		code := run(ctx, args, func(name string) string { return env[name] }, strings.NewReader(""), &out, &errs)
		assert.Equal(t, exitBad, code, args)
		assert.Contains(t, strings.ToLower(out.String()), "no answer", args)
		assert.Contains(t, out.String(), "context canceled", args)
	}
}

// A long answer is cut between two characters.
func TestLongAnswersAreCut(t *testing.T) {
	t.Parallel()
	for n := range 8 {
		var out strings.Builder
		s := &session{stdout: &out}
		s.answer(platform.Try{Status: 200, Body: strings.Repeat("x", n) + strings.Repeat("林", 500)})
		assert.NotContains(t, out.String(), `\x`, "no part of a character")
		assert.Contains(t, out.String(), "林\" …")
		assert.Less(t, out.Len(), 520)
	}
	var out strings.Builder
	(&session{stdout: &out}).answer(platform.Try{Status: 200, Body: strings.Repeat("\xff", 1000)})
	assert.Contains(t, out.String(), `\xff" …`, "what is no text ends too")
}
