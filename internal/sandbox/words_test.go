package sandbox

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"net/http"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/fakewecom/platform"
)

// wordsIn are the words that a file of the package writes down.
func wordsIn(t *testing.T, path string) (list []words) {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
	require.NoError(t, err)
	ast.Inspect(file, func(n ast.Node) bool {
		lit, ok := n.(*ast.CompositeLit)
		if !ok {
			return true
		}
		if name, ok := lit.Type.(*ast.Ident); !ok || name.Name != "words" {
			return true
		}
		require.Len(t, lit.Elts, 2, path)
		var both [2]string
		for i, x := range lit.Elts {
			text, ok := x.(*ast.BasicLit)
			require.True(t, ok, "%s: words are written down", path)
			both[i], err = strconv.Unquote(text.Value)
			require.NoError(t, err)
		}
		list = append(list, words{both[0], both[1]})
		return true
	})
	return list
}

// What is said in English is said in Chinese, with the same names of fields, numbers and routes.
// G: sandbox/languages
func TestWordsSayTheSameInBothLanguages(t *testing.T) {
	t.Parallel()
	paths, err := filepath.Glob("*.go")
	require.NoError(t, err)
	n := 0
	names := regexp.MustCompile(`/api/v1[/a-z]*|errcode|user_ids|chosen|[a-z]+_[a-z_]+[a-z]|Authorization: Bearer TOKEN|127\.0\.0\.1[:/\w]*|\d{2,}`)
	for _, path := range paths {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		for _, w := range wordsIn(t, path) {
			n++
			assert.Regexp(t, `\p{Han}`, w.zh, w.en)
			assert.NotRegexp(t, `[,.;!?] |[:;,]$`, w.zh, "Chinese signs in Chinese")
			assert.NotRegexp(t, `\p{Han} ?\.$`, w.zh)
			if !strings.Contains(w.en, "[") { // where places are numbered each text takes what it needs
				verbs := regexp.MustCompile(`%[.0-9]*[a-z]`)
				assert.Equal(t, verbs.FindAllString(w.en, -1), verbs.FindAllString(w.zh, -1), w.en)
			}
			for _, name := range names.FindAllString(w.en, -1) {
				assert.Contains(t, w.zh, name, w.en)
			}
		}
	}
	assert.Greater(t, n, 60)
}

func TestFailuresHaveBothTexts(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		err              *Error
		status           int
		code, message    string
		chinese, printed string
	}{
		{unknown(words{"cashier order", "收款订单"}, "N0", "/api/v1/cashier"), http.StatusNotFound, "unknown_cashier_order",
			`there is no cashier order "N0": GET /api/v1/cashier lists them`, `没有收款订单 "N0"：可用 GET /api/v1/cashier 查询`, ""},
		{invalid(words{"limit is %d: it is 1 to %d", "limit 为 %d：应为 1 至 %d"}, 0, 9), http.StatusBadRequest, "invalid",
			"limit is 0: it is 1 to 9", "limit 为 0：应为 1 至 9", ""},
	} {
		assert.Equal(t, &Error{row.status, row.code, row.message, row.chinese}, row.err)
		assert.Equal(t, row.message, row.err.Error())
	}
	var own *Error
	require.ErrorAs(t, refused(errors.New("fakewecom: no corp")), &own)
	assert.Equal(t, Error{http.StatusConflict, "refused", "no corp", "操作被拒绝：no corp"}, *own)
	assert.NoError(t, refused(&platform.PushError{}), "the answer tells of it")
	assert.Same(t, own, refused(fmt.Errorf("wrapped: %w", own)).(interface{ Unwrap() error }).Unwrap(), "what speaks both languages stays")
}

// fields are values of their types for what a route needs.
func needed(x Route) obj {
	body := obj{}
	for _, f := range x.In {
		if f.In != inBody || !f.Required || strings.Contains(f.Name, ".") {
			continue
		}
		body[f.Name] = map[string]any{"text": "nothing", "number": 1, "true or false": true, "span": "1h"}[f.Type]
	}
	return body
}

// Every route that is about a corp or an app says which of them it does not know.
func TestEveryRouteNamesWhatItDoesNotKnow(t *testing.T) {
	t.Parallel()
	s := newSandbox(t, Config{}, Access{})
	before, n := s.engine.LastChange(), 0
	for _, x := range Routes() {
		path := strings.TrimPrefix(x.Path, apiPath)
		if !strings.Contains(path, "{") {
			continue
		}
		for _, f := range pathsOf(x) {
			path = strings.ReplaceAll(path, "{"+f.Name+"}", "99")
		}
		body := ""
		if x.Method == http.MethodPost {
			body = marshal(needed(x))
		}
		n++
		code, message := s.wrong(x.Method, path, body)
		if code == "refused" || code == "invalid" { // the engine knows no such order or message
			continue
		}
		assert.Regexp(t, `^unknown_`, code, "%s %s: %s", x.Method, x.Path, message)
		assert.Contains(t, message, `"99"`, "%s %s", x.Method, x.Path)
		assert.Contains(t, message, "GET /api/v1/", "what lists them")
	}
	assert.Greater(t, n, 50)
	after, _ := s.engine.ChangesAfter(before, 10)
	assert.Empty(t, after, "nothing has changed")
}
