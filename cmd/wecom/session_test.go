package main

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// What ends a command decides its exit code and what is printed, once.
func TestEndOfACommand(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		err     error
		command *command
		code    int
		printed string
	}{
		{nil, nil, exitGood, ""},
		{nil, pushCommand(), exitGood, ""},
		{failure{code: exitBad}, pushCommand(), exitBad, ""},
		{failure{code: exitUsage}, nil, exitUsage, ""},
		{failure{exitBad, "it is bad"}, pushCommand(), exitBad, "wecom push: it is bad\n"},
		{failure{exitUsage, "do this"}, pushCommand(), exitUsage, "wecom push: do this\n→ wecom help push\n"},
		{failure{exitUsage, "do this"}, nil, exitUsage, "wecom: do this\n"},
		{fmt.Errorf("more: %w", failure{exitUsage, "do this"}), nil, exitUsage, "wecom: do this\n"},
		{errors.New("unforeseen"), decryptCommand(), exitBad, "wecom decrypt: unforeseen\n"},
	} {
		var out, errs strings.Builder
		s := &session{stdout: &out, stderr: &errs, command: row.command}
		assert.Equal(t, row.code, s.end(row.err), "%v", row.err)
		assert.Equal(t, row.printed, errs.String(), "%v", row.err)
		assert.Empty(t, out.String(), "errors are no result")
	}
}

func TestTextsAreToldInTheLanguage(t *testing.T) {
	t.Parallel()
	hello := text{"hello %s, %d, %v", "你好 %s, %d, %v"}
	args := func() []any { return []any{text{"you", "您"}, 7, errors.New("broken")} }
	assert.Equal(t, "hello you, 7, broken", (&session{}).tell(hello, args()...))
	assert.Equal(t, "你好 您, 7, broken", (&session{lang: chinese}).tell(hello, args()...))
	assert.Equal(t, "100%", (&session{}).tell(text{"100%%", "100%%"}))
}

func TestTable(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	table(&b, [][]string{{"a", "bb", "c"}, {"aaa", "b", "cc"}, {"林", "b", "林"}, {"x", "y"}})
	assert.Equal(t, "  a    bb  c\n  aaa  b   cc\n  林    b   林\n  x    y\n", b.String())
	b.Reset()
	table(&b, nil)
	assert.Empty(t, b.String())
}

// A pair is checked before it is used; what is wrong with it is said, and it is not shown.
func TestPairs(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ token, key, says string }{
		{testToken, testKey, ""},
		{"a", testKey, ""},
		{strings.Repeat("a", 32), testKey, ""},
		{" " + testToken + "\n", testKey + "\r\n", ""},
		{strings.Repeat("a", 33), testKey, "this has 33 bytes"},
		{"Token-with-dashes", testKey, "letters or digits and nothing else"},
		{"Token with blanks", testKey, "letters or digits and nothing else"},
		{"Wörter", testKey, "letters or digits and nothing else"},
		{testToken, testKey[1:], "this has 42 bytes"},
		{testToken, testKey + "=", "this has 44 bytes"},
		{testToken, "+" + testKey[1:], "43 letters or digits and nothing else"},
		{testToken, testToken, "WECOM_AES_KEY is no EncodingAESKey"},
		{testKey, testToken, "WECOM_TOKEN is no Token"},
		{"", testKey, "WECOM_TOKEN is missing"},
		{testToken, "", "WECOM_AES_KEY is missing"},
		{"", "", "WECOM_TOKEN is missing"},
	} {
		env := environment{"WECOM_TOKEN": row.token, "WECOM_AES_KEY": row.key}
		s := &session{env: func(name string) string { return env[name] }}
		p, err := s.pair()
		if row.says == "" {
			require.NoError(t, err)
			assert.Equal(t, []string{strings.TrimSpace(row.token), strings.TrimSpace(row.key)}, []string{p.token, p.key})
			assert.NotNil(t, p.cipher)
			continue
		}
		require.ErrorContains(t, err, row.says)
		if len(row.token) > 4 {
			assert.NotContains(t, err.Error(), row.token)
		}
		if row.key != "" {
			assert.NotContains(t, err.Error(), row.key)
		}
	}
}

func TestShellQuote(t *testing.T) {
	t.Parallel()
	assert.Equal(t, `'a b'`, shellQuote("a b"))
	assert.Equal(t, `'it'\''s'`, shellQuote("it's"))
	assert.Equal(t, `''`, shellQuote(""))
	assert.Equal(t, `'$x `+"`y`"+`'`, shellQuote("$x `y`"))
}
