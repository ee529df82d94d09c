package platform_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/fakewecom/faketest"
	"github.com/gothird/wecom/internal/fakewecom/platform"
	"github.com/gothird/wecom/internal/spec"
)

// The newest pushes are kept, and all keep their ids.
// G: sandbox/bounded
func TestOldPushesAreForgotten(t *testing.T) {
	t.Parallel()
	w := faketest.New(t, platform.Options{KeepPushes: 5})
	for i := range 14 {
		require.NoError(t, pushTicket(w, faketest.Suite))
		assert.Equal(t, i+1, w.LastDelivery())
	}
	var ids []int
	for _, d := range w.Deliveries() {
		ids = append(ids, d.Id)
	}
	assert.Equal(t, []int{6, 7, 8, 9, 10, 11, 12, 13, 14}, ids)
	assert.Len(t, w.DeliveriesAfter(12), 2)
	assert.Len(t, w.DeliveriesAfter(3), 9, "those that are there")
	assert.Empty(t, w.DeliveriesAfter(14))
	assert.Equal(t, w.DeliveriesAfter(3), w.NewestDeliveries(3, 0, 100))
	assert.Equal(t, w.DeliveriesAfter(12)[:1], w.NewestDeliveries(12, 14, 100), "before is not among them")
	assert.Equal(t, w.DeliveriesAfter(3)[7:], w.NewestDeliveries(0, 0, 2), "the newest")
	assert.Empty(t, w.NewestDeliveries(12, 3, 100))
	assert.Empty(t, w.NewestDeliveries(0, 1, 100))
	for id, there := range map[int]bool{0: false, 5: false, 6: true, 14: true, 15: false} {
		d, ok := w.Delivery(id)
		assert.Equal(t, there, ok, id)
		_, err := w.Redeliver(t.Context(), id)
		assert.Equal(t, there, err == nil, id)
		if there {
			assert.Equal(t, id, d.Id)
		}
	}
}

// A push that is being tried is not forgotten, however many come after it.
// G: sandbox/bounded
func TestPushUnderWayIsKept(t *testing.T) {
	t.Parallel()
	w := faketest.New(t, platform.Options{KeepPushes: 2, Tries: 2})
	arrived, held := make(chan struct{}), make(chan struct{})
	hook := w.Hook.Config.Handler
	w.Hook.Config.Handler = http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/system" {
			arrived <- struct{}{}
			<-held
			http.Error(rw, "", http.StatusInternalServerError)
			return
		}
		hook.ServeHTTP(rw, r)
	})
	done := make(chan error, 1)
	go func() {
		_, err := w.Push(context.Background(), platform.Target{Channel: spec.ChannelSystem}, []byte("<xml></xml>"))
		done <- err
	}()
	for range 2 { // tries of the first push
		<-arrived
		for range 10 {
			require.NoError(t, pushTicket(w, faketest.Suite))
		}
		d, ok := w.Delivery(1)
		require.True(t, ok)
		assert.Equal(t, spec.ChannelSystem, d.Target.Channel)
		held <- struct{}{}
	}
	require.Error(t, <-done)
	for range 10 {
		require.NoError(t, pushTicket(w, faketest.Suite))
	}
	_, ok := w.Delivery(1)
	assert.False(t, ok, "its tries are over")
}

// G: sandbox/bounded
func TestOldSecretsAreForgotten(t *testing.T) {
	t.Parallel()
	const most = 20
	w := faketest.New(t, platform.Options{KeepSecrets: most})
	issue := func() string {
		value, err := w.IssueToken(spec.CredentialProvider, "", "")
		require.NoError(t, err)
		return value
	}
	over, login := issue(), w.LoginCode(platform.Login{CorpId: faketest.Corp, UserId: "woAnna"})
	w.AuthCode(faketest.Suite) // with a permanent code
	_, err := w.PushTicket(t.Context(), faketest.Suite)
	require.NoError(t, err)
	w.Advance(3 * time.Hour)
	good := issue()
	scan := w.AuthCode(faketest.Template)
	for range 5 * most {
		w.LoginCode(platform.Login{CorpId: faketest.Corp, UserId: "woAnna"})
		w.Advance(time.Minute)
	}
	secrets := w.Secrets()
	assert.Less(t, len(secrets), 3*most)
	assert.Contains(t, secrets, good)
	for _, gone := range []string{over, login, scan} {
		assert.NotContains(t, secrets, gone)
		_, ok := w.Secret(platform.Mark(gone))
		assert.False(t, ok)
	}
	for _, a := range w.Authorizations() {
		_, ok := w.Secret(a.PermanentCode)
		assert.True(t, ok, "it is good as long as the app is there")
	}
	assert.True(t, w.KillToken(good, 0))
	assert.False(t, w.KillToken(over, 0))
}

