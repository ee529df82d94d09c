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

	"github.com/gothird/wecom/internal/fakewecom/platform"
	"github.com/gothird/wecom/internal/spectest"
	"github.com/gothird/wecom/license"
	"github.com/gothird/wecom/order"
	"github.com/gothird/wecom/purchase"
)

// A saved record goes on with the request that it was begun with, or not at all.
// G: purchase/record
func TestPurchaseRefusesAnotherRequest(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*purchase.Purchase){
		"corp":    func(p *purchase.Purchase) { p.Order.CorpId = "wpOther" },
		"buyer":   func(p *purchase.Purchase) { p.Order.BuyerUserId = "somebody" },
		"base":    func(p *purchase.Purchase) { p.Order.AccountCount.BaseCount++ },
		"interop": func(p *purchase.Purchase) { p.Order.AccountCount.ExternalContactCount++ },
		"months":  func(p *purchase.Purchase) { p.Order.AccountDuration.Months++ },
		"days":    func(p *purchase.Purchase) { p.Order.AccountDuration.Days++ },
		"more":    func(p *purchase.Purchase) { p.Members = append(p.Members, order.Account{UserId: "woMember4", Type: 1}) },
		"fewer":   func(p *purchase.Purchase) { p.Members = p.Members[:2] },
		"nobody":  func(p *purchase.Purchase) { p.Members = nil },
		"another": func(p *purchase.Purchase) { p.Members[1].UserId = "woMember4" },
		"type": func(p *purchase.Purchase) {
			p.Members[1].Type, p.Members[2].UserId = license.TypeInterop, "woMember2"
			p.Members[2].Type = 1
		},
		"in order": func(p *purchase.Purchase) { p.Members[0], p.Members[1] = p.Members[1], p.Members[0] },
		"payer":    func(p *purchase.Purchase) { p.PayerUserId = buyer },
		"digest":   func(p *purchase.Purchase) { p.Digest = "" },
	} {
		synctest.Test(t, func(t *testing.T) {
			for _, step := range []string{purchase.StepOrdering, purchase.StepOrdered, purchase.StepPaying, purchase.StepPaid, purchase.StepDone} {
				p := begun(t, "")
				p.Step, p.OrderId = step, "O1"
				change(p)
				api := newApi(t.Context(), spectest.Refuse(t)).WithCorp("")
				err := purchase.Run(api, p, func(*purchase.Purchase) error { t.Error("saved"); return nil })
				assert.ErrorContains(t, err, "are not those that this saved record was begun with", "%s at %q", name, step)
			}
		})
	}
}

// G: purchase/record
func TestRenewRefusesAnotherRequest(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*purchase.Renewal){
		"corp":    func(r *purchase.Renewal) { r.CorpId = "wpOther" },
		"buyer":   func(r *purchase.Renewal) { r.BuyerUserId = "somebody" },
		"months":  func(r *purchase.Renewal) { r.Duration.Months++ },
		"by date": func(r *purchase.Renewal) { r.Duration = order.AccountDuration{NewExpireTime: 1806508800} },
		"fewer":   func(r *purchase.Renewal) { r.Members = r.Members[:2] },
		"payer":   func(r *purchase.Renewal) { r.PayerUserId = buyer },
	} {
		synctest.Test(t, func(t *testing.T) {
			r, d := renewal(""), &disk{breakAt: 1, keepsNew: true}
			api := newApi(t.Context(), spectest.Canned(func(string, []byte) string { return `{"has_more":0,"jobid":"J1"}` }))
			require.ErrorIs(t, purchase.Renew(api, r, d.saveRenewal), errCrash)
			r, err := d.loadRenewal()
			require.NoError(t, err)
			change(r)
			err = purchase.Renew(newApi(t.Context(), spectest.Refuse(t)).WithCorp(""), r, d.saveRenewal)
			assert.ErrorContains(t, err, "are not those that this saved record was begun with", name)
		})
	}
}

