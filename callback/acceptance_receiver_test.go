package callback

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/token"
)

// Whom a message may be for, by method and URL.
// G: receive/id
func TestReceiveIds(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.installed(s.api, siteCorp)
	s.installed(s.template(), siteOther)
	open := s.appURL()
	open.ReceiveIds = []string{"", "wwextra", "tjother"}
	system := s.systemURL()
	system.Token, system.EncodingAESKey = siteToken, siteKey
	more := system
	more.ReceiveIds = []string{"model1"}
	s.app()
	s.handler("/template", s.template(), s.appURL())
	s.handler("/system", s.api, system)
	s.handler("/open", s.api, open)
	s.handler("/devices", s.api, more)

	all := []string{siteProvider, siteSuite, siteTemplate, siteCorp, siteOther, strings.ToLower(siteCorp), "", "wwextra", "wpunknown", "tjother", "model1", "wp 1", "wp/1", "wp.1"}
	corps := []string{siteCorp, siteOther, strings.ToLower(siteCorp), "wwextra", "wpunknown", "model1"}
	for _, c := range []struct {
		method, path string
		accepted     []string
	}{
		{"GET", "/app", []string{siteProvider}},
		{"GET", "/system", []string{siteProvider}},
		{"GET", "/devices", []string{siteProvider, "model1"}},
		{"GET", "/template", []string{siteProvider, siteTemplate, siteOther}},
		{"GET", "/open", []string{siteProvider, "", "wwextra", "tjother"}},
		{"POST", "/app", append([]string{siteSuite}, corps...)},
		{"POST", "/template", append([]string{siteTemplate, siteSuite}, corps...)}, // siteSuite: looks like a corp
		{"POST", "/system", []string{siteProvider}},
		{"POST", "/devices", []string{siteProvider, "model1"}},
		{"POST", "/open", append([]string{siteSuite, "", "tjother"}, corps...)},
	} {
		for _, id := range all {
			payload := "123456"
			if c.method == "POST" {
				payload = "<xml><ToUserName>" + id + "</ToUserName><InfoType>news</InfoType></xml>"
			}
			res := s.send(request{method: c.method, path: c.path, payload: payload, receiveId: id})
			if slices.Contains(c.accepted, id) {
				assert.Equal(t, http.StatusOK, res.StatusCode, "%s %s for %q", c.method, c.path, id)
			} else {
				assert.Equal(t, http.StatusForbidden, res.StatusCode, "%s %s for %q", c.method, c.path, id)
				assert.ErrorIs(t, s.lastErr(), ErrReceiveId)
			}
		}
	}
	assert.Empty(t, s.takeErrs(0))
}

// The provider's own corp may use its app, too.
// G: receive/id
func TestReceiveIdOfTheProvidersOwnInstallation(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.app()
	push := request{payload: textDoc(siteProvider, "x", 1), receiveId: siteProvider}
	assert.Equal(t, 403, s.send(push).StatusCode)
	assert.ErrorIs(t, s.lastErr(), ErrReceiveId)
	s.installed(s.api, siteProvider)
	assert.Equal(t, 200, s.send(push).StatusCode)
}

