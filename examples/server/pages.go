package main

import (
	"bytes"
	"crypto/rand"
	"embed"
	"errors"
	"html/template"
	"net/http"
	"time"

	"github.com/gothird/wecom/token"
)

//go:embed pages
var files embed.FS

var beijing = time.FixedZone("UTC+8", 8*60*60)

var templates = template.Must(template.New("").Funcs(template.FuncMap{
	"date": func(unix int64) string { return time.Unix(unix, 0).In(beijing).Format(time.DateOnly) },
}).ParseFS(files, "pages/*.html"))

// view is what a page shows.
type view struct {
	Title   string
	Member  *session // nil: nobody has logged in
	Refresh int      // seconds after which the page is loaded again; 0: never
	Data    any
}

// addPages lists all pages. Callback URLs are there already.
func (s *Server) addPages() {
	s.pages.HandleFunc("GET /{$}", s.answer(s.home))
	s.pages.HandleFunc("GET /style.css", func(w http.ResponseWriter, r *http.Request) { http.ServeFileFS(w, r, files, "pages/style.css") })
	s.pages.HandleFunc("GET /install/{suite}", s.answer(s.install))
	s.pages.HandleFunc("GET /installed/{suite}", s.answer(s.installed))
	s.pages.HandleFunc("GET /login/{suite}", s.answer(s.login))
	s.pages.HandleFunc("GET /logged-in/{suite}/{by}", s.answer(s.loggedIn))
	s.pages.HandleFunc("POST /logout", s.answer(s.logout))
	s.pages.HandleFunc("GET /me", s.member(s.me))
	s.pages.HandleFunc("POST /message", s.member(s.message))
	s.pages.HandleFunc("GET /customers", s.member(s.customers))
	s.pages.HandleFunc("GET /licences", s.member(s.licences))
	s.pages.HandleFunc("POST /licences", s.member(s.buy))
}

const policy = "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// ServeHTTP serves pages and callback URLs. Forms of other sites are refused; WeCom is no browser.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Security-Policy", policy)
	h.Set("Referrer-Policy", "no-referrer") // addresses have codes
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "no-store")
	s.guarded.ServeHTTP(w, r)
}

// problem is an error that is shown to who caused it.
type problem struct {
	status int
	text   string
}

func (p *problem) Error() string { return p.text }

// answer makes a handler of a function that may fail.
func (s *Server) answer(show func(w http.ResponseWriter, r *http.Request) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		err := show(w, r)
		if err == nil || r.Context().Err() != nil {
			return
		}
		p := new(problem)
		if !errors.As(err, &p) {
			p = s.explain(r, err)
		}
		w.WriteHeader(p.status)
		if err := templates.ExecuteTemplate(w, "error", view{Title: "出错了", Data: p.text}); err != nil {
			s.log.WarnContext(r.Context(), "the page of an error was not sent", "error", err)
		}
	}
}

// explain tells a visitor what he can do, and the log the rest. The number leads from one to the
// other.
func (s *Server) explain(r *http.Request, err error) *problem {
	const digits = 8
	number := rand.Text()[:digits]
	s.log.ErrorContext(r.Context(), "a page failed", "path", r.URL.Path, "number", number, "error", err)
	switch {
	case token.IsRateLimited(err) || token.IsBusy(err):
		return &problem{http.StatusServiceUnavailable, "请求过于频繁，请稍后再试（" + number + "）。"}
	case errors.Is(err, token.ErrNoSuiteTicket), errors.Is(err, token.ErrSuiteTicketStale):
		return &problem{http.StatusServiceUnavailable, "服务正在启动，请十分钟后再试（" + number + "）。"}
	case errors.Is(err, token.ErrNotInstalled):
		return &problem{http.StatusForbidden, "该企业尚未安装此应用，或已取消授权（" + number + "）。"}
	}
	return &problem{http.StatusBadGateway, "操作未能完成，请稍后再试；如果仍然失败，请提供编号 " + number + "。"}
}

// show renders a page, as a whole or not at all.
func (s *Server) show(w http.ResponseWriter, name string, v view) error {
	var page bytes.Buffer
	if err := templates.ExecuteTemplate(&page, name, v); err != nil {
		return err
	}
	_, err := page.WriteTo(w)
	return err
}

// of finds the app of a path.
func (s *Server) of(r *http.Request) (*suite, error) {
	x := s.suites[r.PathValue("suite")]
	if x == nil || x.Name == loginSuite {
		return nil, &problem{http.StatusNotFound, "没有这个应用。"}
	}
	return x, nil
}
