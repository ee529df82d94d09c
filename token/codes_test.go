package token

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/gothird/wecom/internal/spec"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Every code that a page about licences or their orders names is explained.
// G: error/details
func TestMeaningCoversTheLicencePages(t *testing.T) {
	t.Parallel()
	checked := 0
	for _, e := range spec.Endpoints() {
		if e.File == "service" {
			continue
		}
		for _, code := range e.Errors {
			if code > 701000 && code < 701300 || code == 90432 || code == 90433 || code == 48001 {
				checked++
				assert.NotEmpty(t, meaning(code), "%d, named by %s", code, e.Name)
			}
		}
	}
	assert.Greater(t, checked, 100)
}

// So is every other code of licences and their orders.
// G: error/details
func TestMeaningCoversTheLicenceCodes(t *testing.T) {
	t.Parallel()
	checked := 0
	for _, e := range spec.ErrorCodes() {
		if (e.Group == "license" || e.Group == "order") && e.Code > 701000 {
			checked++
			assert.NotEmpty(t, meaning(e.Code), "%d: %s", e.Code, e.Meaning)
		}
	}
	assert.Greater(t, checked, 90)
}

// The codes that this package acts on are those that WeCom's list has for it, in every
// credential.
// G: error/details token/rejected
func TestClassesOfCodes(t *testing.T) {
	t.Parallel()
	credentials := map[string]Credential{spec.CredentialProvider: Provider, spec.CredentialSuite: Suite, spec.CredentialCorp: Corp}
	for _, e := range spec.ErrorCodes() {
		err := fmt.Errorf("call: %w", &Error{Code: e.Code, Path: "/x"})
		assert.Equal(t, e.Class == spec.ClassRate, IsRateLimited(err), "%d: %s", e.Code, e.Meaning)
		assert.Equal(t, e.Class == spec.ClassBusy, IsBusy(err), "%d: %s", e.Code, e.Meaning)
		for name, c := range credentials {
			assert.Equal(t, slices.Contains(e.Tokens, name), c.rejects(e.Code), "%d of a %s token: %s", e.Code, name, e.Meaning)
		}
		assert.False(t, Static("t").rejects(e.Code), "%d", e.Code)
		for _, path := range []string{corpTokenPath, getTokenPath} {
			lost := e.Class == spec.ClassLost || e.Code == 40001 && path == getTokenPath
			assert.Equal(t, lost, IsLost(&Error{Code: e.Code, Path: path}), "%d of %s", e.Code, path)
		}
		assert.False(t, IsLost(err), "%d", e.Code)
	}
}

func TestMeaningsAreShortLines(t *testing.T) {
	t.Parallel()
	seen := map[string]int{}
	for code, text := range meanings {
		assert.Equal(t, strings.TrimSpace(text), text)
		assert.NotEmpty(t, text, "%d", code)
		assert.LessOrEqual(t, len(text), 100, "%d", code)
		assert.NotRegexp(t, `[.\n]`, text, "%d", code)
		assert.Zero(t, seen[text], "%d says the same as %d", code, seen[text])
		seen[text] = code
	}
}

func TestMeaningOfOthersIsEmpty(t *testing.T) {
	t.Parallel()
	for _, code := range []int{-1, 0, 40014, 60020, 701300, 701313, 700001} {
		assert.Empty(t, meaning(code), "%d", code)
	}
}

// 701090 says one thing about renewals and another in a policy query.
// G: error/details
func TestMeaningWithTwoSides(t *testing.T) {
	t.Parallel()
	assert.Contains(t, meaning(701090), "renewal")
	assert.Contains(t, meaning(701090), "policy query")
}

// G: error/details
func TestErrorsSayWhatTheCodeMeans(t *testing.T) {
	t.Parallel()
	const words = "more than 20 days left"
	err := fmt.Errorf("activate: %w", &Error{Code: 701082, Msg: "raw", Path: "/cgi-bin/license/active_account"})
	assert.ErrorContains(t, err, words)
	assert.ErrorContains(t, Code(701082), words)
	assert.True(t, errors.Is(err, Code(701082)))
	assert.False(t, errors.Is(err, Code(701030)))
	assert.NotContains(t, (&Error{Code: 40014, Msg: "x"}).Error(), "()")
}

// Items that were sent count as unknown only where the request may have been carried out.
// G: batch/how-far
func TestPartialErrorSaysWhatIsUnknown(t *testing.T) {
	t.Parallel()
	refused := &Error{Code: 45009, Path: "/x"}
	for _, row := range []struct {
		err     error
		unknown int
	}{{refused, 0}, {fmt.Errorf("%w: cut", ErrOutcomeUnknown), 500}} {
		err := NewPartialError(1000, 500, row.err)
		var partial *PartialError
		require.ErrorAs(t, err, &partial)
		assert.Equal(t, 1000, partial.Done)
		assert.Equal(t, row.unknown, partial.Unknown)
		require.ErrorIs(t, err, row.err)
		assert.ErrorContains(t, err, "1000 items answered")
	}
}
