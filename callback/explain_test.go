package callback

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/clock"
	"github.com/gothird/wecom/token"
)

// explainCase is a request that a Handler does not accept, what is said of it, and what
// becomes of both when the advice is followed.
type explainCase struct {
	name string
	api  *token.Api // nil: the app's
	url  URL
	req  request
	step string
	says []string

	follow func(c *explainCase) // nil: no setting makes it right
}

// Every diagnosis is true: whoever follows it has the request accepted.
// G: receive/explain
func TestExplainIsTrue(t *testing.T) {
	s := newSite(t)
	s.installed(s.api, siteCorp)
	app, system := s.appURL(), s.systemURL()
	system.Token, system.EncodingAESKey = siteToken, siteKey
	check := func(r request) request { r.method, r.payload = http.MethodGet, "1616140317555161061"; return r }
	ticket := infoDoc(siteSuite, "suite_ticket", "<SuiteTicket>the-ticket</SuiteTicket>")
	push := request{payload: ticket, receiveId: siteSuite}
	spoilt := func(r request, spoil func(q url.Values, b *string)) request { r.spoil = spoil; return r }
	channel := func(to Channel) func(*explainCase) { return func(c *explainCase) { c.url.Channel = to } }
	list := func(id string) func(*explainCase) { return func(c *explainCase) { c.url.ReceiveIds = []string{id} } }
	pair := func(c *explainCase) { c.url.Token, c.url.EncodingAESKey = ownToken, ownKey }
	unspoil := func(c *explainCase) { c.req.spoil = nil }
	suiteDoc := func(suite string) string { return infoDoc(suite, "change_auth", "<AuthCorpId>wpA</AuthCorpId>") }
	licenseDoc := "<xml><ServiceCorpId>" + siteProvider + "</ServiceCorpId><InfoType>license_pay_success</InfoType></xml>"
	of := func(corpId string, pairs ...Pair) URL {
		u := app
		u.PairOf = func(context.Context, string) ([]Pair, error) { return pairs, nil }
		return u
	}
	ownPair := Pair{ownToken, ownKey}
	ownCorp := func(id string) request {
		return request{payload: textDoc(id, "x", 1), receiveId: id, token: ownToken, key: ownKey}
	}

	for _, c := range []explainCase{
		{name: "check", url: app, req: check(request{receiveId: siteProvider}), says: []string{"ok"}},
		{name: "push", url: app, req: push},
		{name: "data", url: app, req: request{payload: textDoc(siteCorp, "x", 1), receiveId: siteCorp}},
		{name: "system", url: system, req: request{payload: licenseDoc, receiveId: siteProvider}},
		{name: "corp's own pair", url: of(siteCorp, ownPair), req: ownCorp(siteCorp)},

		{name: "method", url: app, req: request{method: "DELETE", payload: ticket, receiveId: siteSuite}, step: "method", says: []string{"DELETE", "GET"},
			follow: func(c *explainCase) { c.req.method = "POST" }},
		{name: "no query", url: app, req: spoilt(check(request{receiveId: siteProvider}), func(q url.Values, _ *string) { clear(q) }), step: "query",
			says: []string{"msg_signature, timestamp, nonce, echostr missing", "browser"}, follow: unspoil},
		{name: "no nonce", url: app, req: spoilt(push, func(q url.Values, _ *string) { q.Del("nonce") }), step: "query", says: []string{": nonce missing"}, follow: unspoil},
		{name: "no timestamp", url: app, req: spoilt(push, func(q url.Values, _ *string) { q.Set("timestamp", "now") }), step: "query", says: []string{"number"}, follow: unspoil},
		{name: "no body", url: app, req: spoilt(push, func(_ url.Values, b *string) { *b = "" }), step: "envelope", says: []string{"Encrypt"}, follow: unspoil},
		{name: "large body", url: app, req: spoilt(push, func(_ url.Values, b *string) { *b += strings.Repeat(" ", maxBody) }), step: "body", says: []string{"too large", "who does"}, follow: unspoil},

		{name: "wrong Token", url: app, req: check(request{token: ownToken, key: ownKey, receiveId: siteProvider}), step: "signature", says: []string{"Token", "console", "App"}, follow: pair},
		{name: "escaped twice", url: app, req: spoilt(check(request{receiveId: siteProvider}), func(q url.Values, _ *string) { q.Set("echostr", url.QueryEscape(q.Get("echostr"))) }),
			step: "signature", says: []string{"twice", "exactly once"}, follow: unspoil},
		{name: "capitals", url: app, req: spoilt(push, func(q url.Values, _ *string) { q.Set("msg_signature", " "+strings.ToUpper(q.Get("msg_signature"))) }),
			step: "signature", says: []string{"capitals"}, follow: unspoil},
		{name: "check of a corp's URL", url: of(siteCorp), req: check(request{token: ownToken, key: ownKey, receiveId: siteProvider}), step: "signature",
			says: []string{`URL.PairOf("")`, "URL.Pairs"}, follow: func(c *explainCase) { c.url = of(siteCorp, ownPair) }},
		{name: "wrong key", url: app, req: request{payload: ticket, receiveId: siteSuite, key: ownKey}, step: "decrypt", says: []string{"Token is right", "EncodingAESKey"},
			follow: func(c *explainCase) { c.url.EncodingAESKey = ownKey }},
		{name: "PairOf fails", url: URL{Token: siteToken, EncodingAESKey: siteKey, PairOf: func(context.Context, string) ([]Pair, error) { return nil, errors.New("database is down") }},
			req: ownCorp(siteCorp), step: "signature", says: []string{"database is down", "Repair URL.PairOf"}, follow: func(c *explainCase) { c.url = of(siteCorp, ownPair) }},
		{name: "pair of another corp", url: of(siteOther, ownPair), req: spoilt(ownCorp(siteCorp), func(_ url.Values, b *string) { *b = strings.Replace(*b, siteCorp, siteOther, 1) }),
			step: "receive id", says: []string{siteOther, "URL.PairOf"}, follow: func(c *explainCase) { c.url.Pairs = []Pair{ownPair} }},

		{name: "check for another corp", url: app, req: check(request{receiveId: "wwother"}), step: "receive id", says: []string{"wwother", siteProvider}, follow: list("wwother")},
		{name: "the same, by CorpId", url: app, req: check(request{receiveId: "wwother"}), step: "receive id", says: []string{"token.Config.CorpId"},
			follow: func(c *explainCase) { c.api = newApi(t, "wwother", siteSuite) }},
		{name: "check of an individual's", url: app, req: check(request{receiveId: ""}), step: "receive id", says: []string{`"" into URL.ReceiveIds`}, follow: list("")},
		{name: "push of the system URL", url: app, req: request{payload: licenseDoc, receiveId: siteProvider}, step: "receive id", says: []string{"Channel to System"}, follow: channel(System)},
		{name: "push of the app", url: system, req: push, step: "receive id", says: []string{"Channel to App"}, follow: channel(App)},
		{name: "push of a corp", url: system, req: request{payload: textDoc(siteCorp, "x", 1), receiveId: siteCorp}, step: "receive id", says: []string{"Channel to App"}, follow: channel(App)},
		{name: "another app", url: app, req: request{payload: suiteDoc("wwsuite2"), receiveId: "wwsuite2"}, step: "addressee", says: []string{`SuiteId "wwsuite2"`},
			follow: func(c *explainCase) { c.api = s.api.WithSuite("wwsuite2", "x") }},
		{name: "a template", url: app, req: request{payload: suiteDoc("dktemplate2"), receiveId: "dktemplate2"}, step: "receive id", says: []string{`SuiteId "dktemplate2"`},
			follow: func(c *explainCase) { c.api = s.api.WithSuite("dktemplate2", "x") }},
		{name: "another app on System", url: system, req: request{payload: suiteDoc("wwsuite2"), receiveId: "wwsuite2"}, step: "receive id", says: []string{`"wwsuite2"`, "Channel to App"},
			follow: func(c *explainCase) { c.url.Channel, c.api = App, s.api.WithSuite("wwsuite2", "x") }},
		{name: "an individual's", url: app, req: request{payload: ticket, receiveId: ""}, step: "receive id", says: []string{`"" into URL.ReceiveIds`}, follow: list("")},
		{name: "a device", url: system, req: request{payload: licenseDoc, receiveId: "model_1"}, step: "receive id", says: []string{`"model_1" is an id of yours`}, follow: list("model_1")},
		{name: "another corp's content", url: app, req: request{payload: textDoc(siteOther, "x", 1), receiveId: siteCorp}, step: "addressee", says: []string{siteOther, "No setting"}},
		{name: "notice of another suite", url: app, req: request{payload: suiteDoc("wwother"), receiveId: siteSuite}, step: "addressee", says: []string{"wwother", "No setting"}},

		{name: "captured push", url: app, req: request{method: "GET", payload: ticket, receiveId: siteSuite}, step: "echo", says: []string{"never echo"}},
		{name: "replayed check", url: app, req: request{payload: "123", receiveId: siteSuite}, step: "content", says: []string{"URL check"}},
		{name: "old", url: app, req: check(request{receiveId: siteProvider, timestamp: strconv.FormatInt(clock.Now().Add(-3*time.Hour).Unix(), 10)}), step: "clock", says: []string{"3h0m", "clock"},
			follow: func(*explainCase) { shiftClock(t, -3*time.Hour) }},
		{name: "old, and of another app", url: app, req: request{payload: suiteDoc("wwsuite2"), receiveId: "wwsuite2", timestamp: "1"}, step: "addressee", says: []string{`SuiteId "wwsuite2"`}},
		{name: "old inside, and of another app", url: app, req: request{payload: strings.Replace(suiteDoc("wwsuite2"), "<TimeStamp>", "<TimeStamp>-", 1), receiveId: "wwsuite2"}, step: "addressee", says: []string{`SuiteId "wwsuite2"`}},
		{name: "old inside", url: app, req: request{payload: strings.Replace(suiteDoc(siteSuite), "<TimeStamp>", "<TimeStamp>-", 1), receiveId: siteSuite}, step: "clock", says: []string{"its content"}},
	} {
		if c.api == nil {
			c.api = s.api
		}
		accepted := func() bool {
			h := s.handler("/app", c.api, c.url)
			return Explain(h, s.build(c.req)).OK() && s.send(c.req).StatusCode == http.StatusOK
		}
		d := Explain(s.handler("/explain", c.api, c.url), s.build(c.req))
		assert.Equal(t, c.step, d.Step, "%s: %s", c.name, d)
		for _, text := range c.says {
			assert.Contains(t, d.String(), text, c.name)
		}
		for _, secret := range []string{siteToken, siteKey, ownToken, ownKey, "the-ticket"} {
			assert.NotContains(t, d.String(), secret, c.name)
		}
		assert.Equal(t, c.step == "", d.OK(), c.name)
		assert.Equal(t, d.OK(), accepted(), "%s: Explain and the Handler agree", c.name)
		if c.follow != nil {
			c.follow(&c)
			assert.True(t, accepted(), "%s: following %q", c.name, d.Fix)
		}
	}
}

