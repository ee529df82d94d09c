package lenient_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/lenient"
)

// walked is what Members visits, as name=value.
func walked(data string) (seen []string, ok bool) {
	ok = lenient.Members([]byte(data), func(key, value []byte) bool {
		seen = append(seen, string(key)+"="+string(value))
		return true
	})
	return seen, ok
}

func TestMembers(t *testing.T) {
	t.Parallel()
	for in, want := range map[string][]string{
		`{}`:                       nil,
		" { \n} x":                 nil,
		`{"errcode":0}`:            {`errcode=0`},
		`{"a":1,"b":"x","a":null}`: {`a=1`, `b="x"`, `a=null`},
		"\xef\xbb\xbf\x00 {\r\n\t\"a\" : -1.5e3 ,\x00 \"b\" : { \"c\" : [ \"]}\" ] } }": {`a=-1.5e3`, `b={ "c" : [ "]}" ] }`},
		`{"a\"b":"\"}","\u0061\n":[[],{}]}`:                                             {`a"b="\"}"`, "a\n=[[],{}]"},
		"{\"a\nb\":\"c\nd\",\"\\\\\":\"\\\\\"}":                                         {"a\nb=\"c\nd\"", `\="\\"`},
		"{\"\xff\":1}":                                                                  {"\ufffd=1"},
		`{"":"","中":"文"}`:                                                               {`=""`, `中="文"`},
		`{"a":tru,"b":[1}}, "c":"x"`:                                                    {`a=tru`, `b=[1}`},
	} {
		seen, ok := walked(in)
		assert.True(t, ok, in)
		assert.Equal(t, want, seen, in)
	}
}

func TestMembersOfNoObject(t *testing.T) {
	t.Parallel()
	for in, want := range map[string][]string{
		``: nil, ` `: nil, `null`: nil, `[]`: nil, `"a"`: nil, `5`: nil, `<html>`: nil, "\xef\xbb": nil,
		`{`: nil, `{"`: nil, `{"a`: nil, `{"a"`: nil, `{"a":`: nil, `{a:1}`: nil, `{"a"=1}`: nil, `{"a":,}`: nil, `{,}`: nil, `{"a" "b"}`: nil,
		`{"a":"x`:          nil,
		`{"a":1`:           nil, // perhaps 10
		`{"a":{"b":1}`:     {`a={"b":1}`},
		`{"a":"x"`:         {`a="x"`},
		`{"a":1,`:          {`a=1`},
		`{"a":1,}`:         {`a=1`},
		`{"a":1 "b":2}`:    {`a=1`},
		`{"a":1,"b":{"c":`: {`a=1`},
		`{"a":1]`:          {`a=1`},
	} {
		seen, ok := walked(in)
		assert.False(t, ok, in)
		assert.Equal(t, want, seen, in)
	}
}

// To stop early costs only what was read: what stands behind is not looked at.
func TestMembersStopsEarly(t *testing.T) {
	t.Parallel()
	var seen []string
	ok := lenient.Members([]byte(`{"errcode":0,"errmsg":"ok",!!`), func(key, _ []byte) bool {
		seen = append(seen, string(key))
		return len(seen) < 2
	})
	assert.True(t, ok)
	assert.Equal(t, []string{"errcode", "errmsg"}, seen)
}

func TestMembersAllocatesNothing(t *testing.T) {
	data := []byte("\xef\xbb\xbf{\"errcode\":0,\"errmsg\":\"o\nk\",\"中\":{\"a\":[1,2,3]}}")
	n := 0
	visit := func(_, value []byte) bool { n += len(value); return true }
	assert.Zero(t, testing.AllocsPerRun(100, func() { lenient.Members(data, visit) }))
	assert.NotZero(t, n)
}

func TestFind(t *testing.T) {
	t.Parallel()
	const answer = "\xef\xbb\xbf{\"errcode\":0,\"permanent_code\":\"a\nb\",\"auth_corp_info\":{\"corpid\":\"ww1\",\"null\":null,\"list\":[{\"corpid\":1}]},\"permanent\\u005fcode2\":5,\"last\":{\"corpid\":\"x\"},\"last\":{\"n\":7}}"
	for path, want := range map[string]string{
		"errcode": `0`, "permanent_code": "\"a\nb\"", "auth_corp_info.corpid": `"ww1"`, "auth_corp_info.null": `null`,
		"auth_corp_info.list": `[{"corpid":1}]`, "permanent_code2": `5`, "last.n": `7`,
		"Errcode": ``, "corpid": ``, "errcode.x": ``, "auth_corp_info.list.corpid": ``, "last.corpid": ``, "auth_corp_info.null.x": ``,
	} {
		got, ok := lenient.Find([]byte(answer), strings.Split(path, ".")...)
		assert.Equal(t, want, string(got), path)
		assert.Equal(t, want != "", ok, path)
	}
	for in, want := range map[string]string{` {"a":1} x`: `{"a":1}`, `5`: `5`, ` "x" `: `"x"`, ``: ``, `{"a"`: ``, `}`: ``} {
		got, ok := lenient.Find([]byte(in))
		assert.Equal(t, want, string(got), in)
		assert.Equal(t, want != "", ok, in)
	}
}

