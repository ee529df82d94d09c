package wecom_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// exportedNames are the names of the exported API, such as token.New, token.Api.WithCorp and
// token.Config.Store, as testdata/api has them.
func exportedNames(t *testing.T) map[string]bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("testdata", "api", "*.txt"))
	require.NoError(t, err)
	declared := regexp.MustCompile(`(?m)^(?:func (?:\(\w+ \*?(\w+)\) )?|type (\w+)[^:\n]*: |type |const |var )(\w+)`)
	names := map[string]bool{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		pkg := strings.TrimSuffix(filepath.Base(file), ".txt")
		pkg = pkg[strings.LastIndex(pkg, "_")+1:]
		for _, m := range declared.FindAllStringSubmatch(string(text), -1) {
			name := m[3]
			if owner := m[1] + m[2]; owner != "" {
				name = owner + "." + name
			}
			names[pkg+"."+name] = true
		}
	}
	require.Greater(t, len(names), 2000)
	return names
}

// variables are what pages call values of our types.
var variables = map[string][]string{
	"api": {"token.Api"}, "corp": {"token.Api", "wecomtest.Corp"}, "wecom": {"wecomtest.WeCom"},
	"inbox": {"callback.Inbox"}, "n": {"callback.Notice"}, "e": {"token.Error"},
}

// A name of this module that a page shows between backticks is one that it exports.
// G: module/pages
func TestNamesInMarkdownExist(t *testing.T) {
	t.Parallel()
	there, packages, checked := exportedNames(t), map[string]bool{}, 0
	for name := range there {
		packages[name[:strings.Index(name, ".")]] = true
	}
	shown := regexp.MustCompile("`[*&]*([a-z]+)\\.([A-Z]\\w*)[^`\n]*`")
	for _, p := range pages(t) {
		for _, m := range shown.FindAllStringSubmatch(p.text, -1) {
			if !packages[m[1]] && variables[m[1]] == nil {
				continue
			}
			checked++
			of := append([]string{m[1]}, variables[m[1]]...)
			assert.True(t, slices.ContainsFunc(of, func(owner string) bool { return there[owner+"."+m[2]] }), "%s: there is no %s.%s", p.name, m[1], m[2])
		}
	}
	require.Greater(t, checked, 300)
}
