package token_test

import (
	"bytes"
	"context"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/clock"
	"github.com/gothird/wecom/internal/clock/clocktest"
	"github.com/gothird/wecom/token"
)

// What lies under testdata/rest was written once, at midnight of the first of January 2000,
// at which the clock of a bubble begins, and is never made anew: every later version reads
// it.

const exchangeKey = "wecom/v1/exchange/" + providerId + "/" + suiteId + "/e2d1d2ad053162fd"

// restCode is the auth code that exchangeKey is of.
const restCode = "auth-code-at-rest"

func restValue(t *testing.T, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", "rest", name))
	require.NoError(t, err)
	return b
}

// rested is an Api on a Store that holds just these values.
func (w *world) rested(t *testing.T, values map[string]string) (*token.Api, token.Store) {
	t.Helper()
	store := token.NewMemoryStore()
	for key, name := range values {
		require.NoError(t, store.Put(t.Context(), key, restValue(t, name), 0))
	}
	w.ClearLog()
	return w.process(t, store).WithCorp(corpId), store
}

// sinceMidnight is what the clock says, which may be wrong.
func sinceMidnight() time.Duration {
	return max(0, clock.Since(time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)))
}

// G: store/formats
func TestTicketAndTokenAtRestAreRead(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newBubble(t)
		api, _ := w.rested(t, map[string]string{ticketKey: "value-ticket.json", providerKey: "value-token.json"})
		mark := clocktest.Now()
		age, err := api.TicketAge()
		require.NoError(t, err)
		mark.Near(t, max(0, clock.Since(time.Date(1999, 12, 31, 23, 50, 0, 0, time.UTC))), age, time.Second)
		v, err := api.AccessToken(token.Provider)
		require.NoError(t, err)
		assert.Equal(t, "token-at-rest", seen.secret(v.AcsToken))
		mark.Near(t, 2*time.Hour-sinceMidnight(), time.Duration(v.ExpiresIn)*time.Second, time.Second)
		assert.Empty(t, w.Requests())
	})
}

// G: store/formats
func TestInstallationsAtRestAreRead(t *testing.T) {
	t.Parallel()
	w := newBubble(t)
	api, _ := w.rested(t, map[string]string{installationKey: "value-installation.json"})
	in, err := api.Installation()
	require.NoError(t, err)
	assert.Equal(t, token.Installation{
		CorpId: corpId, PermanentCode: seen.secret("permanent-code-at-rest"), Customized: true, AgentId: 1000012, CorpName: "Riverside",
		SavedAt: time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC),
	}, in)
	api, store := w.rested(t, map[string]string{installationKey: "value-installation-removed.json"})
	_, err = api.Installation()
	require.ErrorIs(t, err, token.ErrNotInstalled)
	require.NoError(t, api.SetInstallation(slowInstallation))
	assert.EqualValues(t, 9, record(t, store, installationKey)["version"], "it goes on from what was removed")
}

// G: store/formats
func TestExchangesAtRestAreRead(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newBubble(t)
		for _, name := range []string{"unsaved", "saved", "removed"} {
			api, _ := w.rested(t, map[string]string{exchangeKey: "value-exchange-" + name + ".json"})
			mark := clocktest.Now()
			answer, first, err := api.Exchange(seen.secret(restCode), exchangeEp)
			require.NoError(t, err, name)
			assert.Contains(t, string(answer), "Riverside")
			assert.Equal(t, name != "removed", strings.Contains(string(answer), "permanent-code-at-rest"))
			if name != "removed" && first.AcsToken != "" { // a clock that is behind leaves that open
				assert.Equal(t, "first-token-at-rest", seen.secret(first.AcsToken))
				mark.Near(t, 2*time.Hour-sinceMidnight(), time.Duration(first.ExpiresIn)*time.Second, time.Second)
			}
			in, err := api.Installation()
			if name == "unsaved" {
				require.NoError(t, err)
				assert.Equal(t, "permanent-code-at-rest", in.PermanentCode)
				assert.EqualValues(t, 1000012, in.AgentId)
			} else {
				require.ErrorIs(t, err, token.ErrNotInstalled)
			}
			assert.Empty(t, w.Requests(), name)
		}
	})
}

// newer makes a value of a newer version of one at rest.
func newer(value []byte) []byte { return bytes.Replace(value, []byte(`"v":1`), []byte(`"v":2`), 1) }

