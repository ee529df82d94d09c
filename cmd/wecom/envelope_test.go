package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// The forms in which WeCom's documents, and its libraries, have an encrypted message.
func TestEnvelopes(t *testing.T) {
	t.Parallel()
	whole := sealed{"s", "1735700412", "n", "abc"}
	for input, want := range map[string]sealed{
		"<xml><ToUserName><![CDATA[ww1]]></ToUserName><Encrypt><![CDATA[abc]]></Encrypt><AgentID><![CDATA[]]></AgentID></xml>": {encrypt: "abc"},
		"<xml><Encrypt>abc</Encrypt></xml>":                    {encrypt: "abc"},
		"<xml>\n  <Encrypt>\n<![CDATA[abc]]>\n</Encrypt>\n":    {encrypt: "abc"},
		`{"tousername":"ww1","encrypt":"abc","agentid":218}`:   {encrypt: "abc"},
		`{"ToUserName":"ww1","Encrypt":"abc","AgentID":"218"}`: {encrypt: "abc"},
		"<xml><Encrypt><![CDATA[abc]]></Encrypt><MsgSignature><![CDATA[s]]></MsgSignature><TimeStamp>1735700412</TimeStamp><Nonce><![CDATA[n]]></Nonce></xml>": whole,
		`{"encrypt":"abc","msgsignature":"s","timestamp":"1735700412","nonce":"n"}`:                                                                            whole,
		`{"Encrypt":"abc","MsgSignature":"s","TimeStamp":1735700412,"Nonce":"n"}`:                                                                              whole,
	} {
		got, ok := envelope([]byte(input))
		assert.True(t, ok, input)
		assert.Equal(t, want, got, input)
	}
	for _, input := range []string{"", "abc", "<xml></xml>", "{}", `{"encrypt":""}`, "[1]", "<xml><Encrypt></Encrypt></xml>", strings.Repeat("<a>", 10000)} {
		_, ok := envelope([]byte(input))
		assert.False(t, ok, "%.50q", input)
	}
}

func TestBareTexts(t *testing.T) {
	t.Parallel()
	for input, want := range map[string]string{
		"QUJD": "QUJD", " QU\r\nJD \n": "QUJD", "QUI=": "QUI=", "QUI": "", "": "", "<xml/>": "", `{"a":1}`: "", "https://h/?a=b": "",
	} {
		assert.Equal(t, want, bareText([]byte(input)), "%q", input)
	}
}

// The signature in a URL is that of the push; a reply has its own.
func TestWhichSignatureIsChecked(t *testing.T) {
	t.Parallel()
	full := configured()
	reply := full.wecom(t, "<xml/>", "encrypt", "-receive", testCorp).out
	assert.Zero(t, full.wecom(t, reply, "decrypt").code)
	o := full.wecom(t, reply, "decrypt", "-url", "?msg_signature=00&timestamp=1&nonce=2")
	assert.Equal(t, exitBad, o.code, "one that is given counts")
	o = full.wecom(t, reply, "decrypt", "-url", "http://localhost/wecom")
	assert.Zero(t, o.code, "a URL without one gives none")
	spoilt := strings.Replace(reply, "<MsgSignature><![CDATA[", "<MsgSignature><![CDATA[0", 1)
	assert.Equal(t, exitBad, full.wecom(t, spoilt, "decrypt").code)
}
