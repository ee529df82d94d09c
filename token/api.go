package token

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"sync"
	"time"

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
	corpId, secret string // the provider's
	provider       cell
	none           grant    // of calls without a token
	suites         sync.Map // suiteKey → *suite
	agents         group[int64]

	appsMu sync.Mutex
	apps   map[string]*app

	writing  keyLocks // by installation key: held while it is written
	store    *sharedStore
	client   *http.Client
	base     *url.URL
	template *http.Request // that all requests begin as
	jsonType []string      // header values that no request changes
	agent    []string
	timeout  time.Duration
	buffers  sync.Pool // *bytes.Buffer
	encoders sync.Pool // *encoder
	log      *slog.Logger
	misfits  misfits
	onCall   func(context.Context, CallInfo)
	onToken  func(context.Context, TokenInfo)
}

var (
	errZeroApi      = errors.New("wecom: this Api is empty: make one with token.New")
	errNoCredential = errors.New("wecom: the endpoint has no Credential: set token.Provider, Suite, Corp or Static, or token.None for a call without a token")
	errEmptyStatic  = errors.New("wecom: token.Static was given an empty token")
	errNoParam      = errors.New("wecom: Credential.As needs the name of a query key, of the letters a to z and _")
	errNoProvider   = errors.New("wecom: no provider credentials: set Config.CorpId and Config.ProviderSecret")
	errNoSuite      = errors.New("wecom: no suite: set Config.SuiteId and Config.SuiteSecret, or use api.WithSuite")
)

// New checks cfg and returns an Api. It neither calls WeCom nor starts anything.
func New(cfg Config) (*Api, error) {
	if err := cfg.check(); err != nil {
		return nil, err
	}
	c := &core{
		corpId: cfg.CorpId, secret: cfg.ProviderSecret,
		base: cfg.baseURL(), timeout: cfg.timeout(), log: cfg.Logger, onCall: cfg.OnCall, onToken: cfg.OnToken,
		apps: map[string]*app{}, jsonType: []string{"application/json"}, agent: []string{"gothird-wecom"},
	}
	if c.log == nil {
		c.log = slog.Default()
	}
	c.store = &sharedStore{store: cfg.Store, log: c.log}
	if c.store.store == nil {
		c.store.store = NewMemoryStore()
	}
	if err := c.connect(cfg); err != nil {
		return nil, err
	}
	s := c.providerSource()
	c.provider.kind = Provider.String()
	c.provider.open = func(*Api) (source, error) { return s, nil }
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
	return &b
}

// WithCorp returns a copy bound to an authorised corp; "" binds it to none. Corp ids are
// case-sensitive.
func (a *Api) WithCorp(corpId string) *Api {
	b := a.withCorp(corpId) // so short that the compiler can leave the copy on its caller's stack
	return &b
}

func (a *Api) withCorp(id string) (b Api) {
	b = a.copy()
	b.corp = nil
	if id == "" || b.core == nil {
		return b
	}
	if settled := b.suite.corps.settled.Load(); settled != nil {
		b.corp = (*settled)[id] // as registry.get does, without the call
	}
	if b.corp == nil {
		b.corp = b.corpOf(id)
	}
	return b
}

func (a *Api) corpOf(id string) *corp {
	if id == "" || a.core == nil {
		return nil
	}
	return a.suite.corps.get(a.suite.app, id)
}

// WithSuite returns a copy bound to another suite of the same provider, and to the same
// corp. Suites share nothing but the provider.
func (a *Api) WithSuite(suiteId, suiteSecret string) *Api {
	b := a.copy()
	if b.core != nil {
		b.suite = b.core.suiteOf(suiteKey{suiteId, suiteSecret})
		b.corp = b.corpOf(a.CorpId())
	}
	return &b
}

func (a *Api) copy() Api {
	if a == nil || a.core == nil {
		return Api{ctx: context.Background()}
	}
	return *a
}

func (c *core) suiteOf(k suiteKey) *suite {
	if s, ok := c.suites.Load(k); ok {
		return s.(*suite)
	}
	s := &suite{app: c.appOf(k.id), secret: k.secret}
	asked := c.suiteSource(s)
	s.cell.kind = Suite.String()
	s.cell.open = func(*Api) (source, error) { return asked, nil }
	known, _ := c.suites.LoadOrStore(k, s)
	return known.(*suite)
}

