package callback

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/fakewecom"
	"github.com/gothird/wecom/token"
)

// T-26
func TestNewHandlerNamesBadFields(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	_, err := NewHandler(s.api, Config{
		Token: "has a blank", EncodingAESKey: siteKey,
		Keys:    []Key{{siteToken, siteKey}, {siteToken, siteKey[:42]}},
		Channel: 7, MaxAge: -1, Workers: -1,
	})
	require.ErrorIs(t, err, ErrKey)
	for _, part := range []string{"Config.Token and EncodingAESKey", "Config.Keys[1]", "Config.Channel", "Config.MaxAge", "Config.Workers"} {
		assert.ErrorContains(t, err, part)
	}
	assert.NotContains(t, err.Error(), "Keys[0]")
	assert.NotContains(t, err.Error(), "has a blank")
	assert.NotContains(t, err.Error(), siteKey[:42])

	_, err = NewHandler(nil, s.config(Instruction))
	require.ErrorContains(t, err, "api is nil")
	assert.NotErrorIs(t, err, ErrKey)
}

func TestNewHandlerNeedsTheIdOfItsChannel(t *testing.T) {
	t.Parallel()
	provider, err := token.New(token.Config{CorpId: siteProvider, ProviderSecret: "x"})
	require.NoError(t, err)
	suite, err := token.New(token.Config{SuiteId: siteSuite, SuiteSecret: "x"})
	require.NoError(t, err)
	for _, c := range []struct {
		api     *token.Api
		channel Channel
		want    string
	}{
		{provider, Instruction, "SuiteId"}, {provider, Data, "SuiteId"}, {provider, System, ""},
		{suite, Instruction, ""}, {suite, Data, ""}, {suite, System, "CorpId"},
	} {
		cfg := Config{Token: siteToken, EncodingAESKey: siteKey, Channel: c.channel}
		_, err := NewHandler(c.api, cfg)
		if c.want == "" {
			assert.NoError(t, err, c.channel)
			continue
		}
		assert.ErrorContains(t, err, c.want, c.channel)
		cfg.ReceiveIds = []string{"wwother"}
		_, err = NewHandler(c.api, cfg)
		assert.NoError(t, err, "the ids are given")
	}
}

// T-20
func TestConfigPrintsNoSecret(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	cfg := s.config(Data)
	cfg.Keys = []Key{{ownToken, ownKey}}
	h := s.handler("/data", s.api, cfg)
	var text strings.Builder
	logger := slog.New(slog.NewTextHandler(&text, nil))
	for _, v := range []any{cfg, &cfg, cfg.Keys, cfg.Keys[0], h, *h.crypts[0]} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q"} {
			fmt.Fprintf(&text, verb+"\n", v)
		}
		logger.Info("x", "v", v)
	}
	assert.Contains(t, text.String(), "***")
	for _, secret := range []string{siteToken, siteKey, ownToken, ownKey} {
		assert.NotContains(t, text.String(), secret)
	}
	assert.Equal(t, "Instruction Data System Channel(9)", fmt.Sprint(Instruction, Data, System, Channel(9)))
}

// T-24
func TestNewHandlerStartsNothing(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	h, err := NewHandler(s.api, Config{Token: siteToken, EncodingAESKey: siteKey})
	require.NoError(t, err)
	assert.Equal(t, 10*time.Minute, h.cfg.MaxAge)
	assert.Equal(t, 8, h.cfg.Workers)
	assert.IsType(t, NewMemoryQueue(), h.cfg.Queue)
	assert.Empty(t, s.fake.Requests())
}

func TestURLCheck(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	own := s.config(System)
	own.Token, own.EncodingAESKey = ownToken, ownKey
	s.instruction()
	s.handler("/data", s.api, s.config(Data))
	s.handler("/system", s.api, own)
	s.handler("/template", s.api.WithSuite(siteTemplate, "template-secret"), s.config(Instruction))
	for _, to := range []fakewecom.Target{
		{Channel: fakewecom.ChannelInstruction, SuiteId: siteSuite},
		{Channel: fakewecom.ChannelData, SuiteId: siteSuite, CorpId: siteCorp},
		{Channel: fakewecom.ChannelSystem},
		{Channel: fakewecom.ChannelTemplate, SuiteId: siteTemplate},
	} {
		d, err := s.fake.CheckURL(t.Context(), to)
		require.NoError(t, err, to.Channel)
		assert.Equal(t, http.StatusOK, d.Status)
	}
	res := s.send(request{method: http.MethodGet, path: "/instruction", payload: "1616140317555161061", receiveId: siteProvider})
	assert.Equal(t, "1616140317555161061", s.body(res), "byte for byte")
	assert.Equal(t, "nosniff", res.Header.Get("X-Content-Type-Options"))
	assert.Empty(t, s.takeErrs())
}