// Whom the content names decides together with the receive id: another app or corp may have
// the same Token and key.
// G: ticket/own receive/id
func TestContentMustBeOfTheReceiveId(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.installed(s.api, siteCorp)
	s.installed(s.api, siteOther)
	system := s.systemURL()
	system.Token, system.EncodingAESKey = siteToken, siteKey
	open := s.appURL()
	open.ReceiveIds = []string{"", "wwextra"}
	s.app()
	s.handler("/system", s.api, system)
	s.handler("/open", s.api, open)
	event := func(elements ...string) string { return "<xml>" + strings.Join(elements, "") + "</xml>" }
	element := func(name, text string) string { return "<" + name + ">" + text + "</" + name + ">" }
	to := func(id string) string { return element("ToUserName", id) }
	reply := event(to("woLin01"), element("FromUserName", siteCorp), element("MsgType", "text"), element("Content", "x"))
	for name, c := range map[string]struct {
		path, receiveId, payload string
		ok                       bool
	}{
		"corp":                        {"/app", siteCorp, textDoc(siteCorp, "x", 1), true},
		"another corp's":              {"/app", siteCorp, textDoc(siteOther, "x", 1), false},
		"corp of another case":        {"/app", siteCorp, textDoc(strings.ToLower(siteCorp), "x", 1), false},
		"blanks around the corp":      {"/app", siteCorp, textDoc(" "+siteCorp+"\n", "x", 1), true},
		"our passive reply":           {"/app", siteCorp, reply, false},
		"no corp":                     {"/app", siteCorp, event(element("MsgType", "text")), false},
		"corp by AuthCorpId":          {"/app", siteCorp, infoDoc(siteSuite, "device_data_auth_change", element("AuthCorpId", siteCorp)), true},
		"another one by AuthCorpId":   {"/app", siteCorp, infoDoc(siteSuite, "device_data_auth_change", element("AuthCorpId", siteOther)), false},
		"corp, another suite":         {"/app", siteCorp, event(to(siteCorp), element("SuiteId", "wwothersuite"), element("InfoType", "x")), false},
		"suite":                       {"/app", siteSuite, infoDoc(siteSuite, "x"), true},
		"suite, in Event form":        {"/app", siteSuite, event(to(siteCorp), element("MsgType", "event"), element("Event", "sys_approval_change")), true},
		"another suite's":             {"/app", siteSuite, infoDoc("wwothersuite", "x"), false},
		"another suite with its id":   {"/app", "wwothersuite", infoDoc("wwothersuite", "x"), false},
		"another suite's cancel_auth": {"/app", "wwothersuite", infoDoc("wwothersuite", "cancel_auth", element("AuthCorpId", siteCorp)), false},
		"provider":                    {"/system", siteProvider, event(element("ServiceCorpId", siteProvider), element("AuthCorpId", siteCorp), element("InfoType", "x")), true},
		"provider, unnamed":           {"/system", siteProvider, event(element("InfoType", "x")), true},
		"another provider":            {"/system", siteProvider, event(element("ServiceCorpId", "wwprovider2"), element("InfoType", "x")), false},
		"a corp's on System":          {"/system", siteProvider, textDoc(siteCorp, "x", 1), false},
		"individual's app":            {"/open", "", textDoc("wpAnybody", "x", 1), true},
		"individual's event":          {"/open", "", event(to("wpAnybody"), element("FromUserName", siteCorp), element("MsgType", "event"), element("Event", "click")), true},
		"individual's ticket":         {"/open", "", infoDoc(siteSuite, "x"), true},
		"another individual's":        {"/open", "", infoDoc("wwothersuite", "x"), false},
		"our reply to an individual":  {"/open", "", reply, false},
		"listed, names nobody":        {"/open", "wwextra", event(element("InfoType", "x")), true},
		"listed suite":                {"/open", "wwextra", infoDoc("wwextra", "x", element("AuthCorpId", siteCorp)), true},
		"listed corp":                 {"/open", "wwextra", textDoc("wwextra", "x", 1), true},
		"listed, another corp":        {"/open", "wwextra", textDoc(siteCorp, "x", 1), false},
		"listed, another suite":       {"/open", "wwextra", infoDoc("wwothersuite", "x"), false},
	} {
		res := s.send(request{path: c.path, payload: c.payload, receiveId: c.receiveId})
		if c.ok {
			assert.Equal(t, http.StatusOK, res.StatusCode, name)
		} else {
			assert.Equal(t, http.StatusForbidden, res.StatusCode, name)
			assert.ErrorIs(t, s.lastErr(), ErrReceiveId, name)
		}
	}
	assert.Empty(t, s.takeErrs(0))
}

