package console

import (
	"bufio"
	"encoding/json"
	"fmt"
	"html"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/sandbox"
)

var rowIds = regexp.MustCompile(`<li (?:class="gap" )?id="((?:call|push|clock)-\d+)"`)

// rows are the ids of the rows that a log shows.
func (s *site) rows(path string) (ids []string) {
	s.t.Helper()
	for _, m := range rowIds.FindAllStringSubmatch(s.page(path), -1) {
		ids = append(ids, m[1])
	}
	return ids
}

// bare is a call to the fake, whatever it answers.
func (s *site) bare(path, body string) {
	s.t.Helper()
	res, err := http.Post(s.server.URL+path, "application/json", strings.NewReader(body))
	require.NoError(s.t, err)
	require.NoError(s.t, res.Body.Close())
}

// answering is a callback URL that gives one answer.
func (s *site) answering(status int, body string) string {
	s.t.Helper()
	x := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) {
		rw.WriteHeader(status)
		_, _ = rw.Write([]byte(body))
	}))
	s.t.Cleanup(x.Close)
	return x.URL
}

// furnishLog makes two calls, of which one fails, a move of the clock, and a push that is refused.
func (s *site) furnishLog() {
	s.t.Helper()
	s.bare("/cgi-bin/message/send?access_token=wrong", `{"touser":"nobody-at-all"}`)
	s.providerToken()
	must[sandbox.ClockMoved](s)(s.MoveClock(s.t.Context(), sandbox.ClockMove{Add: sandbox.Span(time.Hour)}))
	refuses := s.answering(http.StatusTeapot, "short and stout")
	must[sandbox.Outcome](s)(s.SetURLs(s.t.Context(), sandbox.URLs{CommandURL: &refuses}))
}

func TestLogFilters(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	assert.Contains(t, s.page("/log"), "No calls and no pushes yet")
	s.furnishLog()
	all := s.rows("/log")
	require.Len(t, all, 4)
	assert.Equal(t, "push-1", all[0], "the newest")
	assert.Regexp(t, "^clock-", all[1])
	assert.Equal(t, []string{"call-2", "call-1"}, all[2:])
	for query, want := range map[string][]string{
		"dir=call": {"call-2", "call-1"}, "dir=push": {"push-1"}, "res=bad": {"push-1", "call-1"}, "dir=call&res=bad": {"call-1"},
		"q=message/send": {"call-1"}, "q=NOBODY-at+40014": {"call-1"}, "q=stout": {"push-1"}, "q=suite_ticket": {"push-1"},
		"q=nobody-at+stout": nil, "corp=" + s.corp: nil, "push=1": {"push-1"}, "q=provider_secret": {"call-2"},
		"older=-": all, "older=x-y": all, "older=-3--4": all, "push=x": all, "older=2-1": {"call-1"},
	} {
		assert.Equal(t, want, s.rows("/log?"+query), query)
	}
	assert.Contains(t, s.page("/log?q=nothing%3C"), "Nothing matches “nothing&lt;”")
	assert.Contains(t, s.page("/log?push=1"), `<details open>`)
	res, body := s.ask(http.MethodGet, "/log?push=99", nil)
	assert.Equal(t, http.StatusNotFound, res.StatusCode)
	assert.Contains(t, html.UnescapeString(body), `there is no push "99"`)
}

func TestLogDetails(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.furnishLog()
	secret := s.environment()["WECOM_PROVIDER_SECRET"]
	body := html.UnescapeString(s.page("/log"))
	assert.NotContains(t, body, secret)
	assert.Contains(t, body, "40014 invalid access_token")
	assert.Contains(t, body, "HTTP 418")
	assert.Contains(t, body, `href="/faults?path=%2fcgi-bin%2fmessage%2fsend#add"`)
	assert.Contains(t, body, `curl -sS "`+s.server.URL+`/cgi-bin/message/send?access_token=$ACCESS_TOKEN" -H 'Content-Type: application/json' -d '{"touser":"nobody-at-all"}'`)

	accepts := s.answering(http.StatusOK, "success")
	must[sandbox.Outcome](s)(s.SetURLs(t.Context(), sandbox.URLs{CommandURL: &accepts}))
	s.done(s.submit("/log", "POST /pushes/{id}/redeliver", url.Values{"id": {"1"}})) // it goes to the URL of now
	push := must[sandbox.Push](s)(s.ShowPush(t.Context(), sandbox.PushRef{Id: 1}))
	assert.Len(t, push.Tries, 2)
	assert.True(t, push.Accepted)
	body = s.done(s.submit("/log", "POST /pushes/{id}/redeliver", url.Values{"id": {"2"}}))
	assert.Contains(t, body, `<a href="/log?push=2">`)
}

