package license_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/license"
	"github.com/gothird/wecom/order"
	"github.com/gothird/wecom/token"
	"github.com/gothird/wecom/wecomtest"
)

const twelveMonths = 12 * 31 * 24 * time.Hour

// customer is a corp with the app and members woMember0 to woMember3.
func customer(t testing.TB) *wecomtest.Corp {
	t.Helper()
	return wecomtest.New(t).Install(wecomtest.Corp{Members: []wecomtest.Member{
		{UserId: "woMember0"}, {UserId: "woMember1"}, {UserId: "woMember2"}, {UserId: "woMember3"}}})
}

// buy orders and pays accounts for twelve months and returns their codes, base ones first.
func buy(t testing.TB, corp *wecomtest.Corp, base, interop int) (codes []string) {
	t.Helper()
	id, err := order.ORCreate(corp.Api(), &order.Order{
		BuyerUserId: "chen.mei", AccountDuration: order.AccountDuration{Months: 12},
		AccountCount: order.AccountCount{BaseCount: base, ExternalContactCount: interop}})
	require.NoError(t, err)
	corp.Pay(id)
	for _, kind := range []int{license.TypeBase, license.TypeInterop} {
		for a, err := range order.ORAllAccounts(corp.Api(), id) {
			require.NoError(t, err)
			if a.Type == kind {
				codes = append(codes, a.ActiveCode)
			}
		}
	}
	require.Len(t, codes, base+interop)
	return codes
}

func TestLifeOfACode(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		corp := customer(t)
		api, codes := corp.Api(), buy(t, corp, 3, 1)

		detail, err := license.LICActiveCodeDetail(api, codes[0])
		require.NoError(t, err)
		assert.Equal(t, license.CodeUnbound, detail.Status)
		require.NoError(t, license.LICActiveAccount(api, codes[0], "woMember0"))
		bound := time.Now()
		detail, err = license.LICActiveCodeDetail(api, codes[0])
		require.NoError(t, err)
		assert.Equal(t, license.CodeBound, detail.Status)
		assert.Equal(t, "woMember0", detail.UserId)
		assert.Equal(t, bound.Add(twelveMonths).Unix(), detail.ExpireTime)

		results, err := license.LICBatchActiveAccount(api, []license.ActiveCode{{codes[0], "woMember1"}, {codes[1], "woMember0"}, {codes[3], "woMember2"}})
		require.NoError(t, err)
		require.Len(t, results, 3)
		require.ErrorIs(t, results[0].Err(), token.Code(701003))
		require.ErrorIs(t, results[1].Err(), token.Code(701082))
		require.NoError(t, results[2].Err())

		time.Sleep(twelveMonths - 15*24*time.Hour)
		require.NoError(t, license.LICActiveAccount(api, codes[1], "woMember0"), "15 days left: it renews")
		details, err := license.LICBatchActiveCodeDetail(api, codes[:2])
		require.NoError(t, err)
		assert.Equal(t, license.CodeMerged, details.ActiveInfoList[0].Status)
		assert.Equal(t, codes[1], details.ActiveInfoList[0].MergeInfo.ToActiveCode)
		assert.Equal(t, codes[0], details.ActiveInfoList[1].MergeInfo.FromActiveCode)
		assert.Equal(t, bound.Add(2*twelveMonths).Unix(), details.ActiveInfoList[1].ExpireTime)
	})
}

func TestMembersAndTransfer(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		corp := customer(t)
		api, codes := corp.Api(), buy(t, corp, 2, 1)
		require.NoError(t, license.LICActiveAccount(api, codes[0], "woMember0"))
		require.NoError(t, license.LICActiveAccountByType(api, license.TypeInterop, "woMember0"))
		user, err := license.LICGetActiveByUser(api, "woMember0")
		require.NoError(t, err)
		assert.Equal(t, 1, user.ActiveStatus)
		assert.Len(t, user.ActiveInfoList, 2)

		corp.Change(wecomtest.Member{UserId: "woMember0", Left: true})
		moved, err := license.LICBatchTransfer(api, []license.Transfer{{"woMember0", "woMember3"}})
		require.NoError(t, err)
		require.Len(t, moved, 1)
		require.NoError(t, moved[0].Err())
		var holders []string
		for a, err := range license.LICAllActived(api) {
			require.NoError(t, err)
			holders = append(holders, a.UserId)
		}
		assert.Equal(t, []string{"woMember3", "woMember3"}, holders, "both types move")
	})
}

// G: endpoint/zeros
func TestAutoActivation(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		corp := customer(t)
		api := corp.Api()
		_, err := license.LICGetAutoActiveStatue(api)
		require.ErrorIs(t, err, token.Code(701071), "nothing was ever bought")
		buy(t, corp, 1, 0)
		for _, status := range []int{1, 0} {
			require.NoError(t, license.LICSetAutoActiveStatus(api, status))
			got, err := license.LICGetAutoActiveStatue(api)
			require.NoError(t, err)
			assert.Equal(t, status, got)
		}
	})
}

func TestTrialAndBalance(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const balance = 9_000_000_000_00 // fen, more than 32 bits
		w := wecomtest.New(t)
		w.SetBalance(balance)
		api := w.Install(wecomtest.Corp{}).Api()
		installed := time.Now()
		info, err := license.LICGetAppInfo(api, api.SuiteId(), "")
		require.NoError(t, err)
		assert.Equal(t, installed.Unix(), info.TrailInfo.StartTime)
		assert.Equal(t, installed.Add(90*24*time.Hour).Unix(), info.TrailInfo.EndTime)

		fen, err := license.LICGetAccountBalance(api)
		require.NoError(t, err)
		assert.EqualValues(t, balance, fen)
	})
}

func TestShareDownstream(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := wecomtest.New(t)
		up, down := w.Install(wecomtest.Corp{}), w.Install(wecomtest.Corp{})
		api, code := up.Api(), buy(t, up, 1, 0)[0]
		shared := []license.ShareActiveCode{{code}}
		failed, err := license.LICBatchShareActiveCode(api, down.Id, license.LinkChain, shared)
		require.Error(t, err, "not linked: every item failed")
		for _, f := range failed {
			require.Error(t, f.Err())
		}
		up.Share(down)
		failed, err = license.LICBatchShareActiveCode(api, down.Id, license.LinkChain, shared)
		require.NoError(t, err)
		assert.Empty(t, failed)
		detail, err := license.LICActiveCodeDetail(api, code)
		require.NoError(t, err)
		assert.Equal(t, license.CodeShared, detail.Status)
		assert.Equal(t, down.Id, detail.ShareInfo.ToCorpId)
	})
}
