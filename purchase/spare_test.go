package purchase_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/gothird/wecom/internal/fakewecom/platform"
	"github.com/gothird/wecom/internal/spectest"
	"github.com/gothird/wecom/license"
	"github.com/gothird/wecom/order"
	"github.com/gothird/wecom/purchase"
	"github.com/gothird/wecom/token"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Nobody waits while the order has a code that nobody has.
// G: purchase/members
func TestPurchaseUsesSpareCodes(t *testing.T) {
	t.Parallel()
	for spares, want := range map[int]int{0: 0, 1: 1, 2: 2, 3: 2} { // members waiting: two
		synctest.Test(t, func(t *testing.T) {
			fake, api := newFake(0)
			p := wanted(buyer)
			p.Order.AccountCount.BaseCount = 2 + spares
			p = assigned(t, api, p)
			taken := []string{p.Codes[0].ActiveCode, p.Codes[1].ActiveCode}
			require.NoError(t, license.LICActiveAccount(api, taken[0], "woMember3"))
			require.NoError(t, license.LICActiveAccount(api, taken[1], "woMember4"))
			err := purchase.Run(api, p, (&disk{}).save)
			assert.Equal(t, taken[:want], append([]string{}, p.Taken...))
			holders := held(t, api)
			assert.Equal(t, want >= 1, slices.Contains(holders, "woMember0 1"))
			assert.Equal(t, want == 2, slices.Contains(holders, "woMember1 1"))
			assert.Len(t, p.Results, 3, "one of each member")
			if want == 2 {
				require.NoError(t, err)
				assert.Equal(t, purchase.StepDone, p.Step)
				require.NoError(t, purchase.Run(api, p, (&disk{}).save))
			} else {
				require.ErrorIs(t, err, token.Code(701003))
			}
			assert.Equal(t, 1, fake.Count(created))
		})
	}
}

// A spare that somebody got too is passed over, also one that WeCom still calls unbound.
// G: purchase/members
func TestPurchasePassesOverTakenSpares(t *testing.T) {
	t.Parallel()
	for _, stale := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			fake, api := newFake(0)
			p := wanted(buyer)
			p.Order.AccountCount.BaseCount = 4
			p = assigned(t, api, p)
			accounts, err := order.ORWaitAccounts(api, p.OrderId, p.Order.AccountCount, 0)
			require.NoError(t, err)
			var spare string // the first that the purchase would use
			for _, a := range accounts {
				if a.Type == license.TypeBase && a.ActiveCode != p.Codes[0].ActiveCode && a.ActiveCode != p.Codes[1].ActiveCode {
					spare = a.ActiveCode
					break
				}
			}
			require.NoError(t, license.LICActiveAccount(api, p.Codes[0].ActiveCode, "woMember3"))
			require.NoError(t, license.LICActiveAccount(api, spare, "woMember4"))
			if stale {
				fake.Fault(platform.Fault{Path: detailPath, Skip: 1, Count: 2, Body: unboundAll(accounts)})
			}
			require.NoError(t, purchase.Run(api, p, (&disk{}).save))
			assert.Contains(t, held(t, api), "woMember0 1")
			assert.Equal(t, stale, slices.Contains(p.Taken, spare), "a spare that WeCom calls bound is not even tried")
		})
	}
}

// G: purchase/failures
func TestPurchaseReportsFailuresOfSpares(t *testing.T) {
	t.Parallel()
	for _, fault := range []platform.Fault{
		{Path: accountsPath, ErrCode: 48002, Count: 1}, {Path: detailPath, Skip: 1, ErrCode: 48002, Count: 1},
		{Path: accountsPath, Body: `{"errcode":0,"has_more":1,"account_list":[]}`, Count: 1},
	} {
		synctest.Test(t, func(t *testing.T) {
			fake, api := newFake(0)
			p := assigned(t, api, wanted(buyer))
			require.NoError(t, license.LICActiveAccount(api, p.Codes[0].ActiveCode, "woMember3"))
			fake.Fault(fault)
			err := purchase.Run(api, p, (&disk{}).save)
			require.ErrorIs(t, err, token.Code(701003))
			if fault.ErrCode != 0 {
				require.ErrorIs(t, err, token.Code(48002))
			} else {
				assert.ErrorContains(t, err, "gives no cursor")
			}
			require.NoError(t, purchase.Run(api, p, (&disk{}).save))
		})
	}
}

// G: purchase/members
func TestPurchaseUsesSpareCodesOfBothTypes(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		_, api := newFake(0)
		p := wanted(buyer)
		p.Order.AccountCount.ExternalContactCount = 2
		p = assigned(t, api, p)
		require.NoError(t, license.LICActiveAccount(api, p.Codes[0].ActiveCode, "woMember3"))
		require.NoError(t, license.LICActiveAccount(api, p.Codes[2].ActiveCode, "woMember3"))
		require.NoError(t, purchase.Run(api, p, (&disk{}).save))
		assert.Len(t, p.Taken, 2)
		assert.ElementsMatch(t, []string{"woMember0 1", "woMember1 1", "woMember0 2", "woMember3 1", "woMember3 2"}, held(t, api))
	})
}

