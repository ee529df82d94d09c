package console

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/gothird/wecom/internal/sandbox"
	"github.com/gothird/wecom/internal/spec"
)

// faultsData is what the page of faults and choices shows.
type faultsData struct {
	Faults  []faultRow
	Path    string   // for a new fault
	Paths   []string // of endpoints
	Presets []preset
	Tokens  []tokenKind
	Suites  []sandbox.Suite
	Choices sandbox.Choices
}

// faultRow is a fault that waits, in words.
type faultRow struct {
	sandbox.ActiveFault
	Effect string
	Left   string
}

// tokenKind is how many tokens of a kind there are.
type tokenKind struct {
	Kind, Name string
	Count      int
}

// preset is something that often goes wrong, with what an app should do.
type preset struct {
	Title, Right, Route string
	Values              []any
}

// faults is the page of faults and choices.
func (c *Console) faults(p *page) error {
	ctx, none := p.request.Context(), struct{}{}
	active, err := c.world.ListFaults(ctx, none)
	if err != nil {
		return err
	}
	tokens, err := c.world.ListTokens(ctx, none)
	if err != nil {
		return err
	}
	choices, err := c.world.ShowChoices(ctx, none)
	if err != nil {
		return err
	}
	provider, err := c.world.ShowProvider(ctx, none)
	d := faultsData{Path: p.Query("path"), Paths: endpointPaths(), Presets: p.lang.presets(), Tokens: p.lang.tokenKinds(tokens.Tokens),
		Suites: provider.Suites, Choices: choices}
	for _, f := range active.Faults {
		d.Faults = append(d.Faults, faultRow{f, p.lang.effect(f.Fault), p.lang.leftOf(f.Fault)})
	}
	p.Data = d
	return err
}

// endpointPaths are the paths of all endpoints.
func endpointPaths() (list []string) {
	for _, e := range spec.Endpoints() {
		list = append(list, e.Path)
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// tokenKinds counts the tokens that are good.
func (l language) tokenKinds(tokens []sandbox.Token) []tokenKind {
	list := []tokenKind{
		{spec.CredentialProvider, l.t("服务商令牌", "provider tokens"), 0},
		{spec.CredentialSuite, l.t("应用令牌", "suite tokens"), 0},
		{spec.CredentialCorp, l.t("企业令牌", "corp tokens"), 0},
	}
	for i := range list {
		for _, t := range tokens {
			if t.Kind == list[i].Kind && t.Killed == 0 {
				list[i].Count++
			}
		}
	}
	return list
}

// effect says what a fault does.
func (l language) effect(f sandbox.Fault) string {
	var list []string
	if f.Delay > 0 {
		list = append(list, l.t("延迟 %s", "%s late", took(l, time.Duration(f.Delay).Milliseconds())))
	}
	if f.Late {
		list = append(list, l.t("先执行", "carried out first"))
	}
	switch {
	case f.ErrCode != 0:
		list = append(list, strings.TrimSpace(fmt.Sprint("errcode ", f.ErrCode, " ", f.ErrMsg)))
	case f.Status != 0:
		list = append(list, fmt.Sprint("HTTP ", f.Status))
	case f.Cut:
		list = append(list, l.t("断开连接", "connection cut"))
	case f.Garbage:
		list = append(list, l.t("应答不是 JSON", "the answer is no JSON"))
	case f.KillToken:
		list = append(list, l.t("令牌作废", "the token is killed"))
	}
	return strings.Join(list, l.t("，", ", "))
}

// leftOf says how often a fault still counts.
func (l language) leftOf(f sandbox.Fault) string {
	text := l.t("直到移除", "until removed")
	if f.Times > 0 {
		text = l.t("还有 %d 次", "%d more times", f.Times)
	}
	if f.Skip > 0 {
		text += l.t("，先放过 %d 次", ", after %d that pass", f.Skip)
	}
	return text
}

// presets are what goes wrong with WeCom now and then.
func (l language) presets() []preset {
	const add, kill = "POST /faults", "POST /tokens/kill"
	return []preset{
		{l.t("所有服务商令牌失效", "Every provider token dies"), l.t("应当：取一次新令牌，重试一次", "Right: one new token, one retry"), kill, []any{"kind", spec.CredentialProvider}},
		{l.t("企业微信变慢（3 秒）", "WeCom is slow (3 s)"), l.t("应当：有超时，不堆积", "Right: a timeout, no pile-up"), add, []any{"delay", "3s"}},
		{l.t("45009 超过频率，10 次", "45009 too often, 10 times"), l.t("应当：停到窗口结束，不立刻重试", "Right: wait for the window, no retry at once"), add, []any{"errcode", 45009, "errmsg", "api freq out of limit", "times", 10}},
		{l.t("-1 系统繁忙，3 次", "-1 busy, 3 times"), l.t("应当：隔一会儿重试，最多 3 次", "Right: retry with delay, at most 3"), add, []any{"errcode", -1, "errmsg", "system error", "times", 3}},
		{l.t("下单成功，但应答丢失", "Order made, answer lost"), l.t("应当：先查订单，不重复下单", "Right: look at the orders, don't order again"), add, []any{"path", "/cgi-bin/license/create_new_order", "late", true, "cut", true, "times", 1}},
		{l.t("消息发出，但应答是 502", "Message sent, answered with 502"), l.t("应当：不盲目重发，接受可能的重复", "Right: no blind repeat, duplicates are possible"), add, []any{"path", "/cgi-bin/message/send", "late", true, "status", 502, "times", 1}},
		{l.t("应答不是 JSON，1 次", "An answer is no JSON, once"), l.t("应当：报错并重试读操作，不崩溃", "Right: an error, a retry of reads, no crash"), add, []any{"garbage", true, "times", 1}},
	}
}

// Hints of a form of a fault: only one way of going wrong is meant, that of the radio button.
const fieldWay = "_way"

// ways are the fields of the ways, and whether they are switches.
var ways = map[string]bool{"errcode": false, "status": false, "delay": false, "cut": true, "garbage": true, "kill_token": true}

// chooseWay leaves the one way in a form that its radio button names.
func chooseWay(form url.Values) {
	way := form.Get(fieldWay)
	isSwitch, known := ways[way]
	if !known {
		return
	}
	for name := range ways {
		if name != way {
			form.Del(name)
		}
	}
	if way != "errcode" {
		form.Del("errmsg")
	}
	if way == "delay" || way == "kill_token" {
		form.Del("late") // nothing is carried out before these
	}
	if isSwitch {
		form.Set(way, "true")
	}
}