func (c *core) appOf(id string) *app {
	c.appsMu.Lock()
	defer c.appsMu.Unlock()
	if c.apps[id] == nil {
		c.apps[id] = &app{id: id}
	}
	return c.apps[id]
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

// missing says what the Api lacks for the token of c. It makes no request.
func (a *Api) missing(c Credential) error {
	switch {
	case a == nil || a.core == nil:
		return errZeroApi
	case c.kind == providerKind && a.core.secret == "":
		return errNoProvider
	case c.kind == corpKind && a.corp == nil:
		return ErrNoCorp
	case (c.kind == suiteKind || c.kind == corpKind) && (a.suite.id == "" || a.suite.secret == ""):
		return errNoSuite
	}
	return c.check()
}

// present finds the cell of c where there is one, without a lock.
func (a *Api) present(c Credential) *cell {
	switch {
	case a == nil || a.core == nil:
		return nil
	case c.kind == corpKind && a.corp != nil:
		return a.corp.cell()
	case c.kind == suiteKind:
		return &a.suite.cell
	case c.kind == providerKind:
		return &a.core.provider
	}
	return nil
}

// cell finds or makes the cell of c; nothing is missing, and the corp is pinned.
func (a *Api) cell(c Credential) *cell {
	if c.kind != corpKind {
		return a.present(c)
	}
	for {
		if cell := a.corp.present.Load(); cell != nil {
			return cell
		}
		a.corp.present.CompareAndSwap(nil, a.corp.newCell())
	}
}

// pin returns the Api with its corp as all others see it, until unpin.
func (a *Api) pin(c Credential) (pinned *Api, unpin func()) {
	if c.kind != corpKind {
		return a, func() {}
	}
	b := *a
	r := &a.suite.corps
	b.corp = r.pin(a.corp)
	if b.corp != a.corp {
		a.corp.shared.Store(b.corp)
	}
	return &b, func() { r.unpin(b.corp) }
}

// AccessToken returns the token of c, refreshed when needed, with the seconds it has left.
// Calls through the Api take care of it themselves; this is for what is not called
// through it.
func (a *Api) AccessToken(c Credential) (access.Value, error) {
	var cell *cell // as present finds it, without the call
	if a != nil && a.core != nil {
		switch {
		case c.kind == corpKind && a.corp != nil:
			cell = a.corp.present.Load()
		case c.kind == suiteKind:
			cell = &a.suite.cell
		case c.kind == providerKind:
			cell = &a.core.provider
		}
	}
	if cell != nil {
		if g := cell.grant.Load(); g != nil {
			if age := g.age(); age < g.renew { // one look at the clock serves both
				return g.value(age), nil
			}
		}
	}
	b := a.copy() // what waits for a flight outlives the caller's stack
	return b.accessToken(c)
}

// accessToken is AccessToken where there is no fresh token.
func (a *Api) accessToken(c Credential) (access.Value, error) {
	if err := a.missing(c); err != nil {
		return access.Value{}, err
	}
	switch c.kind {
	case noKind:
		return access.Value{}, errNoToken
	case staticKind:
		return access.Value{AcsToken: c.static}, nil
	}
	g, _, err := a.refreshed(c)
	if err != nil {
		return access.Value{}, err
	}
	return g.value(g.age()), nil
}

var errNoToken = errors.New("wecom: token.None has no token")

// tokenFor returns the token that a call with c sends, and the cell that it came from.
func (a *Api) tokenFor(c Credential) (*grant, *cell, error) {
	if cell := a.present(c); cell != nil {
		if g := cell.grant.Load(); g.fresh() {
			return g, cell, nil
		}
	}
	if err := a.missing(c); err != nil {
		return nil, nil, err
	}
	switch c.kind {
	case noKind:
		return &a.core.none, nil, nil
	case staticKind:
		return &grant{token: c.static, escaped: url.QueryEscape(c.static)}, nil, nil
	}
	return a.refreshed(c)
}

// refreshed waits for a token, of the installation that there is in the end.
func (a *Api) refreshed(c Credential) (*grant, *cell, error) {
	a, unpin := a.pin(c)
	defer unpin()
	for {
		cell := a.cell(c)
		g, err := cell.get(a)
		if now := a.present(c); now != cell && a.ctx.Err() == nil && !(now == nil && errors.Is(err, ErrNotInstalled)) {
			continue
		}
		return g, cell, err
	}
}

// Invalidate drops the cached token of c if it still is failed; otherwise it does
// nothing. Calls through the Api do this by themselves.
func (a *Api) Invalidate(c Credential, failed string) {
	if cell := a.present(c); cell != nil {
		cell.mu.Lock()
		defer cell.mu.Unlock()
		if g := cell.grant.Load(); g != nil && g.token == failed {
			cell.drop(g)
		}
	}
}

// Format prints whom the Api acts for, whatever the verb, and no secret.
func (a Api) Format(s fmt.State, _ rune) {
	fmt.Fprintf(s, "wecom.Api{provider:%q suite:%q corp:%q}", a.ProviderCorpId(), a.SuiteId(), a.CorpId())
}