func TestLogPages(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for i := range shownLog + 20 {
		s.bare("/cgi-bin/user/get", fmt.Sprintf(`{"n":%d}`, i))
	}
	must[sandbox.ClockMoved](s)(s.MoveClock(t.Context(), sandbox.ClockMove{Add: sandbox.Span(time.Hour)}))
	first := s.rows("/log?dir=call")
	require.Len(t, first, shownLog)
	assert.Equal(t, "call-120", first[0])
	link := regexp.MustCompile(`href="([^"]*older=[^"]*)">Older`).FindStringSubmatch(s.page("/log?dir=call"))
	require.NotNil(t, link)
	rest := s.rows(html.UnescapeString(link[1]))
	require.Len(t, rest, 20)
	assert.Equal(t, "call-20", rest[0], "no row is shown twice or left out")
	assert.NotContains(t, s.page(html.UnescapeString(link[1])), ">Older<")
	assert.Regexp(t, "^clock-", s.rows("/log")[0])
	for _, id := range s.rows("/log?older=21-0") {
		assert.NotContains(t, id, "clock", "that is of the page before")
	}
}

func TestLogExport(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.furnishLog()
	assert.Contains(t, s.page("/log?q=send"), `href="/log.ndjson?q=send"`)
	res, body := s.ask(http.MethodGet, "/log.ndjson", nil)
	assert.Equal(t, "application/x-ndjson; charset=utf-8", res.Header.Get("Content-Type"))
	assert.Regexp(t, `^attachment; filename="wecom-sandbox-\d{8}-\d{6}\.ndjson"$`, res.Header.Get("Content-Disposition"))
	s.secrets("/log.ndjson", body)
	var list []exported
	for lines := bufio.NewScanner(strings.NewReader(body)); lines.Scan(); {
		var x exported
		require.NoError(t, json.Unmarshal(lines.Bytes(), &x))
		list = append(list, x)
	}
	require.Len(t, list, 3)
	assert.EqualValues(t, 1, list[0].Call.Id, "the oldest first")
	assert.Equal(t, "short and stout", list[2].Push.Tries[0].Body)
	_, body = s.ask(http.MethodGet, "/log.ndjson?q=send", nil)
	assert.Equal(t, 1, strings.Count(body, "\n"))
	res, _ = s.ask(http.MethodGet, "/log.ndjson?push=77", nil)
	assert.Equal(t, http.StatusNotFound, res.StatusCode)
}

func TestMovesStandBetweenTheirRows(t *testing.T) {
	t.Parallel()
	at := func(clock bool, sec int64) logEntry {
		return logEntry{Clock: clock, logRow: logRow{Time: time.Unix(sec, 0)}}
	}
	rows, moves := []logEntry{at(false, 9), at(false, 5)}, []logEntry{at(true, 10), at(true, 7), at(true, 1)}
	for _, x := range []struct {
		more, newest bool
		want         []int64
	}{{false, true, []int64{10, 9, 7, 5, 1}}, {true, true, []int64{10, 9, 7, 5}}, {false, false, []int64{9, 7, 5, 1}}, {true, false, []int64{9, 7, 5}}} {
		var got []int64
		for _, e := range withMoves(rows, moves, x.more, x.newest) {
			got = append(got, e.Time.Unix())
		}
		assert.Equal(t, x.want, got, x)
	}
}

func TestLongAndOddBodies(t *testing.T) {
	t.Parallel()
	long := english.indented(strings.Repeat("企", shownBody))
	assert.Less(t, len(long), shownBody+100)
	assert.Contains(t, long, "(32768 more bytes: export the log to see them)")
	assert.NotContains(t, long, "\ufffd")
	assert.Equal(t, "{\n  \"a\": 1\n}", english.indented(`{"a":1}`))
	assert.Equal(t, "<xml>\n<A>1</A>\n<B></B>\n</xml>", broken("<xml><A>1</A><B></B></xml>"))
	assert.Equal(t, "<xml><A>1</A>\n</xml>", broken("<xml><A>1</A>\n</xml>"))
}

// Whatever is asked for, the log answers with a page.
func FuzzLogQuery(f *testing.F) {
	w, err := sandbox.New(sandbox.Config{})
	require.NoError(f, err)
	h, err := New(w, sandbox.Access{})
	require.NoError(f, err)
	for _, seed := range []string{"q=a+b", "older=9-9", "older=99999999999999999999-1", "push=1", "dir=call&res=bad", "note=x&q=%00%ff"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, query string) {
		req := httptest.NewRequest(http.MethodGet, "http://127.0.0.1/log", nil)
		req.URL.RawQuery = query
		rec := httptest.NewRecorder()
		h.ServeHTTP(rec, req)
		assert.Contains(t, []int{http.StatusOK, http.StatusNotFound}, rec.Code)
		assert.Contains(t, rec.Body.String(), "</html>")
	})
}
