package wecom_test

import (
	"bytes"
	"flag"
	"go/ast"
	"go/parser"
	"go/printer"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write the exported API to testdata/api")

// The exported API of each package stands in testdata/api, a line or more for each name. A
// change of it is seen in the review: "go test . -run ExportedAPI -update" writes it.
// G: module/api
func TestExportedAPI(t *testing.T) {
	t.Parallel()
	now := map[string][]string{}
	for _, f := range goFiles(t) {
		if f.test || f.dir == "." || strings.HasPrefix(f.dir, "internal/") || strings.Contains(f.dir, "/internal/") || f.ast.Name.Name == "main" {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), f.path, f.text, parser.SkipObjectResolution)
		require.NoError(t, err)
		now[f.dir] = append(now[f.dir], apiOf(t, parsed)...)
	}
	require.Greater(t, len(now), 15)
	folder := filepath.Join("testdata", "api")
	kept, err := filepath.Glob(filepath.Join(folder, "*.txt"))
	require.NoError(t, err)
	assert.True(t, *update || len(kept) == len(now), "%d packages, %d files in %s", len(now), len(kept), folder)
	for dir, lines := range now {
		slices.Sort(lines)
		name := filepath.Join(folder, strings.ReplaceAll(dir, "/", "_")+".txt")
		if *update {
			require.NoError(t, os.MkdirAll(folder, 0o755))
			require.NoError(t, os.WriteFile(name, []byte(strings.Join(lines, "\n")+"\n"), 0o644))
		}
		text, err := os.ReadFile(name)
		require.NoError(t, err, "run: go test . -run ExportedAPI -update")
		was := strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")
		assert.Empty(t, without(lines, was), "%s: new, or of another form", dir)
		assert.Empty(t, without(was, lines), "%s: gone, or of another form", dir)
	}
}

// without gives the lines of a that are not in b.
func without(a, b []string) []string {
	known := map[string]bool{}
	for _, line := range b {
		known[line] = true
	}
	return slices.DeleteFunc(slices.Clone(a), func(line string) bool { return known[line] })
}

// apiOf gives the exported declarations of a file, without comments and bodies, one line for each
// field of a struct and each method of an interface.
func apiOf(t *testing.T, f *ast.File) (lines []string) {
	t.Helper()
	for _, decl := range f.Decls {
		switch d := decl.(type) {
		case *ast.FuncDecl:
			if d.Name.IsExported() && (d.Recv == nil || ast.IsExported(receiver(d.Recv.List[0].Type))) {
				d.Body, d.Doc = nil, nil
				lines = append(lines, printed(t, d))
			}
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				lines = append(lines, specLines(t, d.Tok.String(), spec)...)
			}
		}
	}
	return lines
}

func specLines(t *testing.T, kind string, spec ast.Spec) (lines []string) {
	t.Helper()
	switch s := spec.(type) {
	case *ast.TypeSpec:
		if s.Name.IsExported() {
			return typeLines(t, s)
		}
	case *ast.ValueSpec:
		for i, name := range s.Names {
			line := kind + " " + name.Name
			if s.Type != nil {
				line += " " + printed(t, s.Type)
			}
			if kind == "const" && i < len(s.Values) {
				line += " = " + printed(t, s.Values[i])
			}
			if name.IsExported() {
				lines = append(lines, line)
			}
		}
	}
	return lines
}

// typeLines gives a type: what it is, then its exported fields or methods.
func typeLines(t *testing.T, s *ast.TypeSpec) (lines []string) {
	t.Helper()
	name, fields, kind := s.Name.Name, (*ast.FieldList)(nil), ""
	if s.TypeParams != nil {
		for _, p := range s.TypeParams.List {
			name += "[" + printed(t, p.Type) + "]"
		}
	}
	switch x := s.Type.(type) {
	case *ast.StructType:
		fields, kind = x.Fields, "struct"
	case *ast.InterfaceType:
		fields, kind = x.Methods, "interface"
	default:
		return []string{"type " + name + " " + printed(t, s.Type)}
	}
	lines = []string{"type " + name + " " + kind}
	for _, f := range fields.List {
		line := printed(t, f.Type)
		if f.Tag != nil {
			line += " " + f.Tag.Value
		}
		if f.Names == nil {
			lines = append(lines, "type "+name+" "+kind+": "+line)
		}
		for _, n := range f.Names {
			if n.IsExported() {
				lines = append(lines, "type "+name+" "+kind+": "+n.Name+" "+line)
			}
		}
	}
	return lines
}

// printed is code on one line.
func printed(t *testing.T, node ast.Node) string {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, printer.Fprint(&b, token.NewFileSet(), node))
	return strings.Join(strings.Fields(b.String()), " ")
}
