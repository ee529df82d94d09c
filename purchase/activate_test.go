package purchase_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"

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

// assigned runs a purchase up to the moment at which each member has a code.
func assigned(t *testing.T, api *token.Api, p *purchase.Purchase) *purchase.Purchase {
	t.Helper()
	d := &disk{}
	require.ErrorIs(t, purchase.Run(api, p, func(p *purchase.Purchase) error {
		if err := d.save(p); err != nil || p.Step != purchase.StepActivating {
			return err
		}
		return errCrash
	}), errCrash)
	p, err := d.load()
	require.NoError(t, err)
	require.Equal(t, purchase.StepActivating, p.Step)
	return p
}

// assignedExactly is assigned for an order with no code to spare.
func assignedExactly(t *testing.T, api *token.Api) *purchase.Purchase {
	t.Helper()
	p := wanted(buyer)
	p.Order.AccountCount.BaseCount = 2
	return assigned(t, api, p)
}

// bindAll binds the codes of a purchase as planned, by other hands.
func bindAll(t *testing.T, api *token.Api, p *purchase.Purchase) {
	t.Helper()
	for _, c := range p.Codes {
		require.NoError(t, license.LICActiveAccount(api, c.ActiveCode, c.UserId))
	}
}

// A code that somebody else got before its member did is not taken for bound.
// G: purchase/not-done
func TestPurchaseTellsWhenACodeIsTaken(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		_, api := newFake(0)
		p := assignedExactly(t, api)
		require.NoError(t, license.LICActiveAccount(api, p.Codes[0].ActiveCode, "woMember3"))
		require.NoError(t, license.LICActiveAccount(api, p.Codes[1].ActiveCode, p.Codes[1].UserId))
		d := &disk{}
		for range 2 {
			err := purchase.Run(api, p, d.save)
			require.ErrorIs(t, err, token.Code(701003))
			assert.ErrorContains(t, err, "woMember0")
			assert.NotContains(t, err.Error(), "woMember1", "bound as planned, though by other hands")
			require.Len(t, p.Results, 3, "the others are bound")
			assert.Equal(t, purchase.StepActivating, p.Step)
		}
	})
}

// WeCom says of a code that it is bound only when it is to be bound: that may be our own
// doing, so its holder is asked for before the member gets another one.
// G: purchase/members
func TestACodeThatTurnsOutBoundMayBeItsMembers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		fake, api := newFake(0)
		p := assigned(t, api, wanted(buyer)) // with one to spare
		accounts, err := order.ORWaitAccounts(api, p.OrderId, p.Order.AccountCount, 0)
		require.NoError(t, err)
		require.NoError(t, license.LICActiveAccount(api, p.Codes[0].ActiveCode, p.Codes[0].UserId))
		fake.Fault(platform.Fault{Path: detailPath, Count: 1, Body: unboundAll(accounts)})
		require.NoError(t, purchase.Run(api, p, (&disk{}).save))
		assert.Empty(t, p.Taken)
		assert.Equal(t, 1, fake.Count(userPath))
		assert.ElementsMatch(t, []string{"woMember0 1", "woMember1 1", "woMember0 2"}, held(t, api))
	})
}

const (
	detailPath   = "/cgi-bin/license/batch_get_active_info_by_code"
	activatePath = "/cgi-bin/license/batch_active_account"
	userPath     = "/cgi-bin/license/get_active_info_by_user"
	accountsPath = "/cgi-bin/license/list_order_account"
)

func unboundAll(accounts []order.Account) string {
	var list []string
	for _, a := range accounts {
		list = append(list, fmt.Sprintf(`{"active_code":%q,"type":%d,"status":1}`, a.ActiveCode, a.Type))
	}
	return `{"errcode":0,"active_info_list":[` + strings.Join(list, ",") + `]}`
}

// An answer that leaves a member out is that member's error, and the next call tries again.
// G: purchase/not-done
func TestPurchaseIsNotDoneWhileAnItemIsMissing(t *testing.T) {
	t.Parallel()
	for _, path := range []string{activatePath, detailPath} {
		synctest.Test(t, func(t *testing.T) {
			fake, api := newFake(0)
			p := assigned(t, api, wanted(buyer))
			fake.Fault(platform.Fault{Path: path, Count: 2, After: path == activatePath, Body: `{"errcode":0,"errmsg":"ok"}`})
			err := purchase.Run(api, p, (&disk{}).save)
			assert.Equal(t, purchase.StepActivating, p.Step)
			if path == activatePath {
				require.ErrorIs(t, err, token.ErrOutcomeUnknown)
				assert.ErrorContains(t, err, "leaves this item out")
				require.Len(t, p.Results, 3)
			} else {
				require.ErrorContains(t, err, "batch_get_active_info_by_code does not give its state")
				require.NotErrorIs(t, err, token.ErrOutcomeUnknown, "nothing was sent that binds")
				require.Empty(t, p.Results)
			}
			for _, r := range p.Results {
				assert.Equal(t, license.ItemMissing, r.ErrCode)
			}
			fake.ClearFaults()
			require.NoError(t, purchase.Run(api, p, (&disk{}).save))
			assert.ElementsMatch(t, []string{"woMember0 1", "woMember1 1", "woMember0 2"}, held(t, api))
			assert.Empty(t, p.Taken)
		})
	}
}

