package purchase_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/fakewecom"
	"github.com/gothird/wecom/internal/inprocess"
	"github.com/gothird/wecom/internal/spectest"
	"github.com/gothird/wecom/license"
	"github.com/gothird/wecom/order"
	"github.com/gothird/wecom/purchase"
	"github.com/gothird/wecom/token"
)

const (
	jobPath    = "/cgi-bin/license/create_renew_order_job"
	submitPath = "/cgi-bin/license/submit_order_job"
	payPath    = "/cgi-bin/license/submit_pay_job"
)

// renewal is what every renewal here renews: one member of two has an account.
func renewal(payer string) *purchase.Renewal {
	return &purchase.Renewal{
		Members: []order.Account{
			{UserId: "woMember0", Type: license.TypeBase}, {UserId: "woMember0", Type: license.TypeInterop},
			{UserId: "woMember4", Type: license.TypeBase},
		},
		BuyerUserId: buyer, Duration: order.AccountDuration{Months: 2}, PayerUserId: payer,
	}
}

// newRenewalFake is newFake with the accounts that renewal renews, and tells when they end.
func newRenewalFake(t *testing.T, delay time.Duration) (fake *fakewecom.Server, api *token.Api, ends func() []int64) {
	t.Helper()
	fake, api = newFake(delay)
	require.NoError(t, purchase.Run(api, &purchase.Purchase{
		Order: order.Order{
			BuyerUserId: buyer, AccountCount: order.AccountCount{BaseCount: 1, ExternalContactCount: 1},
			AccountDuration: order.AccountDuration{Months: 1},
		},
		Members:     renewal("").Members[:2],
		PayerUserId: buyer,
	}, func(*purchase.Purchase) error { return nil }))
	return fake, api, func() (times []int64) {
		user, err := license.LICGetActiveByUser(api, "woMember0")
		require.NoError(t, err)
		for _, a := range user.ActiveInfoList {
			times = append(times, a.ExpireTime)
		}
		return times
	}
}

// renewThrough runs a renewal to its end through a disk and a line that break, starting anew
// after each failure, and checks that there is one order, paid once, and in force once.
func renewThrough(t *testing.T, payer string, d *disk, l *line) (restarts int) {
	t.Helper()
	fake, admin, ends := newRenewalFake(t, 30*time.Second)
	before := ends()
	l.to = inprocess.Transport(fake)
	if payer == "" {
		stop := cashierBeside(t, fake, admin)
		defer stop()
	}
	had, err := license.LICGetAccountBalance(admin)
	require.NoError(t, err)
	d.data, err = json.Marshal(renewal(payer))
	require.NoError(t, err)
	for ; ; restarts++ {
		require.Less(t, restarts, 5, "it never ends")
		api := newApi(t.Context(), l)
		r, err := d.loadRenewal()
		require.NoError(t, err)
		if err := purchase.Renew(api, r, d.saveRenewal); err == nil {
			break
		}
	}
	orders := ordersOf(t, admin)
	require.Len(t, orders, 2, "the purchase before, and one renewal")
	r, err := d.loadRenewal()
	require.NoError(t, err)
	assert.Equal(t, purchase.StepDone, r.Step)
	assert.Contains(t, orders, r.OrderId)
	detail, err := order.ORGetDetail(admin, r.OrderId)
	require.NoError(t, err)
	assert.Equal(t, order.OrderRenewal, detail.OrderType)
	assert.True(t, detail.Paid())
	if payer != "" {
		balance, err := license.LICGetAccountBalance(admin)
		require.NoError(t, err)
		assert.EqualValues(t, had-int64(detail.Price), balance, "paid once")
	}
	after := ends()
	require.Len(t, after, 2)
	for i := range after {
		assert.EqualValues(t, 62*86400, after[i]-before[i])
	}
	require.Len(t, r.Invalid, 1)
	assert.Equal(t, "woMember4", r.Invalid[0].UserId)
	require.ErrorIs(t, r.Invalid[0].Err(), token.Code(701004))
	return restarts
}

// G: purchase/once
func TestRenew(t *testing.T) {
	t.Parallel()
	undisturbed(t, renewThrough)
}

// A crash at any save, before or after the disk has it, orders and pays once.
// G: purchase/once
func TestRenewSurvivesCrashes(t *testing.T) {
	t.Parallel()
	survivesCrashes(t, renewThrough, 6)
}

