package wecom_test

import (
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/spec"
	"github.com/gothird/wecom/token"
)

// The guide to errors names codes that WeCom has, families whole, and sentinels that exist.
func TestGuideToErrorsIsTrue(t *testing.T) {
	t.Parallel()
	guide, err := os.ReadFile("docs/ERRORS.md")
	require.NoError(t, err)
	known := map[int]bool{-1: true}
	for _, c := range spec.ErrorCodes() {
		known[c.Code] = true
	}
	listed := map[int]bool{}
	for line := range strings.Lines(string(guide)) {
		cells := strings.Split(line, "|")
		if len(cells) < 4 {
			continue
		}
		for _, number := range regexp.MustCompile(`-?\b\d+\b`).FindAllString(cells[1], -1) {
			code, err := strconv.Atoi(number)
			require.NoError(t, err)
			assert.True(t, known[code], "%d is no errcode of the facts", code)
			assert.False(t, listed[code], "%d is listed twice", code)
			listed[code] = true
			answer := &token.Error{Code: code}
			assert.Equal(t, token.IsRateLimited(answer), strings.Contains(line, "[`IsRateLimited`]"), "%d", code)
			assert.Equal(t, token.IsBusy(answer), strings.Contains(line, "[`IsBusy`]"), "%d", code)
		}
	}
	for code := range known {
		if answer := (&token.Error{Code: code}); token.IsRateLimited(answer) || token.IsBusy(answer) {
			assert.True(t, listed[code], "the guide does not have %d", code)
		}
	}
	assert.Greater(t, len(listed), 40)
	there := sentinels(t)
	for _, name := range regexp.MustCompile("`(?:token\\.)?(Err[A-Z]\\w+)`").FindAllStringSubmatch(string(guide), -1) {
		assert.True(t, there[name[1]], "there is no %s", name[1])
	}
}

// sentinels are the names of errors that can be compared.
func sentinels(t *testing.T) map[string]bool {
	t.Helper()
	out := map[string]bool{}
	for _, f := range goFiles(t) {
		for _, name := range regexp.MustCompile(`\b(Err[A-Z]\w+)\s+= errors\.New`).FindAllStringSubmatch(f.text, -1) {
			out[name[1]] = true
		}
	}
	return out
}