// Who holds a code that is bound must be known before the member counts as served.
// G: purchase/not-done
func TestAnUnknownHolderIsNoSuccess(t *testing.T) {
	t.Parallel()
	for answer, want := range map[string]error{
		`{"errcode":0,"active_status":1,"active_info_list":[]}`:               token.Code(701003),
		`{"errcode":0,"active_info_list":[{"active_code":"","type":1}]}`:      token.Code(701003),
		`{"errcode":0,"active_info_list":[{"active_code":"other","type":1}]}`: token.Code(701003),
		`{"errcode":60020}`: token.Code(60020),
	} {
		synctest.Test(t, func(t *testing.T) {
			fake, api := newFake(0)
			p := assignedExactly(t, api)
			bindAll(t, api, p)
			fake.Fault(platform.Fault{Path: userPath, Body: answer})
			err := purchase.Run(api, p, (&disk{}).save)
			require.ErrorIs(t, err, want, answer)
			assert.Equal(t, purchase.StepActivating, p.Step)
			for _, r := range p.Results {
				require.Error(t, r.Err(), answer)
			}
			fake.ClearFaults()
			require.NoError(t, purchase.Run(api, p, (&disk{}).save), "once WeCom says that they hold them")
		})
	}
}

// A code that was bound as planned and then renewed by another one is the member's still.
// G: purchase/members
func TestAMergedCodeIsItsMembers(t *testing.T) {
	t.Parallel()
	for merged, want := range map[string]bool{"new": true, "": false} {
		synctest.Test(t, func(t *testing.T) {
			p := begun(t, "")
			p.Step, p.OrderId = purchase.StepActivating, "O1"
			p.Codes = []license.ActiveCode{{ActiveCode: "a", UserId: "woMember0"}, {ActiveCode: "b", UserId: "woMember1"}, {ActiveCode: "c", UserId: "woMember0"}}
			p.Results = []license.ActiveCodeResult{{ActiveCode: "b"}, {ActiveCode: "c"}}
			api := newApi(t.Context(), spectest.Canned(func(path string, _ []byte) string {
				switch path {
				case detailPath:
					return fmt.Sprintf(`{"active_info_list":[{"active_code":"a","status":5,"merge_info":{"to_active_code":%q}},{"active_code":"b","status":2},{"active_code":"c","status":2}]}`, merged)
				case userPath:
					return fmt.Sprintf(`{"active_info_list":[{"active_code":%q,"type":1}]}`, merged)
				}
				return `{"has_more":0,"account_list":[]}`
			}))
			err := purchase.Run(api, p, (&disk{}).save)
			assert.Equal(t, want, err == nil, "%v", err)
		})
	}
}

// A crash or a lost answer at any point between the codes and the last member leaves each
// member with one code, and none wasted, also where one has gone to somebody else.
// G: purchase/members
func TestActivationSurvivesCrashesAndLostAnswers(t *testing.T) {
	t.Parallel()
	through := func(t *testing.T, d *disk, l *line) (restarts int) {
		fake, admin := newFake(0)
		l.to = inprocess.Transport(fake)
		p := assigned(t, admin, wanted(buyer))
		require.NoError(t, license.LICActiveAccount(admin, p.Codes[1].ActiveCode, "woMember3"))
		data, err := json.Marshal(p)
		require.NoError(t, err)
		for d.data = data; ; restarts++ {
			require.Less(t, restarts, 5, "it never ends")
			p, err := d.load()
			require.NoError(t, err)
			if purchase.Run(newApi(t.Context(), l), p, d.save) == nil {
				break
			}
		}
		p, err = d.load()
		require.NoError(t, err)
		assert.Equal(t, purchase.StepDone, p.Step)
		assert.Len(t, p.Taken, 1)
		assert.ElementsMatch(t, []string{"woMember0 1", "woMember1 1", "woMember3 1", "woMember0 2"}, held(t, admin))
		return restarts
	}
	for _, survives := range []bool{false, true} {
		saves, requests := 0, 0
		for broke := true; broke; {
			saves++
			synctest.Test(t, func(t *testing.T) {
				d := &disk{breakAt: saves, keepsNew: survives}
				through(t, d, &line{})
				broke = d.saves >= saves
			})
		}
		for broke := true; broke; {
			requests++
			synctest.Test(t, func(t *testing.T) {
				l := &line{breakAt: requests, arrives: survives}
				through(t, &disk{}, l)
				broke = l.calls >= requests
			})
		}
		assert.Greater(t, saves, 2)
		assert.Greater(t, requests, 8)
	}
}
