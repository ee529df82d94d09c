package desk

import (
	"testing"

	"github.com/gothird/wecom/internal/fakewecom/faketest"
	"github.com/gothird/wecom/internal/fakewecom/platform"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestAppLicenseInfo(t *testing.T) {
	t.Parallel()
	w := newCounter(t)
	ask := obj{"corpid": faketest.Corp, "suite_id": faketest.Suite}
	start := w.unix()
	end := start + 90*dayInSecs
	withTrial := obj{
		"errcode": 0.0, "errmsg": "ok", "license_status": 1.0, "license_check_time": float64(end),
		"trail_info": obj{"start_time": float64(start), "end_time": float64(end)},
	}
	assert.Equal(t, withTrial, w.ok("get_app_license_info", ask))

	w.Clock.Add(10 * day)
	require.NoError(t, w.Cancel(t.Context(), faketest.Suite, faketest.Corp))
	w.refused(codeNotInstalled, "get_app_license_info", ask)
	_, err := w.Install(t.Context(), faketest.Suite, faketest.Corp, platform.InstallOptions{FromProviderSite: true})
	require.NoError(t, err)
	assert.Equal(t, withTrial, w.ok("get_app_license_info", ask), "a new installation starts no new trial")

	bare := obj{"errcode": 0.0, "errmsg": "ok", "license_status": 1.0}
	w.facts(faketest.Corp, LicenseFacts{Legacy: LegacyMigrated})
	assert.Equal(t, bare, w.ok("get_app_license_info", ask))
	w.facts(faketest.Corp, LicenseFacts{Legacy: LegacyUnmigrated})
	assert.Equal(t, 0, faketest.Num(w.ok("get_app_license_info", ask), "license_status"))
	w.facts(faketest.Corp, LicenseFacts{})
	require.NoError(t, w.SetTestCorp(faketest.Corp, true))
	assert.Equal(t, bare, w.ok("get_app_license_info", ask))

	w.refused(codeNotInstalled, "get_app_license_info", obj{"corpid": faketest.Corp, "suite_id": "wwNone"})
	w.refused(platform.CodeBadCorp, "get_app_license_info", obj{"corpid": "wpNobody", "suite_id": faketest.Suite})
}

func TestSupportPolicy(t *testing.T) {
	t.Parallel()
	w := newCounter(t)
	ask := obj{"corpid": faketest.Corp}
	w.refused(codePolicyOver, "support_policy_query", ask)
	require.NoError(t, w.AddCorp(platform.Corp{Id: "wpBare"}))
	w.refused(codeNotInstalled, "support_policy_query", obj{"corpid": "wpBare"})
}

func TestAccountBalance(t *testing.T) {
	t.Parallel()
	w := newCounter(t)
	const path = "/cgi-bin/service/get_account_balance"
	w.SetBalance("", 125000)
	assert.Equal(t, 125000, faketest.Num(w.post(path, nil), "balance"))
	w.SetBalance(faketest.Provider, -1)
	assert.Equal(t, codeNoPrepaid, faketest.Errcode(w.post(path, nil)))
}

func TestProvidersDoNotMeet(t *testing.T) {
	t.Parallel()
	w := newCounter(t)
	require.NoError(t, w.AddProvider(platform.Provider{CorpId: "wwother", Secret: "s"}))
	id := w.place(faketest.Corp, 1, 0, 1, 0)
	w.SetBalance("wwother", 7)
	d := w.desk("wwother")
	assert.Nil(t, d.orders[id])
	assert.EqualValues(t, 7, d.balance)
	require.NoError(t, w.PayOrder(t.Context(), id), "an order finds its provider")
	assert.Error(t, w.PayOrder(t.Context(), "OI-none"))
}
