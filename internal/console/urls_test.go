package console

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/sandbox"
	"github.com/gothird/wecom/internal/wecrypt"
)

// goodURL is a callback URL of the first app that does everything right.
func (s *site) goodURL() string {
	s.t.Helper()
	env := s.environment()
	cipher, err := wecrypt.New(env["WECOM_TOKEN"], env["WECOM_AES_KEY"])
	require.NoError(s.t, err)
	x := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		answer := []byte("success")
		if echo := r.URL.Query().Get("echostr"); echo != "" {
			if answer, _, err = cipher.Decrypt(echo); err != nil {
				http.Error(rw, "wrong key", http.StatusForbidden)
				return
			}
		}
		_, _ = rw.Write(answer)
	}))
	s.t.Cleanup(x.Close)
	return x.URL
}

func TestURLsAreSavedAndChecked(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	suites := s.suites()
	body := s.page("/urls")
	assert.Contains(t, body, "not set")
	assert.Contains(t, body, "disabled", "what is not set cannot be checked")

	good, bad := s.goodURL(), s.answering(http.StatusNotFound, "")
	body = s.done(s.submit("/urls", "POST /urls", url.Values{"suite_id": {suites[0].SuiteId}, "command_url": {good}, "data_url": {""}}))
	assert.Contains(t, body, "The URL passes the check.")
	assert.Contains(t, body, "suite_ticket")
	assert.Contains(t, body, "passes, ")
	first := s.suites()[0]
	assert.Equal(t, good, first.CommandURL)
	assert.True(t, first.CommandCheck.Ok)
	assert.Nil(t, first.DataCheck)

	body = s.submit("/urls", "POST /urls", url.Values{"suite_id": {suites[0].SuiteId}, "command_url": {good}, "data_url": {bad + "/$CORPID$"}})
	s.refused(body, "HTTP 404: nothing handles this path")
	assert.Equal(t, bad+"/$CORPID$", s.suites()[0].DataURL, "it is saved all the same")
	assert.Contains(t, body, `<span class="tag bad">1</span>`, "the menu counts it")

	s.refused(s.submit("/urls", "POST /urls", url.Values{"system_url": {"nonsense"}}), "a callback URL is like")
	wrong := s.answering(http.StatusOK, "\"4716\"\n")
	s.refused(s.submit("/urls", "POST /urls", url.Values{"system_url": {wrong}}), "not the text of echostr")
	page := s.page("/urls")
	assert.Contains(t, page, "<dt>Wanted</dt>")
	assert.Contains(t, page, `\&#34;4716\&#34;\n`)
	s.done(s.submit("/urls", "POST /urls/check", url.Values{"channel": {"command"}, "suite_id": {suites[0].SuiteId}}))
	s.refused(s.submit("/urls", "POST /urls/check", url.Values{"channel": {"system"}}), "not the text of echostr")

	s.done(s.submit("/urls", "POST /urls", url.Values{"suite_id": {suites[0].SuiteId}, "command_url": {""}, "data_url": {""}}))
	assert.Empty(t, s.suites()[0].CommandURL)
}

func TestTicketsAndBalance(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	suite := s.suites()[1].SuiteId
	before := len(s.suites()[1].Tickets)
	s.done(s.submit("/urls", "POST /tickets", url.Values{"suite_id": {suite}}))
	assert.Len(t, s.suites()[1].Tickets, before+1)
	s.done(s.submit("/urls", "POST /tickets/expire", url.Values{"suite_id": {suite}}))
	assert.Empty(t, s.suites()[1].Tickets)
	assert.Contains(t, s.page("/urls"), "No ticket is good")
	assert.NotEmpty(t, s.suites()[0].Tickets, "those of the other app stay")

	body := s.done(s.submit("/urls", "POST /balance", url.Values{"fen": {"1234567"}}))
	assert.Contains(t, body, "¥12,345.67")
	body = s.done(s.submit("/urls", "POST /balance", url.Values{"fen": {"-1"}}))
	assert.Contains(t, body, "there is none")
	s.refused(s.submit("/urls", "POST /balance", url.Values{"fen": {"much"}}), "fen is wrong")
	assert.EqualValues(t, -1, must[sandbox.Provider](s)(s.ShowProvider(t.Context(), struct{}{})).Balance)
}

func TestPairsAreMarks(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	body := s.page("/urls")
	for _, x := range s.suites() {
		assert.Contains(t, body, `data-mark="`+x.Token+`"`)
		assert.Contains(t, body, `data-mark="`+x.AESKey+`"`)
	}
	assert.Equal(t, 2*3+2, strings.Count(body, "data-reveal"), "two of each URL box, and the ticket of each app")
}
