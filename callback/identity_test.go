package callback

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func noticeOf(t *testing.T, receiveId, doc string) *Notice {
	t.Helper()
	n, err := Parse([]byte(doc))
	require.NoError(t, err)
	n.ReceiveId = receiveId
	return n
}

func event(kind, elements string) string {
	return "<xml><ToUserName>corp</ToUserName><FromUserName>u</FromUserName><CreateTime>1</CreateTime><MsgType>event</MsgType><Event>" + kind + "</Event>" + elements + "</xml>"
}

func info(kind, elements string) string {
	return "<xml><SuiteId>suite</SuiteId><InfoType>" + kind + "</InfoType><TimeStamp>1</TimeStamp>" + elements + "</xml>"
}

func message(id string) string {
	return "<xml><ToUserName>corp</ToUserName><FromUserName>u</FromUserName><CreateTime>1</CreateTime><MsgType>text</MsgType><Content>x</Content><MsgId>" + id + "</MsgId></xml>"
}

// What is processed once within two hours, and what makes it another one.
// G: inbox/once inbox/identity
func TestIdentities(t *testing.T) {
	acrossRoutes := map[string]bool{ // told on the URLs of the suite and of the provider
		"order": true, "kind of order": true, "change_order": true, "refund": true, "paid": true, "job": true, "register code": true,
	}
	for name, tt := range map[string]struct{ one, again, another string }{
		"message":       {message("17"), strings.Replace(message("17"), "<CreateTime>1", "<CreateTime>2", 1), message("18")},
		"another corp":  {message("17"), message("17"), strings.Replace(message("17"), "corp", "other", 1)},
		"unknown kind":  {strings.Replace(message("17"), "text", "hologram", 1), strings.Replace(message("17"), "text", "hologram", 1), strings.Replace(message("18"), "text", "hologram", 1)},
		"JSON":          {`{"ToUserName":"corp","MsgType":"text","MsgId":17}`, `{"MsgId":"17","ToUserName":"corp","MsgType":"text"}`, `{"ToUserName":"corp","MsgType":"text","MsgId":18}`},
		"auth code":     {info("create_auth", "<AuthCode>a</AuthCode>"), info("create_auth", "<AuthCode>a</AuthCode><State>s</State>"), info("create_auth", "<AuthCode>b</AuthCode>")},
		"order":         {info("open_order", "<PaidCorpId>c</PaidCorpId><OrderId>o</OrderId>"), info("open_order", "<PaidCorpId>c</PaidCorpId><OrderId>o</OrderId><OperatorId>x</OperatorId>"), info("open_order", "<PaidCorpId>c</PaidCorpId><OrderId>p</OrderId>")},
		"kind of order": {info("open_order", "<OrderId>o</OrderId>"), info("open_order", "<OrderId>o</OrderId>"), info("cancel_order", "<OrderId>o</OrderId>")},
		"change_order":  {info("change_order", "<OldOrderId>a</OldOrderId><NewOrderId>b</NewOrderId>"), info("change_order", "<OldOrderId>x</OldOrderId><NewOrderId>b</NewOrderId>"), info("change_order", "<OldOrderId>a</OldOrderId><NewOrderId>c</NewOrderId>")},
		"refund":        {info("license_refund", "<OrderId>o</OrderId><OrderStatus>1</OrderStatus>"), info("license_refund", "<OrderStatus>1</OrderStatus><OrderId>o</OrderId>"), info("license_refund", "<OrderId>o</OrderId><OrderStatus>2</OrderStatus>")},
		"paid":          {info("license_pay_success", "<OrderId>o</OrderId>"), info("license_pay_success", "<OrderId>o</OrderId><BuyerUserId>u</BuyerUserId>"), info("license_pay_success", "<OrderId>p</OrderId>")},
		"job":           {info("batch_job_result", "<BatchJob><JobId>j</JobId></BatchJob>"), info("batch_job_result", "<BatchJob><JobId>j</JobId><ErrCode>0</ErrCode></BatchJob>"), info("batch_job_result", "<BatchJob><JobId>k</JobId></BatchJob>")},
		"register code": {info("register_corp", "<RegisterCode>r</RegisterCode>"), info("register_corp", "<RegisterCode>r</RegisterCode><State>s</State>"), info("register_corp", "<RegisterCode>q</RegisterCode>")},
		"welcome code":  {event("change_external_contact", "<ChangeType>add_external_contact</ChangeType><ExternalUserID>e</ExternalUserID><WelcomeCode>w</WelcomeCode>"), event("change_external_contact", "<ChangeType>add_external_contact</ChangeType><ExternalUserID>e</ExternalUserID><WelcomeCode>w</WelcomeCode><State>s</State>"), event("change_external_contact", "<ChangeType>add_external_contact</ChangeType><ExternalUserID>e</ExternalUserID><WelcomeCode>v</WelcomeCode>")},
		"response code": {event("template_card_event", "<TaskId>t</TaskId><ResponseCode>r</ResponseCode>"), event("template_card_event", "<TaskId>u</TaskId><ResponseCode>r</ResponseCode>"), event("template_card_event", "<TaskId>t</TaskId><ResponseCode>q</ResponseCode>")},
	} {
		t.Run(name, func(t *testing.T) {
			one, again, another := noticeOf(t, "r", tt.one), noticeOf(t, "r", tt.again), noticeOf(t, "r", tt.another)
			id := one.identity("route")
			require.Len(t, id, 64)
			assert.Equal(t, id, again.identity("route"))
			assert.Equal(t, one.Key(), again.Key())
			assert.NotEqual(t, id, another.identity("route"))
			assert.NotEqual(t, one.Key(), another.Key())
			assert.Equal(t, acrossRoutes[name], id == one.identity("another route"))
		})
	}
}

