package wecom_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var (
	docLink   = regexp.MustCompile(`\[([A-Z]\w*(?:\.[A-Z]\w*)?)\]`)
	pageTitle = regexp.MustCompile(`^\w+ ([^:]*[\p{Han}][^:]*):`)
)

// The page of each calling package has the map from WeCom's pages to functions: all of them, by
// the titles that stand in their own comments, and nothing else.
// G: module/documented
func TestPackagePagesNameEveryFunction(t *testing.T) {
	t.Parallel()
	pages := packageComments(t)
	functions := map[string]map[string]bool{}
	for name, comment := range docComments(t) {
		dir, function, _ := strings.Cut(name, ".")
		if functions[dir] == nil {
			functions[dir] = map[string]bool{}
		}
		functions[dir][function] = true
		page := pages[dir]
		assert.True(t, strings.Contains(page, "["+function+"]"), "the comment of package %s does not link to %s", dir, function)
		if title := pageTitle.FindStringSubmatch(strings.Join(strings.Fields(comment), " ")); title != nil && dir != "purchase" {
			assert.True(t, strings.Contains(page, title[1]), "the comment of package %s does not have %s, the title of %s", dir, title[1], function)
		}
	}
	require.Len(t, functions, len(calling))
	for _, dir := range calling {
		assert.True(t, strings.Contains(pages[path.Base(dir)], "# Pages of WeCom\n"), "the comment of package %s has no heading Pages of WeCom", dir)
	}
}

// A link to a name that is not there would show its brackets.
// G: module/documented
func TestLinksOfPackagePagesLead(t *testing.T) {
	t.Parallel()
	names, checked := exportedNames(t), 0
	for dir, page := range packageComments(t) {
		for _, link := range docLink.FindAllStringSubmatch(page, -1) {
			checked++
			assert.True(t, names[dir+"."+link[1]], "package %s links to %s, which is not there", dir, link[0])
		}
	}
	require.Greater(t, checked, 300)
}

// packageComments gives the comment of each package that users import, by the package's name, with
// one space for each line break.
func packageComments(t *testing.T) map[string]string {
	t.Helper()
	pages := map[string]string{}
	eachPublicFile(t, func(dir string, file *ast.File) {
		if file.Doc != nil {
			heading := regexp.MustCompile(`(?m)^(# .*)$`)
			text := heading.ReplaceAllString(file.Doc.Text(), "\x00$1\x00")
			pages[dir] = strings.ReplaceAll(strings.Join(strings.Fields(text), " "), "\x00", "\n")
		}
	})
	return pages
}

// eachPublicFile parses the files that are no tests and that users see, comments included.
func eachPublicFile(t *testing.T, do func(dir string, file *ast.File)) {
	t.Helper()
	for _, f := range goFiles(t) {
		if f.test || strings.Contains(f.dir+"/", "internal/") || strings.HasPrefix(f.dir, "examples/") || strings.HasPrefix(f.dir, "cmd/") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), f.path, f.text, parser.ParseComments|parser.SkipObjectResolution)
		require.NoError(t, err)
		do(path.Base(f.dir), file)
	}
}
