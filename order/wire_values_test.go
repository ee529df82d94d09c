package order_test

import (
	"testing"

	"github.com/gothird/wecom/order"
	"github.com/stretchr/testify/assert"
)

// WeCom's numbers, as its documents have them.
// G: endpoint/documented
func TestWireValues(t *testing.T) {
	t.Parallel()
	for name, values := range map[string][2][]int{
		"type of an account": {{order.TypeBase, order.TypeInterop}, {1, 2}},
		"order_type":         {{order.OrderPurchase, order.OrderRenewal, order.OrderMigration, order.OrderHistoricContract, order.OrderUnion}, {1, 2, 5, 6, 8}},
		"order_status": {
			{order.OrderUnpaid, order.OrderPaid, order.OrderCancelled, order.OrderExpired, order.OrderRefundRequested, order.OrderRefunded, order.OrderRefundRefused, order.OrderVoid},
			{0, 1, 2, 3, 4, 5, 6, 7},
		},
		"status of a job":              {{order.JobDone, order.JobRunning, order.JobFailed}, {1, 2, 3}},
		"order_type of the advanced":   {{order.AdvancedNew, order.AdvancedMore, order.AdvancedRenewal, order.AdvancedUpgrade}, {0, 1, 2, 3}},
		"business_type of the cashier": {{order.PaytoolThirdApp, order.PaytoolCustomized, order.PaytoolPromotion}, {1, 2, 3}},
		"pay_type of the cashier":      {{order.PaytoolByClient, order.PaytoolByProvider, order.PaytoolFree}, {0, 1, 2}},
		"order_type of the cashier":    {{order.PaytoolNew, order.PaytoolMoreUsers, order.PaytoolRenewal}, {0, 1, 2}},
		"invoice_status":               {{order.InvoicePending, order.InvoicePosted, order.InvoiceMailed, order.InvoiceCancelled}, {0, 1, 2, 3}},
	} {
		assert.Equal(t, values[1], values[0], name)
	}
}