// A connection that breaks at any request, before or after WeCom has it, orders and pays
// once.
// G: purchase/once
func TestRenewSurvivesLostAnswers(t *testing.T) {
	t.Parallel()
	survivesLostAnswers(t, renewThrough, 2)
}

// A job that could not be filled is given up: it has cost nothing.
// G: purchase/simple
func TestRenewBeginsItsJobAnew(t *testing.T) {
	t.Parallel()
	for _, failure := range []string{"", `{"errcode":45009}`} {
		synctest.Test(t, func(t *testing.T) {
			var jobs []string
			calls := 0
			api := newApi(t.Context(), spectest.Canned(func(path string, body []byte) string {
				switch path {
				case "/cgi-bin/license/list_order":
					return `{"has_more":0,"order_list":[{"order_id":"other","order_type":1}]}`
				case jobPath:
					var in order.ReOrder
					assert.NoError(t, json.Unmarshal(body, &in))
					if calls++; calls == 2 {
						return failure
					}
					if in.Jobid == "" {
						in.Jobid = fmt.Sprint("J", calls)
					}
					jobs = append(jobs, in.Jobid)
					return fmt.Sprintf(`{"jobid":%q}`, in.Jobid)
				case submitPath:
					var in order.SubOrder
					assert.NoError(t, json.Unmarshal(body, &in))
					assert.Equal(t, "J3", in.Jobid)
					return `{"order_id":"O1"}`
				}
				return `{"order":{"order_id":"O1","order_status":1}}`
			}))
			r, d := renewal(""), &disk{}
			r.Members = members(1500)
			err := purchase.Renew(api, r, d.saveRenewal)
			var partial *token.PartialError
			require.ErrorAs(t, err, &partial)
			assert.Equal(t, 1000, partial.Done)
			assert.Equal(t, purchase.StepNew, r.Step)
			assert.Zero(t, d.saves, "there is nothing to go on from")
			time.Sleep(time.Hour)
			again := time.Now().Unix()
			require.NoError(t, purchase.Renew(api, r, d.saveRenewal))
			assert.Equal(t, []string{"J1", "J3", "J3"}, jobs)
			assert.Equal(t, []string{"other"}, r.Known)
			assert.Equal(t, again, r.Since)
		})
	}
}

// G: purchase/simple
func TestRenewNobody(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		fake, api := newFake(0)
		r, d := renewal(buyer), &disk{}
		r.Members = r.Members[2:]
		err := purchase.Renew(api, r, d.saveRenewal)
		require.ErrorIs(t, err, token.Code(701004))
		assert.ErrorContains(t, err, "none of 1 accounts can be renewed")
		assert.Len(t, r.Invalid, 1)
		assert.Zero(t, fake.Count(submitPath), "an empty job is not submitted")
	})
}

// G: endpoint/checked
func TestRenewRefusedBeforeAnyRequest(t *testing.T) {
	t.Parallel()
	api := newApi(t.Context(), spectest.Refuse(t))
	save := func(*purchase.Renewal) error { t.Error("saved"); return nil }
	for want, change := range map[string]func(*purchase.Renewal){
		"account_list is empty":                       func(r *purchase.Renewal) { r.Members = nil },
		"are the same":                                func(r *purchase.Renewal) { r.Members = append(r.Members, r.Members[0]) },
		"userid is empty":                             func(r *purchase.Renewal) { r.Members[0].UserId = "" },
		"buyer_userid is empty":                       func(r *purchase.Renewal) { r.BuyerUserId = "" },
		"exactly one of months and new_expire_time":   func(r *purchase.Renewal) { r.Duration = order.AccountDuration{} },
		"account_duration.days is for purchases":      func(r *purchase.Renewal) { r.Duration.Days = 1 },
		"account_duration.months is 61":               func(r *purchase.Renewal) { r.Duration.Months = 61 },
		`the step "dancing": there is no such step`:   func(r *purchase.Renewal) { r.Version, r.Step = 1, "dancing" },
		"corpid is wpOther, but the Api is bound to ": func(r *purchase.Renewal) { r.CorpId = "wpOther" },
	} {
		r := renewal("")
		change(r)
		assert.ErrorContains(t, purchase.Renew(api, r, save), want)
	}
	require.ErrorIs(t, purchase.Renew(api.WithCorp(""), renewal(""), save), token.ErrNoCorp)
	assert.ErrorContains(t, purchase.Renew(api, nil, save), "needs a renewal")
	assert.ErrorContains(t, purchase.Renew(api, renewal(""), nil), "a function that saves it")
}
