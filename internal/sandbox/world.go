// Package sandbox is a WeCom (企业微信) of one's own, for programs in any language and for
// people: a [World] plays one provider with his apps and their customers, and has an admin API
// for all that others do in WeCom.
//
// [World.Handler] serves both on one port: WeCom's endpoints under /cgi-bin/, and the API under
// /api/v1 with a stream of changes at /events. The methods of World are what the API calls, each
// with a struct of input and one of output, so that a page can call them as well. The API says of
// itself what it has, see [Routes]. [World.Run] lets time do its work.
//
// Secrets are shown as marks, like #8f3a12cd. [World.Reveal] gives the secret of a mark, and
// [World.Environment] what an app is configured with.
//
// It can run for weeks: the logs keep the newest requests and pushes, and tokens, tickets and codes
// that are good for nothing any more are forgotten in the end, see [platform.Options].
package sandbox

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/gothird/wecom/internal/fakewecom"
	"github.com/gothird/wecom/internal/fakewecom/platform"
)

const (
	maxCorps     = 1000
	maxMembers   = 10000 // of a corp
	keptRequests = 2000
	keptBytes    = 64 << 20
	keptPushes   = 5000
	keptSecrets  = 5000             // beside those that are good
	ticketEvery  = 10 * time.Minute // how often WeCom pushes a suite_ticket
	settleEvery  = time.Second
	balance      = 1_000_000_00 // fen, of the provider's account at first
	usualMembers = 3
)

// World is one provider, his apps and the corps around them. Its methods can be called at the
// same time.
type World struct {
	engine   *fakewecom.Server
	cfg      Config // filled
	provider string

	folder  *folder // of the state; nil: it is not kept
	saving  sync.Mutex
	savedAt int64 // the newest change that was saved; saving guards it

	mu       sync.Mutex
	base     string
	people   int                  // how many corps and customers were named by the world
	contacts bool                 // Choices.EditContacts
	checks   map[string]checkOf   // of callback URLs, by channel and suite
	ticketed map[string]time.Time // when each suite had its last ticket, by the clock of the sandbox
	missed   map[string]bool      // suites whose callback URL did not take it
}

// Format shows no secret.
func (w *World) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, w.String()) }

// String shows no secret.
func (w *World) String() string { return "sandbox.World{" + w.provider + "}" }

// LogValue is String.
func (w *World) LogValue() slog.Value { return slog.StringValue(w.String()) }

// New makes a world, or goes on with the one in Config.State: then [World.Close] ends it. What is
// in the way of that folder is a *[StateError].
func New(c Config) (*World, error) {
	w, err := begin(c.filled())
	if err != nil || c.State == "" {
		return w, err
	}
	if w.folder, err = openFolder(c.State); err != nil {
		return nil, &StateError{err}
	}
	if err = w.restore(c); err != nil {
		w.folder.held.Unlock()
		return nil, &StateError{err}
	}
	return w, nil
}

// begin makes a world of a filled config. Every app has a suite_ticket, and the provider money.
func begin(c Config) (*World, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	w := &World{cfg: c, provider: c.CorpId, base: c.BaseURL, contacts: c.Choices.EditContacts, ticketed: map[string]time.Time{}, missed: map[string]bool{},
		checks: map[string]checkOf{}}
	w.engine = fakewecom.New(platform.Options{Now: c.Now, Client: c.Client, Seed: c.Seed, KeepAnswers: true,
		KeepRequests: keptRequests, KeepBytes: keptBytes, KeepPushes: keptPushes, KeepSecrets: keptSecrets})
	w.engine.Choose(c.Choices.engine())
	err := w.engine.AddProvider(platform.Provider{CorpId: c.CorpId, Secret: c.ProviderSecret, System: c.System.engine()})
	for _, a := range c.Apps {
		err = errors.Join(err, w.engine.AddSuite(platform.Suite{Id: a.SuiteId, Secret: a.Secret, ProviderCorpId: c.CorpId, Name: a.Name,
			Template: a.Template, Command: a.engine(), DataURL: a.DataURL, EditsContacts: w.contacts}))
		_, ticket := w.engine.NewTicket(a.SuiteId)
		err = errors.Join(err, ticket)
		w.ticketed[a.SuiteId] = w.now()
	}
	w.engine.SetBalance(c.CorpId, balance)
	for range c.Corps {
		_, added := w.AddCorp(context.Background(), NewCorp{})
		err = errors.Join(err, added)
	}
	if err != nil {
		return nil, err
	}
	return w, nil
}

