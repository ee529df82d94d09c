package purchase_test

import (
	"fmt"
	"testing"
	"testing/synctest"

	"github.com/gothird/wecom/internal/spectest"
	"github.com/gothird/wecom/license"
	"github.com/gothird/wecom/order"
	"github.com/gothird/wecom/purchase"
	"github.com/gothird/wecom/token"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// resubmitted goes on with a renewal until end whose job may have been submitted; one base
// and one interop account are not in it. WeCom answers the submission and, about the one
// order there is, which accounts it has and until when.
func resubmitted(t *testing.T, end int64, submission, detail string) (*purchase.Renewal, error) {
	t.Helper()
	r, d := renewal(""), &disk{breakAt: 1, keepsNew: true}
	r.Members = append(members(3), order.Account{UserId: "u0", Type: license.TypeInterop}, order.Account{UserId: "u1", Type: license.TypeInterop})
	r.Duration = order.AccountDuration{NewExpireTime: end}
	orders := ""
	api := newApi(t.Context(), spectest.Canned(func(path string, _ []byte) string {
		switch path {
		case "/cgi-bin/license/list_order":
			return `{"has_more":0,"order_list":[` + orders + `]}`
		case jobPath:
			return `{"jobid":"J1","invalid_account_list":[{"errcode":701004,"userid":"u2","type":1},{"errcode":701004,"userid":"u1","type":2}]}`
		case submitPath:
			return submission
		}
		return detail
	}))
	require.ErrorIs(t, purchase.Renew(api, r, d.saveRenewal), errCrash)
	r, err := d.loadRenewal()
	require.NoError(t, err)
	require.Equal(t, purchase.StepOrdering, r.Step)
	orders = `{"order_id":"O1","order_type":2}`
	return r, purchase.Renew(api, r, (&disk{breakAt: 1}).saveRenewal)
}

// A submission that is refused, or lost once more, is told, and the renewal stays where it is.
// G: purchase/own-order
func TestRenewReportsARefusedSubmission(t *testing.T) {
	t.Parallel()
	for answer, want := range map[string]error{`{"errcode":701090}`: token.Code(701090), `{"errcode":45009}`: token.Code(45009), "": token.ErrOutcomeUnknown} {
		synctest.Test(t, func(t *testing.T) {
			r, err := resubmitted(t, 1806508800, answer, `{"errcode":1}`)
			require.ErrorIs(t, err, want)
			assert.Equal(t, purchase.StepOrdering, r.Step)
			assert.Empty(t, r.OrderId)
		})
	}
}

// WeCom moves an end to 24:00 of its day, by less or just a day. An order that ends at
// another time, or is for other accounts, is somebody else's.
// G: purchase/own-order
func TestRenewTellsItsOrderByItsEndAndAccounts(t *testing.T) {
	t.Parallel()
	const end, day = 1806508800, 86400
	for _, test := range []struct {
		later, base, interop int
		ours                 bool
	}{
		{0, 2, 1, true}, {1, 2, 1, true}, {day, 2, 1, true},
		{-1, 2, 1, false}, {day + 1, 2, 1, false}, {0, 3, 1, false}, {0, 2, 2, false}, {0, 2, 3, false}, {0, 4, 1, false},
	} {
		synctest.Test(t, func(t *testing.T) {
			r, err := resubmitted(t, end, `{"errcode":701126}`, fmt.Sprintf(
				`{"order":{"order_type":2,"account_count":{"base_count":%d,"external_contact_count":%d},"account_duration":{"new_expire_time":%d}}}`,
				test.base, test.interop, end+test.later))
			if test.ours {
				require.ErrorIs(t, err, errCrash, "saved: %v", test)
				assert.Equal(t, "O1", r.OrderId)
			} else {
				require.ErrorIs(t, err, token.Code(701126), "%v", test)
				assert.Empty(t, r.OrderId)
			}
		})
	}
}
