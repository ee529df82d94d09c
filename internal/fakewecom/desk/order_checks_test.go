package desk

import (
	"testing"
	"time"

	"github.com/gothird/wecom/internal/fakewecom/faketest"
	"github.com/gothird/wecom/internal/fakewecom/platform"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestOrderForm(t *testing.T) {
	t.Parallel()
	w := newCounter(t)
	for _, row := range []struct{ code, base, interop, months, days int }{
		{platform.CodeBadParam, 0, 0, 1, 0},
		{platform.CodeBadParam, -1, 2, 1, 0},
		{platform.CodeBadParam, 1_000_001, 0, 1, 0},
		{platform.CodeBadParam, 0, 1_000_001, 1, 0},
		{platform.CodeBadParam, 1, 0, 0, 0},
		{platform.CodeBadParam, 1, 0, 0, 30},
		{platform.CodeBadParam, 1, 0, 60, 1},
		{platform.CodeBadParam, 1, 0, 0, 1861},
		{platform.CodeBadParam, 1, 0, -1, 62},
		{platform.CodeBadParam, 1, 0, 2, -31},
		{codeOK, 0, 1, 0, 31},
	} {
		w.refused(row.code, "create_new_order", order(faketest.Corp, row.base, row.interop, row.months, row.days))
	}
	w.refused(codeOK, "create_new_order", order(testCorp2, 1, 0, 59, 31))
	bad := order(testCorp2, 1, 0, 1, 0)
	bad["account_duration"].(obj)["new_expire_time"] = w.unix() + 40*dayInSecs
	w.refused(platform.CodeBadParam, "create_new_order", bad)
	w.refused(codeNotInstalled, "create_new_order", order("wpNobody", 1, 0, 1, 0))
	delete(bad, "buyer_userid")
	w.refused(platform.CodeBadParam, "create_new_order", bad)
}

// TestOrderRules breaks one rule at a time.
func TestOrderRules(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name                  string
		code                  int
		setup                 func(w counter)
		base, interop, months int
	}{
		{"no app installed", codeNotInstalled, func(w counter) { require.NoError(w.T, w.Cancel(w.T.Context(), faketest.Suite, faketest.Corp)) }, 1, 0, 1},
		{"unpaid order", codeUnpaidOrder, func(w counter) { w.place(faketest.Corp, 1, 0, 1, 0) }, 1, 0, 1},
		{"unpaid order of another corp", codeOK, func(w counter) { w.place(testCorp2, 1, 0, 1, 0) }, 1, 0, 1},
		{"no interop app", codeNoInteropApp, func(w counter) { w.facts(faketest.Corp, LicenseFacts{NoInteropApp: true}) }, 1, 1, 1},
		{"no interop app, base only", codeOK, func(w counter) { w.facts(faketest.Corp, LicenseFacts{NoInteropApp: true}) }, 1, 0, 1},
		{"formal orders exist", codeFormalExists, func(w counter) {
			w.buy(faketest.Corp, 1, 0, 1, 0)
			require.NoError(w.T, w.SetTestCorp(faketest.Corp, true))
		}, 1, 0, 1},
		{"too frequent", codeTooFrequent, func(w counter) {
			w.policy(func(p *LicensePolicy) { p.MinOrderGap = time.Minute })
			w.buy(faketest.Corp, 1, 0, 1, 0)
		}, 1, 0, 1},
		{"livelihood: not 12 months", codeLivelihoodSpan, livelihood(10), 1, 0, 11},
		{"livelihood: too many", codeLivelihoodCap, livelihood(10), 6, 5, 12},
		{"livelihood", codeOK, livelihood(10), 5, 5, 12},
		{"no app order", codeAppOrderMissing, appOrders(AppOrders{State: AppOrdersNone}), 1, 0, 12},
		{"app orders expired", codeAppOrderExpired, appOrders(AppOrders{State: AppOrdersExpired}), 1, 0, 12},
		{"trial: too many", codeTrialCount, appOrders(AppOrders{State: AppOrdersTrial, TrialHeads: 5}), 4, 2, 1},
		{"trial: too long", codeTrialDuration, appOrders(AppOrders{State: AppOrdersTrial, TrialHeads: 5}), 1, 0, 4},
		{"trial", codeOK, appOrders(AppOrders{State: AppOrdersTrial, TrialHeads: 5}), 5, 0, 3},
		{"shorter than the app order", codeBelowAppOrder, appOrders(AppOrders{State: AppOrdersValid, Days: 365}), 1, 0, 11},
		{"as long as the app order", codeOK, appOrders(AppOrders{State: AppOrdersValid, Days: 365}), 1, 0, 12},
		{"short, too many heads", codeHeadCount, heads(4), 9, 0, 3},
		{"short, all heads twice", codeOK, heads(4), 8, 0, 3},
		{"long, any heads", codeOK, heads(4), 9, 0, 4},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			w := newCounter(t)
			row.setup(w)
			out := w.refused(row.code, "create_new_order", order(faketest.Corp, row.base, row.interop, row.months, 0))
			if row.code >= codeAppOrderMissing && row.code != codeTooFrequent {
				assert.Contains(t, out["errmsg"], "WARNING")
			} else {
				assert.NotContains(t, out["errmsg"], "WARNING")
			}
		})
	}
}

