package token_test

import (
	"encoding/json"
	"net/http"
	"sync"
	"testing"

	"github.com/jarcoal/httpmock"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/fakewecom/platform"
	"github.com/gothird/wecom/internal/testworld"
	"github.com/gothird/wecom/token"
)

const (
	providerId = testworld.Provider
	suiteId    = testworld.Suite
	templateId = testworld.Template
	corpId     = testworld.Corp

	providerPath = "/cgi-bin/service/get_provider_token"
	suitePath    = "/cgi-bin/service/get_suite_token"
	corpPath     = "/cgi-bin/service/get_corp_token"
	gettokenPath = "/cgi-bin/gettoken"
)

var (
	providerSecret = seen.secret(testworld.ProviderSecret)
	suiteSecret    = seen.secret(testworld.SuiteSecret)
	templateSecret = seen.secret(testworld.TemplateSecret)
)

// One endpoint of each credential, all reads.
var (
	providerCall = token.Endpoint{Path: "/cgi-bin/service/contact/sort", Credential: token.Provider, Read: true}
	suiteCall    = token.Endpoint{Method: "GET", Path: "/cgi-bin/service/get_pre_auth_code", Credential: token.Suite, Read: true}
	corpCall     = token.Endpoint{Method: "GET", Path: "/cgi-bin/getcallbackip", Credential: token.Corp, Read: true}
	writeCall    = token.Endpoint{Path: "/cgi-bin/service/finish_openid_migration", Credential: token.Provider}
)

// world is the shared test world and an Api that calls it, with a ticket and one corp
// installed.
type world struct {
	*testworld.World
	cfg token.Config
	api *token.Api // bound to corpId
}

// newWorld serves the fake over loopback.
func newWorld(t *testing.T, change ...func(*token.Config)) *world {
	t.Helper()
	w := &world{World: testworld.Loopback(t, platform.Options{}, nil)}
	w.start(t, change...)
	return w
}

// newBubble serves the fake inside the process, for tests on a fake clock.
func newBubble(t *testing.T, change ...func(*token.Config)) *world {
	t.Helper()
	w := &world{World: testworld.New(platform.Options{}, nil)}
	w.start(t, change...)
	return w
}

func (w *world) start(t *testing.T, change ...func(*token.Config)) {
	t.Helper()
	t.Cleanup(func() {
		for _, secret := range w.Secrets() {
			seen.secret(secret)
		}
	})
	w.cfg = w.Config()
	for _, f := range change {
		f(&w.cfg)
	}
	w.api = newApi(t, w.cfg).WithCorp(corpId)
	w.ticket(w.api)
	require.NoError(t, w.api.SetInstallation(w.install(t, suiteId, corpId)))
}

func newApi(t *testing.T, cfg token.Config) *token.Api {
	t.Helper()
	api, err := token.New(seen.watch(cfg))
	require.NoError(t, err)
	seen.text(api, *api)
	return api
}

// ticket gives the Api's suite a new ticket.
func (w *world) ticket(api *token.Api) string { return seen.secret(w.SetTicket(api)) }

// install lets a corp install a suite and exchanges the auth code, through an Api of its own.
func (w *world) install(t *testing.T, suite, corp string) token.Installation {
	t.Helper()
	cfg := w.cfg
	cfg.SuiteId, cfg.SuiteSecret, cfg.Store, cfg.Middleware = suite, suiteSecret, nil, nil
	if suite == templateId {
		cfg.SuiteSecret = templateSecret
	}
	api := newApi(t, cfg)
	w.ticket(api)
	in, err := exchange(api, w.AuthCode(suite, corp))
	require.NoError(t, err)
	w.ClearLog()
	return in
}

// exchangeEp is the endpoint that takes auth codes.
var exchangeEp = token.Endpoint{Path: "/cgi-bin/service/get_permanent_code", Credential: token.Suite}

// exchange is what service.ExchangeAuthCode does, in short.
func exchange(api *token.Api, code string) (in token.Installation, err error) {
	answer, first, err := api.Exchange(seen.secret(code), exchangeEp)
	seen.error(err)
	seen.secret(first.AcsToken)
	seen.text(first)
	if err != nil {
		return in, err
	}
	var out struct {
		PermanentCode string `json:"permanent_code"`
		AuthCorpInfo  struct {
			CorpId string `json:"corpid"`
		} `json:"auth_corp_info"`
	}
	if err := json.Unmarshal(answer, &out); err != nil {
		return in, err
	}
	in = token.Installation{
		CorpId: out.AuthCorpInfo.CorpId, PermanentCode: seen.secret(out.PermanentCode), Customized: api.SuiteId() == templateId,
	}
	seen.text(in, &in)
	return in, nil
}

// do makes a call and shows its error to the leak detector.
func do(api *token.Api, ep token.Endpoint) error {
	var in any
	switch ep {
	case providerCall:
		in = map[string]any{"auth_corpid": corpId, "sort_type": 0, "useridlist": []string{"a"}}
	case writeCall:
		in = map[string]any{"corpid": corpId, "openid_type": []int{1}, "agentid": 1000012}
	}
	err := api.Do(ep, in, nil)
	seen.error(err)
	return err
}

// none is a call without a token.
var none = token.Endpoint{Path: "/cgi-bin/none", Credential: token.None, Read: true}

// mocked returns an Api whose requests all get one answer.
func mocked(t *testing.T, respond httpmock.Responder) (*token.Api, *httpmock.MockTransport) {
	t.Helper()
	mock := httpmock.NewMockTransport()
	mock.RegisterNoResponder(respond)
	return newApi(t, token.Config{
		CorpId: providerId, ProviderSecret: providerSecret, SuiteId: suiteId, SuiteSecret: suiteSecret,
		HTTPClient: &http.Client{Transport: mock},
	}), mock
}

// all runs n calls at once and returns their errors.
func all(n int, call func(i int) error) []error {
	errs := make([]error, n)
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() { errs[i] = call(i) })
	}
	wg.Wait()
	return errs
}

func count(errs []error) (failed int) {
	for _, err := range errs {
		if err != nil {
			failed++
		}
	}
	return failed
}

const exchangePath = "/cgi-bin/service/get_permanent_code"

// authCode lets the corp install the suite and returns the auth code of it.
func (w *world) authCode(t *testing.T) string {
	t.Helper()
	code, err := w.Install(t.Context(), suiteId, corpId, platform.InstallOptions{FromProviderSite: true})
	require.NoError(t, err)
	return seen.secret(code)
}

// process is another program with the same credentials, on a Store.
func (w *world) process(t *testing.T, store token.Store) *token.Api {
	t.Helper()
	cfg := w.cfg
	cfg.Store = store
	return newApi(t, cfg)
}
