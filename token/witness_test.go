package token_test

import (
	"bytes"
	"context"
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

	"github.com/gothird/wecom/internal/clock/clocktest"
	"github.com/gothird/wecom/token"
)

// witness writes down every text that the tests of this package produce, and every secret
// that they use, so that TestMain can look for the one in the other.
type witness struct {
	mu      sync.Mutex
	texts   map[string]bool
	secrets map[string]bool
}

// shortest is the length from which on a text counts as a secret.
const shortest = 8

var seen = witness{texts: map[string]bool{}, secrets: map[string]bool{}}

func (w *witness) secret(s string) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(s) >= shortest {
		w.secrets[s] = true
		w.secrets[url.QueryEscape(s)] = true
	}
	return s
}

// text notes v under every verb that shows its inside.
func (w *witness) text(values ...any) {
	for _, v := range values {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%d", "%x"} {
			s := fmt.Sprintf(verb, v)
			w.mu.Lock()
			w.texts[s] = true
			w.mu.Unlock()
		}
	}
}

// error notes err and everything it wraps.
func (w *witness) error(err error) {
	if err == nil {
		return
	}
	w.text(err)
	w.error(errors.Unwrap(err))
	if many, ok := err.(interface{ Unwrap() []error }); ok {
		for _, e := range many.Unwrap() {
			w.error(e)
		}
	}
	var e *token.Error
	if errors.As(err, &e) {
		w.text(*e)
	}
}

// leaks lists the texts that hold a secret. Secrets are found by how they begin, so that
// each text is looked through once.
func (w *witness) leaks() (found []string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	byHead := map[string][]string{}
	for s := range w.secrets {
		byHead[s[:shortest]] = append(byHead[s[:shortest]], s)
	}
	for text := range w.texts {
		if holdsAny(text, byHead) {
			found = append(found, text)
		}
	}
	return found
}

func holdsAny(text string, byHead map[string][]string) bool {
	for i := 0; i+shortest <= len(text); i++ {
		for _, s := range byHead[text[i:i+shortest]] {
			if strings.HasPrefix(text[i:], s) {
				return true
			}
		}
	}
	return false
}

// watch lets the witness see what an Api made of cfg shows: log, CallInfo, what the
// middleware can see; and learn the tokens that come back.
func (w *witness) watch(cfg token.Config) token.Config {
	for _, s := range []string{cfg.ProviderSecret, cfg.SuiteSecret} {
		w.secret(s)
	}
	cfg.Logger = slog.New(slog.NewTextHandler(w, &slog.HandlerOptions{Level: slog.LevelDebug, ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey || a.Key == "took" {
			return slog.Attr{} // so that equal records are kept once
		}
		return a
	}}))
	onCall := cfg.OnCall
	cfg.OnCall = func(ctx context.Context, info token.CallInfo) {
		shown := info
		shown.Duration = 0
		w.text(shown)
		w.error(info.Err)
		if onCall != nil {
			onCall(ctx, info)
		}
	}
	cfg.Middleware = append(cfg.Middleware, func(next http.RoundTripper) http.RoundTripper {
		return roundTripper(func(r *http.Request) (*http.Response, error) {
			w.text(r.URL.String(), r.Header)
			if strings.Contains(r.URL.Path, "token") && r.Body != nil {
				body, _ := io.ReadAll(r.Body)
				w.text(string(body))
			}
			return next.RoundTrip(r)
		})
	})
	client := http.Client{}
	if cfg.HTTPClient != nil {
		client = *cfg.HTTPClient
	}
	inner := client.Transport
	if inner == nil {
		inner = http.DefaultTransport
	}
	client.Transport = roundTripper(func(r *http.Request) (*http.Response, error) {
		resp, err := inner.RoundTrip(r)
		if err == nil && strings.HasSuffix(r.URL.Path, "token") {
			body, _ := io.ReadAll(resp.Body)
			resp.Body.Close()
			resp.Body = io.NopCloser(bytes.NewReader(body))
			var out map[string]any
			if json.Unmarshal(body, &out) == nil {
				for name, v := range out {
					if s, ok := v.(string); ok && strings.HasSuffix(name, "token") {
						w.secret(s)
					}
				}
			}
		}
		return resp, err
	})
	cfg.HTTPClient = &client
	w.text(cfg)
	return cfg
}

// Write takes the log.
func (w *witness) Write(p []byte) (int, error) {
	w.text(string(p))
	return len(p), nil
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// T-20: no text that the tests of this package have produced holds a secret.
func TestMain(m *testing.M) {
	code := clocktest.Run(m)
	for i, text := range seen.leaks() {
		if i < 10 {
			fmt.Printf("--- FAIL: a secret in: %.300s\n", text)
		}
		code = 1
	}
	if testing.Verbose() {
		fmt.Printf("searched %d texts for %d secrets\n", len(seen.texts), len(seen.secrets))
	}
	os.Exit(code)
}

// The search itself finds what there is to find.
func TestWitness(t *testing.T) {
	t.Parallel()
	w := witness{texts: map[string]bool{}, secrets: map[string]bool{}}
	w.secret("se cret/value")
	w.text("nothing")
	w.error(fmt.Errorf("outside: %w", errors.Join(errors.New("se%20cret"), &url.Error{Op: "Get", URL: "http://h/?x=se+cret%2Fvalue", Err: io.EOF})))
	if n := len(w.leaks()); n == 0 {
		t.Fatal("the planted secret was not found")
	}
}
