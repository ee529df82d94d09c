package lenient_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/data"
	"github.com/gothird/wecom/internal/lenient"
)

// A number in an interface keeps all its digits, well formed or not what stands beside it.
// G: request/lenient
func TestNumbersInInterfaces(t *testing.T) {
	t.Parallel()
	type holder struct {
		Count int                `json:"count"`
		Any   any                `json:"any"`
		Map   map[string]any     `json:"map"`
		List  []any              `json:"list"`
		D     data.D             `json:"d"`
		Deep  []*struct{ V any } `json:"deep"`
	}
	const id = "9007199254740993"
	for _, count := range []string{`1`, `"1"`, `"x"`} {
		var got holder
		in := strings.ReplaceAll(`{"any":#,"count":`+count+`,"map":{"a":#,"b":[#]},"list":[#,"x",true,null],"d":{"device_id":#},"deep":[{"v":{"x":#}}]}`, "#", id)
		_, err := lenient.Unmarshal([]byte(in), &got)
		require.NoError(t, err)
		n := json.Number(id)
		assert.Equal(t, n, got.Any, count)
		assert.Equal(t, map[string]any{"a": n, "b": []any{n}}, got.Map, count)
		assert.Equal(t, []any{n, "x", true, nil}, got.List, count)
		assert.Equal(t, data.D{"device_id": n}, got.D, count)
		require.Len(t, got.Deep, 1)
		assert.Equal(t, map[string]any{"x": n}, got.Deep[0].V, count)
	}
	var d data.D
	misfits, err := lenient.Unmarshal([]byte("{\"device_id\":"+id+",\"name\":\"a\nb\"}"), &d)
	require.NoError(t, err)
	assert.Empty(t, misfits)
	assert.Equal(t, data.D{"device_id": json.Number(id), "name": "a\nb"}, d)

	var free any
	_, err = lenient.Unmarshal([]byte(`1e999`), &free)
	require.NoError(t, err)
	assert.Equal(t, json.Number("1e999"), free)
}

func TestCommasForPointers(t *testing.T) {
	t.Parallel()
	var got struct{ List []*int }
	misfits, err := lenient.Unmarshal([]byte(`{"list":"1,x"}`), &got)
	require.NoError(t, err)
	assert.Equal(t, []string{"List[1]"}, misfits)
	one := 1
	assert.Equal(t, []*int{&one, nil}, got.List)
}

func TestListsOfInterfaces(t *testing.T) {
	t.Parallel()
	for in, want := range map[string][]any{
		`5`: {json.Number("5")}, `{"a":1}`: {map[string]any{"a": json.Number("1")}},
		`"a,b"`: {"a,b"}, `""`: {}, `{}`: {}, `null`: nil,
	} {
		var got struct{ List []any }
		misfits, err := lenient.Unmarshal([]byte(`{"list":`+in+`}`), &got)
		require.NoError(t, err)
		assert.Empty(t, misfits, in)
		assert.Equal(t, want, got.List, in)
	}
}

// picky decodes itself and refuses some values, as encoding/json would have to stop there.
type picky struct{ Text string }

func (p *picky) UnmarshalJSON(text []byte) error {
	p.Text = "half"
	switch string(text) {
	case `"mismatch"`:
		return &json.UnmarshalTypeError{Value: "a-secret"}
	case `"syntax"`:
		return json.Unmarshal([]byte(`{`), &struct{}{})
	case `"end"`:
		return io.EOF
	case `"bad"`, `""`:
		return errors.New("a-secret")
	}
	p.Text = string(text)
	return nil
}

type pickyText struct{ Text string }

func (p *pickyText) UnmarshalText(text []byte) error {
	if string(text) == "bad" {
		return errors.New("a-secret")
	}
	p.Text = string(text)
	return nil
}

