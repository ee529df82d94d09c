package order_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/order"
	"github.com/gothird/wecom/token"
	"github.com/gothird/wecom/wecomtest"
)

func TestOrderToCodes(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		customer := wecomtest.New(t).Install(wecomtest.Corp{})
		api := customer.Api()
		bought := order.Order{BuyerUserId: buyer, AccountCount: order.AccountCount{BaseCount: 3, ExternalContactCount: 2}, AccountDuration: order.AccountDuration{Months: 12}}
		id, err := order.ORCreate(api, &bought)
		require.NoError(t, err)
		_, err = order.ORCreate(api, &bought)
		require.ErrorIs(t, err, token.Code(701032), "one unpaid order a corp")

		go func() {
			time.Sleep(5 * time.Minute)
			customer.Pay(id)
		}()
		detail, err := order.ORWaitPaid(api, id, time.Minute)
		require.NoError(t, err)
		assert.Equal(t, bought.AccountCount, detail.AccountCount)
		assert.Equal(t, bought.AccountDuration, detail.AccountDuration)
		n, err := count(order.ORAllAccounts(api, id))
		require.NoError(t, err)
		assert.Equal(t, 5, n)
		require.ErrorIs(t, order.ORCancel(api, id), token.Code(701084), "paid")
	})
}

// G: order/closed
func TestCancelledOrderEndsTheWait(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		api := wecomtest.New(t).Install(wecomtest.Corp{}).Api()
		id, err := order.ORCreate(api, &order.Order{BuyerUserId: buyer, AccountCount: order.AccountCount{BaseCount: 1}, AccountDuration: order.AccountDuration{Months: 1}})
		require.NoError(t, err)
		require.NoError(t, order.ORCancel(api, id))
		_, err = order.ORWaitPaid(api, id, time.Minute)
		require.ErrorIs(t, err, order.ErrOrderClosed)
	})
}

// G: order/status
func TestUnionOrder(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := wecomtest.New(t, wecomtest.Choices{JobDelay: time.Minute, CodeDelay: time.Minute})
		api, one, other := w.Api(), w.Install(wecomtest.Corp{}), w.Install(wecomtest.Corp{})
		job, err := order.ORNewJobCreate(api, &order.NewJob{BuyList: []order.BuyInfo{
			{one.Id, order.AccountCount{BaseCount: 2}, order.AccountDuration{Months: 3}, ptr(0)},
			{other.Id, order.AccountCount{ExternalContactCount: 1}, order.AccountDuration{Months: 3}, nil},
			{"wpNobody", order.AccountCount{BaseCount: 1}, order.AccountDuration{Months: 3}, nil},
		}})
		require.NoError(t, err)
		require.Len(t, job.InvalidList, 1)
		require.Error(t, job.InvalidList[0].Err())
		require.NoError(t, order.ORNewJobSubmit(api, job.Jobid, buyer))
		outcome, err := order.ORNewJobWait(api, job.Jobid, time.Second)
		require.NoError(t, err)

		pay, err := order.ORPaySubmit(api, outcome.OrderId, buyer)
		require.NoError(t, err)
		_, err = order.ORPayWait(api, pay, time.Second)
		require.NoError(t, err)
		time.Sleep(5 * time.Minute)
		codes := 0
		for part, err := range order.ORUnionAll(api, outcome.OrderId) {
			require.NoError(t, err)
			n, err := count(order.ORAllAccounts(api, part.SubOrderId))
			require.NoError(t, err)
			codes += n
		}
		assert.Equal(t, 3, codes)
		require.Error(t, order.ORUnionCancel(api, outcome.OrderId), "paid")
	})
}

// G: order/status
func TestBalanceTooLow(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		wecom := wecomtest.New(t)
		wecom.SetBalance(1)
		api := wecom.Install(wecomtest.Corp{}).Api()
		id, err := order.ORCreate(api, &order.Order{BuyerUserId: buyer, AccountCount: order.AccountCount{BaseCount: 1}, AccountDuration: order.AccountDuration{Months: 1}})
		require.NoError(t, err)
		job, err := order.ORPaySubmit(api, id, buyer)
		require.NoError(t, err, "the job itself is taken")
		out, err := order.ORPayWait(api, job, time.Second)
		require.ErrorIs(t, err, token.Code(90433))
		assert.Equal(t, order.JobFailed, out.Status)
	})
}