// A message without an id is like no other one.
// G: inbox/identity
func TestNoMsgIdIsNoIdentity(t *testing.T) {
	for _, id := range []string{"", "0", " "} {
		n := noticeOf(t, "r", message(id))
		assert.Empty(t, n.identity("route"), "%q", id)
		assert.NotEmpty(t, queueItem("route", n).Same)
	}
	assert.Empty(t, noticeOf(t, "r", strings.Replace(message("17"), "MsgId", "Other", 2)).identity("route"))
}

// A push that comes again after an update of this module is known by what was kept of it
// before.
// G: inbox/once inbox/identity
func TestIdentitiesAtRest(t *testing.T) {
	for doc, want := range map[string]string{
		message("17"): "b8c53eff26c954a3",
		info("create_auth", "<AuthCode>a</AuthCode>"):                                                                 "0d9ee9039d4544c5",
		info("open_order", "<OrderId>o</OrderId>"):                                                                    "9200810fc64ce57b",
		info("license_refund", "<OrderId>o</OrderId><OrderStatus>2</OrderStatus>"):                                    "51df86072337bb2e",
		event("change_external_contact", "<ChangeType>add_external_contact</ChangeType><WelcomeCode>w</WelcomeCode>"): "77081bcac2163949",
		event("template_card_event", "<ResponseCode>r</ResponseCode>"):                                                "19b27bb935445c75",
	} {
		assert.Equal(t, want, noticeOf(t, "r", doc).identity("route")[:16], doc)
	}
}

// What only says that something has changed has no identity: while one that waits says the
// same, it is left out.
// G: inbox/changes
func TestSameness(t *testing.T) {
	change := noticeOf(t, "r", info("change_contact", "<AuthCorpId>c</AuthCorpId><ChangeType>update_user</ChangeType><UserID>u</UserID>"))
	assert.Empty(t, change.identity("route"))
	assert.Equal(t, change.same("route"), noticeOf(t, "r", string(change.Raw)).same("route"))
	assert.NotEqual(t, change.same("route"), noticeOf(t, "q", string(change.Raw)).same("route"))
	assert.NotEqual(t, change.same("route"), change.same("another"))
	assert.NotEqual(t, change.same("route"), noticeOf(t, "r", strings.Replace(string(change.Raw), ">u<", ">v<", 1)).same("route"))

	kf := noticeOf(t, "r", event("kf_msg_or_event", "<Token>a</Token><OpenKfId>k</OpenKfId>"))
	assert.Equal(t, kf.same("route"), noticeOf(t, "r", event("kf_msg_or_event", "<Token>b</Token><OpenKfId>k</OpenKfId>")).same("route"))
	assert.NotEqual(t, kf.same("route"), noticeOf(t, "r", event("kf_msg_or_event", "<Token>a</Token><OpenKfId>l</OpenKfId>")).same("route"))
	assert.NotContains(t, kf.Key(), "<")
	nobody := noticeOf(t, "r", event("kf_msg_or_event", "<Token>a</Token>"))
	assert.NotEqual(t, nobody.same("route"), noticeOf(t, "r", event("kf_msg_or_event", "<Token>b</Token>")).same("route"), "it names no account")
}

