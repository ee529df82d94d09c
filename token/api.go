package token

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"sync"

	"github.com/gothird/wecom/access"
)

// Api calls WeCom as one provider, with one suite and one authorised corp where the call
// needs them. It is small and safe to copy and to use from many goroutines; the With…
// methods return copies that share tokens, connections and Store.
type Api struct {
	core  *core
	ctx   context.Context
	suite *suite
	corp  *corp
}

// core is everything that the copies of an Api share.
type core struct {
	shared
	corpId, secret string // the provider's
	provider       cell
	suites         sync.Map // suiteKey → *suite

	baseURL string
	client  *http.Client
	onCall  func(context.Context, CallInfo)
}

type suiteKey struct{ id, secret string }

// suite is one third-party app or template; with no id, the corps known without one.
type suite struct {
	suiteKey
	cell   cell
	ticket ticketCell
	corps  sync.Map // corp id → *corp

	mu        sync.Mutex
	exchanges map[string]*exchange
}

// corp is one authorised corp of a suite.
type corp struct {
	id    string
	cell  cell
	known installationCell
}

var (
	errZeroApi     = errors.New("wecom: this Api is empty: make one with token.New")
	errEmptyStatic = errors.New("wecom: token.Static was given an empty token")
	errNoProvider  = errors.New("wecom: no provider credentials: set Config.CorpId and Config.ProviderSecret")
	errNoSuite     = errors.New("wecom: no suite: set Config.SuiteId and Config.SuiteSecret, or use api.WithSuite")
	errAborted     = errors.New("wecom: the token refresh did not finish")
	errExchange    = errors.New("wecom: the exchange of the auth code did not finish")
)

// New checks cfg and returns an Api. It neither calls WeCom nor starts anything.
func New(cfg Config) (*Api, error) {
	if err := cfg.check(); err != nil {
		return nil, err
	}
	client, err := cfg.client()
	if err != nil {
		return nil, err
	}
	c := &core{corpId: cfg.CorpId, secret: cfg.ProviderSecret, baseURL: cfg.baseURL(), client: client, onCall: cfg.OnCall}
	c.shared = shared{cfg.Store, cfg.Logger}
	if c.store == nil {
		c.store = NewMemoryStore()
	}
	if c.log == nil {
		c.log = slog.New(slog.DiscardHandler)
	}
	c.provider.shared, c.provider.open = c.shared, c.openProvider
	api := &Api{core: c, ctx: context.Background()}
	return api.WithSuite(cfg.SuiteId, cfg.SuiteSecret), nil
}

// WithContext returns a copy whose calls end with ctx: api.WithContext(r.Context()).
// A token refresh that others wait for too goes on without it.
func (a *Api) WithContext(ctx context.Context) *Api {
	b := a.copy()
	if ctx == nil {
		ctx = context.Background()
	}
	b.ctx = ctx
	return b
}

// WithCorp returns a copy bound to an authorised corp; "" binds it to none. Corp ids are
// case-sensitive. What a corp needs to be remembered is never freed, so check ids that
// come from outside.
func (a *Api) WithCorp(corpId string) *Api {
	b := a.copy()
	b.corp = nil
	if corpId != "" && b.core != nil {
		b.corp = b.core.corpOf(b.suite, corpId)
	}
	return b
}

// WithSuite returns a copy bound to another suite of the same provider, and to the same
// corp. Suites share nothing but the provider.
func (a *Api) WithSuite(suiteId, suiteSecret string) *Api {
	b := a.copy()
	if b.core == nil {
		return b
	}
	b.suite = b.core.suiteOf(suiteKey{suiteId, suiteSecret})
	return b.WithCorp(a.CorpId())
}

func (a *Api) copy() *Api {
	if a == nil || a.core == nil {
		return &Api{ctx: context.Background()}
	}
	b := *a
	return &b
}

func (c *core) suiteOf(k suiteKey) *suite {
	if s, ok := c.suites.Load(k); ok {
		return s.(*suite)
	}
	s := &suite{suiteKey: k}
	s.cell.shared = c.shared
	s.cell.open = func(ctx context.Context) (purchase, error) { return c.openSuite(s), nil }
	known, _ := c.suites.LoadOrStore(k, s)
	return known.(*suite)
}

