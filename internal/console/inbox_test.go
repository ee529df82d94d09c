package console

import (
	"html"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/sandbox"
)

// inboxOf is the page of a member's inbox.
func inboxOf(userId string) string { return "/inbox?" + url.Values{"user": {userId}}.Encode() }

// newInbox is a site with an app, and the userids of the corp.
func newInbox(t *testing.T) (s *site, users []string) {
	t.Helper()
	s = newSite(t)
	s.withApp()
	for _, m := range s.members() {
		users = append(users, m.UserId)
	}
	return s, users
}

// plain is the text of a page, without its tags.
func plain(body string) string {
	return strings.Join(strings.Fields(html.UnescapeString(tagged.ReplaceAllString(body, " "))), " ")
}

// part is an element of a page with all that is in it, by its id.
func part(t *testing.T, body, id string) string {
	t.Helper()
	m := regexp.MustCompile(`<([a-z]+)\b[^>]* id="` + regexp.QuoteMeta(id) + `"`).FindStringSubmatchIndex(body)
	require.NotNil(t, m, "the page has no element %s", id)
	name, rest := body[m[2]:m[3]], body[m[0]:]
	depth := 0
	for _, at := range regexp.MustCompile(`</?`+name+`\b`).FindAllStringIndex(rest, -1) {
		if rest[at[0]+1] == '/' {
			depth--
		} else {
			depth++
		}
		if depth == 0 {
			return rest[:at[1]] + ">"
		}
	}
	require.Fail(t, "the element does not end", id)
	return ""
}

// An inbox without corps, apps or messages says what to do.
func TestInboxEmpty(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	body := s.page("/inbox")
	assert.Contains(t, plain(part(t, body, "phone")), "This corp has no app yet")
	assert.NotContains(t, body, "POST /say")
	s.withApp()
	body = s.page("/inbox")
	assert.Contains(t, plain(part(t, body, "phone")), "Member 1 has got nothing yet")
	assert.Contains(t, body, "POST /say")
	assert.Contains(t, plain(s.page("/inbox?q=member+2")), "Member 2")
	assert.NotContains(t, plain(part(t, s.page("/inbox?q=MEMBER+2"), "members")), "Member 3")
	assert.Contains(t, plain(part(t, s.page("/inbox?q=nobody"), "members")), "No such member")
}

// A member clicks buttons, chooses and opens the menu; the page tells what was pushed, and what
// the app has made of it.
func TestInboxClicks(t *testing.T) {
	t.Parallel()
	s, users := newInbox(t)
	sent := s.send(users[0], "template_card", approval, "")
	id, at := sent["msgid"].(string), inboxOf(users[0])
	const click = "POST /messages/{message}/click"
	body := s.done(s.submit(at, click, url.Values{"message": {id}, "key": {"agree"}, "chosen.opinion": {"b"}}))
	assert.Contains(t, plain(part(t, body, "note")), "template_card_event ")
	events := must[sandbox.Pushes](s)(s.ListPushes(t.Context(), sandbox.PushQuery{Limit: 1})).Pushes
	assert.Contains(t, events[0].Event, "<OptionId><![CDATA[b]]></OptionId>")
	s.done(s.submit(at, click, url.Values{"message": {id}, "key": {"mute"}}))
	body = s.page(at + "&msg=" + id)
	detail := plain(part(t, body, "d"))
	assert.Regexp(t, `Member 1 clicked agree .*Member 1 chose in the menu mute`, detail)
	assert.Contains(t, detail, "one use left, 2 d 23 h")
	code := sent["response_code"].(string)
	out := s.asApp("message/update_template_card", `{"userids":["`+users[0]+`"],"agentid":`+itoa(s.install().AgentId)+`,"response_code":"`+code+`","button":{"replace_name":"Agreed"}}`)
	require.Zero(t, out["errcode"])
	body = s.page(at + "&msg=" + id)
	assert.Contains(t, plain(part(t, body, "d")), "the app called update_template_card")
	assert.Contains(t, plain(part(t, body, "d")), "used")
	assert.Contains(t, part(t, body, "m-"+id), `<button class="btn" disabled>Agreed</button>`)
	assert.NotContains(t, part(t, body, "m-"+id), `value="agree"`)
	s.done(s.submit(at, click, url.Values{"message": {id}, "key": {"mute"}}))
}

