package order_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gothird/wecom/internal/fakewecom"
	"github.com/gothird/wecom/internal/spectest"
	"github.com/gothird/wecom/license"
	. "github.com/gothird/wecom/order"
	"github.com/gothird/wecom/token"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// disk keeps a purchase as a caller would, and breaks once.
type disk struct {
	data     []byte
	saves    int
	breakAt  int  // which save breaks; 0: none
	keepsNew bool // what was being saved is there after the crash
}

var errCrash = errors.New("the process died")

func (d *disk) save(p *Purchase) error {
	d.saves++
	data, err := json.Marshal(p)
	if err != nil {
		return err
	}
	if broken := d.saves == d.breakAt; !broken || d.keepsNew {
		d.data = data
		if !broken {
			return nil
		}
	}
	return errCrash
}

func (d *disk) load() (*Purchase, error) {
	p := new(Purchase)
	return p, json.Unmarshal(d.data, p)
}

// line is a connection that breaks once.
type line struct {
	to      http.RoundTripper
	calls   int
	breakAt int  // which request breaks, tokens not counted; 0: none
	arrives bool // it has reached WeCom by then
}

func (l *line) RoundTrip(r *http.Request) (*http.Response, error) {
	if !strings.HasSuffix(r.URL.Path, "token") {
		if l.calls++; l.calls == l.breakAt {
			if l.arrives {
				resp, err := l.to.RoundTrip(r)
				if err != nil {
					return nil, err
				}
				resp.Body.Close()
			}
			return nil, io.ErrUnexpectedEOF
		}
	}
	return l.to.RoundTrip(r)
}

// wanted is what every purchase here buys.
func wanted(payer string) *Purchase {
	return &Purchase{
		Order: Order{
			BuyerUserId: buyer, AccountCount: AccountCount{BaseCount: 3, ExternalContactCount: 1},
			AccountDuration: AccountDuration{Months: 12},
		},
		Members: []Account{
			{UserId: "woMember0", Type: license.TypeBase}, {UserId: "woMember1", Type: license.TypeBase},
			{UserId: "woMember0", Type: license.TypeInterop},
		},
		PayerUserId: payer,
	}
}

// cashier pays every unpaid order once a minute, as a person in the console would.
func cashier(ctx context.Context, fake *fakewecom.Server, api *token.Api) {
	for ctx.Err() == nil {
		select {
		case <-ctx.Done():
		case <-time.After(time.Minute):
		}
		for order, err := range ORAllOrders(api.WithContext(ctx), ListCond{CorpId: corp}) {
			if err == nil {
				_ = fake.PayOrder(ctx, order.OrderId) // only unpaid ones can be
			}
		}
	}
}

// buyThrough runs a purchase to its end through a disk and a line that break, starting anew
// after each failure, and checks that there is one order, paid once, and its codes bound.
func buyThrough(t *testing.T, payer string, d *disk, l *line) (restarts int) {
	t.Helper()
	fake, admin := newFake(t, 30*time.Second)
	l.to = spectest.Door(fake)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	if payer == "" {
		go cashier(ctx, fake, admin)
	}
	d.data, _ = json.Marshal(wanted(payer))
	for ; ; restarts++ {
		require.Less(t, restarts, 5, "it never ends")
		api, err := token.New(token.Config{
			CorpId: "wwProvider0001", ProviderSecret: "provider-secret", HTTPClient: &http.Client{Transport: l},
		})
		require.NoError(t, err)
		p, err := d.load()
		require.NoError(t, err)
		if err := ORPurchase(api.WithCorp(corp), p, d.save); err == nil {
			break
		}
	}
	orders := collect(t, admin, ListCond{CorpId: corp})
	require.Len(t, orders, 1, "ordered once")
	p, err := d.load()
	require.NoError(t, err)
	assert.Equal(t, PurchaseDone, p.Step)
	assert.Equal(t, orders[0], p.OrderId)
	detail, err := ORGetDetail(admin, p.OrderId)
	require.NoError(t, err)
	assert.True(t, detail.Paid())
	if payer != "" {
		balance, err := license.LICGetAccountBalance(admin)
		require.NoError(t, err)
		assert.EqualValues(t, 1_000_000_00-detail.Price, balance, "paid once")
	}
	var held []string
	for a, err := range license.LICAllActived(admin) {
		require.NoError(t, err)
		held = append(held, fmt.Sprint(a.UserId, " ", a.Type))
	}
	assert.ElementsMatch(t, []string{"woMember0 1", "woMember1 1", "woMember0 2"}, held)
	return restarts
}

