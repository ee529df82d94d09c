package purchase_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/fakewecom/platform"
	"github.com/gothird/wecom/internal/spectest"
	"github.com/gothird/wecom/order"
	"github.com/gothird/wecom/purchase"
	"github.com/gothird/wecom/token"
)

// A submission whose answer was lost is told by 701126, and its order found.
// G: purchase/own-order
func TestRenewFindsTheOrderOfItsJob(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		fake, api, _ := newRenewalFake(t, 0)
		fake.Fault(platform.Fault{Path: submitPath, Count: 1, After: true, Cut: true})
		r, d := renewal(buyer), &disk{}
		require.ErrorIs(t, purchase.Renew(api, r, d.saveRenewal), token.ErrOutcomeUnknown)
		require.Equal(t, purchase.StepOrdering, r.Step)
		job := r.Jobid

		// A search that fails finds nothing and orders nothing.
		fake.Fault(platform.Fault{Path: "/cgi-bin/license/get_order", Count: 1, ErrCode: 48002})
		require.ErrorIs(t, purchase.Renew(api, r, d.saveRenewal), token.Code(48002))
		assert.Equal(t, purchase.StepOrdering, r.Step)
		require.NoError(t, purchase.Renew(api, r, d.saveRenewal))
		assert.Equal(t, job, r.Jobid, "no new job")
		assert.Equal(t, 1, fake.Count(jobPath))
		assert.Len(t, ordersOf(t, api), 2)
	})
}

// G: purchase/own-order
func TestRenewDoesNotGuessItsOrder(t *testing.T) {
	t.Parallel()
	for name, detail := range map[string]string{
		"fewer":   `{"order":{"order_type":2,"account_count":{"base_count":1,"external_contact_count":0},"account_duration":{"months":2}}}`,
		"longer":  `{"order":{"order_type":2,"account_count":{"base_count":2,"external_contact_count":1},"account_duration":{"months":3}}}`,
		"by date": `{"order":{"order_type":2,"account_count":{"base_count":2,"external_contact_count":1},"account_duration":{"new_expire_time":1806508800}}}`,
		"more":    `{"order":{"order_type":2,"account_count":{"base_count":2,"external_contact_count":2},"account_duration":{"months":2}}}`,
	} {
		synctest.Test(t, func(t *testing.T) {
			orders := ""
			submitted := 0
			api := newApi(t.Context(), spectest.Canned(func(path string, _ []byte) string {
				switch path {
				case "/cgi-bin/license/list_order":
					return `{"has_more":0,"order_list":[` + orders + `]}`
				case "/cgi-bin/license/get_order":
					return detail
				case jobPath:
					return `{"jobid":"J1"}`
				case submitPath:
					if submitted++; submitted == 1 {
						return ""
					}
					return `{"errcode":701126}`
				}
				t.Error(path)
				return ""
			}))
			r, d := renewal(""), &disk{}
			require.ErrorIs(t, purchase.Renew(api, r, d.saveRenewal), token.ErrOutcomeUnknown)
			orders = `{"order_id":"purchase","order_type":1},{"order_id":"other","order_type":2}`
			err := purchase.Renew(api, r, d.saveRenewal)
			require.ErrorIs(t, err, token.Code(701126), name)
			assert.ErrorContains(t, err, "the order of the job J1 is not among the corp's orders")
			assert.Empty(t, r.OrderId)
			assert.Equal(t, purchase.StepOrdering, r.Step)
		})
	}
}

// An end of a day is compared as WeCom keeps it.
// G: purchase/own-order
func TestRenewUntilADate(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		fake, api, ends := newRenewalFake(t, 0)
		fake.Fault(platform.Fault{Path: submitPath, Count: 1, After: true, Cut: true})
		r, d := renewal(buyer), &disk{}
		r.Duration = order.AccountDuration{NewExpireTime: time.Now().Add(100*24*time.Hour + 3*time.Hour).Unix()}
		require.ErrorIs(t, purchase.Renew(api, r, d.saveRenewal), token.ErrOutcomeUnknown)
		require.NoError(t, purchase.Renew(api, r, d.saveRenewal))
		for _, end := range ends() {
			assert.InDelta(t, r.Duration.NewExpireTime, end, 86400)
		}
	})
}
