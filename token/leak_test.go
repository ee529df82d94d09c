package token_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/gothird/wecom/internal/clock/clocktest"
	"github.com/gothird/wecom/internal/inprocess"
	"github.com/gothird/wecom/token"
)

// leakDetector notes every text that the tests of this package produce, and every secret
// that they use, so that TestMain can look for the one in the other.
type leakDetector struct {
	mu      sync.Mutex
	texts   map[string]bool
	secrets map[string]bool
	chatter []string // log records below a warning
}

var seen = leakDetector{texts: map[string]bool{}, secrets: map[string]bool{}}

// secret notes a secret of at least indexed bytes.
func (d *leakDetector) secret(s string) string {
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(s) >= indexed {
		d.secrets[s] = true
	}
	return s
}

// text notes v under every verb that shows its inside.
func (d *leakDetector) text(values ...any) {
	for _, v := range values {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%d", "%x"} {
			s := fmt.Sprintf(verb, v)
			d.mu.Lock()
			d.texts[s] = true
			d.mu.Unlock()
		}
	}
}

// error notes err and everything it wraps.
func (d *leakDetector) error(err error) {
	if err == nil {
		return
	}
	d.text(err)
	d.error(errors.Unwrap(err))
	if many, ok := err.(interface{ Unwrap() []error }); ok {
		for _, e := range many.Unwrap() {
			d.error(e)
		}
	}
	var e *token.Error
	if errors.As(err, &e) {
		d.text(*e)
	}
}

// watch lets the detector see what an Api made of cfg shows: log, CallInfo, TokenInfo,
// what the middleware can see; and learn the tokens that come back.
func (d *leakDetector) watch(cfg token.Config) token.Config {
	for _, s := range []string{cfg.ProviderSecret, cfg.SuiteSecret} {
		d.secret(s)
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.New(d.logHandler())
	}
	onCall, onToken := cfg.OnCall, cfg.OnToken
	cfg.OnCall = func(ctx context.Context, info token.CallInfo) {
		shown := info
		shown.Duration = 0
		d.text(shown)
		d.error(info.Err)
		if onCall != nil {
			onCall(ctx, info)
		}
	}
	cfg.OnToken = func(ctx context.Context, info token.TokenInfo) {
		shown := info
		shown.Duration = 0
		d.text(shown)
		d.error(info.Err)
		if onToken != nil {
			onToken(ctx, info)
		}
	}
	cfg.Middleware = append(cfg.Middleware, d.middleware)
	client := http.Client{}
	if cfg.HTTPClient != nil {
		client = *cfg.HTTPClient
	}
	client.Transport = d.learnTokens(client.Transport)
	cfg.HTTPClient = &client
	d.text(cfg)
	return cfg
}

func (d *leakDetector) logHandler() slog.Handler {
	return slog.NewTextHandler(d, &slog.HandlerOptions{Level: slog.LevelDebug, ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey || a.Key == "took" {
			return slog.Attr{} // so that equal records are kept once
		}
		return a
	}})
}

// Write takes the log.
func (d *leakDetector) Write(p []byte) (int, error) {
	d.text(string(p))
	if !bytes.HasPrefix(p, []byte("level=WARN")) && !bytes.HasPrefix(p, []byte("level=ERROR")) {
		d.mu.Lock()
		defer d.mu.Unlock()
		d.chatter = append(d.chatter, string(p))
	}
	return len(p), nil
}

// middleware notes what a middleware sees of requests.
func (d *leakDetector) middleware(next http.RoundTripper) http.RoundTripper {
	return roundTripper(func(r *http.Request) (*http.Response, error) {
		d.text(r.URL.String(), r.Header)
		if strings.Contains(r.URL.Path, "token") && r.Body != nil {
			body, _ := io.ReadAll(r.Body)
			d.text(string(body))
		}
		return next.RoundTrip(r)
	})
}

// learnTokens notes the tokens that are handed out.
func (d *leakDetector) learnTokens(inner http.RoundTripper) http.RoundTripper {
	if inner == nil {
		inner = http.DefaultTransport
	}
	return roundTripper(func(r *http.Request) (*http.Response, error) {
		resp, err := inner.RoundTrip(r)
		if err != nil || !strings.HasSuffix(r.URL.Path, "token") {
			return resp, err
		}
		body, _ := io.ReadAll(resp.Body)
		resp.Body.Close()
		resp.Body = io.NopCloser(bytes.NewReader(body))
		var out map[string]any
		_ = json.Unmarshal(body, &out) // else it holds no token
		for name, v := range out {
			if s, ok := v.(string); ok && strings.HasSuffix(name, "token") {
				d.secret(s)
			}
		}
		return resp, nil
	})
}

type roundTripper = inprocess.Func

// No text that the tests of this package have produced holds a secret, and the log gets
// nothing below a warning.
// G: secret/texts hook/logger
func TestMain(m *testing.M) {
	code := clocktest.Run(m)
	found := seen.leaks()
	for _, text := range found[:min(10, len(found))] {
		fmt.Printf("--- FAIL: a secret in: %.300s\n", text)
	}
	for _, text := range seen.chatter[:min(10, len(seen.chatter))] {
		fmt.Printf("--- FAIL: logged below a warning: %s\n", text)
	}
	if len(found)+len(seen.chatter) > 0 {
		code = 1
	}
	if testing.Verbose() {
		fmt.Printf("searched %d texts for %d secrets\n", len(seen.texts), len(seen.secrets))
	}
	os.Exit(code)
}

// The search itself finds what there is to find, however it is written.
// G: secret/texts
func TestLeakDetector(t *testing.T) {
	t.Parallel()
	const secret = `se cret/"<value>+\é`
	plant := map[string]string{
		"raw":                    secret,
		"query":                  url.QueryEscape(secret),
		"path":                   url.PathEscape(secret),
		"JSON":                   `se cret/\"<value>+\\é`,
		"JSON for HTML":          `se cret/\"\u003cvalue\u003e+\\é`,
		"Go":                     fmt.Sprintf("%q", secret),
		"hex":                    hex.EncodeToString([]byte(secret)),
		"base64":                 base64.StdEncoding.EncodeToString([]byte(secret)),
		"base64 behind a letter": base64.URLEncoding.EncodeToString([]byte("x" + secret + "y")),
		"base64 behind two":      base64.StdEncoding.EncodeToString([]byte("xy" + secret + "z")),
	}
	for name, text := range plant {
		d := leakDetector{texts: map[string]bool{}, secrets: map[string]bool{}}
		d.secret(secret)
		d.text("nothing")
		d.error(fmt.Errorf("outside: %w", errors.Join(errors.New("se%20cret"))))
		assert.Empty(t, d.leaks(), name)
		d.error(fmt.Errorf("outside: %w", errors.Join(io.EOF, &url.Error{Op: "Get", URL: "before " + text + " behind", Err: io.EOF})))
		assert.NotEmpty(t, d.leaks(), name)
	}
}
