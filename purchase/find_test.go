package purchase_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/inprocess"
	"github.com/gothird/wecom/internal/spectest"
	"github.com/gothird/wecom/order"
	"github.com/gothird/wecom/purchase"
	"github.com/gothird/wecom/token"
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