func TestPurchase(t *testing.T) {
	t.Parallel()
	for _, payer := range []string{"", buyer} {
		synctest.Test(t, func(t *testing.T) {
			assert.Zero(t, buyThrough(t, payer, &disk{}, &line{}))
		})
	}
}

// A crash at any save, before or after the disk has it, orders and pays once.
func TestPurchaseSurvivesCrashes(t *testing.T) { // T-19 T-80
	t.Parallel()
	for _, payer := range []string{"", buyer} {
		for _, keepsNew := range []bool{false, true} {
			crashes := 0
			for at := 1; ; at++ {
				d := &disk{breakAt: at, keepsNew: keepsNew}
				synctest.Test(t, func(t *testing.T) {
					crashes += buyThrough(t, payer, d, &line{})
				})
				if d.saves < at {
					break
				}
			}
			assert.Greater(t, crashes, 3, "payer %q", payer)
		}
	}
}

// A connection that breaks at any request, before or after WeCom has it, orders and pays
// once.
func TestPurchaseSurvivesLostAnswers(t *testing.T) { // T-19 T-80
	t.Parallel()
	for _, payer := range []string{"", buyer} {
		for _, arrives := range []bool{false, true} {
			restarts := 0
			for at := range 30 { // more requests than a purchase makes
				synctest.Test(t, func(t *testing.T) {
					restarts += buyThrough(t, payer, &disk{}, &line{breakAt: at + 1, arrives: arrives})
				})
			}
			assert.GreaterOrEqual(t, restarts, 3, "payer %q: each write is lost once", payer)
		}
	}
}

// An order of the same size that was there before is not taken for ours.
func TestPurchaseKeepsToItsOwnOrder(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		fake, api := newFake(t, 0)
		p := wanted(buyer)
		other, err := ORCreate(api, &p.Order)
		require.NoError(t, err)
		require.NoError(t, fake.PayOrder(t.Context(), other))

		d := &disk{breakAt: 1, keepsNew: true}
		require.ErrorIs(t, ORPurchase(api, p, d.save), errCrash)
		p, err = d.load()
		require.NoError(t, err)
		assert.Equal(t, []string{other}, p.Known)
		require.NoError(t, ORPurchase(api, p, d.save))
		assert.NotEqual(t, other, p.OrderId)
		assert.Len(t, collect(t, api, ListCond{CorpId: corp}), 2)
	})
}

// Another purchase's unpaid order makes WeCom refuse ours; it is neither taken nor paid.
func TestPurchaseWaitsForOthers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		fake, api := newFake(t, 0)
		p := wanted(buyer)
		other, err := ORCreate(api, &p.Order)
		require.NoError(t, err)
		d := &disk{}
		for range 2 {
			require.ErrorIs(t, ORPurchase(api, p, d.save), token.Code(701032))
			assert.Empty(t, p.OrderId)
		}
		require.NoError(t, fake.PayOrder(t.Context(), other))
		require.NoError(t, ORPurchase(api, p, d.save))
		assert.NotEqual(t, other, p.OrderId)
	})
}

func TestPurchaseOfAClosedOrderEnds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		fake, api := newFake(t, 0)
		p := wanted("")
		go func() {
			time.Sleep(time.Minute)
			for order := range ORAllOrders(api, ListCond{CorpId: corp}) {
				assert.NoError(t, ORCancel(api, order.OrderId))
			}
		}()
		d := &disk{}
		require.ErrorIs(t, ORPurchase(api, p, d.save), ErrOrderClosed)
		require.ErrorIs(t, ORPurchase(api, p, d.save), ErrOrderClosed, "nothing is ordered in its place")
		assert.Equal(t, 1, fake.Count("/cgi-bin/license/create_new_order"))
	})
}

