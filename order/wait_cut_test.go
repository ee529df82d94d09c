package order_test

import (
	"context"
	"io"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gothird/wecom/internal/inprocess"
	"github.com/gothird/wecom/internal/spectest"
	"github.com/gothird/wecom/internal/testworld"
	"github.com/gothird/wecom/order"
	"github.com/gothird/wecom/token"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

type lastBytes struct {
	io.ReadCloser
	then func()
}

func (b lastBytes) Close() error {
	b.then()
	return b.ReadCloser.Close()
}

// A context that ends between two pages of a try says no less than one that ends between
// two tries: what kept the accounts waiting is told.
// G: order/wait
func TestWaitThatEndsInATryTellsTheTryBefore(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		tries := 0
		canned := spectest.Canned(func(path string, _ []byte) string {
			if tries++; tries == 1 {
				return `{"errcode":701022}`
			}
			return `{"errcode":0,"has_more":1,"next_cursor":"c","account_list":[{"active_code":"B","type":1}]}`
		})
		api := testworld.Api(ctx, inprocess.Func(func(r *http.Request) (*http.Response, error) {
			resp, err := canned.RoundTrip(r)
			if tries == 2 {
				resp.Body = lastBytes{resp.Body, cancel}
			}
			return resp, err
		}))
		accounts, err := order.ORWaitAccounts(api, "O1", order.AccountCount{BaseCount: 2}, time.Minute)
		require.ErrorIs(t, err, context.Canceled)
		require.ErrorIs(t, err, token.Code(701022))
		assert.Empty(t, accounts)
		assert.Equal(t, 2, tries)
	})
}
