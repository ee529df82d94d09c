package console

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/gothird/wecom/internal/sandbox"
	"github.com/gothird/wecom/internal/spec"
)

// advice is what a row of the log means, and what to do.
type advice struct {
	Kind        string // bad, warn or now
	Title, Text string
}

// callAdvice explains a call that went wrong, or that brought less than it seems; nil: all is well.
func (l language) callAdvice(x logRow) *advice {
	r := x.Request
	switch {
	case r.Status == 0:
		return &advice{"bad", l.t("没有应答", "There was no answer"),
			l.t("连接被故障断开，或请求还在处理。应用应当有超时；写操作先查询结果，再决定是否重试。", "A fault has cut the connection, or the call is still under way. An app needs a timeout, and looks at the outcome of a write before it repeats it.")}
	case r.Status == http.StatusNotFound && r.Problem != "":
		return &advice{"bad", l.t("没有这个接口", "There is no such endpoint"),
			l.t("沙箱不认识这个路径：请核对拼写；也可能是沙箱没有收录的接口。", "The sandbox does not know this path: check its spelling. It may also be an endpoint that the sandbox does not have.")}
	case r.Problem != "":
		return &advice{"bad", l.t("请求不符合接口文档", "The request is not as documented"), r.Problem}
	case r.ErrCode != 0:
		return l.codeAdvice(r.ErrCode, r.Answer)
	case r.Status != 200:
		return &advice{"bad", fmt.Sprintf("HTTP %d", r.Status),
			l.t("企业微信的错误都是 HTTP 200 加 errcode；其他状态来自故障或网关。按暂时故障处理：隔一会儿重试，写操作先查询。", "WeCom's own errors are HTTP 200 with an errcode; another status is a fault's or a gateway's. Take it as temporary: try again later, and look before you repeat a write.")}
	case r.Sample:
		return &advice{"now", l.t("这是文档里的样例应答", "This is the documented sample"),
			l.t("沙箱没有实现这个接口的规则：只检查了请求的格式，没有改变任何状态。", "The sandbox has no rules for this endpoint: the form of the request was checked, and nothing has changed.")}
	}
	return l.partAdvice(r)
}

// partAdvice tells whom a message has not reached.
func (l language) partAdvice(r *sandbox.Request) *advice {
	if !strings.HasPrefix(r.Path, "/cgi-bin/message/send") {
		return nil
	}
	var a struct {
		InvalidUser    string `json:"invaliduser"`
		InvalidParty   string `json:"invalidparty"`
		InvalidTag     string `json:"invalidtag"`
		UnlicensedUser string `json:"unlicenseduser"`
	}
	if json.Unmarshal([]byte(r.Answer), &a) != nil {
		return nil // a fault has spoilt it
	}
	var list []string
	for _, x := range []struct{ ids, zh, en string }{
		{a.InvalidUser, "不存在，或不在应用的可见范围内", "do not exist, or cannot see the app"},
		{a.InvalidParty, "部门无效", "are no departments that see the app"},
		{a.InvalidTag, "标签无效", "are no tags that see the app"},
		{a.UnlicensedUser, "没有有效的基础账号：请先激活许可", "hold no valid base account: activate a licence first"},
	} {
		if x.ids != "" {
			list = append(list, x.ids+" "+l.t(x.zh, x.en))
		}
	}
	if list == nil {
		return nil
	}
	return &advice{"warn", l.t("errcode 为 0，但有人没有收到", "errcode is 0, but somebody did not get it"), strings.Join(list, l.t("；", "; ")) + l.t("。", ".")}
}

// codeAdvice explains an errcode.
func (l language) codeAdvice(code int, answer string) *advice {
	if x, ok := codeTexts[code]; ok {
		return &advice{"bad", fmt.Sprint(code, " ", l.t(x.titleZh, x.titleEn)), l.t(x.zh, x.en)}
	}
	var a struct {
		ErrMsg string `json:"errmsg"`
	}
	_ = json.Unmarshal([]byte(answer), &a) // an answer that is no JSON says nothing
	a.ErrMsg, _, _ = strings.Cut(a.ErrMsg, ", hint:")
	out := &advice{"bad", strings.TrimSpace(fmt.Sprint(code, " ", a.ErrMsg)), ""}
	codes := spec.ErrorCodes()
	at := slices.IndexFunc(codes, func(x spec.ErrorCode) bool { return x.Code == code })
	if at < 0 {
		out.Text = l.t("已知的错误码里没有它，可能来自故障。", "It is none of the known codes: it may be a fault's.")
		return out
	}
	out.Text = l.t("含义（英文）：%s。", "%s.", codes[at].Meaning)
	if x, ok := classTexts[codes[at].Class]; ok {
		out.Text += l.t(x[0], " "+x[1])
	}
	return out
}
