package console

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"

	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/sandbox"
)

// withApp lets the corp install the first app, which takes each push.
func (s *site) withApp() {
	s.t.Helper()
	in := must[sandbox.Installed](s)(s.Install(s.t.Context(), sandbox.NewInstall{CorpId: s.corp}))
	s.call("service/get_permanent_code?suite_access_token="+s.suiteToken(), map[string]string{"auth_code": s.reveal(in.AuthCode)})
	s.listening()
}

// listening gives the first app callback URLs where each push is taken.
func (s *site) listening() {
	s.t.Helper()
	app := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(rw, "success") }))
	s.t.Cleanup(app.Close)
	must[sandbox.Outcome](s)(s.SetURLs(s.t.Context(), sandbox.URLs{CommandURL: &app.URL, DataURL: &app.URL}))
}

// install is that of the first app.
func (s *site) install() sandbox.Installation {
	s.t.Helper()
	for _, in := range must[sandbox.Corp](s)(s.ShowCorp(s.t.Context(), sandbox.CorpRef{CorpId: s.corp})).Installs {
		if in.SuiteId == s.suites()[0].SuiteId {
			return in
		}
	}
	require.Fail(s.t, "the first app is not installed")
	return sandbox.Installation{}
}

// corpToken is an access token of the corp, for the first app.
func (s *site) corpToken() string {
	s.t.Helper()
	out := s.call("service/get_corp_token?suite_access_token="+s.suiteToken(), map[string]string{"auth_corpid": s.corp, "permanent_code": s.reveal(s.install().PermanentCode)})
	return out["access_token"].(string)
}

// asApp calls an endpoint with the token of the corp. It returns the answer, whatever it is.
func (s *site) asApp(path, body string) map[string]any {
	s.t.Helper()
	res, err := http.Post(s.server.URL+"/cgi-bin/"+path+"?access_token="+s.corpToken(), "application/json", strings.NewReader(body))
	require.NoError(s.t, err)
	defer res.Body.Close()
	out := map[string]any{}
	require.NoError(s.t, json.NewDecoder(res.Body).Decode(&out))
	return out
}

// send sends a message to members, with more fields, such as ,"enable_duplicate_check":1.
func (s *site) send(to, kind, object, more string) map[string]any {
	s.t.Helper()
	return s.asApp("message/send", `{"touser":"`+to+`","msgtype":"`+kind+`","`+kind+`":`+object+`,"agentid":`+itoa(s.install().AgentId)+more+`}`)
}

// sends sends a message that somebody gets, and returns its id.
func (s *site) sends(to, kind, object, more string) string {
	s.t.Helper()
	out := s.send(to, kind, object, more)
	require.Contains(s.t, out, "msgid", "%v", out)
	return out["msgid"].(string)
}

const (
	approval = `{"card_type":"button_interaction","task_id":"trip-1","main_title":{"title":"Trip"},"button_selection":{"question_key":"opinion","option_list":[{"id":"a","text":"Yes"},{"id":"b","text":"No"}]},
		"button_list":[{"key":"agree","text":"Agree"}],"action_menu":{"desc":"More","action_list":[{"key":"mute","text":"Mute"}]}}`
	selects = `{"card_type":"multiple_interaction","task_id":"shift-1","main_title":{"title":"Shift"},"select_list":[{"question_key":"day","option_list":[{"id":"1","text":"Mon"},{"id":"2","text":"Tue"}]},
		{"question_key":"time","option_list":[{"id":"1","text":"AM"},{"id":"2","text":"PM"}]}],"submit_button":{"text":"Send","key":"shift"}}`
)

// fillPeople sends messages, and makes customers, a group and conversations of customer service.
// The first member sees the app.
func (s *site) fillPeople() {
	s.t.Helper()
	who := s.members()[0].UserId
	s.send(who, "text", `{"content":"Good morning\n<a href=\"https://orders.example.com/\">Open</a>"}`, "")
	s.asApp("message/recall", `{"msgid":"`+s.sends(who, "text", `{"content":"Taken back"}`, "")+`"}`)
	for _, card := range []string{approval, votes, selects} {
		s.sends(who, "template_card", card, "")
	}
	s.send(who+"|nobody", "markdown", `{"content":"# Report\n**1** of 2"}`, "")
	s.send("nobody", "text", `{"content":"For nobody"}`, "")
	ctx, corp := s.t.Context(), sandbox.CorpRef{CorpId: s.corp}
	must[sandbox.Outcome](s)(s.Say(ctx, sandbox.Said{CorpId: s.corp, UserId: who, Text: "On my way"}))
	for _, x := range []sandbox.NewCustomer{{Person: sandbox.Person{ExternalUserId: "wmGrace", Name: "Grace"}, State: "poster-9"}, {Person: sandbox.Person{ExternalUserId: "woShen", Name: "Shen"}}} {
		x.CorpRef, x.UserId = corp, who
		must[sandbox.CustomerAdded](s)(s.AddCustomer(ctx, x))
	}
	s.asApp("externalcontact/add_corp_tag", `{"group_name":"Level","tag":[{"name":"VIP"}]}`)
	tags := must[sandbox.Customers](s)(s.ListCustomers(ctx, corp)).TagGroups
	s.asApp("externalcontact/mark_tag", `{"userid":"`+who+`","external_userid":"wmGrace","add_tag":["`+tags[0].Tags[0].Id+`"]}`)
	must[sandbox.GroupChanged](s)(s.AddGroup(ctx, sandbox.NewGroup{CorpRef: corp, Name: "Fans", Owner: who, People: []sandbox.Person{{ExternalUserId: "wmGrace"}}}))
	kf := must[sandbox.KfOpened](s)(s.OpenKf(ctx, sandbox.KfOpening{CorpRef: corp, Name: "Help", UserIds: []string{who}}))
	must[sandbox.KfWritten](s)(s.WriteKf(ctx, sandbox.KfWriting{KfRef: sandbox.KfRef{CorpRef: corp, OpenKfId: kf.OpenKfId}, ExternalUserId: "wmKai", Name: "Kai", Text: "Anybody there?"}))
}

// fillOutreach lets the app ask for a mass message and two moments, one of which is published.
func (s *site) fillOutreach() {
	s.t.Helper()
	who := s.members()[0].UserId
	s.asApp("externalcontact/add_msg_template", `{"chat_type":"single","external_userid":["wmGrace"],"sender":"`+who+`","text":{"content":"Spring sale"}}`)
	for _, text := range []string{"New shop", "Old shop"} {
		s.asApp("externalcontact/add_moment_task", `{"text":{"content":"`+text+`"},"visible_range":{"sender_list":{"user_list":["`+who+`"]}}}`)
	}
	ctx, corp := s.t.Context(), sandbox.CorpRef{CorpId: s.corp}
	moments := must[sandbox.Moments](s)(s.ListMoments(ctx, corp)).Moments
	must[sandbox.Outcome](s)(s.PublishMoment(ctx, sandbox.Publication{MomentRef: sandbox.MomentRef{CorpRef: corp, MomentId: moments[0].MomentId}}))
}

// itoa is a number as JSON has it.
func itoa(n int64) string { return strconv.FormatInt(n, 10) }
