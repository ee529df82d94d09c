// Package spectest proves that a package's functions speak to WeCom as the endpoint facts
// of [spec.Endpoints] say: one [Row] per function, checked by [Run] in both directions,
// and [Unlisted] for the functions that have no row. A package's test reads:
//
//	type row = spectest.Row[*token.Api]
//
//	var rows = []row{
//		{Go: "LICActiveCodeDetail", Endpoint: "license/get_active_info_by_code", Call: func(api *token.Api) (any, error) {
//			return LICActiveCodeDetail(api.WithCorp("wpRiverside0000000000000001"), "LC8R3N0Y5U2C9L")
//		}},
//	}
//
//	func TestEndpoints(t *testing.T) { spectest.Run(t, newApi, rows); spectest.Unlisted(t, ".", rows) }
package spectest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gothird/wecom/internal/spec"
)

// Why names keys, lists as a[].b, and for each the reason why it is an exception. A reason
// that is not needed any more fails the test.
type Why map[string]string

// Row says how one exported function is called so that it makes an endpoint's sample
// request. A is the client that the function takes.
type Row[A any] struct {
	Go       string                   // name of the function
	Endpoint string                   // file/name in the facts, such as license/active_account
	Call     func(api A) (any, error) // the call; `return nil, f(api)` for a function that returns an error only
	Sample   int                      // which sample request Call makes, or NoSample
	Query    url.Values               // query values wanted beside the token
	Token    string                   // token of the caller's own that Call gives, which the request must carry
	Sends    map[string]string        // request values that a row with NoSample must send, by path
	Except   Why                      // request keys that differ from the sample
	Drops    Why                      // response keys that the value does not keep
	Renamed  map[string]string        // beginnings of response paths that are called otherwise in the value, and how
	Fixed    map[string]any           // response keys that need this value for the call to succeed
	Partial  bool                     // returns what it has together with an error

	Over  func(api A, sample []byte) (any, error) // the call for another sample: with more than WeCom takes
	Sweep bool                                    // made of several calls: only failures are tried
}

// NoSample is the Sample of a row whose request is none of the samples: one that sends
// documented fields that no sample has. Their names and types are checked.
const NoSample = -1

// Run checks every row, and that the rows of each endpoint together send and keep every
// documented field. New makes a client that sends through rt and whose calls end with
// ctx; installations and tickets that the rows need are set there. Each row runs under the
// fake clock of testing/synctest, at 10:00 on 2026-03-01 in Beijing, so that retries and
// polling take no time.
func Run[A any](t *testing.T, newClient func(ctx context.Context, rt http.RoundTripper) A, rows []Row[A]) {
	t.Helper()
	proofs := map[string]*proof{}
	for _, row := range rows {
		facts, ok := find(row.Endpoint)
		if !ok {
			t.Errorf("%s: the facts know no endpoint %q", row.Go, row.Endpoint)
			continue
		}
		if proofs[row.Endpoint] == nil {
			proofs[row.Endpoint] = newProof()
		}
		t.Run(fmt.Sprintf("%s#%d", row.Go, row.Sample), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				time.Sleep(time.Until(time.Date(2026, 3, 1, 2, 0, 0, 0, time.UTC)))
				p := &probe[A]{row: row, facts: facts, newClient: newClient, proof: proofs[row.Endpoint]}
				p.run()
				for _, problem := range p.problems {
					t.Error(problem)
				}
			})
		})
	}
	for _, problem := range slices.Concat(untried(rows), misnamed(rows)) {
		t.Error(problem)
	}
	total, problems := summary(proofs)
	for _, problem := range problems {
		t.Error(problem)
	}
	t.Logf("spectest: %s, with %d rows", total, len(rows))
}

// Samples is the number of an endpoint's sample requests.
func Samples(endpoint string) int {
	facts, _ := find(endpoint)
	return len(facts.SampleRequests)
}

// Request reads one of an endpoint's sample requests into a T, which must have all of its
// fields. Together with [WireNames] it spares a row the literal.
func Request[T any](endpoint string, sample int) T {
	facts, ok := find(endpoint)
	if !ok || sample >= len(facts.SampleRequests) {
		panic(fmt.Sprintf("the facts have no sample request %d of %q", sample, endpoint))
	}
	return Read[T](endpoint, facts.SampleRequests[sample])
}

