package console

import (
	"net/url"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/sandbox"
)

// codesHeld are the codes of an order by who has them.
func (s *site) held(order string) map[string]int {
	s.t.Helper()
	out := map[string]int{}
	for _, x := range s.shown(order).Codes {
		out[x.UserId]++
	}
	return out
}

func TestActivateAndTransfer(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.fillCorp()
	path, members := "/corps/"+s.corp, s.members()
	assert.Contains(t, s.page(path), "This corp has no unbound code.")
	order := s.place(sandbox.NewOrder{Base: 1, Interop: 1, Months: 1}, "pay")
	code := s.shown(order).Codes[0].Code
	assert.Contains(t, s.page("/codes"), path+"?code="+code+"#licence")
	s.done(s.submit(path+"?code="+code, "POST /licenses/activate", url.Values{"user_id": {members[0].UserId}}))
	assert.Equal(t, map[string]int{members[0].UserId: 1, "": 1}, s.held(order))
	at := path + "?member=" + members[0].UserId
	body := s.page(at)
	assert.Contains(t, body, "Base account")
	assert.NotContains(t, body, "Interop account")
	s.done(s.submit(at, "POST /orders/renew", url.Values{"months": {"2"}}))
	all := must[sandbox.Orders](s)(s.ListOrders(t.Context(), sandbox.CorpQuery{})).Orders
	renewal := all[len(all)-1]
	assert.Equal(t, []int{orderRenewal, 2}, []int{renewal.Kind, renewal.Months})
	assert.Equal(t, "zhaoyun", renewal.Buyer, "who has bought last")
	assert.Contains(t, s.page("/orders/"+renewal.OrderId), "A renewal prolongs accounts")
	s.done(s.submit("/orders/"+renewal.OrderId, "POST /orders/{order}/pay", nil))
	heir := s.heir(members[0].UserId)
	s.done(s.submit(at, "POST /licenses/transfer", url.Values{"to_user_id": {heir}}))
	assert.Equal(t, map[string]int{heir: 1, "": 1}, s.held(order))
	assert.Contains(t, s.page(at), "This member has no account to transfer.")
}

// heir is another member who can take accounts over.
func (s *site) heir(of string) string {
	s.t.Helper()
	c := must[sandbox.MemberChanged](s)(s.ChangeMember(s.t.Context(), sandbox.MemberChange{CorpRef: sandbox.CorpRef{CorpId: s.corp}}))
	require.NotEqual(s.t, of, c.Member.UserId)
	return c.Member.UserId
}

func TestAutomaticActivation(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.fillCorp()
	path := "/corps/" + s.corp
	assert.Contains(t, s.page(path), "Only corps for which licences were bought")
	s.place(sandbox.NewOrder{Base: 1, Months: 1}, "pay")
	for _, on := range []bool{true, false} {
		s.done(s.submit(path, "POST /corps/{corp}/license", nil))
		x := must[sandbox.CorpLicense](s)(s.ShowCorpLicense(t.Context(), sandbox.CorpRef{CorpId: s.corp}))
		assert.Equal(t, on, x.AutoActive)
	}
}

func TestLinks(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	path := "/corps/" + s.corp
	assert.Contains(t, s.page(path), "There is no other corp.")
	s.fillCorp()
	order := s.place(sandbox.NewOrder{Base: 2, Months: 1}, "pay")
	down := must[sandbox.Corp](s)(s.AddCorp(t.Context(), sandbox.NewCorp{Name: "River"})).CorpId
	assert.Contains(t, s.page(path), "Link a corp first")
	s.done(s.submit(path, "POST /links", url.Values{"down_corp_id": {down}, "head_count": {"5"}, "app_shared": {"true"}}))
	all := must[sandbox.SharedLinks](s)(s.ListLinks(t.Context(), struct{}{})).Links
	require.Len(t, all, 1)
	assert.Equal(t, sandbox.LinkedCorps{UpCorpId: s.corp, DownCorpId: down, HeadCount: 5, AppShared: true}, all[0].LinkedCorps)
	assert.Contains(t, s.page("/corps/"+down), `<a href="`+path+`">`, "seen from below")
	code := s.shown(order).Codes[1].Code
	s.done(s.submit(path, "POST /links/share", url.Values{"codes": {code}}))
	assert.Equal(t, down, s.shown(order).Codes[1].ReceiverId)
	assert.Contains(t, s.page("/corps/"+down), code, "its members can have it")
	assert.NotContains(t, s.page("/corps/"+down), `name="codes" multiple size="4"><option`, "but it cannot give it away")
	s.refused(s.submit(path, "POST /links/share", nil), "codes")
}

func TestUnionOrder(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.fillCorp()
	river := must[sandbox.Corp](s)(s.AddCorp(t.Context(), sandbox.NewCorp{Name: "River"})).CorpId
	_, err := s.Install(t.Context(), sandbox.NewInstall{CorpId: river})
	require.NoError(t, err)
	s.done(s.submit("/orders", "POST /orders/union", url.Values{"corp_ids": {s.corp, river}, "base": {"1"}, "months": {"1"}}))
	ids := s.listed("/orders?q=several")
	require.Len(t, ids, 1)
	whole := s.shown(ids[0])
	require.Len(t, whole.Subs, 2)
	body := s.page("/orders/" + whole.OrderId)
	assert.Contains(t, body, "2\u00a0corps")
	assert.Contains(t, s.page("/orders"), "2\u00a0sub orders")
	assert.Contains(t, body, "They are in the sub orders.")
	part := s.page("/orders/" + whole.Subs[0])
	assert.Contains(t, part, "paid with it")
	s.done(s.submit("/orders/"+whole.OrderId, "POST /orders/{order}/pay", nil))
	assert.Equal(t, orderPaid, s.shown(whole.Subs[1]).Status)
	assert.Contains(t, s.page("/orders/"+whole.OrderId), "refunded by its parts")
}

func TestOnlineBank(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.fillCorp()
	id := s.place(sandbox.NewOrder{Base: 1, Months: 1})
	s.done(s.submit("/orders/"+id, "POST /orders/{order}/bank", nil))
	s.done(s.submit("/orders/"+id, "POST /orders/{order}/pay", nil))
	assert.NotContains(t, s.page("/orders/"+id), "/bank", "it is paid")
}

// A refusal is told in the language of the page.
func TestWhy(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.fillCorp()
	s.lang = chinese
	s.refused(s.submit("/corps", "POST /corps", url.Values{"members": {"-1"}}), "企业成员数应为 1 至")
	e := &sandbox.Error{Message: "no", MessageZh: "不行"}
	assert.Equal(t, "不行", chinese.why(e))
	assert.Equal(t, "no", english.why(e))
	assert.Equal(t, "no", chinese.why(&sandbox.Error{Message: "no"}))
}
