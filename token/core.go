package token

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/gothird/wecom/internal/keylock"
)

// core is everything that the copies of an Api share.
type core struct {
	corpId, secret string // the provider's
	provider       cell
	none           grant    // of calls without a token
	suites         sync.Map // suiteKey → *suite
	agents         group[int64]

	appsMu sync.Mutex
	apps   map[string]*app

	writing  keylock.Locks // by installation key, held while one is written
	store    *sharedStore
	client   *http.Client
	base     *url.URL
	template *http.Request // copied for each request
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

// New checks cfg and returns an Api. It makes no request and starts no goroutine.
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
	c.log = slog.New(lateHandler{c.log.Handler()})
	c.store = &sharedStore{store: cfg.Store, log: c.log}
	if c.store.store == nil {
		c.store.store = NewMemoryStore()
	}
	if err := c.connect(cfg); err != nil {
		return nil, err
	}
	s := c.providerSource()
	c.provider.kind = Provider.String()
	c.provider.bindSource = func(*Api) (source, error) { return s, nil }
	api := &Api{core: c, ctx: context.Background()}
	return api.WithSuite(cfg.SuiteId, cfg.SuiteSecret), nil
}

func (c *core) suiteOf(k suiteKey) *suite {
	if s, ok := c.suites.Load(k); ok {
		return s.(*suite)
	}
	s := &suite{app: c.appOf(k.id), secret: k.secret}
	asked := c.suiteSource(s)
	s.cell.kind = Suite.String()
	s.cell.bindSource = func(*Api) (source, error) { return asked, nil }
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
