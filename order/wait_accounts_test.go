package order_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gothird/wecom/internal/spectest"
	"github.com/gothird/wecom/internal/testworld"
	"github.com/gothird/wecom/order"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Pages may shift under a walk and bring a code twice, the second time perhaps with its
// member; it is one code, so the wait goes on.
// G: order/wait
func TestWaitAccountsCountsEachCodeOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		api := script(t.Context(),
			`{"errcode":0,"account_list":[{"active_code":"B","type":1},{"active_code":"B","type":1}]}`,
			`{"errcode":0,"account_list":[{"active_code":"B","type":1},{"active_code":"B","type":1,"userid":"u"}]}`,
			`{"errcode":0,"account_list":[{"active_code":"B","type":1},{"active_code":"C","type":1}]}`)
		got, err := order.ORWaitAccounts(api, "O1", order.AccountCount{BaseCount: 2}, time.Minute)
		require.NoError(t, err)
		assert.Equal(t, []order.Account{{ActiveCode: "B", Type: 1}, {ActiveCode: "C", Type: 1}}, got)
		assert.Equal(t, 2*time.Minute, time.Since(start))
	})
}

// The accounts of a renewal have members and no codes.
// G: order/wait
func TestWaitAccountsOfARenewal(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		api := script(t.Context(), `{"errcode":0,"account_list":[{"userid":"a","type":1},{"userid":"b","type":1},{"userid":"a","type":2},{"userid":"a","type":1}]}`)
		got, err := order.ORWaitAccounts(api, "O1", order.AccountCount{BaseCount: 2, ExternalContactCount: 1}, time.Minute)
		require.NoError(t, err)
		assert.Equal(t, []order.Account{{UserId: "a", Type: 1}, {UserId: "b", Type: 1}, {UserId: "a", Type: 2}}, got)
		assert.Zero(t, time.Since(start))
	})
}

// A context that ends in the first try is told by the call that it ended in.
// G: order/wait token/context
func TestWaitThatEndsInItsFirstTryNamesTheCall(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := order.ORWaitPaid(testworld.Api(ctx, spectest.Refuse(t)), "O1", time.Minute)
	require.ErrorIs(t, err, ctx.Err())
	assert.ErrorContains(t, err, "/cgi-bin/license/get_order")
}
