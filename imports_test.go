// Package wecom_test checks what the packages of this module may look like.
package wecom_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const module = "github.com/gothird/wecom"

// imports says which public packages of this module each package may import outside of
// its tests: always further down, never back. Packages of internal/ are open to all but
// for those in onlyFor and testOnly, and import none but their own kind; those of
// corp/internal/ have rows, and are open to the packages of corp/.
var imports = map[string][]string{
	".":                    {},
	"data":                 {},
	"access":               {},
	"token":                {"data", "access"},
	"token/storetest":      {"token"},
	"service":              {"data", "access", "token"},
	"license":              {"data", "access", "token"},
	"order":                {"data", "access", "token"},
	"purchase":             {"data", "access", "token", "license", "order"},
	"corp/wire":            {},
	"corp/agent":           {"token"},
	"corp/chatdata":        {"data", "token", "corp/wire"},
	"corp/contact":         {"token", "corp/wire"},
	"corp/externalcontact": {"token", "corp/wire"},
	"corp/kf":              {"token", "corp/wire"},
	"corp/media":           {"token", "corp/wire"},
	"corp/message":         {"token", "corp/wire"},
	"callback":             {"data", "access", "token", "service"},
	"callback/queuetest":   {"callback"},
	"wecomtest":            {"token", "service", "order", "callback"},
	"cmd/wecom":            {"token", "callback"},

	"corp/internal/cgi":       {"token"},
	"corp/internal/wirecheck": {"corp/wire"},
}

// onlyFor names internal packages that no program of a user should hold, and who may
// import them all the same.
var onlyFor = map[string][]string{
	"internal/fakewecom":           {"wecomtest", "internal/sandbox"},
	"internal/fakewecom/agents":    {"internal/fakewecom"},
	"internal/fakewecom/contacts":  {"internal/fakewecom", "internal/sandbox"},
	"internal/fakewecom/customers": {"internal/fakewecom", "wecomtest", "internal/sandbox"},
	"internal/fakewecom/media":     {"internal/fakewecom", "internal/sandbox"},
	"internal/fakewecom/platform":  {"internal/fakewecom", "internal/fakewecom/agents", "internal/fakewecom/contacts", "internal/fakewecom/customers", "internal/fakewecom/desk", "internal/fakewecom/kf", "internal/fakewecom/media", "internal/fakewecom/messages", "wecomtest", "internal/sandbox", "cmd/wecom"},
	"internal/fakewecom/desk":      {"internal/fakewecom", "wecomtest", "internal/sandbox"},
	"internal/fakewecom/kf":        {"internal/fakewecom", "wecomtest", "internal/sandbox"},
	"internal/fakewecom/messages":  {"internal/fakewecom"},
	"internal/spec":                {"internal/fakewecom/platform", "internal/fakewecom/contacts", "internal/fakewecom/customers", "internal/fakewecom/desk", "internal/fakewecom/kf", "internal/fakewecom/media", "internal/fakewecom/messages", "wecomtest", "internal/sandbox", "internal/console", "cmd/wecom"},
	"internal/inprocess":           {"wecomtest"},
	"internal/sandbox":             {"internal/console", "cmd/wecom"},
	"internal/console":             {"cmd/wecom"},
	"internal/snapshot":            {"internal/fakewecom/platform"},
}

// testOnly are internal packages that are parts of tests: they import what tests may, and
// nothing but tests imports them.
var testOnly = []string{
	"internal/clock/clocktest", "internal/fakewecom/faketest", "internal/heap", "internal/pairbench", "internal/spectest", "internal/testworld",
	"corp/internal/corptest",
}

// goFile is a Go file of the root module.
type goFile struct {
	path, dir string
	test      bool
	text      string
	ast       *ast.File
}

// inTest reports whether the file is part of a test.
func (f goFile) inTest() bool { return f.test || slices.Contains(testOnly, f.dir) }

func (f goFile) imports() (paths []string) {
	for _, spec := range f.ast.Imports {
		p, _ := strconv.Unquote(spec.Path.Value)
		paths = append(paths, p)
	}
	return paths
}

func goFiles(t *testing.T) (files []goFile) {
	t.Helper()
	fset := token.NewFileSet()
	err := filepath.WalkDir(".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && name != "." {
			_, err := os.Stat(filepath.Join(name, "go.mod"))
			if err == nil || d.Name() == "testdata" || strings.HasPrefix(d.Name(), ".") {
				return fs.SkipDir
			}
			return nil
		}
		if filepath.Ext(name) != ".go" {
			return nil
		}
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		parsed, err := parser.ParseFile(fset, name, text, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		name = filepath.ToSlash(name)
		files = append(files, goFile{name, path.Dir(name), strings.HasSuffix(name, "_test.go"), string(text), parsed})
		return nil
	})
	require.NoError(t, err)
	require.Greater(t, len(files), 20)
	return files
}

func TestRowsOfImportsAreOfPackages(t *testing.T) {
	t.Parallel()
	for _, dir := range slices.Concat(slices.Collect(maps.Keys(imports)), slices.Collect(maps.Keys(onlyFor)), testOnly) {
		assert.DirExists(t, dir, "strike its row")
	}
}

