package lenient_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/lenient"
)

// A text within a text is only for fields that are texts: a number takes what it can.
func TestTextWithinATextForANumber(t *testing.T) {
	t.Parallel()
	type answer struct {
		N int    `json:"n,string"`
		S string `json:"s,string"`
		M int    `json:"m"`
	}
	var got answer
	misfits, err := lenient.Unmarshal([]byte(`{"n":"\"5\"","s":7,"m":"3"}`), &got)
	require.NoError(t, err)
	assert.Equal(t, []string{"n"}, misfits)
	assert.Equal(t, answer{S: "7", M: 3}, got)
}

// Only a field with the option string loses the quotes of a text within a text.
// G: request/lenient
func TestTextWithinATextStays(t *testing.T) {
	t.Parallel()
	type item struct {
		N int    `json:"n"`
		P string `json:"p"`
		Q string `json:"q,string"`
	}
	type answer struct {
		Items []item `json:"items"`
		P     string `json:"p"`
	}
	var got answer
	_, err := lenient.Unmarshal([]byte(`{"items":{"n":"3","p":"\"a\"","q":"\"b\""},"p":"\"c\"","p":"\"d\""}`), &got)
	require.NoError(t, err)
	assert.Equal(t, answer{Items: []item{{N: 3, P: `"a"`, Q: "b"}}, P: `"d"`}, got)
}

// A byte-order mark also ends an answer of which nothing else is wrong.
// G: request/lenient
func TestByteOrderMarkAtTheEnd(t *testing.T) {
	t.Parallel()
	const mark = "\xef\xbb\xbf"
	for _, in := range []string{mark + `{"a":1}`, `{"a":1}` + mark, `{"a":1} ` + mark + "\n"} {
		var got struct{ A int }
		_, err := lenient.Unmarshal([]byte(in), &got)
		require.NoError(t, err, "%q", in)
		assert.Equal(t, 1, got.A)
	}
	var got struct{ A int }
	_, err := lenient.Unmarshal([]byte(`{"a":1}`+mark[:2]), &got)
	assert.Error(t, err)
}

func TestMisfitsOfShortNames(t *testing.T) {
	t.Parallel()
	var got struct {
		A struct {
			B []struct {
				C int `json:"c"`
			} `json:"b"`
		} `json:"a"`
	}
	misfits, err := lenient.Unmarshal([]byte(`{"a":{"b":[{},{"c":"x"}]}}`), &got)
	require.NoError(t, err)
	assert.Equal(t, []string{"a.b[1].c"}, misfits)
}

// Keys of maps are decimal numbers, as encoding/json reads them.
func TestNumbersAsKeys(t *testing.T) {
	t.Parallel()
	var got struct {
		Signed   map[int64]string `json:"signed"`
		Unsigned map[uint8]string `json:"unsigned"`
	}
	misfits, err := lenient.Unmarshal([]byte(`{"signed":{"-12":1,"34":"x","0x1":"","1.0":""},"unsigned":{"250":1,"-1":"","256":""}}`), &got)
	require.NoError(t, err)
	assert.Equal(t, []string{"signed.*", "signed.*", "unsigned.*", "unsigned.*"}, misfits)
	assert.Equal(t, map[int64]string{-12: "1", 34: "x"}, got.Signed)
	assert.Equal(t, map[uint8]string{250: "1"}, got.Unsigned)
}

