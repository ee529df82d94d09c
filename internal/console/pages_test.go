package console

import (
	"html"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/sandbox"
)

// paths are those of all pages of a filled world.
func (s *site) paths() (list []string) {
	s.t.Helper()
	fill := strings.NewReplacer("{$}", "", "{corp}", s.corp, "{order}", s.order)
	for _, v := range views() {
		path := fill.Replace(v.path)
		require.NotContains(s.t, path, "{", "the test knows no such page")
		list = append(list, path)
	}
	if s.refunding != "" {
		list = append(list, "/orders/"+s.refunding)
	}
	return append(list, "/corps/"+s.corp+"?member="+s.members()[1].UserId+"&department=2", "/customers?corp="+s.corp+"&who=wmGrace", "/inbox?corp="+s.corp+"&user="+s.members()[1].UserId,
		"/inbox?corp="+s.corp+"&user="+s.members()[0].UserId, "/kf?corp="+s.corp)
}

// Each page is whole in both languages, of a full world and of an empty one.
func TestPages(t *testing.T) {
	t.Parallel()
	for _, full := range []bool{true, false} {
		s := newSite(t)
		if full {
			s.fill()
		} else {
			s.order = "none"
		}
		for _, l := range []language{chinese, english} {
			s.lang = l
			for _, path := range s.paths() {
				if path == "/orders/none" {
					continue
				}
				body := s.page(path)
				at := path + " " + string(l)
				assert.Contains(t, body, `<html lang="`+string(l)+`"`, at)
				s.secrets(at, body)
				structure(t, at, body)
				s.forms(at, body)
			}
		}
	}
}

var marksOf = regexp.MustCompile(`#[0-9a-f]{8}\b`)

// secrets requires that a page has none: neither of the environment nor of the marks on it.
func (s *site) secrets(at, body string) {
	s.t.Helper()
	hidden := map[string]bool{}
	for name, value := range s.environment() {
		if strings.HasSuffix(name, "SECRET") || strings.HasSuffix(name, "TICKET") || strings.HasSuffix(name, "KEY") || strings.HasSuffix(name, "TOKEN") {
			hidden[value] = true
		}
	}
	for _, mark := range marksOf.FindAllString(body, -1) {
		if x, err := s.Reveal(s.t.Context(), sandbox.Marked{Mark: mark}); err == nil {
			hidden[x.Secret] = true
		}
	}
	require.Greater(s.t, len(hidden), 5)
	for secret := range hidden {
		assert.NotContains(s.t, body, secret, at)
	}
}

// structure requires what people need who do not see the page.
func structure(t *testing.T, at, body string) {
	t.Helper()
	ids, labels, headings := map[string]bool{}, map[string]bool{}, 0
	all := elements(body)
	for _, e := range all {
		if e.Name == "h1" {
			headings++
		}
		if e.Name == "label" {
			labels[e.Attrs["for"]] = true
		}
		if id := e.Attrs["id"]; id != "" {
			assert.False(t, ids[id], "%s: two elements have the id %s", at, id)
			ids[id] = true
		}
	}
	assert.Equal(t, 1, headings, "%s: headings of the page", at)
	for _, e := range all {
		for _, name := range []string{"aria-labelledby", "aria-describedby", "popovertarget"} {
			assert.True(t, e.Attrs[name] == "" || ids[e.Attrs[name]], "%s: %s=%s leads nowhere", at, name, e.Attrs[name])
		}
		assert.False(t, e.has("style") || e.has("onclick"), "%s: %s has inline style or script", at, e.Name)
		alive(t, at, e)
	}
	labelled(t, at, body, labels)
}

// alive requires an id of what is to be replaced, and that lists of what happens are.
func alive(t *testing.T, at string, e element) {
	t.Helper()
	assert.True(t, !e.has("data-live") || e.Attrs["id"] != "", "%s: a live %s without an id is never replaced", at, e.Name)
	assert.True(t, e.has("data-live") || e.Attrs["id"] != "log", "%s: a list of what happens is live", at)
}

var (
	inLabel   = regexp.MustCompile(`(?s)<label\b[^>]*>.*?</label>`)
	buttons   = regexp.MustCompile(`(?s)<button\b((?:[^>"]|"[^"]*")*)>(.*?)</button>`)
	withLabel = regexp.MustCompile(`(?s)<(button|a)\b(?:[^>"]|"[^"]*")*aria-label="([^"]*)"(?:[^>"]|"[^"]*")*>(.*?)</(?:button|a)>`)
	tagged    = regexp.MustCompile(`<[^>]*>`)
	actions   = regexp.MustCompile(`(?s)<td class="act">(.*?)</td>`)
	fieldTags = []string{"input", "select", "textarea"}
)

// labelled requires a name for each field, named for each button; one in a row tells the row as well.
func labelled(t *testing.T, at, body string, labels map[string]bool) {
	t.Helper()
	for _, e := range elements(inLabel.ReplaceAllString(body, "")) {
		if slices.Contains(fieldTags, e.Name) && e.Attrs["type"] != "hidden" {
			assert.True(t, e.Attrs["aria-label"] != "" || e.Attrs["id"] != "" && labels[e.Attrs["id"]], "%s: the field %v has no label", at, e.Attrs)
		}
	}
	named(t, at, body)
}

func named(t *testing.T, at, body string) {
	t.Helper()
	for _, m := range buttons.FindAllStringSubmatch(body, -1) {
		assert.True(t, strings.Contains(m[1], "aria-label=") || strings.TrimSpace(tagged.ReplaceAllString(m[2], "")) != "", "%s: a button without a name: %s", at, m[0])
	}
	for _, m := range withLabel.FindAllStringSubmatch(body, -1) {
		seen := strings.Join(strings.Fields(tagged.ReplaceAllString(m[3], "")), " ")
		assert.Contains(t, m[2], seen, "%s: who speaks to the browser says what he sees", at)
	}
	for _, m := range actions.FindAllStringSubmatch(body, -1) {
		for _, b := range elements(m[1]) {
			if b.Name == "button" || b.Name == "a" {
				assert.NotEmpty(t, b.Attrs["aria-label"], "%s: a button that does not tell its row: %s", at, m[1])
			}
		}
	}
}

// forms requires that each form submits a route with fields that the route has.
func (s *site) forms(at, body string) {
	s.t.Helper()
	for _, form := range formTags.FindAllString(body, -1) {
		all := elements(form)
		if all[0].Attrs["method"] != "post" {
			continue
		}
		route, known := sandbox.RouteOf(values(form).Get(fieldRoute))
		if !assert.True(s.t, known, "%s: %s", at, form) {
			continue
		}
		own := append(route.FieldNames(), fieldRoute, fieldBack, fieldCSRF, fieldWay)
		for _, e := range all {
			name := e.Attrs["name"]
			object, _, _ := strings.Cut(name, ".")
			assert.True(s.t, name == "" || slices.Contains(own, name) || slices.Contains(own, object+"."), "%s: %s has no field %s", at, route.Path, name)
		}
	}
}

// What is not there is told on a page of its own.
func TestUnknownPages(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for _, path := range []string{"/corps/nobody", "/orders/nothing"} {
		res, body := s.ask(http.MethodGet, path, nil)
		assert.Equal(t, http.StatusNotFound, res.StatusCode, path)
		assert.Contains(t, html.UnescapeString(body), "there is no ", path)
		structure(t, path, body)
	}
}
