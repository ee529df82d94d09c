package console

import (
	"encoding/json"
	"html"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/sandbox"
)

func TestTheAPIPageHasAllRoutes(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for _, l := range []language{chinese, english} {
		s.lang = l
		body := html.UnescapeString(s.page("/api"))
		for _, x := range sandbox.Routes() {
			assert.Contains(t, body, `<section class="box" id="`+routeId(x)+`"`, x.Path)
			assert.Contains(t, body, `href="#`+routeId(x)+`"`, x.Path)
			assert.Contains(t, body, l.t(x.Zh, x.En), x.Path)
			assert.NotEqual(t, x.Group, l.groupName(x.Group), "the group has a name for people")
			for _, f := range append(x.In, x.Out...) {
				assert.NotEmpty(t, l.fieldType(f.Type))
				if l == chinese {
					assert.Regexp(t, `\p{Han}`, l.fieldType(f.Type), f.Type)
				}
			}
		}
		assert.NotContains(t, body, "Authorization: Bearer")
		assert.Contains(t, body, l.t("只返回 ID 更小的记录", "only those with smaller ids"), "fields are described in the language")
		assert.Contains(t, body, "examples/curl.sh")
	}
}

var (
	bodyOf = regexp.MustCompile(`-d '(.*)'$`)
	urlOf  = regexp.MustCompile(`"\$A([^"]*)"`)
)

// The examples name what there is: the API refuses none for its form.
func TestExamplesOfTheAPI(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for _, x := range sandbox.Routes() {
		text := example(x, false)
		at := urlOf.FindStringSubmatch(text)
		require.NotNil(t, at, text)
		body := ""
		if m := bodyOf.FindStringSubmatch(text); m != nil {
			body = m[1]
			assert.True(t, json.Valid([]byte(body)), text)
		}
		assert.Equal(t, x.Method == "POST", body != "", text)
		assert.Equal(t, x.Method == "DELETE", strings.Contains(text, "-X DELETE"), text)
		path := strings.NewReplacer("$ID", "1", "$", "").Replace(at[1])
		req, err := http.NewRequestWithContext(t.Context(), x.Method, s.server.URL+"/api/v1"+path, strings.NewReader(body))
		require.NoError(t, err)
		req.Header.Set("Content-Type", "application/json")
		res, err := http.DefaultClient.Do(req)
		require.NoError(t, err)
		var answer struct{ Code, Message string }
		require.NoError(t, json.NewDecoder(res.Body).Decode(&answer), text)
		require.NoError(t, res.Body.Close())
		for _, code := range []string{"unknown_field", "missing_field", "unknown_path", "wrong_method", "not_json"} {
			assert.NotEqual(t, code, answer.Code, "%s: %s", text, answer.Message)
		}
	}
}

func TestTheAPIPageTellsOfTheToken(t *testing.T) {
	t.Parallel()
	w, err := sandbox.New(sandbox.Config{})
	require.NoError(t, err)
	h, err := New(w, sandbox.Access{Token: "the-token"})
	require.NoError(t, err)
	req := httptest.NewRequest(http.MethodGet, "http://127.0.0.1/api", nil)
	req.Header.Set("Authorization", "Bearer the-token")
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, req)
	body := html.UnescapeString(rec.Body.String())
	assert.Contains(t, body, "H='Authorization: Bearer TOKEN'")
	assert.Contains(t, body, `-H "$H"`)
	assert.NotContains(t, body, "the-token")
}
