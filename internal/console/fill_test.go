package console

import (
	"cmp"
	"net/http"
	"net/http/httptest"

	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/sandbox"
)

// fill does a little of everything, so that each page has something to show.
func (s *site) fill() {
	s.t.Helper()
	s.fillCorp()
	s.fillOrders()
	s.listening()
	s.fillPeople()
	s.fillOutreach()
}

// must is for what cannot fail in a world that is all right.
func must[T any](s *site) func(T, error) T {
	return func(x T, err error) T {
		s.t.Helper()
		require.NoError(s.t, err)
		return x
	}
}

// fillCorp lets the corp install both apps, and the first app get its tokens.
func (s *site) fillCorp() {
	s.t.Helper()
	ctx, suites := s.t.Context(), s.suites()
	app := httptest.NewServer(http.NotFoundHandler()) // takes no push
	s.t.Cleanup(app.Close)
	must[sandbox.Outcome](s)(s.SetURLs(ctx, sandbox.URLs{SystemURL: &app.URL}))
	in := must[sandbox.Installed](s)(s.Install(ctx, sandbox.NewInstall{CorpId: s.corp, State: "s1"}))
	must[sandbox.Installed](s)(s.Install(ctx, sandbox.NewInstall{CorpId: s.corp, SuiteId: suites[1].SuiteId, MemberMode: true}))
	s.call("service/get_permanent_code?suite_access_token="+s.suiteToken(), map[string]string{"auth_code": s.reveal(in.AuthCode)})
	other := must[sandbox.Corp](s)(s.AddCorp(ctx, sandbox.NewCorp{Name: `<b>"Sons" & Co</b>`, Members: 1, Test: true}))
	must[sandbox.Installed](s)(s.Install(ctx, sandbox.NewInstall{CorpId: other.CorpId}))
	d := must[sandbox.DepartmentChanged](s)(s.ChangeDepartment(ctx, sandbox.DepartmentChange{CorpRef: sandbox.CorpRef{CorpId: s.corp}, Name: "Sales", Hidden: true}))
	in2, yes, name := []int64{d.Id}, true, "Lin <i>"
	members := s.members()
	must[sandbox.MemberChanged](s)(s.ChangeMember(ctx, sandbox.MemberChange{CorpRef: sandbox.CorpRef{CorpId: s.corp}, UserId: members[1].UserId, Name: &name, Departments: &in2}))
	must[sandbox.MemberChanged](s)(s.ChangeMember(ctx, sandbox.MemberChange{CorpRef: sandbox.CorpRef{CorpId: s.corp}, UserId: members[2].UserId, Left: &yes}))
}

func (s *site) suites() []sandbox.Suite {
	s.t.Helper()
	return must[sandbox.Provider](s)(s.ShowProvider(s.t.Context(), struct{}{})).Suites
}

func (s *site) members() []sandbox.Member {
	s.t.Helper()
	return must[sandbox.Corp](s)(s.ShowCorp(s.t.Context(), sandbox.CorpRef{CorpId: s.corp})).Members
}

// suiteToken and providerToken are what an app gets.
func (s *site) suiteToken() string {
	s.t.Helper()
	env := s.environment()
	out := s.call("service/get_suite_token", map[string]string{"suite_id": env["WECOM_SUITE_ID"], "suite_secret": env["WECOM_SUITE_SECRET"], "suite_ticket": env["WECOM_SUITE_TICKET"]})
	return out["suite_access_token"].(string)
}

func (s *site) providerToken() string {
	s.t.Helper()
	env := s.environment()
	out := s.call("service/get_provider_token", map[string]string{"corpid": env["WECOM_CORP_ID"], "provider_secret": env["WECOM_PROVIDER_SECRET"]})
	return out["provider_access_token"].(string)
}

// fillOrders makes a paid order with an active code, one that is refunded, one that is unpaid, and
// one in the app market.
func (s *site) fillOrders() {
	s.t.Helper()
	ctx := s.t.Context()
	s.order = s.place(sandbox.NewOrder{Base: 2, Interop: 1, Months: 1}, "pay")
	paid := must[sandbox.Order](s)(s.ShowOrder(ctx, sandbox.OrderRef{OrderId: s.order}))
	s.call("license/active_account?provider_access_token="+s.providerToken(), map[string]string{"active_code": paid.Codes[0].Code, "corpid": s.corp, "userid": s.members()[0].UserId})
	s.place(sandbox.NewOrder{Base: 1, Months: 1}, "expire")
	s.refunding = s.place(sandbox.NewOrder{Base: 1, Months: 12, Days: 7}, "pay", "refund")
	for _, x := range s.corps() {
		if x.Test {
			s.place(sandbox.NewOrder{CorpId: x.CorpId, Base: 1, Interop: 1, Months: 1, Test: true})
		}
	}
	must[sandbox.AppOrderChanged](s)(s.PlaceAppOrder(ctx, sandbox.AppOrderTerms{CorpId: s.corp, EditionId: "sp1", Price: 129900, Days: 365, Users: 20}))
}

// place orders licences, and moves the order on.
func (s *site) place(o sandbox.NewOrder, moves ...string) string {
	s.t.Helper()
	ctx := s.t.Context()
	o.CorpId, o.Buyer = cmp.Or(o.CorpId, s.corp), "zhaoyun"
	ref := sandbox.OrderRef{OrderId: must[sandbox.OrderChanged](s)(s.PlaceOrder(ctx, o)).Order.OrderId}
	for _, move := range moves {
		var err error
		switch move {
		case "pay":
			_, err = s.PayOrder(ctx, ref)
		case "refund":
			_, err = s.AskRefund(ctx, ref)
		case "decide":
			_, err = s.DecideRefund(ctx, sandbox.Decision{OrderRef: ref, Approve: true})
		case "expire":
			_, err = s.ExpireOrder(ctx, ref)
		}
		require.NoError(s.t, err, move)
	}
	return ref.OrderId
}
