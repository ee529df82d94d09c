package browser

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

// What the tests share: the command, and one browser.
var (
	command string
	browser context.Context
)

func TestMain(m *testing.M) {
	os.Exit(func() int {
		stop, err := prepare()
		if err != nil {
			fmt.Fprintln(os.Stderr, "browser:", err)
			return 1
		}
		defer stop()
		return m.Run()
	}())
}

// prepare builds the command and starts the browser.
func prepare() (stop func(), err error) {
	dir, err := os.MkdirTemp("", "wecom-browser")
	if err != nil {
		return nil, err
	}
	command = filepath.Join(dir, "wecom")
	if out, err := exec.Command("go", "-C", "../..", "build", "-o", command, "./cmd/wecom").CombinedOutput(); err != nil {
		return nil, fmt.Errorf("build the command: %w\n%s", err, out)
	}
	path, err := chromium()
	if err != nil {
		return nil, err
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.UserDataDir(filepath.Join(dir, "profile")),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true), chromedp.Flag("lang", "en"))
	allocator, end := chromedp.NewExecAllocator(context.Background(), options...)
	var closeBrowser context.CancelFunc
	browser, closeBrowser = chromedp.NewContext(allocator)
	if err := chromedp.Do(browser); err != nil {
		return nil, fmt.Errorf("start %s: %w", path, err)
	}
	return func() {
		closeBrowser()
		end()
		_ = os.RemoveAll(dir)
	}, nil
}

func chromium() (string, error) {
	for _, name := range []string{os.Getenv("CHROMIUM"), "chromium", "chromium-browser", "google-chrome", "google-chrome-stable"} {
		if path, err := exec.LookPath(name); name != "" && err == nil {
			return path, nil
		}
	}
	return "", errors.New("there is no Chromium: \"make browser\" installs it on Debian; else install it, or name it by CHROMIUM")
}

// sandbox is a process of "wecom sandbox".
type sandbox struct {
	t    *testing.T
	base string
	env  map[string]string // of an app, with secrets
	stop func()
}

var addressLine = regexp.MustCompile(`http://127\.0\.0\.1:\d+`)

// startSandbox starts one on a free port, until the test ends.
func startSandbox(t *testing.T, args ...string) *sandbox {
	t.Helper()
	file := filepath.Join(t.TempDir(), "sandbox.env")
	cmd := exec.Command(command, append([]string{"sandbox", "-listen", "127.0.0.1:0", "-env-file", file}, args...)...)
	cmd.Env = append(os.Environ(), "LC_ALL=C")
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	cmd.Stderr = os.Stderr
	require.NoError(t, cmd.Start())
	stop := sync.OnceFunc(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		_ = cmd.Wait()
	})
	t.Cleanup(stop)
	s := &sandbox{t: t, env: map[string]string{}, stop: stop}
	lines := bufio.NewScanner(out)
	for s.base == "" && lines.Scan() {
		s.base = addressLine.FindString(lines.Text())
	}
	require.NotEmpty(t, s.base, "the command has printed no address")
	go func() {
		for lines.Scan() { // so that it never waits for a reader
		}
	}()
	var text []byte
	require.Eventually(t, func() bool { text, err = os.ReadFile(file); return err == nil && len(text) > 0 }, 10*time.Second, 10*time.Millisecond)
	for line := range strings.Lines(string(text)) {
		name, value, _ := strings.Cut(strings.TrimPrefix(strings.TrimSpace(line), "export "), "=")
		s.env[name] = strings.Trim(value, "'")
	}
	return s
}
