package main

import (
	"go/ast"
	"go/token"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/callback"
	"github.com/gothird/wecom/internal/clock"
)

// caught is a request as somebody has captured it; the zero values are those of a good push.
type caught struct {
	method, payload, receive string
	age                      time.Duration
	spoil                    func(q url.Values, body *string)
}

// text is the request as it goes over the wire.
func (c caught) text(t *testing.T) string {
	t.Helper()
	stamp, nonce := strconv.FormatInt(clock.Now().Add(-c.age).Unix(), 10), "n0nce"
	encrypt, err := cipher(t).Encrypt([]byte(c.payload), c.receive)
	require.NoError(t, err)
	q := url.Values{"msg_signature": {cipher(t).Sign(stamp, nonce, encrypt)}, "timestamp": {stamp}, "nonce": {nonce}}
	body := "<xml><ToUserName>" + c.receive + "</ToUserName><Encrypt><![CDATA[" + encrypt + "]]></Encrypt></xml>"
	if c.method == "" {
		c.method = http.MethodPost
	}
	if c.method == http.MethodGet {
		q.Set("echostr", encrypt)
		body = ""
	}
	if c.spoil != nil {
		c.spoil(q, &body)
	}
	return c.method + " /wecom?" + q.Encode() + " HTTP/1.1\r\nHost: app.example\r\n\r\n" + body
}

func notice(suite, kind, more string) string {
	return "<xml><SuiteId>" + suite + "</SuiteId><InfoType>" + kind + "</InfoType>" + more + "</xml>"
}

type explainRow struct {
	caught
	env       environment // nil: configured
	args      string
	step      string // "": it is good
	says, zh  string // what the output says, in each language
	whenRight string // arguments, and settings as NAME=value, with which it is good
}

