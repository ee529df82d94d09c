package console

import (
	"crypto/subtle"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/gothird/wecom/internal/sandbox"
)

// policy lets a page load what the console itself serves, and nothing else.
const policy = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' data:; media-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// guarded lets in who has access.
func (c *Console) guarded(do http.HandlerFunc) http.HandlerFunc {
	return func(rw http.ResponseWriter, r *http.Request) {
		setHeaders(rw)
		switch refused := c.access.Check(r); {
		case refused == nil:
			do(rw, r)
		case refused.Status == http.StatusUnauthorized && r.Method == http.MethodGet:
			http.Redirect(rw, r, "/login?"+url.Values{"back": {r.URL.RequestURI()}}.Encode(), http.StatusSeeOther)
		default:
			c.refuse(rw, r, refused)
		}
	}
}

func setHeaders(rw http.ResponseWriter) {
	h := rw.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Security-Policy", policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
}

// failure is what the page of an error shows.
type failure struct{ Title, Text string }

// refuse says why somebody is not let in, on a page that shows nothing of the world.
func (c *Console) refuse(rw http.ResponseWriter, r *http.Request, e *sandbox.Error) {
	l := languageOf(r)
	title := l.t("请求被拒绝", "The request was refused")
	c.render(rw, e.Status, &page{Name: "failure", lang: l, request: r, Data: failure{title, l.why(e)}})
}

// fail shows an error on a page of its own.
func (c *Console) fail(rw http.ResponseWriter, r *http.Request, err error) {
	e := &sandbox.Error{Status: http.StatusInternalServerError, Message: err.Error()}
	_ = errors.As(err, &e)
	p, failed := c.page(r, view{name: "failure"})
	if failed != nil {
		c.refuse(rw, r, e)
		return
	}
	p.Data = failure{p.lang.t("没有这个页面", "There is no such page"), p.lang.why(e)}
	c.render(rw, e.Status, p)
}

// loginPage asks for the token.
func (c *Console) loginPage(rw http.ResponseWriter, r *http.Request) {
	c.askToken(rw, r, http.StatusOK)
}

// login takes it.
func (c *Console) login(rw http.ResponseWriter, r *http.Request) {
	setHeaders(rw)
	if e := (sandbox.Access{Hosts: c.access.Hosts}).Check(r); e != nil { // who logs in has no token yet
		c.refuse(rw, r, e)
		return
	}
	r.Body = http.MaxBytesReader(rw, r.Body, maxForm)
	if !c.access.LogIn(rw, strings.TrimSpace(r.PostFormValue("token"))) {
		c.askToken(rw, r, http.StatusUnauthorized)
		return
	}
	http.Redirect(rw, r, local(r.FormValue("back")), http.StatusSeeOther)
}

func (c *Console) askToken(rw http.ResponseWriter, r *http.Request, status int) {
	setHeaders(rw)
	p := &page{Name: "login", lang: languageOf(r), request: r, Back: local(r.FormValue("back")), Data: status == http.StatusUnauthorized}
	c.render(rw, status, p)
}

// setLanguage changes the language, and goes back.
func (c *Console) setLanguage(rw http.ResponseWriter, r *http.Request) {
	l := english
	if r.FormValue("to") == string(chinese) {
		l = chinese
	}
	const year = 365 * 24 * 60 * 60
	http.SetCookie(rw, &http.Cookie{Name: languageCookie, Value: string(l), Path: "/", MaxAge: year, SameSite: http.SameSiteStrictMode})
	http.Redirect(rw, r, local(r.FormValue("back")), http.StatusSeeOther)
}

// local is an address of the console, whatever a request asks for.
func local(back string) string {
	u, err := url.Parse(back)
	if err != nil || u.Scheme != "" || u.Host != "" || u.User != nil || !strings.HasPrefix(u.Path, "/") || strings.HasPrefix(u.Path, "//") || strings.ContainsAny(back, "\\\r\n\t") {
		return "/"
	}
	return u.String()
}

// ours reports whether a form is of a page of this console.
func (c *Console) ours(token string) bool {
	return subtle.ConstantTimeCompare([]byte(token), []byte(c.csrf)) == 1
}
