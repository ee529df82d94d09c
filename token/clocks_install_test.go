package token_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/fakewecom/platform"
	"github.com/gothird/wecom/token"
)

// What was written while the clock was wrong, by any amount, keeps no later installation out.
// G: clock/installation install/set
func TestASetInstallationIsWrittenWhateverTheClocks(t *testing.T) {
	for _, d := range []time.Duration{365 * 24 * time.Hour, time.Hour, time.Minute, -time.Hour, -30 * 365 * 24 * time.Hour} {
		w := newBubble(t)
		store := token.NewMemoryStore()
		one, two := w.process(t, store).WithCorp(corpId), w.process(t, store).WithCorp(corpId)
		w.ticket(two)
		at(d, func() {
			require.NoError(t, one.SetInstallation(token.Installation{CorpId: corpId, PermanentCode: seen.secret("code-of-a-wrong-clock")}))
		})
		for _, api := range []*token.Api{two, one} {
			in := w.install(t, suiteId, corpId)
			require.NoError(t, api.SetInstallation(in))
			for _, who := range []*token.Api{one, two, w.process(t, store).WithCorp(corpId)} {
				got, err := who.Installation()
				require.NoError(t, err)
				assert.Equal(t, in.PermanentCode, got.PermanentCode, "%s", d)
			}
			require.NoError(t, do(api, corpCall))
		}
	}
}

// The auth code of a corp that installs again is exchanged, and its installation saved.
// G: clock/installation
func TestAReinstallIsSavedWhateverTheClocks(t *testing.T) {
	for _, d := range []time.Duration{24 * time.Hour, -24 * time.Hour} {
		w := newBubble(t)
		store := token.NewMemoryStore()
		one, two := w.process(t, store), w.process(t, store)
		w.ticket(two)
		at(d, func() {
			_, err := exchange(one, w.authCode(t))
			require.NoError(t, err)
		})
		_ = w.Cancel(t.Context(), suiteId, corpId) // there is no callback URL
		in, err := exchange(two, w.authCode(t))
		require.NoError(t, err)
		for _, api := range []*token.Api{one, two} {
			got, err := api.WithCorp(corpId).Installation()
			require.NoError(t, err)
			assert.Equal(t, in.PermanentCode, got.PermanentCode)
		}
	}
}

// A cancelled installation is gone, also one that was saved by a clock ahead of ours.
// G: clock/installation
func TestARemovalIsHeardWhateverTheClocks(t *testing.T) {
	for _, d := range []time.Duration{24 * time.Hour, -24 * time.Hour} {
		w := newBubble(t)
		store := token.NewMemoryStore()
		one, two := w.process(t, store).WithCorp(corpId), w.process(t, store).WithCorp(corpId)
		at(d, func() { require.NoError(t, one.SetInstallation(slowInstallation)) })
		require.NoError(t, two.RemoveInstallation())
		for _, api := range []*token.Api{one, two} {
			_, err := api.Installation()
			require.ErrorIs(t, err, token.ErrNotInstalled)
		}
	}
}

// A permanent code whose installation is not saved yet outlives every clock, in the Store
// and in memory.
// G: clock/installation
func TestAnUnsavedPermanentCodeOutlivesAnyClock(t *testing.T) {
	for name, fail := range map[string]func(string) error{"installation": failInstallations, "all": down} {
		w := newBubble(t)
		store := &spyStore{Store: token.NewMemoryStore()}
		api := w.process(t, store)
		w.ticket(api)
		store.failPut = fail
		code := w.authCode(t)
		_, err := exchange(api, code)
		require.Error(t, err)
		at(400*24*time.Hour, func() {
			for i := range 200 { // others come, and go
				other := fmt.Sprintf("wpOther%03d", i)
				require.NoError(t, w.AddCorp(platform.Corp{Id: other, Name: other}))
				c, err := w.Install(t.Context(), suiteId, other, platform.InstallOptions{FromProviderSite: true})
				require.NoError(t, err)
				_, err = exchange(api, c)
				require.Error(t, err)
			}
			store.failPut = nil
			who := api
			if name == "installation" {
				who = w.process(t, store) // after a crash
			}
			in, err := exchange(who, code)
			require.NoError(t, err)
			stored, err := w.process(t, store).WithCorp(corpId).Installation()
			require.NoError(t, err)
			assert.Equal(t, in.PermanentCode, stored.PermanentCode)
			assert.Equal(t, 201, w.Count(exchangePath))
		})
	}
}
