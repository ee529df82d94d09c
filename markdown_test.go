package wecom_test

import (
	"io/fs"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// fence is a block between lines of three backticks.
type fence struct {
	lang, code string
	line       int
}

// page is a Markdown file, with its blocks of code apart from its text.
type page struct {
	name, text string
	fences     []fence
}

// pageOf reads a Markdown file.
func pageOf(t *testing.T, name string) page {
	t.Helper()
	p, open := page{name: name}, (*fence)(nil)
	var text strings.Builder
	number := 0
	for line := range strings.Lines(readFile(t, name)) {
		number++
		lang, mark := strings.CutPrefix(strings.TrimSpace(line), "```")
		switch {
		case mark && open == nil:
			open = &fence{lang: lang, line: number}
		case mark:
			require.Empty(t, lang, "%s:%d: a block begins within the one of line %d", name, number, open.line)
			p.fences, open = append(p.fences, *open), nil
		case open != nil:
			open.code += line
		default:
			text.WriteString(line)
		}
	}
	require.Nil(t, open, "%s: a block without an end", name)
	p.text = text.String()
	return p
}

// pages are all Markdown files of the repository, those of nested modules too.
func pages(t *testing.T) (all []page) {
	t.Helper()
	require.NoError(t, filepath.WalkDir(".", func(name string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() && d.Name() == ".git" {
			return fs.SkipDir
		}
		if err == nil && filepath.Ext(name) == ".md" {
			all = append(all, pageOf(t, filepath.ToSlash(name)))
		}
		return err
	}))
	require.Greater(t, len(all), 10)
	return all
}

// inlineCode is what stands between backticks in a line.
var inlineCode = regexp.MustCompile("`[^`\n]*`")

// Links and pictures lead to files and headings that are in the repository.
// G: module/pages
func TestLinksResolve(t *testing.T) {
	t.Parallel()
	link, checked := regexp.MustCompile(`\[[^\]]*\]\(([^)\s]+)\)`), 0
	for _, p := range pages(t) {
		for _, m := range link.FindAllStringSubmatch(inlineCode.ReplaceAllString(p.text, "`"), -1) {
			to, err := url.Parse(m[1])
			require.NoError(t, err, p.name)
			if to.Scheme != "" {
				continue
			}
			checked++
			name := p.name
			if to.Path != "" {
				name = path.Join(path.Dir(p.name), to.Path)
			}
			there := filepath.IsLocal(name) && exists(name)
			assert.True(t, there, "%s links to %s, which is not there", p.name, m[1])
			if there && to.Fragment != "" && assert.Equal(t, ".md", path.Ext(name), "%s: %s", p.name, m[1]) {
				assert.Contains(t, anchors(pageOf(t, name).text), to.Fragment, "%s links to %s", p.name, m[1])
			}
		}
	}
	require.Greater(t, checked, 30)
}

func exists(name string) bool {
	_, err := os.Stat(name)
	return err == nil
}

// anchors are the names that GitHub gives to headings: lower case, without punctuation, hyphens for
// spaces, and a number if the name was there before.
func anchors(text string) (names []string) {
	seen := map[string]int{}
	for _, m := range regexp.MustCompile(`(?m)^#{1,6} +(.*?)\s*$`).FindAllStringSubmatch(text, -1) {
		heading := regexp.MustCompile(`\[([^\]]*)\]\([^)]*\)`).ReplaceAllString(m[1], "$1")
		name := strings.Map(func(r rune) rune {
			switch {
			case r == ' ':
				return '-'
			case unicode.IsLetter(r), unicode.IsDigit(r), r == '-', r == '_':
				return unicode.ToLower(r)
			}
			return -1
		}, heading)
		if n := seen[name]; n > 0 {
			names = append(names, name+"-"+strconv.Itoa(n))
		} else {
			names = append(names, name)
		}
		seen[name]++
	}
	return names
}

func TestAnchors(t *testing.T) {
	t.Parallel()
	assert.Equal(t, []string{"what-happens-when", "mysql-postgresql-sqlite", "客户联系-api", "what-happens-when-1", "the-token-package"},
		anchors("# What happens when…\n## MySQL, PostgreSQL, SQLite\ntext\n### 客户联系 API\n## What happens when?\n## The `token` [package](x.md)\n"))
}

// Go code in Markdown is code of a test or an example, whose comments and spaces may differ: there it
// is compiled.
// G: module/pages
func TestGoInMarkdownCompiles(t *testing.T) {
	t.Parallel()
	compiled, checked := compiledCode(t), 0
	for _, p := range pages(t) {
		for _, f := range p.fences {
			if f.lang != "go" {
				continue
			}
			checked++
			assert.True(t, strings.Contains(compiled, tokensOf(t, f.code)), "%s:%d: no test or example has this code:\n%s", p.name, f.line, f.code)
		}
	}
	require.Greater(t, checked, 40)
}

// compiledCode are the tokens of all tests and examples, also of nested modules.
func compiledCode(t *testing.T) string {
	t.Helper()
	var code strings.Builder
	require.NoError(t, filepath.WalkDir(".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "testdata" || d.Name() == ".git" || name == "internal") {
			return fs.SkipDir
		}
		if strings.HasSuffix(name, "_test.go") || strings.HasPrefix(filepath.ToSlash(name), "examples/") && filepath.Ext(name) == ".go" {
			code.WriteString(tokensOf(t, readFile(t, name)))
		}
		return nil
	}))
	return code.String()
}

// Pages are for readers: none names a folder of the machine on which it was written.
func TestMarkdownNamesNoMachine(t *testing.T) {
	t.Parallel()
	private := regexp.MustCompile("(?m)(?:^|[\\s\"'`(=])/(?:home|root|Users|work|tmp)/[a-z]")
	for _, p := range pages(t) {
		whole := readFile(t, p.name)
		assert.Empty(t, private.FindAllString(whole, -1), p.name)
		assert.NotContains(t, whole, "\r", p.name)
		assert.True(t, strings.HasSuffix(whole, "\n"), p.name)
	}
}
