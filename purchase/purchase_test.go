package purchase_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/fakewecom/platform"
	"github.com/gothird/wecom/internal/inprocess"
	"github.com/gothird/wecom/internal/spectest"
	"github.com/gothird/wecom/license"
	"github.com/gothird/wecom/order"
	"github.com/gothird/wecom/purchase"
	"github.com/gothird/wecom/token"
)

// wanted is what every purchase here buys.
func wanted(payer string) *purchase.Purchase {
	return &purchase.Purchase{
		Order: order.Order{
			BuyerUserId: buyer, AccountCount: order.AccountCount{BaseCount: 3, ExternalContactCount: 1},
			AccountDuration: order.AccountDuration{Months: 12},
		},
		Members: []order.Account{
			{UserId: "woMember0", Type: license.TypeBase}, {UserId: "woMember1", Type: license.TypeBase},
			{UserId: "woMember0", Type: license.TypeInterop},
		},
		PayerUserId: payer,
	}
}

// buyThrough runs a purchase to its end through a disk and a line that break, starting anew
// after each failure, and checks that there is one order, paid once, and its codes bound.
func buyThrough(t *testing.T, payer string, d *disk, l *line) (restarts int) {
	t.Helper()
	fake, admin := newFake(30 * time.Second)
	l.to = inprocess.Transport(fake)
	if payer == "" {
		stop := cashierBeside(t, fake, admin)
		defer stop()
	}
	d.data, _ = json.Marshal(wanted(payer))
	for ; ; restarts++ {
		require.Less(t, restarts, 5, "it never ends")
		api := newApi(t.Context(), l)
		p, err := d.load()
		require.NoError(t, err)
		if err := purchase.Run(api, p, d.save); err == nil {
			break
		}
	}
	orders := ordersOf(t, admin)
	require.Len(t, orders, 1, "ordered once")
	p, err := d.load()
	require.NoError(t, err)
	assert.Equal(t, purchase.StepDone, p.Step)
	assert.Equal(t, orders[0], p.OrderId)
	detail, err := order.ORGetDetail(admin, p.OrderId)
	require.NoError(t, err)
	assert.True(t, detail.Paid())
	if payer != "" {
		balance, err := license.LICGetAccountBalance(admin)
		require.NoError(t, err)
		assert.EqualValues(t, 1_000_000_00-detail.Price, balance, "paid once")
	}
	assert.ElementsMatch(t, []string{"woMember0 1", "woMember1 1", "woMember0 2"}, held(t, admin))
	return restarts
}

// G: purchase/once
func TestPurchase(t *testing.T) {
	t.Parallel()
	undisturbed(t, buyThrough)
}

// A crash at any save, before or after the disk has it, orders and pays once.
// G: purchase/once
func TestPurchaseSurvivesCrashes(t *testing.T) {
	t.Parallel()
	survivesCrashes(t, buyThrough, 8)
}

// A connection that breaks at any request, before or after WeCom has it, orders and pays
// once.
// G: purchase/once
func TestPurchaseSurvivesLostAnswers(t *testing.T) {
	t.Parallel()
	survivesLostAnswers(t, buyThrough, 3)
}

// An order of the same size that was there before is not taken for ours.
// G: purchase/own-order
func TestPurchaseKeepsToItsOwnOrder(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		fake, api := newFake(0)
		p := wanted(buyer)
		other, err := order.ORCreate(api, &p.Order)
		require.NoError(t, err)
		require.NoError(t, fake.PayOrder(t.Context(), other))

		d := &disk{breakAt: 1, keepsNew: true}
		require.ErrorIs(t, purchase.Run(api, p, d.save), errCrash)
		p, err = d.load()
		require.NoError(t, err)
		assert.Equal(t, []string{other}, p.Known)
		require.NoError(t, purchase.Run(api, p, d.save))
		assert.NotEqual(t, other, p.OrderId)
		assert.Len(t, ordersOf(t, api), 2)
	})
}

// Another purchase's unpaid order makes WeCom refuse ours; it is neither taken nor paid.
// G: purchase/closed
func TestPurchaseWaitsForOthers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		fake, api := newFake(0)
		p := wanted(buyer)
		other, err := order.ORCreate(api, &p.Order)
		require.NoError(t, err)
		d := &disk{}
		for range 2 {
			require.ErrorIs(t, purchase.Run(api, p, d.save), token.Code(701032))
			assert.Empty(t, p.OrderId)
		}
		require.NoError(t, fake.PayOrder(t.Context(), other))
		require.NoError(t, purchase.Run(api, p, d.save))
		assert.NotEqual(t, other, p.OrderId)
	})
}

// G: purchase/closed
func TestPurchaseOfAClosedOrderEnds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		fake, api := newFake(0)
		p := wanted("")
		go func() {
			time.Sleep(time.Minute)
			for o := range order.ORAllOrders(api, order.ListCond{CorpId: corp}) {
				assert.NoError(t, order.ORCancel(api, o.OrderId))
			}
		}()
		d := &disk{}
		require.ErrorIs(t, purchase.Run(api, p, d.save), order.ErrOrderClosed)
		require.ErrorIs(t, purchase.Run(api, p, d.save), order.ErrOrderClosed, "nothing is ordered in its place")
		assert.Equal(t, 1, fake.Count("/cgi-bin/license/create_new_order"))
	})
}

