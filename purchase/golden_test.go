package purchase_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/spectest"
	"github.com/gothird/wecom/license"
	"github.com/gothird/wecom/order"
	"github.com/gothird/wecom/purchase"
	"github.com/gothird/wecom/token"
)

// goldenCorp is the corp of the saved records in testdata.
const goldenCorp = "wpRiverside0000000000000001"

// goldenPurchase is the request of the saved purchases in testdata.
func goldenPurchase() purchase.Purchase {
	return purchase.Purchase{
		Order: order.Order{
			CorpId: goldenCorp, BuyerUserId: buyer, AccountCount: order.AccountCount{BaseCount: 3, ExternalContactCount: 1},
			AccountDuration: order.AccountDuration{Months: 12, Days: 7},
		},
		Members:     []order.Account{{UserId: "woMember0", Type: 1}, {UserId: "woMember1", Type: 1}, {UserId: "woMember0", Type: 2}},
		PayerUserId: buyer, Poll: 30 * time.Second,
		Progress: purchase.Progress{
			Version: 1, Digest: "52ac41a1fb87e4a9645ab150c74489f4cf1680158530948f04d2255a84d58f76",
			Known: []string{"OI0001", "OI0002"}, Since: 1772330400,
		},
	}
}

func goldenRenewal() purchase.Renewal {
	return purchase.Renewal{
		CorpId: goldenCorp, Members: []order.Account{{UserId: "woMember0", Type: 1}, {UserId: "woMember4", Type: 2}}, BuyerUserId: buyer,
		Duration: order.AccountDuration{Months: 6}, PayerUserId: buyer,
		Progress: purchase.Progress{
			Version: 1, Digest: "1d12df2bb567f4f1951f4a1eb6f0e4591216aad12a38be675334eb316f5ee619",
			Known: []string{"OI0001"}, Since: 1772330400,
		},
		Jobid: "RJ1", Invalid: []order.InvalidAccount{{ErrCode: 701004, ErrMsg: "never activated", UserId: "woMember4", Type: 2}},
	}
}

// savedPurchases is what the files in testdata hold, with what a resumed purchase asks for
// first, time to settle aside.
var savedPurchases = map[string]struct {
	progress func(*purchase.Purchase)
	first    string
}{
	"purchase_v1_ordering.json": {func(p *purchase.Purchase) { p.Step = purchase.StepOrdering }, "/cgi-bin/license/list_order"},
	"purchase_v1_ordered.json":  {func(p *purchase.Purchase) { p.Step, p.OrderId = purchase.StepOrdered, "OI0003" }, detailOfOrder},
	"purchase_v1_paying.json": {func(p *purchase.Purchase) {
		p.Step, p.OrderId, p.PayJobid = purchase.StepPaying, "OI0003", "PJ1"
	}, detailOfOrder},
	"purchase_v1_paid.json": {func(p *purchase.Purchase) { p.Step, p.OrderId = purchase.StepPaid, "OI0003" }, accountsPath},
	"purchase_v1_activating.json": {func(p *purchase.Purchase) {
		p.Step, p.OrderId = purchase.StepActivating, "OI0003"
		p.Codes = []license.ActiveCode{{ActiveCode: "LC4", UserId: "woMember0"}, {ActiveCode: "LC2", UserId: "woMember1"}, {ActiveCode: "LX1", UserId: "woMember0"}}
		p.Results = []license.ActiveCodeResult{{ActiveCode: "LC2", UserId: "woMember1", ErrCode: license.ItemMissing}, {ActiveCode: "LX1", UserId: "woMember0"}}
		p.Taken = []string{"LC1"}
	}, detailPath},
	"purchase_v1_done.json": {func(p *purchase.Purchase) { p.Step, p.OrderId = purchase.StepDone, "OI0003" }, ""},
}

var savedRenewals = map[string]struct {
	progress func(*purchase.Renewal)
	first    string
}{
	"renewal_v1_ordering.json": {func(r *purchase.Renewal) { r.Step = purchase.StepOrdering }, submitPath},
	"renewal_v1_paying.json": {func(r *purchase.Renewal) {
		r.Step, r.OrderId, r.PayJobid = purchase.StepPaying, "OI0003", "PJ1"
	}, detailOfOrder},
	"renewal_v1_paid.json": {func(r *purchase.Renewal) { r.Step, r.OrderId = purchase.StepPaid, "OI0003" }, ""},
}

func readGolden(t *testing.T, name string, record any) (text []byte) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", name))
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(text, record), name)
	return text
}

// What an older release has saved can be gone on with: the files are as that release wrote
// them, and are never written again.
// G: purchase/record
func TestSavedPurchasesStayReadable(t *testing.T) {
	t.Parallel()
	for name, want := range savedPurchases {
		synctest.Test(t, func(t *testing.T) {
			var got purchase.Purchase
			text := readGolden(t, name, &got)
			expected := goldenPurchase()
			want.progress(&expected)
			resumes(t, name, text, expected, got, want.first, func(api *token.Api) error {
				return purchase.Run(api, &got, (&disk{}).save)
			})
		})
	}
}

// G: purchase/record
func TestSavedRenewalsStayReadable(t *testing.T) {
	t.Parallel()
	for name, want := range savedRenewals {
		synctest.Test(t, func(t *testing.T) {
			var got purchase.Renewal
			text := readGolden(t, name, &got)
			expected := goldenRenewal()
			want.progress(&expected)
			resumes(t, name, text, expected, got, want.first, func(api *token.Api) error {
				return purchase.Renew(api, &got, (&disk{}).saveRenewal)
			})
		})
	}
}

// resumes checks what was read from a golden file, that it is written as it was read, and what
// run asks for first.
func resumes(t *testing.T, name string, text []byte, expected, got any, first string, run func(*token.Api) error) {
	t.Helper()
	assert.Equal(t, expected, got, name)
	again, err := json.Marshal(got)
	require.NoError(t, err)
	assert.JSONEq(t, string(text), string(again), name)
	asked := ""
	api := newApi(t.Context(), spectest.Canned(func(path string, _ []byte) string {
		if asked == "" {
			asked = path
		}
		return `{"errcode":48002}`
	}))
	err = run(api.WithCorp(goldenCorp))
	assert.Equal(t, first, asked, "%s: %v", name, err)
}
