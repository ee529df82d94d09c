package main

import (
	"cmp"
	"io"
	"log/slog"
	"strings"
	"time"

	"github.com/gothird/wecom/callback"
	"github.com/gothird/wecom/token"
)

func explainCommand() *command {
	return &command{
		name:  "explain",
		title: text{"why does my URL check or push fail?", "我的 URL 验证或推送为什么失败？"},
		usage: []string{"[FILE]", "-url URL [-body FILE]"},
		about: text{`Takes a captured request through the steps of a callback URL, says at which one it would be
refused, and what to change. FILE, or the standard input, has what you could get hold of: a curl
command, the request as it went over the wire, a line of an access log, or its URL with the body
below it. Nothing is sent anywhere.

The ids say what the URL serves. Without any, only signature and encryption are checked.`,
			`让抓到的请求依次通过回调 URL 的各个检查步骤，指出会在哪一步被拒、应当怎么改。
文件或标准输入可以是：curl 命令、原始 HTTP 请求、访问日志中的一行，或 URL 加下一行起的 body。
不会向任何地方发送数据。

各个 id 说明这个 URL 服务于谁。一个都不给时，只检查签名与加密。`},
		options: []option{
			{"url", "URL", text{"URL of the request, with its query", "请求的 URL，含查询参数"}},
			{"body", "FILE", text{"body of the push; - is the standard input", "推送的 body;- 表示标准输入"}},
			{"system", "", text{"the URL is the provider's 系统事件接收URL", "这是服务商的系统事件接收URL"}},
			{"receive", "ID", text{`a further receive id that is good, "" for an individual's app; may be repeated`, `其他可接受的 receiveid，个人主体为 ""；可重复`}},
		},
		settings: []string{setToken, setKey, setCorpId, setSuiteId},
		examples: []string{
			"wecom explain request.txt",
			"wecom explain -url 'https://example.com/wecom?msg_signature=…&timestamp=…&nonce=…&echostr=…'",
			"wecom explain -url 'https://example.com/wecom?msg_signature=…&timestamp=…&nonce=…' -body push.xml",
			"pbpaste | WECOM_TOKEN=@token WECOM_AES_KEY=@key wecom explain -system",
		},
		run: explain,
	}
}

// ids is what a callback URL serves.
type ids struct {
	suite, provider string
	receive         []string
	system          bool
}

// given reports whether there is anything to compare a receive id with.
func (x ids) given() bool { return x.suite != "" || x.provider != "" || len(x.receive) > 0 }

func explain(s *session) error {
	p, err := s.pair()
	if err != nil {
		return err
	}
	values, err := s.load(nil, setCorpId, setSuiteId)
	if err != nil {
		return err
	}
	c, err := s.captured()
	if err != nil {
		return err
	}
	x := ids{values[setSuiteId], values[setCorpId], s.options["receive"], s.has("system")}
	h, err := handlerFor(p, x)
	if err != nil {
		return s.wrong(text{"this configuration cannot be used: %v", "这样的配置无法使用：%v"}, err)
	}
	d := callback.Explain(h, c.request())
	return s.verdict(d, p, c, x)
}

