package main

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"regexp"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const (
	patience = time.Minute
	poll     = 50 * time.Millisecond
)

// terminal is what a person reads.
type terminal struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (o *terminal) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(p)
}

func (o *terminal) find(pattern string) string {
	o.mu.Lock()
	defer o.mu.Unlock()
	if m := regexp.MustCompile(pattern).FindStringSubmatch(o.text.String()); m != nil {
		return m[1]
	}
	return ""
}

// freeAddress is one that nobody listens on.
func freeAddress(t *testing.T) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	return l.Addr().String()
}

func chromium(t *testing.T) string {
	for _, name := range []string{os.Getenv("CHROMIUM"), "chromium", "chromium-browser", "google-chrome", "google-chrome-stable"} {
		if path, err := exec.LookPath(name); name != "" && err == nil {
			return path
		}
	}
	t.Skip("there is no Chromium: \"make browser\" installs it on Debian")
	return ""
}

// startAll runs what the command runs, until the test ends.
func startAll(t *testing.T) (site, console string) {
	t.Setenv("SERVER_LISTEN", freeAddress(t))
	t.Setenv("SERVER_OPS_LISTEN", freeAddress(t))
	ctx, end := context.WithCancel(context.Background())
	out, ended := &terminal{}, make(chan error, 1)
	go func() { ended <- run(ctx, out) }()
	t.Cleanup(func() {
		end()
		assert.NoError(t, <-ended)
	})
	require.Eventually(t, func() bool {
		console = out.find(`sandbox console +(\S+)`)
		return console != "" || len(ended) > 0
	}, 5*time.Minute, poll) // it builds
	require.NotEmpty(t, console, "the command has ended")
	return out.find(`server +(\S+)`), console
}

// tab is a page of a real browser.
type tab struct {
	t   *testing.T
	ctx context.Context
}

func openTab(t *testing.T, path string) *tab {
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.UserDataDir(t.TempDir()),
		chromedp.Flag("disable-component-update", true))
	allocator, end := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, closeTab := chromedp.NewContext(allocator)
	t.Cleanup(func() { closeTab(); end() })
	require.NoError(t, chromedp.Do(ctx))
	return &tab{t, ctx}
}

func evaluate[T any](b *tab, expression string) (out T, err error) {
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	return chromedp.Run(ctx, chromedp.Evaluate[T](expression))
}

func (b *tab) visit(address string) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	_, err := chromedp.Run(ctx, chromedp.Navigate(address))
	require.NoError(b.t, err)
}

// until waits until the page has a text.
func (b *tab) until(text string) {
	b.t.Helper()
	shown := ""
	defer func() {
		if b.t.Failed() {
			b.t.Log("the page:\n" + shown)
		}
	}()
	require.Eventually(b.t, func() bool {
		var err error
		shown, err = evaluate[string](b, `document.readyState === "complete" ? document.body.innerText : ""`)
		return err == nil && bytes.Contains([]byte(shown), []byte(text))
	}, patience, poll, "%s", text)
}

// click clicks the first link or button with a text.
func (b *tab) click(text string) {
	b.t.Helper()
	b.until(text)
	found, err := evaluate[bool](b, fmt.Sprintf(`(() => {
		const x = [...document.querySelectorAll("a, button, label")].find(x => x.innerText.includes(%q));
		if (x) setTimeout(() => x.click());
		return !!x;
	})()`, text))
	require.NoError(b.t, err)
	require.True(b.t, found, text)
}

// inABrowser an administrator installs the app, logs in, writes to himself, and buys a licence; a
// person pays in WeCom's console, and the licence is activated. All by clicks.
func inABrowser(t *testing.T, site, console string) {
	b := openTab(t, chromium(t))

	b.visit(site)
	b.click("安装")
	b.click("管理员的身份同意安装")
	b.until("已安装此应用")
	b.click("成员登录")
	b.click("的身份登录")
	b.until("给自己发一条应用消息")
	user, err := evaluate[string](b, `document.querySelector("#user").innerText`)
	require.NoError(t, err)

	_, err = evaluate[bool](b, `document.querySelector("#text").value = "你好", true`)
	require.NoError(t, err)
	b.click("发送")
	b.until("消息已发送")

	b.click("客户")
	b.until("还没有客户")

	b.click("许可")
	b.until("还没有已激活的账号")
	b.click(user)
	b.click("购买")
	b.until("待支付")

	b.visit(console)
	_, err = evaluate[bool](b, `document.querySelector('main form:has(> [name="_do"][value="POST /orders/{order}/pay"]) .primary').click(), true`)
	require.NoError(t, err)
	b.until("license_pay_success")
	b.visit(console + "/inbox")
	b.until("你好")

	b.visit(site + "/licences")
	b.until("账号已全部激活")
	accounts, err := evaluate[string](b, `document.querySelector("#accounts").innerText`)
	require.NoError(t, err)
	assert.Contains(t, accounts, user)
}
