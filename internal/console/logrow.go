package console

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/gothird/wecom/internal/sandbox"
	"github.com/gothird/wecom/internal/spec"
)

// logRow is a call or a push, as a line of the log.
type logRow struct {
	Id           string // of the element
	Time         time.Time
	Call         bool
	Method, Lead string // of a call: what stands before the last part of the path
	What, Who    string
	Kind, Result string // of the tag
	Tries        int
	Took         string

	Request *sandbox.Request // of a call
	Push    *sandbox.Push    // of a push
	Suite   string           // names
	Corp    string
}

// names are those of corps and apps by their ids.
type names map[string]string

func (n names) of(id string) string {
	if name := n[id]; name != "" {
		return name
	}
	return id
}

// rows are the newest calls and pushes, the newest first.
func (c *Console) rows(ctx context.Context, l language, most int) ([]logRow, error) {
	known := names(c.world.Names())
	calls, err := c.world.ListRequests(ctx, sandbox.RequestQuery{Limit: most})
	if err != nil {
		return nil, err
	}
	pushes, err := c.world.ListPushes(ctx, sandbox.PushQuery{Limit: most})
	if err != nil {
		return nil, err
	}
	var list []logRow
	for _, x := range calls.Requests {
		list = append(list, callRow(l, known, x))
	}
	for _, x := range pushes.Pushes {
		list = append(list, pushRow(l, known, x))
	}
	slices.SortStableFunc(list, func(a, b logRow) int { return b.Time.Compare(a.Time) })
	return list[:min(most, len(list))], nil
}

func callRow(l language, known names, x sandbox.Request) logRow {
	row := logRow{Id: fmt.Sprintf("call-%d", x.Id), Time: x.Time, Call: true, Method: x.Method, Request: &x,
		Suite: known.of(x.SuiteId), Corp: known.of(x.CorpId), Took: took(l, x.Ms)}
	cut := strings.LastIndexByte(x.Path, '/') + 1
	row.Lead, row.What = x.Path[:cut], x.Path[cut:]
	row.Who = cmp.Or(row.Corp, row.Suite, l.t("服务商", "provider"))
	switch {
	case x.Status == 0:
		row.Kind, row.Result, row.Took = "bad", l.t("没有应答", "no answer"), "–"
	case x.Status != 200:
		row.Kind, row.Result = "bad", fmt.Sprintf("HTTP %d", x.Status)
	case x.ErrCode != 0:
		row.Kind, row.Result = "bad", fmt.Sprint(x.ErrCode)
	case x.Fault:
		row.Kind, row.Result = "now", l.t("0 故障已注入", "0 fault applied")
	case x.Sample:
		row.Kind, row.Result = "", l.t("0 样例应答", "0 sample")
	case l.partAdvice(&x) != nil:
		row.Kind, row.Result = "warn", l.t("0 部分未送达", "0 partly sent")
	default:
		row.Kind, row.Result = "ok", "0 ok"
	}
	return row
}

func pushRow(l language, known names, x sandbox.Push) logRow {
	row := logRow{Id: fmt.Sprintf("push-%d", x.Id), Time: x.Time, What: x.Kind, Tries: len(x.Tries), Push: &x,
		Suite: known.of(x.SuiteId), Corp: known.of(x.CorpId), Took: "–"}
	row.Who = cmp.Or(row.Corp, row.Suite)
	if x.Channel == spec.ChannelSystem {
		row.Who = l.t("系统事件", "system events")
	}
	row.Kind, row.Result = "warn", l.t("没有 URL", "no URL")
	if len(x.Tries) > 0 {
		last := x.Tries[len(x.Tries)-1]
		row.Took = took(l, last.Ms)
		switch {
		case x.Accepted && last.Ms >= slowPush:
			row.Kind, row.Result = "warn", l.t("200 慢", "200 slow")
		case x.Accepted:
			row.Kind, row.Result = "ok", fmt.Sprint(last.Status, " success")
		case last.Status != 0:
			row.Kind, row.Result = "bad", l.t("未接受 ", "not accepted ")+fmt.Sprint(last.Status)
		default:
			row.Kind, row.Result, row.Took = "bad", l.t("未接受", "not accepted"), "–"
		}
	}
	return row
}

// took is how long an answer took.
func took(l language, ms int64) string {
	if ms >= 1000 {
		return l.t(fmt.Sprintf("%.1f 秒", float64(ms)/1000), fmt.Sprintf("%.1f s", float64(ms)/1000))
	}
	return l.t(fmt.Sprintf("%d ms", ms), fmt.Sprintf("%d ms", ms))
}
