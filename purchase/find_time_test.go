package purchase_test

import (
	"encoding/json"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/clock"
	"github.com/gothird/wecom/internal/inprocess"
	"github.com/gothird/wecom/internal/spectest"
	"github.com/gothird/wecom/order"
	"github.com/gothird/wecom/purchase"
	"github.com/gothird/wecom/token"
)

// A purchase that was begun, or is gone on with, while a clock was wrong finds its order and
// waits no longer than usual.
// G: clock/purchase
func TestPurchaseSurvivesAWrongClock(t *testing.T) {
	const year = 365 * 24 * time.Hour
	for _, wrong := range []time.Duration{-2 * year, -year, -time.Hour, time.Hour, year, 2 * year} {
		for _, wrongAtFirst := range []bool{true, false} {
			synctest.Test(t, func(t *testing.T) {
				fake, admin := newFake(0)
				other, err := order.ORCreate(admin, &order.Order{BuyerUserId: buyer, AccountCount: wanted("").Order.AccountCount, AccountDuration: wanted("").Order.AccountDuration})
				require.NoError(t, err)
				require.NoError(t, fake.PayOrder(t.Context(), other))
				time.Sleep(3 * 24 * time.Hour)

				shift := func() { clock.Shift(wrong) }
				back := func() { clock.Shift(-wrong) }
				l := &line{to: inprocess.Transport(fake), breakAt: 3, arrives: true} // the answer to the order
				p, d := wanted(buyer), &disk{}
				if wrongAtFirst {
					shift()
				}
				err = purchase.Run(newApi(t.Context(), l), p, d.save)
				if wrongAtFirst {
					back()
				}
				require.ErrorIs(t, err, token.ErrOutcomeUnknown)
				p, err = d.load()
				require.NoError(t, err)
				time.Sleep(48 * time.Hour)
				if !wrongAtFirst {
					shift()
				}
				start := time.Now()
				err = purchase.Run(newApi(t.Context(), l), p, d.save)
				if !wrongAtFirst {
					back()
				}
				require.NoError(t, err)
				assert.Len(t, ordersOf(t, admin), 2, "ours and the other")
				assert.NotEqual(t, other, p.OrderId)
				assert.Less(t, time.Since(start), time.Minute)
			})
		}
	}
}

// What WeCom lists when it is told no time is its secret. Where that is nothing, an order
// made long ago is found by our own time, and a later clock leaves it in sight.
// G: purchase/own-order
func TestAnOrderIsFoundByOurTimeToo(t *testing.T) {
	t.Parallel()
	const day = 24 * time.Hour
	for _, away := range []time.Duration{0, time.Hour, 40 * day, 400 * day} {
		for _, wrong := range []time.Duration{-day + time.Minute, 0, day - time.Minute} { // WeCom's clock, by ours
			foundByOurTime(t, away, wrong)
		}
	}
}

func foundByOurTime(t *testing.T, away, wrong time.Duration) {
	synctest.Test(t, func(t *testing.T) {
		made, orders := time.Now().Add(wrong).Unix(), 0
		p := begun(t, "")
		time.Sleep(away)
		api := newApi(t.Context(), spectest.Canned(func(path string, body []byte) string {
			switch path {
			case "/cgi-bin/license/list_order":
				const other = `{"order_id":"other","order_type":2}`
				var in order.ListCond
				assert.NoError(t, json.Unmarshal(body, &in))
				if in.StartTime <= made && made < in.EndTime {
					return `{"has_more":0,"order_list":[` + other + `,{"order_id":"ours","order_type":1}]}`
				}
				return `{"has_more":0,"order_list":[` + other + `]}`
			case created:
				orders++
			}
			return detail(order.OrderUnpaid, 3, 1, 12*31)
		}))
		require.ErrorIs(t, purchase.Run(api, p, func(*purchase.Purchase) error { return errCrash }), errCrash)
		assert.Equal(t, "ours", p.OrderId)
		assert.Zero(t, orders, "%s later, %s", away, wrong)
	})
}

// A record that was begun while the clock stood at its beginning can be gone on with.
// G: clock/purchase
func TestARecordWithoutATimeFindsItsOrder(t *testing.T) {
	t.Parallel()
	for _, since := range []int64{0, 1, -1} {
		synctest.Test(t, func(t *testing.T) {
			p := begun(t, "")
			p.Since = since
			api := newApi(t.Context(), spectest.Canned(func(path string, body []byte) string {
				switch {
				case path != "/cgi-bin/license/list_order":
					return detail(order.OrderUnpaid, 3, 1, 12*31)
				case !strings.Contains(string(body), "start_time"):
					return `{"has_more":0,"order_list":[]}`
				}
				return `{"has_more":0,"order_list":[{"order_id":"ours","order_type":1}]}`
			}))
			require.ErrorIs(t, purchase.Run(api, p, func(*purchase.Purchase) error { return errCrash }), errCrash)
			assert.Equal(t, "ours", p.OrderId)
		})
	}
}
