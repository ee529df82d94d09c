package spec

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestEndpoints(t *testing.T) {
	t.Parallel()
	list := Endpoints()
	require.GreaterOrEqual(t, len(list), 321)
	files := map[string]int{}
	seen := map[string]bool{}
	for _, e := range list {
		files[e.File]++
		assert.False(t, seen[e.File+e.Name], "%s twice", e.Name)
		seen[e.File+e.Name] = true
		assert.True(t, strings.HasPrefix(e.Path, "/cgi-bin/"), e.Path)
		assert.Contains(t, []string{"GET", "POST"}, e.Method, e.Name)
		assert.Contains(t, []string{CredentialNone, CredentialProvider, CredentialSuite, CredentialCorp}, e.Credential)
		assert.Equal(t, e.Credential == CredentialNone, e.QueryKey == "", e.Name)
		assert.Contains(t, []string{"", AppCustomised, AppSelfBuilt, AppContactSync, AppLowerCorp}, e.App, e.Name)
		assert.True(t, e.App == "" || e.Credential == CredentialCorp, e.Name)
		assert.NotEmpty(t, e.Doc, e.Name)
		assert.Equal(t, e.Answer == AnswerFile, len(e.SampleResponses) == 0, e.Name)
		for _, f := range append(e.Request, e.Response...) {
			assert.Contains(t, []string{"string", "int", "float", "bool", "object", "array", "file"}, f.Type, e.Name)
			assert.Equal(t, f.Type == "array", f.Items != "", "%s %s", e.Name, f.Path)
		}
		for _, s := range append(e.SampleRequests, e.SampleResponses...) {
			assert.True(t, json.Valid(s) && s[0] == '{', e.Name)
		}
	}
	for file, atLeast := range map[string]int{
		"service": 96, "license": 14, "order": 13, "advanced": 6,
		"corp/agent": 8, "corp/chatdata": 17, "corp/contact": 39, "corp/externalcontact": 97, "corp/kf": 21, "corp/media": 7, "corp/message": 3,
	} {
		assert.GreaterOrEqual(t, files[file], atLeast, "%s has lost endpoints", file)
	}
}

func corpEndpoints() []Endpoint {
	return slices.DeleteFunc(Endpoints(), func(e Endpoint) bool { return !strings.HasPrefix(e.File, "corp/") })
}

func TestCorpEndpoints(t *testing.T) {
	t.Parallel()
	for _, e := range corpEndpoints() {
		assert.Equal(t, CredentialCorp, e.Credential, e.Path)
		assert.NotEmpty(t, e.Title, e.Path)
		assert.Contains(t, strings.ReplaceAll(e.Path, "/", "_"), e.Name)
		for _, who := range []string{e.ThirdParty, e.Customised} {
			assert.Contains(t, []string{MayCall, MayNotCall, SomeMay, Unverified}, who, e.Path)
		}
		for _, f := range e.Request {
			assert.Equal(t, f.Most > 0, f.Unit != "", "%s %s", e.Path, f.Path)
		}
		if e.Paging != nil {
			assertPaging(t, e)
		}
		for kind, parts := range e.CardParts {
			for _, name := range slices.Concat(parts...) {
				assert.True(t, hasField(e.Request, "template_card."+strings.TrimPrefix(name, "!")), "%s %s", kind, name)
			}
		}
	}
}

func assertPaging(t *testing.T, e Endpoint) {
	p := e.Paging
	assert.True(t, hasField(e.Request, p.Cursor), "%s %s", e.Path, p.Cursor)
	assert.True(t, hasField(e.Response, p.Items), "%s %s", e.Path, p.Items)
	assert.True(t, p.Next == "" || hasField(e.Response, p.Next), "%s %s", e.Path, p.Next)
	assert.True(t, p.Limit == "" || hasField(e.Request, p.Limit), "%s %s", e.Path, p.Limit)
	assert.True(t, e.Read, e.Path)
}

func hasField(fields []Field, path string) bool {
	return slices.ContainsFunc(fields, func(f Field) bool { return f.Path == path })
}

// The samples of an endpoint have all of its fields between them, and no others, each with
// a value of its type.
func TestCorpSamplesHaveEveryField(t *testing.T) {
	t.Parallel()
	for _, e := range corpEndpoints() {
		for _, part := range []struct {
			fields  []Field
			samples []json.RawMessage
		}{{e.Request, e.SampleRequests}, {e.Response, e.SampleResponses}} {
			found := map[string]string{}
			for _, s := range part.samples {
				var v any
				require.NoError(t, json.Unmarshal(s, &v))
				describe("", v, found)
			}
			for _, f := range part.fields {
				if f.In == InBody {
					assert.Equal(t, shapeOf(f), found[f.Path], "%s %s", e.Path, f.Path)
				}
				delete(found, f.Path)
			}
			assert.Empty(t, found, e.Path)
		}
	}
}

func shapeOf(f Field) string {
	name := map[string]string{"int": "number", "float": "number"}
	if f.Type == "array" {
		return "array of " + cmp.Or(name[f.Items], f.Items)
	}
	return cmp.Or(name[f.Type], f.Type)
}

// describe notes the type of each value below v under the path that facts give it.
func describe(path string, v any, found map[string]string) string {
	kind := ""
	switch v := v.(type) {
	case map[string]any:
		kind = "object"
		for key, value := range v {
			at := strings.TrimPrefix(path+"."+key, ".")
			found[at] = describe(at, value, found)
		}
	case []any:
		for _, item := range v {
			kind = "array of " + describe(path+"[]", item, found)
		}
	case float64:
		kind = "number"
	default:
		kind = fmt.Sprintf("%T", v)
	}
	return kind
}
