package service

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Of an answer to an auth code that breaks off, what came is kept: also whose it is.
// G: install/answer
func TestBrokenAnswerToAnAuthCodeKeepsTheName(t *testing.T) {
	t.Parallel()
	_, api := newScript(t, fmt.Sprintf(oddAnswers["broken off"], "permanent-code-of-the-odd-answer"))
	p, err := ExchangeAuthCode(api, demoAuthCode)
	require.NoError(t, err)
	assert.Equal(t, "Demo", p.AuthCorpInfo.CorpName)
	assert.Equal(t, "wpODD", p.AuthCorpInfo.CorpId)
}

// A ticket that is printed shows how long it lasts, and not the ticket.
// G: secret/printed
func TestPrintedJsTicketShowsItsLife(t *testing.T) {
	t.Parallel()
	ticket := JsapiTicket{Ticket: "do-not-print", ExpiresIn: 7200}
	for _, text := range []string{fmt.Sprintf("%+v", ticket), fmt.Sprint(&ticket), ticket.LogValue().String()} {
		assert.Contains(t, text, "7200")
		assert.NotContains(t, text, "do-not-print")
	}
}