func TestTypesThatDecodeThemselves(t *testing.T) {
	t.Parallel()
	type holder struct {
		Before string               `json:"before"`
		Free   any                  `json:"free"`
		One    picky                `json:"one"`
		Ref    *picky               `json:"ref"`
		List   []picky              `json:"list"`
		Map    map[string]picky     `json:"map"`
		Word   pickyText            `json:"word"`
		Words  map[pickyText]int    `json:"words"`
		When   time.Time            `json:"when"`
		After  []struct{ N, M int } `json:"after"`
	}
	const after = `,"after":[{"n":1,"m":2},{"n":"3"}]}`
	for in, want := range map[string][]string{
		`"one":"bad"`:                         {"one"},
		`"one":"mismatch"`:                    {"one"},
		`"one":"syntax"`:                      {"one"},
		`"one":""`:                            nil,
		`"ref":"bad"`:                         {"ref"},
		`"ref":""`:                            nil,
		`"list":["bad"]`:                      {"list[0]"},
		`"map":{"x":"mismatch"}`:              {"map.*"},
		`"word":"bad"`:                        {"word"},
		`"word":{}`:                           {"word"},
		`"words":{"bad":1}`:                   {"words.*"},
		`"when":"today"`:                      {"when"},
		`"when":""`:                           nil,
		`"when":5`:                            {"when"},
		`"one":"bad","word":null,"when":null`: {"one"},
		`"one":"bad","word":"bad","when":[1]`: {"one", "word", "when"},
	} {
		var got holder
		misfits, err := lenient.Unmarshal([]byte(`{"before":"b",`+in+after), &got)
		require.NoError(t, err, in)
		assert.Equal(t, want, misfits, in)
		assert.Equal(t, "b", got.Before, in)
		assert.Equal(t, []struct{ N, M int }{{1, 2}, {3, 0}}, got.After, in)
		assert.Zero(t, got.One, in)
		assert.Nil(t, got.Ref, in)
		assert.Zero(t, got.Word, in)
		assert.Zero(t, got.When, in)
	}
	var got holder
	misfits, err := lenient.Unmarshal([]byte(`{"before":7,"one":[1],"ref":{"a":1},"list":5,"map":{"x":1},"word":12,"words":{"w":"3"},"when":"2026-01-02T03:04:05Z"`+after), &got)
	require.NoError(t, err)
	assert.Empty(t, misfits)
	assert.Equal(t, holder{
		Before: "7", One: picky{"[1]"}, Ref: &picky{`{"a":1}`}, List: []picky{{"5"}}, Map: map[string]picky{"x": {"1"}},
		Word: pickyText{"12"}, Words: map[pickyText]int{{"w"}: 3}, When: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC),
		After: []struct{ N, M int }{{1, 2}, {3, 0}},
	}, got)

	var root picky
	misfits, err = lenient.Unmarshal([]byte(`"syntax"`), &root)
	require.NoError(t, err)
	assert.Equal(t, []string{"."}, misfits)
	assert.Zero(t, root)
}

func TestNothingFitsAFunction(t *testing.T) {
	t.Parallel()
	var got struct {
		F func()       `json:"f"`
		C chan int     `json:"c"`
		S fmt.Stringer `json:"s"`
		M map[bool]int `json:"m"`
		Z complex128   `json:"z"`
		N int          `json:"n"`
	}
	misfits, err := lenient.Unmarshal([]byte(`{"f":1,"c":"x","s":{},"m":{"true":1},"z":[],"n":"5"}`), &got)
	require.NoError(t, err)
	assert.Equal(t, []string{"f", "c", "s", "m", "z"}, misfits)
	assert.Equal(t, 5, got.N)
	misfits, err = lenient.Unmarshal([]byte(`{"f":null,"s":null,"m":null,"n":"6"}`), &got)
	require.NoError(t, err)
	assert.Empty(t, misfits)
}

// More fields than are remembered one by one.
func TestLargeStructs(t *testing.T) {
	t.Parallel()
	var got [1]struct{ large }
	var in strings.Builder
	for i := range 300 {
		fmt.Fprintf(&in, `"F%d":"%d","F%d":%d,`, i, i, i, i+1)
	}
	misfits, err := lenient.Unmarshal([]byte(`[{`+in.String()+`"X":"1"}]`), &got)
	require.NoError(t, err)
	assert.Empty(t, misfits)
	assert.Equal(t, 1, got[0].F0)
	assert.Equal(t, 300, got[0].F299)
}

