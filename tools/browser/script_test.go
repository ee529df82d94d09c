package browser

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// value evaluates an expression.
func value[T any](b *tab, expression string) T {
	b.t.Helper()
	return run(b, chromedp.Evaluate[T](expression))
}

// do evaluates statements.
func (b *tab) do(statements string) {
	b.t.Helper()
	value[bool](b, "(() => { "+statements+"; return true; })()")
}

// point moves the pointer to the middle of an element.
func (b *tab) point(selector string) {
	b.t.Helper()
	at := value[[]float64](b, fmt.Sprintf(`(() => { const r = document.querySelector(%q).getBoundingClientRect(); return [r.x + r.width / 2, r.y + r.height / 2]; })()`, selector))
	call(b, input.DispatchMouseEvent, input.DispatchMouseEventParams{Type: input.DispatchMouseEventTypeMouseMoved, X: at[0], Y: at[1]})
	b.until(fmt.Sprintf(`document.querySelector(%q).matches(":hover")`, selector))
}

// Secrets are fetched when somebody wants to see or to copy them; the rest is copied as it stands.
func TestRevealAndCopy(t *testing.T) {
	t.Parallel()
	s := startSandbox(t)
	b := s.open(t, wide, "/")
	b.do(`navigator.clipboard.writeText = async text => { window.copied = text; }`)
	cell := "#env-WECOM_SUITE_SECRET"
	secret := s.env["WECOM_SUITE_SECRET"]
	mark := b.text(cell + " code")
	require.NotEqual(t, secret, mark)
	b.click(cell + " [data-reveal]")
	b.until(fmt.Sprintf(`document.querySelector(%q).innerText === %q`, cell+" code", secret))
	assert.True(t, value[bool](b, `document.querySelector("`+cell+` [aria-pressed=true]") !== null`))
	b.do(`document.activeElement.blur()`)
	corps := `document.querySelector("nav .count").innerText`
	before := value[string](b, corps)
	s.post(t, "/corps", map[string]any{}, nil)
	b.until(corps + ` !== "` + before + `"`)
	assert.Equal(t, secret, b.text(cell+" code"), "it stays while other things change")
	b.click(cell + " [data-reveal]")
	b.until(fmt.Sprintf(`document.querySelector(%q).innerText === %q`, cell+" code", mark))

	copies := func(selector, want string) {
		t.Helper()
		b.do(`window.copied = ""; document.querySelector("#toast").textContent = ""`)
		b.click(selector)
		b.until(`window.copied`)
		assert.Contains(t, value[string](b, `window.copied`), want, selector)
		b.until(`document.querySelector("#toast").textContent === "Copied"`)
	}
	copies(cell+" [data-copysecret]", secret)
	copies("[data-copyenv]", secret)
	copies("#env-WECOM_SUITE_ID [data-copy]", s.env["WECOM_SUITE_ID"])
	copies(".in > .code [data-copy]", "/cgi-bin/service/get_provider_token")
	b.do(`navigator.clipboard.writeText = async () => { throw new DOMException("no", "NotAllowedError"); }`)
	b.click("[data-copyenv]")
	b.until(`document.querySelector("#toast").textContent.includes("refused")`)
}

// Rows wait while somebody points at one, has the focus in one, or has paused the log.
func TestTheLogWaitsForItsReader(t *testing.T) {
	t.Parallel()
	s := startSandbox(t)
	s.post(t, "/urls", map[string]any{"command_url": startApp(t, s).server.URL + "/command"}, nil)
	s.post(t, "/tickets", map[string]any{}, nil)
	b := s.open(t, wide, "/log")
	first := `document.querySelector("ul.log li").id`
	for _, x := range []struct{ begin, end func() }{
		{func() { b.point("ul.log li") }, func() { b.point("h1") }},
		{func() { b.do(`document.querySelector("ul.log summary").focus()`) }, func() { b.do(`document.activeElement.blur()`) }},
		{func() { b.click("#pause") }, func() { b.click("#pause") }},
	} {
		was := value[string](b, first)
		x.begin()
		s.post(t, "/tickets", map[string]any{}, nil)
		b.until(`!document.querySelector("#more").hidden && document.querySelector("#more").innerText === "1 new rows"`)
		assert.Equal(t, was, value[string](b, first))
		x.end()
		s.post(t, "/tickets", map[string]any{}, nil)
		b.until(first + ` !== "` + was + `"`)
		b.until(`document.querySelector("#more").hidden`)
	}
	assert.Equal(t, "false", value[string](b, `document.querySelector("#pause").getAttribute("aria-pressed")`))
	b.keys("p")
	assert.Equal(t, "true", value[string](b, `document.querySelector("#pause").getAttribute("aria-pressed")`))
}

// A live box is not replaced while it has the focus.
func TestWhatHasTheFocusStays(t *testing.T) {
	t.Parallel()
	s := startSandbox(t)
	add := func(path string) { s.post(t, "/faults", map[string]any{"path": path, "errcode": 45009}, nil) }
	add("/cgi-bin/user/get")
	b := s.open(t, wide, "/faults")
	b.do(`document.querySelector("#active button").focus(); window.kept = document.activeElement`)
	add("/cgi-bin/department/list")
	b.until(`document.querySelector("#nav .tag.warn").innerText === "2"`)
	assert.True(t, value[bool](b, `document.activeElement === window.kept && window.kept.isConnected`))
	b.do(`document.activeElement.blur()`)
	add("/cgi-bin/message/send")
	b.until(`document.querySelector("#active").innerText.includes("/cgi-bin/message/send")`)
}

