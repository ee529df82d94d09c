package callback

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/clock"
	"github.com/gothird/wecom/internal/fakewecom/platform"
	"github.com/gothird/wecom/internal/spec"
	"github.com/gothird/wecom/token"
)

// The URL check that WeCom makes passes on each kind of URL.
// G: receive/echo
func TestURLCheck(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.app()
	s.handler("/system", s.api, s.systemURL())
	s.handler("/template", s.template(), s.appURL())
	for _, to := range []platform.Target{
		{Channel: spec.ChannelInstruction, SuiteId: siteSuite},
		{Channel: spec.ChannelData, SuiteId: siteSuite, CorpId: siteCorp},
		{Channel: spec.ChannelSystem},
		{Channel: spec.ChannelTemplate, SuiteId: siteTemplate},
	} {
		d, err := s.fake.CheckURL(t.Context(), to)
		require.NoError(t, err, to.Channel)
		assert.Equal(t, http.StatusOK, d.Status)
	}
	res := s.send(request{method: http.MethodGet, payload: "1616140317555161061", receiveId: siteProvider})
	assert.Equal(t, "1616140317555161061", s.body(res), "byte for byte")
	assert.Equal(t, "nosniff", res.Header.Get("X-Content-Type-Options"))
	assert.Equal(t, "text/plain; charset=utf-8", res.Header.Get("Content-Type"))
	assert.Empty(t, s.takeErrs(0))
}

// What is refused, with which status, and that nobody outside
// hears why.
// G: secret/peer receive/echo receive/unsigned receive/ciphertext receive/status
func TestRefusals(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	counting := &countingQueue{Queue: NewMemoryQueue()}
	s.handlerOf(s.inbox(Config{Queue: counting}), "/app", s.api, s.appURL())
	ticket := infoDoc(siteSuite, "suite_ticket", "<SuiteTicket>the-forged-ticket</SuiteTicket>")
	seconds := func(d time.Duration) string { return strconv.FormatInt(clock.Now().Add(d).Unix(), 10) }
	const sig = "msg_signature"
	query := func(change func(q url.Values)) request {
		return request{spoil: func(q url.Values, _ *string) { change(q) }}
	}
	body := func(change func(b string) string) request {
		return request{spoil: func(_ url.Values, b *string) { *b = change(*b) }}
	}
	for name, c := range map[string]struct {
		request
		status int
		err    error
	}{
		"unsigned":           {query(func(q url.Values) { q.Del(sig) }), 400, errQuery},
		"no timestamp":       {query(func(q url.Values) { q.Del("timestamp") }), 400, errQuery},
		"no nonce":           {query(func(q url.Values) { q.Set("nonce", "") }), 400, errQuery},
		"check without echo": {request{method: "GET", spoil: func(q url.Values, _ *string) { q.Del("echostr") }}, 400, errQuery},
		"timestamp is text":  {request{timestamp: "yesterday"}, 400, errQuery},
		"forged":             {query(func(q url.Values) { q.Set(sig, strings.Repeat("0", 40)) }), 403, ErrSignature},
		"upper case":         {query(func(q url.Values) { q.Set(sig, strings.ToUpper(q.Get(sig))) }), 403, ErrSignature},
		"padded signature":   {query(func(q url.Values) { q.Set(sig, q.Get(sig)+" ") }), 403, ErrSignature},
		"other nonce":        {query(func(q url.Values) { q.Set("nonce", "nonce2") }), 403, ErrSignature},
		"other Token":        {request{token: "another"}, 403, ErrSignature},
		"other key":          {request{key: ownKey}, 403, ErrDecrypt},
		"other suite":        {request{payload: infoDoc("wwothersuite", "suite_ticket", "<SuiteTicket>x</SuiteTicket>")}, 403, ErrReceiveId},
		"old":                {request{timestamp: seconds(-11 * time.Minute)}, 403, ErrStale},
		"from the future":    {request{timestamp: seconds(11 * time.Minute)}, 403, ErrStale},
		"from the dawn":      {request{timestamp: "-9223372036854775808"}, 403, ErrStale},
		"empty body":         {body(func(string) string { return "" }), 400, ErrPayload},
		"no envelope":        {body(func(string) string { return "hello" }), 400, ErrPayload},
		"DTD":                {body(func(b string) string { return `<!DOCTYPE x [<!ENTITY a "b">]>` + b }), 400, ErrPayload},
		"DTD inside":         {request{payload: `<!DOCTYPE x [<!ENTITY a "b">]>` + ticket}, 400, ErrPayload},
		"too large":          {body(func(b string) string { return b + strings.Repeat(" ", maxBody) }), 413, errBody},
		"no document":        {request{payload: "1616140317555161061"}, 400, ErrPayload},
		"PUT":                {request{method: http.MethodPut}, 405, errMethod},
		"HEAD":               {request{method: http.MethodHead}, 405, errMethod},
		"DELETE":             {request{method: http.MethodDelete, spoil: func(q url.Values, _ *string) { clear(q) }}, 405, errMethod},
		"captured push":      {request{method: http.MethodGet}, 403, errEcho},
	} {
		r := c.request
		if r.payload == "" {
			r.payload = ticket
		}
		r.receiveId = siteSuite
		res := s.send(r)
		assert.Equal(t, c.status, res.StatusCode, name)
		if r.method != http.MethodHead {
			assert.Equal(t, http.StatusText(c.status), s.body(res), "%s: the peer hears no reason", name)
		}
		if c.status == http.StatusMethodNotAllowed {
			assert.Equal(t, "GET, POST", res.Header.Get("Allow"))
		}
		if errs := s.takeErrs(1); assert.Len(t, errs, 1, name) {
			assert.ErrorIs(t, errs[0], c.err, name)
			assert.NotContains(t, errs[0].Error(), "the-forged-ticket", name)
		}
	}
	assert.Zero(t, counting.puts, "nothing got into the queue")
	_, err := s.api.TicketAge()
	assert.ErrorIs(t, err, token.ErrNoSuiteTicket, "nothing got into the store")
}

