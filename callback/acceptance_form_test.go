package callback

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/token"
)

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