// Where the order has no more accounts than members, nobody looks for one.
// G: purchase/members
func TestNoSparesAreLookedForWhereThereAreNone(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		fake, api := newFake(0)
		p := assignedExactly(t, api)
		require.NoError(t, license.LICActiveAccount(api, p.Codes[0].ActiveCode, "woMember3"))
		require.NoError(t, license.LICActiveAccount(api, p.Codes[2].ActiveCode, "woMember3"))
		fake.ClearLog()
		require.ErrorIs(t, purchase.Run(api, p, (&disk{}).save), token.Code(701003))
		assert.Zero(t, fake.Count(accountsPath))
	})
}

// A code that is meant for a member is no spare, though it is not bound yet.
// G: purchase/members
func TestACodeOfAMemberIsNoSpare(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		fake, api := newFake(0)
		p := assigned(t, api, wanted(buyer)) // with one to spare
		ofMember1 := p.Codes[1].ActiveCode
		require.NoError(t, license.LICActiveAccount(api, p.Codes[0].ActiveCode, "woMember3"))
		require.NoError(t, fake.UpdateMember(corp, platform.Member{UserId: "woMember1", Hidden: true}))
		require.ErrorIs(t, purchase.Run(api, p, (&disk{}).save), token.Code(701088))
		assert.Equal(t, ofMember1, p.Codes[1].ActiveCode)
		assert.NotEqual(t, ofMember1, p.Codes[0].ActiveCode)
		require.NoError(t, fake.UpdateMember(corp, platform.Member{UserId: "woMember1"}))
		require.NoError(t, purchase.Run(api, p, (&disk{}).save))
		assert.ElementsMatch(t, []string{"woMember0 1", "woMember1 1", "woMember0 2", "woMember3 1"}, held(t, api))
	})
}

// withSpares runs a purchase for one member whose code somebody else has. The order has the
// accounts that are listed; free says whether nobody has the code of that number. It returns
// how many codes each question about states was for.
func withSpares(t *testing.T, p *purchase.Purchase, accounts []order.Account, free func(n int) bool) (sizes []int) {
	t.Helper()
	list, err := json.Marshal(accounts)
	require.NoError(t, err)
	api := newApi(t.Context(), spectest.Canned(func(path string, body []byte) string {
		switch path {
		case accountsPath:
			return `{"account_list":` + string(list) + `}`
		case userPath:
			return `{"active_status":0,"active_info_list":[]}`
		case activatePath:
			return `{"active_result":[{"active_code":"` + p.Codes[0].ActiveCode + `","errcode":0}]}`
		}
		var in struct {
			Codes []string `json:"active_code_list"`
		}
		assert.NoError(t, json.Unmarshal(body, &in))
		sizes = append(sizes, len(in.Codes))
		var states []string
		for _, code := range in.Codes {
			status := license.CodeBound
			if n, err := strconv.Atoi(strings.TrimPrefix(code, "S")); err == nil && free(n) {
				status = license.CodeUnbound
			}
			states = append(states, fmt.Sprintf(`{"active_code":%q,"type":1,"status":%d}`, code, status))
		}
		return `{"active_info_list":[` + strings.Join(states, ",") + `]}`
	}))
	require.NoError(t, purchase.Run(api, p, (&disk{}).save))
	return sizes
}

// No more states are asked for than it takes to find a code.
// G: purchase/members
func TestSparesAreLookedAtInParts(t *testing.T) {
	t.Parallel()
	var accounts []order.Account
	for n := range 1002 {
		accounts = append(accounts, order.Account{ActiveCode: fmt.Sprint("S", n), Type: license.TypeBase})
	}
	for first, want := range map[int][]int{0: {1, 1000, 1}, 999: {1, 1000, 1}, 1000: {1, 1000, 2, 1}, 1001: {1, 1000, 2, 1}} {
		synctest.Test(t, func(t *testing.T) {
			p := activating(t, 1)
			assert.Equal(t, want, withSpares(t, p, accounts, func(n int) bool { return n >= first }))
			assert.Equal(t, fmt.Sprint("S", first), p.Codes[0].ActiveCode)
		})
	}
}

// Accounts whose code is not there yet, and a code that is listed twice, hide no spare.
// G: purchase/members
func TestAnOddListHidesNoSpare(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := activating(t, 1)
		accounts := []order.Account{{Type: license.TypeBase}, {ActiveCode: "S1", Type: license.TypeBase}, {ActiveCode: "S1", Type: license.TypeBase}}
		assert.Equal(t, []int{1, 1, 1}, withSpares(t, p, accounts, func(int) bool { return true }))
		assert.Equal(t, "S1", p.Codes[0].ActiveCode)
		assert.Equal(t, []string{"LC0"}, p.Taken)
	})
}