func newApi(t *testing.T, corpId, suiteId string) *token.Api {
	t.Helper()
	api, err := token.New(token.Config{CorpId: corpId, ProviderSecret: "x", SuiteId: suiteId, SuiteSecret: "x"})
	require.NoError(t, err)
	return api
}

// shiftClock is for tests that do not run beside others.
func shiftClock(t *testing.T, d time.Duration) {
	clock.Shift(d)
	t.Cleanup(func() { clock.Shift(-d) })
}

// A framework that decodes the query once more turns + into blanks.
// G: receive/explain
func TestExplainDecodedTwice(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	h := s.app()
	for range 100 { // until there is a + in the text
		r := s.build(request{method: http.MethodGet, payload: "123", receiveId: siteProvider})
		q := r.URL.Query()
		if !strings.Contains(q.Get("echostr"), "+") {
			continue
		}
		q.Set("echostr", strings.ReplaceAll(q.Get("echostr"), "+", " "))
		r.URL.RawQuery = q.Encode()
		d := Explain(h, r)
		assert.Equal(t, "signature", d.Step)
		assert.Contains(t, d.Fix, "blanks")
		return
	}
	require.Fail(t, "no + in 100 texts")
}

// Explain answers, stores and reports nothing, and the request can be read again.
// G: receive/explain
func TestExplainLeavesNoTrace(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	q := &countingQueue{Queue: NewMemoryQueue()}
	in := s.inbox(Config{Queue: q})
	Answer(in, func(context.Context, *Notice, *TextMessage) (Reply, error) { panic("no") })
	h := s.handlerOf(in, "/app", s.api, s.appURL())
	for _, payload := range []string{infoDoc(siteSuite, "suite_ticket", "<SuiteTicket>x</SuiteTicket>"), textDoc(siteCorp, "x", 1)} {
		receiveId := siteSuite
		if strings.Contains(payload, siteCorp) {
			receiveId = siteCorp
		}
		r := s.build(request{payload: payload, receiveId: receiveId})
		require.True(t, Explain(h, r).OK())
		require.True(t, Explain(h, r).OK(), "and again")
		body, err := io.ReadAll(r.Body)
		require.NoError(t, err)
		assert.Contains(t, string(body), "<Encrypt>")
		assert.True(t, strings.HasSuffix(string(body), "</xml>"))
		require.NoError(t, r.Body.Close())
	}
	r := s.build(request{token: ownToken})
	r.Body = io.NopCloser(io.MultiReader(r.Body, strings.NewReader(strings.Repeat(" ", 2*maxBody))))
	r.ContentLength = -1
	assert.Equal(t, "body", Explain(h, r).Step)
	body, err := io.ReadAll(r.Body)
	require.NoError(t, err)
	assert.Greater(t, len(body), 2*maxBody, "nothing is lost of one that is too large")
	_, err = s.api.TicketAge()
	assert.ErrorIs(t, err, token.ErrNoSuiteTicket)
	assert.Zero(t, q.puts)
	assert.Empty(t, s.takeErrs(0))
}