// A Store that fails refuses nobody.
// G: receive/success
func TestStoreFailureIsNoRefusal(t *testing.T) {
	inBubble(t, func(t *testing.T, s *site) {
		store := &failingStore{Store: s.store}
		api, err := token.New(token.Config{CorpId: siteProvider, ProviderSecret: "x", SuiteId: siteTemplate, SuiteSecret: "x", Store: store, Logger: discard()})
		require.NoError(t, err)
		u := s.appURL()
		u.ReceiveIds = []string{""}
		s.handler("/app", api, u)
		store.err = errors.New("store is down")
		for name, r := range map[string]request{
			"URL check of a corp":   {method: "GET", payload: "42", receiveId: siteOther},
			"provider's own corp":   {payload: textDoc(siteProvider, "x", 1), receiveId: siteProvider},
			"sender of a message":   {payload: textDoc("wpAnybody", "x", 1), receiveId: ""},
			"ticket to be stored":   {payload: infoDoc(siteTemplate, "suite_ticket", "<SuiteTicket>x</SuiteTicket>"), receiveId: siteTemplate},
			"nothing to be refused": {payload: textDoc(siteCorp, "x", 1), receiveId: siteCorp},
		} {
			want := http.StatusServiceUnavailable
			if name == "nothing to be refused" {
				want = http.StatusOK
			}
			assert.Equal(t, want, s.send(r).StatusCode, name)
			if want != http.StatusOK {
				err := s.lastErr()
				assert.ErrorContains(t, err, "store is down", name)
				assert.NotErrorIs(t, err, ErrReceiveId, name)
			}
		}
	})
}

type failingStore struct {
	token.Store
	err error
}

func (f *failingStore) Get(ctx context.Context, key string) ([]byte, error) {
	if f.err != nil {
		return nil, f.err
	}
	return f.Store.Get(ctx, key)
}

func (f *failingStore) Put(ctx context.Context, key string, value []byte, ttl time.Duration) error {
	if f.err != nil {
		return f.err
	}
	return f.Store.Put(ctx, key, value, ttl)
}

// G: receive/echo
func TestEchoOracle(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	u := s.appURL()
	u.ReceiveIds = []string{siteSuite} // even if the receive id were no defence
	s.handler("/app", s.api, u)
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
		"around @":    "@", "around [": "[", "around `": "`", "around {": "{",
	} {
		res := s.send(request{method: http.MethodGet, payload: payload, receiveId: siteSuite})
		assert.Equal(t, http.StatusForbidden, res.StatusCode, name)
		assert.NotContains(t, s.body(res), "secret", name)
		assert.ErrorIs(t, s.lastErr(), errEcho, name)
	}
	for _, payload := range []string{"1616140317555161061", "a", "AZaz09-_.+/=", strings.Repeat("a", maxEcho)} {
		res := s.send(request{method: http.MethodGet, payload: payload, receiveId: siteProvider})
		assert.Equal(t, http.StatusOK, res.StatusCode)
		assert.Equal(t, payload, s.body(res))
	}

	// The real thing: a push that was captured, sent back as a URL check.
	captured := s.build(request{receiveId: siteSuite, payload: infoDoc(siteSuite, "suite_ticket", "<SuiteTicket>secret</SuiteTicket>")})
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

// G: receive/id
func TestEnvelopeHasNoSay(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.app()
	notices := s.received()
	res := s.send(request{payload: infoDoc(siteSuite, "change_auth", "<AuthCorpId>wpA</AuthCorpId>"), receiveId: siteSuite,
		spoil: func(_ url.Values, b *string) {
			*b = strings.Replace(*b, "<Encrypt>", "<InfoType>cancel_auth</InfoType><AuthCorpId>wpB</AuthCorpId><Encrypt>", 1)
		}})
	require.Equal(t, "success", s.body(res))
	n := s.next(notices)
	assert.Equal(t, "change_auth", n.InfoType)
	assert.Equal(t, "wpA", n.AuthCorpId)
	assert.Equal(t, siteSuite, n.ReceiveId)
	res = s.send(request{payload: infoDoc("wwothersuite", "change_auth"), receiveId: "wwothersuite",
		spoil: func(_ url.Values, b *string) { *b = strings.Replace(*b, "wwothersuite", siteSuite, 1) }})
	assert.Equal(t, http.StatusForbidden, res.StatusCode, "the receive id is not the envelope's")
}

