package spectest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/gothird/wecom/internal/inprocess"
	"github.com/gothird/wecom/internal/paging"
	"github.com/gothird/wecom/internal/spec"
)

// Walk says how one exported function walks pages: which requests it makes, one after the
// other. Each value in a request is another, so that none can stand for another or be left out
// unseen; the walks of a function together send every documented field.
type Walk[A any] struct {
	Go       string            // name of the function
	Endpoint string            // file/name in the facts, of the pages
	Call     func(api A) error // walks to the end
	Pages    []Page
	Except   Why // request keys that no page sends, or whose value is another each time
}

// Page is one request of a walk and the answer to it.
type Page struct {
	Endpoint string // file/name; "": that of the walk
	Request  string // the body or, for GET, the query without the token
	Answer   string
}

// Walks checks every walk. New makes a client as for [Run].
func Walks[A any](t *testing.T, newClient func(ctx context.Context, rt http.RoundTripper) A, walks []Walk[A]) {
	t.Helper()
	for _, walk := range walks {
		t.Run(walk.Go, func(t *testing.T) {
			for _, problem := range walk.problems(t.Context(), newClient) {
				t.Error(problem)
			}
		})
	}
	for _, problem := range unsent(walks) {
		t.Error(problem)
	}
}

func (w Walk[A]) problems(ctx context.Context, newClient func(context.Context, http.RoundTripper) A) []string {
	if _, ok := find(w.Endpoint); !ok || len(w.Pages) < 2 {
		return []string{fmt.Sprintf("the facts know no endpoint %q, or the walk has less than two pages", w.Endpoint)}
	}
	s := script{answers: w.answers()}
	if err := w.Call(newClient(ctx, inprocess.Transport(&s))); err != nil {
		s.failf("the walk ends with %v", err)
	}
	if len(s.got) != len(w.Pages) {
		s.failf("%d requests instead of %d", len(s.got), len(w.Pages))
	}
	for i, got := range s.got[:min(len(s.got), len(w.Pages))] {
		s.check(i, got, w.Pages[i], w.Endpoint, w.Except)
	}
	return append(s.problems, w.circle(ctx, newClient)...)
}

func (w Walk[A]) answers() (texts []string) {
	for _, page := range w.Pages {
		texts = append(texts, page.Answer)
	}
	return texts
}

// circle lets a walk that begins at a cursor be led back there at once.
func (w Walk[A]) circle(ctx context.Context, newClient func(context.Context, http.RoundTripper) A) []string {
	start, next := w.Pages[0].cursor(w.Endpoint), w.Pages[1].cursor(w.Endpoint)
	if start == "" || next == "" {
		return nil
	}
	s := script{answers: slices.Repeat([]string{strings.ReplaceAll(w.Pages[0].Answer, `"`+next+`"`, `"`+start+`"`)}, 2)}
	err := w.Call(newClient(ctx, inprocess.Transport(&s)))
	if !errors.Is(err, paging.ErrCursor) || len(s.got) != 1 {
		s.failf("led back to the cursor that it began with, the walk makes %d requests and ends with %v", len(s.got), err)
	}
	return s.problems
}

// facts of the page's endpoint.
func (p Page) facts(endpoint string) spec.Endpoint {
	if p.Endpoint != "" {
		endpoint = p.Endpoint
	}
	facts, _ := find(endpoint)
	return facts
}

// leaves lists the values that the page is asked for with.
func (p Page) leaves(endpoint string) []leaf {
	if p.facts(endpoint).Method == http.MethodGet {
		query, _ := url.ParseQuery(p.Request) // compared as text too
		return leavesOf(query)
	}
	v, _ := decode([]byte(p.Request)) // what is no JSON is unlike any request
	return leaves("", v)
}

func leavesOf(query url.Values) (list []leaf) {
	for _, key := range slices.Sorted(maps.Keys(query)) {
		for _, value := range query[key] {
			list = append(list, leaf{key, value, kindText})
		}
	}
	return list
}

