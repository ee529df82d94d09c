package callback

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/spec"
)

// A notice that is logged or stored as JSON gives nothing away.
// G: secret/printed
func TestSecretsAreMaskedInJSON(t *testing.T) {
	t.Parallel()
	planted := 0
	for _, typ := range eventTypes() {
		content := reflect.New(typ)
		planted += plant(content.Elem())
		n := Notice{Content: content.Interface(), Raw: []byte(sentinel)}
		for _, v := range []any{n, &n, []Notice{n}, map[string]any{"n": &n}} {
			text, err := json.Marshal(v)
			require.NoError(t, err, typ.String())
			assert.NotContains(t, string(text), sentinel, typ.String())
			assert.Contains(t, string(text), typ.Name())
		}
		_, isNew := content.Interface().(interface{ masked() any })
		fresh := reflect.New(typ)
		assert.Equal(t, plant(fresh.Elem()) > 0, isNew, "%s: what has secrets masks them", typ)
		assert.Equal(t, fresh.Interface(), content.Interface(), "%s: writing changed it", typ)
	}
	assert.Greater(t, planted, 12)
}

// G: secret/printed
func TestNoticeAsJSON(t *testing.T) {
	t.Parallel()
	n := mustParse(t, "<xml><SuiteId>s</SuiteId><InfoType>create_auth</InfoType><TimeStamp>x</TimeStamp><AuthCode>"+sentinel+"</AuthCode><State>mine</State></xml>")
	text, err := json.Marshal(n)
	require.NoError(t, err)
	var got map[string]any
	require.NoError(t, json.Unmarshal(text, &got))
	assert.Equal(t, "s", got["SuiteId"])
	assert.Equal(t, "AuthEvent", got["Type"])
	assert.Equal(t, []any{"TimeStamp"}, got["Misfits"])
	assert.EqualValues(t, len(n.Raw), got["RawBytes"])
	assert.Equal(t, "***", got["Content"].(map[string]any)["AuthCode"])
	assert.Equal(t, "mine", got["Content"].(map[string]any)["State"])

	for _, n := range []Notice{{}, {Content: (*AuthEvent)(nil)}, {Content: 1}} {
		_, err := json.Marshal(n)
		require.NoError(t, err)
	}
	before := *n
	assert.ErrorContains(t, json.Unmarshal(text, n), "Parse")
	assert.Equal(t, before, *n)
}

// Whom a push is about, in every form.
// G: event/about
func TestCorpId(t *testing.T) {
	t.Parallel()
	none := map[string]bool{
		KItSuiteTicket: true, KItCreateAuth: true, KItResetPermanentCode: true,
		// The balance of the provider, exports of contacts and these two of devices name none.
		"suite.customer_acquisition.service_balance_low.component":       true,
		"suite.customer_acquisition.service_balance_exhausted.component": true,
		"suite.batch_job_result":           true,
		"provider.device.error_report":     true,
		"provider.device.fetch_log_finish": true,
	}
	for _, e := range spec.Events() {
		n := mustParse(t, e.SampleXML)
		if none[e.Id] || none[n.Kind()] {
			assert.Empty(t, n.CorpId(), e.Id)
			continue
		}
		assert.Regexp(t, "^wpKx7AEAAA", n.CorpId(), e.Id)
		assert.Contains(t, e.SampleXML, n.CorpId())
	}
	for payload, want := range map[string]string{
		"<xml><InfoType>new_order</InfoType><PaidCorpId> a\n</PaidCorpId></xml>":                                           "a",
		`{"InfoType":"new_share","CorpId":"b"}`:                                                                            "b",
		"<xml><InfoType>refund</InfoType><PaidCorpId>c</PaidCorpId></xml>":                                                 "c",
		"<xml><InfoType>x</InfoType><AuthCorpId>a</AuthCorpId><CorpId>b</CorpId></xml>":                                    "a",
		"<xml><MsgType>event</MsgType><Event>share_agent_change</Event><ToUserName>t</ToUserName><CorpId>b</CorpId></xml>": "t",
		"<xml><InfoType>x</InfoType></xml>":                                                                                "",
	} {
		assert.Equal(t, want, mustParse(t, payload).CorpId(), payload)
	}
	assert.Empty(t, (&Notice{}).CorpId())
	assert.Equal(t, "p", (&Notice{Content: &AppOrderEvent{PaidCorpId: "p"}}).CorpId())
}

// The documented structs, each alone, by the decoders of the standard library.
// G: event/plain
func TestPlainXMLOfAnyForm(t *testing.T) {
	t.Parallel()
	const doc = `<?xml version="1.0"?><!-- c --><xml a="1"><!-- c --><UserID b="2">u<!-- c --></UserID><?pi?>` +
		"<Department x='y'>\n<![CDATA[1,2]]></Department><Gender> 1 </Gender><ExtAttr c='d'><!-- c --><Item e='f'><Name>n</Name></Item></ExtAttr></xml>"
	want := ContactInfo{UserID: "u", Department: []string{"1", "2"}, Gender: 1, ExtAttr: []ExtAttr{{Name: "n"}}}
	var info ContactInfo
	require.NoError(t, xml.Unmarshal([]byte(doc), &info))
	assert.Equal(t, want, info)
	var event ContactEvent
	require.NoError(t, xml.Unmarshal([]byte(doc), &event))
	assert.Equal(t, want, event.ContactInfo)
	var inside struct {
		Member ContactInfo `xml:"Member"`
		Tag    TagEvent    `xml:"Tag"`
		Other  string      `xml:"Other"`
	}
	_, body, _ := strings.Cut(doc, `<xml a="1">`)
	require.NoError(t, xml.NewDecoder(bytes.NewBufferString("<x><Member>"+strings.TrimSuffix(body, "</xml>")+
		"</Member><Tag><!-- c --><TagId>3</TagId><AddPartyItems a='b'>1, 2</AddPartyItems></Tag><Other>o</Other></x>")).Decode(&inside))
	assert.Equal(t, want, inside.Member)
	assert.Equal(t, TagInfo{TagId: 3, AddPartyItems: []int64{1, 2}}, inside.Tag.TagInfo)
	assert.Equal(t, "o", inside.Other)
}

// As with encoding/json a value that does not fit is an error, and the rest is there.
// G: event/plain
func TestPlainDecodersNameWhatDoesNotFit(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"xml", "json"} {
		var info ContactInfo
		var err error
		if name == "xml" {
			err = xml.Unmarshal([]byte("<xml><Gender>S3cr3t</Gender><UserID>u</UserID><ExtAttr><Item><Type>x</Type></Item></ExtAttr></xml>"), &info)
		} else {
			err = json.Unmarshal([]byte(`{"Gender":"S3cr3t","UserID":"u","ExtAttr":{"Item":[{"Type":"x"}]}}`), &info)
		}
		require.ErrorContains(t, err, "Gender, ExtAttr.Item[0].Type")
		assert.NotContains(t, err.Error(), "S3cr3t")
		assert.Equal(t, "u", info.UserID, name)
	}
	var head EventNotify
	require.NoError(t, json.Unmarshal([]byte(`{"suiteid":" s ","TimeStamp":"17","AgentId":5}`), &head))
	assert.Equal(t, EventNotify{SuiteId: "s", TimeStamp: 17}, head)
	require.NoError(t, json.Unmarshal([]byte("null"), &head))
	assert.Equal(t, "s", head.SuiteId)
}