// G: receive/form
func TestJSONPush(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.handler("/system", s.api, s.systemURL())
	notices := s.received()
	res := s.send(request{path: "/system", token: ownToken, key: ownKey, receiveId: siteProvider,
		payload: `{"ServiceCorpId":"` + siteProvider + `","InfoType":"something_new"}`, spoil: asJSON(t, "tousername", "encrypt")})
	require.Equal(t, "success", s.body(res))
	n := s.next(notices)
	assert.Equal(t, "something_new", n.InfoType)
	assert.IsType(t, &UnknownEvent{}, n.Content)
}

// asJSON gives the envelope the other form.
func asJSON(t *testing.T, to, encrypt string) func(url.Values, *string) {
	return func(_ url.Values, b *string) {
		text, err := parseEnvelope([]byte(*b))
		require.NoError(t, err)
		*b = `{"` + to + `":"x","` + encrypt + `":"` + text + `","agentid":1}`
	}
}

// What was signed and is for us is never refused for its form.
// G: receive/form
func TestSignedPushIsNeverRefusedForItsForm(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.installed(s.api, siteCorp)
	s.app()
	notices := s.received()
	texts := map[string]string{
		"control characters":   "a\x01b\ufffe",
		"bad UTF-8":            "a\xffb\xe4\xbd",
		"nested CDATA":         "<![CDATA[a<![CDATA[b]]>",
		"comment":              "<!-- a -->b",
		"reference to nothing": "a&nothing;b & c",
		"child in a text":      "a<b>c</b>",
	}
	for name, text := range texts {
		body := s.body(s.send(request{payload: textDoc(siteCorp, text, len(name)), receiveId: siteCorp}))
		assert.Equal(t, "success", body, name)
		assert.Equal(t, siteCorp, s.next(notices).ToUserName, name)
	}
	doc := func(head, root string) string {
		return head + "<" + root + "><ToUserName>" + siteCorp + "</ToUserName><MsgType>event</MsgType><Event>new" + strconv.Itoa(len(head)+len(root)) + "</Event></xml>"
	}
	for name, payload := range map[string]string{
		"byte-order mark":                doc("\ufeff", "xml"),
		"doctype":                        doc("<!DOCTYPE xml>", "xml"),
		"declaration":                    doc(`<?xml version="1.1" encoding="GB2312"?>`, "xml"),
		"processing instruction":         doc("<?a b?>\n", "xml"),
		"attribute":                      doc("", `xml a="b"`),
		"name space":                     doc("", `xml xmlns="http://example.com/a"`),
		"cut off":                        strings.TrimSuffix(doc(" ", "xml"), "</xml>"),
		"JSON with an object for a text": `{"ToUserName":"` + siteCorp + `","MsgType":"event","Event":{"eventtype":"enter_chat"}}`,
	} {
		assert.Equal(t, "success", s.body(s.send(request{payload: payload, receiveId: siteCorp})), name)
		n := s.next(notices)
		assert.IsType(t, &UnknownEvent{}, n.Content, name)
		assert.Equal(t, payload, string(n.Raw), name)
	}
	for name, spoil := range map[string]func(b string) string{
		"byte-order mark": func(b string) string { return "\ufeff" + b },
		"declaration":     func(b string) string { return `<?xml version="1.0" encoding="utf-8"?>` + "\n" + b },
		"comment":         func(b string) string { return strings.Replace(b, "<Encrypt>", "<!-- a --><Encrypt>", 1) },
		"attribute":       func(b string) string { return strings.Replace(b, "<Encrypt>", `<Encrypt a="b">`, 1) },
		"bad UTF-8":       func(b string) string { return strings.Replace(b, "<Encrypt>", "<A>\xff\x01</A><Encrypt>", 1) },
		"blanks":          func(b string) string { return strings.Replace(b, "<Encrypt>", "<Encrypt>\r\n ", 1) },
	} {
		body := s.body(s.send(request{payload: textDoc(siteCorp, "x", 100+len(name)), receiveId: siteCorp,
			spoil: func(_ url.Values, b *string) { *b = spoil(*b) }}))
		assert.Equal(t, "success", body, "envelope: %s", name)
	}
}