// T-57
func TestReceiveIds(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.installed(siteCorp)
	template := s.api.WithSuite(siteTemplate, "template-secret")
	require.NoError(t, template.SetInstallation(token.Installation{CorpId: siteOther, PermanentCode: "x", Customized: true}))
	individual := s.config(Instruction)
	individual.ReceiveIds = []string{"", "wwextra"}
	s.instruction()
	s.handler("/data", s.api, s.config(Data))
	s.handler("/system", s.api, s.config(System))
	s.handler("/template", template, s.config(Instruction))
	s.handler("/custom", template, s.config(Data))
	s.handler("/individual", s.api, individual)

	all := []string{siteProvider, siteSuite, siteTemplate, siteCorp, siteOther, strings.ToLower(siteCorp), "", "wwextra", "wwunknown"}
	for _, c := range []struct {
		method, path string
		accepted     []string
	}{
		{"GET", "/instruction", []string{siteProvider}},
		{"GET", "/data", []string{siteProvider}},
		{"GET", "/system", []string{siteProvider}},
		{"GET", "/template", []string{siteProvider, siteTemplate}},
		{"GET", "/custom", []string{siteProvider, siteTemplate, siteOther}},
		{"GET", "/individual", []string{siteProvider, "", "wwextra"}},
		{"POST", "/instruction", []string{siteSuite}},
		{"POST", "/data", []string{siteCorp}},
		{"POST", "/system", []string{siteProvider}},
		{"POST", "/template", []string{siteTemplate}},
		{"POST", "/custom", []string{siteOther}},
		{"POST", "/individual", []string{siteSuite, "", "wwextra"}},
	} {
		for _, id := range all {
			payload := "123456"
			if c.method == "POST" {
				payload = "<xml><InfoType>news</InfoType></xml>"
			}
			res := s.send(request{method: c.method, path: c.path, payload: payload, receiveId: id})
			want := http.StatusForbidden
			for _, a := range c.accepted {
				if a == id {
					want = http.StatusOK
				}
			}
			assert.Equal(t, want, res.StatusCode, "%s %s for %q", c.method, c.path, id)
			if errs := s.takeErrs(); want == http.StatusForbidden && assert.Len(t, errs, 1) {
				assert.ErrorIs(t, errs[0], ErrReceiveId)
			}
		}
	}
}