func (to Callback) engine() platform.Callback {
	return platform.Callback{URL: to.URL, Token: to.Token, EncodingAESKey: to.AESKey}
}

func callbackOf(x platform.Callback) Callback { return Callback{x.URL, x.Token, x.EncodingAESKey} }

// over replaces what to has.
func (to Callback) over(x *platform.Callback) {
	*x = platform.Callback{URL: cmp.Or(to.URL, x.URL), Token: cmp.Or(to.Token, x.Token), EncodingAESKey: cmp.Or(to.AESKey, x.EncodingAESKey)}
}

// SetBaseURL says where programs reach the fake, once that is known.
func (w *World) SetBaseURL(url string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.base = url
}

// WeCom is the fake WeCom: what api.ServeHTTP of qyapi.weixin.qq.com would be.
func (w *World) WeCom() http.Handler { return w.engine }

// Run lets time do its work until ctx ends: it pushes a suite_ticket to each app that has a
// callback URL, now and every ten minutes, and what expires or is due is noticed within a second.
// It also saves the state, if it is kept.
func (w *World) Run(ctx context.Context) {
	defer w.aside(ctx).Wait()
	w.tickets(ctx)
	tick := time.NewTicker(settleEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			w.settle(ctx)
		}
	}
}

// tickets pushes a ticket to each app that has a callback URL.
func (w *World) tickets(ctx context.Context) {
	for _, x := range w.engine.Suites() {
		if x.Command.URL != "" {
			w.ticket(ctx, x.Id)
		}
	}
}

// settle brings what time has brought. What callback URLs answer is in the log of pushes.
func (w *World) settle(ctx context.Context) {
	for _, a := range w.cfg.Apps {
		if w.ticketDue(a.SuiteId) {
			w.ticket(ctx, a.SuiteId)
		}
	}
	_ = w.engine.Settle(ctx)
}

// ticket gives an app a new ticket, and pushes it if it has a callback URL.
func (w *World) ticket(ctx context.Context, suiteId string) {
	w.mu.Lock()
	w.ticketed[suiteId] = w.now()
	w.mu.Unlock()
	if x, err := w.suite(suiteId); err == nil && x.Command.URL != "" {
		d, err := w.engine.PushTicket(ctx, suiteId)
		w.mu.Lock()
		w.missed[suiteId] = err != nil || d.Refused() != nil
		w.mu.Unlock()
		return
	}
	_, _ = w.engine.NewTicket(suiteId)
}

// missedTicket gives an app a ticket before it needs one, if it was not there to take its last.
func (w *World) missedTicket(ctx context.Context, suiteId string) {
	w.mu.Lock()
	missed := w.missed[suiteId]
	w.mu.Unlock()
	if missed {
		w.ticket(ctx, suiteId)
	}
}

// ticketDue reports whether an app is to get its next ticket.
func (w *World) ticketDue(suiteId string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now().Sub(w.ticketed[suiteId]) >= ticketEvery
}

// now is the clock of the sandbox.
func (w *World) now() time.Time { return w.cfg.Now().Add(w.engine.Ahead()) }

// next is a running number for names.
func (w *World) next() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.people++
	return strconv.Itoa(w.people)
}

// suite finds an app; "" is the first one.
func (w *World) suite(id string) (platform.Suite, error) {
	if id == "" {
		id = w.cfg.Apps[0].SuiteId
	}
	x, ok := w.engine.Suite(id)
	if !ok {
		return platform.Suite{}, unknown(words{"suite", "应用"}, id, "/api/v1/suites")
	}
	return x, nil
}

// corp finds a corp.
func (w *World) corp(id string) (platform.Corp, error) {
	c, ok := w.engine.Corp(id)
	if !ok {
		return platform.Corp{}, unknown(words{"corp", "企业"}, id, "/api/v1/corps")
	}
	return c, nil
}

// installed finds an authorisation.
func (w *World) installed(suiteId, corpId string) (platform.Authorization, error) {
	x, err := w.suite(suiteId)
	if err == nil {
		_, err = w.corp(corpId)
	}
	if err != nil {
		return platform.Authorization{}, err
	}
	if a, ok := w.engine.Authorization(x.Id, corpId); ok {
		return a, nil
	}
	return platform.Authorization{}, failure(http.StatusConflict, "not_installed",
		words{"the corp %s does not have the app %s: POST /api/v1/installs first", "企业 %s 未安装应用 %s：请先 POST /api/v1/installs"}, corpId, x.Id)
}
