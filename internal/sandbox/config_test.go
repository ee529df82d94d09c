package sandbox

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gothird/wecom/internal/fakewecom/platform"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func environment(t *testing.T, c Config) map[string]string {
	t.Helper()
	w, err := New(c)
	require.NoError(t, err)
	out, err := w.ShowEnvironment(t.Context(), EnvironmentQuery{Reveal: true})
	require.NoError(t, err)
	m := map[string]string{}
	for _, v := range out.Variables {
		m[v.Name] = v.Value
	}
	return m
}

// G: sandbox/seed
func TestSameSeedSameWorld(t *testing.T) {
	t.Parallel()
	first := environment(t, Config{Seed: "a", Apps: make([]App, 3), Corps: 2})
	assert.Equal(t, first, environment(t, Config{Seed: "a", Apps: make([]App, 3), Corps: 2}))
	other := environment(t, Config{Seed: "b", Apps: make([]App, 3), Corps: 2})
	for name, value := range first {
		if name != "WECOM_BASE_URL" {
			assert.NotEmpty(t, value, name)
			assert.NotEqual(t, value, other[name], name)
		}
	}
	seen := map[string]bool{}
	for name, value := range first {
		assert.False(t, seen[value], name)
		seen[value] = true
	}
}

func TestWhatIsGivenIsTaken(t *testing.T) {
	t.Parallel()
	key := strings.Repeat("k", 43)
	got := environment(t, Config{CorpId: "wwcorp", ProviderSecret: "provider-secret", System: Callback{"http://h/s", "systemtoken", key}, BaseURL: "http://base",
		Apps: []App{{SuiteId: "dkapp", Secret: "suite-secret", Template: true, Callback: Callback{Token: "apptoken", AESKey: key}}}})
	delete(got, "WECOM_SUITE_TICKET")
	assert.Equal(t, map[string]string{"WECOM_BASE_URL": "http://base", "WECOM_CORP_ID": "wwcorp", "WECOM_PROVIDER_SECRET": "provider-secret",
		"WECOM_SUITE_ID": "dkapp", "WECOM_SUITE_SECRET": "suite-secret", "WECOM_TOKEN": "apptoken", "WECOM_AES_KEY": key,
		"WECOM_SYSTEM_TOKEN": "systemtoken", "WECOM_SYSTEM_AES_KEY": key}, got)
}

func TestWhatCannotBeIsSaid(t *testing.T) {
	t.Parallel()
	short := strings.Repeat("k", 42)
	for says, c := range map[string]Config{
		"0 to 1000":                 {Corps: -1},
		"at most 100":               {Choices: Choices{Tries: 101}},
		"must not be negative":      {Choices: Choices{PerMinute: -1}},
		"give single ones":          {Choices: Choices{AllowedIPs: []string{"10.0.0.0/8"}}},
		"exactly 43":                {System: Callback{AESKey: short}},
		"this has 42 bytes":         {Apps: []App{{Callback: Callback{AESKey: short}}}},
		"1 to 32":                   {Apps: []App{{Callback: Callback{Token: "with space"}}}},
		"like http://":              {Apps: []App{{Callback: Callback{URL: "localhost:9001"}}}},
		"8 to 256":                  {ProviderSecret: "with 'quote'"},
		"the secret of wwx":         {Apps: []App{{SuiteId: "wwx", Secret: "x"}}},
		"there are two":             {Apps: []App{{SuiteId: "wwx"}, {SuiteId: "wwx"}}},
		"sandbox: a callback URL":   {System: Callback{URL: "ftp://x"}},
		"one that was given is not": {Apps: []App{{DataURL: "http://"}}},
	} {
		_, err := New(c)
		require.Error(t, err, says)
		assert.Contains(t, err.Error(), says)
		assert.NotContains(t, err.Error(), short)
		assert.NotContains(t, err.Error(), "quote")
	}
}

// G: sandbox/secrets
func TestWorldPrintsNoSecret(t *testing.T) {
	t.Parallel()
	w, err := New(Config{})
	require.NoError(t, err)
	printed := fmt.Sprintf("%v %+v %#v %s", w, w, w, w.LogValue())
	for _, secret := range w.engine.Secrets() {
		assert.NotContains(t, printed, secret)
	}
	assert.Contains(t, printed, w.provider)
}

// While it runs, time does its work: tickets come every ten minutes, and what is due is noticed.
func TestTimeDoesItsWork(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w, err := New(Config{Corps: 1})
		require.NoError(t, err)
		done := make(chan struct{})
		go func() { defer close(done); w.Run(t.Context()) }()
		suite := w.cfg.Apps[0].SuiteId
		require.Len(t, w.engine.Tickets(suite), 1)
		time.Sleep(ticketEvery + time.Minute)
		synctest.Wait()
		assert.Len(t, w.engine.Tickets(suite), 2)
		_, err = w.ExpireTickets(t.Context(), SuiteRef{})
		require.NoError(t, err)
		time.Sleep(time.Minute)
		synctest.Wait()
		assert.Empty(t, w.engine.Tickets(suite), "the next comes when it would have come anyway")
		time.Sleep(ticketEvery)
		synctest.Wait()
		assert.Len(t, w.engine.Tickets(suite), 1)
		corp := w.engine.Corps()[0]
		o, err := w.PlaceOrder(t.Context(), NewOrder{CorpId: corp.Id, Buyer: "chen", Base: 1, Months: 1})
		assert.Error(t, err, "nothing is installed: %v", o)
	})
}

// An app with a fault brings its secrets where none belongs: the log marks them there as well.
// G: sandbox/secrets
func TestSecretsInOddPlacesAreMarked(t *testing.T) {
	t.Parallel()
	w, err := New(Config{Corps: 1})
	require.NoError(t, err)
	secret := w.cfg.Apps[0].Secret
	for _, x := range []*http.Request{
		httptest.NewRequest(http.MethodGet, "/cgi-bin/user/"+secret, nil),
		httptest.NewRequest(http.MethodGet, "/cgi-bin/user/get?"+secret+"=1", nil),
		httptest.NewRequest(http.MethodGet, "/cgi-bin/user/get?Secret="+secret, nil),
		httptest.NewRequest(http.MethodPost, "/cgi-bin/user/get", strings.NewReader(`{"suite_secret":["`+secret+`"]}`)),
		httptest.NewRequest(http.MethodPost, "/cgi-bin/user/get", strings.NewReader(`{"suite_secret":"`+secret+`","suite_secret":null}`)),
	} {
		w.Handler(Access{}).ServeHTTP(httptest.NewRecorder(), x)
	}
	shown, err := w.ListRequests(t.Context(), RequestQuery{})
	require.NoError(t, err)
	require.Len(t, shown.Requests, 5)
	for _, r := range shown.Requests {
		text := fmt.Sprintf("%+v", r)
		assert.NotContains(t, text, secret)
		assert.Contains(t, text, platform.Mark(secret))
	}
}
