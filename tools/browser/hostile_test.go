package browser

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A browser opens six connections to a host. Pages in the background hold none, or the seventh
// would never come.
func TestManyTabsOpen(t *testing.T) {
	t.Parallel()
	s := startSandbox(t)
	const behind = `Object.defineProperty(document, "hidden", { value: true, configurable: true }), document.dispatchEvent(new Event("visibilitychange"))`
	const front = `Object.defineProperty(document, "hidden", { value: false, configurable: true }), document.dispatchEvent(new Event("visibilitychange"))`
	var first *tab
	for i := range 8 {
		ctx, closeTab := chromedp.NewContext(browser)
		t.Cleanup(closeTab)
		require.NoError(t, chromedp.Do(ctx))
		b := &tab{t: t, ctx: ctx, base: s.base}
		b.visit("/log")
		b.until(`!document.querySelector("#live").hidden`)
		if i == 0 {
			first = b
		}
		run(b, chromedp.Evaluate[bool](behind))
	}
	res, err := http.Get(s.base + "/cgi-bin/get_api_domain_ip")
	require.NoError(t, err)
	require.NoError(t, res.Body.Close())
	run(first, chromedp.Evaluate[bool](front)) // it has missed what happened meanwhile
	first.until(`document.querySelector("ul.log li")`)
}

// Names as long as the API takes, in one word and from right to left, stay within the window, and
// what looks like HTML is text.
func TestLongAndHostileNames(t *testing.T) {
	t.Parallel()
	s := startSandbox(t, "-corps", "1")
	s.furnish(t)
	const evil = `<img src=x onerror="document.title='hostile'">"'><b>&amp;` + "\u202e\u05d0\u05d1 \u182e\u1823"
	corp := ""
	for _, name := range []string{evil, strings.Repeat("W", 1000)} {
		corp = s.hostile(t, name)
	}
	pages := append(s.pages(t), "/corps/"+corp, "/inbox?corp="+corp, "/customers?corp="+corp, "/kf?corp="+corp)
	for _, l := range []look{{"en", "light", 360, 740}, {"zh-CN", "light", 1280, 900}} {
		b := s.open(t, l, "/")
		for _, path := range pages {
			b.visit(path)
			assert.Empty(t, run(b, chromedp.Evaluate[[]string](tooWide)), "%s %s", l, path)
			assert.NotEqual(t, "hostile", run(b, chromedp.Evaluate[string](`document.title`)), path)
		}
	}
}

// hostile makes a corp of a name, whose members, customers and groups have it as well.
func (s *sandbox) hostile(t *testing.T, name string) (corpId string) {
	t.Helper()
	var corp corp
	s.post(t, "/corps", map[string]any{"name": name}, &corp)
	at, member := "/corps/"+corp.CorpId, corp.Members[0].UserId
	s.post(t, at+"/members", map[string]any{"user_id": member, "name": name}, nil)
	s.post(t, at+"/customers", map[string]any{"user_id": member, "name": name}, nil)
	s.post(t, at+"/groups", map[string]any{"owner": member, "name": name, "people": []any{map[string]any{"name": name}}}, nil)
	s.post(t, "/urls", map[string]any{"command_url": "http://127.0.0.1:1/" + strings.Repeat("w", 300)}, nil)
	s.post(t, "/installs", map[string]any{"corp_id": corp.CorpId, "state": strings.Repeat("W", 100)}, nil)
	s.post(t, "/orders", map[string]any{"corp_id": corp.CorpId, "buyer": member, "base": 1, "months": 1}, nil)
	res, err := http.Get(s.base + "/cgi-bin/" + url.PathEscape(name) + "?" + url.QueryEscape(name) + "=1")
	require.NoError(t, err)
	require.NoError(t, res.Body.Close())
	return corp.CorpId
}
