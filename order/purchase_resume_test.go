package order_test

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

	"github.com/gothird/wecom/internal/spectest"
	. "github.com/gothird/wecom/order"
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
func TestPurchaseWaitsForAnOrderOnItsWay(t *testing.T) { // T-80
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		fake, _ := newFake(t, 0)
		line := &slow{to: spectest.Door(fake)}
		api, err := token.New(token.Config{
			CorpId: "wwProvider0001", ProviderSecret: "provider-secret", HTTPClient: &http.Client{Transport: line},
		})
		require.NoError(t, err)
		api = api.WithCorp(corp)
		p, d := wanted(buyer), &disk{}
		require.ErrorIs(t, ORPurchase(api, p, d.save), token.ErrOutcomeUnknown)
		assert.Equal(t, PurchaseOrdering, p.Step)
		require.NoError(t, ORPurchase(api, p, d.save))
		assert.Equal(t, 1, line.sent)
	})
}

// found resumes a purchase whose order may have been made, among the orders given, and
// returns the order that it goes on with and what it has sent.
func found(t *testing.T, details map[string]string) (orderId string, sent []string) {
	t.Helper()
	list := ""
	for _, id := range []string{"known", "renewal", "size", "length", "closed", "ours"} {
		if details[id] != "" {
			kind := 1
			if id == "renewal" {
				kind = 2
			}
			list += fmt.Sprintf(`,{"order_id":%q,"order_type":%d}`, id, kind)
		}
	}
	synctest.Test(t, func(t *testing.T) {
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
			return `{"errcode":701015}`
		}))
		p := wanted("")
		p.Step, p.Known, p.Since, p.Sent = PurchaseOrdering, []string{"known"}, time.Now().Unix(), time.Now().Unix()
		d := &disk{breakAt: 1} // stops at the next save
		require.Error(t, ORPurchase(api, p, d.save))
		orderId = p.OrderId
	})
	return orderId, sent
}

func detail(status, base, interop, days int) string {
	return fmt.Sprintf(`{"order":{"order_status":%d,"order_type":1,"account_count":{"base_count":%d,"external_contact_count":%d},
		"account_duration":{"days":%d}}}`, status, base, interop, days)
}

func TestPurchaseFindsItsOrder(t *testing.T) { // T-80
	t.Parallel()
	const days = 12 * 31
	others := map[string]string{
		"known":   detail(OrderUnpaid, 3, 1, days),
		"renewal": detail(OrderUnpaid, 3, 1, days),
		"size":    detail(OrderUnpaid, 1, 3, days),
		"length":  detail(OrderUnpaid, 3, 1, days+1),
	}
	id, sent := found(t, others)
	assert.Empty(t, id)
	assert.Len(t, sent, 3, "the list, and two details; the save before a new order broke")

	others["closed"] = detail(OrderCancelled, 3, 1, days)
	id, _ = found(t, others)
	assert.Equal(t, "closed", id, "somebody has cancelled it: that is for the caller to know")

	for _, status := range []int{OrderUnpaid, OrderPaid} {
		others["ours"] = detail(status, 3, 1, days)
		id, _ = found(t, others)
		assert.Equal(t, "ours", id)
	}
}

// A search that fails orders nothing.
func TestPurchaseOrdersNothingBlindly(t *testing.T) { // T-80
	t.Parallel()
	id, sent := found(t, map[string]string{"ours": `{"errcode":40058}`})
	assert.Empty(t, id)
	assert.NotContains(t, sent, "/cgi-bin/license/create_new_order")

	synctest.Test(t, func(t *testing.T) {
		for _, step := range []string{PurchaseNew, PurchaseOrdering} {
			var sent []string
			api := newApi(t.Context(), spectest.Canned(func(path string, _ []byte) string {
				sent = append(sent, path)
				return `{"errcode":40058}`
			}))
			p, d := wanted(""), &disk{}
			p.Step, p.Since = step, time.Now().Unix()
			require.ErrorIs(t, ORPurchase(api, p, d.save), token.Code(40058))
			assert.Equal(t, []string{"/cgi-bin/license/list_order"}, sent)
			assert.Equal(t, step, p.Step)
		}
	})
}

func TestPurchaseEndsWithTheContext(t *testing.T) { // T-09
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		p, d := wanted(""), &disk{}
		p.Step, p.Sent = PurchaseOrdering, time.Now().Unix()
		start := time.Now()
		err := ORPurchase(newApi(ctx, refuse(t)), p, d.save)
		require.ErrorContains(t, err, "deadline exceeded")
		assert.Equal(t, 5*time.Second, time.Since(start))
	})
}
