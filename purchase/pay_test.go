package purchase_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gothird/wecom/internal/fakewecom/platform"
	"github.com/gothird/wecom/internal/spectest"
	"github.com/gothird/wecom/order"
	"github.com/gothird/wecom/purchase"
	"github.com/gothird/wecom/token"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const payResultPath = "/cgi-bin/license/pay_job_result"

// Asking for the outcome of a payment may fail for a reason that says nothing about the
// payment; it is not sent again for that.
// G: purchase/payment
func TestAPaymentIsNotRepeatedBecauseItsOutcomeCannotBeAsked(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		fake, api := newFake(time.Minute)
		fake.Fault(platform.Fault{Path: payResultPath, ErrCode: 60020, Count: 2})
		p, d := wanted(buyer), &disk{}
		for range 2 {
			require.ErrorIs(t, purchase.Run(api, p, d.save), token.Code(60020))
			assert.Equal(t, purchase.StepPaying, p.Step)
			assert.NotEmpty(t, p.PayJobid)
		}
		require.NoError(t, purchase.Run(api, p, d.save))
		assert.Equal(t, 1, fake.Count(payPath))
	})
}

// A payment that WeCom knows nothing of any more is made again, if the order is unpaid.
// G: purchase/payment
func TestAPaymentThatIsGoneIsMadeAgain(t *testing.T) {
	t.Parallel()
	for _, code := range []int{701005, 701125, 701151} {
		synctest.Test(t, func(t *testing.T) {
			fake, api := newFake(0)
			fake.Fault(platform.Fault{Path: payPath, Body: `{"errcode":0,"jobid":"gone"}`, Count: 1})
			fake.Fault(platform.Fault{Path: payResultPath, ErrCode: code, Count: 1})
			p, d := wanted(buyer), &disk{}
			require.ErrorIs(t, purchase.Run(api, p, d.save), token.Code(code))
			p, err := d.load()
			require.NoError(t, err)
			assert.Empty(t, p.PayJobid, "also on disk")
			require.NoError(t, purchase.Run(api, p, d.save))
			assert.Equal(t, 2, fake.Count(payPath))
		})
	}
}

// A wait that ends with its context has decided nothing.
// G: purchase/payment
func TestAPaymentOutlivesItsContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		fake, api := newFake(time.Hour)
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		p, d := wanted(buyer), &disk{}
		require.ErrorIs(t, purchase.Run(api.WithContext(ctx), p, d.save), context.DeadlineExceeded)
		p, err := d.load()
		require.NoError(t, err)
		require.NotEmpty(t, p.PayJobid, "on disk")
		require.NoError(t, purchase.Run(api, p, d.save))
		assert.Equal(t, 1, fake.Count(payPath))
	})
}

// An order may be paid a while after its payment is done; neither is asked about in haste.
// G: purchase/payment
func TestAnOrderThatIsPaidLateIsWaitedFor(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := begunWithoutMembers(t, buyer)
		p.Step, p.OrderId, p.PayJobid, p.Poll = purchase.StepPaying, "O1", "PJ1", time.Minute
		start, asked := time.Now(), map[string]int{}
		api := newApi(t.Context(), spectest.Canned(func(path string, _ []byte) string {
			asked[path]++
			switch {
			case path == payResultPath:
				return `{"status":1}`
			case time.Since(start) < 10*time.Minute:
				return `{"order":{"order_status":0}}`
			}
			return `{"order":{"order_status":1}}`
		}))
		require.NoError(t, purchase.Run(api, p, (&disk{}).save))
		assert.Equal(t, map[string]int{payResultPath: 1, detailOfOrder: 12}, asked)
	})
}

// An order that somebody has paid meanwhile is not paid once more.
// G: purchase/payment
func TestAPaidOrderIsNotPaidAgain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := begunWithoutMembers(t, buyer)
		p.Step, p.OrderId = purchase.StepOrdered, "O1"
		api := newApi(t.Context(), spectest.Canned(func(path string, _ []byte) string {
			assert.Equal(t, detailOfOrder, path)
			return `{"order":{"order_status":1}}`
		}))
		require.NoError(t, purchase.Run(api, p, (&disk{}).save))
	})
}

// An order that is busy, or paid by other hands, is waited for and not paid again.
// G: purchase/payment
func TestAnOrderThatIsBeingPaidIsWaitedFor(t *testing.T) {
	t.Parallel()
	for _, code := range []int{701084, 701085} {
		synctest.Test(t, func(t *testing.T) {
			fake, api := newFake(0)
			fake.Fault(platform.Fault{Path: payPath, ErrCode: code, Count: 1})
			stop := cashierBeside(t, fake, api)
			defer stop()
			require.NoError(t, purchase.Run(api, wanted(buyer), (&disk{}).save))
			assert.Equal(t, 1, fake.Count(payPath))
		})
	}
	synctest.Test(t, func(t *testing.T) {
		fake, api := newFake(0)
		fake.Fault(platform.Fault{Path: payPath, ErrCode: 90432, Count: 1})
		p := wanted(buyer)
		require.ErrorIs(t, purchase.Run(api, p, (&disk{}).save), token.Code(90432))
		assert.Equal(t, purchase.StepPaying, p.Step)
	})
}

