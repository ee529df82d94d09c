package main

import (
	"cmp"
	"errors"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/gothird/wecom/internal/fakewecom/platform"
	"github.com/gothird/wecom/internal/spec"
)

// secondKinds are the events whose answer WeCom wants within a second.
var secondKinds = []string{"create_auth", "change_auth", "cancel_auth", "reset_permanent_code", "agree_external_userid_migration"}

// judge prints what came back for a push, and what WeCom would think of it.
func (s *session) judge(w *sender, d platform.Delivery, e spec.Event) error {
	if d.Err != nil {
		return s.noAnswer(d.Err)
	}
	s.answer(d.Try)
	if slow := slices.Contains(secondKinds, e.InfoType) && d.Duration > time.Second; slow {
		s.say(text{"Slow: WeCom wants the answer to this event within 1 s. Answer first, work later.", "太慢：企业微信要求此事件在 1 秒内应答。请先应答，再处理。"})
	}
	if s.madeUp(e) {
		s.say(text{"Note: its %s is made up, and WeCom would refuse it; a handler may have stored it.", "注意：其中的 %s 是虚构的，企业微信不会接受；handler 可能已将其保存。"}, madeUpElement(e))
	}
	switch {
	case d.Status != http.StatusOK:
		return s.badStatus(d.Status)
	case !d.Accepted():
		s.say(text{"WeCom does not accept the answer: on this URL it wants HTTP 200 and exactly \"success\", and takes any other body for an error message.",
			"企业微信不接受这个应答：这个 URL 须返回 HTTP 200，且 body 恰好是 success；其他 body 会被视为错误信息。"})
		return s.failed()
	}
	return s.reply(w, d)
}

// madeUp reports whether the sample has a code or ticket that was not replaced.
func (s *session) madeUp(e spec.Event) bool {
	name := madeUpElement(e)
	return name != "" && !slices.ContainsFunc(slices.Concat(s.options["set"], s.args[2:]), func(arg string) bool { return strings.HasPrefix(arg, name+"=") })
}

func madeUpElement(e spec.Event) string {
	for _, name := range []string{"SuiteTicket", "AuthCode"} {
		if slices.Contains(elements(e.SampleXML), name) {
			return name
		}
	}
	return ""
}

// answer prints the answer of a handler.
func (s *session) answer(t platform.Try) {
	s.say(text{"Answer: HTTP %d %s after %v", "应答：HTTP %d %s，用时 %v"}, t.Status, http.StatusText(t.Status), t.Duration.Round(time.Millisecond))
	body, more := s.scrub(t.Body), "" // before it is cut: no part of a secret is shown
	const most = 400
	if len(body) > most {
		body, more = body[:most], " …"
		for !utf8.ValidString(body) && len(body) > most-utf8.UTFMax {
			body = body[:len(body)-1]
		}
	}
	s.say(text{"Body: %q%s", "正文：%q%s"}, body, more)
}

// noAnswer says why a handler gave no answer. The URL is not in the error.
func (s *session) noAnswer(err error) error {
	var late net.Error
	isLate := errors.As(err, &late) && late.Timeout()
	switch {
	case isLate && s.has("check"):
		s.say(text{"No answer within 5 s: the URL cannot be saved. WeCom wants the answer within 1 s.", "5 秒内没有应答：该 URL 无法保存。企业微信要求在 1 秒内返回。"})
		return s.failed()
	case s.has("check"):
		s.say(text{"No answer: %s. The URL cannot be saved. Does the handler listen at this address?", "没有应答：%s。该 URL 无法保存。handler 是否在监听这个地址？"}, strings.TrimPrefix(err.Error(), "fakewecom: callback: "))
		return s.failed()
	case isLate:
		s.say(text{"No answer within 5 s: WeCom hangs up and tries again, three times in all. Answer first, work later.",
			"5 秒内没有应答：企业微信会断开连接并重试，总共三次。请先应答，再处理。"})
		return s.failed()
	}
	s.say(text{"No answer: %s. WeCom would try again, three times in all. Does the handler listen at this address?",
		"没有应答：%s。企业微信会重试，总共三次。handler 是否在监听这个地址？"}, strings.TrimPrefix(err.Error(), "fakewecom: callback: "))
	return s.failed()
}