// Lists that are whole are searched while one types, also after they have changed.
func TestFilters(t *testing.T) {
	t.Parallel()
	s := startSandbox(t)
	for _, name := range []string{"Riverside", "Hillside"} {
		s.post(t, "/corps", map[string]any{"name": name}, nil)
	}
	b := s.open(t, wide, "/corps")
	shown := `[...document.querySelectorAll("#corps tbody tr")].filter(x => x.checkVisibility()).length`
	b.click("[data-filter]")
	b.keys("RIVER side")
	b.until(shown + ` === 1`)
	s.post(t, "/corps", map[string]any{"name": "Seaside"}, nil)
	s.post(t, "/corps", map[string]any{"name": "Riverside Two"}, nil)
	b.until(shown + ` === 2`)
	b.keys("xx")
	b.until(shown + ` === 0 && document.querySelector("#none").checkVisibility()`)

	b.visit("/push")
	b.click("[data-filter]")
	b.keys("suite_ticket")
	b.until(`[...document.querySelectorAll(".pick h3")].filter(x => x.checkVisibility()).length === 1`)
	b.do(`const x = document.querySelector("[data-edits]"); x.value = "mine"; x.dispatchEvent(new Event("input", { bubbles: true }))`)
	assert.True(t, value[bool](b, `document.querySelector("[data-el]").textContent === "mine"`), "the preview shows what is typed")
}

// Keys do nothing in fields, with modifiers, and where they are switched off.
func TestKeysCanBeSwitchedOff(t *testing.T) {
	t.Parallel()
	s := startSandbox(t, "-corps", "3")
	b := s.open(t, wide, "/corps")
	theme := `document.documentElement.dataset.theme`
	b.keys("t")
	b.until(theme + ` === "dark"`)
	b.do(`for (const held of ["ctrlKey", "metaKey", "altKey"]) document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "t", bubbles: true, [held]: true }))`)
	assert.Equal(t, "dark", value[string](b, theme), "with a modifier")
	b.keys("j")
	b.keys("j")
	b.keys("k")
	b.until(`document.activeElement === document.querySelector("[data-row]")`)
	b.keys("/")
	b.keys("t?")
	assert.Regexp(t, `^dark .*t\?$`, value[string](b, theme+` + " " + document.activeElement.value`))
	b.do(`document.activeElement.blur()`)
	b.keys("?")
	b.until(`document.querySelector("#keys").matches(":popover-open")`)
	b.click("#keyson")
	b.keys("?")
	b.keys("t")
	assert.Equal(t, "dark", value[string](b, theme))
	b.visit("/orders")
	assert.False(t, value[bool](b, `document.querySelector("#keyson").checked`), "the browser keeps it")
}

// A page whose sandbox is gone says so, and is loaded anew when another one is there.
func TestTheSandboxIsGone(t *testing.T) {
	t.Parallel()
	s := startSandbox(t)
	b := s.open(t, wide, "/corps")
	b.until(`!document.querySelector("#live").hidden`)
	s.stop()
	b.until(`!document.querySelector("#lost").hidden && document.querySelector("#live").hidden`)
	b.do(`window.old = true`)
	startSandbox(t, "-listen", strings.TrimPrefix(s.base, "http://"))
	b.until(`window.old === undefined && document.querySelector("#lost")?.hidden`)
	b.forgive("ERR_CONNECTION_REFUSED", "ERR_INCOMPLETE_CHUNKED_ENCODING", "ERR_CONNECTION_RESET")
}

// A note is told once: its address is no part of the page's. A row of the log that a link names is open.
func TestAddresses(t *testing.T) {
	t.Parallel()
	s := startSandbox(t, "-corps", "2")
	b := s.open(t, wide, "/faults")
	b.press(action("POST /faults", ".primary"))
	b.done()
	b.until(`location.search === "" && document.querySelector("#note")`)
	s.post(t, "/urls", map[string]any{"command_url": startApp(t, s).server.URL + "/command"}, nil)
	s.post(t, "/tickets", map[string]any{}, nil)
	b.visit("/log")
	id := value[string](b, `document.querySelector("ul.log > li:last-child").id`)
	b.visit("/urls")
	b.visit("/log#" + id)
	b.until(`document.getElementById("` + id + `").firstElementChild.open`)
	b.visit("/customers")
	b.follow(func() {
		b.do(`const x = document.querySelector("#corp"); x.selectedIndex = 1; x.dispatchEvent(new Event("change", { bubbles: true }))`)
	})
	assert.Equal(t, 1, value[int](b, `document.querySelector("#corp").selectedIndex`), "a list of corps needs no button")
}

// What runs out counts down.
func TestWhatIsLeftCountsDown(t *testing.T) {
	t.Parallel()
	s := startSandbox(t)
	b := s.open(t, wide, "/urls")
	s.post(t, "/clock", map[string]any{"add": "22m"}, nil)
	texts := `[...document.querySelectorAll("span[data-left]")].map(x => x.textContent).join()`
	b.until(`/\d\u00a0min \d+\u00a0s/.test(` + texts + `)`)
	was := value[string](b, texts)
	b.until(texts + ` !== "` + was + `"`)
}
