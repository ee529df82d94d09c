package spectest

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"reflect"
	"slices"

	"github.com/gothird/wecom/internal/spec"
)

// failures makes the call with answers that are none.
func (p *probe[A]) failures() {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	out := p.call(ctx, "cancelled context", http.StatusOK, []byte(`{}`))
	if !errors.Is(out.err, context.Canceled) {
		p.failf("cancelled context: error is %v", out.err)
	}
	if out.tr.total.Load() > 0 {
		p.failf("cancelled context: %d requests", out.tr.total.Load())
	}
	p.foreign()
	for _, bad := range []struct {
		what   string
		status int
		body   string
		field  string
		want   int64
	}{
		{"502 HTML", http.StatusBadGateway, "<html><body>Bad Gateway</body></html>", "HTTPStatus", http.StatusBadGateway},
		{"errcode -1", http.StatusOK, `{"errcode":-1,"errmsg":"system busy"}`, "Code", -1},
		{"errcode as text", http.StatusOK, `{"errcode":"42001","errmsg":"expired"}`, "Code", 42001},
	} {
		out := p.call(context.Background(), bad.what, bad.status, []byte(bad.body))
		if got, ok := number(out.err, bad.field); !ok || got != bad.want {
			p.failf("%s: error without %s %d: %v", bad.what, bad.field, bad.want, out.err)
		}
	}
}

// mayLackErrcode reports whether success may come without an errcode, as it does from some
// old endpoints.
func mayLackErrcode(facts spec.Endpoint) bool {
	i := slices.IndexFunc(facts.Response, func(f spec.Field) bool { return f.Path == "errcode" })
	return i >= 0 && !facts.Response[i].Always
}

// foreign makes the call with JSON that is not WeCom's: a gateway on the way answers like
// that, and must not pass for a success.
func (p *probe[A]) foreign() {
	answers := map[string]any{"JSON of a gateway": map[string]any{"code": json.Number("403"), "message": "denied"}}
	if !mayLackErrcode(p.facts) {
		answers["a full answer without errcode"] = without(made(p.facts, p.row.Fixed), "errcode", "errmsg")
	}
	for _, what := range slices.Sorted(maps.Keys(answers)) {
		out := p.call(context.Background(), what, http.StatusOK, encode(answers[what]))
		if got, ok := number(out.err, "HTTPStatus"); !ok || got != http.StatusOK {
			p.failf("%s: error without HTTPStatus 200: %v", what, out.err)
		}
	}
}

// number finds the first error in err's tree that is a struct with the numeric field name.
// Errors of the token package have Code and HTTPStatus; this package may not import it.
func number(err error, name string) (int64, bool) {
	if err == nil {
		return 0, false
	}
	if v := reflect.Indirect(reflect.ValueOf(err)); v.Kind() == reflect.Struct {
		if f := v.FieldByName(name); f.IsValid() && f.CanInt() {
			return f.Int(), true
		}
	}
	switch err := err.(type) {
	case interface{ Unwrap() error }:
		return number(err.Unwrap(), name)
	case interface{ Unwrap() []error }:
		for _, err := range err.Unwrap() {
			if n, ok := number(err, name); ok {
				return n, true
			}
		}
	}
	return 0, false
}
