package fakewecom

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestLicenseWalk does random things and holds the ledger against itself after
// each: whatever happens, no rule of the states may break.
func TestLicenseWalk(t *testing.T) {
	t.Parallel()
	done := map[string]int{}
	for seed := range uint64(4) {
		w := walker{newCounter(t), rand.New(rand.NewPCG(seed, 1)), done}
		require.NoError(t, w.LinkCorps("", testCorp, testCorp2, CorpLink{HeadCount: 100, AppShared: true}))
		for step := range 400 {
			w.step()
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

func (w walker) corpId() string { return []string{testCorp, testCorp2}[w.rnd.IntN(2)] }

func (w walker) userId() string { return fmt.Sprintf("woM%02d", w.rnd.IntN(6)) }

// code is a random code, of any corp and state.
func (w walker) code() string {
	w.Platform.mu.Lock()
	defer w.Platform.mu.Unlock()
	for _, o := range w.desk("").history {
		if len(o.codes) > 0 && w.rnd.IntN(3) == 0 {
			return o.codes[w.rnd.IntN(len(o.codes))].code
		}
	}
	return noSuchCode
}

func (w walker) order() string {
	w.Platform.mu.Lock()
	defer w.Platform.mu.Unlock()
	if all := w.desk("").history; len(all) > 0 {
		return all[len(all)-1-w.rnd.IntN(min(4, len(all)))].id
	}
	return "OI-none"
}

func (w walker) try(name string, in obj) obj {
	w.t.Helper()
	out := w.lic(name, in)
	if errcode(out) == 0 {
		w.done[name]++
	}
	return out
}

// step does one random thing; most of them may be refused.
func (w walker) step() {
	ctx, corpId := w.t.Context(), w.corpId()
	switch w.rnd.IntN(12) {
	case 0:
		w.try("create_new_order", order(corpId, 1+w.rnd.IntN(3), w.rnd.IntN(3), 1+w.rnd.IntN(2), 0))
	case 1, 2:
		_ = w.PayOrder(ctx, w.order())
	case 3, 4, 5:
		w.try("active_account", obj{"corpid": corpId, "active_code": w.code(), "userid": w.userId()})
	case 6:
		w.try("active_account_by_type", obj{"corpid": corpId, "type": 1 + w.rnd.IntN(2), "userid": w.userId()})
	case 7:
		w.try("batch_transfer_license", obj{"corpid": corpId, "transfer_list": []obj{pair(w.userId(), w.userId())}})
	case 8:
		w.try("batch_share_active_code", share(0, w.code()))
	case 9:
		w.clock.add(time.Duration(w.rnd.IntN(6*24)) * time.Hour)
	case 10:
		items := []obj{seat(w.userId(), 1+w.rnd.IntN(2))}
		out := w.try("create_renew_order_job", obj{"corpid": corpId, "account_list": items})
		if id, ok := out["jobid"].(string); ok {
			w.try("submit_order_job", submit(id, obj{"months": 1}))
		}
	case 11:
		id := w.order()
		if w.rnd.IntN(3) == 0 && w.RequestRefund(ctx, id) == nil {
			require.NoError(w.t, w.DecideRefund(ctx, id, w.rnd.IntN(2) == 0))
		}
	}
}

// audit checks what must hold at any time.
func (w walker) audit() {
	w.Platform.mu.Lock()
	defer w.Platform.mu.Unlock()
	d := w.desk("")
	for id, c := range d.corps {
		live := map[licenseSeat]int{}
		for _, code := range c.codes {
			assert.True(w.t, code.owner == c || code.receiver == c)
			if code.holder() == c && code.userId != "" && code.mergedInto == "" {
				live[licenseSeat{code.userId, code.kind}]++
			}
			assert.Equal(w.t, code.userId == "", code.active == 0, "bound codes have times, others none")
			assert.LessOrEqual(w.t, code.expire-d.unix(), licDays(d.policy.CapDays))
		}
		for at, n := range live {
			assert.Equal(w.t, 1, n, "%s: %v holds more than one code of a type", id, at)
			assert.Contains(w.t, c.held, at)
		}
		assert.Len(w.t, c.held, len(live))
		open := 0
		for _, o := range d.history {
			if o.corp == c && o.status == orderUnpaid {
				open++
			}
			assert.Equal(w.t, o.paid != 0, o.live() || o.status == orderRefunded, "order %s", o.id)
			if o.kind == orderPurchase {
				want := 0
				if o.paid != 0 {
					want = o.base + o.interop
				}
				assert.Len(w.t, o.codes, want)
			}
		}
		assert.LessOrEqual(w.t, open, 1, "one unpaid order at a time")
	}
	for name, code := range d.codes {
		if code.mergedInto != "" {
			into := d.codes[code.mergedInto]
			require.NotNil(w.t, into, name)
			assert.NotEmpty(w.t, into.mergedFrom, name)
			assert.Equal(w.t, code.kind, into.kind, name)
		}
	}
}
