package console

import (
	"bytes"
	"encoding/json"
	"html"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/sandbox"
)

// site is a console with its world, and a browser without scripts.
type site struct {
	t *testing.T
	*sandbox.World
	server      *httptest.Server
	lang        language
	corp, order string // of pages about one
	refunding   string // an order
}

// newSite makes a world of two apps, whose console is served.
func newSite(t *testing.T) *site {
	t.Helper()
	w, err := sandbox.New(sandbox.Config{Apps: []sandbox.App{{}, {Template: true}}, Corps: 1, Choices: sandbox.Choices{Tries: 1}})
	require.NoError(t, err)
	h, err := New(w, sandbox.Access{})
	require.NoError(t, err)
	s := &site{t: t, World: w, server: httptest.NewServer(h), lang: english}
	t.Cleanup(s.server.Close)
	w.SetBaseURL(s.server.URL)
	s.corp = s.corps()[0].CorpId
	return s
}

func (s *site) corps() []sandbox.Corp {
	s.t.Helper()
	all, err := s.ListCorps(s.t.Context(), struct{}{})
	require.NoError(s.t, err)
	return all.Corps
}

// ask makes a request as a browser does.
func (s *site) ask(method, path string, form url.Values) (*http.Response, string) {
	s.t.Helper()
	req, err := http.NewRequestWithContext(s.t.Context(), method, s.server.URL+path, strings.NewReader(form.Encode()))
	require.NoError(s.t, err)
	req.AddCookie(&http.Cookie{Name: languageCookie, Value: string(s.lang)})
	if form != nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	browser := http.Client{CheckRedirect: func(to *http.Request, _ []*http.Request) error {
		to.AddCookie(&http.Cookie{Name: languageCookie, Value: string(s.lang)})
		return nil
	}}
	res, err := browser.Do(req)
	require.NoError(s.t, err)
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	require.NoError(s.t, err)
	return res, string(body)
}

// page gets a page.
func (s *site) page(path string) string {
	s.t.Helper()
	res, body := s.ask(http.MethodGet, path, nil)
	require.Equal(s.t, http.StatusOK, res.StatusCode, "%s: %s", path, body)
	return body
}

// element is a start tag.
type element struct {
	Name  string
	Attrs map[string]string
}

var (
	formTags = regexp.MustCompile(`(?s)<form\b[^>]*>.*?</form>`)
	meters   = regexp.MustCompile(`<meter\b`)
)

// elements are the start tags of HTML, in order.
func elements(text string) (list []element) {
	for {
		_, rest, more := strings.Cut(text, "<")
		if !more {
			return list
		}
		text = rest
		if end := strings.IndexAny(text, " \n/>"); end > 0 && 'a' <= text[0] && text[0] <= 'z' {
			e := element{text[:end], map[string]string{}}
			text = e.read(text[end:])
			list = append(list, e)
		}
	}
}

// read reads the attributes of an element and returns what follows.
func (e element) read(text string) string {
	for {
		text = strings.TrimLeft(text, " \n/=")
		end := strings.IndexAny(text, " \n/=>")
		if end <= 0 {
			return text
		}
		name, value := text[:end], ""
		text = text[end:]
		if quoted, ok := strings.CutPrefix(text, `="`); ok {
			value, text, _ = strings.Cut(quoted, `"`)
		}
		e.Attrs[name] = html.UnescapeString(value)
	}
}

// has reports whether an element has an attribute.
func (e element) has(name string) bool { _, ok := e.Attrs[name]; return ok }

// values are what a browser would submit for a form that nobody has changed, without a button.
func values(form string) url.Values {
	out, list := url.Values{}, element{}
	for _, e := range elements(form) {
		switch e.Name {
		case "select":
			list = e
		case "option":
			choose(out, list, e)
		case "input":
			if box := e.Attrs["type"] == "checkbox" || e.Attrs["type"] == "radio"; e.has("name") && (!box || e.has("checked")) {
				out.Add(e.Attrs["name"], e.Attrs["value"])
			}
		}
	}
	return out
}