func (c *core) corpOf(s *suite, id string) *corp {
	if p, ok := s.corps.Load(id); ok {
		return p.(*corp)
	}
	p := &corp{id: id}
	p.cell.shared = c.shared
	p.cell.open = func(ctx context.Context) (purchase, error) { return c.openCorp(ctx, s, p) }
	known, _ := s.corps.LoadOrStore(id, p)
	return known.(*corp)
}

// Context returns the context that bounds the calls.
func (a *Api) Context() context.Context {
	if a == nil || a.ctx == nil {
		return context.Background()
	}
	return a.ctx
}

// CorpId returns the authorised corp that the Api is bound to, or "".
func (a *Api) CorpId() string {
	if a == nil || a.corp == nil {
		return ""
	}
	return a.corp.id
}

// SuiteId returns the suite that the Api is bound to, or "".
func (a *Api) SuiteId() string {
	if a == nil || a.suite == nil {
		return ""
	}
	return a.suite.id
}

// ProviderCorpId returns the service provider's own corp id, or "".
func (a *Api) ProviderCorpId() string {
	if a == nil || a.core == nil {
		return ""
	}
	return a.core.corpId
}

// Provider is the handle of the 服务商凭证.
func (a *Api) Provider() Token { return handle{a, Provider} }

// Suite is the handle of the 第三方应用凭证.
func (a *Api) Suite() Token { return handle{a, Suite} }

// Corp is the handle of the 企业凭证 of the bound corp.
func (a *Api) Corp() Token { return handle{a, Corp} }

// cell finds whose token c is, or says what is missing. It makes no request.
func (a *Api) cell(c Credential) (*cell, error) {
	switch {
	case a == nil || a.core == nil:
		return nil, errZeroApi
	case c.kind == "provider":
		if a.core.secret == "" {
			return nil, errNoProvider
		}
		return &a.core.provider, nil
	case c.kind == "static":
		return nil, errEmptyStatic
	case c.kind != "suite" && c.kind != "corp":
		return nil, fmt.Errorf("wecom: credential %s has no token of its own", c)
	case c.kind == "corp" && a.corp == nil:
		return nil, ErrNoCorp
	case a.suite.id == "" || a.suite.secret == "":
		return nil, errNoSuite
	case c.kind == "corp":
		return &a.corp.cell, nil
	}
	return &a.suite.cell, nil
}

// AccessToken returns the token of c, refreshed when needed, with the seconds it has left.
// Calls through the Api take care of it themselves; this is for what is not called
// through it.
func (a *Api) AccessToken(c Credential) (access.Value, error) {
	if c.static != "" {
		return access.Value{AcsToken: c.static}, nil
	}
	cell, err := a.cell(c)
	if err != nil {
		return access.Value{}, err
	}
	g, err := cell.get(a.ctx)
	if err != nil {
		return access.Value{}, err
	}
	return g.value(), nil
}

// Invalidate drops the cached token of c if it still is failed; otherwise it does
// nothing. Calls through the Api do this by themselves.
func (a *Api) Invalidate(c Credential, failed string) {
	if cell, err := a.cell(c); err == nil {
		cell.mu.Lock()
		defer cell.mu.Unlock()
		cell.drop(failed)
	}
}

// Verify asks for a provider token and a suite token, as far as the Api has their
// credentials: are the credentials good, and does WeCom accept this address? Tokens
// that are still good are not asked for again.
func (a *Api) Verify() error {
	if a == nil || a.core == nil {
		return errZeroApi
	}
	var errs []error
	for _, c := range []Credential{Provider, Suite} {
		_, err := a.AccessToken(c)
		if !errors.Is(err, errNoProvider) && !errors.Is(err, errNoSuite) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// Format prints whom the Api acts for, whatever the verb, and no secret.
func (a Api) Format(s fmt.State, _ rune) {
	fmt.Fprintf(s, "wecom.Api{provider:%q suite:%q corp:%q}", a.ProviderCorpId(), a.SuiteId(), a.CorpId())
}
