package callback

import (
	"encoding/json"
	"encoding/xml"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func mustParse(t *testing.T, payload string) *Notice {
	t.Helper()
	n, err := Parse([]byte(payload))
	require.NoError(t, err, payload)
	require.NotNil(t, n.Content)
	return n
}

// G: receive/form
func TestOnlyWhatIsNoDocumentIsRefused(t *testing.T) {
	t.Parallel()
	for name, payload := range map[string]string{
		"nothing":    "",
		"blanks":     " \n",
		"text":       "success",
		"a number":   "123",
		"cut off":    "<xml><InfoType>S3cr3t",
		"no name":    `{create_auth}`,
		"cut JSON":   `{"InfoType":"S3cr3t`,
		"entities":   `<!DOCTYPE x [<!ENTITY a "S3cr3t">]><xml><InfoType>&a;</InfoType></xml>`,
		"a megabyte": "<xml>" + strings.Repeat("<a/>", 1<<18) + "</xml>",
	} {
		n, err := Parse([]byte(payload))
		require.ErrorIs(t, err, ErrPayload, name)
		assert.Nil(t, n, name)
		assert.NotContains(t, err.Error(), "S3cr3t", name)
	}
}

// What WeCom has signed is delivered, whatever its form.
// G: receive/form
func TestOddDocumentsAreRead(t *testing.T) {
	t.Parallel()
	deep := strings.Repeat("<a>", 5000) + strings.Repeat("</a>", 5000)
	for payload, misfits := range map[string][]string{
		"<xml><InfoType>create_auth</InfoType><AuthCode>c</AuthCode>":                                                   {"."},
		"<xml><InfoType>create_auth</Infotype><AuthCode>c</AuthCode></xml>":                                             nil,
		"<xml><InfoType>create_auth</InfoType><AuthCode>c</AuthCode></xml><xml></xml>":                                  nil,
		"<xml><InfoType>create_auth</InfoType><AuthCode>c</AuthCode><State>\xff</State></xml>":                          nil,
		"<!DOCTYPE xml><xml a='b'><!-- c --><x:InfoType>create_auth</x:InfoType><AuthCode>c</AuthCode></xml>":           nil,
		"<xml>" + deep + "<InfoType>create_auth</InfoType><AuthCode>c</AuthCode></xml>":                                 {"."},
		"<xml><InfoType>create_auth</InfoType><TimeStamp>S3cr3t</TimeStamp><AuthCode>c</AuthCode></xml>":                {"TimeStamp"},
		`{"InfoType":"create_auth","AuthCode":"c"`:                                                                      {"."},
		`{"InfoType":"create_auth","AuthCode":"c"} {}`:                                                                  nil,
		`{"InfoType":"create_auth","TimeStamp":"S3cr3t","AuthCode":"c"}`:                                                {"TimeStamp"},
		`{"InfoType":"create_auth","AuthCode":"c","a":` + strings.Repeat("[", 20000) + strings.Repeat("]", 20000) + `}`: {"."},
	} {
		n := mustParse(t, payload)
		require.IsType(t, (*AuthEvent)(nil), n.Content, payload)
		assert.Equal(t, "c", n.Content.(*AuthEvent).AuthCode, payload)
		assert.Equal(t, misfits, n.Misfits, payload)
		assert.Equal(t, payload, string(n.Raw))
	}
	for payload, misfits := range map[string][]string{
		`["create_auth"]`:                       {"."},
		`{"InfoType":{"a":1},"AuthCode":"c"}`:   {"InfoType"},
		"<xml><InfoType><a/></InfoType></xml>":  {"InfoType"},
		"<html><body>Bad gateway</body></html>": nil,
	} {
		n := mustParse(t, payload)
		assert.Equal(t, &UnknownEvent{}, n.Content, payload)
		assert.Equal(t, misfits, n.Misfits, payload)
	}
}

// G: event/repair
func TestRawNewlineInJSON(t *testing.T) {
	t.Parallel()
	n, err := Parse([]byte("{\"InfoType\":\"suite_ticket\",\"SuiteTicket\":\"a\nb\"}"))
	require.NoError(t, err)
	assert.Equal(t, &SuiteTicketEvent{SuiteTicket: "a\nb"}, n.Content)
}

// G: event/unknown
func TestUnknownKindsAreDelivered(t *testing.T) {
	t.Parallel()
	for payload, want := range map[string]UnknownEvent{
		"<xml><InfoType>new_info</InfoType><X>1</X></xml>":                                                   {Kind: "new_info"},
		"<xml><MsgType>event</MsgType><Event>new_event</Event><ChangeType>c</ChangeType></xml>":              {Kind: "new_event", ChangeType: "c"},
		"<xml><MsgType>file</MsgType><MsgId>7</MsgId></xml>":                                                 {Kind: "file"},
		"<xml><InfoType>change_contact</InfoType><ChangeType>merge_user</ChangeType></xml>":                  {Kind: "change_contact", ChangeType: "merge_user"},
		"<xml><MsgType>event</MsgType><Event>customer_acquisition</Event><ChangeType>new</ChangeType></xml>": {Kind: "customer_acquisition", ChangeType: "new"},
		"<xml></xml>": {},
		`{}`:          {},
		`{"InfoType":"new_info","Deep":{"a":[1,{"b":null}]}}`: {Kind: "new_info"},
		// A message whose MsgType is the name of an event is no event.
		"<xml><MsgType>create_auth</MsgType></xml>": {Kind: "create_auth"},
	} {
		n := mustParse(t, payload)
		assert.Equal(t, &want, n.Content, payload)
		assert.Equal(t, payload, string(n.Raw))
		assert.NotEmpty(t, n.Key())
	}
}

// G: event/unknown
func TestNewChangeTypeOfAFamily(t *testing.T) {
	t.Parallel()
	n := mustParse(t, "<xml><MsgType>event</MsgType><Event>meeting_change</Event><ChangeType>join_meeting</ChangeType><MeetingId>m1</MeetingId></xml>")
	assert.Equal(t, &MeetingEvent{MeetingId: "m1"}, n.Content)
	assert.Equal(t, "join_meeting", n.ChangeType)
	n = mustParse(t, "<xml><InfoType>cancel_data_permission</InfoType><AuthType>data_zone_chat</AuthType></xml>")
	assert.Equal(t, &SpecialAuthEvent{AuthType: AuthTypeDataZoneChat}, n.Content)
}

// G: event/blanks
func TestBlanksAroundNames(t *testing.T) {
	t.Parallel()
	n := mustParse(t, "\n<xml><SuiteId> ww1 </SuiteId><InfoType> <![CDATA[ change_contact]]>\n</InfoType><ChangeType>\t<![CDATA[create_user]]></ChangeType>"+
		"<Avatar>\n<![CDATA[https://a.test/0]]></Avatar></xml>")
	assert.Equal(t, "ww1", n.SuiteId)
	assert.Equal(t, KItChangeContact, n.InfoType)
	assert.Equal(t, KCtCreateUser, n.ChangeType)
	assert.Equal(t, "https://a.test/0", n.Content.(*ContactEvent).Avatar)

	n = mustParse(t, `{"MsgType":" event","Event":" kf_msg_or_event ","OpenKfId":"k"}`)
	assert.Equal(t, &KfMsgEvent{OpenKfId: "k"}, n.Content)

	text := mustParse(t, "<xml><MsgType>text</MsgType><Content>\n hi \n</Content></xml>")
	assert.Equal(t, "\n hi \n", text.Content.(*TextMessage).Content, "what a member wrote stays as it is")
}

// G: event/ids
func TestAgentID(t *testing.T) {
	t.Parallel()
	n := mustParse(t, "<xml><MsgType>event</MsgType><Event>click</Event><AgentID>1000037</AgentID></xml>")
	assert.EqualValues(t, 1000037, n.AgentID)
	for _, payload := range []string{
		"<xml><MsgType>event</MsgType><Event>taskcard_click</Event><AgentId>1000037</AgentId></xml>",
		"<xml><MsgType>event</MsgType><Event>taskcard_click</Event><AgentID>1000037</AgentID></xml>",
		`{"MsgType":"event","Event":"taskcard_click","AgentID":"1000037"}`,
	} {
		assert.EqualValues(t, 1000037, mustParse(t, payload).AgentID, payload)
	}
	n = mustParse(t, `{"InfoType":"share_agent_change","AgentId":7}`)
	assert.Zero(t, n.AgentID, "the app of the push, not the one that the event speaks of")
	assert.EqualValues(t, 7, n.Content.(*ShareChangeEvent).AgentId)
}

// G: event/unknown
func TestContentDecidesTheShape(t *testing.T) {
	t.Parallel()
	const head = "<xml><InfoType>change_external_contact</InfoType><ChangeType>add_external_contact</ChangeType>"
	assert.Equal(t, &ExternalContactEvent{UserID: "u", ExternalUserID: "w", State: "s"},
		mustParse(t, head+"<State>s</State><UserID>u</UserID><ExternalUserID>w</ExternalUserID></xml>").Content)
	assert.Equal(t, &ExternalContactEvent{ExternalUserID: "w"},
		mustParse(t, head+"<ExternalUserID>w</ExternalUserID><LinkId>l</LinkId></xml>").Content)
	assert.Equal(t, &AcquisitionLinkEvent{LinkId: "l", State: "s"},
		mustParse(t, head+"<State>s</State><LinkId>l</LinkId></xml>").Content)
	assert.Equal(t, &AcquisitionLinkEvent{LinkId: "l", State: "s"},
		mustParse(t, `{"InfoType":"change_external_contact","ChangeType":"add_external_contact","LinkId":"l","State":"s"}`).Content)
	assert.Equal(t, &ExternalContactEvent{State: "s"}, mustParse(t, head+"<State>s</State></xml>").Content)
}

// G: event/lists
func TestLists(t *testing.T) {
	t.Parallel()
	for wire, want := range map[string][]string{
		"<Department>3</Department>":                    {"3"},
		"<Department><![CDATA[3,17,204]]></Department>": {"3", "17", "204"},
		"<Department> 3 , 17 ,,</Department>":           {"3", "17"},
		"<Department></Department>":                     {},
		"<Department><![CDATA[]]></Department>":         {},
		"":                                              nil,
		"<Department>3</Department><Department>17,204</Department>": {"3", "17", "204"},
	} {
		payload := "<xml><InfoType>change_contact</InfoType><ChangeType>update_user</ChangeType>" + wire + "</xml>"
		assert.Equal(t, want, mustParse(t, payload).Content.(*ContactEvent).Department, wire)
		var plain ContactEvent
		require.NoError(t, xml.Unmarshal([]byte(payload), &plain))
		assert.Equal(t, want, plain.Department, wire)
	}
	for wire, want := range map[string][]int64{
		`"AddPartyItems":"1,2,3"`:   {1, 2, 3},
		`"AddPartyItems":[1,"2",3]`: {1, 2, 3},
		`"AddPartyItems":7`:         {7},
		`"AddPartyItems":""`:        {},
		`"AddPartyItems":null`:      nil,
		`"TagId":"9"`:               nil,
	} {
		var plain TagInfo
		require.NoError(t, json.Unmarshal([]byte("{"+wire+"}"), &plain), wire)
		assert.Equal(t, want, plain.AddPartyItems, wire)
	}
}

// G: event/lists
func TestExtAttr(t *testing.T) {
	t.Parallel()
	want := []ExtAttr{{Name: "a", Text: ExtAttrText{Value: "1"}}, {Name: "b", Type: 1, Web: ExtAttrWeb{Title: "t", Url: "u"}}}
	for _, payload := range []string{
		`<xml><ExtAttr><Item><Name>a</Name><Type>0</Type><Text><Value>1</Value></Text></Item><Item><Name>b</Name><Type>1</Type><Web><Title>t</Title><Url>u</Url></Web></Item></ExtAttr></xml>`,
	} {
		var plain ContactInfo
		require.NoError(t, xml.Unmarshal([]byte(payload), &plain))
		assert.Equal(t, want, plain.ExtAttr)
	}
	const items = `[{"Name":"a","Type":"0","Text":{"Value":1}},{"Name":"b","Type":1,"Web":{"Title":"t","Url":"u"}}]`
	for _, payload := range []string{`{"ExtAttr":` + items + `}`, `{"ExtAttr":{"Item":` + items + `}}`} {
		var plain ContactEvent
		require.NoError(t, json.Unmarshal([]byte(payload), &plain))
		assert.Equal(t, want, plain.ExtAttr, payload)
	}
	for _, payload := range []string{`{"ExtAttr":""}`, `{"ExtAttr":null}`, `{"ExtAttr":{}}`, `{"ExtAttr":[]}`, `{"ExtAttr":{"Item":[]}}`} {
		var plain ContactInfo
		require.NoError(t, json.Unmarshal([]byte(payload), &plain))
		assert.Empty(t, plain.ExtAttr, payload)
	}
	var legacy ContactInfo
	require.NoError(t, xml.Unmarshal([]byte(`<xml><ExtAttr><Item><Name>a</Name><Value>1</Value></Item></ExtAttr></xml>`), &legacy))
	assert.Equal(t, []ExtAttr{{Name: "a", Value: "1"}}, legacy.ExtAttr)
}

// The documented structs as users of encoding/xml and encoding/json know them.
// G: event/plain
func TestPlainStructsRefuseRubbish(t *testing.T) {
	t.Parallel()
	require.Error(t, xml.Unmarshal([]byte("<xml><Department>1</Department>"), new(ContactInfo)))
	require.Error(t, xml.Unmarshal([]byte("<xml><TagId>x</TagId></xml>"), new(TagInfo)))
	for _, v := range []any{new(ContactInfo), new(TagInfo), new(DepartmentInfo)} {
		require.Error(t, json.Unmarshal([]byte(`[1]`), v))
		require.NoError(t, json.Unmarshal([]byte(`null`), v))
	}
	var d DepartmentInfo
	require.NoError(t, json.Unmarshal([]byte(`{"Id":"2","Name":"x","ParentId":1,"Order":"4294967297"}`), &d))
	assert.Equal(t, DepartmentInfo{Id: 2, Name: "x", ParentId: 1, Order: 4294967297}, d)
}

// G: event/blanks
func TestBlankNumbersAreNotGiven(t *testing.T) {
	t.Parallel()
	for _, blank := range []string{"", " ", "\n\t", "<![CDATA[ ]]>", " <![CDATA[ ]]>\n"} {
		n := mustParse(t, "<xml><MsgType>text</MsgType><AgentID>"+blank+"</AgentID><Content> a </Content><MsgId>5</MsgId></xml>")
		assert.Zero(t, n.AgentID)
		assert.Equal(t, &TextMessage{Content: " a ", MsgId: "5"}, n.Content)
		n = mustParse(t, "<xml><InfoType>change_contact</InfoType><ChangeType>update_user</ChangeType><UserID>u</UserID><Gender>"+blank+"</Gender></xml>")
		require.IsType(t, (*ContactEvent)(nil), n.Content)
		assert.Equal(t, "u", n.Content.(*ContactEvent).UserID)
	}
	n := mustParse(t, "<xml><MsgType>text</MsgType><AgentID> </AgentID><Content> <![CDATA[> </]]></Content></xml>")
	assert.Equal(t, &TextMessage{Content: " > </"}, n.Content, "what a member wrote stays as it is")
}

// Blanks around what is sent on to WeCom would make it invalid.
// G: event/blanks
func TestBlanksAroundTicketsAndCodes(t *testing.T) {
	t.Parallel()
	n := mustParse(t, "<xml><InfoType>suite_ticket</InfoType><SuiteTicket> <![CDATA[abc]]>\n</SuiteTicket></xml>")
	assert.Equal(t, "abc", n.Content.(*SuiteTicketEvent).SuiteTicket)
	n = mustParse(t, "<xml><InfoType>create_auth</InfoType><AuthCode>\n<![CDATA[abc]]></AuthCode></xml>")
	assert.Equal(t, "abc", n.Content.(*AuthEvent).AuthCode)
}