// Votes and selections bring what is chosen.
func TestInboxChoices(t *testing.T) {
	t.Parallel()
	s, users := newInbox(t)
	at := inboxOf(users[0])
	const click = "POST /messages/{message}/click"
	last := func() string {
		return must[sandbox.Pushes](s)(s.ListPushes(t.Context(), sandbox.PushQuery{Limit: 1})).Pushes[0].Event
	}
	vote := s.sends(users[0], "template_card", votes, "")
	s.done(s.submit(at, click, url.Values{"message": {vote}, "key": {"go"}, "chosen.q": {"", "1", "2"}}))
	assert.Regexp(t, `(?s)<OptionId><!\[CDATA\[1\]\]></OptionId>.*<OptionId><!\[CDATA\[2\]\]></OptionId>`, last())
	s.refused(s.submit(at, click, url.Values{"message": {vote}, "key": {"go"}, "chosen.q": {""}}), "nothing is chosen of the question")
	shift := s.sends(users[0], "template_card", selects, "")
	s.done(s.submit(at, click, url.Values{"message": {shift}, "key": {"shift"}, "chosen.time": {"2"}}))
	assert.Regexp(t, `(?s)day.*<OptionId><!\[CDATA\[1\]\]>.*time.*<OptionId><!\[CDATA\[2\]\]>`, last())
}

// What did not reach a member stands in his inbox with its reason.
func TestInboxLost(t *testing.T) {
	t.Parallel()
	s, users := newInbox(t)
	all := strings.Join(users, "|")
	recalled := s.sends(all, "text", `{"content":"Taken back"}`, "")
	require.Zero(t, s.asApp("message/recall", `{"msgid":"`+recalled+`"}`)["errcode"])
	s.send(all, "text", `{"content":"Seen once"}`, "")
	s.send(all, "text", `{"content":"Twice"}`, `,"enable_duplicate_check":1`)
	s.send(all, "text", `{"content":"Twice"}`, `,"enable_duplicate_check":1`)
	yes := true
	must[sandbox.MemberChanged](s)(s.ChangeMember(t.Context(), sandbox.MemberChange{CorpRef: sandbox.CorpRef{CorpId: s.corp}, UserId: users[1], Hidden: &yes}))
	partly := s.sends(all, "text", `{"content":"Not for the hidden"}`, "")
	s.send(users[1], "text", `{"content":"For nobody"}`, "")

	first := plain(part(t, s.page(inboxOf(users[0])), "phone"))
	assert.Regexp(t, `recalled Taken back`, first)
	assert.Regexp(t, `Twice.* not delivered: a repeat.* Twice`, first)
	assert.NotContains(t, first, "For nobody")
	body := s.page(inboxOf(users[1]))
	hidden := plain(part(t, body, "phone"))
	assert.Contains(t, hidden, "not delivered: not visible Not for the hidden")
	assert.Contains(t, hidden, "not delivered: the call failed 81013 For nobody")
	assert.Contains(t, hidden, "seen no more Seen once")
	assert.Regexp(t, `Member 2 2 lost not visible`, plain(part(t, body, "members")))
	assert.Contains(t, plain(part(t, body, "d")), "The call failed with errcode 81013", "the newest is chosen")
	detail := plain(part(t, s.page(inboxOf(users[0])+"&msg="+partly), "d"))
	assert.Contains(t, detail, "Delivered to Member 1, Member 3 Not delivered to Member 2 not delivered: not visible")
	assert.Contains(t, detail, `"invaliduser" : "`+strings.ToLower(users[1])+`"`)
	for id, want := range map[string]string{recalled: "The app has recalled this message", partly: "Member 2 was outside the visible range"} {
		assert.Contains(t, plain(part(t, s.page(inboxOf(users[1])+"&msg="+id), "d")), want)
	}
}

