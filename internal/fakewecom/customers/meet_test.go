package customers

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/fakewecom/faketest"
	"github.com/gothird/wecom/internal/fakewecom/platform"
)

const corpId = faketest.Corp

// hidden takes the welcome code out of what an app has heard.
func hidden(text string) (shown, code string) {
	code = faketest.Between(text, "<WelcomeCode>", "</WelcomeCode>")
	if code == "" {
		return text, ""
	}
	return text[:len(text)-len(code)-len("<WelcomeCode></WelcomeCode>")] + "<WelcomeCode/>", code
}

// Each app hears of a new customer in its own form, and with a code of its own.
func TestEachAppHearsOfACustomer(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r, err := w.AddCustomer(t.Context(), corpId, Meeting{Customer: person("wmLi"), UserId: "woAnna", State: "fair"})
	require.NoError(t, err)
	assert.Equal(t, []any{int64(addedByCode), "fair", "wmLi"}, []any{r.AddWay, r.State, r.OperUserId})
	const fields = " <ChangeType>add_external_contact</ChangeType><UserID>woAnna</UserID><ExternalUserID>wmLi</ExternalUserID><State>fair</State><WelcomeCode/>"
	codes := map[string]bool{}
	var told []string
	for _, text := range w.told() {
		shown, code := hidden(text)
		codes[code] = true
		told = append(told, shown)
	}
	assert.Equal(t, []string{"customised" + fields, "command" + fields, "second" + fields}, told)
	assert.Len(t, codes, 3)
	first := w.Pushes()[0].Payload
	assert.Contains(t, first, "<FromUserName><![CDATA[sys]]></FromUserName>")
	assert.Contains(t, first, "<MsgType><![CDATA[event]]></MsgType><Event><![CDATA[change_external_contact]]></Event>")
	assert.Contains(t, w.Pushes()[1].Payload, "<InfoType><![CDATA[change_external_contact]]></InfoType><TimeStamp>1760000000</TimeStamp>")

	w.add("woCy", "wmLi")
	w.add("woBo", "woWang")
	assert.Equal(t, []string{"<ChangeType>add_external_contact</ChangeType><UserID>woBo</UserID><ExternalUserID>woWang</ExternalUserID>"}, w.toldOne(),
		"nobody sees Cy, and who uses WeCom is not welcomed")
}

// A customer and a member part, and meet again.
func TestCustomersComeAndGo(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	w.add("woAnna", "wmLi")
	require.NoError(t, w.RemarkCustomer(ctx, corpId, "woAnna", "wmLi", "Mr Li"))
	w.told()
	const ids = "<UserID>woAnna</UserID><ExternalUserID>wmLi</ExternalUserID>"
	require.NoError(t, w.RemoveMember(ctx, corpId, "woAnna", "wmLi"))
	assert.Equal(t, []string{"<ChangeType>del_follow_user</ChangeType>" + ids}, w.toldOne())
	assert.ErrorContains(t, w.RemoveMember(ctx, corpId, "woAnna", "wmLi"), "already")
	assert.True(t, w.CustomersOf(corpId)[0].Lost)
	assert.Equal(t, []string{"wmLi"}, strs(w.good("list", obj{"userid": "woAnna"}), "external_userid"), "the member still has him")

	w.Clock.Add(time.Hour)
	again := w.add("woAnna", "wmLi")
	assert.Equal(t, []any{false, "Mr Li", int64(1_760_003_600)}, []any{again.Lost, again.Remark, again.Since.Unix()})
	told, _ := hidden(w.toldOne()[0])
	assert.Equal(t, "<ChangeType>add_external_contact</ChangeType>"+ids+"<WelcomeCode/>", told)

	require.NoError(t, w.RemoveCustomer(ctx, corpId, "woAnna", "wmLi"))
	assert.Equal(t, []string{"<ChangeType>del_external_contact</ChangeType>" + ids}, w.toldOne())
	assert.Equal(t, 84061, w.code("list", obj{"userid": "woAnna"}))
	assert.Empty(t, w.add("woAnna", "wmLi").Remark, "nothing is left of it")
	assert.Len(t, w.People(corpId), 1)

	require.NoError(t, w.behind(func(b *book) { b.relations[0].Tags, b.relations[0].Mobiles = []string{"et1"}, []string{"1"} }))
	shown := w.CustomersOf(corpId)[0]
	shown.Tags[0], shown.Mobiles[0] = "x", "x"
	assert.Equal(t, []string{"et1", "1"}, append(w.CustomersOf(corpId)[0].Tags, w.CustomersOf(corpId)[0].Mobiles...), "what is shown is a copy")
}

