package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/spec"
)

// sources parses the files of a folder that are no tests.
func sources(t *testing.T, folder string) (*token.FileSet, []*ast.File) {
	t.Helper()
	fset := token.NewFileSet()
	names, err := filepath.Glob(filepath.Join(folder, "*.go"))
	require.NoError(t, err)
	var files []*ast.File
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(fset, name, nil, parser.SkipObjectResolution)
		require.NoError(t, err)
		files = append(files, file)
	}
	require.NotEmpty(t, files, fs.ErrNotExist)
	return fset, files
}

// pairs are the texts of the command, wherever they are written.
func pairs(t *testing.T) map[string]text {
	t.Helper()
	fset, files := sources(t, ".")
	found := map[string]text{}
	for _, file := range files {
		ast.Inspect(file, func(n ast.Node) bool {
			lit, ok := n.(*ast.CompositeLit)
			if !ok {
				return true
			}
			if name, ok := lit.Type.(*ast.Ident); !ok || name.Name != "text" || len(lit.Elts) == 0 {
				return true
			}
			at := fset.Position(lit.Pos()).String()
			require.Len(t, lit.Elts, 2, at)
			found[at] = text{literal(t, lit.Elts[0], at), literal(t, lit.Elts[1], at)}
			return true
		})
	}
	return found
}

func literal(t *testing.T, e ast.Expr, at string) string {
	t.Helper()
	lit, ok := e.(*ast.BasicLit)
	require.True(t, ok, "%s: a text is written as it is", at)
	value, err := strconv.Unquote(lit.Value)
	require.NoError(t, err, at)
	return value
}

var verb = regexp.MustCompile(`%(?:\[\d+\])?[a-z]`)

// verbsOf lists the verbs of a text; those with a number may stand in any order, and some may
// be left out of one language.
func verbsOf(said string) []string {
	verbs := verb.FindAllString(said, -1)
	if strings.Contains(said, "%[") {
		slices.Sort(verbs)
		return slices.Compact(verbs)
	}
	return verbs
}

// G: command/languages
func TestEachTextIsInBothLanguages(t *testing.T) {
	t.Parallel()
	found := pairs(t)
	require.Greater(t, len(found), 200)
	same := 0
	for at, x := range found {
		assert.NotEmpty(t, strings.TrimSpace(x.en), at)
		assert.NotEmpty(t, strings.TrimSpace(x.zh), at)
		assert.Equal(t, verbsOf(x.en), verbsOf(x.zh), "%s: the same verbs in the same order", at)
		assert.NotRegexp(t, `[,;:?]\p{Han}`, x.zh, "%s: Chinese marks after Chinese", at)
		if x.en == x.zh {
			same++
			continue
		}
		assert.Regexp(t, `\p{Han}`, x.zh, at)
	}
	assert.LessOrEqual(t, same, 8, "names that both languages share")
}

// Outside of texts there is no sentence, so that nothing is said in one language only.
func TestSentencesAreTexts(t *testing.T) {
	t.Parallel()
	fset, files := sources(t, ".")
	sentence := regexp.MustCompile(`[a-z]{2,} [a-z]{2,} [a-z]{2,}`)
	for _, file := range files {
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CompositeLit:
				name, ok := n.Type.(*ast.Ident)
				if ok && name.Name == "text" {
					return false
				}
			case *ast.BasicLit:
				at := fset.Position(n.Pos())
				said := strings.HasPrefix(filepath.Base(at.Filename), "explain_") // of callback.Explain
				example := strings.Contains(n.Value, "wecom ") || strings.Contains(n.Value, " --retry ")
				if !said && !example {
					assert.NotRegexp(t, sentence, n.Value, at.String())
				}
			}
			return true
		})
	}
}

func TestEachEventHasATitle(t *testing.T) {
	t.Parallel()
	for _, e := range spec.Events() {
		assert.NotEmpty(t, titleOf(e.Short()).en, e.Id)
		assert.Regexp(t, `\p{Han}`, titleOf(e.Short()).zh, e.Id)
	}
	for push, want := range map[[2]string]string{
		{"add_device", ""}: "device added", {"text", ""}: "text from a member", {"create_auth", ""}: "app installed", {"none", ""}: "",
		{"change_contact", "create_user"}: "member added", {"change_contact", "new"}: "", {"security", "new"}: "security event", {"event", ""}: "",
	} {
		assert.Equal(t, want, titleOfPush(push[0], push[1]).en, push)
	}
	assert.Zero(t, titleOf("none"))
}
