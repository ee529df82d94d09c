package desk

import (
	"context"
	"fmt"

	"github.com/gothird/wecom/internal/fakewecom/platform"
)

// MoveAdvancedOrder changes the state of an advanced-API order as the console
// or the platform does: 1 paid, 2 cancelled, 3 expired, 4 refund asked, 5
// refunded, 6 refund refused. A refund takes back what the order bought.
func (ds *Desks) MoveAdvancedOrder(ctx context.Context, orderId string, status int) error {
	return ds.actFor(ctx, orderId, func(d *desk) error {
		o := d.advanced[orderId]
		if o == nil {
			return fmt.Errorf("fakewecom: no advanced order %q", orderId)
		}
		if _, ok := marketMoves()[[2]int{o.status, status}]; !ok {
			return fmt.Errorf("fakewecom: advanced order %s can't go from state %d to %d", orderId, o.status, status)
		}
		o.status = status
		d.changed(o.corp.Id, o.id)
		switch status {
		case orderPaid:
			d.payAdvanced(o)
		case orderCancelled:
			d.tellAdvanced("advanced_api_cancel", o.corp, platform.Text("OrderId", o.id))
		case orderRefunded, orderRefundRefused:
			word := int64(1)
			if status == orderRefundRefused {
				word = 2
			} else if o.kind == advUpgrade {
				o.old.gone = false
			}
			d.tellAdvanced("advanced_api_refund", o.corp, platform.Text("OrderId", o.id), platform.Number("OrderStatus", word))
		}
		return nil
	})
}