type countingQueue struct {
	Queue
	puts int
	fail error
}

func (q *countingQueue) Put(ctx context.Context, items []Item) error {
	q.puts++
	if q.fail != nil {
		return q.fail
	}
	return q.Queue.Put(ctx, items)
}

// WeCom hears success only of what is kept, and repeats everything else.
// G: receive/success
func TestQueueFailureIsNoSuccess(t *testing.T) {
	inBubble(t, func(t *testing.T, s *site) {
		q := &countingQueue{Queue: NewMemoryQueue()}
		s.handlerOf(s.inbox(Config{Queue: q}), "/app", s.api, s.appURL())
		push := request{payload: infoDoc(siteSuite, "change_auth", "<AuthCorpId>wpA</AuthCorpId>"), receiveId: siteSuite}
		for _, fail := range []error{errors.New("disk full"), ErrQueueFull, ErrPayload, ErrReceiveId} {
			q.fail = fail
			res := s.send(push)
			assert.Equal(t, http.StatusServiceUnavailable, res.StatusCode)
			assert.Equal(t, "Service Unavailable", s.body(res))
			assert.ErrorIs(t, s.lastErr(), fail)
		}
		q.fail = nil
		assert.Equal(t, "success", s.body(s.send(push)))
	})
}

// Without a Store that takes the ticket there is no success.
// G: receive/success
func TestTicketIsStoredBeforeSuccess(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.app()
	s.ticket()
	age, err := s.api.TicketAge()
	require.NoError(t, err)
	assert.Less(t, age, time.Minute)
}

// Requests that no server makes, and Handlers that nobody has made.
// G: error/nil
func TestServeHTTPNeverPanics(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	h := s.app()
	status := func(h *Handler, r *http.Request) int {
		rec := httptest.NewRecorder()
		h.ServeHTTP(rec, r)
		assert.Equal(t, http.StatusText(rec.Code), rec.Body.String())
		return rec.Code
	}
	whole := s.build(request{payload: "<xml></xml>"})
	assert.Equal(t, 503, status(nil, whole))
	assert.Equal(t, 503, status(new(Handler), whole))
	assert.Equal(t, 400, status(h, &http.Request{Method: "GET"}), "no URL")
	assert.Equal(t, 405, status(h, &http.Request{}))
	whole.Body = nil
	assert.Equal(t, 400, status(h, whole), "no body")
}

// WeCom's pages disagree on whether it repeats a push that got an error status, so it hangs up
// on one that was not kept: a push that timed out is repeated.
// G: receive/success
func TestWhatWasNotKeptTimesOut(t *testing.T) {
	inBubble(t, func(t *testing.T, s *site) {
		in := s.inbox(Config{Queue: &countingQueue{Queue: NewMemoryQueue(), fail: errTest}})
		h := s.handlerOf(in, "/app", s.api, s.appURL())
		push := func(ctx context.Context) (status int, took time.Duration) {
			rec, begin := httptest.NewRecorder(), time.Now()
			h.ServeHTTP(rec, s.build(request{payload: textDoc(siteCorp, "x", 1), receiveId: siteCorp}).WithContext(ctx))
			return rec.Code, time.Since(begin)
		}
		status, took := push(t.Context())
		assert.Equal(t, http.StatusServiceUnavailable, status)
		assert.Greater(t, took, 5*time.Second)
		assert.Less(t, took, 6*time.Second)

		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, took = push(ctx)
		assert.LessOrEqual(t, took, time.Second, "WeCom has hung up")

		var held sync.WaitGroup
		for range maxHangingUp {
			held.Go(func() { push(t.Context()) })
		}
		synctest.Wait()
		_, took = push(t.Context())
		assert.Less(t, took, time.Second, "as many are held as may be")
		held.Wait()
		_, took = push(t.Context())
		assert.Greater(t, took, 5*time.Second, "there is room again")
	})
}