func TestImportOrder(t *testing.T) {
	t.Parallel()
	for _, f := range goFiles(t) {
		if f.inTest() || strings.HasPrefix(f.dir, "examples/") {
			continue
		}
		allowed, known := imports[f.dir]
		internal := strings.HasPrefix(f.dir, "internal/")
		require.True(t, known || internal, "%s: its package has no row in the table of imports", f.path)
		for _, p := range f.imports() {
			dir, ours := strings.CutPrefix(p, module+"/")
			switch importers, restricted := onlyFor[dir]; {
			case !ours:
				// TestDependencies
			case restricted:
				assert.Contains(t, importers, f.dir, "%s imports %s", f.path, dir)
			case slices.Contains(testOnly, dir):
				assert.Fail(t, "only tests may import it", "%s imports %s", f.path, dir)
			case strings.HasPrefix(dir, "internal/"), strings.HasPrefix(dir, "corp/internal/"):
			default:
				assert.Contains(t, allowed, dir, "%s imports %s", f.path, dir)
			}
		}
	}
}

// What is there to be read and copied uses nothing that a reader can't import.
func TestExamplesCanBeCopied(t *testing.T) {
	t.Parallel()
	example := regexp.MustCompile(`(?m)^func Example`)
	n := 0
	for _, f := range goFiles(t) {
		shown := strings.HasPrefix(f.dir, "examples/") || f.test && example.MatchString(f.text)
		if !shown || strings.HasPrefix(f.dir, "internal/") {
			continue
		}
		n++
		for _, p := range f.imports() {
			assert.NotContains(t, p, "/internal/", f.path)
		}
	}
	require.Greater(t, n, 10)
}

const fake = "internal/fakewecom"

// ofFake reports whether a folder belongs to the fake WeCom.
func ofFake(dir string) bool { return dir == fake || strings.HasPrefix(dir, fake+"/") }

// The fake must find its own way, or it would repeat our mistakes. The facts hold no code; the
// names of secrets are facts too, and how a state is saved says nothing of WeCom.
// onlyFor says which of its packages know each other.
func TestFakeSharesOnlyCryptoAndFacts(t *testing.T) {
	t.Parallel()
	for _, f := range goFiles(t) {
		if !ofFake(f.dir) || f.test {
			continue
		}
		for _, p := range f.imports() {
			dir, ours := strings.CutPrefix(p, module+"/")
			if ours && !ofFake(dir) {
				assert.Contains(t, []string{"internal/wecrypt", "internal/spec", "internal/redact", "internal/snapshot"}, dir, f.path)
			}
		}
	}
}

// G: module/dependencies
func TestDependencies(t *testing.T) {
	t.Parallel()
	forTests := []string{"github.com/stretchr/testify", "github.com/jarcoal/httpmock"}
	mod, err := os.ReadFile("go.mod")
	require.NoError(t, err)
	required := regexp.MustCompile(`(?m)^(?:require)?\s+(\S+\.\S+/\S+) v\S+$`).FindAllStringSubmatch(string(mod), -1)
	require.NotEmpty(t, required)
	for _, m := range required {
		assert.Contains(t, forTests, m[1], "go.mod")
	}
	assert.NotContains(t, string(mod), "replace")

	for _, f := range goFiles(t) {
		for _, p := range f.imports() {
			host, _, _ := strings.Cut(p, "/")
			if !strings.Contains(host, ".") || strings.HasPrefix(p, module) {
				continue
			}
			assert.True(t, f.inTest(), "%s imports %s outside of tests", f.path, p)
			assert.True(t, slices.ContainsFunc(forTests, func(m string) bool { return strings.HasPrefix(p, m) }),
				"%s imports %s", f.path, p)
		}
	}
}

func TestFilesStaySmall(t *testing.T) {
	t.Parallel()
	const bytes, lines = 12 << 10, 330
	for _, f := range goFiles(t) {
		assert.NotContains(t, []string{"types.go", "utils.go", "common.go"}, path.Base(f.path), "named after what is in it")
		if f.test {
			continue
		}
		assert.LessOrEqual(t, len(f.text), bytes, f.path)
		assert.LessOrEqual(t, strings.Count(f.text, "\n"), lines, f.path)
	}
}

// G: token/light
func TestHouseRules(t *testing.T) {
	t.Parallel()
	unfinished := regexp.MustCompile(`\b(` + "TO" + `DO|FIX` + `ME|XX` + `X)\b`)
	for _, f := range goFiles(t) {
		assert.NotRegexp(t, unfinished, f.text, f.path)
		ast.Inspect(f.ast, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.ImportSpec:
				assert.False(t, n.Name != nil && n.Name.Name == ".", "%s hides where the names of %s come from", f.path, n.Path.Value)
			case *ast.FuncDecl:
				assert.False(t, n.Name.Name == "init" && n.Recv == nil, "%s has an init function", f.path)
			case *ast.SelectorExpr:
				skips := []string{"Skip", "Skipf", "SkipNow"}
				assert.False(t, f.test && slices.Contains(skips, n.Sel.Name), "%s skips a test", f.path)
			}
			return true
		})
	}
}

// Each package with names on the wire, or in what it stores, holds them to its fields.
// G: endpoint/names
func TestWireNamesAreChecked(t *testing.T) {
	t.Parallel()
	tag := regexp.MustCompile("(?m)^\\s*\\w[^/]*`[^`]*(json|xml):\"")
	has, checks := map[string]bool{}, map[string]bool{}
	for _, f := range goFiles(t) {
		if ofFake(f.dir) {
			continue // it has names of its own
		}
		has[f.dir] = has[f.dir] || !f.test && tag.MatchString(f.text)
		checks[f.dir] = checks[f.dir] || f.test && strings.Contains(f.text, "spectest.WireNames(t, \".\"")
	}
	for dir, is := range has {
		assert.Equal(t, is, checks[dir], dir)
	}
	require.True(t, has["callback"])
}
