package wecom_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Every name that users can reach says what it is.
// G: module/documented
func TestExportedNamesAreDocumented(t *testing.T) {
	t.Parallel()
	checked := 0
	for _, f := range goFiles(t) {
		if f.test || strings.HasPrefix(f.dir, "internal/") || strings.HasPrefix(f.dir, "examples/") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), f.path, f.text, parser.ParseComments|parser.SkipObjectResolution)
		require.NoError(t, err)
		for _, decl := range parsed.Decls {
			for name, documented := range exported(decl) {
				checked++
				assert.True(t, documented, "%s: %s has no doc comment", f.path, name)
			}
		}
	}
	require.Greater(t, checked, 500)
	t.Logf("%d exported names are documented", checked)
}

// exported gives the exported names of a declaration, and whether each has a comment.
func exported(decl ast.Decl) map[string]bool {
	names := map[string]bool{}
	switch d := decl.(type) {
	case *ast.FuncDecl:
		if d.Recv == nil || ast.IsExported(receiver(d.Recv.List[0].Type)) {
			names[d.Name.Name] = d.Doc != nil
		}
	case *ast.GenDecl:
		for _, spec := range d.Specs {
			ids, documented := specified(spec)
			for _, id := range ids {
				names[id.Name] = d.Doc != nil || documented
			}
		}
	}
	maps.DeleteFunc(names, func(name string, _ bool) bool { return !ast.IsExported(name) })
	return names
}

// specified gives the names of types or values, and whether they have a comment of their own.
func specified(spec ast.Spec) (ids []*ast.Ident, documented bool) {
	switch s := spec.(type) {
	case *ast.TypeSpec:
		return []*ast.Ident{s.Name}, s.Doc != nil
	case *ast.ValueSpec:
		return s.Names, s.Doc != nil || s.Comment != nil
	}
	return nil, false
}

func receiver(t ast.Expr) string {
	if star, ok := t.(*ast.StarExpr); ok {
		t = star.X
	}
	if id, ok := t.(*ast.Ident); ok {
		return id.Name
	}
	return ""
}