// Read reads a request of an endpoint into a T, which must have all of its fields.
func Read[T any](endpoint string, request []byte) T {
	d := json.NewDecoder(bytes.NewReader(request))
	d.DisallowUnknownFields()
	var v T
	if err := d.Decode(&v); err != nil {
		panic(fmt.Sprintf("request of %s: %v: %s", endpoint, err, request))
	}
	return v
}

// find returns the facts under file/name.
func find(name string) (spec.Endpoint, bool) {
	all := spec.Endpoints()
	i := slices.IndexFunc(all, func(e spec.Endpoint) bool { return e.File+"/"+e.Name == name })
	if i < 0 {
		return spec.Endpoint{}, false
	}
	return all[i], true
}

// untried lists the sample requests of the rows' endpoints that no row makes.
func untried[A any](rows []Row[A]) []string {
	made := map[string]map[int]bool{}
	for _, row := range rows {
		if made[row.Endpoint] == nil {
			made[row.Endpoint] = map[int]bool{}
		}
		made[row.Endpoint][row.Sample] = made[row.Endpoint][row.Sample] || !row.Sweep
	}
	var problems []string
	for _, name := range slices.Sorted(maps.Keys(made)) {
		facts, _ := find(name)
		for i := range max(1, len(facts.SampleRequests)) {
			if !made[name][i] {
				problems = append(problems, fmt.Sprintf("%s: no row makes sample request %d", name, i))
			}
		}
	}
	return problems
}

// misnamed lists the endpoints of a customer's corp that have rows, but none for the
// function that is named after their path.
func misnamed[A any](rows []Row[A]) []string {
	named := map[string]bool{}
	for _, row := range rows {
		facts, _ := find(row.Endpoint)
		named[row.Endpoint] = named[row.Endpoint] || GoName(facts) == "" || GoName(facts) == row.Go && !row.Sweep
	}
	var problems []string
	for _, name := range slices.Sorted(maps.Keys(named)) {
		if facts, _ := find(name); !named[name] {
			problems = append(problems, fmt.Sprintf("%s: no row for the function %s, which the path names; goname.go divides words that WeCom runs together", name, GoName(facts)))
		}
	}
	return problems
}

// probe checks one row.
type probe[A any] struct {
	row       Row[A]
	facts     spec.Endpoint
	newClient func(context.Context, http.RoundTripper) A
	*proof
	used     map[string]bool // exceptions that were needed
	kinds    map[string]bool // of otherKinds
	problems []string
}

func (p *probe[A]) failf(format string, args ...any) {
	p.problems = append(p.problems, fmt.Sprintf(format, args...))
}

func (p *probe[A]) run() {
	p.used, p.kinds = map[string]bool{}, map[string]bool{}
	if !p.row.Sweep {
		if p.facts.Answer == spec.AnswerFile {
			p.file()
		} else {
			p.answers()
		}
		p.limits()
		for _, exceptions := range []map[string]string{p.row.Except, p.row.Drops, p.row.Renamed} {
			for key := range exceptions {
				if !p.used[key] {
					p.failf("the exception for %s is not needed", key)
				}
			}
		}
	}
	p.failures()
}

// outcome is what one call did.
type outcome struct {
	value any
	err   error
	tr    *transport
}

// call makes one call that is answered with status and body. A panic becomes a problem.
func (p *probe[A]) call(ctx context.Context, what string, status int, body []byte) (out outcome) {
	out.tr = &transport{path: p.facts.Path, status: status, body: body}
	defer func() {
		if r := recover(); r != nil {
			p.failf("%s: panic: %v", what, r)
		}
	}()
	ctx, cancel := context.WithTimeout(ctx, time.Hour)
	defer cancel()
	out.value, out.err = p.row.Call(p.newClient(ctx, out.tr))
	if text := bothOrNeither(out.value, out.err, p.row.Partial); text != "" {
		p.failf("%s: %s", what, text)
	}
	return out
}
