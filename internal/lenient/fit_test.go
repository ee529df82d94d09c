package lenient

import (
	"encoding/json"
	"fmt"
	"reflect"
	"testing"

	"github.com/stretchr/testify/assert"
)

// What encoding/json has certainly decoded is not decoded again: a long answer with one odd
// value costs little more than one without.
func TestPassFitting(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		typ         reflect.Type
		passed, not []string
	}{
		{reflect.TypeFor[string](), []string{`"x"`, `""`, `"a\"]"`}, []string{`5`, `null`, `true`, `["x"]`}},
		{reflect.TypeFor[bool](), []string{`true`, `false`}, []string{`"true"`, `1`, `null`}},
		{reflect.TypeFor[int8](), []string{`0`, `-7`, `99`, `-99`}, []string{`128`, `-129`, `"5"`, `1.5`, `1e1`, `null`, `{}`}},
		{reflect.TypeFor[uint8](), []string{`0`, `99`}, []string{`-1`, `256`, `"5"`, `true`}},
		{reflect.TypeFor[int64](), []string{`123456789012345678`, `-123456789012345678`}, []string{`9223372036854775808`, `-9223372036854775809`}},
		{reflect.TypeFor[uint64](), []string{`1234567890123456789`}, []string{`18446744073709551616`, `-1`}},
		{reflect.TypeFor[float64](), []string{`0.5`, `-1.25`, `12`, `0`}, []string{`1e999`, `1E9`, `"5"`, `null`, `[1]`}},
		{reflect.TypeFor[any](), []string{`{"a":[1]}`, `"x"`, `null`, `5`}, nil},
		{reflect.TypeFor[json.RawMessage](), []string{`{"a":[1]}`, `"x"`, `null`, `5`}, nil},
		{reflect.TypeFor[struct{ A int }](), nil, []string{`{"a":1}`, `5`, `null`}},
		{reflect.TypeFor[[]int](), nil, []string{`[1]`, `null`}},
		{reflect.TypeFor[*int](), nil, []string{`1`, `null`}},
	} {
		pass := func(value string) (ok bool, at int) {
			d := &decoder{data: []byte(value + "]"), plans: map[planKey]*plan{}}
			return d.passFitting(d.plan(row.typ, false)), d.at
		}
		for _, value := range row.passed {
			ok, at := pass(value)
			assert.True(t, ok, "%v %s", row.typ, value)
			assert.Equal(t, len(value), at, "%v %s", row.typ, value)
		}
		for _, value := range row.not {
			ok, at := pass(value)
			assert.False(t, ok, "%v %s", row.typ, value)
			assert.Zero(t, at, "%v %s", row.typ, value)
		}
	}
}

// Ever new names do not fill the memory; one in another case is looked for once.
// G: request/hostile
func TestNamesThatAreRemembered(t *testing.T) {
	t.Parallel()
	d := &decoder{plans: map[planKey]*plan{}}
	p := d.plan(reflect.TypeFor[struct{ One, Two int }](), false)
	assert.Equal(t, 1, p.find([]byte("TWO")))
	assert.Equal(t, map[string]int{"One": 0, "Two": 1, "TWO": 1}, p.names)
	for i := range 2 * maxNames {
		assert.Equal(t, -1, p.find(fmt.Appendf(nil, "u%d", i)))
	}
	assert.LessOrEqual(t, len(p.names), maxNames)
	assert.Equal(t, 0, p.find([]byte("one")))
}

func TestFieldSet(t *testing.T) {
	t.Parallel()
	var s fieldSet
	for i := range 64 * len(s) {
		assert.True(t, s.add(i), i)
	}
	for i := range 64*len(s) + 2 {
		assert.False(t, s.add(i), i)
	}
}
