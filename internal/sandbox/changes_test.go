package sandbox

import (
	"bufio"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// message is one of the stream.
type message struct{ id, event, data string }

// listen opens the stream. next returns its next message, without comments.
func (s *sandbox) listen(query, lastEventId string) (next func() message, stop func()) {
	s.t.Helper()
	ctx, cancel := context.WithCancel(s.t.Context())
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.server.URL+"/events"+query, nil)
	require.NoError(s.t, err)
	if lastEventId != "" {
		req.Header.Set("Last-Event-ID", lastEventId)
	}
	res, err := http.DefaultClient.Do(req)
	require.NoError(s.t, err)
	require.Equal(s.t, http.StatusOK, res.StatusCode)
	assert.Equal(s.t, "text/event-stream", res.Header.Get("Content-Type"))
	lines := bufio.NewScanner(res.Body)
	s.t.Cleanup(func() { cancel(); _ = res.Body.Close() })
	return func() (m message) {
		s.t.Helper()
		for lines.Scan() {
			name, value, _ := strings.Cut(lines.Text(), ": ")
			switch name {
			case "id":
				m.id = value
			case "event":
				m.event = value
			case "data":
				m.data = value
			case "":
				if m.event != "" {
					return m
				}
			}
		}
		require.FailNow(s.t, "the stream has ended")
		return m
	}, cancel
}

// G: sandbox/changes
func TestStreamGoesOnWhereItWasBroken(t *testing.T) {
	t.Parallel()
	s := newSandbox(t, Config{}, Access{})
	next, stop := s.listen("", "")
	s.post("/corps", `{}`)
	first := next()
	assert.Equal(t, "corp", first.event)
	var c Change
	require.NoError(t, json.Unmarshal([]byte(first.data), &c))
	assert.Equal(t, first.id, strconv.FormatInt(c.Id, 10))
	assert.NotEmpty(t, c.CorpId)
	stop()
	s.post("/faults", `{"cut":true,"skip":9}`)
	s.do(http.MethodDelete, "/faults", "")
	next, _ = s.listen("", first.id)
	for i, want := range []string{"fault", "fault"} {
		m := next()
		assert.Equal(t, want, m.event)
		assert.Equal(t, strconv.FormatInt(c.Id+int64(i)+1, 10), m.id)
	}
	next, _ = s.listen("?after="+first.id, "")
	assert.Equal(t, "fault", next().event, "the same by the query")
	for _, id := range []string{"x", "-1"} {
		assert.Equal(t, http.StatusBadRequest, s.asked(http.MethodGet, "/events", "Last-Event-ID", id).StatusCode)
	}
}

// G: sandbox/changes
func TestStreamTellsOfAGap(t *testing.T) {
	t.Parallel()
	s := newSandbox(t, Config{}, Access{})
	for range 9000 {
		s.engine.Advance(0)
	}
	next, _ := s.listen("", "1")
	gap := next()
	assert.Equal(t, "gap", gap.event)
	assert.Equal(t, strconv.FormatInt(s.engine.LastChange(), 10), gap.id)
	assert.JSONEq(t, `{"last":`+gap.id+`}`, gap.data)
	s.post("/corps", `{}`)
	assert.Equal(t, "corp", next().event, "then it goes on")

	out := s.get("/changes?after=1")
	assert.Equal(t, true, out["gap"])
	assert.Empty(t, out["changes"])
	out = s.get("/changes?after=" + strconv.FormatInt(s.engine.LastChange()-1, 10))
	assert.Equal(t, false, out["gap"])
	assert.Len(t, out["changes"], 1)
	s.wrong(http.MethodGet, "/changes?after=-1", "")
	s.wrong(http.MethodGet, "/changes?wait=2m", "")
	s.wrong(http.MethodGet, "/changes?wait=x", "")
}

func TestChangesAreWaitedFor(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w, err := New(Config{})
		require.NoError(t, err)
		last := w.engine.LastChange()
		start := time.Now()
		out, err := w.ListChanges(t.Context(), ChangesQuery{After: last, Wait: Span(time.Minute)})
		require.NoError(t, err)
		assert.Equal(t, time.Minute, time.Since(start))
		assert.Equal(t, Changes{Changes: []Change{}, Last: last}, out)
		go func() {
			time.Sleep(10 * time.Second)
			w.engine.Advance(0)
		}()
		out, err = w.ListChanges(t.Context(), ChangesQuery{After: last, Wait: Span(time.Minute)})
		require.NoError(t, err)
		assert.Equal(t, 70*time.Second, time.Since(start))
		require.Len(t, out.Changes, 1)
		assert.Equal(t, "clock", out.Changes[0].Kind)
		assert.Equal(t, last+1, out.Last)
	})
}

// A client that has gone is noticed, and an idle stream says that it is alive.
func TestIdleStreamIsKeptAlive(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w, err := New(Config{})
		require.NoError(t, err)
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute+time.Second)
		defer cancel()
		req := httptest.NewRequest(http.MethodGet, "/events", nil).WithContext(ctx)
		req.Host = "localhost"
		rec := httptest.NewRecorder()
		w.Handler(Access{}).ServeHTTP(rec, req) // returns when the client has gone
		assert.Equal(t, 4, strings.Count(rec.Body.String(), "\n:\n"), rec.Body.String())
	})
}
