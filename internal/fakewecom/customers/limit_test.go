package customers

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/fakewecom/faketest"
	"github.com/gothird/wecom/internal/spec"
)

// withSize puts a value of n (characters, bytes or items) at a path into a request, and makes
// what is above it where it is not there.
func withSize(v any, path []string, f spec.Field, n int) any {
	if len(path) == 0 {
		return sized(v, f, n)
	}
	name, isList := strings.CutSuffix(path[0], "[]")
	o, ok := v.(obj)
	if !ok {
		o = obj{}
	}
	if !isList {
		o[name] = withSize(o[name], path[1:], f, n)
		return o
	}
	items, _ := o[name].([]any)
	if len(items) == 0 {
		items = []any{obj{}}
	}
	items[0] = withSize(items[0], path[1:], f, n)
	o[name] = items
	return o
}

// sized is a text or a list of a size.
func sized(v any, f spec.Field, n int) any {
	if f.Type != "array" {
		return strings.Repeat("x", n)
	}
	var item any = "x"
	switch items, _ := v.([]any); {
	case len(items) > 0:
		item = items[0]
	case f.Items == "int":
		item = 1
	}
	list := make([]any, n)
	for i := range list {
		list[i] = item
	}
	return list
}

// sampleOf is the sample request of an endpoint, as an object of its own.
func sampleOf(t *testing.T, e spec.Endpoint) any {
	t.Helper()
	var sample any
	require.NotEmpty(t, e.SampleRequests, e.Path)
	require.NoError(t, json.Unmarshal(e.SampleRequests[0], &sample))
	return sample
}

// Each text and each list of the facts has its limit, and is good up to it.
func TestLimitsOfTheFacts(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	checked := 0
	for _, e := range spec.Endpoints() {
		if e.File != "corp/externalcontact" || e.Method != http.MethodPost || !w.HasRules(e.Path) {
			continue
		}
		for _, f := range e.Request {
			if f.Most == 0 || f.Unit == "value" || f.Most > 10000 {
				continue
			}
			text := func(n int) string {
				in, _ := withSize(sampleOf(t, e), strings.Split(f.Path, "."), f, n).(obj)
				out := w.as(faketest.Suite, e.Path, in)
				return fmt.Sprint(out["errmsg"])
			}
			tooLong, got := f.Path+" is too long", text(f.Most+1)
			if strings.HasPrefix(got, "missing ") {
				continue // what must stand beside it is not in the sample
			}
			assert.Contains(t, got, tooLong, e.Path)
			assert.NotContains(t, text(f.Most), tooLong, e.Path)
			checked++
		}
	}
	assert.Greater(t, checked, 40)
}

// A limit in characters is not one in bytes.
func TestSizes(t *testing.T) {
	t.Parallel()
	for i, c := range []struct {
		v    any
		unit string
		want int
	}{
		{"字字", "characters", 2}, {"字字", "bytes", 6}, {[]any{1, 2, 3}, "items", 3}, {json.Number("5"), "items", 0}, {nil, "bytes", 0}, {obj{"a": 1}, "items", 0},
	} {
		assert.Equal(t, c.want, size(c.v, c.unit), i)
	}
	o := obj{"a": []any{obj{"b": obj{"c": "x"}}, obj{"b": "y"}, nil}, "d": "z"}
	assert.Equal(t, []any{"x"}, valuesAt(o, []string{"a[]", "b", "c"}))
	assert.Equal(t, []any{obj{"c": "x"}, "y"}, valuesAt(o, []string{"a[]", "b"}))
	assert.Equal(t, []any{"z"}, valuesAt(o, []string{"d"}))
	assert.Empty(t, valuesAt(o, []string{"d[]", "e"}))
	assert.Empty(t, valuesAt(nil, []string{"a[]", "b"}))
}