func explainRows() map[string]explainRow {
	full := configured()
	push := caught{payload: notice(testSuite, "suite_ticket", "<SuiteTicket>the-ticket</SuiteTicket>"), receive: testSuite}
	check := caught{method: http.MethodGet, payload: "1616140317555161061", receive: testProvider}
	message := caught{payload: "<xml><ToUserName>" + testCorp + "</ToUserName><MsgType>text</MsgType><Content>x</Content><MsgId>1</MsgId></xml>", receive: testCorp}
	licence := caught{payload: "<xml><ServiceCorpId>" + testProvider + "</ServiceCorpId><InfoType>license_pay_success</InfoType></xml>", receive: testProvider}
	another := caught{payload: notice("ww0000suite00002", "change_auth", ""), receive: "ww0000suite00002"}
	as := func(c caught, change func(*caught)) caught { change(&c); return c }
	spoilt := func(c caught, spoil func(q url.Values, body *string)) caught { c.spoil = spoil; return c }
	set := func(name, value string) func(url.Values, *string) {
		return func(q url.Values, _ *string) { q.Set(name, value) }
	}
	signature := func(change func(string) string) func(url.Values, *string) {
		return func(q url.Values, _ *string) { q.Set("msg_signature", change(q.Get("msg_signature"))) }
	}
	echo := func(change func(string) string) func(url.Values, *string) {
		return func(q url.Values, _ *string) { q.Set("echostr", change(q.Get("echostr"))) }
	}
	body := func(text string) func(url.Values, *string) { return func(_ url.Values, b *string) { *b = text } }
	return map[string]explainRow{
		"push":    {caught: push, says: "suite_ticket new suite_ticket, every ten minutes", zh: "推送 suite_ticket"},
		"check":   {caught: check, says: "It is a URL check", zh: "URL 验证请求"},
		"message": {caught: message, says: "text text from a member", zh: "文本消息"},
		"system":  {caught: licence, args: "-system", says: "licence order paid", zh: "接口许可支付成功"},
		"change type": {caught: as(push, func(c *caught) {
			c.payload = notice(testSuite, "change_contact", "<AuthCorpId>wp1</AuthCorpId><ChangeType>create_user</ChangeType><Gender>x</Gender>")
		}), says: "change_contact.create_user member added", zh: "以下元素与文档的格式不符：Gender"},
		"old":                   {caught: as(push, func(c *caught) { c.age = 3 * time.Hour }), says: "It is 3h0m", zh: "按本机时钟，它是 3h0m"},
		"no ids":                {caught: push, env: full.with("WECOM_SUITE_ID", "", "WECOM_CORP_ID", ""), says: "Nothing was given to compare", zh: "没有可以比对的 id"},
		"no ids, system":        {caught: licence, env: full.with("WECOM_SUITE_ID", "", "WECOM_CORP_ID", ""), args: "-system", says: `for "` + testProvider + `". Nothing`, zh: "没有可以比对的 id"},
		"an individual's push":  {caught: as(push, func(c *caught) { c.receive = "" }), step: "receive id", says: `-receive ""`, zh: "个人主体", whenRight: "-receive="},
		"an individual's check": {caught: as(check, func(c *caught) { c.receive = "" }), step: "receive id", says: `-receive ""`, zh: "个人主体", whenRight: "-receive="},

		"future":        {caught: as(push, func(c *caught) { c.age = -time.Hour }), step: "time", says: "set the clock", zh: "校准本机时钟"},
		"method":        {caught: as(push, func(c *caught) { c.method = "DELETE" }), step: "method", says: "GET for the URL check", zh: "放行"},
		"no query":      {caught: spoilt(check, func(q url.Values, _ *string) { clear(q) }), step: "query", says: "msg_signature, timestamp, nonce, echostr", zh: "原样传递查询参数"},
		"bad timestamp": {caught: spoilt(push, set("timestamp", "now")), step: "query", says: "no number of seconds", zh: "不是秒数"},
		"no body":       {caught: spoilt(push, body("")), step: "body", says: "cut off", zh: "被截断"},
		"no Encrypt":    {caught: spoilt(push, body("<xml></xml>")), step: "body", says: "no Encrypt in it", zh: "body 中没有 Encrypt"},
		"no XML":        {caught: spoilt(push, body("a=b")), step: "body", says: "body", zh: "body"},
		"large":         {caught: spoilt(push, body("<xml>"+strings.Repeat(" ", 1<<20))), step: "body", says: "larger than 1 MiB", zh: "超过 1 MiB"},

		"signature":       {caught: spoilt(push, set("nonce", "other")), step: "signature", says: "copy the Token again", zh: "重新复制 Token"},
		"another Token":   {caught: push, env: full.with("WECOM_TOKEN", "AnotherToken"), step: "signature", says: "copy the Token again", zh: "重新复制 Token", whenRight: "WECOM_TOKEN=" + testToken},
		"capitals":        {caught: spoilt(push, signature(strings.ToUpper)), step: "signature", says: "capitals", zh: "大写字母"},
		"escaped twice":   {caught: spoilt(check, echo(url.QueryEscape)), step: "signature", says: "percent-encoded twice", zh: "编码了两次"},
		"unescaped twice": {caught: spoilt(check, echo(func(text string) string { return strings.ReplaceAll(text, "+", " ") })), step: "signature", says: "blanks", zh: "空格"},
		"another key":     {caught: push, env: full.with("WECOM_AES_KEY", strings.ToUpper(testKey)), step: "decryption", says: "all 43 characters", zh: "全部 43 个字符", whenRight: "WECOM_AES_KEY=" + testKey},
		"captured push":   {caught: as(push, func(c *caught) { c.method = http.MethodGet }), step: "echostr", says: "never echo it", zh: "切勿回显"},
		"replayed check":  {caught: as(push, func(c *caught) { c.payload = "1616140317555161061" }), step: "content", says: "neither XML nor JSON", zh: "既不是 XML 也不是 JSON"},

		"check of another corp": {caught: as(check, func(c *caught) { c.receive = "wwother" }), step: "receive id", says: `"wwother" is your corp id`, zh: `"wwother" 是你的 corpid`, whenRight: "WECOM_CORP_ID=wwother"},
		"further corp":          {caught: as(check, func(c *caught) { c.receive = "wwother" }), step: "receive id", says: `-receive "wwother"`, zh: `-receive "wwother"`, whenRight: "-receive wwother"},
		"system without flag":   {caught: licence, step: "receive id", says: "with -system", zh: "加 -system", whenRight: "-system"},
		"app with flag":         {caught: push, args: "-system", step: "receive id", says: "without -system", zh: "去掉 -system"},
		"another app":           {caught: another, step: "receive id", says: "ww0000suite00002", zh: "ww0000suite00002", whenRight: "WECOM_SUITE_ID=ww0000suite00002"},
		"another app, system":   {caught: another, args: "-system", step: "receive id", says: "without -system and with that WECOM_SUITE_ID", zh: "去掉 -system 并将"},
		"device":                {caught: as(licence, func(c *caught) { c.receive = "model_1" }), args: "-system", step: "receive id", says: `-receive "model_1"`, zh: `-receive "model_1"`, whenRight: "-system -receive model_1"},
		"another corp's":        {caught: as(message, func(c *caught) { c.receive = "wpOther" }), step: "receive id", says: "no setting", zh: "任何配置都不能"},
		"names no corp":         {caught: as(message, func(c *caught) { c.payload = "<xml><MsgType>text</MsgType></xml>" }), step: "receive id", says: "names no corp", zh: "没有企业"},
	}
}