// The permanent code is found wherever else the answer is odd or ends.
// G: install/answer
func TestFindInAnOddAnswer(t *testing.T) {
	t.Parallel()
	for _, in := range []string{
		`{"permanent_code":"PC","auth_corp_info":{"corpid":"ww1"`,
		`{"permanent_code":"PC","auth_corp_info":{"corpid":"ww1","corp_na`,
		`{"permanent_code":"PC","auth_corp_info":{"corpid":"ww1"},"auth_info":[{]}`,
		`{"x":[1},"permanent_code":"PC","auth_corp_info":{"y":tru,"corpid":"ww1"}}`,
		`{"permanent_code":"PC","auth_corp_info":{"corpid":"ww1"},}`,
		`{"permanent_code":"PC","auth_corp_info":{"corpid":"ww1"}}<!-- gateway -->`,
	} {
		code, ok := lenient.Find([]byte(in), "permanent_code")
		assert.True(t, ok, in)
		assert.Equal(t, `"PC"`, string(code), in)
		corp, ok := lenient.Find([]byte(in), "auth_corp_info", "corpid")
		assert.True(t, ok, in)
		assert.Equal(t, `"ww1"`, string(corp), in)
	}
	for _, in := range []string{`{"permanent_code":"PC`, `{"permanent_code":12`, `{"permanent_code":{"a":1`} {
		got, ok := lenient.Find([]byte(in), "permanent_code")
		assert.False(t, ok, in)
		assert.Empty(t, got, in)
	}
	for name, path := range map[string][]string{
		"permanent_code_newline.json": {"auth_corp_info", "corp_name"}, "auth_info_misfits.json": {"auth_corp_info", "verified_end_time"},
	} {
		text, err := os.ReadFile("testdata/" + name)
		require.NoError(t, err)
		value, ok := lenient.Find(text, path...)
		require.True(t, ok)
		got, ok := lenient.Text(value)
		assert.True(t, ok)
		assert.Equal(t, map[string]string{"corp_name": "made\bup\ncorp", "verified_end_time": "2026-01-01"}[path[1]], got)
	}
}

func TestText(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		`"x"`: "x", ` "x" `: "x", `""`: "", "\"a\x00\n\x1fb\"": "a\x00\n\x1fb", "\"a\xff\xfeb\"": "a\ufffd\ufffdb",
		`"\u00e9\n\/\"\\"`: "é\n/\"\\", `"\ud83d\ude00"`: "😀", `"\ud83d"`: "\ufffd", `"\x\u12"`: `\x\u12`, "\"\\n\xff\n\"": "\n\ufffd\n",
		`5`: "5", `-1.50e+3`: "-1.50e+3", `true`: "true", `false`: "false", `12345678901234567890`: "12345678901234567890",
		"\xef\xbb\xbf5\x00": "5",
	} {
		got, ok := lenient.Text([]byte(in))
		assert.True(t, ok, "%q", in)
		assert.Equal(t, want, got, "%q", in)
	}
	for _, in := range []string{``, ` `, `null`, `{}`, `[]`, `["x"]`, `tru`, `x`, `"`, `"x`, `x"`, `"x"y`, `"x" "y"`, `1.`, `-`, `01`, `1 2`, `+1`, `NaN`, `"\"`} {
		got, ok := lenient.Text([]byte(in))
		assert.False(t, ok, in)
		assert.Empty(t, got, in)
	}
}

func TestInt(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]int64{
		`5`: 5, `"5"`: 5, `" 5 "`: 5, `5.0`: 5, `"5.00"`: 5, `1e3`: 1000, `"12.5E1"`: 125, `500e-2`: 5, `-0`: 0, `-7`: -7, ` 7 `: 7,
		`0.0e9`: 0, `0e-5`: 0, `"007"`: 7, `"007.0"`: 7, `0.5e1`: 5, `0.050e+2`: 5, `"+5"`: 5, `"\u0035"`: 5,
		`9223372036854775807`: 9223372036854775807, `-9223372036854775808.0`: -9223372036854775808, `"9007199254740993.0"`: 9007199254740993,
		``: 0, ` `: 0, `""`: 0, `" "`: 0, `null`: 0,
	} {
		got, ok := lenient.Int([]byte(in))
		assert.True(t, ok, in)
		assert.Equal(t, want, got, in)
	}
	for _, in := range []string{
		`true`, `{}`, `[]`, `[5]`, `"x"`, `5.5`, `1e-1`, `9223372036854775808`, `-9223372036854775809`, `1e19`, `1e400`, `"1e99999999999999999999"`, `1e-9223372036854775808`, `0.01e-9223372036854775808`, `1e9223372036854775807`,
		`"0x5"`, `"5 6"`, `"1_000"`, `"--5"`, `"-+5"`, `"++5"`, `"5e"`, `"e5"`, `"."`, `"1.2.3"`, `"-"`, `"∞"`, `"٣"`, `5x`, `"5`, `"99999999999999999999999999.0"`,
	} {
		got, ok := lenient.Int([]byte(in))
		assert.False(t, ok, in)
		assert.Zero(t, got, in)
	}
}

func ExampleMembers() {
	answer := []byte(`{"errcode":40029,"errmsg":"invalid code","rest":[1,2,3]}`)
	lenient.Members(answer, func(key, value []byte) bool {
		fmt.Printf("%s is %s\n", key, value)
		return string(key) != "errmsg"
	})
	// Output:
	// errcode is 40029
	// errmsg is "invalid code"
}
