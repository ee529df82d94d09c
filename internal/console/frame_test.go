package console

import (
	"fmt"
	"html"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/sandbox"
)

// askedOf is what a console answers to one request, without following it anywhere.
func askedOf(t *testing.T, h http.Handler, method, target string, form url.Values, headers ...string) *httptest.ResponseRecorder {
	t.Helper()
	req := httptest.NewRequest(method, "http://127.0.0.1"+target, strings.NewReader(form.Encode()))
	if form != nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
		if headers[i] == "Host" {
			req.Host = headers[i+1]
		}
	}
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, req)
	return rec
}

// newConsole makes a console of a small world.
func newConsole(t *testing.T, a sandbox.Access) (http.Handler, *sandbox.World) {
	t.Helper()
	w, err := sandbox.New(sandbox.Config{Corps: 1})
	require.NoError(t, err)
	h, err := New(w, a)
	require.NoError(t, err)
	return h, w
}

func TestWhoIsLetIn(t *testing.T) {
	t.Parallel()
	h, w := newConsole(t, sandbox.Access{Hosts: []string{"sandbox.test"}})
	corps, err := w.ListCorps(t.Context(), struct{}{})
	require.NoError(t, err)
	for _, x := range []struct {
		headers []string
		status  int
	}{
		{nil, http.StatusOK}, {[]string{"Host", "sandbox.test:80"}, http.StatusOK}, {[]string{"Host", "evil.test"}, http.StatusForbidden},
		{[]string{"Sec-Fetch-Site", "cross-site"}, http.StatusForbidden}, {[]string{"Origin", "https://evil.test"}, http.StatusForbidden},
		{[]string{"Sec-Fetch-Site", "same-origin", "Origin", "http://127.0.0.1"}, http.StatusOK},
	} {
		for _, path := range []string{"/", "/log", "/corps", "/log.ndjson"} {
			rec := askedOf(t, h, http.MethodGet, path, nil, x.headers...)
			assert.Equal(t, x.status, rec.Code, "%s %v", path, x.headers)
			assert.Equal(t, policy, rec.Header().Get("Content-Security-Policy"))
			assert.Equal(t, "nosniff", rec.Header().Get("X-Content-Type-Options"))
			assert.Equal(t, "no-store", rec.Header().Get("Cache-Control"))
			if x.status != http.StatusOK {
				assert.NotContains(t, rec.Body.String(), corps.Corps[0].Name, "a refusal shows nothing of the world")
				assert.Contains(t, rec.Body.String(), "The request was refused")
			}
		}
	}
}

// Everything but style and scripts is behind the guard: another site and who has no token get nothing.
func TestEverythingIsGuarded(t *testing.T) {
	t.Parallel()
	h, _ := newConsole(t, sandbox.Access{Token: "right"})
	targets := []string{"GET /language", "GET /log.ndjson", "GET /codes.csv", "POST /do", "GET /api/v1/status", "GET /events"}
	for _, v := range views() {
		targets = append(targets, "GET "+strings.NewReplacer("{$}", "", "{", "", "}", "").Replace(v.path))
	}
	for _, target := range targets {
		method, path, _ := strings.Cut(target, " ")
		rec := askedOf(t, h, method, path, nil, "Sec-Fetch-Site", "cross-site", "Authorization", "Bearer right")
		assert.Equal(t, http.StatusForbidden, rec.Code, target)
		rec = askedOf(t, h, method, path, nil)
		assert.Contains(t, []int{http.StatusSeeOther, http.StatusUnauthorized}, rec.Code, target)
		assert.Empty(t, rec.Header().Get("Set-Cookie"), target)
		if rec.Code == http.StatusSeeOther {
			assert.Contains(t, rec.Header().Get("Location"), "/login?", target)
		}
	}
}

