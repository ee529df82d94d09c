package browser

import (
	_ "embed"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

//go:embed testdata/axe.min.js
var axe string

// pages are all pages that links lead to, one of each kind: what differs in ids only counts once.
func (s *sandbox) pages(t *testing.T) (list []string) {
	t.Helper()
	b := s.open(t, wide, "/")
	seen := map[string]bool{}
	for next := []string{"/"}; len(next) > 0; next = next[1:] {
		kind := kindOf(next[0])
		if seen[kind] {
			continue
		}
		seen[kind] = true
		list = append(list, next[0])
		b.visit(next[0])
		next = append(next, run(b, chromedp.Evaluate[[]string](`[...document.querySelectorAll("a[href^='/']:not([download]):not([hreflang])")].map(a => a.getAttribute("href").split("#")[0])`))...)
	}
	return list
}

// kindOf is a path without what names a thing.
func kindOf(path string) string {
	path, _, query := strings.Cut(path, "?")
	parts := strings.Split(path, "/")
	if len(parts) > 2 {
		parts = append(parts[:2], "*")
	}
	if query && parts[1] == "inbox" {
		parts = append(parts, "?") // a message that is chosen
	}
	return strings.Join(parts, "/")
}

// tooWide lists what goes beyond the right edge of the window, but for what can be scrolled.
const tooWide = `(() => {
	const wide = [...document.querySelectorAll("body *")].filter(x => {
		if (!x.checkVisibility({ visibilityProperty: true }) || x.closest("[popover]:not(:popover-open)")) return false;
		for (let p = x.parentElement; p && p !== document.body; p = p.parentElement)
			if (getComputedStyle(p).overflowX !== "visible") return false;
		const r = x.getBoundingClientRect();
		return r.width > 1 && r.right > innerWidth + 1;
	});
	return (document.documentElement.scrollWidth > innerWidth ? ["the page is " + document.documentElement.scrollWidth] : []).concat(wide.map(x => x.outerHTML.slice(0, 160)));
})()`

// violations are what axe finds.
const violations = `axe.run(document, { resultTypes: ["violations"] }).then(r => r.violations.map(v =>
	v.id + ": " + v.help + ": " + v.nodes.slice(0, 3).map(n => n.html.slice(0, 160) + " " + n.failureSummary).join(" | ")))`

// Every page in both languages, both themes, wide and on a phone: nothing overflows, axe finds
// nothing, there is one main heading, and no id comes twice.
func TestEveryPageInEveryLook(t *testing.T) {
	t.Parallel()
	s := startSandbox(t, "-corps", "2", "-templates", "1")
	s.furnish(t)
	pages := s.pages(t)
	require.Greater(t, len(pages), 10)
	for _, l := range []look{wide, phone, {"zh-CN", "light", 1280, 1000}, {"en", "dark", 360, 740}, {"zh-CN", "dark", 1280, 1000}} {
		t.Run(l.String(), func(t *testing.T) {
			t.Parallel()
			b := s.open(t, l, "/")
			for _, path := range pages {
				b.visit(path)
				assert.Empty(t, run(b, chromedp.Evaluate[[]string](tooWide)), "%s is too wide", path)
				run(b, chromedp.Evaluate[chromedp.Void](axe))
				assert.Empty(t, run(b, chromedp.Evaluate[[]string](violations, chromedp.EvalAwaitPromise)), "%s", path)
				assert.Equal(t, 1, run(b, chromedp.Evaluate[int](`document.querySelectorAll("h1").length`)), "main headings of %s", path)
				assert.Empty(t, run(b, chromedp.Evaluate[[]string](`[...document.querySelectorAll("[id]")].map(x => x.id).filter((id, i, all) => all.indexOf(id) !== i)`)), "%s", path)
				b.shoot("page" + strings.NewReplacer("/", "-", "?", "").Replace(kindOf(path)) + "-" + l.String())
			}
		})
	}
}
