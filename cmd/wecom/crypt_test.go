package main

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/callback"
	"github.com/gothird/wecom/internal/wexml"
)

// What the command encrypts, the SDK and the command decrypt again.
// G: command/messages
func TestMessagesGoThereAndBack(t *testing.T) {
	t.Parallel()
	full := configured()
	const message = "<xml><Content>你好 & <![CDATA[<]]></Content></xml>"
	crypt, err := callback.NewCrypt(testToken, testKey)
	require.NoError(t, err)
	for _, form := range [][]string{nil, {"-json"}} {
		o := full.wecom(t, message, append([]string{"encrypt", "-receive", testCorp}, form...)...)
		require.Zero(t, o.code, o.err)
		part := func(name string) string {
			text, err := wexml.Text([]byte(o.out), name)
			require.NoError(t, err)
			return text
		}
		payload, receive, err := crypt.Decrypt(part("MsgSignature"), part("TimeStamp"), part("Nonce"), part("Encrypt"))
		require.NoError(t, err)
		assert.Equal(t, []string{message, testCorp}, []string{string(payload), receive})

		back := full.wecom(t, o.out, "decrypt")
		assert.Equal(t, outcome{0, message + "\n", "For \"" + testCorp + "\".\n"}, back)
		other := full.with("WECOM_TOKEN", "AnotherToken").wecom(t, o.out, "decrypt")
		assert.Equal(t, exitBad, other.code)
		assert.Contains(t, other.err, "signature does not fit")
		assert.Empty(t, other.out)
	}
	assert.True(t, json.Valid([]byte(full.wecom(t, message, "encrypt", "-receive", "", "-json").out)))

	bare := full.wecom(t, message, "encrypt", "-receive=", "-bare", file(t, message))
	back := full.wecom(t, bare.out, "decrypt")
	assert.Equal(t, message+"\n", back.out)
	assert.Contains(t, back.err, "signature was not checked")
	assert.Contains(t, back.err, `For "".`)
	wrapped := full.wecom(t, bare.out[:40]+"\n"+bare.out[40:], "decrypt")
	assert.Equal(t, message+"\n", wrapped.out, "lines may be broken")
}

func TestDecryptChecksTheSignatureOfTheURL(t *testing.T) {
	t.Parallel()
	full := configured()
	push := caught{payload: "<xml/>", receive: testSuite}.text(t)
	target, body, _ := strings.Cut(strings.TrimPrefix(push, "POST "), " ")
	_, body, _ = strings.Cut(body, "\r\n\r\n")
	o := full.wecom(t, body, "decrypt", "-url", "https://h"+target)
	assert.Equal(t, outcome{0, "<xml/>\n", "For \"" + testSuite + "\".\n"}, o)
	o = full.wecom(t, body, "decrypt", "-url", strings.Replace(target, "nonce=", "nonce=1", 1))
	assert.Equal(t, exitBad, o.code)

	check := caught{method: http.MethodGet, payload: "16161", receive: testProvider}.text(t)
	check, _, _ = strings.Cut(strings.TrimPrefix(check, "GET "), " ")
	o = full.wecom(t, "not read", "decrypt", "-url", "https://h"+check)
	assert.Equal(t, "16161\n", o.out)

	o = full.with("WECOM_AES_KEY", strings.ToUpper(testKey)).wecom(t, body, "decrypt", "-url", target)
	assert.Equal(t, exitBad, o.code)
	assert.Contains(t, o.err, "EncodingAESKey is that of another URL")
	o = full.wecom(t, body, "decrypt", "-lang", "zh", "-url", target)
	assert.Contains(t, o.err, "接收方")
}

// Tickets and codes are masked unless they are asked for.
// G: command/secrets
func TestDecryptMasksTicketsAndCodes(t *testing.T) {
	t.Parallel()
	full := configured()
	for _, message := range []string{
		"<xml><InfoType>create_auth</InfoType><AuthCode><![CDATA[the-code]]></AuthCode><A>kept</A></xml>",
		"<xml><SuiteTicket> the-code </SuiteTicket><A>kept</A></xml>",
		"<xml><A>kept</A><suiteticket attr='1'>the-code</suiteticket></xml>",
		"<xml><A>kept</A><AuthCode>the-code",
		`{"A":"kept","AuthCode":"the-code\"the-code"}`,
		`{"A":"kept","SuiteTicket" : "the-code`,
		`{"A":"kept","Token":123456}`,
	} {
		sealed := full.wecom(t, message, "encrypt", "-receive", testSuite)
		require.Zero(t, sealed.code, sealed.err)
		o := full.wecom(t, sealed.out, "decrypt")
		assert.NotContains(t, o.out+o.err, "the-code", message)
		assert.NotContains(t, o.out, "123456", message)
		assert.Contains(t, o.out, "kept", message)
		assert.Contains(t, o.err, "-reveal", message)
		o = full.wecom(t, sealed.out, "decrypt", "-reveal")
		assert.Equal(t, message+"\n", o.out, "as it is")
		assert.NotContains(t, o.err, "-reveal")
	}
	sealed := full.wecom(t, "<xml><AuthCode></AuthCode></xml>", "encrypt", "-receive", testSuite)
	assert.NotContains(t, full.wecom(t, sealed.out, "decrypt").err, "Masked", "nothing is hidden of what is empty")
}

// The curl command of encrypt is a push that a handler accepts, and explain reads.
func TestEncryptMakesACurlCommand(t *testing.T) {
	t.Parallel()
	full := configured()
	var got *http.Request
	app := newApp(t)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got = r.Clone(r.Context())
		app.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	message := notice(testSuite, "change_auth", "<AuthCorpId>wp1</AuthCorpId>")
	for _, args := range [][]string{{"-curl", server.URL + "/x?it's=1#part"}, {"-json", "-curl", server.URL}} {
		o := full.wecom(t, message, append([]string{"encrypt", "-receive", testSuite}, args...)...)
		require.Zero(t, o.code, o.err)
		c, ok := readCapture([]byte(o.out), noFile)
		require.True(t, ok)
		res, err := http.Post(c.url, "text/xml", strings.NewReader(string(c.body)))
		require.NoError(t, err)
		require.NoError(t, res.Body.Close())
		assert.Equal(t, http.StatusOK, res.StatusCode, o.out)
		assert.Equal(t, strings.Contains(args[1], "it's"), got.URL.Query().Has("it's"))
		assert.Zero(t, full.wecom(t, o.out, "explain").code)
	}
}
