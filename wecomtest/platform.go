package wecomtest

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gothird/wecom/callback"
	"github.com/gothird/wecom/internal/fakewecom/platform"
	"github.com/gothird/wecom/token"
)

// suite is an app of the provider.
type suite struct{ id, secret string }

// callbacks are where the pushes of a suite go. Only the test's goroutine looks.
type callbacks struct {
	command, data string // URLs
	ticketed      bool   // a ticket was pushed there
}

// found makes the provider and his suites, with a ticket for each.
func (w *WeCom) found() {
	w.t.Helper()
	w.provider = w.name("ww", 16, "provider")
	w.do(w.engine.AddProvider(w.providerAt("")))
	w.desk()
	for i := range w.opt.suites + w.opt.customized {
		prefix := "ww"
		if i >= w.opt.suites {
			prefix = "dk"
		}
		s := suite{id: w.name(prefix, 16, "suite", strconv.Itoa(i)), secret: w.name("", 43, "suite secret", strconv.Itoa(i))}
		w.suites, w.hooked = append(w.suites, s), append(w.hooked, callbacks{})
		w.do(w.engine.AddSuite(w.app(i)))
	}
	var err error
	w.base, err = token.New(w.Config())
	w.do(err)
	for i := range w.suites {
		w.storeTicket(w.Suite(i))
	}
}

// name derives an id or a secret from the seed: prefix and n letters and digits.
func (w *WeCom) name(prefix string, n int, parts ...string) string {
	return platform.Derive(prefix, n, append(slices.Clip(parts), w.opt.seed)...)
}

// providerAt is the provider, with a system event URL.
func (w *WeCom) providerAt(url string) platform.Provider {
	p := platform.Provider{CorpId: w.provider, Secret: w.name("", 43, "provider secret")}
	if url != "" {
		p.System = w.callback(url, callback.System, 0)
	}
	return p
}

// app is suite i as the engine knows it.
func (w *WeCom) app(i int) platform.Suite {
	s, to := w.suites[i], w.hooked[i]
	return platform.Suite{Id: s.id, Secret: s.secret, ProviderCorpId: w.provider, Name: fmt.Sprintf("App %d", i),
		Template: i >= w.opt.suites, Command: w.callback(to.command, callback.App, i), DataURL: to.data, EditsContacts: w.opt.choices.EditContacts}
}

// callback is a callback URL with the token and key that it is signed with.
func (w *WeCom) callback(url string, channel callback.Channel, i int) platform.Callback {
	use := channel.String() + strconv.Itoa(i)
	return platform.Callback{URL: url, Token: w.name("", 20, "token", use), EncodingAESKey: w.name("", 43, "key", use)}
}

// Config returns what an app passes to token.New: the provider, its first suite, and an
// HTTPClient that leads to this WeCom. Each call returns the same Store, so that all Apis made
// of it share tickets and installations. A test of several processes sets other Stores; their
// first suite_ticket is pushed before the first event of [WeCom.Install], or by [WeCom.Advance].
func (w *WeCom) Config() token.Config { return w.ConfigOf(0) }

// ConfigOf returns [WeCom.Config] with suite i in place of the first one.
func (w *WeCom) ConfigOf(i int) token.Config {
	w.t.Helper()
	s := w.suite(i)
	return token.Config{CorpId: w.provider, ProviderSecret: w.providerAt("").Secret,
		SuiteId: s.id, SuiteSecret: s.secret, Store: w.store, HTTPClient: w.client}
}

// Api returns an Api of [WeCom.Config].
func (w *WeCom) Api() *token.Api { return w.Suite(0) }

// Suite returns an Api of suite i, counted from 0: first the third-party apps, then the
// templates. It shares the Store of [WeCom.Config].
func (w *WeCom) Suite(i int) *token.Api {
	w.t.Helper()
	s := w.suite(i)
	return w.base.WithSuite(s.id, s.secret)
}

func (w *WeCom) suite(i int) suite {
	w.t.Helper()
	if i < 0 || i >= len(w.suites) {
		w.t.Fatalf("wecomtest: there is no suite %d: this provider has %d, see Suites and Customized", i, len(w.suites))
	}
	return w.suites[i]
}

// indexOf finds the suite of an Api.
func (w *WeCom) indexOf(api *token.Api) int {
	w.t.Helper()
	if api == nil {
		w.t.Fatalf("wecomtest: the Api is nil: give one of w.Suite")
	}
	i := slices.IndexFunc(w.suites, func(s suite) bool { return s.id == api.SuiteId() })
	if i < 0 || api.ProviderCorpId() != w.provider {
		w.t.Fatalf("wecomtest: this provider has no suite %q: make the Api of Config or Suite", api.SuiteId())
	}
	return i
}

// Advance moves the time of WeCom by d: tokens expire (the app gets errcode 42001), jobs end,
// trials, orders and accounts expire, and the app gets the pushes that follow, a new
// suite_ticket included. The app's own clock does not move, and neither do the times in pushes,
// which the app would refuse otherwise.
//
// Inside a bubble of testing/synctest the clock of the bubble counts too: after a sleep there,
// Advance(0) does what the time has brought.
func (w *WeCom) Advance(d time.Duration) {
	w.t.Helper()
	if d < 0 {
		w.t.Fatalf("wecomtest: Advance(%v): time does not go back", d)
	}
	if d > platform.MaxAhead-w.engine.Ahead() {
		w.t.Fatalf("wecomtest: Advance(%v): that is more than a hundred years in all", d)
	}
	w.engine.Advance(d)
	for i, s := range w.suites {
		if w.engine.TicketAge(s.id) < ticketEvery {
			continue
		}
		if w.hooked[i].command != "" {
			w.pushTicket(i)
		} else {
			w.storeTicket(w.Suite(i))
		}
	}
	w.told(w.engine.Settle(w.ctx))
}

// ticketEvery is how often WeCom pushes a suite_ticket.
const ticketEvery = 10 * time.Minute

// pushTicket pushes a ticket to suite i.
func (w *WeCom) pushTicket(i int) {
	w.t.Helper()
	w.hooked[i].ticketed = true
	_, err := w.engine.PushTicket(w.ctx, w.suites[i].id)
	w.told(err)
}

// storeTicket makes a ticket for an app that has no callback URL.
func (w *WeCom) storeTicket(api *token.Api) {
	w.t.Helper()
	ticket, err := w.engine.NewTicket(api.SuiteId())
	w.do(err)
	w.do(api.SetSuiteTicket(ticket, time.Now().Truncate(time.Second))) // as exact as a push
}

// do ends the test for what went wrong.
func (w *WeCom) do(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatalf("wecomtest: %s", strings.TrimPrefix(err.Error(), "fakewecom: "))
	}
}
