package callback

import (
	"bytes"
	"log/slog"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/gothird/wecom/internal/spec"
)

// G: secret/keys inbox/identity
func TestTwoInstallationsInOneSecond(t *testing.T) {
	t.Parallel()
	payload := func(code string) string {
		return "<xml><SuiteId>ww1</SuiteId><InfoType>create_auth</InfoType><TimeStamp>1735700412</TimeStamp><AuthCode>" + code + "</AuthCode></xml>"
	}
	first, second := mustParse(t, payload("code-1")), mustParse(t, payload("code-2"))
	assert.NotEqual(t, first.Key(), second.Key())
	assert.Equal(t, first.Key(), mustParse(t, payload("code-1")).Key())
	assert.NotContains(t, first.Key(), "code-1")
}

// G: secret/keys inbox/identity
func TestRepeatsHaveOneKey(t *testing.T) {
	t.Parallel()
	keys := map[string]string{}
	for _, e := range spec.Events() {
		n := mustParse(t, e.SampleXML)
		key := n.Key()
		assert.Equal(t, key, mustParse(t, e.SampleXML).Key(), e.Id)
		if other, ok := keys[key]; ok && n.identity("") == "" {
			assert.Equal(t, e.SampleXML, other, "%s has the key of another sample", e.Id)
		}
		keys[key] = e.SampleXML
		for _, secret := range []string{"rT7kq-2Zb0XvJw5Lh3NcYd8MfPaSgE1u", "Vb3nQ8-auth-code-sample-5Kd2Lw7ZpT0y"} {
			assert.NotContains(t, key, secret)
		}
	}
}

// G: token/tenants inbox/identity
func TestMessagesAreToldApartByMsgId(t *testing.T) {
	t.Parallel()
	message := func(corp, id, more string) string {
		return mustParse(t, "<xml><ToUserName>"+corp+"</ToUserName><FromUserName>u</FromUserName><CreateTime>1</CreateTime><MsgType>text</MsgType><Content>x</Content><MsgId>"+id+"</MsgId>"+more+"</xml>").Key()
	}
	assert.Equal(t, message("ww1", "7001122334455667788", ""), message("ww1", "7001122334455667788", "<AgentID>1</AgentID>"))
	assert.NotEqual(t, message("ww1", "7001122334455667788", ""), message("ww1", "7001122334455667789", ""))
	assert.NotEqual(t, message("ww1", "1", ""), message("WW1", "1", ""), "corp ids are case-sensitive")
	assert.NotEqual(t, message("ww1", "0", ""), message("ww1", "0", "<AgentID>1</AgentID>"), "without an id the document decides")
}

// G: event/constants
func TestKind(t *testing.T) {
	t.Parallel()
	for _, e := range spec.Events() {
		assert.Equal(t, e.InfoType+e.Event+e.MsgType, mustParse(t, e.SampleXML).Kind(), e.Id)
	}
}

// Absent is not the same as empty.
// G: event/about
func TestGiven(t *testing.T) {
	t.Parallel()
	for _, payload := range []string{
		"<xml><InfoType>change_contact</InfoType><ChangeType>update_user</ChangeType><UserID>u</UserID><Mobile></Mobile><ExtAttr><Item><Name>n</Name></Item></ExtAttr></xml>",
		`{"InfoType":"change_contact","ChangeType":"update_user","UserID":"u","Mobile":"","ExtAttr":{"Item":[{"Name":"n"}]}}`,
	} {
		given := mustParse(t, payload).Given()
		assert.Equal(t, map[string]bool{"InfoType": true, "ChangeType": true, "UserID": true, "Mobile": true, "ExtAttr": true}, given)
	}
	assert.Empty(t, (&Notice{}).Given())
}

// A log record of a notice says which one it is, and nothing that is empty.
// G: inbox/reports
func TestNoticeInALog(t *testing.T) {
	t.Parallel()
	n := mustParse(t, "<xml><SuiteId>ww1</SuiteId><InfoType>change_contact</InfoType><ChangeType>update_user</ChangeType><AuthCorpId>wp1</AuthCorpId><UserID>u</UserID></xml>")
	var log bytes.Buffer
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "notice", n)
	assert.Contains(t, log.String(), "notice.kind=change_contact notice.change=update_user notice.suite=ww1 notice.corp=wp1 notice.key="+n.Key()+" notice.bytes=")

	log.Reset()
	n = mustParse(t, "<xml><ToUserName>wp1</ToUserName><MsgType>text</MsgType></xml>")
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "notice", n)
	assert.NotContains(t, log.String(), "suite")
	n.Api = newApi(t, siteProvider, siteSuite)
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "notice", n)
	assert.Contains(t, log.String(), "notice.suite="+siteSuite+" notice.corp=wp1", "that of its URL")
}
