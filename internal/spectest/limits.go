package spectest

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"github.com/gothird/wecom/internal/spec"
)

// limits makes the call with more than WeCom takes of each limited field that the sample
// has. It must be refused before any request or, of lists, sent in parts.
func (p *probe[A]) limits() {
	if p.row.Over == nil {
		return
	}
	call := p.row.Call
	defer func() { p.row.Call = call }()
	for _, f := range p.facts.Request {
		sample, err := decode(p.facts.SampleRequests[p.row.Sample])
		if err != nil || f.Most == 0 || f.In != spec.InBody || !enlarge(sample, strings.Split(f.Path, "."), f) {
			continue
		}
		p.row.Call = func(api A) (any, error) { return p.row.Over(api, encode(sample)) }
		p.tooMuch(f)
	}
}

// tooMuch makes the call with too much of f.
func (p *probe[A]) tooMuch(f spec.Field) {
	out := p.call(context.Background(), "too much of "+f.Path, http.StatusOK, []byte(`{"errcode":0}`))
	switch sent, may := sentWhole(out.tr, f), leftToWeCom[p.row.Endpoint+" "+f.Path] != ""; {
	case sent && !may:
		p.failf("more than %d %s of %s are sent", f.Most, f.Unit, f.Path)
	case !sent && may:
		p.failf("the exception for the limit of %s is not needed", f.Path)
	}
}

// sentWhole reports whether a request had too much of a field.
func sentWhole(tr *transport, f spec.Field) bool {
	for _, r := range tr.seen {
		sent, err := decode(r.body)
		if err != nil || f.Unit != "items" || len(listAt(sent, strings.Split(f.Path, "."))) > f.Most {
			return true
		}
	}
	return false
}

// leftToWeCom names limits, after their endpoint, that are not checked, and why.
var leftToWeCom = Why{
	"corp/message/send news.articles[].title":          "ids in it become names, which may be shorter",
	"corp/message/send news.articles[].description":    "ids in it become names, which may be shorter",
	"corp/message/send mpnews.articles[].title":        "ids in it become names, which may be shorter",
	"corp/message/send mpnews.articles[].digest":       "ids in it become names, which may be shorter",
	"corp/message/send miniprogram_notice.title":       "ids in it become names, which may be shorter",
	"corp/message/send miniprogram_notice.description": "ids in it become names, which may be shorter",
}

// down leads one key down, from a list into its first element.
func down(v any, key string) any {
	object, _ := v.(map[string]any)
	v = object[strings.TrimSuffix(key, "[]")]
	if list, ok := v.([]any); ok && strings.HasSuffix(key, "[]") && len(list) > 0 {
		return list[0]
	}
	return v
}

func listAt(v any, path []string) []any {
	for _, key := range path {
		v = down(v, strings.TrimSuffix(key, "[]"))
	}
	list, _ := v.([]any)
	return list
}

// enlarge puts one more than the limit into the value at path, if there is one.
func enlarge(v any, path []string, f spec.Field) bool {
	for _, key := range path[:len(path)-1] {
		v = down(v, key)
	}
	object, _ := v.(map[string]any)
	key := strings.TrimSuffix(path[len(path)-1], "[]")
	large := larger(object[key], f)
	if large == nil {
		return false
	}
	object[key] = large
	return true
}

func larger(v any, f spec.Field) any {
	switch v := v.(type) {
	case []any:
		if f.Unit == "items" && len(v) > 0 {
			return copies(v[0], f.Most+1)
		}
	case string:
		if f.Unit == "characters" {
			return strings.Repeat("字", f.Most+1)
		}
		return strings.Repeat("x", f.Most+1)
	case json.Number:
		if f.Unit == "value" {
			return json.Number(fmt.Sprint(f.Most + 1))
		}
	}
	return nil
}

// copies lists an element n times; texts get a number each, as no two may be the same.
func copies(v any, n int) (list []any) {
	for i := range n {
		if text, ok := v.(string); ok {
			list = append(list, fmt.Sprint(text, i))
		} else {
			list = append(list, v)
		}
	}
	return list
}
