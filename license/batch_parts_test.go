package license_test

import (
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/license"
	"github.com/gothird/wecom/token"
)

// G: batch/parts
func TestBatchesGoInParts(t *testing.T) {
	t.Parallel()
	var sizes []int
	api := apiOf(t, func(_ int, in sent) string {
		sizes = append(sizes, len(in.ActiveList))
		return in.answer(nil)
	})
	codes := some(2001)
	got, err := license.LICBatchActiveAccount(api, codes)
	require.NoError(t, err)
	assert.Equal(t, []int{1000, 1000, 1}, sizes)
	require.Len(t, got, len(codes))
	for i, r := range got {
		require.Equal(t, codes[i].ActiveCode, r.ActiveCode, "results stand in the order of the codes")
		require.NoError(t, r.Err())
	}
}

// Whoever resumes a batch can tell what was answered, what may have been done, and what was
// not sent, whichever request failed and however.
// G: batch/how-far
func TestBatchesSayHowFarTheyCame(t *testing.T) {
	t.Parallel()
	for name, batch := range batchCalls {
		for failAt := 1; failAt <= 3; failAt++ {
			for _, failure := range []struct {
				text    string
				unknown bool
			}{{"", true}, {`<html>bad gateway</html>`, true}, {`{"errcode":45009}`, false}} {
				synctest.Test(t, func(t *testing.T) {
					calls := 0
					api := apiOf(t, func(_ int, in sent) string {
						if len(in.ActiveList)+len(in.Transfers)+len(in.ShareList)+len(in.Codes) == []int{1000, 1000, 500}[failAt-1] {
							if calls++; failAt != 2 || calls > 1 {
								return failure.text
							}
						}
						return in.answer(nil)
					})
					items, err := batch.call(api, 2500)
					var partial *token.PartialError
					require.ErrorAs(t, err, &partial, name)
					want := token.PartialError{Done: 1000 * (failAt - 1)}
					if failure.unknown && batch.write {
						want.Unknown = []int{1000, 1000, 500}[failAt-1]
						require.ErrorIs(t, err, token.ErrOutcomeUnknown)
					}
					assert.Equal(t, want, token.PartialError{Done: partial.Done, Unknown: partial.Unknown}, "%s, request %d, %q", name, failAt, failure.text)
					var refusal *token.Error
					require.ErrorAs(t, err, &refusal, "the reason can be reached")
					if name != "LICBatchShareActiveCode" {
						assert.Len(t, items, want.Done)
					}
				})
			}
		}
	}
}

// G: batch/how-far
func TestABatchOfOneRequestSaysThatNothingWasDone(t *testing.T) {
	t.Parallel()
	for name, batch := range batchCalls {
		items, err := batch.call(apiOf(t, func(int, sent) string { return `{"errcode":60020}` }), 2)
		var partial *token.PartialError
		require.ErrorAs(t, err, &partial, name)
		assert.Zero(t, partial.Done, name)
		assert.Zero(t, partial.Unknown, name)
		require.ErrorIs(t, err, token.Code(60020), name)
		assert.Empty(t, items, name)
	}
}

// G: batch/how-far
func TestBatchKeepsWhatWasDoneWhenAPartFails(t *testing.T) {
	t.Parallel()
	calls := 0
	api := apiOf(t, func(call int, in sent) string {
		if calls = call; call == 2 {
			return ""
		}
		return in.answer(nil)
	})
	got, err := license.LICBatchActiveAccount(api, some(3000))
	require.ErrorIs(t, err, token.ErrOutcomeUnknown)
	assert.Len(t, got, 1000)
	assert.Equal(t, 2, calls, "the part is not sent again, nor are those after it")
}

// Sharing can't be taken back, so the caller must know which codes to send again.
// G: batch/resumed
func TestSharingCanBeResumed(t *testing.T) {
	t.Parallel()
	var shared, sentAgain []license.ShareActiveCode
	api := apiOf(t, func(call int, in sent) string {
		if call == 3 {
			return `{"errcode":45009}`
		}
		shared = append(shared, in.ShareList...)
		return in.answer(map[string]int{"LC00500": 701055})
	})
	var codes []license.ShareActiveCode
	for _, c := range codesOf(3500) {
		codes = append(codes, license.ShareActiveCode{c})
	}
	failed, err := license.LICBatchShareActiveCode(api, "wpDown", license.LinkChain, codes)
	assert.Equal(t, []license.ShareResult{{"LC00500", 701055, "m"}}, failed)
	var partial *token.PartialError
	require.ErrorAs(t, err, &partial)
	require.Zero(t, partial.Unknown)

	rest := apiOf(t, func(_ int, in sent) string {
		sentAgain = append(sentAgain, in.ShareList...)
		return in.answer(nil)
	})
	_, err = license.LICBatchShareActiveCode(rest, "wpDown", license.LinkChain, codes[partial.Done:])
	require.NoError(t, err)
	assert.Equal(t, codes, append(shared, sentAgain...), "each code went out once")
}

// A batch of which the first thousand are done already must get on with the rest.
// G: batch/goes-on
func TestAPartThatFailedWhollyEndsNothing(t *testing.T) {
	t.Parallel()
	api := apiOf(t, func(call int, in sent) string {
		if call == 1 {
			return in.failing(701024, 701003)
		}
		return in.answer(nil)
	})
	got, err := license.LICBatchActiveAccount(api, some(1001))
	require.NoError(t, err)
	require.Len(t, got, 1001)
	require.Error(t, got[999].Err())
	require.NoError(t, got[1000].Err())
}
