package order_test

import (
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/fakewecom"
	"github.com/gothird/wecom/order"
	"github.com/gothird/wecom/token"
)

// T-19, T-80: an order whose connection breaks, before or after WeCom has made it, goes out
// once and is reported as unknown.
func TestCreateOverABrokenConnection(t *testing.T) {
	t.Parallel()
	for _, made := range []bool{false, true} {
		fake, _ := newFake(t, 0)
		server := httptest.NewServer(fake)
		defer server.Close()
		api, err := token.New(token.Config{CorpId: "wwProvider0001", ProviderSecret: "provider-secret", BaseURL: server.URL})
		require.NoError(t, err)
		fake.Fault(fakewecom.Fault{Path: "/cgi-bin/license/create_new_order", Cut: true, After: made})

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
