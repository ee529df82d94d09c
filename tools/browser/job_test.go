package browser

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/token"
)

// action is the selector of the form of a route, and of what is in it.
func action(route, inside string) string {
	return fmt.Sprintf(`main form:has(> [name="_do"][value="%s"]) %s`, route, inside)
}

// The main job, with clicks alone: URLs, a corp that installs, an order that is paid, codes that
// the app activates, a message, and the click on its button.
func TestMainJob(t *testing.T) {
	t.Parallel()
	s := startSandbox(t)
	a := startApp(t, s)
	b := s.open(t, wide, "/")
	assert.Contains(t, b.text("h1"), "ready")

	b.fill("#first", a.server.URL+"/command")
	b.press(action("POST /urls", ".primary"))
	assert.Contains(t, b.done(), "suite_ticket")
	b.visit("/urls")
	for name, path := range map[string]string{"data_url": "/data", "system_url": "/system"} {
		field := fmt.Sprintf(`[name="%s"]`, name)
		b.fill(action("POST /urls", field), a.server.URL+path)
		b.press(fmt.Sprintf(`main form:has(%s) button:not([name]), main form:has(%s) .primary`, field, field))
		b.done()
	}

	b.visit("/")
	b.press(action("POST /installs", ".primary"))
	assert.Contains(t, b.done(), "create_auth")
	order := s.unpaid(t)
	b.until(`document.querySelector("#next")?.innerText.includes("` + order + `")`) // by itself
	b.press(action("POST /orders/{order}/pay", ".primary"))
	assert.Contains(t, b.done(), "license_pay_success")

	b.visit("/codes")
	b.until(`document.querySelectorAll("#codes .tag.ok").length === 2`)
	s.message(t)
	b.visit("/inbox")
	b.until(`document.querySelector("main").innerText.includes("Trip to Shenzhen")`)
	b.press(`.phone button[value="agree"], .phone form:has([value="agree"]) button`)
	assert.Contains(t, b.done(), "template_card_event")
	assert.Equal(t, "agree", a.click())
}

// Faults are put in and taken out, and the clock is moved: the app notices both.
func TestFaultsAndTheClock(t *testing.T) {
	t.Parallel()
	s := startSandbox(t)
	a := startApp(t, s)
	b := s.open(t, wide, "/faults")
	b.fill(action("POST /faults", `[name="path"]`), "/cgi-bin/service/get_provider_token")
	b.fill(action("POST /faults", `[name="errcode"]`), "45009")
	b.fill(action("POST /faults", `[name="times"]`), "0")
	b.press(action("POST /faults", ".primary"))
	b.done()
	_, err := a.api.AccessToken(token.Provider)
	require.ErrorContains(t, err, "45009")
	b.press(action("DELETE /faults/{id}", "button"))
	b.done()

	b.visit("/")
	before := s.now(t)
	b.press(action("POST /clock", `button[value="24h"]`))
	b.done()
	assert.Greater(t, s.now(t).Sub(before).Hours(), 23.9)
	assert.Contains(t, b.text("#now"), "ahead")
}

// What happens shows on an open page by itself; a row that is open stays, and new rows wait.
func TestPagesAreLive(t *testing.T) {
	t.Parallel()
	s := startSandbox(t, "-corps", "1")
	b := s.open(t, wide, "/log")
	s.post(t, "/tickets", map[string]any{}, nil)
	a := startApp(t, s)
	s.post(t, "/urls", map[string]any{"command_url": a.server.URL + "/command"}, nil)
	b.until(`document.querySelector("ul.log li")`)
	b.click("ul.log li summary")
	first := run(b, chromedp.Evaluate[string](`document.querySelector("ul.log li:has(details[open])").id`))
	s.post(t, "/tickets", map[string]any{}, nil)
	b.until(`!document.querySelector("#more").hidden`)
	assert.Equal(t, first, run(b, chromedp.Evaluate[string](`document.querySelector("ul.log li").id`)), "no row moves while one is open")
	b.click("#more")
	b.until(`document.querySelector("ul.log li").id !== "` + first + `"`)
	assert.True(t, run(b, chromedp.Evaluate[bool](`document.getElementById("`+first+`").firstElementChild.open`)))
}

// Both languages, and both themes, are kept by the browser.
func TestLanguageAndTheme(t *testing.T) {
	t.Parallel()
	s := startSandbox(t)
	b := s.open(t, look{"", "", 1280, 900}, "/corps")
	assert.Equal(t, "Corps & installs", b.text("h1"))
	b.press(`header [hreflang="zh-CN"]`)
	assert.Equal(t, "企业与安装", b.text("h1"))
	assert.Equal(t, "/corps", b.path())
	b.click("#theme")
	dark := run(b, chromedp.Evaluate[string](`document.documentElement.dataset.theme`))
	b.visit("/orders")
	assert.Equal(t, "订单与激活码", b.text("h1"))
	assert.Equal(t, dark, run(b, chromedp.Evaluate[string](`document.documentElement.dataset.theme`)))
}

// Everything can be done without a mouse: each control of each page can be reached by Tab and
// shows that it has the focus, and keys lead to pages, rows and searches.
func TestKeyboard(t *testing.T) {
	t.Parallel()
	s := startSandbox(t, "-corps", "2")
	s.furnish(t)
	b := s.open(t, wide, "/")
	b.follow(func() { b.keys("g"); b.keys("c") })
	assert.Equal(t, "/corps", b.path())
	b.keys("/")
	b.until(`document.activeElement.type === "search"`)
	b.keys(kb.Escape)
	b.keys("j")
	b.until(`document.activeElement.dataset.row !== undefined`)
	b.follow(func() { b.keys(kb.Enter) })
	assert.True(t, strings.HasPrefix(b.path(), "/corps/"), b.path())

	for _, path := range s.pages(t) {
		b.visit(path)
		missed := run(b, chromedp.Evaluate[[]string](unreachable))
		assert.Empty(t, missed, "%s", path)
	}

	b.visit("/") // an action by keys alone
	run(b, chromedp.Focus(chromedp.CSS(action("POST /clock", `button[value="1h"]`))))
	b.follow(func() { b.keys(kb.Enter) })
	b.done()
}

// unreachable lists controls that Tab does not come to, or that do not show their focus.
const unreachable = `[...document.querySelectorAll("main :is(a[href], button:not(:disabled), input:not([type=hidden]):not(:disabled), select, textarea, summary)")].filter(x => {
	if (!x.checkVisibility()) return false;
	x.focus();
	const shown = x.matches("[type=radio]") ? x.closest("label") : x;
	const style = getComputedStyle(shown);
	return document.activeElement !== x || x.tabIndex < 0 || style.outlineStyle === "none" && !x.matches("[type=radio]");
}).map(x => x.outerHTML.slice(0, 160))`
