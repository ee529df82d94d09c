package console

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gothird/wecom/internal/sandbox"
)

const (
	shownLog    = 100
	exportedLog = 10000
	logStep     = 200 // how many are asked for at once
)

// logData is what the log shows.
type logData struct {
	logQuery
	Entries []logEntry
	Count   int // of rows
	Corps   []sandbox.Corp
	Older   string // address of what comes before
	Export  string // address of the same as a file
}

// logEntry is a row of the log with its details, or a move of the clock.
type logEntry struct {
	logRow
	Open      bool
	Clock     bool
	Advice    *advice
	Sent, Got string // the request of a call and its answer, or what was pushed
	Curl      string
}

// logQuery chooses rows of the log.
type logQuery struct {
	Q, Dir, Res, Corp string
	Push              int // only this one, open
	words             []string
	calls             int64 // only ids below; 0: all
	pushes            int
}

// logQueryOf reads the query of a page. What cannot be meant counts as left out.
func logQueryOf(p *page) (q logQuery) {
	q = logQuery{Q: p.Query("q"), Dir: p.Query("dir"), Res: p.Query("res"), Corp: p.Query("corp")}
	q.words = strings.Fields(strings.ToLower(q.Q))
	q.Push, _ = strconv.Atoi(p.Query("push"))
	calls, pushes, _ := strings.Cut(p.Query("older"), "-")
	q.calls, _ = strconv.ParseInt(calls, 10, 64)
	q.pushes, _ = strconv.Atoi(pushes)
	q.calls, q.pushes, q.Push = max(0, q.calls), max(0, q.pushes), max(0, q.Push)
	return q
}

// All reports whether nothing is filtered.
func (q logQuery) All() bool {
	return q.Dir == "" && q.Res == "" && q.Corp == "" && q.Q == "" && q.Push == 0
}

// fits reports whether a row is asked for.
func (q logQuery) fits(x logRow) bool {
	if q.Res == "bad" && x.Kind != "bad" || q.Corp != "" && x.corpId() != q.Corp {
		return false
	}
	if len(q.words) == 0 {
		return true
	}
	text := strings.ToLower(x.text())
	return !slices.ContainsFunc(q.words, func(word string) bool { return !strings.Contains(text, word) })
}

func (x logRow) corpId() string {
	if x.Call {
		return x.Request.CorpId
	}
	return x.Push.CorpId
}

// text is everything that a row and its details say.
func (x logRow) text() string {
	list := []string{x.Method, x.Lead + x.What, x.Who, x.Suite, x.Corp, x.Result, x.Id}
	if r := x.Request; r != nil {
		list = append(list, r.Body, r.Answer, r.Problem, r.Token, r.TokenKind, r.CorpId, r.SuiteId)
		for name, values := range r.Query {
			list = append(append(list, name), values...)
		}
	}
	if d := x.Push; d != nil {
		list = append(list, d.Event, d.Channel, d.CorpId, d.SuiteId)
		for _, t := range d.Tries {
			list = append(list, t.Body, t.Error)
		}
	}
	return strings.Join(list, "\n")
}

// log is the page of calls and pushes.
func (c *Console) log(p *page) error {
	d := logData{logQuery: logQueryOf(p)}
	ctx := p.request.Context()
	corps, err := c.world.ListCorps(ctx, struct{}{})
	if err != nil {
		return err
	}
	rows, more, err := c.logRows(ctx, p.lang, d.logQuery, shownLog)
	if err != nil {
		return err
	}
	d.Corps, d.Older, d.Count = corps.Corps, d.older(p, rows, more), len(rows)
	d.Export = strings.Replace(p.With("older", ""), "/log", "/log.ndjson", 1)
	for _, x := range rows {
		d.Entries = append(d.Entries, p.entry(x, d.Push != 0))
	}
	if d.All() {
		moves, err := c.clockMoves(ctx, p.Status.LastChange)
		if err != nil {
			return err
		}
		d.Entries = withMoves(d.Entries, moves, more, d.calls+int64(d.pushes) == 0)
	}
	p.Data = d
	return nil
}

// older is the address of the rows before those that are shown; "": there are none.
func (q logQuery) older(p *page, rows []logRow, more bool) string {
	if !more {
		return ""
	}
	for _, x := range rows {
		if x.Call {
			q.calls = x.Request.Id
		} else {
			q.pushes = x.Push.Id
		}
	}
	return p.With("older", strconv.FormatInt(q.calls, 10)+"-"+strconv.Itoa(q.pushes))
}

