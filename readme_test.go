package wecom_test

import (
	"go/ast"
	"go/format"
	"go/parser"
	"go/scanner"
	"go/token"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// readmes are the pages that a reader sees first, in English and Chinese.
var readmes = []string{"README.md", "README.zh-CN.md"}

// Each block of code is part of the body of an Example, or of the test that is shown, and so it is
// compiled, and most of it run. The Chinese page differs in its comments.
// G: module/readme
func TestReadmeCompiles(t *testing.T) {
	t.Parallel()
	bodies := exampleBodies(t, "readme_example_test.go")
	blocks := goBlocks(t, readmes[0])
	require.Len(t, blocks, 7)
	for _, b := range blocks {
		assert.True(t, slices.ContainsFunc(bodies, func(body string) bool { return strings.Contains(body, flat(b)) }),
			"no Example has this, comments included:\n%s", b)
		clean, err := format.Source([]byte(b))
		require.NoError(t, err, b)
		assert.Equal(t, string(clean), b, "gofmt")
	}
	chinese := goBlocks(t, readmes[1])
	require.Len(t, chinese, len(blocks))
	for i, b := range chinese {
		assert.Equal(t, tokensOf(t, blocks[i]), tokensOf(t, b), readmes[1])
		for _, comment := range regexp.MustCompile(`//.*`).FindAllString(b, -1) {
			assert.Regexp(t, `\p{Han}`, comment, readmes[1])
		}
	}
}

// exampleBodies are the bodies of Examples and tests in a file, flat.
func exampleBodies(t *testing.T, name string) (bodies []string) {
	t.Helper()
	text, err := os.ReadFile(name)
	require.NoError(t, err)
	files := token.NewFileSet()
	parsed, err := parser.ParseFile(files, name, text, parser.SkipObjectResolution)
	require.NoError(t, err)
	for _, decl := range parsed.Decls {
		if fn, ok := decl.(*ast.FuncDecl); ok {
			bodies = append(bodies, flat(string(text[files.Position(fn.Body.Pos()).Offset:files.Position(fn.Body.End()).Offset])))
		}
	}
	require.NotEmpty(t, bodies)
	return bodies
}

// The main job takes at most 12 lines and 12 names, a server with the first program 16, and each
// page lists them all.
func TestReadmeConcepts(t *testing.T) {
	t.Parallel()
	for _, name := range readmes {
		page, blocks := readFile(t, name), goBlocks(t, name)
		first, job, server := blocks[0], blocks[1], blocks[2]
		assert.LessOrEqual(t, strings.Count(job, "\n")-2, 12, "%s: lines of body", name)
		for _, c := range []struct {
			code string
			most int
		}{{job, 12}, {first + server, 16}} {
			names := map[string]bool{}
			for _, m := range regexp.MustCompile(`\b(?:api|callback|inbox|message|order|purchase|token|wire)\.[A-Z]\w*`).FindAllString(c.code, -1) {
				names[m] = true
				assert.Contains(t, page, "`"+m+"`", name)
			}
			assert.LessOrEqual(t, len(names), c.most, "%s: %v", name, slices.Sorted(maps.Keys(names)))
		}
	}
}

// Both pages begin with the Go version of go.mod, and show the same commands.
// G: module/readme
func TestReadmeCommands(t *testing.T) {
	t.Parallel()
	version := regexp.MustCompile(`(?m)^go (\d+\.\d+)`).FindStringSubmatch(readFile(t, "go.mod"))
	require.NotNil(t, version)
	var shown [][]string
	for _, name := range readmes {
		page := readFile(t, name)
		assert.Contains(t, page[:300], "Go "+version[1], name)
		shown = append(shown, blocksOf(t, name, ""))
		assert.Contains(t, page, "\ngo run ./examples/quickstart\ngo run ./cmd/wecom sandbox\n```", name)
	}
	assert.Equal(t, shown[0], shown[1])
}

func readFile(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	require.NoError(t, err)
	return string(text)
}

// goBlocks are the pieces of Go code in a document.
func goBlocks(t *testing.T, name string) []string {
	t.Helper()
	code := blocksOf(t, name, "go")
	require.NotEmpty(t, code, name)
	return code
}

// blocksOf are the blocks of a document in a language.
func blocksOf(t *testing.T, name, lang string) (code []string) {
	t.Helper()
	for _, f := range pageOf(t, name).fences {
		if f.lang == lang {
			code = append(code, f.code)
		}
	}
	return code
}

// flat drops indentation, which a block in a function has more of, and what gofmt aligns.
func flat(code string) string {
	lines := regexp.MustCompile(`\n\s*`).ReplaceAllString("\n"+strings.TrimSpace(code), "\n")
	return regexp.MustCompile(`[ \t]+`).ReplaceAllString(lines, " ")
}

// tokensOf is code without comments and spaces, each token on a line.
func tokensOf(t *testing.T, code string) string {
	t.Helper()
	var s scanner.Scanner
	s.Init(token.NewFileSet().AddFile("", -1, len(code)), []byte(code), func(p token.Position, msg string) { assert.Fail(t, msg, "%s in\n%s", p, code) }, 0)
	var b strings.Builder
	b.WriteString("\n")
	for {
		_, tok, literal := s.Scan()
		switch {
		case tok == token.EOF:
			return b.String()
		case tok == token.SEMICOLON && literal == "\n":
		case literal != "":
			b.WriteString(literal + "\n")
		default:
			b.WriteString(tok.String() + "\n")
		}
	}
}
