package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/order"
	"github.com/gothird/wecom/wecomtest"
)

// mortal is the network of a process that is killed at one of its requests, before WeCom has
// it or before the answer is back. Nothing goes out or comes in any more, so that its
// purchase stays as it was saved last.
type mortal struct {
	http.RoundTripper
	left atomic.Int64 // requests of a purchase until the end
	late bool
}

func (m *mortal) RoundTrip(r *http.Request) (*http.Response, error) {
	counts := strings.HasPrefix(r.URL.Path, "/cgi-bin/license/") || strings.HasPrefix(r.URL.Path, "/cgi-bin/message/")
	left := m.left.Load()
	if counts {
		left = m.left.Add(-1)
	}
	if left > 0 {
		return m.RoundTripper.RoundTrip(r)
	}
	if left == 0 && counts && m.late {
		res, err := m.RoundTripper.RoundTrip(r)
		if err == nil {
			_ = res.Body.Close()
		}
	}
	return nil, errors.New("the process is dead")
}

// A purchase is resumed by the next process, wherever the first was killed: nothing is
// bought twice, and who was to be licensed is.
func TestKilledAtEachRequest(t *testing.T) {
	t.Parallel()
	for _, payer := range []string{"", "chen.mei"} {
		survived := false
		for k := int64(1); !survived; k++ {
			require.Less(t, k, int64(50))
			for _, late := range []bool{false, true} {
				t.Run(fmt.Sprintf("payer %q, request %d, late %t", payer, k, late), func(t *testing.T) {
					synctest.Test(t, func(t *testing.T) { survived = killedAt(t, payer, k, late) })
				})
			}
		}
	}
}

// killedAt kills the first process at request k; survived says that there was none.
func killedAt(t *testing.T, payer string, k int64, late bool) (survived bool) {
	wecom := wecomtest.New(t)
	cfg := Config{WeCom: wecom.Config(), Folder: t.TempDir(), Site: "https://greeter.example", Buyer: "chen.mei", Payer: payer}
	network := &mortal{RoundTripper: wecom.Config().HTTPClient.Transport, late: late}
	network.left.Store(k)
	cfg.WeCom.HTTPClient = &http.Client{Transport: network}
	first := connect(t, wecom, cfg)
	ctx, kill := context.WithCancel(t.Context())
	wecom.Go(func(context.Context) error { return first.Run(ctx) })
	corp := wecom.Install(wecomtest.Corp{Members: []wecomtest.Member{{UserId: "woLin", Admin: true}, {UserId: "woZhou", Admin: true}, {UserId: "woChen"}}})
	payOpen(t, corp)

	kill() // its network is dead already
	cfg.WeCom.HTTPClient = wecom.Config().HTTPClient
	app := connect(t, wecom, cfg)
	time.Sleep(time.Minute)
	wecom.Go(app.Run)
	payOpen(t, corp)
	orders := ordersOf(t, corp)
	require.Len(t, orders, 1)
	detail, err := order.ORGetDetail(corp.Api(), orders[0].OrderId)
	require.NoError(t, err)
	assert.Equal(t, order.OrderPaid, detail.OrderStatus)
	assert.Equal(t, 2, detail.AccountCount.BaseCount)
	for userId, licensed := range map[string]bool{"woLin": true, "woZhou": true, "woChen": false} {
		_, text := visit(app, corp, userId)
		assert.Equal(t, fmt.Sprintf("Hello %s, licensed: %t", userId, licensed), text)
		if licensed {
			assert.Len(t, wecom.Messages(userId), 1)
		}
	}
	return network.left.Load() > 0
}

// payOpen gives the app some minutes, in which a person pays what is to be paid.
func payOpen(t *testing.T, corp *wecomtest.Corp) {
	time.Sleep(2 * time.Minute)
	for _, o := range ordersOf(t, corp) {
		detail, err := order.ORGetDetail(corp.Api(), o.OrderId)
		require.NoError(t, err)
		if detail.OrderStatus == order.OrderUnpaid {
			corp.Pay(o.OrderId)
		}
	}
	time.Sleep(2 * time.Minute)
}

func ordersOf(t *testing.T, corp *wecomtest.Corp) (list []order.OrderInfo) {
	for o, err := range order.ORAllOrders(corp.Api(), order.ListCond{CorpId: corp.Id}) {
		require.NoError(t, err)
		list = append(list, o)
	}
	return list
}
