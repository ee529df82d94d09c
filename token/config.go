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

const defaultBaseURL = "https://qyapi.weixin.qq.com"

// Config is what an [Api] is made of. Either pair, provider or suite, may be empty: calls
// that need the missing one say so.
type Config struct {
	CorpId         string // the provider's own corp id, ww…
	ProviderSecret string // 服务商信息 > 基本信息, not the secret of an app
	SuiteId        string // third-party app (ww…, wx…, tj…) or customised-app template (dk…)
	SuiteSecret    string

	Store      Store        // nil: NewMemoryStore(), which forgets the suite_ticket at restart
	BaseURL    string       // "": https://qyapi.weixin.qq.com
	HTTPClient *http.Client // nil: pooled transport, 10 s timeout. Redirects are never followed
	// Middleware wraps the transport, outermost first. It sees every request without the
	// token in its URL, and token requests without their body: these join in the innermost
	// transport, by way of the request's context, which middleware must pass on.
	Middleware []func(http.RoundTripper) http.RoundTripper
	Logger     *slog.Logger                    // nil: silent
	OnCall     func(context.Context, CallInfo) // after each attempt; must not block
}

// CallInfo describes one attempt at a call.
type CallInfo struct {
	Path       string        // such as /cgi-bin/license/active_account
	Credential string        // kind of token: provider, suite, corp, static or none
	SuiteId    string        // "" for calls without a suite
	CorpId     string        // "" for calls without a corp
	Attempt    int           // 1 for the first
	HTTPStatus int           // 0 when no answer came
	ErrCode    int           // WeCom's errcode
	Duration   time.Duration // of this attempt
	Err        error         // what the attempt failed with
	Warning    string        // errmsg of a success, where WeCom warns: of licences that the corp's app order does not cover
}

func (cfg Config) check() error {
	var errs []error
	complain := func(field, what, right string) {
		errs = append(errs, fmt.Errorf("field Config.%s %s; it looks like %s", field, what, right))
	}
	for _, f := range []struct{ field, value, partner, right string }{
		{"CorpId", cfg.CorpId, cfg.ProviderSecret, `"ww1a2b3c4d5e6f7089", the provider's own corp id`},
		{"ProviderSecret", cfg.ProviderSecret, cfg.CorpId, "a long text of letters, digits, - and _, from 服务商信息 > 基本信息"},
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
	if cfg.CorpId+cfg.ProviderSecret+cfg.SuiteId+cfg.SuiteSecret == "" {
		errs = append(errs, errors.New("no credentials: set Config.CorpId and ProviderSecret, Config.SuiteId and SuiteSecret, or both pairs"))
	}
	if u, err := url.Parse(cfg.BaseURL); cfg.BaseURL != "" &&
		(err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || strings.ContainsAny(cfg.BaseURL, "@?#")) {
		complain("BaseURL", "is no absolute http or https URL without user, query and fragment", `"`+defaultBaseURL+`"`)
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

func (cfg Config) baseURL() string {
	if cfg.BaseURL == "" {
		return defaultBaseURL
	}
	return strings.TrimRight(cfg.BaseURL, "/")
}

// client returns a copy of the configured client with our transport innermost and the
// middleware around it.
func (cfg Config) client() (*http.Client, error) {
	client := http.Client{Timeout: 10 * time.Second}
	if cfg.HTTPClient != nil {
		client = *cfg.HTTPClient
	}
	next := client.Transport
	if next == nil {
		next = http.DefaultTransport
		if t, ok := next.(*http.Transport); ok && cfg.HTTPClient == nil {
			t = t.Clone()
			t.MaxIdleConns, t.MaxIdleConnsPerHost = 0, 64 // one host gets it all
			next = t
		}
	}
	client.Transport = credentialTransport{next}
	for i := len(cfg.Middleware) - 1; i >= 0; i-- {
		if client.Transport = cfg.Middleware[i](client.Transport); client.Transport == nil {
			return nil, fmt.Errorf("wecom: token.New: Config.Middleware[%d] returned nil; it returns a transport that calls next", i)
		}
	}
	client.CheckRedirect = func(*http.Request, []*http.Request) error {
		return http.ErrUseLastResponse // a redirect would carry the token elsewhere
	}
	return &client, nil
}

// Format prints the Config without its secrets, whatever the verb.
func (cfg Config) Format(s fmt.State, verb rune) {
	type plain Config
	cfg.ProviderSecret, cfg.SuiteSecret = redact.Mask(cfg.ProviderSecret), redact.Mask(cfg.SuiteSecret)
	fmt.Fprintf(s, fmt.FormatString(s, verb), plain(cfg))
}

// LogValue logs the Config without its secrets.
func (cfg Config) LogValue() slog.Value { return slog.StringValue(fmt.Sprintf("%+v", cfg)) }
