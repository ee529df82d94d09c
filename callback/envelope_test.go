package callback

import (
	"bytes"
	"encoding/xml"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// envelopes that WeCom sends, by what their Encrypt is.
var envelopes = map[string]string{
	`<xml><ToUserName><![CDATA[ww1]]></ToUserName><AgentID><![CDATA[]]></AgentID><Encrypt><![CDATA[a+/=]]></Encrypt></xml>`: "a+/=",
	`<xml><Encrypt>a+/=</Encrypt><AgentID>218</AgentID></xml>`:                                                              "a+/=",
	"\n<xml>\r\n<Encrypt> <![CDATA[a+/=]]>\n</Encrypt>\r\n</xml>\n":                                                         "a+/=",
	`{"tousername":"ww1","encrypt":"a+\/=","agentid":218}`:                                                                  "a+/=",
	`{"ToUserName":"ww1","AgentID":"218","Encrypt":"a+/="}`:                                                                 "a+/=",
	` { "ENCRYPT" : " a+/= ", "agentid": null } `:                                                                           "a+/=",
	`{"encrypt":"a+/="}{"encrypt":"b"}`:                                                                                     "a+/=",
	`{"encrypt":"a+/=","agentid`:                                                                                            "a+/=",
	`<xml><Encrypt>a+/=</Encrypt><AgentID>`:                                                                                 "a+/=",
	"\ufeff<?xml version='1.0' encoding='GBK'?><!DOCTYPE xml><x:xml a='b'><!-- c --><x:Encrypt d=\"e\">a+/=</x:Encrypt>\x01</x:xml>": "a+/=",
	"<xml><ToUserName>\xff & <</ToUserName><Encrypt><![CDATA[a+/=]]></Encrypt></xml></xml>":                                          "a+/=",
}

// G: receive/id
func TestParseEnvelope(t *testing.T) {
	t.Parallel()
	for body, want := range envelopes {
		got, err := parseEnvelope([]byte(body))
		require.NoError(t, err, body)
		assert.Equal(t, want, got, body)
	}
	v := cryptVectors(t)[0]
	got, err := parseEnvelope([]byte(v.Body))
	require.NoError(t, err)
	assert.Equal(t, v.Encrypt, got)
}

func TestParseEnvelopeRefuses(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{
		"nothing":          "",
		"blanks":           " \n ",
		"text":             "success",
		"cut XML":          "<xml><Encrypt>a</Encr",
		"no Encrypt":       "<xml><ToUserName>a</ToUserName></xml>",
		"empty Encrypt":    "<xml><Encrypt><![CDATA[ ]]></Encrypt></xml>",
		"Encrypt inside":   "<xml><a><Encrypt>a</Encrypt></a></xml>",
		"other case, XML":  "<xml><encrypt>a</encrypt></xml>",
		"DTD":              `<!DOCTYPE xml [<!ENTITY a "b">]><xml><Encrypt>&a;</Encrypt></xml>`,
		"cut JSON":         `{"encrypt":"a`,
		"JSON, no encrypt": `{"tousername":"a"}`,
		"JSON, null":       `{"encrypt":null}`,
		"JSON, object":     `{"encrypt":{"a":1}}`,
		"JSON, list":       `[{"encrypt":"a"}]`,
		"too large":        "<xml><Encrypt>" + strings.Repeat("a", 1<<20) + "</Encrypt></xml>",
	} {
		got, err := parseEnvelope([]byte(body))
		assert.ErrorIs(t, err, ErrPayload, name)
		assert.Empty(t, got, name)
	}
}

// G: event/no-panic
func FuzzEnvelope(f *testing.F) {
	for body := range envelopes {
		f.Add([]byte(body))
	}
	f.Add([]byte(cryptVectors(f)[0].Body))
	f.Fuzz(func(t *testing.T, body []byte) {
		got, err := parseEnvelope(body)
		if err != nil {
			assert.ErrorIs(t, err, ErrPayload)
			assert.Empty(t, got)
			return
		}
		assert.Equal(t, strings.TrimSpace(got), got)
		// Where the standard decoder reads a text, it is the same.
		var want struct{ Encrypt string }
		if xml.Unmarshal(body, &want) == nil && !bytes.ContainsAny(body, "{[") && want.Encrypt != "" {
			assert.Equal(t, strings.TrimSpace(want.Encrypt), got)
		}
	})
}
