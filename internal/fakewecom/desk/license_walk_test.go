package desk

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/gothird/wecom/internal/fakewecom/faketest"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestRandomWalk does random things and holds the ledger against itself after
// each: whatever happens, no rule of the states may break.
func TestRandomWalk(t *testing.T) {
	t.Parallel()
	done := map[string]int{}
	for seed := range uint64(4) {
		w := walker{newCounter(t), rand.New(rand.NewPCG(seed, 1)), done}
		require.NoError(t, w.LinkCorps("", faketest.Corp, testCorp2, CorpLink{HeadCount: 100, AppShared: true}))
		for step := range 400 {
			w.step()
			if step%100 == 50 {
				w.Reload() // it goes on as though nothing had been
			}
			w.audit()
			require.False(t, t.Failed(), "seed %d, step %d", seed, step)
		}
	}
	for _, what := range []string{"create_new_order", "active_account", "batch_transfer_license", "batch_share_active_code", "submit_order_job"} {
		assert.Positive(t, done[what], "%s never succeeded: the walk proves little", what)
	}
}

type walker struct {
	counter
	rnd  *rand.Rand
	done map[string]int
}

func (w walker) corpId() string { return []string{faketest.Corp, testCorp2}[w.rnd.IntN(2)] }

func (w walker) userId() string { return fmt.Sprintf("woM%02d", w.rnd.IntN(6)) }

// code is a random code, of any corp and state.
func (w walker) code() string {
	value := noSuchCode
	w.host.Locked(func() {
		for _, o := range w.desk("").history {
			if len(o.codes) > 0 && w.rnd.IntN(3) == 0 {
				value = o.codes[w.rnd.IntN(len(o.codes))].code
				return
			}
		}
	})
	return value
}

// order is one of the last orders.
func (w walker) order() string {
	id := "OI-none"
	w.host.Locked(func() {
		if all := w.desk("").history; len(all) > 0 {
			id = all[len(all)-1-w.rnd.IntN(min(4, len(all)))].id
		}
	})
	return id
}

func (w walker) try(name string, in obj) obj {
	w.T.Helper()
	out := w.lic(name, in)
	if faketest.Errcode(out) == 0 {
		w.done[name]++
	}
	return out
}

// step does one random thing; most of them may be refused.
func (w walker) step() {
	steps := []func(){
		w.buySome, w.payOne, w.payOne, w.activateOne, w.activateOne, w.activateOne,
		func() {
			w.try("active_account_by_type", obj{"corpid": w.corpId(), "type": 1 + w.rnd.IntN(2), "userid": w.userId()})
		},
		func() {
			w.try("batch_transfer_license", obj{"corpid": w.corpId(), "transfer_list": []obj{pair(w.userId(), w.userId())}})
		},
		func() { w.try("batch_share_active_code", share(0, w.code())) },
		func() { w.Clock.Add(time.Duration(w.rnd.IntN(6*24)) * time.Hour) },
		w.renewOne, w.refundOne,
	}
	steps[w.rnd.IntN(len(steps))]()
}

func (w walker) buySome() {
	w.try("create_new_order", order(w.corpId(), 1+w.rnd.IntN(3), w.rnd.IntN(3), 1+w.rnd.IntN(2), 0))
}

func (w walker) payOne() { _ = w.PayOrder(w.T.Context(), w.order()) }

func (w walker) activateOne() {
	w.try("active_account", obj{"corpid": w.corpId(), "active_code": w.code(), "userid": w.userId()})
}

func (w walker) renewOne() {
	items := []obj{seat(w.userId(), 1+w.rnd.IntN(2))}
	out := w.try("create_renew_order_job", obj{"corpid": w.corpId(), "account_list": items})
	if id, ok := out["jobid"].(string); ok {
		w.try("submit_order_job", submit(id, obj{"months": 1}))
	}
}

func (w walker) refundOne() {
	id := w.order()
	if w.rnd.IntN(3) == 0 && w.RequestRefund(w.T.Context(), id) == nil {
		require.NoError(w.T, w.DecideRefund(w.T.Context(), id, w.rnd.IntN(2) == 0))
	}
}

// audit checks what must hold at any time.
func (w walker) audit() {
	w.host.Locked(func() {
		d := w.desk("")
		for _, c := range d.corps {
			w.auditSeats(d, c)
			w.auditOrders(d, c)
		}
		w.auditMerges(d)
	})
}

// auditSeats holds a corp's codes against its members' accounts.
func (w walker) auditSeats(d *desk, c *licenseCorp) {
	live := map[licenseSeat]int{}
	for _, code := range c.codes {
		assert.True(w.T, code.owner == c || code.receiver == c)
		if code.holder() == c && code.userId != "" && code.mergedInto == "" {
			live[licenseSeat{code.userId, code.kind}]++
		}
		assert.Equal(w.T, code.userId == "", code.active == 0, "bound codes have times, others none")
		assert.LessOrEqual(w.T, code.expire-d.unix(), licDays(d.policy.CapDays))
	}
	for at, n := range live {
		assert.Equal(w.T, 1, n, "%s: %v holds more than one code of a type", c.Id, at)
		assert.Contains(w.T, c.held, at)
	}
	assert.Len(w.T, c.held, len(live))
}

func (w walker) auditOrders(d *desk, c *licenseCorp) {
	open := 0
	for _, o := range d.history {
		if o.corp == c && o.status == orderUnpaid {
			open++
		}
		assert.Equal(w.T, o.paid != 0, o.live() || o.status == orderRefunded, "order %s", o.id)
		want := 0
		if o.paid != 0 && o.kind == orderPurchase {
			want = o.base + o.interop
		}
		assert.Len(w.T, o.codes, want)
	}
	assert.LessOrEqual(w.T, open, 1, "one unpaid order at a time")
}

func (w walker) auditMerges(d *desk) {
	for name, code := range d.codes {
		if code.mergedInto != "" {
			into := d.codes[code.mergedInto]
			require.NotNil(w.T, into, name)
			assert.NotEmpty(w.T, into.mergedFrom, name)
			assert.Equal(w.T, code.kind, into.kind, name)
		}
	}
}