// A payment that failed is made again by the next call.
func TestPurchasePaysAgainAfterAFailure(t *testing.T) { // T-82
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		fake, api := newFake(t, time.Minute)
		fake.SetBalance("", 1)
		p, d := wanted(buyer), &disk{}
		err := ORPurchase(api, p, d.save)
		require.ErrorIs(t, err, token.Code(90433))
		assert.ErrorContains(t, err, p.OrderId)
		fake.SetBalance("", 1_000_000_00)
		require.NoError(t, ORPurchase(api, p, d.save))
		assert.Equal(t, 1, fake.Count("/cgi-bin/license/create_new_order"))
	})
}

// Members whose code can't be bound are named, and tried again by the next call.
func TestPurchaseTriesMembersAgain(t *testing.T) { // T-35
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		fake, api := newFake(t, 0)
		require.NoError(t, fake.UpdateMember(corp, fakewecom.Member{UserId: "woMember1", Hidden: true}))
		p, d := wanted(buyer), &disk{}
		err := ORPurchase(api, p, d.save)
		require.ErrorIs(t, err, token.Code(701088))
		assert.ErrorContains(t, err, "woMember1")
		require.Len(t, p.Results, 3, "the others are bound")
		require.NoError(t, fake.UpdateMember(corp, fakewecom.Member{UserId: "woMember1"}))
		fake.ClearLog()
		require.NoError(t, ORPurchase(api, p, d.save))
		require.Len(t, p.Results, 3)
		for _, r := range p.Results {
			require.NoError(t, r.Err())
		}
		assert.Equal(t, 1, fake.Count("/cgi-bin/license/batch_active_account"), "interop is done")
		require.NoError(t, ORPurchase(api, p, d.save), "done stays done")
	})
}

// A code that somebody else got before its member did is not taken for bound.
func TestPurchaseTellsWhenACodeIsTaken(t *testing.T) { // T-35
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		_, api := newFake(t, 0)
		p, d := wanted(buyer), &disk{}
		require.ErrorIs(t, ORPurchase(api, p, func(p *Purchase) error {
			if err := d.save(p); err != nil || p.Step != PurchaseActivating {
				return err
			}
			return errCrash
		}), errCrash)
		p, err := d.load()
		require.NoError(t, err)
		require.NoError(t, license.LICActiveAccount(api, p.Codes[0].ActiveCode, "woMember3"))
		require.NoError(t, license.LICActiveAccount(api, p.Codes[1].ActiveCode, p.Codes[1].UserId))

		for range 2 {
			err = ORPurchase(api, p, d.save)
			require.ErrorIs(t, err, token.Code(701003))
			assert.ErrorContains(t, err, "woMember0")
			assert.NotContains(t, err.Error(), "woMember1", "bound as planned, though by other hands")
			require.Len(t, p.Results, 3, "the others are bound")
			assert.Equal(t, PurchaseActivating, p.Step)
		}
	})
}

func TestPurchaseRefusedBeforeAnyRequest(t *testing.T) {
	t.Parallel()
	api := newApi(t.Context(), refuse(t))
	save := func(*Purchase) error { t.Error("saved"); return nil }
	for want, change := range map[string]func(*Purchase){
		"base accounts for members is 4: it must be 0 to 3": func(p *Purchase) {
			p.Members = members(4)
		},
		"interop accounts for members is 2": func(p *Purchase) {
			p.Members = append(p.Members, Account{UserId: "woMember1", Type: license.TypeInterop})
		},
		"are the same":          func(p *Purchase) { p.Members = append(p.Members, p.Members[0]) },
		"userid is empty":       func(p *Purchase) { p.Members[0].UserId = "" },
		"3 members and 0 codes": func(p *Purchase) { p.Step = PurchaseActivating },
		"no such step":          func(p *Purchase) { p.Step = "dancing" },
	} {
		p := wanted("")
		change(p)
		assert.ErrorContains(t, ORPurchase(api, p, save), want)
	}
}

// Codes that nobody is meant to get stay unbound.
func TestPurchaseWithoutMembers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		fake, api := newFake(t, 0)
		p := wanted(buyer)
		p.Members = nil
		require.NoError(t, ORPurchase(api, p, (&disk{}).save))
		n, err := count(ORAllAccounts(api, p.OrderId))
		require.NoError(t, err)
		assert.Equal(t, 4, n)
		assert.Zero(t, fake.Count("/cgi-bin/license/batch_active_account"))
	})
}