// After the trial a member without an account gets nothing, although the call succeeds.
func TestInboxUnlicensed(t *testing.T) {
	t.Parallel()
	s, users := newInbox(t)
	must[sandbox.ClockMoved](s)(s.MoveClock(t.Context(), sandbox.ClockMove{Add: sandbox.Span(120 * 24 * time.Hour)}))
	id := s.sends(users[0], "text", `{"content":"Shipped"}`, "")
	body := s.page(inboxOf(users[0]))
	assert.Contains(t, plain(part(t, body, "m-"+id)), "not delivered: no licence")
	assert.Contains(t, plain(part(t, body, "d")), "Member 1 holds no valid base account")
	assert.Contains(t, plain(part(t, body, "members")), "no code")
}

// A member writes to the app, while it can hear him.
func TestInboxSay(t *testing.T) {
	t.Parallel()
	s, users := newInbox(t)
	at := inboxOf(users[0])
	body := s.done(s.submit(at, "POST /say", url.Values{"text": {"On <my> way"}}))
	assert.Contains(t, part(t, body, "phone"), `<li class="msg bubble mine"><p>On &lt;my&gt; way</p></li>`)
	none := ""
	must[sandbox.Outcome](s)(s.SetURLs(t.Context(), sandbox.URLs{DataURL: &none}))
	body = s.page(at)
	assert.Contains(t, plain(body), "The app has no data callback URL")
	assert.Regexp(t, `<input id="text"[^>]* disabled>`, body)
	s.send(users[0], "template_card", approval, "")
	assert.NotContains(t, s.page(at), "POST /messages/{message}/click")
	must[sandbox.Outcome](s)(s.Cancel(t.Context(), sandbox.InstallRef{SuiteId: s.suites()[0].SuiteId, CorpId: s.corp}))
	assert.Contains(t, plain(s.page(at)), "The corp has this app no more")
}

// Each app has a conversation of its own.
func TestInboxApps(t *testing.T) {
	t.Parallel()
	s, users := newInbox(t)
	s.send(users[0], "text", `{"content":"Hello"}`, "")
	second := s.suites()[1]
	must[sandbox.Installed](s)(s.Install(t.Context(), sandbox.NewInstall{CorpId: s.corp, SuiteId: second.SuiteId}))
	assert.Contains(t, plain(part(t, s.page(inboxOf(users[0])), "phone")), "Hello")
	body := s.page(inboxOf(users[0]) + "&suite=" + second.SuiteId)
	assert.NotContains(t, plain(part(t, body, "phone")), "Hello")
	assert.Contains(t, body, `name="suite_id" value="`+second.SuiteId+`"`)
}

// The workbench shows what the app has set, to one member or to all.
func TestInboxWorkbench(t *testing.T) {
	t.Parallel()
	s, users := newInbox(t)
	assert.NotContains(t, s.page("/inbox"), "Workbench of")
	agent := itoa(s.install().AgentId)
	out := s.asApp("agent/set_workbench_template", `{"agentid":`+agent+`,"type":"image","image":{"url":"https://img.example.com/all.png"},"replace_user_data":true}`)
	require.Zero(t, out["errcode"], "%v", out)
	out = s.asApp("agent/set_workbench_data", `{"agentid":`+agent+`,"userid":"`+users[1]+`","type":"image","image":{"url":"https://img.example.com/one.png"}}`)
	require.Zero(t, out["errcode"], "%v", out)
	for user, want := range map[string]string{users[0]: "all.png", users[1]: "one.png"} {
		assert.Regexp(t, `Workbench of Member \d The app shows as image .*`+want, plain(part(t, s.page(inboxOf(user)), "d")))
	}
}