// The command says the same as callback.Explain, in words of its own, and who follows it has
// a good request.
// G: command/explain
func TestExplainSaysWhatIsWrongAndWhatToDo(t *testing.T) {
	t.Parallel()
	for name, row := range explainRows() {
		text := row.text(t)
		for name == "unescaped twice" && !strings.Contains(text, "+") {
			text = row.text(t) // until the ciphertext has a + to lose, so that the query has a blank
		}
		env := row.env
		if env == nil {
			env = configured()
		}
		o := env.wecom(t, text, append([]string{"explain"}, strings.Fields(row.args)...)...)
		zh := env.wecom(t, text, append([]string{"explain", "-lang", "zh"}, strings.Fields(row.args)...)...)
		assert.Contains(t, o.out, row.says, name)
		assert.Contains(t, zh.out, row.zh, name)
		assert.NotRegexp(t, `[a-z]{2,} [a-z]{2,} [a-z]{2,} [a-z]{2,}`, zh.out, "%s: English in Chinese", name)
		assert.NotContains(t, o.out+zh.out, "the-ticket", name)
		assert.NotContains(t, o.out+zh.out, "%[", name)
		assert.NotRegexp(t, `URL\.[A-Z]|token\.`, o.out+zh.out, "%s: words for Go programs", name)
		if row.step == "" {
			assert.Zero(t, o.code+zh.code, "%s: %s%s", name, o.out, o.err)
			assert.Contains(t, o.out, "Good", name)
			continue
		}
		assert.Equal(t, []int{exitBad, exitBad}, []int{o.code, zh.code}, name)
		assert.Contains(t, o.out, "Refused at the step: "+row.step+"\n", name)
		assert.Regexp(t, `(?m)^Why: \w.+[^.]\.\nWhat to do: \w.+[^.]\.$`, o.out, name)
		assert.Regexp(t, `(?m)^被拒的步骤：.+\n原因：.+。\n怎么办：.+。$`, zh.out, name)
		if row.whenRight == "" {
			continue
		}
		right := []string{"explain"}
		for _, word := range strings.Fields(row.whenRight) {
			if setting, value, ok := strings.Cut(word, "="); ok && strings.HasPrefix(setting, "WECOM_") {
				env = env.with(setting, value)
				continue
			}
			right = append(right, word)
		}
		assert.Zero(t, env.wecom(t, text, right...).code, "%s: following the advice", name)
	}
}

// Whatever callback.Explain may advise has words here: its texts are those of the table.
func TestAllAdviceHasWords(t *testing.T) {
	t.Parallel()
	_, files := sources(t, "../../callback")
	goOnly := regexp.MustCompile(`PairOf|Repair the Store|Inbox\.Handler|Capture it|is nil|is used for|good for all|^ok: `)
	n := 0
	for _, file := range files {
		if file.Scope != nil || !declares(file, "Diagnosis") {
			continue
		}
		ast.Inspect(file, func(node ast.Node) bool {
			lit, ok := node.(*ast.BasicLit)
			if !ok || lit.Kind != token.STRING {
				return true
			}
			said, err := strconv.Unquote(lit.Value)
			require.NoError(t, err)
			if strings.Count(said, " ") < 3 || goOnly.MatchString(said) {
				return true
			}
			n++
			known := slices.ContainsFunc(fixSayings, func(x saying) bool { return strings.Contains(x.from, said) })
			assert.True(t, known, "fixSayings has no words for %q", said)
			return true
		})
	}
	require.Greater(t, n, 15)
}

func declares(file *ast.File, name string) bool {
	return slices.ContainsFunc(file.Decls, func(d ast.Decl) bool {
		g, ok := d.(*ast.GenDecl)
		if !ok || g.Tok != token.TYPE {
			return false
		}
		return slices.ContainsFunc(g.Specs, func(s ast.Spec) bool { return s.(*ast.TypeSpec).Name.Name == name })
	})
}

// A text without words here stays as it is, in both languages.
func TestUnknownAdviceIsPassedOn(t *testing.T) {
	t.Parallel()
	s := &session{lang: chinese, secrets: []string{"hidden-value"}}
	problem, fix := s.inWords(callback.Diagnosis{Step: "new", Problem: "something new with hidden-value", Fix: "do this"})
	assert.Equal(t, "something new with ***", problem)
	assert.Equal(t, "do this", fix)
	assert.Equal(t, "configuration", stepName("handler").en)
}

func TestAgeOfARequest(t *testing.T) {
	t.Parallel()
	const said = "the push is too far from our clock (replayed, or is the clock wrong?): its content is %s old, URL.MaxAge is 10m0s"
	for _, row := range []struct {
		step, age string
		old       string
		ahead     bool
	}{
		{"query time", "3h0m0s", "3h0m0s", false},
		{"content time", "11m1s", "11m1s", false},
		{"query time", "-1h0m0s", "-1h0m0s", true},
		{"signature", "3h0m0s", "", false},
		{"", "3h0m0s", "", false},
	} {
		old, ahead := ageOf(callback.Diagnosis{Step: row.step, Problem: strings.Replace(said, "%s", row.age, 1)})
		assert.Equal(t, row.old, old, row.step)
		assert.Equal(t, row.ahead, ahead, row.step)
	}
	old, _ := ageOf(callback.Diagnosis{Step: "query time", Problem: "said in other words"})
	assert.Empty(t, old, "then it is shown as any other")
}
