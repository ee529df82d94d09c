package order_test

import (
	"errors"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/spectest"
	"github.com/gothird/wecom/internal/testworld"
	"github.com/gothird/wecom/order"
	"github.com/gothird/wecom/token"
)

// Whatever moves money is sent once; a lost answer says so. What only asks is repeated.
// G: request/writes-once order/unknown request/retries
func TestWritesAreNeverRepeated(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		for _, rows := range [][]row{licenceRows, unionRows, advancedRows, appRows, paytoolRows} {
			for _, row := range rows {
				if row.Sweep {
					continue
				}
				write := !strings.Contains(row.Endpoint, "get_") && !strings.Contains(row.Endpoint, "list_") && !strings.Contains(row.Endpoint, "result")
				calls := 0
				api := sampleApi(t.Context(), spectest.Canned(func(string, []byte) string { calls++; return "" }))
				_, err := row.Call(api)
				assert.Equal(t, write, errors.Is(err, token.ErrOutcomeUnknown), row.Go)
				assert.Equal(t, map[bool]int{true: 1, false: 3}[write], calls, row.Go)
			}
		}
	})
}

// An answer that lacks the id of what it has made leaves the caller as blind as none.
// G: order/unknown
func TestAnswerWithoutIdIsOutcomeUnknown(t *testing.T) {
	t.Parallel()
	api := testworld.Api(t.Context(), spectest.Canned(func(string, []byte) string { return `{"errcode":0,"errmsg":"ok"}` }))
	for name, call := range map[string]func() (any, error){
		"ORCreate's order_id": func() (any, error) { return order.ORCreate(api, &purchaseRow) },
		"ORSubJob's order_id": func() (any, error) {
			return order.ORSubJob(api, &order.SubOrder{"j", buyer, order.AccountDuration{Months: 1}})
		},
		"ORPaySubmit's jobid":            func() (any, error) { return order.ORPaySubmit(api, "o", buyer) },
		"AdvancedCreateOrder's order_id": func() (any, error) { return advancedRows[0].Call(api) },
		"PaytoolOpenOrder's order_id":    func() (any, error) { return paytoolRows[0].Call(api) },
	} {
		value, err := call()
		assert.Empty(t, value, name)
		_, field, _ := strings.Cut(name, " ")
		assert.ErrorContains(t, err, "the answer holds no "+field)
		require.ErrorIs(t, err, token.ErrOutcomeUnknown, name)
		var e *token.Error
		require.True(t, errors.As(err, &e), name)
		assert.NotEmpty(t, e.Path, name)
	}
}