// badStatus says what another status than 200 means.
func (s *session) badStatus(status int) error {
	switch {
	case status >= 300 && status < 400:
		s.say(text{"WeCom does not accept the answer: it follows no redirect. Enter the URL at which the handler answers itself.", "企业微信不接受这个应答：它不会跟随重定向。请直接填写 handler 应答的 URL。"})
	case status == http.StatusForbidden || status == http.StatusUnauthorized || status == http.StatusBadRequest:
		s.say(text{"WeCom does not accept the answer. If the handler refuses the push: is its Token, EncodingAESKey and id what is set here? Its log says why, and \"wecom explain\" looks at what it got.",
			"企业微信不接受这个应答。如果是 handler 拒绝了推送：它的 Token、EncodingAESKey 和各个 id 是否与此处一致？请查看它的日志，或用 wecom explain 检查它收到的请求。"})
	case status == http.StatusNotFound || status == http.StatusMethodNotAllowed:
		s.say(text{"WeCom does not accept the answer: nothing serves this path, or not by POST and GET.", "企业微信不接受这个应答：该路径没有服务，或不支持 POST 与 GET。"})
	default:
		s.say(text{"WeCom does not accept the answer: it wants HTTP 200.", "企业微信不接受这个应答：须返回 HTTP 200。"})
	}
	if s.has("check") { // which is made when somebody saves the URL, once
		return s.failed()
	}
	s.say(text{"Whether it tries again is open: one of its pages says so of every status but 200, another only of timeouts and broken connections.",
		"是否会重试并不确定：一处文档说非 200 都会重试，另一处说只有超时和连接失败才重试。"})
	return s.failed()
}

// reply prints the passive reply in an answer that was accepted.
func (s *session) reply(w *sender, d platform.Delivery) error {
	reply, err := w.OpenReply(d)
	if err != nil {
		s.say(text{"WeCom takes the push as received, but cannot read the reply: %v. Answer with an empty body, or an encrypted passive reply (被动回复).",
			"企业微信视为已收到，但无法读取回复：%v。请返回空 body，或加密的被动回复。"}, strings.TrimPrefix(err.Error(), "fakewecom: "))
		return s.failed()
	}
	if reply != nil {
		shown, _ := maskMessage(string(reply))
		s.say(text{"Passive reply, decrypted:\n%s", "被动回复（已解密）：\n%s"}, shown)
	}
	s.say(text{"WeCom accepts the answer, and does not push it again.", "企业微信接受这个应答，不会重试。"})
	return nil
}

// check makes a URL check and prints its outcome.
func (s *session) check() error {
	if len(s.args) != 1 {
		return s.wrong(text{"one URL is needed: wecom push -check URL", "需要一个 URL:wecom push -check URL"})
	}
	address, channel, err := s.pushTarget(s.args[0])
	if err != nil {
		return err
	}
	w, err := s.sender(cmp.Or(channel, spec.ChannelData), address, "") // there, $CORPID$ is replaced
	if err != nil {
		return err
	}
	d, err := w.CheckURL(s.ctx, w.target)
	s.say(text{"Checked: %s", "已验证：%s"}, plainURL(address))
	if d.Err != nil || d.Status == 0 {
		return s.noAnswer(err)
	}
	return s.judgeCheck(d, err == nil)
}

// judgeCheck prints what WeCom would think of the answer to a URL check.
func (s *session) judgeCheck(d platform.Delivery, right bool) error {
	s.answer(d.Try)
	switch {
	case d.Status != http.StatusOK:
		return s.badStatus(d.Status)
	case !right:
		return s.badEcho(d.Body)
	case d.Duration > time.Second:
		s.say(text{"The answer is right, but came late: WeCom wants it within 1 s.", "应答正确，但太慢：企业微信要求在 1 秒内返回。"})
		return s.failed()
	}
	s.say(text{"WeCom accepts the answer: the URL can be saved.", "企业微信接受这个应答：该 URL 可以保存。"})
	return nil
}

// badEcho says what is wrong with the answer to a URL check.
func (s *session) badEcho(body string) error {
	inner := strings.Trim(body, " \t\r\n\"'\ufeff")
	switch {
	case inner != body && len(inner) == 19 && strings.Trim(inner, "0123456789") == "":
		s.say(text{"WeCom does not accept the answer: there is something around the decrypted text. Answer without quotes, line end and byte-order mark.",
			"企业微信不接受这个应答：明文前后有多余字符。请不要带引号、换行或 BOM。"})
	case body == "success":
		s.say(text{"WeCom does not accept the answer: \"success\" is the answer to a push. A URL check wants the decrypted echostr.", "企业微信不接受这个应答：success 是对推送的应答；URL 验证须返回解密后的 echostr。"})
	default:
		s.say(text{"WeCom does not accept the answer: it wants the decrypted echostr and nothing else.", "企业微信不接受这个应答：须只返回解密后的 echostr。"})
	}
	return s.failed()
}
