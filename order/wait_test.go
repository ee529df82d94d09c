package order_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gothird/wecom/internal/spectest"
	"github.com/gothird/wecom/internal/testworld"
	"github.com/gothird/wecom/order"
	"github.com/gothird/wecom/token"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// script answers with its lines one after the other, and then with the last one for ever.
func script(ctx context.Context, answers ...string) *token.Api {
	n := 0
	return testworld.Api(ctx, spectest.Canned(func(string, []byte) string {
		n++
		return answers[min(n, len(answers))-1]
	}))
}

func status(n int) string {
	return fmt.Sprintf(`{"errcode":0,"order":{"order_id":"O1","order_status":%d}}`, n)
}

// G: order/wait
func TestWaitPaid(t *testing.T) {
	t.Parallel()
	for _, paid := range []int{order.OrderPaid, order.OrderRefundRefused} {
		synctest.Test(t, func(t *testing.T) {
			start := time.Now()
			api := script(t.Context(), status(order.OrderUnpaid), status(order.OrderUnpaid), status(order.OrderUnpaid), status(paid))
			detail, err := order.ORWaitPaid(api, "O1", time.Minute)
			require.NoError(t, err)
			assert.Equal(t, paid, detail.OrderStatus)
			assert.Equal(t, 3*time.Minute, time.Since(start))
		})
	}
}

// G: order/closed
func TestWaitPaidEndsWhenTheOrderIsClosed(t *testing.T) {
	t.Parallel()
	for _, closed := range []int{order.OrderCancelled, order.OrderExpired, order.OrderRefunded, order.OrderVoid, 99} {
		synctest.Test(t, func(t *testing.T) {
			detail, err := order.ORWaitPaid(script(t.Context(), status(order.OrderUnpaid), status(closed)), "O1", time.Minute)
			require.ErrorIs(t, err, order.ErrOrderClosed)
			assert.ErrorContains(t, err, fmt.Sprintf("O1 is %d", closed))
			assert.Equal(t, closed, detail.OrderStatus)
		})
	}
}

// A refund that is asked for may be refused: then the order is as it was.
// G: order/closed
func TestWaitPaidWaitsForTheRefundToBeDecided(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		asked := status(order.OrderRefundRequested)
		detail, err := order.ORWaitPaid(script(t.Context(), asked, asked, status(order.OrderRefundRefused)), "O1", time.Minute)
		require.NoError(t, err)
		assert.Equal(t, order.OrderRefundRefused, detail.OrderStatus)
		_, err = order.ORWaitPaid(script(t.Context(), asked, status(order.OrderRefunded)), "O1", time.Minute)
		require.ErrorIs(t, err, order.ErrOrderClosed)
	})
	assert.NoError(t, order.OrderDetail{OrderStatus: order.OrderRefundRequested}.Err())
	assert.False(t, order.OrderDetail{OrderStatus: order.OrderRefundRequested}.Paid())
}

// G: order/wait
func TestWaitAccounts(t *testing.T) {
	t.Parallel()
	list := func(more int, accounts string) string {
		return fmt.Sprintf(`{"errcode":0,"has_more":%d,"next_cursor":"c","account_list":[%s]}`, more, accounts)
	}
	const base, other, interop = `{"active_code":"B","type":1}`, `{"active_code":"C","type":1}`, `{"active_code":"I","type":2}`
	want := order.AccountCount{BaseCount: 2, ExternalContactCount: 1}
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		got, err := order.ORWaitAccounts(script(t.Context(),
			`{"errcode":701022}`, list(0, base+","+other), list(0, `{"type":1},`+base+","+interop),
			list(1, base), list(0, other+","+interop)), "O1", want, time.Minute)
		require.NoError(t, err)
		assert.Equal(t, []order.Account{{ActiveCode: "B", Type: 1}, {ActiveCode: "C", Type: 1}, {ActiveCode: "I", Type: 2}}, got)
		assert.Equal(t, 3*time.Minute, time.Since(start))

		_, err = order.ORWaitAccounts(script(t.Context(), `{"errcode":701005}`), "O1", want, time.Minute)
		require.ErrorIs(t, err, token.Code(701005))
		_, err = order.ORWaitAccounts(script(t.Context(), `{"errcode":0,"has_more":1,"account_list":[]}`), "O1", want, time.Minute)
		assert.ErrorContains(t, err, "gives no cursor")
	})
}

// G: order/wait
func TestWaitPaidOutlastsTransientFailures(t *testing.T) {
	t.Parallel()
	for _, failure := range []string{
		"", `<html>bad gateway</html>`, `{"errcode":-1}`, `{"errcode":45009}`, `{"errcode":45035}`,
		`{"errcode":701022}`, `{"errcode":701033}`, `{"errcode":701085}`, `{"errcode":701134}`,
	} {
		synctest.Test(t, func(t *testing.T) {
			api := script(t.Context(), failure, failure, failure, failure, failure, failure, failure, status(order.OrderPaid))
			detail, err := order.ORWaitPaid(api, "O1", time.Minute)
			require.NoError(t, err, failure)
			assert.Equal(t, order.OrderPaid, detail.OrderStatus)
		})
	}
}

// G: order/wait
func TestWaitPaidGivesUpOnLastingFailures(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		_, err := order.ORWaitPaid(script(t.Context(), `{"errcode":701005}`), "O1", time.Minute)
		require.ErrorIs(t, err, token.Code(701005))
		_, err = order.ORWaitPaid(script(t.Context(), status(order.OrderUnpaid)), "", time.Minute)
		assert.ErrorContains(t, err, "order_id is empty")
		assert.Zero(t, time.Since(start))
		_, err = order.ORWaitPaid(script(t.Context(), `{"errcode":45009}`, `{"errcode":701005}`), "O1", time.Minute)
		require.ErrorIs(t, err, token.Code(701005), "also after one that passes")
		require.NotErrorIs(t, err, token.Code(45009))
	})
}

