package console

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/sandbox"
)

var (
	liveTags  = regexp.MustCompile(`<([a-z0-9]+)\b(?:[^>"]|"[^"]*")*? data-live(?:[^>"]|"[^"]*")*>`)
	formTag   = regexp.MustCompile(`<(form)\b[^>]*>`)
	changeIds = regexp.MustCompile(` data-after="\d+"`)
)

// without is a page without the elements of some start tags.
func without(t *testing.T, start *regexp.Regexp, body string) string {
	t.Helper()
	var b strings.Builder
	for at := start.FindStringSubmatchIndex(body); at != nil; at = start.FindStringSubmatchIndex(body) {
		b.WriteString(body[:at[0]])
		body = body[at[0]:]
		body = body[endOf(t, body[1:][:at[3]-at[2]], body):]
	}
	return b.String() + body
}

// endOf is where an element ends that a text begins with.
func endOf(t *testing.T, name, text string) int {
	t.Helper()
	depth := 0
	for _, tag := range regexp.MustCompile(`<(/?)`+name+`\b`).FindAllStringSubmatchIndex(text, -1) {
		if depth++; tag[2] != tag[3] {
			depth -= 2
		}
		if depth == 0 {
			return tag[1] + len(">")
		}
	}
	require.Fail(t, "an element has no end", text)
	return 0
}

// still is what nothing brings up to date while a page is open: what is not live. Forms are left
// out, as nobody's input may be replaced.
func (s *site) still(path string) string {
	s.t.Helper()
	body := without(s.t, formTag, without(s.t, liveTags, s.page(path)))
	return strings.ReplaceAll(changeIds.ReplaceAllString(body, ""), "\n\n", "\n")
}

// happen changes whatever pages show.
func (s *site) happen() {
	s.t.Helper()
	ctx, corp, who := s.t.Context(), sandbox.CorpRef{CorpId: s.corp}, s.members()[0].UserId
	other := must[sandbox.Corp](s)(s.AddCorp(ctx, sandbox.NewCorp{Name: "Hills", Members: 2}))
	must[sandbox.Installed](s)(s.Install(ctx, sandbox.NewInstall{CorpId: other.CorpId}))
	must[sandbox.SharedLinks](s)(s.LinkCorps(ctx, sandbox.LinkedCorps{UpCorpId: s.corp, DownCorpId: other.CorpId}))
	name := "Ma"
	must[sandbox.MemberChanged](s)(s.ChangeMember(ctx, sandbox.MemberChange{CorpRef: corp, Name: &name}))
	must[sandbox.DepartmentChanged](s)(s.ChangeDepartment(ctx, sandbox.DepartmentChange{CorpRef: corp, Name: "Care"}))
	paid := must[sandbox.Order](s)(s.ShowOrder(ctx, sandbox.OrderRef{OrderId: s.order}))
	s.call("license/active_account?provider_access_token="+s.providerToken(), map[string]string{"active_code": paid.Codes[1].Code, "corpid": s.corp, "userid": s.members()[1].UserId})
	must[sandbox.OrderChanged](s)(s.DecideRefund(ctx, sandbox.Decision{OrderRef: sandbox.OrderRef{OrderId: s.refunding}, Approve: true}))
	must[sandbox.Fen](s)(s.SetBalance(ctx, sandbox.Fen{Fen: 5}))
	s.place(sandbox.NewOrder{CorpId: other.CorpId, Base: 3, Months: 1}, "pay")
	must[sandbox.AppOrderChanged](s)(s.PlaceAppOrder(ctx, sandbox.AppOrderTerms{CorpId: s.corp, EditionId: "sp2", Price: 100}))
	must[sandbox.CustomerAdded](s)(s.AddCustomer(ctx, sandbox.NewCustomer{Person: sandbox.Person{Name: "Ann"}, CorpRef: corp, UserId: who}))
	must[sandbox.GroupChanged](s)(s.AddGroup(ctx, sandbox.NewGroup{CorpRef: corp, Name: "Sale", Owner: who}))
	s.happenToCustomers(who)
	must[sandbox.KfOpened](s)(s.OpenKf(ctx, sandbox.KfOpening{CorpRef: corp, Name: "Shop", UserIds: []string{who}}))
	s.send(who, "text", `{"content":"News"}`, "")
	must[sandbox.Outcome](s)(s.Say(ctx, sandbox.Said{CorpId: s.corp, UserId: who, Text: "Thanks"}))
	must[sandbox.Installed](s)(s.ResetSecret(ctx, sandbox.InstallRef{SuiteId: s.suites()[1].SuiteId, CorpId: s.corp}))
	must[sandbox.ActiveFault](s)(s.AddFault(ctx, sandbox.Fault{Path: "/cgi-bin/user/get", ErrCode: 45009}))
	must[sandbox.ClockMoved](s)(s.MoveClock(ctx, sandbox.ClockMove{Add: sandbox.Span(3 * time.Hour)}))
}

// happenToCustomers is what members and customers do with each other.
func (s *site) happenToCustomers(who string) {
	s.t.Helper()
	ctx, corp := s.t.Context(), sandbox.CorpRef{CorpId: s.corp}
	known := must[sandbox.Customers](s)(s.ListCustomers(ctx, corp))
	s.asApp("externalcontact/mark_tag", `{"userid":"`+who+`","external_userid":"woShen","add_tag":["`+known.TagGroups[0].Tags[0].Id+`"]}`)
	messages := must[sandbox.GroupMessages](s)(s.ListGroupMessages(ctx, corp)).Messages
	must[sandbox.Outcome](s)(s.SendGroupMessage(ctx, sandbox.Confirmation{CorpRef: corp, MessageId: messages[0].MessageId}))
	kf := s.account()
	must[sandbox.KfWritten](s)(s.WriteKf(ctx, sandbox.KfWriting{KfRef: sandbox.KfRef{CorpRef: corp, OpenKfId: kf.OpenKfId}, ExternalUserId: "wmKai", Text: "Hello?"}))
}

// Whatever happens, an open page shows it: what changes is live, or in a form.
func TestWhatChangesIsLive(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.fill()
	before := map[string]string{}
	for _, path := range s.paths() {
		if path != "/push" { // where all but what is live belongs to the form
			before[path] = s.still(path)
		}
	}
	s.happen()
	for path, was := range before {
		assert.Equal(t, was, s.still(path), path)
	}
}
