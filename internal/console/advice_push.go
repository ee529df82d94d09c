package console

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"

	"github.com/gothird/wecom/internal/sandbox"
)

// How long WeCom waits for an answer to the check of a callback URL, in milliseconds; and what
// is slow for a push, for which it waits five seconds.
const (
	checkLimit = 1000
	slowPush   = 3000
)

// pushAdvice explains a push that was not accepted, or that took long; nil: all is well.
func (l language) pushAdvice(x logRow) *advice {
	tries := x.Push.Tries
	if len(tries) == 0 {
		return &advice{"warn", l.t("没有发出", "It did not go out"), l.t("这个通道没有回调 URL，或推送还没有开始。", "Its channel has no callback URL, or it has not begun yet.")}
	}
	last := tries[len(tries)-1]
	if x.Push.Accepted {
		if last.Ms < slowPush {
			return nil
		}
		return &advice{"warn", l.t("应答很慢：%s", "Slow: %s", took(l, last.Ms)), l.t("企业微信只等 5 秒。先应答 success，再异步处理。", "WeCom waits five seconds. Answer success first, and do the work afterwards.")}
	}
	title, text := l.tryProblem(last)
	if title == "" {
		title = l.t("应答不是 success", "The answer is not success")
		text = l.t("应答 HTTP 200 和 success 七个字母，不要引号和换行。", "Answer HTTP 200 with the seven letters success, without quotes or a newline.")
	}
	return &advice{"bad", title, text + l.t(" 企业微信试过 3 次后不再推送：漏掉的要靠查询接口补上。", " WeCom gives up after three tries: what was missed has to be fetched.")}
}

// checkAdvice explains the check of a callback URL; nil: it is all right.
func (l language) checkAdvice(c sandbox.Checked) *advice {
	if c.Ok {
		if c.Try.Ms <= checkLimit {
			return nil
		}
		return &advice{"warn", l.t("%s 后才应答，企业微信只等 1 秒", "Answered after %s; WeCom waits 1 s", took(l, c.Try.Ms)),
			l.t("验证时不要访问数据库或其他服务。", "Don't reach for a database or another service during the check.")}
	}
	title, text := l.tryProblem(c.Try)
	switch {
	case title != "":
	case strings.Contains(c.Try.Body, c.Want):
		title = l.t("应答不对：明文之外还有别的", "Wrong answer: there is more than the plain text")
		text = l.t("只应答明文，不要引号、BOM、换行或 JSON。", "Answer the bare plain text: no quotes, BOM, newline or JSON.")
	case strings.TrimSpace(c.Try.Body) == "":
		title = l.t("应答是空的", "The answer is empty")
		text = l.t("解密 echostr，把得到的明文作为应答正文。", "Decrypt echostr, and answer with the text that it holds.")
	default:
		title = l.t("应答不对：不是 echostr 里的明文", "Wrong answer: not the text of echostr")
		text = l.t("用这个 URL 的 EncodingAESKey 解密 echostr，原样应答；不要应答 echostr 本身。", "Decrypt echostr with the EncodingAESKey of this URL and answer the text; not echostr itself.")
	}
	return &advice{"bad", title, text}
}

// tryProblem says why an answer of a callback URL will not do, and what to do; "": it is HTTP 200.
func (l language) tryProblem(t sandbox.Try) (title, text string) {
	if t.Error != "" {
		return l.networkProblem(t.Error)
	}
	switch t.Status {
	case http.StatusOK:
		return "", ""
	case http.StatusNotFound:
		return l.t("HTTP 404：这个路径没有处理程序", "HTTP 404: nothing handles this path"),
			l.t("核对 URL 的路径。同一个 URL 要同时处理 GET（验证）和 POST（推送）。", "Compare the path of the URL. One URL serves both GET (check) and POST (push).")
	case http.StatusMethodNotAllowed:
		return l.t("HTTP 405：这个路径不接受该方法", "HTTP 405: the path does not take this method"),
			l.t("同一个 URL 要同时处理 GET（验证）和 POST（推送）。", "One URL serves both GET (check) and POST (push).")
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusBadRequest:
		return l.t("HTTP %d：您的服务拒绝了请求", "HTTP %d: your server refuses it", t.Status),
			l.t("多半是 Token、EncodingAESKey 或 receiveid 不一致：验证时 receiveid 是服务商 CorpID，指令推送是 SuiteID，数据推送是企业的 CorpID。也可能是登录中间件拦下了请求。",
				"The Token, EncodingAESKey or receiveid probably differ: a check carries the corp id of the provider, a command push the suite id, a data push the corp id. Or a login in front stops it.")
	}
	return fmt.Sprintf("HTTP %d", t.Status), l.t("您的服务出错，原因在它自己的日志里。", "Your server fails; its own log has the reason.")
}

var dialled = regexp.MustCompile(`dial tcp (\S+):`)

// networkProblem explains an error of the network.
func (l language) networkProblem(problem string) (title, text string) {
	at := ""
	if m := dialled.FindStringSubmatch(problem); m != nil {
		at = m[1]
	}
	has := func(parts ...string) bool {
		for _, part := range parts {
			if strings.Contains(problem, part) {
				return true
			}
		}
		return false
	}
	switch {
	case has("connection refused", "actively refused"):
		return l.t("连接被拒绝：%s 上没有程序在监听", "Connection refused: nothing listens on %s", at),
			l.t("启动您的回调服务，或改正 URL。沙箱在容器里时，用 host.docker.internal 代替 127.0.0.1。", "Start your callback server, or correct the URL. If the sandbox runs in a container, use host.docker.internal in place of 127.0.0.1.")
	case has("no such host", "server misbehaving"):
		return l.t("找不到主机名", "The name of the host is unknown"), l.t("核对 URL 里的主机名，沙箱所在的机器要能解析它。", "Compare the name in the URL; the machine of the sandbox has to know it.")
	case has("Timeout", "deadline exceeded", "i/o timeout"):
		return l.t("5 秒内没有应答", "No answer within five seconds"), l.t("先应答，再异步处理；断点调试时也会超时。", "Answer first and work afterwards; a breakpoint brings this about as well.")
	case has("server gave HTTP response to HTTPS"):
		return l.t("URL 是 https，服务说的是 http", "The URL is https, the server speaks http"), l.t("把 URL 改为 http://。", "Change the URL to http://.")
	case has("x509", "certificate", "tls:"):
		return l.t("证书不被信任", "The certificate is not trusted"), l.t("本机开发时用 http:// 即可。", "On your machine http:// will do.")
	case has("EOF", "reset by peer"):
		return l.t("连接断开，没有应答", "The connection ended without an answer"), l.t("您的服务可能崩溃了，或只接受 https。看它的日志。", "Your server may have crashed, or takes https only. See its log.")
	}
	return l.t("没有应答", "There was no answer"), problem
}