// G: token/context order/wait
func TestWaitPaidEndsWithTheContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 90*time.Second)
		defer cancel()
		start := time.Now()
		detail, err := order.ORWaitPaid(script(ctx, status(order.OrderUnpaid)), "O1", time.Minute)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		assert.Nil(t, detail)
		assert.Equal(t, 90*time.Second, time.Since(start))
	})
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
		defer cancel()
		_, err := order.ORWaitPaid(script(ctx, `{"errcode":45009,"errmsg":"slow down"}`), "O1", time.Minute)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.ErrorIs(t, err, token.Code(45009), "the reason is told too")
	})
}

// G: order/wait
func TestWaitPaidHasADefaultPace(t *testing.T) {
	t.Parallel()
	for _, every := range []time.Duration{0, -1} {
		synctest.Test(t, func(t *testing.T) {
			start := time.Now()
			_, err := order.ORWaitPaid(script(t.Context(), status(order.OrderUnpaid), status(order.OrderPaid)), "O1", every)
			require.NoError(t, err)
			assert.Equal(t, 10*time.Second, time.Since(start))
		})
	}
}

// G: order/status
func TestJobStatusDecides(t *testing.T) {
	t.Parallel()
	pay := func(status, errcode int, corps ...order.InvalidCorp) order.PayOutcome {
		return order.PayOutcome{status, order.PayFailure{errcode, "reason", corps}}
	}
	assert.NoError(t, pay(order.JobDone, 0).Err())
	require.ErrorIs(t, pay(order.JobRunning, 0).Err(), order.ErrJobRunning)
	require.ErrorIs(t, pay(order.JobFailed, 90433).Err(), token.Code(90433))
	err := pay(order.JobFailed, 701160, order.InvalidCorp{corp, 701130, "expired"}).Err()
	require.ErrorIs(t, err, token.Code(701160))
	require.ErrorIs(t, err, token.Code(701130))
	assert.ErrorContains(t, err, corp)
	require.Error(t, pay(order.JobFailed, 0).Err(), "failed without a reason")
	require.Error(t, pay(0, 0).Err(), "no status is no success")
	assert.EqualError(t, pay(7, 0).Err(), "wecom: the order was not paid: status of the job is 7")

	assert.NoError(t, order.NewJobOutcome{Status: order.JobDone, FailList: []order.InvalidCorp{{ErrCode: 701032}}}.Err(), "the others are ordered")
	require.ErrorIs(t, order.NewJobOutcome{Status: order.JobRunning}.Err(), order.ErrJobRunning)
	require.ErrorIs(t, order.NewJobOutcome{Status: order.JobFailed, FailList: []order.InvalidCorp{{ErrCode: 701032}}}.Err(), token.Code(701032))
	assert.EqualError(t, order.NewJobOutcome{}.Err(), "wecom: the order was not made: status of the job is 0")
}

// What went wrong with one item is an error of the call that answered it.
// G: batch/items
func TestItemErrorsNameTheirCall(t *testing.T) {
	t.Parallel()
	of := func(call string, code int) *token.Error {
		return &token.Error{Code: code, Msg: "reason", Path: "/cgi-bin/license/" + call, Credential: "provider"}
	}
	assert.Equal(t, of("create_renew_order_job", 701004), order.InvalidAccount{ErrCode: 701004, ErrMsg: "reason"}.Err())
	assert.Equal(t, of("create_new_order_job", 701130), order.InvalidCorp{ErrCode: 701130, ErrMsg: "reason"}.Err())
	assert.NoError(t, order.InvalidCorp{}.Err())
	assert.NoError(t, order.InvalidAccount{}.Err())
	var e *token.Error
	require.ErrorAs(t, order.PayOutcome{Status: order.JobFailed, PayJobResult: order.PayFailure{ErrCode: 90433, ErrMsg: "reason"}}.Err(), &e)
	assert.Equal(t, of("pay_job_result", 90433), e)
}

// G: order/status
func TestJobWaits(t *testing.T) {
	t.Parallel()
	const running = `{"errcode":0,"status":2}`
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		out, err := order.ORPayWait(script(t.Context(), running, "", running, `{"errcode":0,"status":1}`), "j", time.Minute)
		require.NoError(t, err)
		assert.Equal(t, order.JobDone, out.Status)
		assert.GreaterOrEqual(t, time.Since(start), 2*time.Minute)
	})
	synctest.Test(t, func(t *testing.T) {
		out, err := order.ORPayWait(script(t.Context(), running, `{"status":3,"pay_job_result":{"errcode":-1,"errmsg":"busy"}}`), "j", time.Minute)
		require.ErrorIs(t, err, token.Code(-1), "the outcome is final, whatever its reason")
		assert.Equal(t, order.JobFailed, out.Status)
	})
	synctest.Test(t, func(t *testing.T) {
		out, err := order.ORNewJobWait(script(t.Context(), running, `{"status":1,"order_id":"OP"}`), "j", time.Minute)
		require.NoError(t, err)
		assert.Equal(t, "OP", out.OrderId)
	})
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
		defer cancel()
		_, err := order.ORNewJobWait(script(ctx, running), "j", time.Minute)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		assert.False(t, errors.Is(err, order.ErrJobRunning))
	})
}
