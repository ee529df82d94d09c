package wecomsql_test

import (
	"go/ast"
	"go/doc"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// No time is taken from the clock of this process: those of two machines differ.
func TestNoClockButTheServers(t *testing.T) {
	t.Parallel()
	for name, text := range sources(t) {
		for _, call := range []string{"time.Now(", "time.Since(", "time.Until("} {
			if !strings.HasSuffix(name, "_test.go") {
				assert.NotContains(t, text, call, name)
			}
		}
		assert.LessOrEqual(t, strings.Count(text, "\n"), 300, name)
	}
}

func sources(t *testing.T) map[string]string {
	t.Helper()
	names, err := filepath.Glob("*.go")
	require.NoError(t, err)
	require.Greater(t, len(names), 10)
	all := map[string]string{}
	for _, name := range names {
		text, err := os.ReadFile(name)
		require.NoError(t, err)
		all[name] = string(text)
	}
	return all
}

// Every exported name has a doc comment.
func TestExportedNamesAreDocumented(t *testing.T) {
	t.Parallel()
	fset := token.NewFileSet()
	var files []*ast.File
	for name, text := range sources(t) {
		if !strings.HasSuffix(name, "_test.go") {
			f, err := parser.ParseFile(fset, name, text, parser.ParseComments)
			require.NoError(t, err)
			files = append(files, f)
		}
	}
	p, err := doc.NewFromFiles(fset, files, "github.com/gothird/wecom/backend/sql")
	require.NoError(t, err)
	assert.NotEmpty(t, p.Doc)
	for _, typ := range p.Types {
		assert.NotEmpty(t, typ.Doc, typ.Name)
		for _, f := range append(typ.Methods, typ.Funcs...) {
			assert.NotEmpty(t, f.Doc, typ.Name+"."+f.Name)
		}
	}
	for _, f := range p.Funcs {
		assert.NotEmpty(t, f.Doc, f.Name)
	}
	require.NotEmpty(t, p.Types)
}
