package purchase_test

import (
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/fakewecom/platform"
	"github.com/gothird/wecom/internal/spectest"
	"github.com/gothird/wecom/purchase"
	"github.com/gothird/wecom/token"
)

// The same when the limit hits the batch: interop codes are not tried after base ones.
// G: purchase/failures
func TestPurchaseStopsAtARefusedBatch(t *testing.T) {
	t.Parallel()
	for _, fault := range []platform.Fault{
		{Path: activatePath, ErrCode: 45009}, {Path: activatePath, Cut: true}, {Path: activatePath, Cut: true, After: true},
	} {
		synctest.Test(t, func(t *testing.T) {
			fake, api := newFake(0)
			p := assigned(t, api, wanted(buyer))
			fake.Fault(fault)
			d := &disk{}
			err := purchase.Run(api, p, d.save)
			var partial *token.PartialError
			require.ErrorAs(t, err, &partial)
			assert.Equal(t, fault.Cut, partial.Unknown == 2)
			assert.Equal(t, 1, fake.Count(activatePath))
			assert.Equal(t, 1, d.saves, "what is known is saved")
			fake.ClearFaults()
			require.NoError(t, purchase.Run(api, p, d.save))
			assert.ElementsMatch(t, []string{"woMember0 1", "woMember1 1", "woMember0 2"}, held(t, api))
			assert.Empty(t, p.Taken, "a code that our own lost request has bound is the member's")
		})
	}
}

// Whatever of the last steps fails, the call says so, keeps its step and goes on from there.
// G: purchase/failures
func TestPurchaseReportsFailuresOfTheLastSteps(t *testing.T) {
	t.Parallel()
	for path, step := range map[string]string{accountsPath: purchase.StepPaid, detailPath: purchase.StepActivating, activatePath: purchase.StepActivating} {
		synctest.Test(t, func(t *testing.T) {
			fake, api := newFake(0)
			fake.Fault(platform.Fault{Path: path, ErrCode: 48002, Count: 1})
			p := wanted(buyer)
			err := purchase.Run(api, p, (&disk{}).save)
			require.ErrorIs(t, err, token.Code(48002))
			assert.ErrorContains(t, err, p.OrderId)
			assert.Equal(t, step, p.Step)
			require.NoError(t, purchase.Run(api, p, (&disk{}).save))
			assert.Equal(t, 1, fake.Count(created))
		})
	}
}

// A failing save ends the call, also where something else has failed already.
// G: purchase/failures
func TestPurchaseReportsAFailingSave(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		fake, api := newFake(0)
		p := assigned(t, api, wanted(buyer))
		fake.Fault(platform.Fault{Path: activatePath, ErrCode: 48002})
		err := purchase.Run(api, p, func(*purchase.Purchase) error { return errCrash })
		require.ErrorIs(t, err, token.Code(48002))
		require.ErrorIs(t, err, errCrash)
	})
}

// Accounts without a code are not handed out.
// G: purchase/not-done
func TestPurchaseWaitsForTheCodesThemselves(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := begun(t, "")
		p.Step, p.OrderId = purchase.StepPaid, "O1"
		api := newApi(t.Context(), spectest.Canned(func(path string, _ []byte) string {
			assert.Equal(t, accountsPath, path)
			return `{"has_more":0,"account_list":[{"userid":"a","type":1},{"userid":"b","type":1},{"userid":"c","type":1},{"active_code":"I","type":2}]}`
		}))
		err := purchase.Run(api, p, (&disk{}).save)
		assert.ErrorContains(t, err, "too few activation codes of type 1")
		assert.Equal(t, purchase.StepPaid, p.Step)
		assert.Empty(t, p.Codes)
	})
}
