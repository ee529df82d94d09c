package spec

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestEndpoints(t *testing.T) {
	t.Parallel()
	list := Endpoints()
	require.Len(t, list, 129)
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
		assert.NotEmpty(t, e.SampleResponses, e.Name)
		for _, f := range append(e.Request, e.Response...) {
			assert.Contains(t, []string{"string", "int", "bool", "object", "array", "file"}, f.Type, e.Name)
			assert.Equal(t, f.Type == "array", f.Items != "", "%s %s", e.Name, f.Path)
		}
		for _, s := range append(e.SampleRequests, e.SampleResponses...) {
			assert.True(t, json.Valid(s) && s[0] == '{', e.Name)
		}
	}
	assert.Equal(t, map[string]int{"service": 96, "license": 14, "order": 13, "advanced": 6}, files)
}
