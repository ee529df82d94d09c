package desk

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/fakewecom/faketest"
	"github.com/gothird/wecom/internal/fakewecom/platform"
)

// orderOf is a license order as the console shows it.
func (w counter) orderOf(id string) Order {
	w.T.Helper()
	for _, o := range w.LicenseOrders("") {
		if o.Id == id {
			return o
		}
	}
	require.FailNow(w.T, "no order "+id)
	return Order{}
}

// changes counts the changes of orders since.
func (w counter) changes(after int64) (n int) {
	w.T.Helper()
	changes, gap := w.ChangesAfter(after, 1000)
	require.False(w.T, gap)
	for _, c := range changes {
		if c.Kind == platform.ChangedOrder {
			n++
		}
	}
	return n
}

func TestRenewalInTheConsole(t *testing.T) {
	t.Parallel()
	w := newCounter(t)
	ctx := t.Context()
	codes := w.buy(faketest.Corp, 2, 0, 1, 0)
	w.activate(codes[0], "woAnna")
	renewal := ConsoleRenewal{CorpId: faketest.Corp, Buyer: testBuyer, Seats: []Seat{{"woAnna", licBase}, {"woBo", licBase}}, Months: 2}
	_, err := w.PlaceRenewal(ctx, "", renewal)
	assert.ErrorContains(t, err, fmt.Sprint(codeNeverActivated), "all or none")
	w.activate(codes[1], "woBo")
	before := w.orderOf(w.LicenseOrders("")[0].Id).Codes[0].Expires
	id, err := w.PlaceRenewal(ctx, "", renewal)
	require.NoError(t, err)
	assert.Equal(t, []any{orderRenewal, 2, 2}, []any{w.orderOf(id).Kind, w.orderOf(id).Base, w.orderOf(id).Months})
	require.NoError(t, w.PayOrder(ctx, id))
	assert.Equal(t, before.Add(2*monthDays*day), w.LicenseOrders("")[0].Codes[0].Expires)

	renewal.Months = 0
	_, err = w.PlaceRenewal(ctx, "", renewal)
	assert.ErrorContains(t, err, "months and new_expire_time")
	renewal.NewExpire = before.Add(200 * day)
	id, err = w.PlaceRenewal(ctx, "", renewal)
	require.NoError(t, err)
	require.NoError(t, w.PayOrder(ctx, id))
	assert.WithinDuration(t, renewal.NewExpire, w.LicenseOrders("")[0].Codes[0].Expires, day)
	renewal.CorpId = "wpNobody"
	_, err = w.PlaceRenewal(ctx, "", renewal)
	assert.Error(t, err)
}

func TestUnionOrderInTheConsole(t *testing.T) {
	t.Parallel()
	w := newCounter(t)
	ctx := t.Context()
	parts := []ConsoleOrder{{CorpId: faketest.Corp, Base: 5, Months: 3}, {CorpId: testCorp2, Interop: 2, Months: 6}}
	for wrong, bad := range map[string][]ConsoleOrder{
		fmt.Sprint(codeEmptyList): nil, fmt.Sprint(codeSameCorp): {parts[0], parts[0]}, fmt.Sprint(codeNotInstalled): {parts[0], {CorpId: "wpNobody", Base: 1, Months: 1}},
		"account_count is 0": {parts[0], {CorpId: testCorp2, Months: 1}},
	} {
		_, err := w.PlaceUnionOrder(ctx, "", testBuyer, bad)
		assert.ErrorContains(t, err, wrong)
	}
	assert.Empty(t, w.LicenseOrders(""), "all or none")
	id, err := w.PlaceUnionOrder(ctx, "", testBuyer, parts)
	require.NoError(t, err)
	o := w.orderOf(id)
	assert.Equal(t, orderUnion, o.Kind)
	require.Len(t, o.Subs, 2)
	require.NoError(t, w.PayOrder(ctx, id))
	assert.Len(t, w.orderOf(o.Subs[0]).Codes, 5)
	assert.Equal(t, []any{testCorp2, 2, id}, []any{w.orderOf(o.Subs[1]).CorpId, len(w.orderOf(o.Subs[1]).Codes), w.orderOf(o.Subs[1]).Parent})
	require.NoError(t, w.AddProvider(platform.Provider{CorpId: faketest.Provider, Secret: "s", Members: []string{testBuyer}}))
	_, err = w.PlaceUnionOrder(ctx, "", "lin", parts)
	assert.ErrorContains(t, err, fmt.Sprint(codeNoBuyer))
}

// A union order of more corps than one request of the API takes.
func TestLargeUnionOrderInTheConsole(t *testing.T) {
	t.Parallel()
	w := newCounter(t)
	var parts []ConsoleOrder
	for i := range licUnionCallMax + 1 {
		id := fmt.Sprintf("wpMany%02d", i)
		require.NoError(t, w.AddCorp(platform.Corp{Id: id, Name: id}))
		_, err := w.Install(t.Context(), faketest.Suite, id, platform.InstallOptions{FromProviderSite: true})
		require.NoError(t, err)
		parts = append(parts, ConsoleOrder{CorpId: id, Base: 1, Months: 1})
	}
	id, err := w.PlaceUnionOrder(t.Context(), "", testBuyer, parts)
	require.NoError(t, err)
	assert.Len(t, w.orderOf(id).Subs, licUnionCallMax+1)
}