func TestLogIn(t *testing.T) {
	t.Parallel()
	h, _ := newConsole(t, sandbox.Access{Token: "right"})
	rec := askedOf(t, h, http.MethodGet, "/log?q=a", nil)
	assert.Equal(t, http.StatusSeeOther, rec.Code)
	assert.Equal(t, "/login?back=%2Flog%3Fq%3Da", rec.Header().Get("Location"))
	assert.Equal(t, http.StatusUnauthorized, askedOf(t, h, http.MethodPost, "/do", url.Values{}).Code)

	rec = askedOf(t, h, http.MethodGet, "/login?back=%2Flog%3Fq%3Da", nil)
	assert.Equal(t, http.StatusOK, rec.Code)
	assert.Contains(t, rec.Body.String(), `name="back" value="/log?q=a"`)
	assert.NotContains(t, rec.Body.String(), "This is not the token")
	structure(t, "/login", rec.Body.String())

	rec = askedOf(t, h, http.MethodPost, "/login", url.Values{"token": {"wrong"}})
	assert.Equal(t, http.StatusUnauthorized, rec.Code)
	assert.Contains(t, rec.Body.String(), "This is not the token")
	assert.Empty(t, rec.Header().Get("Set-Cookie"))
	assert.Equal(t, http.StatusForbidden, askedOf(t, h, http.MethodPost, "/login", url.Values{"token": {"right"}}, "Sec-Fetch-Site", "cross-site").Code)

	rec = askedOf(t, h, http.MethodPost, "/login", url.Values{"token": {" right\n"}, "back": {"/log?q=a"}})
	assert.Equal(t, http.StatusSeeOther, rec.Code)
	assert.Equal(t, "/log?q=a", rec.Header().Get("Location"))
	cookie, _, _ := strings.Cut(rec.Header().Get("Set-Cookie"), ";")
	assert.Equal(t, http.StatusOK, askedOf(t, h, http.MethodGet, "/log", nil, "Cookie", cookie).Code)
	rec = askedOf(t, h, http.MethodPost, "/login", url.Values{"token": {"right"}, "back": {"//evil.test/"}})
	assert.Equal(t, "/", rec.Header().Get("Location"))
}

func TestTheWayBackIsLocal(t *testing.T) {
	t.Parallel()
	for back, want := range map[string]string{
		"/log?q=1#call-2": "/log?q=1#call-2", "": "/", "log": "/", "//evil.test": "/", "https://evil.test/": "/", "/\\evil.test": "/", "javascript:alert(1)": "/",
		"/a\r\nX: y": "/", "/a\tb": "/", "http:/log": "/", "/%zz": "/", "//user@evil.test/log": "/",
	} {
		assert.Equal(t, want, local(back), back)
	}
}

func FuzzLocal(f *testing.F) {
	for _, seed := range []string{"/log?q=1", "//x", "/\\x", "http://x", "/%2f/x", "/a/../..//x"} {
		f.Add(seed)
	}
	here, err := url.Parse("http://127.0.0.1:8700/corps")
	require.NoError(f, err)
	f.Fuzz(func(t *testing.T, back string) {
		to, err := here.Parse(local(back))
		require.NoError(t, err)
		assert.Equal(t, here.Host, to.Host)
		assert.Equal(t, here.Scheme, to.Scheme)
		assert.True(t, strings.HasPrefix(local(back), "/") && !strings.HasPrefix(local(back), "//"))
	})
}

// A form counts if it is of a page of this run, and names a route.
func TestWhichFormsCount(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	fields := formWith(s.page("/corps"), "POST /corps")
	require.NotNil(t, fields)
	with := func(name, value string) url.Values {
		out := url.Values{}
		for k, v := range fields {
			out[k] = v
		}
		out.Set(name, value)
		return out
	}
	before := len(s.corps())
	for want, form := range map[string]url.Values{
		"This page is of an earlier run": with(fieldCSRF, "other"),
		"The form names no route":        with(fieldRoute, "GET /reset/everything"),
		"more than 1 MiB":                with("name", strings.Repeat("x", maxForm)),
	} {
		res, body := s.ask(http.MethodPost, "/do", form)
		assert.Contains(t, []int{http.StatusBadRequest, http.StatusForbidden}, res.StatusCode, want)
		assert.Contains(t, body, want)
		assert.Len(t, s.corps(), before, "nothing is done")
	}
	res, body := s.ask(http.MethodPost, "/do", with("members", "many"))
	assert.Equal(t, http.StatusOK, res.StatusCode)
	s.refused(body, "members is wrong")
	assert.NotContains(t, body, "many\"", "no value is repeated")
	_, body = s.ask(http.MethodPost, "/do", with(fieldBack, "https://evil.test/"))
	assert.Contains(t, body, "<h1>", "it comes back to the overview")
	assert.Len(t, s.corps(), before+1)
	_, err := (&page{lang: english}).Do("POST /nothing")
	assert.ErrorContains(t, err, "there is no route POST /nothing")
}

