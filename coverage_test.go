package wecom_test

import (
	"cmp"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/gothird/wecom/internal/spec"
	"github.com/gothird/wecom/internal/spectest"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// covered is a row of docs/COVERAGE.md. The credential of an endpoint in a customer's corp
// is the corp's always; there, who may call stands in its place.
type covered struct {
	title, endpoint, function, credential string
	gone                                  bool // marked *: WeCom has no page of it any more
}

var (
	coverageRow   = regexp.MustCompile("(?m)^\\| ([^|]+) \\| ((?:GET|POST) [^ ]+) \\| `([a-z]+\\.\\w+)` \\| ([^|]+) \\|$")
	corpRow       = regexp.MustCompile("(?m)^\\| ([^|]+) \\| ((?:GET|POST) [^ ]+) \\| `([a-z]+\\.\\w+)` \\| ([a-z?]+ \\| [a-z?]+) \\|$")
	coverageExtra = regexp.MustCompile("(?m)^- `([a-z]+\\.[\\w.]+)`: .+$")
)

func readCoverage(t *testing.T) (rows []covered, extras []string) {
	t.Helper()
	text, err := os.ReadFile("docs/COVERAGE.md")
	require.NoError(t, err)
	found := append(coverageRow.FindAllStringSubmatch(string(text), -1), corpRow.FindAllStringSubmatch(string(text), -1)...)
	for _, m := range found {
		rows = append(rows, covered{strings.TrimSuffix(m[1], " *"), m[2], m[3], m[4], strings.HasSuffix(m[1], " *")})
	}
	for _, m := range coverageExtra.FindAllStringSubmatch(string(text), -1) {
		extras = append(extras, m[1])
	}
	assert.Equal(t, strings.Count(string(text), "| `"), len(rows), "a row has another form than the others")
	return rows, extras
}

// calling are the packages whose functions call endpoints, each after those that it builds on.
var calling = []string{"service", "license", "order", "purchase", "corp/agent", "corp/chatdata", "corp/contact", "corp/externalcontact", "corp/kf", "corp/media", "corp/message"}

// docComments returns the doc comment of each exported function of the calling packages.
func docComments(t *testing.T) map[string]string {
	t.Helper()
	docs := map[string]string{}
	for _, f := range goFiles(t) {
		if f.test || !slices.Contains(calling, f.dir) {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), f.path, f.text, parser.ParseComments|parser.SkipObjectResolution)
		require.NoError(t, err)
		for _, decl := range file.Decls {
			if fn, ok := decl.(*ast.FuncDecl); ok && fn.Recv == nil && fn.Name.IsExported() {
				docs[path.Base(f.dir)+"."+fn.Name.Name] = fn.Doc.Text()
			}
		}
	}
	return docs
}

var usualKey = map[string]string{
	spec.CredentialNone: "", spec.CredentialProvider: "provider_access_token",
	spec.CredentialSuite: "suite_access_token", spec.CredentialCorp: "access_token",
}

func credentialOf(e spec.Endpoint) string {
	if strings.HasPrefix(e.File, "corp/") {
		return strings.ReplaceAll(e.ThirdParty+" | "+e.Customised, spec.Unverified, "?")
	}
	switch e.App {
	case "":
	case spec.AppCustomised, spec.AppSelfBuilt:
		return e.Credential + ", " + e.App + " app"
	default:
		return e.Credential + ", " + e.App
	}
	if e.QueryKey != usualKey[e.Credential] {
		return e.Credential + " (" + e.QueryKey + ")"
	}
	return e.Credential
}

// corpName is the function of an endpoint in a customer's corp, which is named after its
// path; "" for all others.
func corpName(e spec.Endpoint) string {
	name := spectest.GoName(e)
	if name == "" {
		return ""
	}
	return path.Base(e.File) + "." + name
}

