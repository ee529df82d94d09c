package order_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/spectest"
	"github.com/gothird/wecom/internal/testworld"
	"github.com/gothird/wecom/order"
	"github.com/gothird/wecom/token"
)

// G: endpoint/corp
func TestNoCorpBeforeAnyRequest(t *testing.T) {
	t.Parallel()
	api := testworld.Api(t.Context(), spectest.Refuse(t)).WithCorp("")
	for name, call := range map[string]func() error{
		"ORCreate":               func() error { _, err := order.ORCreate(api, &purchaseRow); return err },
		"ORReCreateJob":          func() error { _, err := order.ORReCreateJob(api, &order.ReOrder{AccountList: members(1)}); return err },
		"ORCancel":               func() error { return order.ORCancel(api, "o") },
		"AdvancedCreateOrder":    func() error { _, err := order.AdvancedCreateOrder(api, &order.AdvancedOrder{}); return err },
		"AdvancedGetCorpBuyInfo": func() error { _, err := order.AdvancedGetCorpBuyInfo(api); return err },
		"AppProlongTry":          func() error { _, err := order.AppProlongTry(api, 1, ""); return err },
	} {
		assert.ErrorIs(t, call(), token.ErrNoCorp, name)
	}
}

// A bound Api is a promise for whom things are done; a request for somebody else breaks it.
// G: order/other-corp
func TestAnotherCorpIsRefusedBeforeAnyRequest(t *testing.T) {
	t.Parallel()
	api := testworld.Api(t.Context(), spectest.Refuse(t))
	const other = "wpOther"
	one := func(corpId string) order.BuyInfo {
		return order.BuyInfo{corpId, order.AccountCount{BaseCount: 1}, order.AccountDuration{Months: 1}, nil}
	}
	cashier := thirdApp()
	cashier.CustomCorpId = other
	for field, calls := range map[string]map[string]func() error{"corpid": {
		"ORCreate": func() error {
			o := purchaseRow
			o.CorpId = other
			_, err := order.ORCreate(api, &o)
			return err
		},
		"ORReCreateJob": func() error {
			_, err := order.ORReCreateJob(api, &order.ReOrder{CorpId: other, AccountList: members(1)})
			return err
		},
		"ORGetList":   func() error { _, err := order.ORGetList(api, &order.ListCond{CorpId: other}); return err },
		"ORAllOrders": func() error { return last(order.ORAllOrders(api, order.ListCond{CorpId: other})) },
	}, "buy_list[1].corpid": {
		"ORNewJobCreate": func() error {
			_, err := order.ORNewJobCreate(api, &order.NewJob{BuyList: []order.BuyInfo{one(corp), one(other)}})
			return err
		},
	}, "custom_corpid": {
		"AdvancedCreateOrder": func() error {
			_, err := order.AdvancedCreateOrder(api, &order.AdvancedOrder{
				CustomCorpId: other, BuyerUserId: buyer, ChatArchiveApi: &order.ChatArchiveBuy{Edition: 2, PurchaseCount: 1},
			})
			return err
		},
		"AdvancedListOrder": func() error {
			_, err := order.AdvancedListOrder(api, &order.AdvancedListCond{CustomCorpId: other})
			return err
		},
		"PaytoolOpenOrder": func() error { _, err := order.PaytoolOpenOrder(api, cashierKey, cashier); return err },
	}} {
		for name, call := range calls {
			assert.ErrorContains(t, call(), "wecom: "+field+" is wpOther, but the Api is bound to the corp "+corp, name)
		}
	}
	sent := 0
	free := testworld.Api(t.Context(), spectest.Canned(func(string, []byte) string { sent++; return `{"order_id":"x","jobid":"j"}` })).WithCorp("")
	o := purchaseRow
	o.CorpId = other
	_, err := order.ORCreate(free, &o)
	require.NoError(t, err)
	_, err = order.ORNewJobCreate(free, &order.NewJob{BuyList: []order.BuyInfo{one(corp), one(other)}})
	require.NoError(t, err)
	assert.Equal(t, 2, sent, "an Api for no corp orders for any")
}
