package token

import (
	"errors"
	"fmt"
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
	for _, code := range []int{-1, 0, 40014, 60020, 701300, 700001} {
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
