package purchase_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gothird/wecom/internal/clock"
	"github.com/gothird/wecom/internal/inprocess"
	"github.com/gothird/wecom/internal/spectest"
	"github.com/gothird/wecom/order"
	"github.com/gothird/wecom/purchase"
	"github.com/gothird/wecom/token"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// slow loses the answer of each order at once, and WeCom gets it some seconds later.
type slow struct {
	to   http.RoundTripper
	sent int
}

func (s *slow) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.URL.Path != "/cgi-bin/license/create_new_order" {
		return s.to.RoundTrip(r)
	}
	s.sent++
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	go func() {
		time.Sleep(8 * time.Second)
		again, err := http.NewRequest(http.MethodPost, r.URL.String(), bytes.NewReader(body))
		if err == nil {
			_, _ = s.to.RoundTrip(again)
		}
	}()
	return nil, io.ErrUnexpectedEOF
}

// An order that is still on its way when its answer is given up is waited for, not sent
// again.
// G: purchase/once
func TestPurchaseWaitsForAnOrderOnItsWay(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		fake, _ := newFake(0)
		line := &slow{to: inprocess.Transport(fake)}
		api := newApi(t.Context(), line)
		p, d := wanted(buyer), &disk{}
		require.ErrorIs(t, purchase.Run(api, p, d.save), token.ErrOutcomeUnknown)
		assert.Equal(t, purchase.StepOrdering, p.Step)
		require.NoError(t, purchase.Run(api, p, d.save))
		assert.Equal(t, 1, line.sent)
	})
}

// begun returns a purchase that was saved before its order was sent.
func begun(t *testing.T, payer string) *purchase.Purchase {
	t.Helper()
	p := wanted(payer)
	api := newApi(t.Context(), spectest.Canned(func(path string, _ []byte) string {
		assert.Equal(t, "/cgi-bin/license/list_order", path)
		return `{"has_more":0,"order_list":[]}`
	}))
	require.ErrorIs(t, purchase.Run(api, p, func(*purchase.Purchase) error { return errCrash }), errCrash)
	require.Equal(t, purchase.StepOrdering, p.Step)
	return p
}

const (
	created       = "/cgi-bin/license/create_new_order"
	detailOfOrder = "/cgi-bin/license/get_order"
)

// found resumes a purchase whose order may have been made, among the orders given, and
// returns the order that it goes on with and what it has sent. A new order would be taken.
func found(t *testing.T, details map[string]string) (orderId string, sent []string, err error) {
	t.Helper()
	list := ""
	for _, id := range []string{"known", "renewal", "size", "length", "closed", "ours"} {
		if _, ok := details[id]; ok {
			kind := 1
			if id == "renewal" {
				kind = 2
			}
			list += fmt.Sprintf(`,{"order_id":%q,"order_type":%d}`, id, kind)
		}
	}
	synctest.Test(t, func(t *testing.T) {
		p := begun(t, "")
		p.Known = []string{"known"}
		api := newApi(t.Context(), spectest.Canned(func(path string, body []byte) string {
			sent = append(sent, path)
			switch path {
			case "/cgi-bin/license/list_order":
				return `{"has_more":0,"order_list":[` + list[1:] + `]}`
			case "/cgi-bin/license/get_order":
				var in struct {
					OrderId string `json:"order_id"`
				}
				assert.NoError(t, json.Unmarshal(body, &in))
				assert.NotEqual(t, "known", in.OrderId)
				return details[in.OrderId]
			}
			return `{"order_id":"new"}`
		}))
		start := time.Now()
		err = purchase.Run(api, p, func(*purchase.Purchase) error { return errCrash })
		assert.GreaterOrEqual(t, time.Since(start), 10*time.Second, "time for the order to arrive")
		orderId = p.OrderId
	})
	return orderId, sent, err
}

func detail(status, base, interop, days int) string {
	return fmt.Sprintf(`{"order":{"order_status":%d,"order_type":1,"account_count":{"base_count":%d,"external_contact_count":%d},
		"account_duration":{"days":%d}}}`, status, base, interop, days)
}

