package wecomredis_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// files reads the files of this module that match.
func files(t *testing.T, pattern string) map[string]string {
	t.Helper()
	names, err := filepath.Glob(pattern)
	require.NoError(t, err)
	require.NotEmpty(t, names)
	texts := map[string]string{}
	for _, name := range names {
		text, err := os.ReadFile(name)
		require.NoError(t, err)
		texts[name] = string(text)
	}
	return texts
}

// The clocks of programs differ: only the server's says what has expired, is due or is lost.
func TestNoClockOfOurs(t *testing.T) {
	t.Parallel()
	clock := regexp.MustCompile(`time\.(Now|Since|Until)\b`)
	for name, text := range files(t, "*.go") {
		if !strings.HasSuffix(name, "_test.go") {
			assert.NotRegexp(t, clock, text, name)
		}
	}
}

func TestFilesStaySmall(t *testing.T) {
	t.Parallel()
	for name, text := range files(t, "*.go") {
		assert.LessOrEqual(t, strings.Count(text, "\n"), 300, name)
	}
	for name, text := range files(t, "lua/*.lua") {
		assert.LessOrEqual(t, strings.Count(text, "\n"), 300, name)
	}
}

// A cluster wants to know all keys of a script beforehand.
func TestScriptsNameTheirKeys(t *testing.T) {
	t.Parallel()
	command := regexp.MustCompile(`redis\.p?call\('([A-Z]+)'(?:, ([^,)]+))?`)
	keys := regexp.MustCompile(`^(KEYS\[\d+\]|items|payloads|states|waiting|ready|lanes|closed|owners|leases|held|later|dead|alive|same|kept|finished|counts|numbers|key)$`)
	found := 0
	for name, text := range files(t, "lua/*.lua") {
		for _, m := range command.FindAllStringSubmatch(text, -1) {
			if m[1] != "TIME" && m[1] != "PUBLISH" {
				found++
				assert.Regexp(t, keys, m[2], "%s: %s", name, m[0])
			}
		}
	}
	require.Greater(t, found, 50)
}

func TestExportedNamesAreDocumented(t *testing.T) {
	t.Parallel()
	checked := 0
	for name, text := range files(t, "*.go") {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), name, text, parser.ParseComments|parser.SkipObjectResolution)
		require.NoError(t, err)
		for _, decl := range parsed.Decls {
			for id, documented := range names(decl) {
				if ast.IsExported(id) {
					checked++
					assert.True(t, documented, "%s: %s has no doc comment", name, id)
				}
			}
		}
	}
	require.Greater(t, checked, 20)
}

// names gives the names of a declaration, and whether each has a comment.
func names(decl ast.Decl) map[string]bool {
	all := map[string]bool{}
	switch d := decl.(type) {
	case *ast.FuncDecl:
		all[d.Name.Name] = d.Doc != nil
	case *ast.GenDecl:
		for _, spec := range d.Specs {
			switch s := spec.(type) {
			case *ast.TypeSpec:
				all[s.Name.Name] = d.Doc != nil || s.Doc != nil
			case *ast.ValueSpec:
				for _, id := range s.Names {
					all[id.Name] = d.Doc != nil || s.Doc != nil
				}
			}
		}
	}
	return all
}