func livelihood(most int) func(counter) {
	return func(w counter) { w.facts(faketest.Corp, LicenseFacts{Livelihood: true, LivelihoodCap: most}) }
}

func appOrders(a AppOrders) func(counter) {
	return func(w counter) { w.facts(faketest.Corp, LicenseFacts{AppOrders: a}) }
}

func heads(n int) func(counter) {
	return func(w counter) { w.facts(faketest.Corp, LicenseFacts{HeadCount: n}) }
}

func TestAppOrderWarning(t *testing.T) {
	t.Parallel()
	w := newCounter(t)
	w.policy(func(p *LicensePolicy) { p.AppOrderWarns = true })
	appOrders(AppOrders{State: AppOrdersExpired})(w)
	out := w.ok("create_new_order", order(faketest.Corp, 1, 0, 1, 0))
	assert.NotEmpty(t, out["order_id"])
	assert.Contains(t, out["errmsg"], "WARNING")
}

func TestConsoleOrders(t *testing.T) {
	t.Parallel()
	w := newCounter(t)
	place := func(corpId string, test bool) error {
		_, err := w.PlaceOrder(t.Context(), "", ConsoleOrder{CorpId: corpId, Buyer: testBuyer, Base: 1, Months: 1, Test: test})
		return err
	}
	assert.ErrorContains(t, place(faketest.Corp, true), "701127")
	require.NoError(t, w.SetTestCorp(testCorp2, true))
	assert.ErrorContains(t, place(testCorp2, false), "701128")
	require.NoError(t, place(faketest.Corp, false))
	id, err := w.PlaceOrder(t.Context(), "", ConsoleOrder{CorpId: testCorp2, Buyer: testBuyer, Base: 1, Months: 1, Test: true})
	require.NoError(t, err)
	require.NoError(t, w.PayOrder(t.Context(), id))
	assert.ErrorContains(t, place(testCorp2, false), "701036")
	_, err = w.MigrateOrder(t.Context(), "", ConsoleOrder{CorpId: "wpNobody"}, false)
	assert.Error(t, err)
}

func TestOnlyBuyersBuy(t *testing.T) {
	t.Parallel()
	w := newCounter(t)
	require.NoError(t, w.AddProvider(platform.Provider{CorpId: faketest.Provider, Secret: "provider-secret", Members: []string{"li.wei"}}))
	w.refused(codeNoBuyer, "create_new_order", order(faketest.Corp, 1, 0, 1, 0))
	in := order(faketest.Corp, 1, 0, 1, 0)
	in["buyer_userid"] = "li.wei"
	id := w.ok("create_new_order", in)["order_id"]
	job := w.ok("create_new_order_job", buyList(buyItem(testCorp2, 1, 1)))["jobid"]
	w.refused(codeNoBuyer, "submit_new_order_job", obj{"jobid": job, "buyer_userid": testBuyer})
	w.adv(codeNoBuyer, "create_order", advOrder(0, chat(2, 1)))
	w.refused(codeNoPayRight, "submit_pay_job", obj{"order_id": id, "payer_userid": testBuyer})
}

func TestPrices(t *testing.T) {
	t.Parallel()
	p := Prices{Base: []PriceTier{{0, 5000}, {200, 4000}, {1000, 3000}}}
	for _, row := range []struct {
		have, count int
		want        int64
	}{
		{0, 0, 0}, {0, 1, 5000}, {0, 200, 1_000_000}, {0, 201, 1_004_000},
		{199, 2, 9000}, {200, 1, 4000}, {0, 1001, 1_000_000 + 800*4000 + 3000}, {5000, 2, 6000},
	} {
		assert.Equal(t, row.want, p.yearly(licBase, row.have, row.count), "%+v", row)
	}
	assert.Zero(t, p.yearly(licInterop, 0, 5), "no tiers, no price")
	assert.EqualValues(t, 5000, forDays(5000, 372))
	assert.EqualValues(t, 417, forDays(5000, 31))

	w := newCounter(t)
	w.policy(func(p *LicensePolicy) { p.Prices.Base = []PriceTier{{0, 37200}, {2, 3720}} })
	price := func(id string) int {
		return faketest.Num(w.ok("get_order", obj{"order_id": id})["order"].(obj), "price")
	}
	codes := w.buy(faketest.Corp, 2, 0, 12, 0)
	w.activate(codes[0], "woAnna")
	w.activate(codes[1], "woBo")
	w.Clock.Add(day)
	id := w.place(faketest.Corp, 1, 0, 12, 0)
	assert.Equal(t, 37200, price(id), "the running accounts have less than the bought time left")
	require.NoError(t, w.ExpireOrder(t.Context(), id))
	assert.Equal(t, 310, price(w.place(faketest.Corp, 1, 0, 1, 0)), "both running accounts last longer: second tier")
}
