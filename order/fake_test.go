package order_test

import (
	"fmt"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gothird/wecom/internal/fakewecom"
	"github.com/gothird/wecom/internal/spectest"
	"github.com/gothird/wecom/order"
	"github.com/gothird/wecom/token"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// newFake returns a fake WeCom in which a corp with some members has the provider's app, and
// an Api for that corp. delay is how long WeCom takes for jobs and codes.
func newFake(t testing.TB, delay time.Duration) (*fakewecom.Server, *token.Api) {
	t.Helper()
	fake := fakewecom.New(fakewecom.Options{})
	require.NoError(t, fake.AddProvider(fakewecom.Provider{CorpId: "wwProvider0001", Secret: "provider-secret"}))
	require.NoError(t, fake.AddSuite(fakewecom.Suite{Id: "wwSuiteDemo0001", Secret: "suite-secret", Name: "CRM"}))
	members := make([]fakewecom.Member, 5)
	for i := range members {
		members[i].UserId = fmt.Sprintf("woMember%d", i)
	}
	for _, id := range []string{corp, "wpHillside"} {
		require.NoError(t, fake.AddCorp(fakewecom.Corp{Id: id, Name: id, Members: members}))
		_, err := fake.Install(t.Context(), "wwSuiteDemo0001", id, fakewecom.InstallOptions{FromProviderSite: true})
		require.NoError(t, err)
	}
	policy := fakewecom.DefaultLicensePolicy()
	policy.GenerateDelay, policy.JobDelay = delay, delay
	fake.SetLicensePolicy("", policy)
	fake.SetBalance("", 1_000_000_00)
	api, err := token.New(token.Config{
		CorpId: "wwProvider0001", ProviderSecret: "provider-secret",
		HTTPClient: &http.Client{Transport: spectest.Door(fake)},
	})
	require.NoError(t, err)
	return fake, api.WithCorp(corp)
}

func TestOrderToCodes(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		fake, api := newFake(t, 0)
		bought := order.Order{BuyerUserId: buyer, AccountCount: order.AccountCount{BaseCount: 3, ExternalContactCount: 2}, AccountDuration: order.AccountDuration{Months: 12}}
		id, err := order.ORCreate(api, &bought)
		require.NoError(t, err)
		_, err = order.ORCreate(api, &bought)
		require.ErrorIs(t, err, token.Code(701032), "one unpaid order a corp")

		go func() {
			time.Sleep(5 * time.Minute)
			assert.NoError(t, fake.PayOrder(t.Context(), id))
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

func TestCancelledOrderEndsTheWait(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		_, api := newFake(t, 0)
		id, err := order.ORCreate(api, &order.Order{BuyerUserId: buyer, AccountCount: order.AccountCount{BaseCount: 1}, AccountDuration: order.AccountDuration{Months: 1}})
		require.NoError(t, err)
		require.NoError(t, order.ORCancel(api, id))
		_, err = order.ORWaitPaid(api, id, time.Minute)
		require.ErrorIs(t, err, order.ErrOrderClosed)
	})
}

func TestUnionOrder(t *testing.T) { // T-82
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		_, api := newFake(t, time.Minute)
		api = api.WithCorp("")
		job, err := order.ORNewJobCreate(api, &order.NewJob{BuyList: []order.BuyInfo{
			{corp, order.AccountCount{BaseCount: 2}, order.AccountDuration{Months: 3}, ptr(0)},
			{"wpHillside", order.AccountCount{ExternalContactCount: 1}, order.AccountDuration{Months: 3}, nil},
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

func TestBalanceTooLow(t *testing.T) { // T-82
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		fake, api := newFake(t, time.Minute)
		fake.SetBalance("", 1)
		id, err := order.ORCreate(api, &order.Order{BuyerUserId: buyer, AccountCount: order.AccountCount{BaseCount: 1}, AccountDuration: order.AccountDuration{Months: 1}})
		require.NoError(t, err)
		job, err := order.ORPaySubmit(api, id, buyer)
		require.NoError(t, err, "the job itself is taken")
		out, err := order.ORPayWait(api, job, time.Second)
		require.ErrorIs(t, err, token.Code(90433))
		assert.Equal(t, order.JobFailed, out.Status)
	})
}
