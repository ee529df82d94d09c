package order_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/spectest"
	"github.com/gothird/wecom/internal/testworld"
	"github.com/gothird/wecom/order"
)

// G: endpoint/checked
func TestLegalLimitsAreSent(t *testing.T) {
	t.Parallel()
	sent := 0
	api := testworld.Api(t.Context(), spectest.Canned(func(string, []byte) string { sent++; return `{"order_id":"x"}` }))
	for _, o := range []order.Order{
		{AccountCount: order.AccountCount{BaseCount: 1}, AccountDuration: order.AccountDuration{Days: 31}},
		{AccountCount: order.AccountCount{BaseCount: 1000000, ExternalContactCount: 1000000}, AccountDuration: order.AccountDuration{Months: 60}},
		{AccountCount: order.AccountCount{ExternalContactCount: 1}, AccountDuration: order.AccountDuration{Days: 1860}},
		{CorpId: corp, AccountCount: order.AccountCount{ExternalContactCount: 1}, AccountDuration: order.AccountDuration{Months: 1, Days: 1829}},
	} {
		o.BuyerUserId = buyer
		_, err := order.ORCreate(api, &o)
		require.NoError(t, err)
	}
	assert.Equal(t, 4, sent)
}

// G: endpoint/checked
func TestLegalChoicesAreSent(t *testing.T) {
	t.Parallel()
	sent := 0
	api := testworld.Api(t.Context(), spectest.Canned(func(string, []byte) string {
		sent++
		return `{"order_id":"x","jobid":"j","try_end_time":1}`
	}))
	_, err := order.ORNewJobCreate(api, &order.NewJob{BuyList: []order.BuyInfo{{corp, order.AccountCount{BaseCount: 1}, year(), ptr(1)}}})
	require.NoError(t, err)
	_, err = order.ORSubJob(api, &order.SubOrder{"j", buyer, order.AccountDuration{Months: 60}})
	require.NoError(t, err)
	_, err = order.AdvancedCreateOrder(api, &order.AdvancedOrder{
		BuyerUserId: buyer, OrderType: ptr(order.AdvancedRenewal), ChatArchiveApi: &order.ChatArchiveBuy{Edition: 3},
	})
	require.NoError(t, err, "a renewal names no count")
	_, err = order.AppProlongTry(api, 60, "")
	require.NoError(t, err)
	_, err = order.AppGetOrderList(api, 1, 1, 1)
	require.NoError(t, err)
	assert.Equal(t, 5, sent)
}

func TestNilSelectsEverything(t *testing.T) {
	t.Parallel()
	api := testworld.Api(t.Context(), spectest.Canned(func(_ string, body []byte) string {
		assert.Equal(t, "{}", string(body))
		return `{}`
	}))
	_, err := order.ORGetList(api, nil)
	require.NoError(t, err)
	_, err = order.AdvancedListOrder(api, nil)
	require.NoError(t, err)
	_, err = order.PaytoolGetInvoiceList(api, nil)
	require.NoError(t, err)
	_, err = order.PaytoolGetOrderList(api, cashierKey, nil)
	assert.ErrorContains(t, err, "limit is 0: it must be 1 to 2000", "WeCom has no default there")
}