// A record belongs to the corp that it was begun for, also where the request named none.
// G: purchase/record
func TestARecordBelongsToItsCorp(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		api := newApi(t.Context(), spectest.Canned(func(string, []byte) string { return `{"has_more":0,"jobid":"J1"}` }))
		other := newApi(t.Context(), spectest.Refuse(t)).WithCorp("wpOther")

		d := &disk{breakAt: 1, keepsNew: true}
		require.ErrorIs(t, purchase.Run(api, wanted(""), d.save), errCrash)
		p, err := d.load()
		require.NoError(t, err)
		assert.ErrorContains(t, purchase.Run(other, p, d.save), "the Api is bound to the corp wpOther")

		d = &disk{breakAt: 1, keepsNew: true}
		require.ErrorIs(t, purchase.Renew(api, renewal(""), d.saveRenewal), errCrash)
		r, err := d.loadRenewal()
		require.NoError(t, err)
		assert.ErrorContains(t, purchase.Renew(other, r, d.saveRenewal), "the Api is bound to the corp wpOther")
	})
}

// What may change is how often is asked.
// G: purchase/record
func TestPurchaseMayBePolledAtAnotherPace(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := begun(t, "")
		p.Step, p.OrderId, p.Poll = purchase.StepDone, "O1", time.Hour
		require.NoError(t, purchase.Run(newApi(t.Context(), spectest.Refuse(t)), p, (&disk{}).save))
	})
}

// A form that this release does not know is left alone: half of it might be misread.
// G: purchase/record
func TestRecordsOfAnotherVersionAreRefused(t *testing.T) {
	t.Parallel()
	api := newApi(t.Context(), spectest.Refuse(t))
	for text, want := range map[string]string{
		`{"v":2,"step":"paying","order_id":"O1"}`: "v 2, this release reads v 1 only",
		`{"v":2,"step":""}`:                       "v 2, this release reads v 1 only",
		`{"v":-1,"step":"done"}`:                  "v -1,",
		`{"step":"ordering"}`:                     "v 0,",
	} {
		p := wanted("")
		require.NoError(t, json.Unmarshal([]byte(text), p))
		assert.ErrorContains(t, purchase.Run(api, p, func(*purchase.Purchase) error { t.Error("saved"); return nil }), want)
		r := renewal("")
		require.NoError(t, json.Unmarshal([]byte(text), r))
		assert.ErrorContains(t, purchase.Renew(api, r, func(*purchase.Renewal) error { t.Error("saved"); return nil }), want)
	}
}

// Whatever a record holds, it is worked or refused.
// G: purchase/record
func FuzzRecord(f *testing.F) {
	for name := range savedPurchases {
		text, err := os.ReadFile(filepath.Join("testdata", name))
		require.NoError(f, err)
		f.Add(text)
	}
	for name := range savedRenewals {
		text, err := os.ReadFile(filepath.Join("testdata", name))
		require.NoError(f, err)
		f.Add(text)
	}
	f.Add([]byte(`{"v":1,"step":"activating","order":{"buyer_userid":"b","account_count":{"base_count":1},"account_duration":{"months":1}}}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		synctest.Test(t, func(t *testing.T) {
			api := newApi(t.Context(), spectest.Canned(func(string, []byte) string { return `{"errcode":48002}` })).WithCorp(goldenCorp)
			var p purchase.Purchase
			if json.Unmarshal(text, &p) == nil {
				err := purchase.Run(api, &p, func(*purchase.Purchase) error { return nil })
				assert.True(t, err != nil || p.Step == purchase.StepDone)
			}
			var r purchase.Renewal
			if json.Unmarshal(text, &r) == nil {
				err := purchase.Renew(api, &r, func(*purchase.Renewal) error { return nil })
				assert.True(t, err != nil || r.Step == purchase.StepDone)
			}
		})
	})
}

// An error says how far the purchase has come.
// G: purchase/failures
func TestErrorsSayHowFarItCame(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		fake, api := newFake(0)
		fake.Fault(platform.Fault{Path: "/cgi-bin/license/list_order", Body: `{"errcode":48002}`})
		p := wanted(buyer)
		prefix := "wecom: licences for corp " + corp
		require.ErrorContains(t, purchase.Run(api, p, (&disk{}).save), prefix+", before ordering: ")
		fake.ClearFaults()
		require.ErrorContains(t, purchase.Run(api, p, (&disk{breakAt: 1}).save), prefix+", step ordering: ")
		require.ErrorContains(t, purchase.Run(api, p, (&disk{breakAt: 1}).save), prefix+", step ordered of order "+p.OrderId+": ")
	})
}