// Whoever asks for the money back has not closed the order.
// G: purchase/closed
func TestARefundThatIsRefusedEndsNothing(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := begunWithoutMembers(t, "")
		p.Step, p.OrderId = purchase.StepOrdered, "O1"
		calls := 0
		api := newApi(t.Context(), spectest.Canned(func(string, []byte) string {
			if calls++; calls < 3 {
				return `{"order":{"order_status":4}}`
			}
			return `{"order":{"order_status":6}}`
		}))
		require.NoError(t, purchase.Run(api, p, (&disk{}).save))
		assert.Equal(t, 3, calls)
	})
}

func begunWithoutMembers(t *testing.T, payer string) *purchase.Purchase {
	t.Helper()
	p := wanted(payer)
	p.Members = nil
	api := newApi(t.Context(), spectest.Canned(func(string, []byte) string { return `{"has_more":0}` }))
	require.ErrorIs(t, purchase.Run(api, p, func(*purchase.Purchase) error { return errCrash }), errCrash)
	return p
}

// G: error/nil endpoint/corp
func TestPurchaseNeedsACorpAndASave(t *testing.T) {
	t.Parallel()
	api := newApi(t.Context(), spectest.Refuse(t))
	save := func(*purchase.Purchase) error { return nil }
	require.ErrorIs(t, purchase.Run(api.WithCorp(""), wanted(""), save), token.ErrNoCorp)
	assert.ErrorContains(t, purchase.Run(api, nil, save), "needs a purchase")
	assert.ErrorContains(t, purchase.Run(api, wanted(""), nil), "a function that saves it")
	for _, empty := range []*token.Api{nil, {}} {
		p := wanted("")
		p.Order.CorpId = corp
		assert.Error(t, purchase.Run(empty, p, save))
		r := renewal("")
		r.CorpId = corp
		assert.Error(t, purchase.Renew(empty, r, func(*purchase.Renewal) error { return nil }))
	}
}

// The corp of the order is enough.
// G: purchase/simple
func TestPurchaseBindsTheCorpOfItsOrder(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		_, api := newFake(0)
		p := wanted(buyer)
		p.Order.CorpId = corp
		require.NoError(t, purchase.Run(api.WithCorp(""), p, (&disk{}).save))
		assert.Len(t, held(t, api), 3)
		detail, err := order.ORGetDetail(api, p.OrderId)
		require.NoError(t, err)
		assert.Equal(t, corp, detail.CorpId)
	})
}

// With NoWait nothing waits for a person: neither a purchase nor a renewal, the first time or later.
func TestNobodyWaitsForAPersonWithNoWait(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		fake, api := newFake(0)
		p, d := wanted(""), &disk{}
		p.NoWait = true
		begin := time.Now()
		for range 2 {
			require.ErrorIs(t, purchase.Run(api, p, d.save), purchase.ErrUnpaid)
			var err error
			p, err = d.load()
			require.NoError(t, err)
			assert.Equal(t, purchase.StepOrdered, p.Step)
		}
		assert.Zero(t, time.Since(begin))
		require.NoError(t, fake.PayOrder(t.Context(), p.OrderId))
		require.NoError(t, purchase.Run(api, p, d.save))
		assert.Equal(t, purchase.StepDone, p.Step)
		assert.Len(t, ordersOf(t, api), 1)

		r := &purchase.Renewal{Members: p.Members, BuyerUserId: buyer, Duration: order.AccountDuration{Months: 12}, NoWait: true}
		save := func(*purchase.Renewal) error { return nil }
		require.ErrorIs(t, purchase.Renew(api.WithCorp(corp), r, save), purchase.ErrUnpaid)
		require.NoError(t, fake.ExpireOrder(t.Context(), r.OrderId))
		require.ErrorIs(t, purchase.Renew(api.WithCorp(corp), r, save), order.ErrOrderClosed)
	})
}

// Who pays by the account is waited for all the same.
func TestNoWaitIsAboutPersons(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		_, api := newFake(time.Minute)
		p, d := wanted(buyer), &disk{}
		p.NoWait = true
		require.NoError(t, purchase.Run(api, p, d.save))
		assert.Equal(t, purchase.StepDone, p.Step)
	})
}