// A payment that failed is made again by the next call.
// G: purchase/payment
func TestPurchasePaysAgainAfterAFailure(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		fake, api := newFake(time.Minute)
		fake.SetBalance("", 1)
		p, d := wanted(buyer), &disk{}
		err := purchase.Run(api, p, d.save)
		require.ErrorIs(t, err, token.Code(90433))
		assert.ErrorContains(t, err, p.OrderId)
		fake.SetBalance("", 1_000_000_00)
		require.NoError(t, purchase.Run(api, p, d.save))
		assert.Equal(t, 1, fake.Count("/cgi-bin/license/create_new_order"))
	})
}

// Members whose code can't be bound are named, and tried again by the next call.
// G: purchase/not-done
func TestPurchaseTriesMembersAgain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		fake, api := newFake(0)
		require.NoError(t, fake.UpdateMember(corp, platform.Member{UserId: "woMember1", Hidden: true}))
		p, d := wanted(buyer), &disk{}
		err := purchase.Run(api, p, d.save)
		require.ErrorIs(t, err, token.Code(701088))
		assert.ErrorContains(t, err, "woMember1")
		require.Len(t, p.Results, 3, "the others are bound")
		require.NoError(t, fake.UpdateMember(corp, platform.Member{UserId: "woMember1"}))
		fake.ClearLog()
		require.NoError(t, purchase.Run(api, p, d.save))
		require.Len(t, p.Results, 3)
		for _, r := range p.Results {
			require.NoError(t, r.Err())
		}
		assert.Equal(t, 1, fake.Count(activatePath), "interop is done")
		assert.Zero(t, fake.Count(userPath), "who has his code is not asked about again")
		require.NoError(t, purchase.Run(api, p, d.save), "done stays done")
	})
}

// G: endpoint/checked
func TestPurchaseRefusedBeforeAnyRequest(t *testing.T) {
	t.Parallel()
	api := newApi(t.Context(), spectest.Refuse(t))
	save := func(*purchase.Purchase) error { t.Error("saved"); return nil }
	for want, change := range map[string]func(*purchase.Purchase){
		"4 members are to get one base account each, but account_count.base_count is 3": func(p *purchase.Purchase) {
			p.Members = members(4)
		},
		"2 members are to get one interop account each, but account_count.external_contact_count is": func(p *purchase.Purchase) {
			p.Members = append(p.Members, order.Account{UserId: "woMember1", Type: license.TypeInterop})
		},
		"are the same":    func(p *purchase.Purchase) { p.Members = append(p.Members, p.Members[0]) },
		"userid is empty": func(p *purchase.Purchase) { p.Members[0].UserId = "" },
		"the codes of the saved purchase are not those": func(p *purchase.Purchase) { p.Step = purchase.StepActivating },
		"are not those of its members": func(p *purchase.Purchase) {
			p.Step = purchase.StepActivating
			p.Codes = []license.ActiveCode{{ActiveCode: "a", UserId: "woMember0"}, {ActiveCode: "b"}, {ActiveCode: "c", UserId: "woMember0"}}
		},
		`the step "dancing": there`:                                   func(p *purchase.Purchase) { p.Version, p.Step = 1, "dancing" },
		"buyer_userid is empty":                                       func(p *purchase.Purchase) { p.Order.BuyerUserId = "" },
		"corpid is wpOther, but the Api is bound to the corp " + corp: func(p *purchase.Purchase) { p.Order.CorpId = "wpOther" },
	} {
		p := wanted("")
		change(p)
		assert.ErrorContains(t, purchase.Run(api, p, save), want)
	}
}

// Codes that nobody is meant to get stay unbound.
// G: purchase/simple
func TestPurchaseWithoutMembers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		fake, api := newFake(0)
		p := wanted(buyer)
		p.Members = nil
		require.NoError(t, purchase.Run(api, p, (&disk{}).save))
		codes, err := order.ORWaitAccounts(api, p.OrderId, p.Order.AccountCount, 0)
		require.NoError(t, err)
		assert.Len(t, codes, 4)
		assert.Zero(t, fake.Count("/cgi-bin/license/batch_active_account"))
	})
}

// G: purchase/simple
func TestPurchaseOfOneAccount(t *testing.T) {
	t.Parallel()
	for kind, count := range map[int]order.AccountCount{license.TypeBase: {BaseCount: 1}, license.TypeInterop: {ExternalContactCount: 1}} {
		synctest.Test(t, func(t *testing.T) {
			_, api := newFake(0)
			p := wanted(buyer)
			p.Order.AccountCount, p.Members = count, []order.Account{{UserId: "woMember1", Type: kind}}
			require.NoError(t, purchase.Run(api, p, (&disk{}).save))
			assert.Equal(t, []string{fmt.Sprint("woMember1 ", kind)}, held(t, api))
		})
	}
}
