package console

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"html/template"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/gothird/wecom/internal/sandbox"
)

// The fields of a form that are not those of its route.
const (
	fieldRoute = "_do"   // such as POST /installs
	fieldBack  = "_back" // where the browser goes then
	fieldCSRF  = "_csrf"
	fieldSure  = "_sure" // the question of a dangerous action was answered
)

const (
	maxForm   = 1 << 20
	noteQuery = "note"
)

// Do writes the hidden fields of a form that submits a route, with values of its own in turn of
// names and values.
func (p *page) Do(route string, values ...any) (template.HTML, error) {
	if _, ok := sandbox.RouteOf(route); !ok {
		return "", fmt.Errorf("there is no route %s", route)
	}
	var b strings.Builder
	hide := func(name, value string) {
		fmt.Fprintf(&b, `<input type="hidden" name="%s" value="%s">`, escape(name), escape(value))
	}
	hide(fieldCSRF, p.CSRF)
	hide(fieldRoute, route)
	hide(fieldBack, p.Back)
	for i := 0; i+1 < len(values); i += 2 {
		hide(fmt.Sprint(values[i]), fmt.Sprint(values[i+1]))
	}
	return template.HTML(b.String()), nil
}

// DoAll is Do with the values of a list.
func (p *page) DoAll(route string, values []any) (template.HTML, error) {
	return p.Do(route, values...)
}

// do submits a route for a form, and sends the browser back with a note.
func (c *Console) do(rw http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(rw, r.Body, maxForm)
	if err := r.ParseForm(); err != nil {
		c.refuse(rw, r, &sandbox.Error{Status: http.StatusBadRequest, Message: languageOf(r).t(
			"表单不完整，或超过 1 MiB。请重新提交。", "The form is broken, or has more than 1 MiB: send it anew.")})
		return
	}
	form := r.PostForm
	if !c.ours(form.Get(fieldCSRF)) {
		c.refuse(rw, r, &sandbox.Error{Status: http.StatusForbidden, Message: languageOf(r).t(
			"这个页面属于上一次运行的沙箱。请返回并刷新页面，再试一次。", "This page is of an earlier run of the sandbox: go back, load it anew, and try again.")})
		return
	}
	route, ok := sandbox.RouteOf(form.Get(fieldRoute))
	if !ok {
		c.refuse(rw, r, &sandbox.Error{Status: http.StatusBadRequest, Message: languageOf(r).t(
			"表单没有指明接口：%.80q", "The form names no route: %.80q", form.Get(fieldRoute))})
		return
	}
	l, back := languageOf(r), local(form.Get(fieldBack))
	if q, dangerous := questions[form.Get(fieldRoute)]; dangerous && form.Get(fieldSure) == "" {
		c.ask(rw, r, q, form)
		return
	}
	chooseWay(form)
	n := c.submit(r, l, route, form)
	http.Redirect(rw, r, withNote(back, c.notes.keep(n)), http.StatusSeeOther)
}

// submit runs a route, and tells how it went.
func (c *Console) submit(r *http.Request, l language, route sandbox.Route, form url.Values) note {
	out, err := route.Submit(r.Context(), c.world, form)
	if err != nil {
		return note{Kind: "bad", Title: l.t("没有完成："+route.Zh, "Not done: "+route.En), Text: l.why(err)}
	}
	n := note{Kind: "ok", Title: l.t("已完成："+route.Zh, "Done: "+route.En)}
	for _, x := range pushesOf(out) {
		n.Pushes = append(n.Pushes, x)
		if !x.Accepted {
			n.Kind = "warn"
		}
	}
	n.Result, n.Marks = result(out), marksIn(out)
	switch form.Get(fieldRoute) {
	case "POST /urls/check":
		var checked sandbox.Checked
		_ = json.Unmarshal(out, &checked) // it comes from this type
		n.told(l, checked)
	case "POST /urls":
		c.checkSaved(r.Context(), l, form, &n)
	}
	return n
}

// why is the text of an error.
func (l language) why(err error) string {
	var e *sandbox.Error
	if l == chinese && errors.As(err, &e) && e.MessageZh != "" {
		return e.MessageZh
	}
	return err.Error()
}

// result is an answer without its pushes, to be read.
func result(out json.RawMessage) string {
	var fields map[string]json.RawMessage
	if json.Unmarshal(out, &fields) != nil {
		return ""
	}
	delete(fields, "pushes")
	if len(fields) == 0 {
		return ""
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	_ = e.Encode(fields) // they come from JSON
	return b.String()
}

// withNote is an address with the id of a note.
func withNote(back, id string) string {
	u, err := url.Parse(back)
	if err != nil {
		return "/"
	}
	q := u.Query()
	q.Set(noteQuery, id)
	u.RawQuery = q.Encode()
	return u.String()
}

// question is what is asked before an action that cannot be taken back.
type question struct{ zh, en, textZh, textEn, buttonZh, buttonEn string }

// questions are those of dangerous actions, by route.
var questions = map[string]question{
	"DELETE /installs/{suite}/{corp}": {"取消授权？", "Cancel the installation?",
		"永久授权码和令牌立即失效，并推送 cancel_auth。企业可以重新安装。", "Its permanent code and tokens end at once, and cancel_auth is pushed. The corp can install the app again.",
		"取消授权", "Cancel the installation"},
	"POST /installs/{suite}/{corp}/reset": {"重新获取 secret？", "Reset the secret?",
		"现在的永久授权码立即失效，并推送 reset_permanent_code。", "The permanent code ends at once, and reset_permanent_code is pushed.",
		"重新获取", "Reset"},
	"POST /orders/{order}/refund": {"申请退款？", "Ask for a refund?",
		"审批前订单保持不变；同意后激活码作废，成员失去许可。", "Until it is decided the order stays. If it is granted, its codes are void and members lose their licences.",
		"申请退款", "Ask for it"},
	"POST /reset": {"重新开始？", "Begin anew?",
		"企业、安装、令牌、订单、消息和日志全部清空，恢复到启动时的样子；回调 URL 保留。", "Corps, installations, tokens, orders, messages and the log are gone, and all is as at the start. Callback URLs stay.",
		"重新开始", "Begin anew"},
	"POST /corps/{corp}/groups/{chat}/dismiss": {"解散客户群？", "Dismiss the group?",
		"推送 change_external_chat（dismiss）。解散后不能恢复。", "change_external_chat (dismiss) is pushed. It cannot be undone.",
		"解散", "Dismiss"},
}

// asked is what the page of a question shows.
type asked struct {
	Title, Text, Button string
	Hidden              []hidden
}

type hidden struct{ Name, Value string }

// ask answers with the question, whose form has everything that the first one had.
func (c *Console) ask(rw http.ResponseWriter, r *http.Request, q question, form url.Values) {
	p, err := c.page(r, view{name: "confirm"})
	if err != nil {
		c.fail(rw, r, err)
		return
	}
	p.Back = local(form.Get(fieldBack))
	data := asked{p.lang.t(q.zh, q.en), p.lang.t(q.textZh, q.textEn), p.lang.t(q.buttonZh, q.buttonEn), []hidden{{fieldSure, "1"}}}
	for _, name := range slices.Sorted(maps.Keys(form)) {
		for _, value := range form[name] {
			data.Hidden = append(data.Hidden, hidden{name, value})
		}
	}
	p.Data = data
	c.render(rw, http.StatusOK, p)
}
