package desk

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/fakewecom/faketest"
)

func TestConsoleListsOrdersWithTheirCodes(t *testing.T) {
	t.Parallel()
	w := newCounter(t)
	assert.Empty(t, w.LicenseOrders(""))
	before := w.LastChange()
	id, err := w.PlaceOrder(t.Context(), "", ConsoleOrder{CorpId: faketest.Corp, Buyer: testBuyer, Base: 2, Interop: 1, Months: 1})
	require.NoError(t, err)
	list := w.LicenseOrders("")
	require.Len(t, list, 1)
	assert.Equal(t, id, list[0].Id)
	assert.Equal(t, orderUnpaid, list[0].Status)
	assert.True(t, list[0].Paid.IsZero())
	assert.Empty(t, list[0].Codes)
	require.NoError(t, w.PayOrder(t.Context(), id))
	w.Clock.Add(day)
	o := w.LicenseOrders("")[0]
	assert.Equal(t, orderPaid, o.Status)
	assert.False(t, o.Paid.IsZero())
	require.Len(t, o.Codes, 3)
	assert.Equal(t, Code{Code: o.Codes[0].Code, Kind: licBase, Status: licUnbound, CorpId: faketest.Corp}, o.Codes[0])
	changes, _ := w.ChangesAfter(before, 100)
	var subjects []string
	for _, c := range changes {
		if c.Kind == "order" && c.CorpId == faketest.Corp {
			subjects = append(subjects, c.Subject)
		}
	}
	assert.Contains(t, subjects, id)
	require.NoError(t, w.RequestRefund(t.Context(), id))
	require.NoError(t, w.DecideRefund(t.Context(), id, true))
	o = w.LicenseOrders("")[0]
	assert.Equal(t, orderRefunded, o.Status)
	assert.True(t, o.Codes[0].Void)
}

func TestConsoleListsAppOrdersAndBalance(t *testing.T) {
	t.Parallel()
	w := newCounter(t)
	a := AppOrder{SuiteId: faketest.Suite, CorpId: faketest.Corp, EditionId: "sp1", Price: 100, Days: 30}
	id, err := w.PlaceAppOrder(t.Context(), a)
	require.NoError(t, err)
	require.NoError(t, w.MoveAppOrder(t.Context(), id, orderPaid))
	list := w.AppOrdersOf("")
	require.Len(t, list, 1)
	assert.Equal(t, a, list[0].AppOrder)
	assert.Equal(t, orderPaid, list[0].Status)
	assert.False(t, list[0].Paid.IsZero())
	w.SetBalance("", 5)
	assert.EqualValues(t, 5, w.Balance(""))
	w.SetBalance("", -9)
	assert.EqualValues(t, -1, w.Balance(""))
}
