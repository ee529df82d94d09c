package order_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/fakewecom/platform"
	"github.com/gothird/wecom/internal/testworld"
	"github.com/gothird/wecom/order"
	"github.com/gothird/wecom/token"
)

// An order whose connection breaks, before or after WeCom has made it, goes out
// once and is reported as unknown.
// G: request/writes-once order/unknown
func TestCreateOverABrokenConnection(t *testing.T) {
	t.Parallel()
	for _, made := range []bool{false, true} {
		w := testworld.Loopback(t, platform.Options{}, nil)
		w.Sell(0)
		fake, api := w.Server, w.Api()
		fake.Fault(platform.Fault{Path: "/cgi-bin/license/create_new_order", Cut: true, After: made})

		id, err := order.ORCreate(api.WithCorp(corp), &order.Order{
			BuyerUserId: buyer, AccountCount: order.AccountCount{BaseCount: 1}, AccountDuration: order.AccountDuration{Months: 1},
		})
		require.ErrorIs(t, err, token.ErrOutcomeUnknown)
		assert.Empty(t, id)
		assert.Equal(t, 1, fake.Count("/cgi-bin/license/create_new_order"))

		list, err := order.ORGetList(api, &order.ListCond{CorpId: corp})
		require.NoError(t, err)
		assert.Equal(t, made, len(list.OrderList) == 1, "what has become of it can be seen")
	}
}
