package callback

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
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