// cannotRead is what must fail, and leave the value, where a value can't be read.
var cannotRead = map[string]struct {
	name string
	use  []func(api *token.Api) error
}{
	ticketKey: {"value-ticket.json", []func(api *token.Api) error{
		func(api *token.Api) error { _, err := api.TicketAge(); return err },
		func(api *token.Api) error { return api.SetSuiteTicket(seen.secret("ticket-beside-it"), clock.Now()) },
		func(api *token.Api) error { return api.WithCorp("").Verify() },
	}},
	installationKey: {"value-installation.json", []func(api *token.Api) error{
		func(api *token.Api) error { _, err := api.Installation(); return err },
		func(api *token.Api) error { return do(api, corpCall) },
		func(api *token.Api) error { return api.RemoveInstallation() },
		func(api *token.Api) error { return api.SetInstallation(slowInstallation) },
		func(api *token.Api) error { return api.RemoveInstallation() },
		func(api *token.Api) error { return api.Verify() },
	}},
	exchangeKey: {"value-exchange-unsaved.json", []func(api *token.Api) error{
		func(api *token.Api) error { _, err := exchange(api, restCode); return err },
	}},
	providerKey: {"value-token.json", []func(api *token.Api) error{
		func(api *token.Api) error { return api.WithSuite("", "").WithCorp("").Verify() },
	}},
}

// A value that can't be read is an error, and stays as it is.
func unread(t *testing.T, says string, put func(w *world, store token.Store, key string, value []byte) token.Store) {
	for key, row := range cannotRead {
		w := newBubble(t)
		inner := token.NewMemoryStore()
		store := put(w, inner, key, restValue(t, row.name))
		before, err := inner.Get(t.Context(), key)
		require.NoError(t, err)
		api := w.process(t, store).WithCorp(corpId)
		if key != ticketKey {
			w.ticket(api)
		}
		w.ClearLog()
		for i, use := range row.use {
			err := use(api)
			seen.error(err)
			require.ErrorContains(t, err, says, "%s %d", key, i)
			after, err := inner.Get(t.Context(), key)
			require.NoError(t, err)
			require.Equal(t, before, after, "%s %d", key, i)
		}
		assert.Zero(t, w.Count(exchangePath), "a code that was exchanged is not shown again")
		require.NoError(t, do(api, providerCall), "a token that can't be read is as good as none")
		after, err := inner.Get(t.Context(), key)
		require.NoError(t, err)
		require.Equal(t, before, after, key)
	}
}

// G: token/verify store/damage
func TestAValueOfANewerVersionIsAnErrorAndStays(t *testing.T) {
	t.Parallel()
	unread(t, "newer version", func(_ *world, store token.Store, key string, value []byte) token.Store {
		require.NoError(t, store.Put(t.Context(), key, newer(value), 0))
		return store
	})
}

// G: token/verify store/damage
func TestAValueUnderAnotherSealingKeyIsAnErrorAndStays(t *testing.T) {
	t.Parallel()
	unread(t, "sealed", func(_ *world, store token.Store, key string, value []byte) token.Store {
		right, err := token.Seal(store, bytes.Repeat([]byte{1}, 32))
		require.NoError(t, err)
		require.NoError(t, right.Put(t.Context(), key, value, 0))
		wrong, err := token.Seal(store, bytes.Repeat([]byte{2}, 32))
		require.NoError(t, err)
		return wrong
	})
}

// A damaged installation stays until somebody removes it.
// G: store/damage
func TestADamagedInstallationCanBeRemoved(t *testing.T) {
	t.Parallel()
	w := newBubble(t)
	store := token.NewMemoryStore()
	require.NoError(t, store.Put(t.Context(), installationKey, []byte(`{"v":1,"instal`), 0))
	api := w.process(t, store).WithCorp(corpId)
	require.ErrorContains(t, api.SetInstallation(slowInstallation), "damaged")
	require.NoError(t, api.RemoveInstallation())
	require.NoError(t, api.SetInstallation(slowInstallation))
	got, err := w.process(t, store).WithCorp(corpId).Installation()
	require.NoError(t, err)
	assert.Equal(t, slowInstallation.PermanentCode, got.PermanentCode)
}

// keyring notes the keys that are written.
type keyring struct {
	token.Store
	mu   sync.Mutex
	keys map[string]bool
}

var digestPart = regexp.MustCompile(`/[0-9a-f]{16}(/|$)`)

func (k *keyring) Put(ctx context.Context, key string, value []byte, ttl time.Duration) error {
	k.mu.Lock()
	k.keys[digestPart.ReplaceAllString(key, "/*$1")] = true
	k.mu.Unlock()
	return k.Store.Put(ctx, key, value, ttl)
}

// A whole life writes under the names that it always has.
// G: store/formats
func TestKeysAtRestKeepTheirNames(t *testing.T) {
	t.Parallel()
	w := newBubble(t)
	store := &keyring{Store: token.NewMemoryStore(), keys: map[string]bool{}}
	api := w.process(t, store).WithCorp(corpId)
	w.ticket(api)
	_, err := exchange(api, w.authCode(t))
	require.NoError(t, err)
	for _, ep := range []token.Endpoint{providerCall, suiteCall, corpCall} {
		require.NoError(t, do(api, ep))
	}
	_, err = api.CachedTicket("/cgi-bin/get_jsapi_ticket", nil)
	require.NoError(t, err)
	_, err = api.AgentId()
	require.NoError(t, err)
	require.NoError(t, api.RemoveInstallation())
	assert.Equal(t, string(restValue(t, "keys.txt")), strings.Join(slices.Sorted(maps.Keys(store.keys)), "\n")+"\n")
}