// Who is half added is no customer yet.
func TestHalfAddedCustomers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	half := Meeting{Customer: person("wmLi"), UserId: "woAnna", State: "fair", Half: true}
	_, err := w.AddCustomer(t.Context(), corpId, half)
	require.NoError(t, err)
	shown, code := hidden(w.toldOne()[0])
	assert.Contains(t, shown, "<ChangeType>add_half_external_contact</ChangeType>")
	assert.Equal(t, 84061, w.code("list", obj{"userid": "woAnna"}))
	assert.Equal(t, 84061, w.code("remark", obj{"userid": "woAnna", "external_userid": "wmLi", "remark": "x"}))
	_, err = w.AddCustomer(t.Context(), corpId, half)
	require.ErrorContains(t, err, "already")
	require.ErrorContains(t, w.RemoveCustomer(t.Context(), corpId, "woAnna", "wmLi"), "AddCustomer")

	w.good("send_welcome_msg", obj{"welcome_code": code, "text": obj{"content": "Hello"}})
	assert.Equal(t, "fair", w.add("woAnna", "wmLi").State)
	assert.Equal(t, []string{"<ChangeType>add_external_contact</ChangeType><UserID>woAnna</UserID><ExternalUserID>wmLi</ExternalUserID><State>fair</State>"},
		w.toldOne(), "he has been welcomed")
	assert.Equal(t, []string{"wmLi"}, strs(w.good("list", obj{"userid": "woAnna"}), "external_userid"))
}

// What cannot happen is said.
func TestMeetingsThatCannotBe(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.add("woAnna", "wmLi")
	for want, m := range map[string]Meeting{
		"needs an ExternalUserId":              {UserId: "woAnna"},
		"wmLi is a customer of woAnna already": {Customer: person("wmLi"), UserId: "woAnna"},
		`no member "woEve"`:                    {Customer: person("wmLi"), UserId: "woEve"},
		`no member "woNobody"`:                 {Customer: person("wmLi"), UserId: "woNobody"},
		`no contact way and no link "cfg"`:     {Customer: person("wmLi"), UserId: "woBo", Way: "cfg"},
	} {
		_, err := w.AddCustomer(t.Context(), corpId, m)
		assert.ErrorContains(t, err, want)
	}
	_, err := w.AddCustomer(t.Context(), "wpNobody", Meeting{Customer: person("wmLi"), UserId: "woBo"})
	assert.ErrorContains(t, err, `no corp "wpNobody"`)
	assert.Empty(t, w.CustomersOf("wpNobody"))
	assert.Empty(t, w.People("wpNobody"))
	assert.Empty(t, w.MessagesToCustomer("wpNobody", "wmLi"))
}

