package spectest

import (
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/gothird/wecom/internal/spec"
)

// request checks what the endpoint was sent.
func (p *probe[A]) request(tr *transport) {
	if len(tr.others) > 0 {
		p.failf("request to %q besides", tr.others)
	}
	if len(tr.seen) != 1 {
		p.failf("%d requests to %s instead of one", len(tr.seen), p.facts.Path)
		return
	}
	got := tr.seen[0]
	if got.method != p.facts.Method {
		p.failf("method is %s instead of %s", got.method, p.facts.Method)
	}
	p.query(got.query)
	switch {
	case hasFile(p.facts):
		p.multipart(got)
	case got.method == http.MethodGet:
		if len(got.body) > 0 {
			p.failf("GET with a body: %s", got.body)
		}
	default:
		p.body(got)
	}
}

// query checks the token and the documented query keys.
func (p *probe[A]) query(got url.Values) {
	known := map[string]bool{p.facts.QueryKey: true}
	for _, f := range p.facts.Request {
		if f.In == spec.InQuery {
			known[f.Path] = true
			p.queryField(f, got)
		}
	}
	for key, values := range got {
		if !known[key] {
			p.failf("query has an unknown key %s", key)
		}
		if len(values) != 1 {
			p.failf("query has %s %d times", key, len(values))
		}
	}
	p.unsaid(got)
	p.token(got)
	for key, want := range p.row.Query {
		if got.Get(key) != want[0] {
			p.failf("query has %s=%q instead of %q", key, got.Get(key), want[0])
		}
	}
}

// token checks which token the request carries.
func (p *probe[A]) token(got url.Values) {
	key, want := p.facts.QueryKey, p.row.Token
	switch {
	case key == "":
	case want != "" && got.Get(key) != want:
		p.failf("query has %s=%q instead of the caller's %q", key, got.Get(key), want)
	case want == "" && tokenKind(got.Get(key)) != p.facts.Credential:
		p.failf("query has %s=%q instead of a %s token", key, got.Get(key), p.facts.Credential)
	}
}

// unsaid names the query values of an endpoint in a customer's corp that the row does not
// look at.
func (p *probe[A]) unsaid(got url.Values) {
	if GoName(p.facts) == "" {
		return
	}
	for key := range got {
		if key != p.facts.QueryKey && p.row.Query[key] == nil {
			p.failf("the row does not say which %s it wants in the query", key)
		}
	}
}

func (p *probe[A]) queryField(f spec.Field, got url.Values) {
	if f.Required && got.Get(f.Path) == "" {
		p.failf("query lacks %s", f.Path)
	}
	if got.Has(f.Path) {
		p.sent[f.Path] = true
	}
}

// body compares the JSON that was sent with the sample, value by value.
func (p *probe[A]) body(got request) {
	if kind, _, _ := mime.ParseMediaType(got.contentType); kind != "application/json" {
		p.failf("Content-Type is %q", got.contentType)
	}
	sent, err := decode(got.body)
	if err != nil {
		p.failf("body is no JSON: %v: %s", err, got.body)
		return
	}
	for _, l := range leaves("", sent) {
		p.documented(l)
	}
	if p.row.Sample == NoSample {
		p.sends(leaves("", sent))
		return
	}
	want := []byte("{}")
	if p.row.Sample < len(p.facts.SampleRequests) {
		want = p.facts.SampleRequests[p.row.Sample]
	}
	sample, err := decode(want)
	if err != nil {
		p.failf("sample request: %v", err)
		return
	}
	p.compare(leaves("", sent), leaves("", sample))
}

// documented looks up a value that was sent in the endpoint's fields: its key and its type.
func (p *probe[A]) documented(l leaf) {
	key, known := general(l.path), false
	for _, f := range p.facts.Request {
		path, kind := element(f)
		if f.In == spec.InQuery || (key != path && !strings.HasPrefix(key, path+".")) {
			continue
		}
		p.sent[f.Path] = true
		if key == path {
			known = true
			p.kind(l, kind)
		}
	}
	if p.row.Sample == NoSample && !known && !p.excepted(l.path) {
		p.failf("request has %s, which is not documented", l.path)
	}
}

// sends looks for the values that the row wants to have sent.
func (p *probe[A]) sends(sent []leaf) {
	for path, want := range p.row.Sends {
		if !slices.ContainsFunc(sent, func(l leaf) bool { return l.path == path && l.text == want }) {
			p.failf("request lacks %s = %q", path, want)
		}
	}
}

// element gives path and type of a field, of lists those of their elements.
func element(f spec.Field) (path, kind string) {
	if f.Type == "array" {
		return strings.TrimSuffix(f.Path, "[]") + "[]", f.Items
	}
	return f.Path, f.Type
}

func (p *probe[A]) kind(l leaf, want string) {
	if l.kind != kindEmpty && l.kind != strings.Replace(want, "float", kindNumber, 1) && !p.excepted(l.path) {
		p.failf("request has %s as %s %q instead of %s", l.path, l.kind, l.text, want)
	}
}

func (p *probe[A]) compare(sent, sample []leaf) {
	have := map[string]leaf{}
	for _, l := range sent {
		have[l.path] = l
	}
	for _, want := range sample {
		got, ok := have[want.path]
		delete(have, want.path)
		switch {
		case got == want, p.excepted(want.path):
		case ok:
			p.failf("request has %s = %s %q instead of %s %q", want.path, got.kind, got.text, want.kind, want.text)
		default:
			p.failf("request lacks %s = %q", want.path, want.text)
		}
	}
	for path, l := range have {
		if !p.excepted(path) {
			p.failf("request has %s = %q, which the sample has not", path, l.text)
		}
	}
}

func (p *probe[A]) excepted(path string) bool {
	key := general(path)
	_, ok := p.row.Except[key]
	p.used[key] = p.used[key] || ok
	return ok
}

func hasFile(facts spec.Endpoint) bool {
	for _, f := range facts.Request {
		if f.In == spec.InFile {
			return true
		}
	}
	return false
}

// multipart checks an upload: one part, under the documented name, with a file name.
func (p *probe[A]) multipart(got request) {
	kind, params, _ := mime.ParseMediaType(got.contentType)
	if kind != "multipart/form-data" {
		p.failf("Content-Type is %q", got.contentType)
		return
	}
	form, err := multipart.NewReader(strings.NewReader(string(got.body)), params["boundary"]).ReadForm(1 << 20)
	if err != nil {
		p.failf("form: %v", err)
		return
	}
	for _, f := range p.facts.Request {
		if f.In != spec.InFile {
			continue
		}
		if files := form.File[f.Path]; len(files) != 1 || files[0].Filename == "" {
			p.failf("form lacks the file %s", f.Path)
		}
		p.sent[f.Path] = true
	}
}
