package sandbox

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// stepsOfAll is everything that others do in WeCom, and every look at it. Each step checks what
// it is about.
func stepsOfAll() []func(s *sandbox) {
	return []func(s *sandbox){looks, installs, people, apps, licences, renewals, licenseRules, links, cashier, advanced, appOrders,
		customerLife, transfers, massMessages, moments, service, kfDesk, files, pushesAndMessages, replies, faults, timePasses, beginsAnew}
}

// G: sandbox/routes sandbox/secrets
func TestEveryRouteIsCalled(t *testing.T) {
	t.Parallel()
	s := newSandbox(t, Config{Corps: 1}, Access{})
	for _, step := range stepsOfAll() {
		step(s)
	}
	for _, x := range Routes() {
		assert.True(t, s.called[x.Method+" "+x.Path], "%s %s was not called", x.Method, x.Path)
	}
}

func TestRoutesAreDescribed(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, x := range Routes() {
		key := x.Method + " " + x.Path
		assert.False(t, seen[key], key)
		seen[key] = true
		assert.NotEmpty(t, x.Group, key)
		assert.NotEmpty(t, x.En, key)
		assert.Regexp(t, `\p{Han}`, x.Zh, key)
		names := map[string]bool{}
		for _, f := range x.In {
			assert.False(t, names[f.Name], "%s: %s twice", key, f.Name)
			names[f.Name] = true
			assert.NotEmpty(t, f.Type, "%s: %s", key, f.Name)
			assert.Contains(t, []string{inPath, inQuery, inBody}, f.In, key)
			if f.In == inPath {
				assert.Contains(t, x.Path, "{"+f.Name+"}", key)
			}
			if f.In == inBody {
				assert.NotEqual(t, http.MethodGet, x.Method, "%s: %s", key, f.Name)
			}
		}
		for _, f := range x.Out {
			assert.NotEmpty(t, f.Type, "%s: %s", key, f.Name)
		}
		assert.Equal(t, strings.Count(x.Path, "{"), len(pathsOf(x)), "%s: each name of the path is described", key)
	}
}

func pathsOf(x Route) (list []Field) {
	for _, f := range x.In {
		if f.In == inPath {
			list = append(list, f)
		}
	}
	return list
}

func TestTableDescribesFields(t *testing.T) {
	t.Parallel()
	for _, x := range Routes() {
		if x.Path != "/api/v1/corps/{corp}/groups" {
			continue
		}
		assert.Equal(t, []Field{
			{Name: "corp", In: inPath, Type: "text", Required: true, Doc: "corp_id", DocZh: "企业 corp_id"},
			{Name: "name", In: inBody, Type: "text", Required: true, Doc: "of the group", DocZh: "群名"},
			{Name: "owner", In: inBody, Type: "text", Required: true, Doc: "userid", DocZh: "成员 userid"},
			{Name: "people[]", In: inBody, Type: "object", Doc: "customers in it", DocZh: "群内的客户"},
		}, x.In[:4])
		assert.Equal(t, "people[].external_user_id", x.In[4].Name)
		assert.Equal(t, Field{Name: "chat_id", Type: "text"}, x.Out[0])
		assert.Equal(t, Field{Name: "pushes[]", Type: "object", Doc: "that went out meanwhile", DocZh: "期间发出的推送"}, x.Out[1])
		return
	}
	require.Fail(t, "the route is gone")
}

// Wrong use of every route: it is refused with a sentence, and nothing happens.
// G: sandbox/wrong-use sandbox/languages
func TestEveryRouteRefusesWrongUse(t *testing.T) {
	t.Parallel()
	s := newSandbox(t, Config{Corps: 1}, Access{})
	before := s.engine.LastChange()
	for _, x := range Routes() {
		path := strings.TrimPrefix(x.Path, apiPath)
		for _, f := range pathsOf(x) {
			path = strings.ReplaceAll(path, "{"+f.Name+"}", "nothing")
		}
		if path != "" {
			_, message := s.wrong(x.Method, path+"?nosuchname=1", "")
			assert.NotEmpty(t, message)
		}
		if x.Method == http.MethodPost {
			s.refusesBodies(x, path)
		}
	}
	after, _ := s.engine.ChangesAfter(before, 10)
	assert.Empty(t, after, "nothing has changed")
}

// refusesBodies sends what no route takes.
func (s *sandbox) refusesBodies(x Route, path string) {
	s.t.Helper()
	code, _ := s.wrong(x.Method, path, `{"nosuchfield":1}`)
	assert.Equal(s.t, "unknown_field", code, x.Path)
	for _, body := range []string{`[]`, `{`, `{}{}`, `"x"`, "\x00", `{} x`} {
		code, _ = s.wrong(x.Method, path, body)
		assert.Equal(s.t, "invalid", code, "%s %s", x.Path, body)
	}
	code, _ = s.wrong(x.Method, path, `{"x":"`+strings.Repeat("x", maxBody)+`"}`)
	assert.Equal(s.t, "too_large", code, x.Path)
	for _, f := range x.In {
		if f.In != inBody || strings.ContainsAny(f.Name, ".[") {
			continue
		}
		code, _ = s.wrong(x.Method, path, `{"`+f.Name+`":[[]]}`)
		if f.Type != "object" { // that may hold anything
			assert.Equal(s.t, "invalid", code, "%s %s", x.Path, f.Name)
		}
		if f.Required {
			s.wrong(x.Method, path, `{}`)
		}
	}
}

func TestUnknownPathsAndMethodsAreToldApart(t *testing.T) {
	t.Parallel()
	s := newSandbox(t, Config{}, Access{})
	code, message := s.wrong(http.MethodGet, "/nothing", "")
	assert.Equal(t, "unknown_path", code)
	assert.Contains(t, message, "GET /api/v1")
	code, message = s.wrong(http.MethodPut, "/corps", "{}")
	assert.Equal(t, "wrong_method", code)
	assert.Contains(t, message, "GET and POST")
	status, _ := s.ask(http.MethodGet, "/cgi-bin/nothing", "")
	assert.Equal(t, http.StatusNotFound, status, "that is the fake's")
	status, _ = s.ask(http.MethodGet, "/api/v1x", "")
	assert.Equal(t, http.StatusNotFound, status)
}

// Both languages say what a field is: of the input each, of the output those that one says of.
// G: sandbox/languages
func TestFieldsAreDescribedInBothLanguages(t *testing.T) {
	t.Parallel()
	for _, x := range Routes() {
		for _, f := range x.In {
			assert.NotEmpty(t, f.Doc, "%s %s: %s", x.Method, x.Path, f.Name)
		}
		for _, f := range append(x.In, x.Out...) {
			if f.Doc != "" {
				assert.Regexp(t, `\p{Han}|^[A-Z]+$`, f.DocZh, "%s %s: %s", x.Method, x.Path, f.Name)
			}
		}
	}
}