// G: error/nil
func TestExplainNeverPanics(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	h := s.app()
	assert.Equal(t, "handler", Explain(nil, s.build(request{})).Step)
	assert.Equal(t, "handler", Explain(new(Handler), s.build(request{})).Step)
	assert.Equal(t, "request", Explain(h, nil).Step)
	assert.Equal(t, "method", Explain(h, &http.Request{}).Step)
	assert.Equal(t, "query", Explain(h, &http.Request{Method: "GET"}).Step)
	r := s.build(request{})
	r.Body = nil
	assert.Equal(t, "body", Explain(h, r).Step)
	r.Body = io.NopCloser(failingReader{})
	assert.Contains(t, Explain(h, r).String(), "cut off")
	assert.Contains(t, Explain(h, r).Fix, "whole body")
	for _, d := range []Diagnosis{Explain(nil, nil), Explain(h, nil), Explain(h, r)} {
		assert.NotEmpty(t, d.Problem)
		assert.NotEmpty(t, d.Fix)
		assert.False(t, d.OK())
	}
}

// Of a request whose context is over, and of one when the Store is down.
// G: receive/explain
func TestExplainWhenTheStoreIsDown(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	store := &failingStore{Store: s.store}
	api, err := token.New(token.Config{CorpId: siteProvider, ProviderSecret: "x", SuiteId: siteSuite, SuiteSecret: "x", Store: store, Logger: discard()})
	require.NoError(t, err)
	h := s.handler("/app", api, s.appURL())
	r := s.build(request{payload: textDoc(siteProvider, "x", 1), receiveId: siteProvider})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	assert.Equal(t, "receive id", Explain(h, r.WithContext(ctx)).Step, "not installed")
	store.err = errors.New("store is down")
	d := Explain(h, s.build(request{payload: textDoc(siteProvider, "x", 1), receiveId: siteProvider}))
	assert.Equal(t, "receive id", d.Step)
	assert.Contains(t, d.Problem, "store is down")
	assert.Equal(t, "Repair the Store", d.Fix)
}

// After the Handler the body is gone, which is not the fault of a proxy.
// G: receive/explain
func TestExplainAfterTheHandler(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	h := s.app()
	explained := make(chan Diagnosis, 1) // the answer does not wait for it
	s.mount("/app", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h.ServeHTTP(w, r)
		explained <- Explain(h, r)
	}))
	s.send(request{payload: textDoc(siteCorp, "x", 1), receiveId: siteCorp, key: ownKey})
	assert.Contains(t, (<-explained).Fix, "call Explain before the Handler")
	err := s.lastErr()
	assert.ErrorContains(t, err, "POST \"/app\", on the URL of app/"+siteSuite)
}