// Notes are kept for a while only; one that is gone is no error.
func TestNotesAreBounded(t *testing.T) {
	t.Parallel()
	var n notes
	first := n.keep(note{Title: "first"})
	assert.Equal(t, "first", n.take(first).Title)
	assert.Equal(t, "first", n.take(first).Title, "the page may be loaded anew")
	for i := range keptNotes {
		n.keep(note{Title: fmt.Sprint(i)})
	}
	assert.Nil(t, n.take(first))
	assert.Len(t, n.byId, keptNotes)
	assert.Len(t, n.order, keptNotes)
	s := newSite(t)
	assert.NotContains(t, s.page("/?note="+first), `id="note"`)
}

func TestAssets(t *testing.T) {
	t.Parallel()
	h, _ := newConsole(t, sandbox.Access{Token: "x"})
	for name, kind := range map[string]string{"style.css": "text/css; charset=utf-8", "app.js": "text/javascript; charset=utf-8"} {
		rec := askedOf(t, h, http.MethodGet, "/style/"+name, nil)
		assert.Equal(t, http.StatusOK, rec.Code, "everybody may have it")
		assert.Equal(t, kind, rec.Header().Get("Content-Type"))
		tag := rec.Header().Get("ETag")
		assert.Regexp(t, `^"[0-9a-f]{16}"$`, tag)
		assert.NotContains(t, rec.Body.String(), "https://", "nothing comes from elsewhere")
		same := askedOf(t, h, http.MethodGet, "/style/"+name, nil, "If-None-Match", tag)
		assert.Equal(t, http.StatusNotModified, same.Code)
		assert.Empty(t, same.Body.String())
		assert.Equal(t, http.StatusOK, askedOf(t, h, http.MethodGet, "/style/"+name, nil, "If-None-Match", `"old"`).Code)
	}
	for _, name := range []string{"nothing.js", "..%2fconsole.go", "layout.html"} {
		assert.Equal(t, http.StatusNotFound, askedOf(t, h, http.MethodGet, "/style/"+name, nil).Code, name)
	}
}

func TestLanguageAndTheme(t *testing.T) {
	t.Parallel()
	h, _ := newConsole(t, sandbox.Access{})
	for _, x := range []struct{ accepts, cookie, want string }{
		{"", "", "en"}, {"zh-CN,zh;q=0.9", "", "zh-CN"}, {"en-GB", "", "en"}, {"en", languageCookie + "=zh-CN", "zh-CN"},
		{"zh", languageCookie + "=en", "en"}, {"fr", languageCookie + "=fr", "en"},
	} {
		body := askedOf(t, h, http.MethodGet, "/", nil, "Accept-Language", x.accepts, "Cookie", x.cookie).Body.String()
		assert.Contains(t, body, `<html lang="`+x.want+`"`, x)
	}
	rec := askedOf(t, h, http.MethodGet, "/language?to=zh-CN&back=%2Flog%3Fq%3Da", nil)
	assert.Equal(t, "/log?q=a", rec.Header().Get("Location"))
	assert.Contains(t, rec.Header().Get("Set-Cookie"), languageCookie+"=zh-CN; Path=/; Max-Age=31536000; SameSite=Strict")
	assert.Contains(t, askedOf(t, h, http.MethodGet, "/language?to=xx", nil).Header().Get("Set-Cookie"), languageCookie+"=en;")
	for cookie, want := range map[string]string{"wecom_theme=dark": `data-theme="dark"`, "wecom_theme=light": `data-theme="light"`} {
		assert.Contains(t, askedOf(t, h, http.MethodGet, "/", nil, "Cookie", cookie).Body.String(), want)
	}
	assert.NotContains(t, askedOf(t, h, http.MethodGet, "/", nil, "Cookie", "wecom_theme=pink").Body.String(), "data-theme")
}

// What is no page goes to the world; what is missing is told on a page.
func TestTheWorldIsBehindThePages(t *testing.T) {
	t.Parallel()
	h, _ := newConsole(t, sandbox.Access{})
	assert.Contains(t, askedOf(t, h, http.MethodGet, "/api/v1/status", nil).Body.String(), `"corps":1`)
	assert.Contains(t, askedOf(t, h, http.MethodPost, "/cgi-bin/user/get", nil).Body.String(), `"errcode":4`)
	rec := askedOf(t, h, http.MethodGet, "/log?push=5", nil)
	assert.Equal(t, http.StatusNotFound, rec.Code)
	assert.Contains(t, html.UnescapeString(rec.Body.String()), `there is no push "5"`)
}
