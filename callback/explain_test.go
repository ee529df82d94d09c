package callback

import (
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/token"
)

func TestExplain(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.installed(siteCorp)
	ticket := infoDoc(siteSuite, "suite_ticket", "<SuiteTicket>the-ticket</SuiteTicket>")
	get := func(r request) request {
		r.method = http.MethodGet
		if r.payload == "" {
			r.payload = "1616140317555161061"
		}
		return r
	}
	post := func(r request) request {
		r.method = http.MethodPost
		if r.payload == "" {
			r.payload = ticket
		}
		return r
	}
	individual := s.config(Instruction)
	old := strconv.FormatInt(time.Now().Add(-3*time.Hour).Unix(), 10)
	for name, c := range map[string]struct {
		cfg  Config
		req  request
		step string
		says []string
	}{
		"check is fine": {s.config(Instruction), get(request{receiveId: siteProvider}), "", []string{"ok"}},
		"push is fine":  {s.config(Instruction), post(request{receiveId: siteSuite}), "", []string{"ok"}},
		"data is fine":  {s.config(Data), post(request{receiveId: siteCorp, payload: textDoc(siteCorp, "x", 1)}), "", nil},

		"config":       {Config{Token: siteToken, EncodingAESKey: "short"}, get(request{}), "config", []string{"EncodingAESKey"}},
		"method":       {s.config(Instruction), request{method: http.MethodDelete}, "method", []string{"DELETE", "GET"}},
		"no query":     {s.config(Instruction), get(request{spoil: func(q url.Values, _ *string) { clear(q) }}), "query", []string{"msg_signature, timestamp, nonce, echostr", "browser"}},
		"no nonce":     {s.config(Instruction), post(request{spoil: func(q url.Values, _ *string) { q.Del("nonce") }}), "query", []string{"nonce missing"}},
		"no timestamp": {s.config(Instruction), get(request{spoil: func(q url.Values, _ *string) { q.Set("timestamp", "now") }}), "query", []string{"number"}},
		"no body":      {s.config(Instruction), post(request{spoil: func(_ url.Values, b *string) { *b = "" }}), "body", []string{"Encrypt"}},
		"large body":   {s.config(Instruction), post(request{spoil: func(_ url.Values, b *string) { *b += strings.Repeat(" ", maxBody) }}), "body", []string{"1 MiB"}},

		"wrong Token": {s.config(Data), get(request{token: ownToken}), "signature", []string{"Token", "console", "Data"}},
		"escaped twice": {s.config(Instruction), get(request{receiveId: siteProvider, spoil: func(q url.Values, _ *string) {
			q.Set("echostr", url.QueryEscape(q.Get("echostr")))
		}}), "signature", []string{"twice", "exactly once"}},
		"capitals": {s.config(Instruction), get(request{spoil: func(q url.Values, _ *string) {
			q.Set("msg_signature", " "+strings.ToUpper(q.Get("msg_signature")))
		}}), "signature", []string{"capitals"}},
		"wrong key": {s.config(Instruction), get(request{key: ownKey}), "decrypt", []string{"Token is right", "EncodingAESKey"}},

		"check for another corp": {s.config(Instruction), get(request{receiveId: "wwother"}), "receive id", []string{"wwother", siteProvider}},
		"push of the system URL": {s.config(Instruction), post(request{receiveId: siteProvider}), "receive id", []string{"Channel to System"}},
		"push of the app's URL":  {s.config(System), post(request{receiveId: siteSuite}), "receive id", []string{"Channel to Instruction"}},
		"push of the data URL":   {s.config(Instruction), post(request{receiveId: siteCorp}), "receive id", []string{"Channel to Data"}},
		"corp not installed":     {s.config(Data), post(request{receiveId: siteOther}), "receive id", []string{"no installation"}},
		"another app":            {s.config(Instruction), post(request{receiveId: "ww0000suite00002"}), "receive id", []string{"another app"}},
		"an individual's":        {individual, post(request{receiveId: "x", spoil: emptyReceiver(t)}), "receive id", []string{`"" into Config.ReceiveIds`}},

		"replayed push":    {s.config(Instruction), get(request{receiveId: siteProvider, payload: ticket}), "echo", []string{"never echo"}},
		"replayed check":   {s.config(Instruction), post(request{receiveId: siteSuite, payload: "123"}), "payload", []string{"URL check"}},
		"notice of others": {s.config(Instruction), post(request{receiveId: siteSuite, payload: infoDoc("wwother", "change_auth")}), "suite", []string{"wwother"}},
		"clock":            {s.config(Instruction), get(request{receiveId: siteProvider, timestamp: old}), "clock", []string{"3h0m", "clock"}},
	} {
		d := Explain(s.api, c.cfg, s.build(c.req))
		assert.Equal(t, c.step, d.Step, "%s: %s", name, d)
		assert.Equal(t, c.step == "", d.OK(), name)
		for _, text := range c.says {
			assert.Contains(t, d.String(), text, name)
		}
		for _, secret := range []string{siteToken, siteKey, ownToken, ownKey, "the-ticket"} {
			assert.NotContains(t, d.String(), secret, name)
		}
	}
	assert.Empty(t, s.takeErrs(), "OnError is for real requests")
	_, err := s.api.TicketAge()
	assert.ErrorIs(t, err, token.ErrNoSuiteTicket, "nothing was stored")
}