// G: purchase/own-order
func TestPurchaseFindsItsOrder(t *testing.T) {
	t.Parallel()
	const days = 12 * 31
	others := map[string]string{
		"known":   detail(order.OrderUnpaid, 3, 1, days),
		"renewal": detail(order.OrderUnpaid, 3, 1, days),
		"size":    detail(order.OrderUnpaid, 1, 3, days),
		"length":  detail(order.OrderUnpaid, 3, 1, days+1),
	}
	id, sent, _ := found(t, others)
	assert.Equal(t, "new", id, "none of them is ours")
	const list, get = "/cgi-bin/license/list_order", "/cgi-bin/license/get_order"
	assert.Equal(t, []string{list, get, get, list, created}, sent, "each order is looked at once")

	others["closed"] = detail(order.OrderCancelled, 3, 1, days)
	id, _, _ = found(t, others)
	assert.Equal(t, "closed", id, "somebody has cancelled it: that is for the caller to know")

	for _, status := range []int{order.OrderUnpaid, order.OrderPaid, order.OrderRefundRequested} {
		others["ours"] = detail(status, 3, 1, days)
		id, sent, _ = found(t, others)
		assert.Equal(t, "ours", id)
		assert.NotContains(t, sent, created)
	}
}

// A search that fails orders nothing, wherever it fails: the order that it did not come to
// may be ours.
// G: purchase/own-order
func TestASearchThatFailsOrdersNothing(t *testing.T) {
	t.Parallel()
	for _, failure := range []string{`{"errcode":40058}`, `{"errcode":701005}`, `{"errcode":-1}`, `<html>`, ""} {
		id, sent, err := found(t, map[string]string{"ours": failure})
		require.Error(t, err)
		require.NotErrorIs(t, err, errCrash, "nothing was saved, since nothing was found out")
		assert.Empty(t, id)
		assert.NotContains(t, sent, created, failure)
	}
}

// The same for the list: one that fails, in any of its parts, or breaks off.
// G: purchase/own-order
func TestAListThatFailsOrdersNothing(t *testing.T) {
	t.Parallel()
	for _, failure := range []string{
		`{"errcode":40058}`, `{"has_more":1,"order_list":[{"order_id":"a","order_type":2}]}`, "",
		`{"has_more":1,"order_list":[{"order_type":2}]}`, // not even an id
	} {
		for failAt := 1; failAt <= 2; failAt++ {
			for _, step := range []string{purchase.StepNew, purchase.StepOrdering} {
				synctest.Test(t, func(t *testing.T) {
					p := begun(t, "")
					if step == purchase.StepNew {
						p = wanted("")
					}
					lists := 0
					api := newApi(t.Context(), spectest.Canned(func(path string, _ []byte) string {
						if !assert.Equal(t, "/cgi-bin/license/list_order", path) {
							return `{"errcode":1}`
						}
						if lists++; lists >= failAt {
							return failure
						}
						return `{"has_more":0,"order_list":[]}`
					}))
					require.Error(t, purchase.Run(api, p, func(*purchase.Purchase) error { t.Error("saved"); return nil }))
					assert.Equal(t, step, p.Step)
					assert.GreaterOrEqual(t, lists, failAt)
				})
			}
		}
	}
}

// G: token/context
func TestPurchaseEndsWithTheContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := begun(t, "")
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		start := time.Now()
		err := purchase.Run(newApi(ctx, spectest.Refuse(t)), p, (&disk{}).save)
		require.ErrorContains(t, err, "deadline exceeded")
		assert.Equal(t, 5*time.Second, time.Since(start))
	})
}

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

// A list may leave the type of an order out; its detail tells whether it is ours.
// G: purchase/own-order
func TestAnOrderWithoutATypeMayBeOurs(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := begun(t, "")
		api := newApi(t.Context(), spectest.Canned(func(path string, _ []byte) string {
			if path == "/cgi-bin/license/list_order" {
				return `{"has_more":0,"order_list":[{"order_id":"ours"}]}`
			}
			assert.Equal(t, detailOfOrder, path)
			return detail(order.OrderUnpaid, 3, 1, 12*31)
		}))
		require.ErrorIs(t, purchase.Run(api, p, func(*purchase.Purchase) error { return errCrash }), errCrash)
		assert.Equal(t, "ours", p.OrderId)
	})
}