// An empty text or list is nothing where a pointer leads to an object, but a value where it
// leads to a text or a list.
func TestPointersToWhatCanBeEmpty(t *testing.T) {
	t.Parallel()
	type pointers struct {
		Text  *string
		List  *[]int
		Map   *map[string]int
		Num   *int
		Again **int
	}
	five, none, empty := 5, "", []int{}
	ref := &five
	for in, want := range map[string]pointers{
		`"text":"","list":[],"map":"","num":"","again":""`:              {Text: &none, List: &empty},
		`"text":5,"list":"","map":[],"num":[ ]`:                         {Text: new(string), List: &empty},
		`"text":null,"list":null,"map":null,"num":null,"again":null`:    {},
		`"again":"5","num":"5","list":"5","text":"5","map":{"a":"5"}`:   {Text: new(string), List: &[]int{5}, Map: &map[string]int{"a": 5}, Num: &five, Again: &ref},
		`"num":1,"num":null,"list":[1],"list":null,"map":{},"map":null`: {},
	} {
		if want.Text != nil && want.Text != &none {
			*want.Text = "5"
		}
		var got struct {
			Odd int
			pointers
		}
		misfits, err := lenient.Unmarshal([]byte(`{"odd":"7",`+in+`}`), &got)
		require.NoError(t, err, in)
		assert.Empty(t, misfits, in)
		assert.Equal(t, want, got.pointers, in)
	}
}

// A type that takes an empty list or text gets it; only one that refuses it is left zero.
func TestEmptyValuesForTypesThatDecodeThemselves(t *testing.T) {
	t.Parallel()
	var got struct {
		Takes, Refuses picky
		N              int
	}
	misfits, err := lenient.Unmarshal([]byte(`{"n":"1","takes":[],"refuses":""}`), &got)
	require.NoError(t, err)
	assert.Empty(t, misfits)
	assert.Equal(t, picky{"[]"}, got.Takes)
	assert.Zero(t, got.Refuses)
}

func TestEscapesBesideRawControlCharacters(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"a\n\\n":      "a\n\n",
		"\t\\u00e9":   "\té",
		"\x1f\\\\":    "\x1f\\",
		"\n\\\"":      "\n\"",
		"\n\\u00e":    "\n\\u00e",
		"\n\\q":       "\n\\q",
		"\n\\uu":      "\n\\uu",
		"\x10\x0f\\/": "\x10\x0f/",
	} {
		var got struct{ Text string }
		misfits, err := lenient.Unmarshal([]byte(`{"text":"`+in+`"}`), &got)
		require.NoError(t, err, "%q", in)
		assert.Empty(t, misfits)
		assert.Equal(t, want, got.Text, "%q", in)
	}
}

// The largest numbers come whole, however they are written.
func TestLargestNumbers(t *testing.T) {
	t.Parallel()
	var got struct {
		U []uint64
		I []int64
		S []int8
	}
	misfits, err := lenient.Unmarshal([]byte(`{"u":[18446744073709551615,"18446744073709551615",1.8446744073709551615e19,1.8446744073709551616e19],`+
		`"i":[-9.223372036854775808e18,"9223372036854775807.0",1e20],"s":[1.27e2,-1.28E2,1.28e2]}`), &got)
	require.NoError(t, err)
	assert.Equal(t, []string{"U[3]", "I[2]", "S[2]"}, misfits)
	const most = 1<<64 - 1
	assert.Equal(t, []uint64{most, most, most, 0}, got.U)
	assert.Equal(t, []int64{-1 << 63, 1<<63 - 1, 0}, got.I)
	assert.Equal(t, []int8{127, -128, 0}, got.S)
}

// A type of very many types is decoded as if it had an interface, which it may have.
func TestManyTypes(t *testing.T) {
	t.Parallel()
	var fields []reflect.StructField
	for i := range 40 {
		fields = append(fields, reflect.StructField{Name: fmt.Sprintf("F%d", i), Type: reflect.ArrayOf(i+1, reflect.TypeFor[int]())})
	}
	fields = append(fields, reflect.StructField{Name: "Last", Type: reflect.TypeFor[[]any]()})
	v := structOf(fields...)
	misfits, err := lenient.Unmarshal([]byte(`{"F0":["1"],"Last":[9007199254740993]}`), v)
	require.NoError(t, err)
	assert.Empty(t, misfits)
	assert.Equal(t, []any{json.Number("9007199254740993")}, reflect.ValueOf(v).Elem().FieldByName("Last").Interface())
}