// choose adds what is selected in a list, which is the first option if there is none and only one
// can be.
func choose(out url.Values, list, option element) {
	name, value := list.Attrs["name"], option.Attrs["value"]
	switch {
	case list.has("multiple") && option.has("selected"):
		out.Add(name, value)
	case !list.has("multiple") && (option.has("selected") || !out.Has(name)):
		out.Set(name, value)
	}
}

// submit presses a button on a page: in the first form of the route that has all given values, or
// fields for them. It returns the page that comes then, and answers the question of a dangerous
// action with yes.
func (s *site) submit(path, route string, given url.Values) string {
	s.t.Helper()
	for _, form := range formTags.FindAllString(s.page(path), -1) {
		fields := values(form)
		if fields.Get(fieldRoute) != route || !takes(form, fields, given) {
			continue
		}
		for name, list := range given {
			fields[name] = list
		}
		res, body := s.ask(http.MethodPost, "/do", fields)
		require.Equal(s.t, http.StatusOK, res.StatusCode, "%s: %s", route, body)
		if _, dangerous := questions[route]; dangerous {
			require.Contains(s.t, body, fieldSure, "%s asks first", route)
			_, body = s.ask(http.MethodPost, "/do", values(formTags.FindString(body)))
		}
		return body
	}
	require.Fail(s.t, "no such form", "%s has no form of %s for %v", path, route, given)
	return ""
}

// takes reports whether a form has the given values, hidden ones as they are.
func takes(form string, fields, given url.Values) bool {
	for name, list := range given {
		found := false
		for _, e := range elements(form) {
			if e.Attrs["name"] == name && !e.has("disabled") {
				found = found || e.Attrs["type"] != "hidden" && e.Name != "button" || e.Attrs["value"] == list[0]
			}
		}
		if !found {
			return false
		}
	}
	return len(fields) > 0
}

var noteOf = regexp.MustCompile(`(?s)<div class="note ([a-z]*)" id="note".*?</div></div>`)

// noted is the kind of the note on a page, and its text.
func (s *site) noted(body string) (kind, text string) {
	s.t.Helper()
	m := noteOf.FindStringSubmatch(body)
	require.NotNil(s.t, m, "an action leaves a note")
	return m[1], html.UnescapeString(tagged.ReplaceAllString(m[0], " "))
}

// done requires that an action has succeeded.
func (s *site) done(body string) string {
	s.t.Helper()
	kind, text := s.noted(body)
	require.NotEqual(s.t, "bad", kind, text)
	return body
}

// refused requires that an action was refused, with a text.
func (s *site) refused(body, text string) {
	s.t.Helper()
	kind, said := s.noted(body)
	require.Equal(s.t, "bad", kind, said)
	assert.Contains(s.t, said, text)
}

// call is a call of the app to the fake, which succeeds.
func (s *site) call(path string, body map[string]string) map[string]any {
	s.t.Helper()
	text, err := json.Marshal(body)
	require.NoError(s.t, err)
	res, err := http.Post(s.server.URL+"/cgi-bin/"+path, "application/json", bytes.NewReader(text))
	require.NoError(s.t, err)
	defer res.Body.Close()
	out := map[string]any{}
	require.NoError(s.t, json.NewDecoder(res.Body).Decode(&out))
	if code, ok := out["errcode"]; ok {
		require.Zero(s.t, code, "%s: %v", path, out)
	}
	return out
}

// environment is what the app is configured with, secrets revealed.
func (s *site) environment() map[string]string {
	s.t.Helper()
	env, err := s.ShowEnvironment(s.t.Context(), sandbox.EnvironmentQuery{Reveal: true})
	require.NoError(s.t, err)
	out := map[string]string{}
	for _, v := range env.Variables {
		out[v.Name] = v.Value
	}
	return out
}

// reveal is the secret of a mark.
func (s *site) reveal(mark string) string {
	s.t.Helper()
	x, err := s.Reveal(s.t.Context(), sandbox.Marked{Mark: mark})
	require.NoError(s.t, err)
	return x.Secret
}