// G: secret/keys inbox/order
func TestLanes(t *testing.T) {
	for name, tt := range map[string]struct {
		doc, lane string
		urgent    bool
	}{
		"message":       {message("17"), "corp/u", false},
		"menu":          {event("click", "<EventKey>k</EventKey>"), "corp/u", false},
		"event":         {event("change_external_contact", "<ChangeType>del_follow_user</ChangeType><ExternalUserID>e</ExternalUserID>"), "corp", false},
		"change":        {info("change_auth", "<AuthCorpId>c</AuthCorpId>"), "c", false},
		"cancel":        {info("cancel_auth", "<AuthCorpId>c</AuthCorpId>"), "c", false},
		"order":         {info("open_order", "<PaidCorpId>c</PaidCorpId><OrderId>o</OrderId>"), "c", false},
		"auth code":     {info("create_auth", "<AuthCode>a</AuthCode>"), "!", true},
		"reset":         {info("reset_permanent_code", "<AuthCode>a</AuthCode>"), "!", true},
		"welcome code":  {event("change_external_contact", "<ChangeType>add_external_contact</ChangeType><ExternalUserID>e</ExternalUserID><WelcomeCode>w</WelcomeCode>"), "!", true},
		"nobody's":      {info("license_pay_success", "<OrderId>o</OrderId>"), "~", false},
		"nobody's news": {info("program_notify", "<NotifyId>x</NotifyId>"), "~", false},
		"a code's lack": {info("create_auth", ""), "~", false},
	} {
		t.Run(name, func(t *testing.T) {
			n := noticeOf(t, "suite", tt.doc)
			item := queueItem("route", n)
			assert.Equal(t, tt.urgent, item.Urgent)
			if len(tt.lane) == 1 && tt.lane != "c" {
				assert.True(t, strings.HasPrefix(item.Lane, tt.lane), item.Lane)
				assert.Greater(t, len(item.Lane), 60, "a lane of its own")
			} else {
				assert.Equal(t, tt.lane, item.Lane)
			}
			assert.NotEqual(t, item.Identity == "", item.Same == "", "one of them")
			for _, secret := range []string{">a<", "a", "w"} {
				assert.NotEqual(t, "!"+secret, item.Lane)
			}
		})
	}
}

// G: inbox/unreadable
func TestRecordsAtRest(t *testing.T) {
	n, err := decodePayload([]byte("{\"v\":1,\"receive_id\":\"wpCorp\",\"installed\":true}\n" + message("17")))
	require.NoError(t, err)
	assert.Equal(t, "wpCorp", n.ReceiveId)
	assert.True(t, n.work.forCorp)
	assert.Equal(t, message("17"), string(n.Raw))
	assert.Equal(t, "{\"v\":1,\"receive_id\":\"wpCorp\",\"installed\":true}\n"+message("17"), string(encodePayload(n)))

	system := "{\"v\":1,\"receive_id\":\"wwProvider\",\"suite\":\"wwSuite\"}\n" + message("17")
	n, err = decodePayload([]byte(system))
	require.NoError(t, err)
	assert.Equal(t, "wwSuite", n.work.suite)
	assert.Equal(t, system, string(encodePayload(n)))

	s, err := decodeState([]byte(`{"v":1,"deaths":2,"attempts":3,"first":1700000000000,"done":["f"],"waits":4,"looks":1,"permanent":{"permanent_code":"pc","auth_corp_info":{"corpid":"c"}},"removing":{"corp_id":"c","permanent_code":"still"},"removed":{"corp_id":"c","permanent_code":"old"},"retried":1700000000001}`))
	require.NoError(t, err)
	assert.Equal(t, 2, s.Deaths)
	assert.Equal(t, 3, s.Attempts)
	assert.Equal(t, []string{"f"}, s.Done)
	assert.Equal(t, 1, s.Looks)
	assert.Equal(t, "c", s.Permanent.AuthCorpInfo.CorpId)
	assert.Equal(t, "pc", s.Permanent.PermanentCode)
	assert.Equal(t, "old", s.Removed.PermanentCode)
	assert.Equal(t, "still", s.Removing.PermanentCode)
	assert.Equal(t, 4, s.Waits)
	assert.EqualValues(t, 1700000000000, s.First)
	assert.EqualValues(t, 1700000000001, s.Retried)
	back, err := decodeState(s.encode())
	require.NoError(t, err)
	assert.Equal(t, s, back)

	s.Buried = true
	assert.Contains(t, string(s.encode()), `,"buried":true,`)
	again, err := decodeState(s.encode())
	require.NoError(t, err)
	assert.Zero(t, again.Deaths+again.Attempts+again.Looks+again.Waits)
	assert.Zero(t, again.First)
	assert.Equal(t, []string{"f"}, again.Done, "what succeeded is not run again")
	assert.NotNil(t, again.Permanent)
}

// G: inbox/unreadable
func FuzzRecords(f *testing.F) {
	f.Add([]byte("{\"v\":1}\n"+message("17")), []byte(`{"v":1,"done":["f"]}`))
	f.Fuzz(func(t *testing.T, payload, st []byte) {
		if n, err := decodePayload(payload); err == nil {
			_, again := decodePayload(encodePayload(n))
			assert.NoError(t, again)
			item := queueItem("route", n)
			assert.LessOrEqual(t, len(item.Identity)+len(item.Same), 64)
		}
		if s, err := decodeState(st); err == nil {
			_, again := decodeState(s.encode())
			assert.NoError(t, again)
		}
	})
}

// Queues keep these digests: they stay as they are.
func TestDigestsAreOfTheTextsTogether(t *testing.T) {
	t.Parallel()
	n := noticeOf(t, "r", info("change_contact", "<AuthCorpId>c</AuthCorpId>"))
	assert.Equal(t, fingerprint("route", "r", string(n.Raw)), n.same("route"))
	assert.Equal(t, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", fingerprint("abc"))
	assert.Equal(t, hashOf("a\x00b", nil), fingerprint("a", "b"))
}