// emptyReceiver signs a push that is for nobody.
func emptyReceiver(t *testing.T) func(url.Values, *string) {
	crypt, err := NewCrypt(siteToken, siteKey)
	require.NoError(t, err)
	return func(q url.Values, body *string) {
		encrypt, signature, err := crypt.Encrypt([]byte("<xml></xml>"), "", q.Get("timestamp"), q.Get("nonce"))
		require.NoError(t, err)
		q.Set("msg_signature", signature)
		*body = "<xml><Encrypt>" + encrypt + "</Encrypt></xml>"
	}
}

// A framework that decodes the query once more turns + into blanks.
func TestExplainDecodedTwice(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for range 100 { // until there is a + in the text
		r := s.build(request{method: http.MethodGet, payload: "123", receiveId: siteProvider})
		q := r.URL.Query()
		if !strings.Contains(q.Get("echostr"), "+") {
			continue
		}
		q.Set("echostr", strings.ReplaceAll(q.Get("echostr"), "+", " "))
		r.URL.RawQuery = q.Encode()
		d := Explain(s.api, s.config(Instruction), r)
		assert.Equal(t, "signature", d.Step)
		assert.Contains(t, d.Problem, "blanks")
		return
	}
	require.Fail(t, "no + in 100 texts")
}

func TestExplainLeavesTheBody(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	r := s.build(request{method: http.MethodPost, payload: infoDoc(siteSuite, "change_auth"), receiveId: siteSuite})
	require.True(t, Explain(s.api, s.config(Instruction), r).OK())
	require.True(t, Explain(s.api, s.config(Instruction), r).OK(), "and again")
	body, err := io.ReadAll(r.Body)
	require.NoError(t, err)
	assert.Contains(t, string(body), "<Encrypt>")

	r.Body = nil
	assert.Equal(t, "body", Explain(s.api, s.config(Instruction), r).Step)
	r.Body = io.NopCloser(failingReader{})
	assert.Contains(t, Explain(s.api, s.config(Instruction), r).String(), "cut off")
	assert.Equal(t, "config", Explain(nil, Config{}, r).Step)
}

func TestExplainStoreDown(t *testing.T) {
	inBubble(t, func(t *testing.T, s *site) {
		api, store := s.withStore()
		store.set("installation")
		r := s.build(request{method: http.MethodPost, payload: textDoc(siteCorp, "x", 1), receiveId: siteCorp})
		d := Explain(api, s.config(Data), r)
		assert.Equal(t, "receive id", d.Step)
		assert.Contains(t, d.String(), errStoreDown.Error())
		assert.Contains(t, d.Fix, "Store")
	})
}
