// Package console is the sandbox in a browser: pages about a [sandbox.World], and forms for what
// its API does.
//
// Each page is a template in templates and a function here that gathers what the template shows.
// Each action is a form that names a route of the API and its fields; one handler submits them
// all, and sends the browser back with a note. A page that is open is fetched anew when the world
// changes, and what differs is replaced. So everything works without scripts, and a page knows
// nothing of streams.
//
// Nothing comes from elsewhere: style, script and icons are embedded, and a policy forbids the
// rest.
package console

import (
	"crypto/rand"
	"embed"
	"net/http"

	"github.com/gothird/wecom/internal/sandbox"
)

//go:embed assets templates
var files embed.FS

// Console serves the pages of a world.
type Console struct {
	world  *sandbox.World
	access sandbox.Access
	csrf   string // that forms bring along
	pages  map[language]map[string]parsed
	assets map[string]asset
	notes  notes
}

// New makes the console of a world. What is none of its paths goes to the world: the fake, and
// the API with its stream.
func New(w *sandbox.World, a sandbox.Access) (http.Handler, error) {
	assets, err := loadAssets()
	if err != nil {
		return nil, err
	}
	c := &Console{world: w, access: a, csrf: rand.Text(), assets: assets,
		pages: map[language]map[string]parsed{chinese: templates(chinese), english: templates(english)}}
	mux := http.NewServeMux()
	for _, v := range views() {
		mux.HandleFunc("GET "+v.path, c.guarded(func(rw http.ResponseWriter, r *http.Request) { c.show(rw, r, v) }))
	}
	for pattern, do := range map[string]http.HandlerFunc{
		"POST /do": c.guarded(c.do), "GET /style/{name}": c.asset,
		"GET /login": c.loginPage, "POST /login": c.login, "GET /language": c.guarded(c.setLanguage),
		"GET /log.ndjson": c.guarded(c.exportLog),
		"GET /codes.csv":  c.guarded(c.codesCSV),
	} {
		mux.HandleFunc(pattern, do)
	}
	mux.Handle("/", w.Handler(a))
	return mux, nil
}

// view is a page: the pattern of its path, the template that shows it, the entry of the menu
// that it belongs to, and what gathers its data.
type view struct {
	path, name, menu string
	data             func(c *Console, p *page) error
}

// views lists the pages.
func views() []view {
	return []view{
		{"/{$}", "overview", "overview", (*Console).overview},
		{"/log", "log", "log", (*Console).log},
		{"/urls", "urls", "urls", (*Console).urls},
		{"/push", "push", "push", (*Console).push},
		{"/faults", "faults", "faults", (*Console).faults},
		{"/api", "api", "api", (*Console).api},
		{"/inbox", "inbox", "inbox", (*Console).inbox},
		{"/customers", "customers", "customers", (*Console).customers},
		{"/kf", "kf", "kf", (*Console).kf},
		{"/corps", "corps", "corps", (*Console).corps},
		{"/corps/{corp}", "corp", "corps", (*Console).corp},
		{"/orders", "orders", "orders", (*Console).orders},
		{"/orders/{order}", "order", "orders", (*Console).order},
		{"/codes", "codes", "orders", (*Console).codes},
	}
}
