package main

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/order"
	"github.com/gothird/wecom/purchase"
	"github.com/gothird/wecom/wecomtest"
)

// lockCounter counts who wants or has the lock on a purchase.
type lockCounter struct {
	sharedStore

	mu             sync.Mutex
	now, most, all int
}

func (c *lockCounter) count(by int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now += by
	c.most, c.all = max(c.most, c.now), c.all+max(by, 0)
}

func (c *lockCounter) Lock(ctx context.Context, key string) (func(), error) {
	if !strings.HasPrefix(key, purchasePrefix) {
		return c.sharedStore.Lock(ctx, key)
	}
	c.count(1)
	unlock, err := c.sharedStore.Lock(ctx, key)
	if err != nil {
		c.count(-1)
		return nil, err
	}
	return func() { unlock(); c.count(-1) }, nil
}

// With many corps, those whose purchase is at its end cost no lock, and the others do not all come
// together: pushes wait for the same database.
func TestManyPurchases(t *testing.T) {
	t.Parallel()
	const each = 40
	w := newWorld(t)
	disk, err := openStorage(t.Context(), w.file, w.cfg.Keys)
	require.NoError(t, err)
	defer func() { require.NoError(t, disk.close()) }()
	locks := &lockCounter{sharedStore: disk.store}
	disk.store = locks
	s, err := New(w.cfg, disk, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	for i := range each {
		done := &record{Purchase: purchase.Purchase{Progress: purchase.Progress{Step: purchase.StepDone}}}
		require.NoError(t, s.savePurchase(t.Context(), fmt.Sprint("done", i), done))
		require.NoError(t, s.savePurchase(t.Context(), fmt.Sprint("open", i), new(record))) // which orders nothing
	}
	require.NoError(t, disk.store.Put(t.Context(), purchaseKey("odd"), []byte("{"), 0))
	ctx, end := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { defer close(ended); s.runPurchases(ctx) }()
	for i := range each {
		require.Eventually(t, func() bool {
			r, err := s.loadPurchase(t.Context(), fmt.Sprint("open", i))
			return err == nil && r.Problem != ""
		}, patience, poll)
	}
	end()
	<-ended
	assert.LessOrEqual(t, locks.most, atOnce)
	assert.Equal(t, each, locks.all)
}

// A purchase that stands still before anything was ordered is in nobody's way. One that may have
// ordered something is, and one that was not tried.
func TestAPurchaseThatOrderedNothing(t *testing.T) {
	t.Parallel()
	for _, x := range []struct {
		record *record
		want   bool
	}{
		{nil, true},
		{&record{}, false},
		{&record{Problem: "refused"}, true},
		{&record{Problem: "unknown", Purchase: purchase.Purchase{Progress: purchase.Progress{Step: purchase.StepOrdering}}}, false},
		{&record{Problem: "refused", Purchase: purchase.Purchase{Progress: purchase.Progress{Step: purchase.StepOrdered}}}, false},
		{&record{Closed: true, Purchase: purchase.Purchase{Progress: purchase.Progress{Step: purchase.StepOrdered}}}, true},
		{&record{Purchase: purchase.Purchase{Progress: purchase.Progress{Step: purchase.StepDone}}}, true},
	} {
		assert.Equal(t, x.want, x.record.Replaceable(), "%+v", x.record)
	}
	w := newWorld(t)
	n := w.start()
	corp := n.install(wecomtest.Corp{})
	user := corp.Members[0].UserId
	b := n.loginAs(corp, user)
	wrong := &record{Problem: "refused", Purchase: purchase.Purchase{Members: []order.Account{{UserId: user, Type: 1}}}}
	require.NoError(t, n.savePurchase(t.Context(), corp.Id, wrong))
	page := b.get("/licences").text
	assert.Contains(t, page, "处理遇到问题")
	assert.Contains(t, page, "购买许可")
	require.Equal(t, "/licences", b.post("/licences", wantedFor(user)).to)
	n.ordered(corp)
}
