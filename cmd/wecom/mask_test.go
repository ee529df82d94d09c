package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/gothird/wecom/callback"
	"github.com/gothird/wecom/internal/spec"
)

func TestMaskMessage(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ message, want, names string }{
		{"<xml><A>1</A></xml>", "<xml><A>1</A></xml>", ""},
		{"<AuthCode>x</AuthCode>", "<AuthCode>***</AuthCode>", "AuthCode"},
		{"<AuthCode><![CDATA[x]]></AuthCode>", "<AuthCode><![CDATA[***]]></AuthCode>", "AuthCode"},
		{"<AuthCode> <![CDATA[x\ny]]> </AuthCode><B>2</B>", "<AuthCode> <![CDATA[***]]> </AuthCode><B>2</B>", "AuthCode"},
		{"<authcode>x</authcode>", "<authcode>***</authcode>", "authcode"},
		{"<AuthCode a='b'>x</AuthCode>", "<AuthCode a='b'>***</AuthCode>", "AuthCode"},
		{"<AuthCode>x", "<AuthCode>***", "AuthCode"},
		{"<Token>x</Token><OpenKfId>k</OpenKfId><ActiveCode>y</ActiveCode>", "<Token>***</Token><OpenKfId>k</OpenKfId><ActiveCode>***</ActiveCode>", "Token ActiveCode"},
		{"<AuthCodeOf>x</AuthCodeOf><ErrCode>1</ErrCode>", "<AuthCodeOf>x</AuthCodeOf><ErrCode>1</ErrCode>", ""},
		{`{"AuthCode":"x","B":"2"}`, `{"AuthCode":"***","B":"2"}`, "AuthCode"},
		{`{"authcode" : "x\"y" }`, `{"authcode" : "***" }`, "authcode"},
		{`{"AuthCode":12}`, `{"AuthCode":"***"}`, "AuthCode"},
		{`{"AuthCode":"x`, `{"AuthCode":"***"`, "AuthCode"},
		{`{"ErrCode":0}`, `{"ErrCode":0}`, ""},
	} {
		masked, names := maskMessage(row.message)
		assert.Equal(t, row.want, masked)
		assert.Equal(t, row.names, strings.Join(names, " "), row.message)
	}
}

// What the SDK masks in the log, the command masks too.
// G: command/secrets
func TestMasksWhatTheSDKMasks(t *testing.T) {
	t.Parallel()
	hidden := 0
	for _, e := range spec.Events() {
		n, err := callback.Parse([]byte(e.SampleXML))
		assert.NoError(t, err)
		logged, err := n.MarshalJSON()
		assert.NoError(t, err)
		masked, _ := maskMessage(e.SampleXML)
		for _, name := range elements(e.SampleXML) {
			value := elementText(e.SampleXML, name)
			if len(value) < 6 || strings.Contains(string(logged), value) || !strings.Contains(string(logged), `"`+name+`":"***"`) {
				continue
			}
			hidden++
			assert.NotContains(t, masked, value, "%s of %s", name, e.Id)
		}
	}
	assert.Greater(t, hidden, 15)
}
