package main

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/gothird/wecom/callback"
)

// saying gives words of the command to a text of callback.Explain, which speaks to Go
// programs: %s and %q of the first stand for what %[1]s and so on show in the second.
type saying struct {
	from string
	text text
}

// inWords returns the problem and its fix in the language of the session, as far as they have
// words here.
func (s *session) inWords(d callback.Diagnosis) (problem, fix string) {
	return s.translate(d.Problem, problemSayings), s.translate(d.Fix, fixSayings)
}

// translate puts a text into other words; it stays as it is if there are none.
func (s *session) translate(said string, sayings []saying) string {
	for _, x := range sayings {
		m := x.matcher().FindStringSubmatch(said)
		if m == nil {
			continue
		}
		var holes []string
		for i, value := range m[1:] {
			holes = append(holes, "%["+strconv.Itoa(i+1)+"]s", s.scrub(value))
		}
		return strings.NewReplacer(holes...).Replace(x.text.in(s.lang))
	}
	return s.scrub(said)
}

// matcher finds the text with its holes filled.
func (x saying) matcher() *regexp.Regexp {
	pattern := regexp.QuoteMeta(x.from)
	pattern = strings.ReplaceAll(pattern, "%q", `("(?:[^"\\]|\\.)*")`)
	pattern = strings.ReplaceAll(pattern, "%s", `(.+?)`)
	return regexp.MustCompile(`(?s)^` + pattern + `$`)
}

// stepName says what a step of callback.Explain is about.
func stepName(step string) text {
	switch step {
	case "method":
		return text{"method", "请求方法"}
	case "query":
		return text{"query", "查询参数"}
	case "body", "envelope":
		return text{"body", "body"}
	case "signature":
		return text{"signature", "签名"}
	case "decrypt":
		return text{"decryption", "解密"}
	case "echo":
		return text{"echostr", "echostr"}
	case "content":
		return text{"content", "消息内容"}
	case "receive id", "addressee":
		return text{"receive id", "接收方（receiveid）"}
	case "query time", "content time":
		return text{"time", "时间"}
	}
	return text{"configuration", "配置"}
}

// problemSayings are for what callback.Explain finds wrong.
var problemSayings = []saying{
	{"method is neither GET nor POST: %q", text{"the method is %[1]s, neither GET nor POST", "请求方法是 %[1]s，既不是 GET 也不是 POST"}},
	{"the query is not WeCom's: timestamp is no number of seconds", text{"timestamp in the query is no number of seconds", "查询参数 timestamp 不是秒数"}},
	{"the query is not WeCom's: %s missing", text{"the query lacks %[1]s", "查询参数缺少 %[1]s"}},
	{"the body cannot be read: http: request body too large", text{"the body is larger than 1 MiB", "body 超过 1 MiB"}},
	{"the body cannot be read: %s", text{"the body cannot be read (%[1]s)", "无法读取 body(%[1]s)"}},
	{"not a document as WeCom sends them: envelope without Encrypt", text{"the body has no Encrypt in it", "body 中没有 Encrypt"}},
	{"not a document as WeCom sends them: envelope: %s", text{"the body is neither XML nor JSON, or was cut off", "body 既不是 XML 也不是 JSON，或被截断"}},
	{"not a document as WeCom sends them: %s", text{"what was decrypted is neither XML nor JSON", "解密出的内容既不是 XML 也不是 JSON"}},
	{"signature does not match (forged, or signed with another Token)", text{"the signature does not match: it was made with another Token, or something was changed on the way", "签名不符：用的是另一个 Token，或内容在途中被改动"}},
	{"message cannot be decrypted (is EncodingAESKey the one of this URL?)", text{"the message cannot be decrypted with this EncodingAESKey", "用这个 EncodingAESKey 无法解密"}},
	{"echostr is no URL check but a message: not echoed", text{"echostr holds a message, and no text of a URL check", "echostr 中是一条消息，而不是 URL 验证的明文"}},
	{"message is for another receive id: it is for %q, but its content names no corp", text{"it is for %[1]s, but its content names no corp", "接收方（receiveid）是 %[1]s，但内容中没有企业"}},
	{"message is for another receive id: it is for %q, but its content names %q", text{"it is for %[1]s, but its content names %[2]s", "接收方（receiveid）是 %[1]s，但内容中写的是 %[2]s"}},
	{"message is for another receive id: its content comes from corp %q: a reply that was sent back", text{"its content comes from %[1]s: it is a passive reply that was sent back", "内容来自 %[1]s：是被原样发回的被动回复"}},
	{"message is for another receive id: %q; %s on this URL may be for %s", text{"it is for %[1]s, which this URL does not serve by its configuration", "接收方（receiveid）是 %[1]s，按现有配置不属于这个 URL"}},
	{"the push is too far from our clock (replayed, or is the clock wrong?): %s is %s old, URL.MaxAge is %s", text{"its time is that of another clock than this machine's: it is %[2]s old", "它的时间与本机时钟不符：距今 %[2]s"}},
}
