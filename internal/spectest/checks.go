package spectest

import (
	"context"
	"encoding/json"
	"fmt"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"

	"github.com/gothird/wecom/internal/spec"
)

// theFile is what an endpoint answers that answers with a file.
const theFile = "#!AMR\n\x00\xff the file"

// file makes the call with a file as the answer, whose bytes must be the result (a []byte).
func (p *probe[A]) file() {
	out := p.call(context.Background(), "a file", http.StatusOK, []byte(theFile))
	if content, _ := out.value.([]byte); string(content) != theFile {
		p.failf("the file is not the result, but %q: %v", content, out.err)
	}
	p.request(out.tr)
}

// answers makes the call with every form of a good answer and looks at both directions.
func (p *probe[A]) answers() {
	for i, sample := range p.facts.SampleResponses {
		what := fmt.Sprintf("sample answer %d", i)
		v, err := decode(sample)
		if err != nil {
			p.failf("%s: %v", what, err)
			continue
		}
		if i > 0 || p.row.Sample != 0 {
			p.good(what, v)
			continue
		}
		out := p.good(what, v)
		variants, paths := nulls(v)
		for i, v := range variants {
			p.call(context.Background(), "null for "+paths[i], http.StatusOK, encode(v))
		}
		p.request(out.tr)
	}
	full := made(p.facts, p.row.Fixed)
	out := p.good("every documented field", full)
	p.good("numbers as text, text as numbers", swapped(full, p.row.Fixed))
	p.good("unknown fields", withUnknown(full))
	if mayLackErrcode(p.facts) {
		p.good("no errcode", without(full, "errcode", "errmsg"))
	}
	if p.row.Sample != 0 || len(p.facts.SampleResponses) == 0 {
		p.request(out.tr)
	}
	variants, paths := nulls(full)
	for i, v := range variants {
		p.call(context.Background(), "null for "+paths[i], http.StatusOK, encode(v))
	}
}

func encode(v any) []byte {
	data, err := json.Marshal(v)
	if err != nil {
		panic(err) // v came out of a decoder
	}
	return data
}

// good makes the call with answer and looks for every value of it in its place in the result.
func (p *probe[A]) good(what string, answer any) outcome {
	out := p.call(context.Background(), what, http.StatusOK, encode(answer))
	if out.err != nil {
		p.failf("%s: %v", what, out.err)
		return out
	}
	have := held(out.value)
	for _, l := range leaves("", answer) {
		key := general(l.path)
		switch {
		case key == "errcode" || key == "errmsg" || strings.Contains(key, "field_of_next_year"):
		case l.text == "" || l.text == "0" || l.text == "false" || l.text == "[]" || l.text == "{}" || l.text == "<nil>":
		case take(&have, l), p.takeRenamed(&have, l):
			p.got[key] = true
		case p.drops(key):
		default:
			p.failf("%s: %s = %q is not in its place in the result", what, l.path, l.text)
		}
	}
	return out
}

// takeRenamed looks for a value under the other paths that the row gives.
func (p *probe[A]) takeRenamed(have *[]leaf, l leaf) bool {
	for from, to := range p.row.Renamed {
		rest, ok := strings.CutPrefix(l.path, from)
		if ok && take(have, leaf{path: to + rest, text: l.text}) {
			p.used[from] = true
			return true
		}
	}
	return false
}

// drops reports whether the row says that key, or what holds it, is not kept.
func (p *probe[A]) drops(key string) bool {
	for k := range p.row.Drops {
		if k == key || strings.HasPrefix(key, k+".") || strings.HasPrefix(key, k+"[") {
			p.used[k], p.proof.dropped[key] = true, true
			return true
		}
	}
	return false
}

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
		if f.In != spec.InQuery {
			continue
		}
		known[f.Path] = true
		if f.Required && got.Get(f.Path) == "" {
			p.failf("query lacks %s", f.Path)
		}
		if got.Has(f.Path) {
			p.sent[f.Path] = true
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
	for key, want := range p.row.Query {
		if got.Get(key) != want[0] {
			p.failf("query has %s=%q instead of %q", key, got.Get(key), want[0])
		}
	}
	if key := p.facts.QueryKey; key != "" && tokenKind(got.Get(key)) != p.facts.Credential {
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
	if p.row.Sample == NoSample || (len(p.facts.SampleRequests) == 0 && p.facts.Detail != "complete") {
		return // nothing to compare with
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
		path, kind := f.Path, f.Type
		if kind == "array" {
			path, kind = strings.TrimSuffix(path, "[]")+"[]", f.Items
		}
		if f.In == spec.InQuery || (key != path && !strings.HasPrefix(key, path+".")) {
			continue
		}
		p.sent[f.Path] = true
		known = known || key == path
		if key == path && l.kind != kindEmpty && l.kind != strings.Replace(kind, "float", kindNumber, 1) && !p.excepted(l.path) {
			p.failf("request has %s as %s %q instead of %s", l.path, l.kind, l.text, kind)
		}
	}
	if p.row.Sample == NoSample && !known && !p.excepted(l.path) {
		p.failf("request has %s, which is not documented", l.path)
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