// What is forgotten shows nowhere, though nothing knows any more that it was a secret.
// G: sandbox/bounded sandbox/secrets
func TestForgottenSecretsAreMarkedInTheLogs(t *testing.T) {
	t.Parallel()
	const most = 10
	w := faketest.New(t, platform.Options{KeepSecrets: most, KeepAnswers: true, Tries: 2})
	_, err := w.PushTicket(t.Context(), faketest.Suite)
	require.NoError(t, err)
	ticket := faketest.Between(w.LastPush().Payload, "<SuiteTicket><![CDATA[", "]]>")
	w.Answer(http.StatusOK, "I got "+ticket)
	require.Error(t, pushTicket(w, faketest.Suite))
	// In fields that no name gives away.
	w.Send(http.MethodPost, "/cgi-bin/service/get_provider_token", map[string][]string{"note": {ticket}}, `{"note":"`+ticket+`"}`)
	logged := func() string {
		text := fmt.Sprintf("%+v", w.Requests())
		for _, d := range w.Deliveries() {
			text += string(d.Payload) + fmt.Sprint(d.Body, d.Before)
		}
		return text
	}
	require.GreaterOrEqual(t, strings.Count(logged(), ticket), 4)
	w.Advance(time.Hour)
	for range 3 * most {
		w.LoginCode(platform.Login{})
	}
	assert.NotContains(t, w.Secrets(), ticket)
	assert.NotContains(t, logged(), ticket)
	assert.GreaterOrEqual(t, strings.Count(logged(), platform.Mark(ticket)), 4)
}

// Where all are good, none is forgotten.
func TestGoodSecretsStay(t *testing.T) {
	t.Parallel()
	w := faketest.New(t, platform.Options{KeepSecrets: 2})
	var all []string
	for range 200 {
		all = append(all, w.LoginCode(platform.Login{}))
	}
	assert.Subset(t, w.Secrets(), all)
}

// Whatever happens in whatever order, what could still be used is kept, and the rest is bounded.
func TestNothingGoodIsForgotten(t *testing.T) {
	t.Parallel()
	const most = 10
	for seed := range int64(20) {
		w := faketest.New(t, platform.Options{KeepSecrets: most, TokenLife: 20 * time.Minute})
		random := rand.New(rand.NewPCG(uint64(seed), 1)) //nolint:gosec // a test
		ends := map[string]time.Time{}                   // of secrets that were handed out
		crowd := 0                                       // how many were good at once
		for range 400 {
			switch random.IntN(6) {
			case 0:
				value, err := w.IssueToken(spec.CredentialProvider, "", "")
				require.NoError(t, err)
				ends[value] = w.Clock.Now().Add(w.Ahead()).Add(20 * time.Minute)
			case 1:
				value, err := w.NewTicket(faketest.Suite)
				require.NoError(t, err)
				ends[value] = w.Clock.Now().Add(w.Ahead()).Add(30 * time.Minute)
			case 2, 3:
				ends[w.LoginCode(platform.Login{})] = w.Clock.Now().Add(w.Ahead()).Add(5 * time.Minute)
			case 4:
				w.Advance(time.Duration(random.IntN(600)) * time.Second)
			case 5:
				ends[w.AuthCode(faketest.Suite)] = w.Clock.Now().Add(w.Ahead()).Add(10 * time.Minute)
			}
			good, kept := 0, w.Secrets() // sorted
			for value, end := range ends {
				if w.Clock.Now().Add(w.Ahead()).After(end) {
					continue
				}
				good++
				_, ok := slices.BinarySearch(kept, value)
				require.True(t, ok, "seed %d", seed)
			}
			crowd = max(crowd, good)
			require.LessOrEqual(t, len(kept), 2*(most+crowd)+10, "seed %d", seed)
		}
	}
}