// A welcome code is good for one app, one message and 20 seconds.
func TestWelcomeCodes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	code := func(path string) (code string) {
		for _, text := range w.told() {
			if _, c := hidden(text); len(text) > len(path) && text[:len(path)] == path {
				code = c
			}
		}
		return code
	}
	send := func(suite, code string) int {
		return faketest.Errcode(w.as(suite, "send_welcome_msg", obj{"welcome_code": code, "text": obj{"content": "Hello"}}))
	}
	w.add("woAnna", "wmLi")
	first := code("command")
	assert.Equal(t, 41050, send(second, first), "a code of another app")
	assert.Equal(t, 41050, send(faketest.Suite, "wcNothing"))
	w.Clock.Add(welcomeLife - time.Second)
	assert.Zero(t, send(faketest.Suite, first))
	assert.Equal(t, 41051, send(faketest.Suite, first))
	w.add("woBo", "wmLi")
	forBo := code("second")
	assert.Zero(t, send(second, forBo), "another member welcomes him too")

	w.add("woDan", "wmLi")
	forDan := code("command")
	w.Clock.Add(welcomeLife)
	assert.Equal(t, 41050, send(faketest.Suite, forDan), "too late")

	w.add("woAnna", "wmWu")
	forWu := code("command")
	require.NoError(t, w.RemoveMember(t.Context(), corpId, "woAnna", "wmWu"))
	assert.Equal(t, 41050, send(faketest.Suite, forWu))
	require.NoError(t, w.RemoveCustomer(t.Context(), corpId, "woAnna", "wmWu"))
	w.add("woAnna", "wmWu")
	forWu = code("command")
	require.NoError(t, w.UpdateMember(corpId, platform.Member{UserId: "woAnna", Hidden: true}))
	assert.Equal(t, 41050, send(faketest.Suite, forWu), "nobody sees Anna any more")
}

// Of several apps the first one welcomes, and its text and attachments are messages.
func TestWelcomeMessages(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.add("woAnna", "wmLi")
	codes := map[string]string{}
	for _, text := range w.told() {
		_, code := hidden(text)
		codes[text[:6]] = code
	}
	link := obj{"msgtype": "link", "link": obj{"title": "Menu", "url": "https://x.example"}}
	for want, in := range map[int]obj{
		40058: {"text": obj{"content": ""}},
		41065: {"attachments": []obj{{"msgtype": "voice", "voice": obj{}}}},
		41064: {"attachments": []obj{link, link, link, link, link, link, link, link, link, link}},
	} {
		in["welcome_code"] = codes["second"]
		assert.Equal(t, want, w.code("send_welcome_msg", in), "%v", in)
	}
	assert.Equal(t, 40058, w.code("send_welcome_msg", obj{"welcome_code": "c", "attachments": []obj{{"msgtype": "link"}}}))
	mini := obj{"appid": "wx", "page": "p", "title": "t", "pic_media_id": "m2"}
	for i, c := range []struct {
		code       int
		attachment obj
	}{
		{40007, obj{"msgtype": "image", "image": obj{"media_id": "m2"}}}, {40007, obj{"msgtype": "miniprogram", "miniprogram": mini}},
		{41050, obj{"msgtype": "image", "image": obj{"media_id": "m1"}}}, {41050, obj{"msgtype": "image", "image": obj{"pic_url": "u"}}},
	} {
		assert.Equal(t, c.code, w.code("send_welcome_msg", obj{"welcome_code": "c", "attachments": []obj{c.attachment}}), i)
	}
	assert.Equal(t, 40058, w.code("send_welcome_msg", obj{"welcome_code": "c", "text": obj{"content": string(make([]byte, 4001))}}))
	require.Zero(t, faketest.Errcode(w.as(second, "send_welcome_msg", obj{"welcome_code": codes["second"], "text": obj{"content": "Hello"}, "attachments": []obj{link}})))
	assert.Equal(t, 41051, w.code("send_welcome_msg", obj{"welcome_code": codes["comman"], "text": obj{"content": "Hi"}}))

	got := w.MessagesToCustomer(corpId, "wmLi")
	require.Len(t, got, 2)
	assert.Equal(t, []any{"text", `{"content":"Hello"}`, "woAnna", second, corpId}, []any{got[0].Kind, string(got[0].Content), got[0].UserId, got[0].SuiteId, got[0].CorpId})
	assert.Equal(t, []string{"link", `{"title":"Menu","url":"https://x.example"}`}, []string{got[1].Kind, string(got[1].Content)})
	assert.NotEqual(t, got[0].Id, got[1].Id)
	assert.Empty(t, w.MessagesToCustomer(corpId, "wmWu"))
}