// What did not fit is reported by name, never by value, once the push is kept.
// G: event/misfit
func TestMisfitsAreReported(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.app()
	payload := strings.Replace(textDoc(siteCorp, "x", 1), "<AgentID>1000037<", "<AgentID>soon<", 1)
	assert.Equal(t, "success", s.body(s.send(request{payload: payload, receiveId: siteCorp})))
	err := s.lastErr()
	assert.ErrorContains(t, err, `"text": 1 elements`)
	assert.ErrorContains(t, err, "AgentID")
	assert.NotContains(t, err.Error(), "soon")

	err = misfitError(&Notice{EventNotify: EventNotify{InfoType: "x"}, Misfits: []string{"Gender", "ExtAttr.Item[2].Type"}})
	assert.ErrorContains(t, err, `"x": 2 elements`)
	assert.ErrorContains(t, err, "Gender, ExtAttr.Item[2].Type")
	assert.NoError(t, misfitError(&Notice{}))
	err = misfitError(&Notice{Misfits: slices.Repeat([]string{"Name"}, 1000)})
	assert.ErrorContains(t, err, "1000 elements")
	assert.Less(t, len(err.Error()), 500)
}

// Whatever comes unsigned, nothing gets in, nothing panics, and Explain says no, too.
// G: receive/unsigned
func FuzzAcceptance(f *testing.F) {
	api, err := token.New(token.Config{CorpId: siteProvider, ProviderSecret: "x", SuiteId: siteSuite, SuiteSecret: "x"})
	require.NoError(f, err)
	q := &countingQueue{Queue: NewMemoryQueue()}
	in, err := NewInbox(Config{Queue: q, Logger: discard()})
	require.NoError(f, err)
	h, err := in.Handler(api, URL{Token: siteToken, EncodingAESKey: siteKey, MaxAge: 1 << 62, ReceiveIds: []string{""},
		PairOf: func(context.Context, string) ([]Pair, error) { return []Pair{{ownToken, ownKey}}, nil }})
	require.NoError(f, err)
	f.Add("POST", "msg_signature=a&timestamp=1&nonce=b", "<xml><ToUserName>wp1</ToUserName><Encrypt>c2VjcmV0</Encrypt></xml>")
	f.Add("POST", "msg_signature=a&timestamp=1&nonce=b", `{"encrypt":"x","tousername":"wp1"}`)
	f.Add("POST", "msg_signature=a&timestamp=1&nonce=b", `{"Encrypt":1}`)
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
		r.Body = io.NopCloser(strings.NewReader(body))
		assert.NotEmpty(t, Explain(h, r).Step)
	})
}

// Whatever is signed: no panic, an answer that fits, and Explain agrees with it.
// G: receive/form receive/explain
func FuzzSignedAcceptance(f *testing.F) {
	api, err := token.New(token.Config{CorpId: siteProvider, ProviderSecret: "x", SuiteId: siteSuite, SuiteSecret: "x"})
	require.NoError(f, err)
	crypt, err := NewCrypt(siteToken, siteKey)
	require.NoError(f, err)
	f.Add("POST", textDoc(siteCorp, "x", 1), siteCorp, int64(1760000000), "<xml>", "</xml>")
	f.Add("POST", infoDoc(siteSuite, "change_auth"), siteSuite, int64(1760000000), "{", "}")
	f.Add("GET", "123", siteProvider, int64(1760000000), "", "")
	f.Fuzz(func(t *testing.T, method, payload, receiveId string, at int64, before, after string) {
		q := &countingQueue{Queue: NewMemoryQueue()}
		in, err := NewInbox(Config{Queue: q, Logger: discard()})
		require.NoError(t, err)
		h, err := in.Handler(api, URL{Token: siteToken, EncodingAESKey: siteKey, MaxAge: 1 << 62})
		require.NoError(t, err)
		r := signedRequest(t, crypt, method, payload, receiveId, at, before, after)
		verdict := Explain(h, r)
		rec := httptest.NewRecorder()
		h.ServeHTTP(rec, r)
		assert.Equal(t, verdict.OK(), rec.Code == http.StatusOK, "%d: %s", rec.Code, verdict)
		if rec.Code != http.StatusOK {
			assert.Zero(t, q.puts)
		} else if method == http.MethodGet {
			assert.Equal(t, payload, rec.Body.String())
		}
	})
}