// T-21 T-50 T-56 T-58 T-61
func TestRefusals(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	counting := &countingQueue{Queue: NewMemoryQueue()}
	cfg := s.config(Instruction)
	cfg.Queue = counting
	s.handler("/instruction", s.api, cfg)
	ticket := infoDoc(siteSuite, "suite_ticket", "<SuiteTicket>the-forged-ticket</SuiteTicket>")
	seconds := func(d time.Duration) string { return strconv.FormatInt(time.Now().Add(d).Unix(), 10) }
	sig := "msg_signature"
	for name, c := range map[string]struct {
		request
		status int
		err    error
	}{
		"unsigned":            {request{spoil: func(q url.Values, _ *string) { q.Del(sig) }}, 400, errQuery},
		"no timestamp":        {request{spoil: func(q url.Values, _ *string) { q.Del("timestamp") }}, 400, errQuery},
		"no nonce":            {request{spoil: func(q url.Values, _ *string) { q.Set("nonce", "") }}, 400, errQuery},
		"forged":              {request{spoil: func(q url.Values, _ *string) { q.Set(sig, strings.Repeat("0", 40)) }}, 403, ErrSignature},
		"upper case":          {request{spoil: func(q url.Values, _ *string) { q.Set(sig, strings.ToUpper(q.Get(sig))) }}, 403, ErrSignature},
		"padded signature":    {request{spoil: func(q url.Values, _ *string) { q.Set(sig, q.Get(sig)+" ") }}, 403, ErrSignature},
		"other Token":         {request{token: "another"}, 403, ErrSignature},
		"other nonce":         {request{spoil: func(q url.Values, _ *string) { q.Set("nonce", "nonce2") }}, 403, ErrSignature},
		"other key":           {request{key: ownKey}, 403, ErrDecrypt},
		"other suite":         {request{payload: infoDoc("wwothersuite", "suite_ticket", "<SuiteTicket>x</SuiteTicket>")}, 403, ErrReceiveId},
		"old":                 {request{timestamp: seconds(-11 * time.Minute)}, 403, ErrStale},
		"from the future":     {request{timestamp: seconds(11 * time.Minute)}, 403, ErrStale},
		"from the dawn":       {request{timestamp: "-9223372036854775808"}, 403, ErrStale},
		"timestamp is text":   {request{timestamp: "yesterday"}, 400, errQuery},
		"empty body":          {request{spoil: func(_ url.Values, b *string) { *b = "" }}, 400, ErrPayload},
		"no envelope":         {request{spoil: func(_ url.Values, b *string) { *b = "hello" }}, 400, ErrPayload},
		"DTD":                 {request{spoil: func(_ url.Values, b *string) { *b = `<!DOCTYPE x [<!ENTITY a "b">]>` + *b }}, 400, ErrPayload},
		"too large":           {request{spoil: func(_ url.Values, b *string) { *b += strings.Repeat(" ", maxBody) }}, 413, nil},
		"no document":         {request{payload: "1616140317555161061"}, 400, ErrPayload},
		"ticket not readable": {request{payload: infoDoc(siteSuite, "suite_ticket", "<SuiteTicket><a>b</a></SuiteTicket>")}, 503, nil},
		"ticket is no text":   {request{payload: `{"SuiteId":"` + siteSuite + `","InfoType":"suite_ticket","SuiteTicket":{"a":1}}`}, 503, nil},
		"PUT":                 {request{method: http.MethodPut}, 405, errMethod},
		"HEAD":                {request{method: http.MethodHead}, 405, errMethod},
	} {
		r := c.request
		if r.method == "" {
			r.method = http.MethodPost
		}
		if r.payload == "" {
			r.payload = ticket
		}
		r.path, r.receiveId = "/instruction", siteSuite
		res := s.send(r)
		assert.Equal(t, c.status, res.StatusCode, name)
		if r.method != http.MethodHead {
			assert.Equal(t, http.StatusText(c.status), s.body(res), "%s: the peer hears no reason", name)
		}
		if c.status == http.StatusMethodNotAllowed {
			assert.Equal(t, "GET, POST", res.Header.Get("Allow"))
		}
		if errs := s.takeErrs(); assert.Len(t, errs, 1, name) {
			if c.err != nil {
				assert.ErrorIs(t, errs[0], c.err, name)
			}
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

func (q *countingQueue) Put(ctx context.Context, key string, payload []byte) error {
	q.puts++
	if q.fail != nil {
		return q.fail
	}
	return q.Queue.Put(ctx, key, payload)
}

// T-59
func TestEchoOracle(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	cfg := s.config(Instruction)
	cfg.ReceiveIds = []string{siteSuite} // even if the receive id were no defence
	s.handler("/instruction", s.api, cfg)
	for name, payload := range map[string]string{
		"XML":         infoDoc(siteSuite, "create_auth", "<AuthCode>secret</AuthCode>"),
		"JSON":        `{"AuthCode":"secret"}`,
		"blanks":      " \n" + infoDoc(siteSuite, "create_auth"),
		"empty":       "",
		"long":        strings.Repeat("a", maxEcho+1),
		"with a NUL":  "123\x00456",
		"two lines":   "123\n456",
		"not Latin":   "你好",
		"bad UTF-8":   "123\xff",
		"JSON string": `"secret"`,
	} {
		res := s.send(request{method: http.MethodGet, path: "/instruction", payload: payload, receiveId: siteSuite})
		assert.Equal(t, http.StatusForbidden, res.StatusCode, name)
		assert.NotContains(t, s.body(res), "secret", name)
		assert.ErrorIs(t, s.lastErr(), errEcho, name)
	}
	for _, payload := range []string{"1616140317555161061", "a", "AZaz09-_.+/=", strings.Repeat("a", maxEcho)} {
		res := s.send(request{method: http.MethodGet, path: "/instruction", payload: payload, receiveId: siteProvider})
		assert.Equal(t, http.StatusOK, res.StatusCode)
		assert.Equal(t, payload, s.body(res))
	}

	// The real thing: a push that was captured, sent back as a URL check.
	captured := s.build(request{method: http.MethodPost, path: "/instruction", receiveId: siteSuite,
		payload: infoDoc(siteSuite, "suite_ticket", "<SuiteTicket>secret</SuiteTicket>")})
	body, err := io.ReadAll(captured.Body)
	require.NoError(t, err)
	encrypt, err := parseEnvelope(body)
	require.NoError(t, err)
	res, err := s.http.Get(captured.URL.String() + "&" + url.Values{"echostr": {encrypt}}.Encode())
	require.NoError(t, err)
	defer res.Body.Close()
	assert.Equal(t, http.StatusForbidden, res.StatusCode)
	assert.Equal(t, "Forbidden", s.body(res))
}

// T-55
func TestFurtherQueryParameters(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.instruction()
	more := func(q url.Values, _ *string) {
		q.Set("corpid", "wwx")
		q.Set("debug", "1")
		q.Add("trace", "a b&c")
	}
	res := s.send(request{method: "GET", path: "/instruction", payload: "42", receiveId: siteProvider, spoil: more})
	assert.Equal(t, "42", s.body(res))
	res = s.send(request{method: "POST", path: "/instruction", payload: infoDoc(siteSuite, "change_auth"), receiveId: siteSuite, spoil: more})
	assert.Equal(t, "success", s.body(res))
}

// T-45
func TestEnvelopeHasNoSay(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	h := s.instruction()
	seen := make(chan *Notice, 1)
	h.OnAny(func(_ context.Context, n *Notice) error { seen <- n; return nil })
	defer s.run(h)()
	res := s.send(request{method: "POST", path: "/instruction", payload: infoDoc(siteSuite, "change_auth", "<AuthCorpId>wpA</AuthCorpId>"), receiveId: siteSuite,
		spoil: func(_ url.Values, b *string) {
			*b = strings.Replace(*b, "<Encrypt>", "<InfoType>cancel_auth</InfoType><AuthCorpId>wpB</AuthCorpId><Encrypt>", 1)
		}})
	require.Equal(t, "success", s.body(res))
	n := <-seen
	assert.Equal(t, "change_auth", n.InfoType)
	assert.Equal(t, "wpA", n.AuthCorpId)
}

func TestKeyRotation(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	cfg := s.config(Instruction)
	cfg.Token, cfg.EncodingAESKey = ownToken, ownKey
	cfg.Keys = []Key{{ownToken, siteKey}, {siteToken, siteKey}}
	s.handler("/instruction", s.api, cfg)
	doc := infoDoc(siteSuite, "change_auth")
	for _, k := range []Key{{ownToken, ownKey}, {ownToken, siteKey}, {siteToken, siteKey}} {
		res := s.send(request{method: "POST", path: "/instruction", payload: doc, receiveId: siteSuite, token: k.Token, key: k.EncodingAESKey})
		assert.Equal(t, http.StatusOK, res.StatusCode)
	}
	res := s.send(request{method: "POST", path: "/instruction", payload: doc, receiveId: siteSuite, token: siteToken, key: ownKey})
	assert.Equal(t, http.StatusForbidden, res.StatusCode)
	assert.ErrorIs(t, s.lastErr(), ErrDecrypt, "the Token is known, the key is not its own")
}

func TestMaxAge(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	cfg := s.config(Instruction)
	cfg.MaxAge = time.Hour
	s.handler("/instruction", s.api, cfg)
	for age, want := range map[time.Duration]int{-59 * time.Minute: 200, 59 * time.Minute: 200, 61 * time.Minute: 403, -61 * time.Minute: 403} {
		res := s.send(request{method: "GET", path: "/instruction", payload: "42", receiveId: siteProvider,
			timestamp: strconv.FormatInt(time.Now().Add(-age).Unix(), 10)})
		assert.Equal(t, want, res.StatusCode, age)
	}
}

func TestJSONPush(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	h := s.handler("/system", s.api, s.config(System))
	seen := make(chan *Notice, 1)
	h.OnAny(func(_ context.Context, n *Notice) error { seen <- n; return nil })
	defer s.run(h)()
	res := s.send(request{method: "POST", path: "/system", payload: `{"ServiceCorpId":"` + siteProvider + `","InfoType":"something_new","TimeStamp":1}`, receiveId: siteProvider,
		spoil: func(_ url.Values, b *string) {
			encrypt, err := parseEnvelope([]byte(*b))
			require.NoError(t, err)
			*b = `{"tousername":"x","encrypt":"` + encrypt + `","agentid":1}`
		}})
	require.Equal(t, "success", s.body(res))
	n := <-seen
	assert.Equal(t, "something_new", n.InfoType)
	assert.IsType(t, &UnknownEvent{}, n.Content)
}

// T-61
func TestQueueFailureIsNoSuccess(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	cfg := s.config(Instruction)
	q := &countingQueue{Queue: NewMemoryQueue(), fail: errors.New("disk full")}
	cfg.Queue = q
	s.handler("/instruction", s.api, cfg)
	res := s.send(request{method: "POST", path: "/instruction", payload: infoDoc(siteSuite, "change_auth"), receiveId: siteSuite})
	assert.Equal(t, http.StatusServiceUnavailable, res.StatusCode)
	assert.Equal(t, "Service Unavailable", s.body(res))
	assert.ErrorContains(t, s.lastErr(), "disk full")
	q.fail = nil
	res = s.send(request{method: "POST", path: "/instruction", payload: infoDoc(siteSuite, "change_auth"), receiveId: siteSuite})
	assert.Equal(t, http.StatusOK, res.StatusCode)
}

// A body that never ends must not hold anything but its own connection.
func TestBodyThatFails(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	h := s.instruction()
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, httptest.NewRequest(http.MethodPost, "/instruction", failingReader{}))
	assert.Equal(t, http.StatusServiceUnavailable, rec.Code)
	assert.ErrorContains(t, s.lastErr(), "cut off")
}

// T-58: whatever comes unsigned, nothing gets in and nothing panics.
func FuzzHandler(f *testing.F) {
	api, err := token.New(token.Config{CorpId: siteProvider, ProviderSecret: "x", SuiteId: siteSuite, SuiteSecret: "x"})
	require.NoError(f, err)
	q := &countingQueue{Queue: NewMemoryQueue()}
	h, err := NewHandler(api, Config{Token: siteToken, EncodingAESKey: siteKey, Queue: q, MaxAge: 1 << 62})
	require.NoError(f, err)
	f.Add("POST", "msg_signature=a&timestamp=1&nonce=b", "<xml><Encrypt>c2VjcmV0</Encrypt></xml>")
	f.Add("POST", "msg_signature=a&timestamp=1&nonce=b", `{"encrypt":"x"}`)
	f.Add("GET", "msg_signature=a&timestamp=1&nonce=b&echostr=c", "")
	f.Add("GET", "%zz&;=", "")
	f.Add("PATCH", "", "\x00")
	f.Fuzz(func(t *testing.T, method, query, body string) {
		r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(body))
		r.Method, r.URL.RawQuery = method, query
		rec := httptest.NewRecorder()
		h.ServeHTTP(rec, r)
		assert.GreaterOrEqual(t, rec.Code, 400)
		assert.Zero(t, q.puts)
		assert.NotEmpty(t, Explain(api, h.cfg, r).Step)
	})
}

type failingReader struct{}

func (failingReader) Read([]byte) (int, error) { return 0, errors.New("cut off") }

// T-23: a request that no server makes is refused, too.
func TestPostWithoutABody(t *testing.T) {
	t.Parallel()
	api, err := token.New(token.Config{SuiteId: "ww1", SuiteSecret: "secret"})
	require.NoError(t, err)
	h, err := NewHandler(api, Config{Token: "token", EncodingAESKey: strings.Repeat("a", 43)})
	require.NoError(t, err)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://x/?msg_signature=1&timestamp=1&nonce=1", nil)
	require.NoError(t, err)
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	assert.Equal(t, http.StatusBadRequest, w.Code)
}
