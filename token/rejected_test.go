package token_test

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/clock/clocktest"
	"github.com/gothird/wecom/internal/fakewecom/platform"
	"github.com/gothird/wecom/token"
)

// One refresh, one repeat with the same body, per code and credential.
// G: token/rejected
func TestRejectedToken(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		ep     token.Endpoint
		path   string
		heals  []int
		leaves []int
	}{
		{providerCall, providerPath, []int{40014, 42001, 40082}, []int{42009, 40001, 60020, 45009}},
		{suiteCall, suitePath, []int{40082, 42009}, []int{42001, 40014, 40001, 60020, 45009, 40085}},
		{corpCall, corpPath, []int{40014, 42001}, []int{40082, 42009, 40001, 60020, 45009, 48002}},
		{writeCall, providerPath, []int{40014, 42001, 40082}, []int{40001, 60020, 45009, -1}},
	} {
		for _, code := range row.heals {
			t.Run(fmt.Sprintf("%s heals %d", row.ep.Path, code), func(t *testing.T) {
				t.Parallel()
				w := newWorld(t)
				require.NoError(t, do(w.api, row.ep))
				w.KillTokens(row.ep.Credential.String(), code)
				w.ClearLog()
				require.NoError(t, do(w.api, row.ep))
				assert.Equal(t, 1, w.Count(row.path))
				sent := w.RequestsTo(row.ep.Path)
				require.Len(t, sent, 2)
				assert.Equal(t, code, sent[0].ErrCode)
				assert.Equal(t, sent[0].Method, sent[1].Method)
				assert.Equal(t, sent[0].Body, sent[1].Body)
				assert.Equal(t, sent[0].ContentType, sent[1].ContentType)
				assert.NotEqual(t, sent[0].TokenMark, sent[1].TokenMark)
			})
		}
		for _, code := range row.leaves {
			t.Run(fmt.Sprintf("%s leaves %d", row.ep.Path, code), func(t *testing.T) {
				t.Parallel()
				w := newWorld(t)
				require.NoError(t, do(w.api, row.ep))
				w.ClearLog()
				w.Fault(platform.Fault{Path: row.ep.Path, ErrCode: code})
				require.ErrorIs(t, do(w.api, row.ep), token.Code(code))
				assert.Len(t, w.Requests(), 1)
			})
		}
	}
}

// A second rejection is returned, and an endpoint that rejects every token makes no
// storm.
// G: token/rejected token/breaker
func TestSecondRejection(t *testing.T) {
	t.Parallel()
	clocktest.Hold(t)
	synctest.Test(t, func(t *testing.T) {
		w := newBubble(t)
		require.NoError(t, do(w.api, providerCall))
		w.ClearLog()
		w.Fault(platform.Fault{Path: writeCall.Path, ErrCode: 40014})
		for range 100 {
			require.ErrorIs(t, do(w.api, writeCall), token.Code(40014))
		}
		assert.Equal(t, 1, w.Count(providerPath))
		assert.Equal(t, 101, w.Count(writeCall.Path))
		require.NoError(t, do(w.api, providerCall))
		w.KillTokens("provider", 0)
		require.NoError(t, do(w.api, providerCall), "other endpoints heal as ever")
		assert.Equal(t, 2, w.Count(providerPath))
		begin := time.Now()
		for time.Since(begin) < 100*time.Minute {
			require.ErrorIs(t, do(w.api, writeCall), token.Code(40014))
			time.Sleep(20 * time.Second)
		}
		bought := w.Count(providerPath) - 2
		assert.Equal(t, 6, bought, "after 1, 2, 4 … 32 minutes")
		time.Sleep(3 * time.Hour)
		require.NoError(t, do(w.api, providerCall)) // has a token for two hours
		n := w.Count(providerPath)
		for range 2 { // after a long time it starts afresh, with a minute
			require.ErrorIs(t, do(w.api, writeCall), token.Code(40014))
			time.Sleep(61 * time.Second)
		}
		assert.Equal(t, n+2, w.Count(providerPath))
	})
}

// Many callers at once make no storm at such an endpoint either.
// G: token/breaker
func TestSecondRejectionOfMany(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.Fault(platform.Fault{Path: writeCall.Path, ErrCode: 40014})
	errs := all(500, func(int) error { return do(w.api, writeCall) })
	assert.Equal(t, 500, count(errs))
	assert.LessOrEqual(t, w.Count(providerPath), 5)
}

// Two tokens that die together cost one call three requests, and no call fails.
// G: token/rejected
func TestBothTokensDie(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newBubble(t)
		require.NoError(t, do(w.api, writeCall))
		w.Fault(platform.Fault{Path: writeCall.Path, Delay: 3 * time.Second, Count: 1})
		slow := make(chan error)
		go func() { slow <- do(w.api, writeCall) }() // on its way with the first token
		time.Sleep(time.Second)
		w.KillTokens("provider", 0)
		require.NoError(t, do(w.api, providerCall)) // gets the second
		time.Sleep(time.Second)
		w.KillTokens("provider", 0)
		w.ClearLog()
		require.NoError(t, <-slow)
		assert.Equal(t, 1, w.Count(providerPath))
		require.NoError(t, do(w.api, writeCall))
	})
}
