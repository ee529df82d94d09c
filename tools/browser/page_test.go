package browser

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const (
	patience = 90 * time.Second
	poll     = 20 * time.Millisecond
	small    = 600 // narrower ones are phones
)

// tab is a page of the console in a browser that knows nothing yet. When the test ends it fails
// for errors in the browser's log, and for requests to another host.
type tab struct {
	t    *testing.T
	ctx  context.Context
	base string

	mu       sync.Mutex
	wrong    []string
	forgiven []string
}

// look says how a page is looked at.
type look struct {
	language, theme string
	width, height   int64
}

var (
	wide  = look{"en", "light", 1280, 1000}
	phone = look{"zh-CN", "dark", 360, 740}
)

func (l look) String() string { return fmt.Sprintf("%s-%s-%d", l.language, l.theme, l.width) }

// open makes a tab that shows a path of the console.
func (s *sandbox) open(t *testing.T, l look, path string) *tab {
	t.Helper()
	b := &tab{t: t, base: s.base}
	ctx, closeTab := chromedp.NewContext(browser, chromedp.WithNewBrowserContext(), chromedp.WithListener(b.listen))
	b.ctx = ctx
	t.Cleanup(func() {
		closeTab()
		b.mu.Lock()
		defer b.mu.Unlock()
		assert.Empty(t, slices.DeleteFunc(b.wrong, b.forgives))
	})
	require.NoError(t, chromedp.Do(ctx)) // the tab lives as long as the context of its first action
	call(b, log.Enable, cdp.Empty{})
	call(b, network.Enable, network.EnableParams{})
	call(b, runtime.Enable, cdp.Empty{})
	call(b, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: l.width, Height: l.height, DeviceScaleFactor: 1, Mobile: l.width < small})
	for name, value := range map[string]string{"wecom_language": l.language, "wecom_theme": l.theme} {
		call(b, network.SetCookie, network.SetCookieParams{Name: name, Value: value, URL: s.base})
	}
	b.visit(path)
	return b
}

// call runs a command of the protocol.
func call[P, R any](b *tab, cmd cdp.Command[P, R], params P) R {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	out, err := chromedp.Call(ctx, cmd, params)
	require.NoError(b.t, err)
	return out
}

// listen notes what must not happen.
func (b *tab) listen(event any) {
	note := func(format string, args ...any) {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.wrong = append(b.wrong, fmt.Sprintf(format, args...))
	}
	switch e := event.(type) {
	case *log.EventEntryAdded:
		if e.Entry.Level == log.EntryLevelError || e.Entry.Level == log.EntryLevelWarning {
			note("log: %s %s", e.Entry.Text, e.Entry.URL)
		}
	case *runtime.EventExceptionThrown:
		note("exception: %s", e.ExceptionDetails.Text)
	case *runtime.EventConsoleAPICalled:
		if e.Type == runtime.ConsoleAPICalledTypeError || e.Type == runtime.ConsoleAPICalledTypeWarning {
			note("console: %v", e.Args)
		}
	case *network.EventRequestWillBeSent:
		if !b.owns(e.Request.URL) {
			note("a request to another host: %s", e.Request.URL)
		}
	}
}

// forgive lets the log have texts: of a sandbox that has ended.
func (b *tab) forgive(texts ...string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.forgiven = texts
}

func (b *tab) forgives(text string) bool {
	return slices.ContainsFunc(b.forgiven, func(x string) bool { return strings.Contains(text, x) })
}

// owns reports whether an address is of the sandbox, or needs no host.
func (b *tab) owns(address string) bool {
	return strings.HasPrefix(address, b.base+"/") || strings.HasPrefix(address, "data:")
}

// run runs an action, which must succeed in time, and returns its value. An element that the open
// page replaces between being found and being used is looked for again.
func run[T any](b *tab, do chromedp.Action[T]) T {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	out, err := chromedp.Run(ctx, do)
	for err != nil && strings.Contains(err.Error(), "Could not find node") && ctx.Err() == nil {
		out, err = chromedp.Run(ctx, do)
	}
	if err != nil {
		again, stop := context.WithTimeout(b.ctx, time.Second)
		defer stop()
		text, _ := chromedp.Run(again, chromedp.Evaluate[string](`location.href + "\n" + document.body.innerText.slice(0, 2000)`))
		require.NoError(b.t, err, "the page:\n%s", text)
	}
	return out
}

// visit goes to a path.
func (b *tab) visit(path string) {
	b.t.Helper()
	run(b, chromedp.Navigate(b.base+path))
	run(b, chromedp.WaitReady(chromedp.CSS("#main")))
}

// click clicks the element of a selector.
func (b *tab) click(selector string) {
	b.t.Helper()
	run(b, chromedp.Click(chromedp.CSS(selector), chromedp.NodeVisible))
}

// follow runs an action that submits a form or follows a link, and waits for the page.
func (b *tab) follow(do func()) {
	b.t.Helper()
	run(b, chromedp.Evaluate[bool](`window.old = true`))
	do()
	b.until(`window.old === undefined && document.readyState === "complete"`)
}

// press clicks a button that submits a form, or a link, and waits for the page.
func (b *tab) press(selector string) {
	b.t.Helper()
	b.follow(func() { b.click(selector) })
}

// fill puts a text into a field.
func (b *tab) fill(selector, text string) {
	b.t.Helper()
	run(b, chromedp.SetValue(chromedp.CSS(selector), text, chromedp.NodeVisible))
}

// keys types keys into what has the focus.
func (b *tab) keys(keys string) {
	b.t.Helper()
	run(b, chromedp.KeyEvent(keys))
}

// text is the visible text of an element.
func (b *tab) text(selector string) string {
	b.t.Helper()
	return run(b, chromedp.Text(chromedp.CSS(selector), chromedp.NodeVisible))
}

// done waits for the note of an action that went well, and returns its text.
func (b *tab) done() string {
	b.t.Helper()
	text := b.text("#note")
	require.False(b.t, run(b, chromedp.Evaluate[bool](`document.querySelector("#note").classList.contains("bad")`)), text)
	return text
}

// until waits until an expression holds, whatever pages come meanwhile.
func (b *tab) until(expression string) {
	b.t.Helper()
	require.Eventually(b.t, func() bool {
		ctx, cancel := context.WithTimeout(b.ctx, patience)
		defer cancel()
		ok, err := chromedp.Run(ctx, chromedp.Evaluate[bool]("!!("+expression+")"))
		return err == nil && ok
	}, patience, poll, expression)
}

// path is the path of the page that is shown.
func (b *tab) path() string {
	b.t.Helper()
	u, err := url.Parse(run(b, chromedp.Location()))
	require.NoError(b.t, err)
	return u.Path
}

// shoot writes a screenshot, if somebody wants them.
func (b *tab) shoot(name string) {
	b.t.Helper()
	dir := os.Getenv("SCREENSHOTS")
	if dir == "" {
		return
	}
	const quality, readable = 100, 0o755
	require.NoError(b.t, os.MkdirAll(dir, readable))
	require.NoError(b.t, os.WriteFile(filepath.Join(dir, name+".png"), run(b, chromedp.FullScreenshot(quality)), 0o644))
}
