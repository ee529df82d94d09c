package sandbox

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"time"
)

// Change is something that is no longer what it was: who shows it asks for it anew.
type Change struct {
	Id      int64     `json:"id"`
	Time    time.Time `json:"time"`
	Kind    string    `json:"kind" doc:"request, push, suite, corp, install, token, ticket, clock, fault, choices, order, message, customer, kfaccount, media or agent" zh:"变更类型"`
	SuiteId string    `json:"suite_id,omitempty"`
	CorpId  string    `json:"corp_id,omitempty"`
	Subject string    `json:"subject,omitempty" doc:"id of the thing" zh:"变更对象的 ID"`
}

// Changes are what has changed since.
type Changes struct {
	Changes []Change `json:"changes" doc:"the oldest first, at most 1000" zh:"由旧到新，至多 1000 条"`
	Gap     bool     `json:"gap" doc:"changes were missed: ask for everything anew, and go on after last" zh:"遗漏了变更：请重新查询全部内容，并由 last 继续"`
	Last    int64    `json:"last" doc:"what after is next" zh:"下次查询的 after"`
}

// ChangesQuery says since when, and how long to wait for one.
type ChangesQuery struct {
	After int64 `json:"-" query:"after" doc:"id of the last change that is known; GET /api/v1/status has the newest" zh:"已知的最后一条变更 ID；最新的见 GET /api/v1/status"`
	Wait  Span  `json:"-" query:"wait" doc:"how long to wait if there is none yet, at most 1m; left out: not at all" zh:"尚无变更时的等待时长，最长 1m；不填则不等待"`
}

const (
	longestWait = time.Minute
	mostChanges = 1000
	heartbeat   = 15 * time.Second
)

// ListChanges tells what has changed since, and waits for it if it is asked to.
func (w *World) ListChanges(ctx context.Context, in ChangesQuery) (Changes, error) {
	if in.After < 0 || in.Wait < 0 || time.Duration(in.Wait) > longestWait {
		return Changes{}, invalid(words{"after is an id of a change or 0, wait 0s to 1m", "after 应为变更 ID 或 0，wait 应在 0s 至 1m 之间"})
	}
	if in.Wait > 0 {
		ctx, cancel := context.WithTimeout(ctx, time.Duration(in.Wait))
		defer cancel()
		_ = w.engine.AwaitChange(ctx, in.After) // none is an answer as well
	}
	return w.changes(in.After), nil
}

func (w *World) changes(after int64) Changes {
	list, gap := w.engine.ChangesAfter(after, mostChanges)
	out := Changes{Changes: []Change{}, Gap: gap, Last: after}
	for _, c := range list {
		out.Changes = append(out.Changes, Change(c))
		out.Last = c.Id
	}
	if gap {
		out.Last = w.engine.LastChange()
	}
	return out
}

// stream is GET /events: the changes as server-sent events, from the one after Last-Event-ID, or
// from now on. After a gap comes an event gap.
func (w *World) stream(rw http.ResponseWriter, r *http.Request) error {
	after, err := w.startOf(r)
	if err != nil {
		return err
	}
	rw.Header().Set("Content-Type", "text/event-stream")
	rw.Header().Set("X-Accel-Buffering", "no")
	out := http.NewResponseController(rw)
	if _, err := fmt.Fprintf(rw, "retry: 1000\n: the changes after %d\n\n", after); err != nil {
		return nil
	}
	for out.Flush() == nil {
		ctx, cancel := context.WithTimeout(r.Context(), heartbeat)
		err := w.engine.AwaitChange(ctx, after)
		cancel()
		if r.Context().Err() != nil {
			return nil
		}
		text := []byte(":\n\n") // a comment, to see whether the client is still there
		if err == nil {
			text, after = w.streamed(after)
		}
		if _, err := rw.Write(text); err != nil {
			return nil
		}
	}
	return nil
}

// startOf is the change that the client knows.
func (w *World) startOf(r *http.Request) (int64, error) {
	text := r.Header.Get("Last-Event-ID")
	if text == "" {
		text = r.URL.Query().Get("after")
	}
	if text == "" {
		return w.engine.LastChange(), nil
	}
	after, err := strconv.ParseInt(text, 10, 64)
	if err != nil || after < 0 {
		return 0, invalid(words{"Last-Event-ID and after are the id of a change", "Last-Event-ID 与 after 应为变更 ID"})
	}
	return after, nil
}

// streamed writes the next changes, and returns the id of the last.
func (w *World) streamed(after int64) (text []byte, last int64) {
	var b bytes.Buffer
	news := w.changes(after)
	if news.Gap {
		fmt.Fprintf(&b, "id: %d\nevent: gap\ndata: {\"last\":%d}\n\n", news.Last, news.Last)
	}
	for _, c := range news.Changes {
		data, _ := json.Marshal(c) // texts and numbers: no error
		fmt.Fprintf(&b, "id: %d\nevent: %s\ndata: %s\n\n", c.Id, c.Kind, data)
	}
	return b.Bytes(), news.Last
}
