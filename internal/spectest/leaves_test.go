package spectest

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestValuesAreFoundInTheirPlace(t *testing.T) {
	t.Parallel()
	type item struct {
		UserId string
		N      int64
	}
	for _, test := range []struct {
		value any
		path  string
		want  bool
	}{
		{struct{ UserList []item }{[]item{{"x", 1}}}, "user_list[0].userid", true},
		{struct{ UserList []item }{[]item{{"x", 1}}}, "user_list[1].userid", false},
		{struct{ UserList []item }{[]item{{"x", 1}}}, "user_list[0].n", false},
		{&item{"x", 1}, "result.userid", true},
		{&item{"x", 1}, "result.open_userid", false},
		{&item{"x", 1}, "userid.result", false},
		{[]item{{"x", 1}}, "list[0].userid", true},
		{[]string{"x"}, "list[0]", true},
		{[]string{"", "x"}, "list[0]", false},
		{"x", "anything.at_all", true},
		{struct{ item }{item{"x", 1}}, "userid", true},
		{map[string]any{"user_id": "x"}, "userid", true},
		{struct{ Raw json.RawMessage }{json.RawMessage(`{"userid":"x"}`)}, "raw.userid", true},
		{struct{ Raw []byte }{[]byte("x")}, "raw", true},
		{nil, "userid", false},
	} {
		have := held(test.value)
		n := len(have)
		_, ok := take(&have, leaf{path: test.path, text: "x"})
		assert.Equal(t, test.want, ok, "%#v %s", test.value, test.path)
		assert.Equal(t, test.want, len(have) == n-1, "%#v %s", test.value, test.path)
	}
}

func TestValuesOfEveryKind(t *testing.T) {
	t.Parallel()
	have := held(struct {
		A int
		B uint8
		C float64
		D bool
		E func()
		f int
	}{-1, 2, 1.5, true, nil, 7})
	assert.Equal(t, []leaf{{"a", "-1", kindNarrow}, {"b", "2", kindNarrow}, {"c", "1.5", kindNumber}, {"d", "true", kindBool}}, have)
}
