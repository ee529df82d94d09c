package desk

import (
	"testing"
	"time"

	"github.com/gothird/wecom/internal/fakewecom/faketest"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// without are those who get no message for want of an account.
func (w *counter) without(userIds ...string) (without []string) {
	w.T.Helper()
	require.NoError(w.T, w.host.Act(w.T.Context(), func() error {
		without = w.Licences().Messaged(w.host.Install(faketest.Suite, faketest.Corp), userIds)
		return nil
	}))
	return without
}

// Accounts are needed once the trial is over, of either type.
func TestMessagesNeedAccountsAfterTheTrial(t *testing.T) {
	t.Parallel()
	w := newCounter(t)
	everybody := []string{"woAnna", "woBo", "woDi"}
	w.Clock.Add(60 * day)
	base, interop := w.buy(faketest.Corp, 1, 0, 2, 0), w.buy(faketest.Corp, 0, 1, 2, 0)
	w.activate(base[0], "woAnna")
	w.activate(interop[0], "woBo")
	w.Clock.Add(30*day - time.Second)
	assert.Empty(t, w.without(everybody...))
	w.Clock.Add(time.Second)
	assert.Equal(t, []string{"woDi"}, w.without(everybody...))
	w.Clock.Add(40 * day)
	assert.Equal(t, everybody, w.without(everybody...), "the accounts are over")
	w.host.Locked(func() { assert.Empty(t, w.Licences().Messaged(nil, everybody)) })
}

// Corps that have something to migrate need none yet; migrated ones and test corps have no trial.
func TestMessagesOfCorpsWithoutATrial(t *testing.T) {
	t.Parallel()
	w := newCounter(t)
	assert.Empty(t, w.without("woAnna"))
	w.facts(faketest.Corp, LicenseFacts{Legacy: LegacyMigrated})
	assert.Equal(t, []string{"woAnna"}, w.without("woAnna"))
	w.facts(faketest.Corp, LicenseFacts{})
	require.NoError(t, w.SetTestCorp(faketest.Corp, true))
	assert.Equal(t, []string{"woAnna"}, w.without("woAnna"))
	w.Clock.Add(100 * day)
	for _, state := range []LegacyState{LegacyUnmigrated, LegacyMigrating} {
		w.facts(faketest.Corp, LicenseFacts{Legacy: state})
		assert.Empty(t, w.without("woAnna"))
	}
}

// Codes that have come by now are there for a message, whatever was asked before.
func TestMessagesActivateAccountsOfLateCodes(t *testing.T) {
	t.Parallel()
	w := newCounter(t)
	policy := DefaultLicensePolicy()
	policy.GenerateDelay = time.Hour
	w.SetLicensePolicy("", policy)
	id := w.place(faketest.Corp, 1, 0, 12, 0)
	require.NoError(t, w.PayOrder(t.Context(), id))
	w.ok("set_auto_active_status", obj{"corpid": faketest.Corp, "auto_active_status": 1})
	w.Clock.Add(100 * day)
	w.host.Locked(func() {
		assert.Empty(t, w.Licences().Messaged(w.host.Install(faketest.Suite, faketest.Corp), []string{"woAnna"}))
	})
}

// A message activates an account where the corp has automatic activation.
func TestMessagesActivateAccounts(t *testing.T) {
	t.Parallel()
	w := newCounter(t)
	w.buy(faketest.Corp, 1, 0, 12, 0)
	w.ok("set_auto_active_status", obj{"corpid": faketest.Corp, "auto_active_status": 1})
	w.Clock.Add(100 * day)
	assert.Equal(t, []string{"woBo"}, w.without("woAnna", "woBo"))
	told := w.told("auto_activate")
	require.Len(t, told, 1)
	assert.Contains(t, told[0], "<Scene>2</Scene>")
	assert.Contains(t, told[0], "<UserId><![CDATA[woAnna]]></UserId>")
}
