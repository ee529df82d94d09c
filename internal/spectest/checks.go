package spectest

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
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
		p.nulls(v)
		p.request(out.tr)
	}
	full := made(p.facts, p.row.Fixed)
	out := p.good(documentedFields, full)
	p.unneededKinds()
	p.good("numbers as text, text as numbers", swapped(full, p.row.Fixed))
	p.good("unknown fields", withUnknown(full))
	for i := range 2 {
		p.good("every other yes a no", alternating(full, i))
	}
	if mayLackErrcode(p.facts) {
		p.good("no errcode", without(full, "errcode", "errmsg"))
	}
	if p.row.Sample != 0 || len(p.facts.SampleResponses) == 0 {
		p.request(out.tr)
	}
	p.nulls(full)
	p.nothing()
}

// nulls makes the call with null for each list and object.
func (p *probe[A]) nulls(answer any) {
	variants, paths := nulls(answer)
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
		case key == "errcode", key == "errmsg", strings.Contains(key, unknownField), l.zero():
		case p.takes(&have, l, what):
			p.got[key] = true
		case p.drops(key):
		default:
			p.failf("%s: %s = %q is not in its place in the result", what, l.path, l.text)
		}
	}
	return out
}

// documentedFields are the one answer whose values have the documented kinds.
const documentedFields = "every documented field"

// takes looks for a value, also under the other paths that the row gives.
func (p *probe[A]) takes(have *[]leaf, l leaf, what string) bool {
	got, ok := take(have, l)
	if !ok {
		got, ok = p.takeRenamed(have, l)
	}
	if ok && what == documentedFields {
		p.kept(l, got)
	}
	return ok
}

func (p *probe[A]) takeRenamed(have *[]leaf, l leaf) (got leaf, ok bool) {
	for from, to := range p.row.Renamed {
		rest, begins := strings.CutPrefix(l.path, from)
		if !begins {
			continue
		}
		if got, ok = take(have, leaf{path: to + rest, text: l.text}); ok {
			p.used[from] = true
			return got, true
		}
	}
	return leaf{}, false
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
