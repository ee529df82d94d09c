package console

import (
	"bytes"
	"net/http"
	"net/url"
	"time"

	"github.com/gothird/wecom/internal/sandbox"
)

// page is what a template shows.
type page struct {
	Name   string // of the template
	Menu   string // the entry of the menu
	Theme  string // light or dark; empty: as the system has it
	Back   string // path and query of the page
	CSRF   string
	Status sandbox.Status
	Broken int   // callback URLs that failed their check
	Note   *note // what the last action has brought
	Data   any   // of the page, by its template

	request *http.Request
	lang    language
}

// Lang is the language of the page.
func (p *page) Lang() language { return p.lang }

// Other is the language that the page can be had in as well.
func (p *page) Other() language { return p.lang.other() }

// Query is a value of the query of the page.
func (p *page) Query(name string) string { return p.request.URL.Query().Get(name) }

// With is the address of this page with other values in its query, in turn of names and values;
// an empty one is left out.
func (p *page) With(pairs ...string) string {
	q := p.request.URL.Query()
	q.Del(noteQuery)
	for i := 0; i+1 < len(pairs); i += 2 {
		q.Set(pairs[i], pairs[i+1])
		if pairs[i+1] == "" {
			q.Del(pairs[i])
		}
	}
	return (&url.URL{Path: p.request.URL.Path, RawQuery: q.Encode()}).String()
}

// To is the address of this page with a query of its own, in turn of names and values.
func (p *page) To(pairs ...string) string {
	q := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			q.Set(pairs[i], pairs[i+1])
		}
	}
	return (&url.URL{Path: p.request.URL.Path, RawQuery: q.Encode()}).String()
}

// Now is the clock of the sandbox.
func (p *page) Now() time.Time { return p.Status.Now }

// Left is how long it is until a time, by the clock of the sandbox.
func (p *page) Left(t time.Time) time.Duration { return t.Sub(p.Status.Now) }

// show answers with a page.
func (c *Console) show(rw http.ResponseWriter, r *http.Request, v view) {
	p, err := c.page(r, v)
	if err == nil && v.data != nil {
		err = v.data(c, p)
	}
	if err != nil {
		c.fail(rw, r, err)
		return
	}
	c.render(rw, http.StatusOK, p)
}

// page begins a page: what all have.
func (c *Console) page(r *http.Request, v view) (*page, error) {
	p := &page{Name: v.name, Menu: v.menu, CSRF: c.csrf, request: r, lang: languageOf(r), Note: c.notes.take(r.URL.Query().Get(noteQuery))}
	if cookie, err := r.Cookie("wecom_theme"); err == nil && (cookie.Value == "light" || cookie.Value == "dark") {
		p.Theme = cookie.Value
	}
	p.Back = p.With(noteQuery, "")
	var err error
	if p.Status, err = c.world.ShowStatus(r.Context(), struct{}{}); err != nil {
		return nil, err
	}
	provider, err := c.world.ShowProvider(r.Context(), struct{}{})
	for _, u := range callbackURLs(provider) {
		if u.Check != nil && !u.Check.Ok {
			p.Broken++
		}
	}
	return p, err
}

// render writes a page, whole or not at all.
func (c *Console) render(rw http.ResponseWriter, status int, p *page) {
	var b bytes.Buffer
	tmpl, err := c.pages[p.lang][p.Name]()
	if err == nil {
		err = tmpl.ExecuteTemplate(&b, "layout", p)
	}
	if err != nil {
		http.Error(rw, "the page cannot be shown, this is a fault of the console: "+err.Error(), http.StatusInternalServerError)
		return
	}
	rw.Header().Set("Content-Type", "text/html; charset=utf-8")
	rw.WriteHeader(status)
	_, _ = rw.Write(b.Bytes())
}
