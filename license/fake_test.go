package license_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/gothird/wecom/internal/fakewecom"
	"github.com/gothird/wecom/internal/fakewecom/desk"
	"github.com/gothird/wecom/internal/fakewecom/platform"
	"github.com/gothird/wecom/internal/testworld"
	"github.com/gothird/wecom/license"
	"github.com/gothird/wecom/token"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const twelveMonths = 12 * 31 * 24 * time.Hour

// newFake returns a fake WeCom in which a corp has the provider's app, and an Api for it.
func newFake() (*fakewecom.Server, *token.Api) {
	w := testworld.New(platform.Options{}, nil)
	w.Sell(0)
	return w.Server, w.Api().WithCorp(corp)
}

// buy orders and pays accounts and returns their codes, base ones first.
func buy(t testing.TB, fake *fakewecom.Server, api *token.Api, base, interop int) (codes []string) {
	t.Helper()
	ep := func(name string) token.Endpoint {
		return token.Endpoint{Path: "/cgi-bin/license/" + name, Credential: token.Provider}
	}
	created, err := token.Call[struct {
		OrderId string `json:"order_id"`
	}](api, ep("create_new_order"), map[string]any{
		"corpid": corp, "buyer_userid": "chen.mei",
		"account_count":    map[string]int{"base_count": base, "external_contact_count": interop},
		"account_duration": map[string]int{"months": 12},
	})
	require.NoError(t, err)
	require.NoError(t, fake.PayOrder(t.Context(), created.OrderId))
	list, err := token.Call[license.ActivedList](api, ep("list_order_account"), map[string]string{"order_id": created.OrderId})
	require.NoError(t, err)
	for _, kind := range []int{license.TypeBase, license.TypeInterop} {
		for _, a := range list.AccountList {
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
		fake, api := newFake()
		codes := buy(t, fake, api, 3, 1)

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
		fake, api := newFake()
		codes := buy(t, fake, api, 2, 1)
		require.NoError(t, license.LICActiveAccount(api, codes[0], "woMember0"))
		require.NoError(t, license.LICActiveAccountByType(api, license.TypeInterop, "woMember0"))
		user, err := license.LICGetActiveByUser(api, "woMember0")
		require.NoError(t, err)
		assert.Equal(t, 1, user.ActiveStatus)
		assert.Len(t, user.ActiveInfoList, 2)

		require.NoError(t, fake.UpdateMember(corp, platform.Member{UserId: "woMember0", Left: true}))
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
		fake, api := newFake()
		_, err := license.LICGetAutoActiveStatue(api)
		require.ErrorIs(t, err, token.Code(701071), "nothing was ever bought")
		buy(t, fake, api, 1, 0)
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
		fake, api := newFake()
		installed := time.Now()
		info, err := license.LICGetAppInfo(api, testworld.Suite, "")
		require.NoError(t, err)
		assert.Equal(t, installed.Unix(), info.TrailInfo.StartTime)
		assert.Equal(t, installed.Add(90*24*time.Hour).Unix(), info.TrailInfo.EndTime)

		fake.SetBalance("", 9_000_000_000_00)
		fen, err := license.LICGetAccountBalance(api)
		require.NoError(t, err)
		assert.EqualValues(t, 9_000_000_000_00, fen, "more than 32 bits")
	})
}

func TestShareDownstream(t *testing.T) {
	t.Parallel()
	const down = "wpDownstream000000000000021"
	synctest.Test(t, func(t *testing.T) {
		fake, api := newFake()
		require.NoError(t, fake.AddCorp(platform.Corp{Id: down, Members: []platform.Member{{UserId: "woDown"}}}))
		codes := buy(t, fake, api, 2, 0)
		shared := []license.ShareActiveCode{{codes[0]}}
		failed, err := license.LICBatchShareActiveCode(api, down, license.LinkChain, shared)
		require.Error(t, err, "not linked: every item failed")
		for _, f := range failed {
			require.Error(t, f.Err())
		}
		require.NoError(t, fake.LinkCorps("", corp, down, desk.CorpLink{HeadCount: 5, AppShared: true}))
		failed, err = license.LICBatchShareActiveCode(api, down, license.LinkChain, shared)
		require.NoError(t, err)
		assert.Empty(t, failed)
		detail, err := license.LICActiveCodeDetail(api, codes[0])
		require.NoError(t, err)
		assert.Equal(t, license.CodeShared, detail.Status)
		assert.Equal(t, down, detail.ShareInfo.ToCorpId)
	})
}