func (p Page) cursor(endpoint string) string {
	for _, l := range p.leaves(endpoint) {
		if l.path == "cursor" {
			return l.text
		}
	}
	return ""
}

// script gives one answer after the other and keeps the requests.
type script struct {
	answers  []string
	mu       sync.Mutex
	got      []request
	problems []string
}

func (s *script) failf(format string, args ...any) {
	s.problems = append(s.problems, fmt.Sprintf(format, args...))
}

// ServeHTTP answers the next page, and tokens beside.
func (s *script) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	w.Header().Set("Content-Type", "application/json")
	if format, ok := tokens[r.URL.Path]; ok {
		fmt.Fprintf(w, format, 1)
		return
	}
	answer := `{"errcode":48002}` // ends the walk
	if n := len(s.got); n < len(s.answers) {
		answer = successful(s.answers[n])
	}
	s.got = append(s.got, request{method: r.Method, path: r.URL.Path, query: r.URL.Query(), body: body})
	_, _ = io.WriteString(w, answer)
}

// check compares a request with that of the page.
func (s *script) check(i int, got request, page Page, endpoint string, except Why) {
	facts := page.facts(endpoint)
	if got.method+" "+got.path != facts.Method+" "+facts.Path {
		s.failf("request %d is %s %s instead of %s %s", i+1, got.method, got.path, facts.Method, facts.Path)
		return
	}
	delete(got.query, facts.QueryKey)
	sent := leavesOf(got.query)
	if got.method != http.MethodGet {
		v, err := decode(got.body)
		if err != nil {
			s.failf("request %d is no JSON: %s", i+1, got.body)
		}
		sent = append(sent, leaves("", v)...)
	}
	sent = slices.DeleteFunc(sent, func(l leaf) bool { return except[general(l.path)] != "" })
	if want := page.leaves(endpoint); !slices.Equal(sent, want) {
		s.failf("request %d has %v instead of %v", i+1, sent, want)
	}
	s.distinct(i, sent)
}

// distinct names values that could stand for one another, or for nothing.
func (s *script) distinct(i int, sent []leaf) {
	seen := map[string]string{}
	for _, l := range sent {
		if other, known := seen[l.text]; known || l.zero() {
			s.failf("request %d has %s = %q, which is empty or that of %s too", i+1, l.path, l.text, other)
		}
		seen[l.text] = l.path
	}
}

// unsent names documented fields that no walk of a function sends, and exceptions that are
// not needed.
func unsent[A any](walks []Walk[A]) (problems []string) {
	sent, except := map[string]map[string]bool{}, map[string]Why{}
	for _, w := range walks {
		if sent[w.Go] == nil {
			sent[w.Go], except[w.Go] = map[string]bool{}, Why{}
		}
		maps.Copy(except[w.Go], w.Except)
		for _, page := range w.Pages {
			for _, l := range page.leaves(w.Endpoint) {
				sent[w.Go][general(l.path)] = true
			}
		}
	}
	seen := map[string]bool{}
	for _, w := range walks {
		if !seen[w.Go] {
			seen[w.Go] = true
			facts, _ := find(w.Endpoint)
			problems = append(problems, covered(w.Go, facts, sent[w.Go], except[w.Go])...)
		}
	}
	return problems
}

// reached reports whether a value at path, or below it, was sent.
func reached(sent map[string]bool, path string) bool {
	for key := range sent {
		if key == path || strings.HasPrefix(key, path+".") {
			return true
		}
	}
	return false
}

func covered(name string, facts spec.Endpoint, sent map[string]bool, except Why) (problems []string) {
	known := map[string]bool{}
	for _, f := range facts.Request {
		path, _ := element(f)
		known[path] = true
		if !reached(sent, path) && except[path] == "" {
			problems = append(problems, fmt.Sprintf("no page of %s sends %s", name, path))
		}
	}
	for _, path := range slices.Sorted(maps.Keys(except)) {
		if sent[path] || !known[path] {
			problems = append(problems, fmt.Sprintf("%s: the exception for %s is not needed", name, path))
		}
	}
	return problems
}
