package order_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/order"
	"github.com/gothird/wecom/token"
	"github.com/gothird/wecom/wecomtest"
)

// An order whose connection breaks, before or after WeCom has made it, goes out
// once and is reported as unknown.
// G: request/writes-once order/unknown
func TestCreateOverABrokenConnection(t *testing.T) {
	t.Parallel()
	const path = "/cgi-bin/license/create_new_order"
	for _, made := range []bool{false, true} {
		w := wecomtest.New(t)
		customer := w.Install(wecomtest.Corp{})
		cfg := w.Config()
		cfg.BaseURL, cfg.HTTPClient = "http://"+w.Addr(), nil // net/http has retries of its own
		api, err := token.New(cfg)
		require.NoError(t, err)
		w.Fail(path, wecomtest.Fault{Cut: true, Late: made})

		id, err := order.ORCreate(api.WithCorp(customer.Id), &order.Order{
			BuyerUserId: buyer, AccountCount: order.AccountCount{BaseCount: 1}, AccountDuration: order.AccountDuration{Months: 1},
		})
		require.ErrorIs(t, err, token.ErrOutcomeUnknown)
		assert.Empty(t, id)
		assert.Len(t, w.Requests(path), 1)

		list, err := order.ORGetList(api, &order.ListCond{CorpId: customer.Id})
		require.NoError(t, err)
		assert.Equal(t, made, len(list.OrderList) == 1, "what has become of it can be seen")
	}
}