// logRows are the newest rows that are asked for, the newest first. more says that there are
// others before them.
func (c *Console) logRows(ctx context.Context, l language, q logQuery, most int) (list []logRow, more bool, err error) {
	known := names(c.world.Names())
	if q.Push != 0 {
		x, err := c.world.ShowPush(ctx, sandbox.PushRef{Id: q.Push})
		return []logRow{pushRow(l, known, x)}, false, err
	}
	if q.Dir != "push" {
		list, err = collect(q, most+1, q.calls, func(before int64) ([]logRow, error) {
			got, err := c.world.ListRequests(ctx, sandbox.RequestQuery{Before: before, Limit: logStep})
			return rowsOf(got.Requests, func(x sandbox.Request) logRow { return callRow(l, known, x) }), err
		})
	}
	if q.Dir != "call" && err == nil {
		var pushes []logRow
		pushes, err = collect(q, most+1, int64(q.pushes), func(before int64) ([]logRow, error) {
			got, err := c.world.ListPushes(ctx, sandbox.PushQuery{Before: int(before), Limit: logStep})
			return rowsOf(got.Pushes, func(x sandbox.Push) logRow { return pushRow(l, known, x) }), err
		})
		list = append(list, pushes...)
	}
	slices.SortStableFunc(list, func(a, b logRow) int { return b.Time.Compare(a.Time) })
	return list[:min(most, len(list))], len(list) > most, err
}

// rowsOf makes rows, the newest first.
func rowsOf[X any](list []X, row func(X) logRow) (rows []logRow) {
	for _, x := range slices.Backward(list) {
		rows = append(rows, row(x))
	}
	return rows
}

// collect walks back through a log until it has as many rows as are wanted.
func collect(q logQuery, most int, before int64, page func(before int64) ([]logRow, error)) (list []logRow, err error) {
	for len(list) < most {
		rows, err := page(before)
		if err != nil || len(rows) == 0 {
			return list, err
		}
		for _, x := range rows {
			if q.fits(x) && len(list) < most {
				list = append(list, x)
			}
		}
		before = rows[len(rows)-1].number()
	}
	return list, nil
}

// number is the id of a call among calls, or of a push among pushes.
func (x logRow) number() int64 {
	if x.Call {
		return x.Request.Id
	}
	return int64(x.Push.Id)
}

// clockMoves are the moves of the clock that the feed of changes still knows, the newest first.
func (c *Console) clockMoves(ctx context.Context, last int64) (list []logEntry, err error) {
	const known = 4000 // of the feed
	for after := max(0, last-known); after < last; {
		news, err := c.world.ListChanges(ctx, sandbox.ChangesQuery{After: after})
		if err != nil || news.Gap || len(news.Changes) == 0 {
			return list, err
		}
		for _, x := range news.Changes {
			if x.Kind == "clock" {
				list = append([]logEntry{{Clock: true, logRow: logRow{Id: "clock-" + strconv.FormatInt(x.Id, 10), Time: x.Time}}}, list...)
			}
		}
		after = news.Last
	}
	return list, nil
}

// withMoves puts the moves of the clock between the rows. Of those before the oldest row and
// after the newest it has none that belong to other pages.
func withMoves(rows, moves []logEntry, more, newest bool) (list []logEntry) {
	at := 0
	for i, x := range rows {
		for at < len(moves) && moves[at].Time.After(x.Time) {
			if i > 0 || newest {
				list = append(list, moves[at])
			}
			at++
		}
		list = append(list, x)
	}
	if !more {
		list = append(list, moves[at:]...)
	}
	return list
}

// exportLog serves what the log shows as lines of JSON, the oldest first.
func (c *Console) exportLog(rw http.ResponseWriter, r *http.Request) {
	p, err := c.page(r, view{name: "failure"})
	if err == nil {
		var rows []logRow
		if rows, _, err = c.logRows(r.Context(), p.lang, logQueryOf(p), exportedLog); err == nil {
			writeLog(rw, p.Now(), rows)
			return
		}
	}
	c.fail(rw, r, err)
}

// exported is a line of the file.
type exported struct {
	Call *sandbox.Request `json:"call,omitempty"`
	Push *sandbox.Push    `json:"push,omitempty"`
}

func writeLog(rw http.ResponseWriter, now time.Time, rows []logRow) {
	h := rw.Header()
	h.Set("Content-Type", "application/x-ndjson; charset=utf-8")
	h.Set("Content-Disposition", `attachment; filename="wecom-sandbox-`+now.In(beijing).Format("20060102-150405")+`.ndjson"`)
	e := json.NewEncoder(rw)
	e.SetEscapeHTML(false)
	for _, x := range slices.Backward(rows) {
		if e.Encode(exported{x.Request, x.Push}) != nil {
			return // the browser has gone
		}
	}
}