func TestLicencesInTheConsole(t *testing.T) {
	t.Parallel()
	w := newCounter(t)
	ctx := t.Context()
	assert.Equal(t, CorpLicences{}, w.CorpLicences("", faketest.Corp))
	assert.ErrorContains(t, w.SetAutoActive(ctx, "", faketest.Corp, true), fmt.Sprint(codeNeverBought))
	codes := w.buy(faketest.Corp, 3, 0, 3, 0)
	before := w.LastChange()
	require.NoError(t, w.Activate(ctx, "", faketest.Corp, codes[0], "woAnna"))
	assert.Positive(t, w.changes(before))
	assert.ErrorContains(t, w.Activate(ctx, "", faketest.Corp, codes[0], "woBo"), fmt.Sprint(codeBound))
	before = w.LastChange()
	require.NoError(t, w.TransferLicences(ctx, "", faketest.Corp, "woAnna", "woBo"))
	assert.Positive(t, w.changes(before))
	assert.Equal(t, "woBo", w.LicenseOrders("")[0].Codes[0].UserId)
	assert.ErrorContains(t, w.TransferLicences(ctx, "", faketest.Corp, "woBo", "bo"), fmt.Sprint(codeSameUser))
	assert.ErrorContains(t, w.TransferLicences(ctx, "", faketest.Corp, "woAnna", "woBo"), fmt.Sprint(codeNotActive))
	assert.Error(t, w.TransferLicences(ctx, "", "wpNobody", "woAnna", "woBo"))
	require.NoError(t, w.SetAutoActive(ctx, "", faketest.Corp, true))
	w.facts(faketest.Corp, LicenseFacts{HeadCount: 5})
	assert.Equal(t, CorpLicences{LicenseFacts{HeadCount: 5}, true, true}, w.CorpLicences("", faketest.Corp))
	require.NoError(t, w.SetAutoActive(ctx, "", faketest.Corp, false))
	assert.False(t, w.CorpLicences("", faketest.Corp).AutoActive)
	assert.Equal(t, CorpLicences{}, w.CorpLicences("", "wpNobody"))

	p := DefaultLicensePolicy()
	assert.Equal(t, p, w.LicensePolicyOf(""))
	p.JobDelay = time.Hour
	before = w.LastChange()
	w.SetLicensePolicy("", p)
	assert.Equal(t, 1, w.changes(before))
	assert.Equal(t, p, w.LicensePolicyOf(""))
}

func TestLinksInTheConsole(t *testing.T) {
	t.Parallel()
	w := newCounter(t)
	ctx := t.Context()
	codes := w.buy(faketest.Corp, 2, 0, 1, 0)
	assert.Empty(t, w.Links(""))
	share := func(codes ...string) error { return w.ShareCodes(ctx, "", faketest.Corp, testCorp2, 0, codes) }
	assert.ErrorContains(t, share(codes[0]), fmt.Sprint(codeNotLinked))
	up, down := CorpLink{HeadCount: 9, AppShared: true}, CorpLink{Kind: 1}
	require.NoError(t, w.LinkCorps("", faketest.Corp, testCorp2, up))
	require.NoError(t, w.LinkCorps("", testCorp2, faketest.Corp, down))
	require.NoError(t, share(codes[0]))
	assert.ErrorContains(t, share(codes[0], codes[1]), fmt.Sprint(codeShared), "the other was given")
	assert.Equal(t, []LinkedCorps{{faketest.Corp, testCorp2, up, 2}, {testCorp2, faketest.Corp, down, 0}}, w.Links(""))
}

func TestCashierInTheConsole(t *testing.T) {
	t.Parallel()
	w := newCashierWorld(t)
	c := w.Cashier("")
	assert.Equal(t, []any{true, true}, []any{c.HasKey, c.Merchant})
	before := w.LastChange()
	in := customised(customItem())
	in["creator"] = "chen"
	id := w.pay(codeOK, "open_order", in)["order_id"].(string)
	assert.Equal(t, 1, w.changes(before))
	made := time.Unix(w.unix(), 0)
	want := CashierOrder{id, cashUnpaid, faketest.Corp, faketest.Template, businessCustomised, cashByClient, 199900, "chen", made, time.Time{}}
	assert.Equal(t, []CashierOrder{want}, w.Cashier("").Orders)
	require.NoError(t, w.PayOrder(t.Context(), id))
	want.Status, want.Paid = cashPaid, made
	assert.Equal(t, []CashierOrder{want}, w.Cashier("").Orders)
	i := Invoice{OrderId: id, CorpId: faketest.Corp, Applied: made.Unix(), Paid: 199900, Title: "Bakery"}
	w.AddInvoice("", i)
	assert.Equal(t, []Invoice{i}, w.Cashier("").Invoices)
	assert.Equal(t, 3, w.changes(before))
}

func TestAdvancedOrdersInTheConsole(t *testing.T) {
	t.Parallel()
	w := newCounter(t)
	assert.Empty(t, w.AdvancedOrders(""))
	before := w.LastChange()
	id := w.advBuy(-1, chat(2, 10))
	assert.GreaterOrEqual(t, w.changes(before), 2)
	list := w.AdvancedOrders("")
	require.Len(t, list, 1)
	o := list[0]
	assert.Equal(t, []any{id, advNew, orderPaid, faketest.Corp, testBuyer, int64(2), int64(10)}, []any{o.OrderId, o.Kind, o.Status, o.CorpId, o.Buyer, o.Edition, o.Count})
	assert.Positive(t, o.Price)
	assert.Equal(t, advYearDays*day, o.End.Sub(o.Begin))
}