// handlerFor makes the handler of a URL. Ids that are missing are ones that nobody has.
func handlerFor(p pair, x ids) (*callback.Handler, error) {
	const nobody = "(none)"
	api, err := token.New(token.Config{CorpId: cmp.Or(x.provider, nobody), SuiteId: cmp.Or(x.suite, nobody), SuiteSecret: nobody, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return nil, err
	}
	in, err := callback.NewInbox(callback.Config{Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return nil, err
	}
	url := callback.URL{Token: p.token, EncodingAESKey: p.key, ReceiveIds: x.receive}
	if x.system {
		url.Channel = callback.System
	}
	return in.Handler(api, url)
}

// captured finds the request: by options, in a file, or on the standard input.
func (s *session) captured() (c capture, err error) {
	if !s.has("url") {
		if s.has("body") {
			return c, s.wrong(text{"-body needs -url, for the signature is in the query", "-body 需要与 -url 一起使用：签名在查询参数里"})
		}
		return s.capturedInput()
	}
	c.url = s.value("url")
	file := s.value("body")
	switch {
	case file != "" && len(s.args) > 0, len(s.args) > 1:
		return c, s.wrong(text{"one body at most: -body FILE", "最多一个 body：-body FILE"})
	case len(s.args) == 1:
		file = s.args[0]
	case file == "" && c.isCheck():
		return c, nil
	case file == "":
		file = "-"
	}
	c.body, err = s.read(file)
	return c, err
}

func (s *session) capturedInput() (capture, error) {
	data, err := s.input()
	if err != nil {
		return capture{}, err
	}
	c, ok := readCapture(data, s.read)
	switch {
	case ok && c.url != "":
		return c, nil
	case ok:
		return c, s.wrong(text{"this is a body without its URL; give that too: -url 'https://…?msg_signature=…&timestamp=…&nonce=…'",
			"这是没有 URL 的 body，请同时给出 URL：-url 'https://…?msg_signature=…&timestamp=…&nonce=…'"})
	}
	return c, s.wrong(text{"no request is recognised in the input: give a curl command, a line that begins with GET or POST, or the URL with the body below it",
		"输入中没有可识别的请求：请给出 curl 命令、以 GET 或 POST 开头的请求行，或 URL 加下一行起的 body"})
}

// verdict prints what is wrong and what to do.
func (s *session) verdict(d callback.Diagnosis, p pair, c capture, x ids) error {
	old, ahead := ageOf(d)
	unknown := !x.given() && (d.Step == "receive id" || d.Step == "addressee")
	if !d.OK() && !unknown && (old == "" || ahead) {
		problem, fix := s.inWords(d)
		s.say(text{"Refused at the step: %s", "被拒的步骤：%s"}, stepName(d.Step))
		s.say(text{"Why: %s.", "原因：%s。"}, problem)
		s.say(text{"What to do: %s.", "怎么办：%s。"}, fix)
		return s.failed()
	}
	s.say(text{"Good: signature and encryption are right.", "正常：签名与加密都正确。"})
	s.about(p, c, x)
	if old != "" {
		s.say(text{"It is %s old by the clock of this machine. If it came just now, set the clock: a difference of more than 10 minutes is refused. If it was captured earlier, all is well.",
			"按本机时钟，它是 %s 前的请求。若刚刚收到，请校准时钟：相差超过 10 分钟会被拒绝；若是较早抓取的，则没有问题。"}, old)
	}
	return nil
}

// about says what a good request is, and for whom.
func (s *session) about(p pair, c capture, x ids) {
	r := c.request()
	q := r.URL.Query()
	encrypted := q.Get("echostr")
	if r.Method != "GET" {
		body, _ := io.ReadAll(r.Body) // from memory
		m, _ := envelope(body)        // it has been read before
		encrypted = m.encrypt
	}
	payload, receiveId, _ := p.cipher.Decrypt(encrypted) // it has been decrypted before
	if !x.given() {
		s.say(text{"It is for %q. Nothing was given to compare that with: set WECOM_CORP_ID and WECOM_SUITE_ID, or -receive ID.",
			"接收方（receiveid）是 %q。没有可以比对的 id：请设置 WECOM_CORP_ID 与 WECOM_SUITE_ID，或使用 -receive ID。"}, receiveId)
	} else {
		s.say(text{"It is for %q, which this URL serves.", "接收方（receiveid）是 %q，属于这个 URL。"}, receiveId)
	}
	if r.Method == "GET" {
		s.say(text{"It is a URL check: answer with the decrypted text and nothing else, within a second.", "这是 URL 验证请求：须在 1 秒内只返回解密后的明文，不带引号和换行。"})
		return
	}
	n, err := callback.Parse(payload)
	if err != nil {
		return // Explain has said so
	}
	kind := n.Kind()
	if n.ChangeType != "" {
		kind += "." + n.ChangeType
	}
	s.say(text{"It is a push: %s", "这是一次推送：%s"}, strings.TrimSpace(kind+" "+titleOfPush(n.Kind(), n.ChangeType).in(s.lang)))
	if len(n.Misfits) > 0 {
		s.say(text{"These elements do not have the documented form: %s", "以下元素与文档的格式不符：%s"}, strings.Join(n.Misfits, ", "))
	}
}

// ageOf is how old a request is that is refused for its age only; ahead: it comes from the
// future, so that a clock is wrong.
func ageOf(d callback.Diagnosis) (old string, ahead bool) {
	if d.Step != "query time" && d.Step != "content time" {
		return "", false
	}
	for _, word := range strings.Fields(d.Problem) {
		if age, err := time.ParseDuration(word); err == nil {
			return age.String(), age < 0
		}
	}
	return "", false
}