type large struct {
	F0, F1, F2, F3, F4, F5, F6, F7, F8, F9                     int
	F10, F11, F12, F13, F14, F15, F16, F17, F18, F19           int
	F20, F21, F22, F23, F24, F25, F26, F27, F28, F29           int
	F30, F31, F32, F33, F34, F35, F36, F37, F38, F39           int
	F40, F41, F42, F43, F44, F45, F46, F47, F48, F49           int
	F50, F51, F52, F53, F54, F55, F56, F57, F58, F59           int
	F60, F61, F62, F63, F64, F65, F66, F67, F68, F69           int
	F70, F71, F72, F73, F74, F75, F76, F77, F78, F79           int
	F80, F81, F82, F83, F84, F85, F86, F87, F88, F89           int
	F90, F91, F92, F93, F94, F95, F96, F97, F98, F99           int
	F100, F101, F102, F103, F104, F105, F106, F107, F108, F109 int
	F110, F111, F112, F113, F114, F115, F116, F117, F118, F119 int
	F120, F121, F122, F123, F124, F125, F126, F127, F128, F129 int
	F130, F131, F132, F133, F134, F135, F136, F137, F138, F139 int
	F140, F141, F142, F143, F144, F145, F146, F147, F148, F149 int
	F150, F151, F152, F153, F154, F155, F156, F157, F158, F159 int
	F160, F161, F162, F163, F164, F165, F166, F167, F168, F169 int
	F170, F171, F172, F173, F174, F175, F176, F177, F178, F179 int
	F180, F181, F182, F183, F184, F185, F186, F187, F188, F189 int
	F190, F191, F192, F193, F194, F195, F196, F197, F198, F199 int
	F200, F201, F202, F203, F204, F205, F206, F207, F208, F209 int
	F210, F211, F212, F213, F214, F215, F216, F217, F218, F219 int
	F220, F221, F222, F223, F224, F225, F226, F227, F228, F229 int
	F230, F231, F232, F233, F234, F235, F236, F237, F238, F239 int
	F240, F241, F242, F243, F244, F245, F246, F247, F248, F249 int
	F250, F251, F252, F253, F254, F255, F256, F257, F258, F259 int
	F260, F261, F262, F263, F264, F265, F266, F267, F268, F269 int
	F270, F271, F272, F273, F274, F275, F276, F277, F278, F279 int
	F280, F281, F282, F283, F284, F285, F286, F287, F288, F289 int
	F290, F291, F292, F293, F294, F295, F296, F297, F298, F299 int
	X                                                          string
}

// The second pass decodes what encoding/json did not reach, and keeps what it did.
func TestAllKindsInTheSecondPass(t *testing.T) {
	t.Parallel()
	type fields struct {
		Raw    json.RawMessage `json:"raw"`
		Raws   []json.RawMessage
		Free   any              `json:"free"`
		Ref    *any             `json:"ref"`
		Flag   bool             `json:"flag"`
		Wait   time.Duration    `json:"wait"`
		Quoted string           `json:"quoted,string"`
		Map    map[uint8]string `json:"map"`
		Keys   map[bool]int     `json:"keys"`
		Pair   [2]int           `json:"pair"`
		Price  float64          `json:"price"`
		Same   string           `json:"same"`
		Null   map[string]int   `json:"null"`
		Word   string           `json:"word"`
	}
	const in = `{"odd":#,"raw":{"a": 1},"raws":[5,"x"],"free":[1,{"a":null}],"ref":null,"flag":true,"wait":1000,"quoted":"\"q\"",` +
		`"map":{"7":"seven","300":"x"},"pair":[1,2],"price":-1.25,"null":null,"word":"w"}`
	want := fields{
		Raw: json.RawMessage(`{"a": 1}`), Raws: []json.RawMessage{json.RawMessage("5"), json.RawMessage(`"x"`)},
		Free: []any{json.Number("1"), map[string]any{"a": nil}},
		Flag: true, Wait: 1000, Quoted: "q", Map: map[uint8]string{7: "seven"}, Pair: [2]int{1, 2}, Price: -1.25, Word: "w",
	}
	var filled struct {
		Odd int
		fields
	}
	misfits, err := lenient.Unmarshal([]byte(strings.Replace(in, "#", `"x"`, 1)), &filled)
	require.NoError(t, err)
	assert.Equal(t, []string{"Odd", "map.*"}, misfits)
	assert.Equal(t, want, filled.fields)

	var anew struct {
		Odd picky
		fields
	}
	misfits, err = lenient.Unmarshal([]byte(strings.Replace(in, "#", `"bad"`, 1)), &anew)
	require.NoError(t, err)
	assert.Equal(t, []string{"Odd", "map.*"}, misfits)
	assert.Equal(t, want, anew.fields)

	var odd fields
	misfits, err = lenient.Unmarshal([]byte(`{"quoted":"plain","keys":{},"pair":"1,2","ref":5,"map":{"1":2},"price":"1e1","same":"s"}`), &odd)
	require.NoError(t, err)
	assert.Equal(t, []string{"keys", "pair"}, misfits)
	require.NotNil(t, odd.Ref)
	assert.Equal(t, json.Number("5"), *odd.Ref)
	odd.Ref = nil
	assert.Equal(t, fields{Quoted: "plain", Map: map[uint8]string{1: "2"}, Price: 10, Same: "s"}, odd)
}
