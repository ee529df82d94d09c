package wecom_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const guaranteesFile = "docs/GUARANTEES.md"

// A guarantee in the list is two lines: its id and text, and the tests that prove it.
var (
	guaranteeLine = regexp.MustCompile("^- `([a-z]+/[a-z-]+)`: .+[.]$")
	testsLine     = regexp.MustCompile(`^  Tests: (\S+(?:, \S+)*)$`)
)

// listedGuarantees reads the list: the tests of each guarantee.
func listedGuarantees(t *testing.T) map[string][]string {
	t.Helper()
	text, err := os.ReadFile(guaranteesFile)
	require.NoError(t, err)
	listed, id := map[string][]string{}, ""
	for i, line := range strings.Split(string(text), "\n") {
		tests := testsLine.FindStringSubmatch(line)
		switch {
		case id != "":
			require.NotNil(t, tests, "%s:%d: below %s its tests are missing: write \"  Tests: folder.TestName, …\"", guaranteesFile, i+1, id)
			listed[id], id = strings.Split(tests[1], ", "), ""
		case strings.HasPrefix(line, "-"):
			found := guaranteeLine.FindStringSubmatch(line)
			require.NotNil(t, found, "%s:%d: write \"- `group/name`: one sentence.\"", guaranteesFile, i+1)
			id = found[1]
			require.NotContains(t, listed, id, "%s:%d: %s is there twice", guaranteesFile, i+1, id)
		default:
			require.Nil(t, tests, "%s:%d: tests below no guarantee", guaranteesFile, i+1)
		}
	}
	return listed
}

// testComments reads the tests of all packages, named as in the list, and the ids in the
// comment of each. An id in any other comment is an error.
func testComments(t *testing.T) map[string][]string {
	t.Helper()
	tests := map[string][]string{}
	for _, f := range goFiles(t) {
		if !f.test {
			continue
		}
		fset := token.NewFileSet()
		parsed, err := parser.ParseFile(fset, f.path, f.text, parser.ParseComments|parser.SkipObjectResolution)
		require.NoError(t, err)
		ofTests := map[*ast.CommentGroup]bool{}
		for _, decl := range parsed.Decls {
			fn, ok := decl.(*ast.FuncDecl)
			if ok && fn.Recv == nil && (strings.HasPrefix(fn.Name.Name, "Test") || strings.HasPrefix(fn.Name.Name, "Fuzz")) {
				ofTests[fn.Doc] = true
				name := strings.Replace(f.dir, ".", "wecom", 1) + "." + fn.Name.Name
				tests[name] = append(tests[name], idsIn(fn.Doc)...)
			}
		}
		for _, group := range parsed.Comments {
			assert.True(t, ofTests[group] || len(idsIn(group)) == 0, "%s: a comment with \"G:\" belongs directly above a test", fset.Position(group.Pos()))
		}
	}
	return tests
}

// idsIn reads the ids in a line such as "// G: token/cached token/renewal".
func idsIn(comment *ast.CommentGroup) (ids []string) {
	if comment == nil {
		return nil
	}
	for _, line := range comment.List {
		if text, ok := strings.CutPrefix(line.Text, "// G: "); ok {
			ids = append(ids, strings.Fields(text)...)
		}
	}
	return ids
}

// What users can rely on and the tests that prove it name each other.
func TestGuaranteesAreProven(t *testing.T) {
	t.Parallel()
	listed, tests := listedGuarantees(t), testComments(t)
	require.Greater(t, len(listed), 100)
	for id, proofs := range listed {
		for _, name := range proofs {
			ids, exists := tests[name]
			switch {
			case !exists:
				assert.Fail(t, "no such test", "%s: %s names %s: correct the name, or remove it there", guaranteesFile, id, name)
			case !slices.Contains(ids, id):
				assert.Fail(t, "a test does not name what it proves", "write \"// G: %s\" above %s, or remove it from %s", id, name, guaranteesFile)
			}
		}
	}
	for name, ids := range tests {
		for _, id := range ids {
			switch proofs, exists := listed[id]; {
			case !exists:
				assert.Fail(t, "no such guarantee", "%s has \"G: %s\": add that to %s, or correct the comment", name, id, guaranteesFile)
			case !slices.Contains(proofs, name):
				assert.Fail(t, "a guarantee does not name its test", "add %s to the tests of %s in %s, or remove the comment", name, id, guaranteesFile)
			}
		}
	}
}