// G: endpoint/listed
func TestCoverageNamesEveryEndpoint(t *testing.T) {
	t.Parallel()
	rows, _ := readCoverage(t)
	known := map[covered]bool{}
	for _, e := range spec.Endpoints() {
		want := covered{endpoint: e.Method + " " + e.Path, credential: credentialOf(e), gone: !e.Complete()}
		known[want] = true
		found := slices.ContainsFunc(rows, func(r covered) bool {
			return r.endpoint == want.endpoint && r.credential == want.credential && r.gone == want.gone && (corpName(e) == "" || r.function == corpName(e))
		})
		assert.True(t, found, "docs/COVERAGE.md has no row for %s/%s, marked * if true: %v. Add:\n| %s | %s | `%s` | %s |",
			e.File, e.Name, want.gone, e.Title, want.endpoint, cmp.Or(corpName(e), e.File+".…"), want.credential)
	}
	for _, r := range rows {
		assert.True(t, known[covered{endpoint: r.endpoint, credential: r.credential, gone: r.gone}], "%s: WeCom has no %s with credential %s", r.function, r.endpoint, r.credential)
	}
	t.Logf("docs/COVERAGE.md: %d rows for %d endpoints", len(rows), len(spec.Endpoints()))
}

var provenEndpoint = regexp.MustCompile(`"((?:service|license|order|advanced|corp/[a-z]+)/\w+)"`)

// provenEndpoints are the endpoints that the rows of the packages name.
func provenEndpoints(t *testing.T) map[string]bool {
	proven := map[string]bool{}
	for _, f := range goFiles(t) {
		if f.test && slices.Contains(calling, f.dir) {
			for _, m := range provenEndpoint.FindAllStringSubmatch(f.text, -1) {
				proven[m[1]] = true
			}
		}
	}
	return proven
}

// Every endpoint has a row that proves it in the tests of a package; those tests fail for a
// documented field that no row sends or keeps.
// G: endpoint/listed
func TestEveryEndpointIsProven(t *testing.T) {
	t.Parallel()
	proven := provenEndpoints(t)
	var endpoints, complete, request, response int
	for _, e := range spec.Endpoints() {
		if !assert.True(t, proven[e.File+"/"+e.Name], "no row has the endpoint %s/%s", e.File, e.Name) {
			continue
		}
		endpoints++
		if e.Complete() {
			complete++
		}
		request += len(e.Request)
		response += len(slices.DeleteFunc(slices.Clone(e.Response), func(f spec.Field) bool { return f.Path == "errcode" || f.Path == "errmsg" }))
	}
	t.Logf("proven: %d endpoints (%d of them fully documented) with %d request and %d response fields", endpoints, complete, request, response)
}

// A row's function exists, is documented under the row's title, and links to a page that
// describes the endpoint.
// G: endpoint/listed
func TestCoverageAgreesWithTheSource(t *testing.T) {
	t.Parallel()
	rows, _ := readCoverage(t)
	docs := docComments(t)
	for _, r := range rows {
		doc, ok := docs[r.function]
		if !assert.True(t, ok, "%s is no exported function", r.function) {
			continue
		}
		_, name, _ := strings.Cut(r.function, ".")
		assert.True(t, strings.HasPrefix(doc, name+" "+r.title+":"), "%s is not documented as %q", r.function, r.title)
		if r.endpoint == "GET /cgi-bin/gettoken" {
			continue // on a page of its own; its function is that of get_corp_token
		}
		for _, e := range spec.Endpoints() {
			if e.Method+" "+e.Path == r.endpoint && credentialOf(e) == r.credential && len(e.Doc) > 0 {
				linked := slices.ContainsFunc(e.Doc, func(link string) bool { return strings.Contains(doc, link+"\n") })
				assert.True(t, e.Title == "" || e.Title == r.title, "%s: WeCom calls it %s", r.function, e.Title)
				assert.True(t, linked, "the comment of %s links to none of %q", r.function, e.Doc)
			}
		}
	}
}

// Every exported function that reaches an endpoint stands in the page.
// G: endpoint/listed
func TestCoverageNamesEveryFunction(t *testing.T) {
	t.Parallel()
	rows, extras := readCoverage(t)
	listed := map[string]bool{}
	for _, r := range rows {
		listed[r.function] = true
	}
	for _, name := range extras {
		assert.False(t, listed[name], "%s is listed twice", name)
		listed[name] = true
	}
	var reaching []string
	for _, pkg := range calling {
		found, err := spectest.Endpoints(pkg, reaching...)
		require.NoError(t, err)
		for _, name := range found {
			name = path.Base(pkg) + "." + name
			reaching = append(reaching, name)
			assert.True(t, listed[name], "docs/COVERAGE.md lacks %s", name)
			extras = slices.DeleteFunc(extras, func(extra string) bool { return extra == name })
		}
	}
	assert.Empty(t, extras, "these call no endpoint")
}
