package lenient_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/lenient"
)

// What does not fit is zero and named, and costs nothing beside it.
// G: request/lenient
func TestMisfitsAreNamedAndZero(t *testing.T) {
	t.Parallel()
	for in, want := range map[string][]string{
		`"count":"many"`:                 {"count"},
		`"count":{}`:                     {"count"},
		`"count":[]`:                     {"count"},
		`"count":1.5`:                    {"count"},
		`"count":99999999999999999999`:   {"count"},
		`"count":9223372036854775808`:    {"count"},
		`"count":"9223372036854775808"`:  {"count"},
		`"count":1e99999999999999999999`: {"count"},
		`"count":"0x10"`:                 {"count"},
		`"COUNT":"--1"`:                  {"count"},
		`"small":128`:                    {"small"},
		`"small":1e3`:                    {"small"},
		`"size":-1`:                      {"size"},
		`"size":4294967296`:              {"size"},
		`"price":"cheap"`:                {"price"},
		`"price":"NaN"`:                  {"price"},
		`"price":"0x1p4"`:                {"price"},
		`"price":1e999`:                  {"price"},
		`"single":1e39`:                  {"single"},
		`"text":{}`:                      {"text"},
		`"text":["a"]`:                   {"text"},
		`"flag":"perhaps"`:               {"flag"},
		`"flag":2`:                       {"flag"},
		`"flag":[]`:                      {"flag"},
		`"exact":"1.2.3"`:                {"exact"},
		`"exact":true`:                   {"exact"},
		`"part":5`:                       {"part"},
		`"part":"x"`:                     {"part"},
		`"part":[1]`:                     {"part"},
		`"part":{"id":"x"}`:              {"part.id"},
		`"maybe":5`:                      {"maybe"},
		`"maybe":{"id":[]}`:              {"maybe.id"},
		`"parts":[{"id":1},{"id":"x"},{"name":[]}]`: {"parts[1].id", "parts[2].name"},
		`"parts":5`:                             {"parts"},
		`"parts":"a,b"`:                         {"parts"},
		`"refs":[5,null,{"id":{}}]`:             {"refs[0]", "refs[2].id"},
		`"ids":[1,"x",3]`:                       {"ids[1]"},
		`"ids":"1,x,3"`:                         {"ids[1]"},
		`"ids":"x"`:                             {"ids[0]"},
		`"ids":{"a":1}`:                         {"ids"},
		`"lists":[[1,"x"],5,"a",[2]]`:           {"lists[0][1]", "lists[2][0]"},
		`"lists":5`:                             {"lists"},
		`"pair":5`:                              {"pair"},
		`"by_name":{"secret-key":"x"}`:          {"by_name.*"},
		`"by_name":[1]`:                         {"by_name"},
		`"by_id":{"x":{},"1":{"id":[]},"2":{}}`: {"by_id.*", "by_id.*.id"},
		`"groups":{"g":[1,"x"]}`:                {"groups.*[1]"},
		`"blob":"***"`:                          {"blob"},
		`"level":"x"`:                           {"level"},
		`"kind":{}`:                             {"kind"},
		`"price":"x","small":"y","part":{"name":{}}`: {"price", "small", "part.name"},
	} {
		var got whole
		misfits, err := lenient.Unmarshal([]byte(`{"text":5,`+in+`,"Plain":"7","names":[1]}`), &got)
		require.NoError(t, err, in)
		assert.Equal(t, want, misfits, in)
		assert.Equal(t, 7, got.Plain, in)
		assert.Equal(t, []string{"1"}, got.Names, in)
		got.Base, got.Parts, got.Refs, got.Lists, got.ById, got.Groups, got.ByName, got.Maybe = nil, nil, nil, nil, nil, nil, nil, nil
		if !strings.HasPrefix(in, `"ids"`) && !strings.HasPrefix(in, `"text"`) {
			assert.Equal(t, whole{Text: "5", Plain: 7, Names: []string{"1"}}, got, in)
		}
	}
}

// G: request/lenient
func TestMisfitsLeaveTheirNeighbours(t *testing.T) {
	t.Parallel()
	var got whole
	misfits, err := lenient.Unmarshal([]byte(`{"ids":[1,"x",3],"parts":[{"id":1},5,{"id":"3"}],"refs":[5,{"id":2}],
		"by_name":{"a":1,"b":"x","c":"3"},"by_id":{"1":{"id":1},"x":{}},"lists":[[1,"x"],5,"2,3",[4]],"maybe":{"id":{},"name":"n"}}`), &got)
	require.NoError(t, err)
	assert.Equal(t, []string{"ids[1]", "parts[1]", "refs[0]", "by_name.*", "by_id.*", "lists[0][1]", "maybe.id"}, misfits)
	assert.Equal(t, whole{
		Ids: []int64{1, 0, 3}, Parts: []part{{Id: 1}, {}, {Id: 3}}, Refs: []*part{nil, {Id: 2}},
		ByName: map[string]int{"a": 1, "b": 0, "c": 3}, ById: map[int]part{1: {Id: 1}},
		Lists: [][]int{{1, 0}, {5}, {2, 3}, {4}}, Maybe: &part{Name: "n"},
	}, got)
}

func TestTwentyMisfitsAreEnough(t *testing.T) {
	t.Parallel()
	var got []int
	misfits, err := lenient.Unmarshal([]byte(`[`+strings.Repeat(`"x",`, 50)+`"7"]`), &got)
	require.NoError(t, err)
	require.Len(t, misfits, 20)
	assert.Equal(t, "[0]", misfits[0])
	assert.Equal(t, "[19]", misfits[19])
	require.Len(t, got, 51)
	assert.Equal(t, 7, got[50])
}

// A path goes into logs: nothing of what came may stand in it.
// G: request/lenient
func TestMisfitsRepeatNothing(t *testing.T) {
	t.Parallel()
	var got struct {
		Text  string
		ByKey map[string]int
	}
	misfits, err := lenient.Unmarshal([]byte(`{"TEXT":{"a-secret":1},"bykey":{"a-secret\nx":"a-secret","\u0000":{}}}`), &got)
	require.NoError(t, err)
	assert.Equal(t, []string{"Text", "ByKey.*", "ByKey.*"}, misfits)
}
