package token

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"
	"unicode"

	"github.com/gothird/wecom/internal/redact"
)

const (
	defaultBaseURL = "https://qyapi.weixin.qq.com"
	defaultTimeout = 10 * time.Second
	maxIdleConns   = 1024 // to the one host that gets all requests
)

// Config is the configuration of an [Api]. Either pair, provider or suite, may be empty: a
// call that needs the missing one returns an error.
type Config struct {
	// CorpId is the provider's own corp id, ww…. It is part of every key in the Store:
	// programs that share a Store set the same CorpId, even a program that has no
	// ProviderSecret and makes no provider calls.
	CorpId         string
	ProviderSecret string // 服务商信息 > 基本信息, not the secret of an app
	SuiteId        string // third-party app (ww…, wx…, tj…) or customised-app template (dk…)
	SuiteSecret    string

	Store      Store        // nil: NewMemoryStore(), which forgets the suite_ticket at restart
	BaseURL    string       // "": https://qyapi.weixin.qq.com
	HTTPClient *http.Client // nil: pooled transport. Redirects are never followed, and Timeout below replaces its own
	// Timeout is for one attempt, the answer's body included; 0: 10 s. The exchange of an
	// auth code has a minute. An [Upload] and an answer written to an io.Writer have it
	// until the answer begins, and 30 s without progress.
	Timeout time.Duration
	// Middleware wraps the transport, outermost first. It sees every request without the
	// token in its URL, and token requests without their body. The innermost transport adds
	// these; it finds them through the request's context, which middleware must pass on. Put
	// tracing here: the HTTPClient's own transport sees the credentials.
	//
	// Credentials are added only to the request that this package built. A request to
	// another host, or with another method or path, is sent without them. A request to
	// BaseURL's host whose context was dropped is refused.
	Middleware []func(http.RoundTripper) http.RoundTripper
	Logger     *slog.Logger // nil: slog.Default(). It gets warnings and errors only
	// OnCall is called after each attempt at a call, OnToken after each attempt to get a
	// token. They run in the goroutine of the call or of the shared refresh, several at the
	// same time, and must not block. They may call the Api.
	OnCall  func(context.Context, CallInfo)
	OnToken func(context.Context, TokenInfo)
}

func (cfg Config) check() error {
	var errs []error
	complain := func(field, what, right string) {
		errs = append(errs, fmt.Errorf("field Config.%s %s; it looks like %s", field, what, right))
	}
	cfg.checkCredentials(complain)
	if cfg.CorpId+cfg.ProviderSecret+cfg.SuiteId+cfg.SuiteSecret == "" {
		errs = append(errs, errors.New("no credentials: set Config.CorpId and ProviderSecret, Config.SuiteId and SuiteSecret, or both pairs"))
	}
	if !cfg.goodBaseURL() {
		complain("BaseURL", "is no absolute http or https URL without user, query and fragment", `"`+defaultBaseURL+`"`)
	}
	if cfg.Timeout < 0 {
		complain("Timeout", "is negative", "10 * time.Second, or 0 for just that")
	}
	for i, m := range cfg.Middleware {
		if m == nil {
			complain(fmt.Sprintf("Middleware[%d]", i), "is nil", "func(next http.RoundTripper) http.RoundTripper { … }")
		}
	}
	if len(errs) == 0 {
		return nil
	}
	return fmt.Errorf("wecom: token.New: %w", errors.Join(errs...))
}

func (cfg Config) checkCredentials(complain func(field, what, right string)) {
	for _, f := range []struct{ field, value, partner, right string }{
		{"CorpId", cfg.CorpId, cfg.ProviderSecret, `"ww1a2b3c4d5e6f7089", the provider's own corp id`},
		{"ProviderSecret", cfg.ProviderSecret, "", "a long text of letters, digits, - and _, from 服务商信息 > 基本信息"},
		{"SuiteId", cfg.SuiteId, cfg.SuiteSecret, `"ww…", "wx…" or "dk…", from the page of the app or template`},
		{"SuiteSecret", cfg.SuiteSecret, cfg.SuiteId, "a long text of letters, digits, - and _, from the page of the app or template"},
	} {
		switch {
		case f.value == "" && f.partner != "":
			complain(f.field, "is missing", f.right)
		case strings.ContainsFunc(f.value, func(r rune) bool { return unicode.IsSpace(r) || !unicode.IsPrint(r) }):
			complain(f.field, "has a blank or an unprintable character in it", f.right)
		case len(f.value) > 512:
			complain(f.field, "is longer than 512 bytes", f.right)
		}
	}
}

func (cfg Config) goodBaseURL() bool {
	if cfg.BaseURL == "" {
		return true
	}
	u, err := url.Parse(cfg.BaseURL)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" && !strings.ContainsAny(cfg.BaseURL, "@?#")
}

// baseURL parses BaseURL, which was validated.
func (cfg Config) baseURL() *url.URL {
	text := cfg.BaseURL
	if text == "" {
		text = defaultBaseURL
	}
	u, err := url.Parse(strings.TrimRight(text, "/"))
	if err != nil {
		return new(url.URL)
	}
	return u
}

func (cfg Config) timeout() time.Duration {
	if cfg.Timeout == 0 {
		return defaultTimeout
	}
	return cfg.Timeout
}

// connect makes the client: a copy of the configured one, with credentialTransport innermost
// and the middleware around it.
func (c *core) connect(cfg Config) error {
	client := http.Client{}
	if cfg.HTTPClient != nil {
		client = *cfg.HTTPClient
	}
	client.Timeout = 0 // each attempt has a context of its own
	next := client.Transport
	if next == nil {
		next = http.DefaultTransport
		if t, ok := next.(*http.Transport); ok && cfg.HTTPClient == nil {
			t = t.Clone()
			t.MaxIdleConns, t.MaxIdleConnsPerHost = 0, maxIdleConns
			next = t
		}
	}
	client.Transport = &credentialTransport{next, c.base}
	for i := len(cfg.Middleware) - 1; i >= 0; i-- {
		if client.Transport = cfg.Middleware[i](client.Transport); client.Transport == nil {
			return fmt.Errorf("wecom: token.New: Config.Middleware[%d] returned nil; it returns a transport that calls next", i)
		}
	}
	client.CheckRedirect = func(*http.Request, []*http.Request) error {
		return http.ErrUseLastResponse // a redirect would carry the token elsewhere
	}
	template, err := http.NewRequest(http.MethodPost, c.base.String(), nil)
	if err != nil {
		return fmt.Errorf("wecom: token.New: field Config.BaseURL can't be requested: %w", err)
	}
	c.client, c.template = &client, template
	return nil
}

// Format prints the Config without its secrets, whatever the verb.
func (cfg Config) Format(s fmt.State, verb rune) {
	type plain Config
	cfg.ProviderSecret, cfg.SuiteSecret = redact.Mask(cfg.ProviderSecret), redact.Mask(cfg.SuiteSecret)
	fmt.Fprintf(s, fmt.FormatString(s, verb), plain(cfg))
}

// LogValue logs the Config without its secrets.
func (cfg Config) LogValue() slog.Value { return slog.StringValue(fmt.Sprintf("%+v", cfg)) }
