package lenient_test

import (
	"encoding/json"
	"errors"
	"math"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/lenient"
)

type part struct {
	Id   int64  `json:"id"`
	Name string `json:"name"`
}

type head struct {
	Kind string `json:"kind"`
}

type Base struct {
	Level int `json:"level"`
	Same  int `json:"same"`
}

type whole struct {
	head
	*Base
	Count  int              `json:"count"`
	Small  int8             `json:"small,omitempty"`
	Size   uint32           `json:"size"`
	Price  float64          `json:"price"`
	Single float32          `json:"single"`
	Text   string           `json:"text"`
	Flag   bool             `json:"flag"`
	Wait   time.Duration    `json:"wait"`
	Exact  json.Number      `json:"exact"`
	Quoted string           `json:"quoted,string"`
	Number int              `json:"number,string"`
	Ids    []int64          `json:"ids"`
	Names  []string         `json:"names"`
	Part   part             `json:"part"`
	Maybe  *part            `json:"maybe"`
	Given  *int             `json:"given"`
	Parts  []part           `json:"parts"`
	Refs   []*part          `json:"refs"`
	Pair   [2]int           `json:"pair"`
	Lists  [][]int          `json:"lists"`
	ByName map[string]int   `json:"by_name"`
	ById   map[int]part     `json:"by_id"`
	Groups map[string][]int `json:"groups"`
	Raw    json.RawMessage  `json:"raw"`
	Blob   []byte           `json:"blob"`
	Same   string           `json:"same"`
	Hidden int              `json:"-"`
	Plain  int
}

// G: request/lenient
func TestUnmarshalBends(t *testing.T) {
	t.Parallel()
	one := part{Id: 1, Name: "a"}
	five := 5
	for _, row := range []struct {
		name, in string
		want     whole
	}{
		{"well formed", `{"count":1,"text":"x","ids":[1],"part":{"id":1,"name":"a"}}`, whole{Count: 1, Text: "x", Ids: []int64{1}, Part: one}},
		{"numbers as text", `{"count":" 12 ","price":"1.5","single":"0.5","size":"7","small":"-3","ids":["1",2]}`, whole{Count: 12, Price: 1.5, Single: 0.5, Size: 7, Small: -3, Ids: []int64{1, 2}}},
		{"more than 53 bits", `{"count":"1","ids":["9007199254740993",9007199254740993.0,900719925474099.3e1]}`, whole{Count: 1, Ids: []int64{9007199254740993, 9007199254740993, 9007199254740993}}},
		{"limits", `{"count":"1","size":"4294967295","small":-128,"ids":["9223372036854775807",-9223372036854775808]}`, whole{Count: 1, Size: math.MaxUint32, Small: -128, Ids: []int64{math.MaxInt64, math.MinInt64}}},
		{"whole with a fraction", `{"count":3.0,"plain":1e2,"size":20e-1,"wait":1e9}`, whole{Count: 3, Plain: 100, Size: 2, Wait: time.Second}},
		{"exact number", `{"exact":" 1.50 ","count":"1"}`, whole{Exact: "1.50", Count: 1}},
		{"empty number", `{"count":"","price":" ","exact":"","size":""}`, whole{}},
		{"truth as number", `{"count":true,"flag":1,"price":true,"plain":false}`, whole{Count: 1, Flag: true, Price: 1}},
		{"truth as text", `{"flag":"true"}`, whole{Flag: true}},
		{"falsehood as text", `{"flag":"False","text":false}`, whole{Text: "false"}},
		{"truth in capitals", `{"flag":"TRUE"}`, whole{Flag: true}},
		{"truth as quoted number", `{"flag":" 1 "}`, whole{Flag: true}},
		{"falsehood", `{"flag":"","count":false}`, whole{}},
		{"text as number", `{"text":12345678901234567890,"names":[1,true,1.50]}`, whole{Text: "12345678901234567890", Names: []string{"1", "true", "1.50"}}},
		{"one for a list", `{"ids":7,"parts":{"id":"1","name":"a"},"names":true,"refs":{"id":1,"name":"a"}}`, whole{Ids: []int64{7}, Parts: []part{one}, Names: []string{"true"}, Refs: []*part{&one}}},
		{"commas", `{"ids":"1, 2,,3","names":"a,b"}`, whole{Ids: []int64{1, 2, 3}, Names: []string{"a", "b"}}},
		{"empty list", `{"ids":"","names":" ","parts":"","refs":{}}`, whole{Ids: []int64{}, Names: []string{}, Parts: []part{}, Refs: []*part{}}},
		{"no object", `{"part":"","maybe":[],"by_name":[],"by_id":" ","given":"","parts":["",[]]}`, whole{Parts: []part{{}, {}}}},
		{"null", `{"count":null,"part":null,"parts":null,"ids":null,"text":5,"maybe":null,"by_name":null}`, whole{Text: "5"}},
		{"deep", `{"maybe":{"id":"1","name":"a"},"by_name":{"x":"4","y":5},"given":"5","by_id":{"3":{"id":"1","name":"a"}},"groups":{"g":"1,2"}}`,
			whole{Maybe: &one, ByName: map[string]int{"x": 4, "y": 5}, Given: &five, ById: map[int]part{3: one}, Groups: map[string][]int{"g": {1, 2}}}},
		{"embedded", `{"kind":3,"level":"2"}`, whole{head: head{Kind: "3"}, Base: &Base{Level: 2}}},
		{"hidden by an outer field", `{"same":1}`, whole{Same: "1"}},
		{"raw", `{"count":"1","raw":"7"}`, whole{Count: 1, Raw: json.RawMessage(`"7"`)}},
		{"bytes", `{"count":"1","blob":"aGk="}`, whole{Count: 1, Blob: []byte("hi")}},
		{"array", `{"pair":["1",2,"3"]}`, whole{Pair: [2]int{1, 2}}},
		{"text in a text", `{"quoted":"\"x\"","number":5}`, whole{Quoted: "x", Number: 5}},
		{"other case", `{"COUNT":"1","Plain":"2","Text":3}`, whole{Count: 1, Plain: 2, Text: "3"}},
		{"unknown and ignored", `{"count":"1","new":{"x":[1,{"count":5}]},"Hidden":"9"}`, whole{Count: 1}},
		{"the last of a name counts", `{"count":"1","count":2,"ids":["1"],"ids":[3],"by_name":{"x":"1","x":2},"names":["a",2],"names":[]}`, whole{Count: 2, Ids: []int64{3}, ByName: map[string]int{"x": 2}, Names: []string{}}},
		{"the last of a name in another case", `{"text":1,"TEXT":"2","maybe":{"id":"1"},"maybe":null}`, whole{Text: "2"}},
		{"what came before the last of a name", `{"count":"1","names":["a",{}],"names":["b"]}`, whole{Count: 1, Names: []string{"b"}}},
		{"the last of a name is false", `{"count":1,"count":false,"flag":"1","flag":"0","price":"2","price":false}`, whole{}},
		{"empty lists", `{"text":5,"pair":[],"ids":[],"lists":[[],""]}`, whole{Text: "5", Ids: []int64{}, Lists: [][]int{{}, {}}}},
		{"blanks", " {\t\"count\" :\r\n \"1\" , \"ids\" : [ \"1\" , 2 ] } ", whole{Count: 1, Ids: []int64{1, 2}}},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			var got whole
			misfits, err := lenient.Unmarshal([]byte(row.in), &got)
			require.NoError(t, err)
			assert.Empty(t, misfits)
			assert.Equal(t, row.want, got)
		})
	}
}

func TestDocumentOfAnotherShape(t *testing.T) {
	t.Parallel()
	for in, want := range map[string][]string{
		`5`: {"."}, `"x"`: {"."}, `[1]`: {"."}, `true`: {"."},
		`null`: nil, `""`: nil, `[]`: nil, `{}`: nil,
	} {
		var got whole
		misfits, err := lenient.Unmarshal([]byte(in), &got)
		require.NoError(t, err, in)
		assert.Equal(t, want, misfits, in)
		assert.Equal(t, whole{}, got, in)
	}
	var list []part
	misfits, err := lenient.Unmarshal([]byte(`{"id":"1"}`), &list)
	require.NoError(t, err)
	assert.Empty(t, misfits)
	assert.Equal(t, []part{{Id: 1}}, list)
}

// An answer with raw control characters loses neither a field nor a character.
// G: request/lenient
func TestRawNewlineInAText(t *testing.T) {
	t.Parallel()
	got, misfits := readFile(t, "testdata/permanent_code_newline.json")
	assert.Empty(t, misfits)
	assert.Equal(t, "tok-abc", got.AccessToken)
	assert.Equal(t, 7200, got.ExpiresIn)
	assert.Equal(t, "PCODE-made-up-0001", got.PermanentCode)
	assert.Equal(t, "wpMadeUpCorp0000000000001", got.AuthCorpInfo.CorpId)
	assert.Equal(t, "made\bup\ncorp", got.AuthCorpInfo.CorpName)
	assert.Equal(t, "verified", got.AuthCorpInfo.CorpType)
	assert.Equal(t, 50, got.AuthCorpInfo.CorpUserMax)
	require.Len(t, got.AuthInfo.Agent, 1)
	assert.Equal(t, agent{AgentId: 1000001, Name: "app", AuthMode: 1}, got.AuthInfo.Agent[0])
	assert.Equal(t, "woUser1", got.AuthUserInfo.OpenUserId)
}

// Two fields of another shape are zero and named; all others are there.
func TestOddFieldsOfAnAnswer(t *testing.T) {
	t.Parallel()
	got, misfits := readFile(t, "testdata/auth_info_misfits.json")
	assert.ElementsMatch(t, []string{"auth_corp_info.location", "auth_corp_info.verified_end_time"}, misfits)
	assert.Empty(t, got.AuthCorpInfo.Location)
	assert.Zero(t, got.AuthCorpInfo.VerifiedEndTime)
	assert.Equal(t, "ok", got.ErrMsg)
	assert.Equal(t, "wpMadeUpCorp0000000000001", got.AuthCorpInfo.CorpId)
	assert.Equal(t, "made up corp", got.AuthCorpInfo.CorpName)
	require.Len(t, got.AuthInfo.Agent, 1)
	assert.Equal(t, agent{AgentId: 1000001, Name: "app"}, got.AuthInfo.Agent[0])
}

type agent struct {
	AgentId      int64  `json:"agentid"`
	Name         string `json:"name"`
	AuthMode     int    `json:"auth_mode"`
	IsCustomized bool   `json:"is_customized_app"`
}

type permanent struct {
	ErrMsg        string `json:"errmsg"`
	AccessToken   string `json:"access_token"`
	ExpiresIn     int    `json:"expires_in"`
	PermanentCode string `json:"permanent_code"`
	AuthCorpInfo  struct {
		CorpId          string `json:"corpid"`
		CorpName        string `json:"corp_name"`
		CorpType        string `json:"corp_type"`
		CorpUserMax     int    `json:"corp_user_max"`
		Location        string `json:"location"`
		VerifiedEndTime int64  `json:"verified_end_time"`
	} `json:"auth_corp_info"`
	AuthInfo struct {
		Agent []agent `json:"agent"`
	} `json:"auth_info"`
	AuthUserInfo struct {
		OpenUserId string `json:"open_userid"`
	} `json:"auth_user_info"`
}

func readFile(t *testing.T, name string) (got permanent, misfits []string) {
	t.Helper()
	text, err := os.ReadFile(name)
	require.NoError(t, err)
	misfits, err = lenient.Unmarshal(text, &got)
	require.NoError(t, err)
	return got, misfits
}

// G: request/lenient
func TestSyntaxIsReadLeniently(t *testing.T) {
	t.Parallel()
	const bom = "\xef\xbb\xbf"
	for in, want := range map[string]whole{
		bom + `{"count":1}`:                             {Count: 1},
		"\x00 " + bom + bom + "{\"count\":\"1\"}\x00\v": {Count: 1},
		"{\"text\":\"a\x00\x01\x1f\tb\"}":               {Text: "a\x00\x01\x1f\tb"},
		"{\"text\":\"a\rb\\n\\u00e9\",\f\"count\":1}":   {Text: "a\rb\né", Count: 1},
		`{"text":"\x\u12G4\'\u12"}`:                     {Text: `\x\u12G4\'\u12`},
		`{"text":"` + bom + `x"}`:                       {Text: bom + "x"},
		"{\"te\nxt\":5,\"count\":\"1\"}":                {Count: 1},
		"{\"text\":\"\xff\xfe\",\"count\":\"1\"}":       {Text: "\ufffd\ufffd", Count: 1},
		"{\"text\":\"a\xc3\",\"name\xff\":\"\n\"}":      {Text: "a\ufffd"},
		"{\"raw\":\"a \nb\",\"text\":5}":                {Raw: json.RawMessage(`"a \u000ab"`), Text: "5"},
	} {
		var got whole
		misfits, err := lenient.Unmarshal([]byte(in), &got)
		require.NoError(t, err, "%q", in)
		assert.Empty(t, misfits, "%q", in)
		assert.Equal(t, want, got, "%q", in)
	}
}

func TestNoJSON(t *testing.T) {
	t.Parallel()
	for _, in := range []string{
		``, ` `, "\xef\xbb\xbf", `{"count":`, `{"count":1}x`, `{"count":1,}`, `{"text":"a`, "{\"text\":\"a\n", `{count:1}`, `<html>`, `{"count":tru}`, "\xff",
	} {
		var got whole
		misfits, err := lenient.Unmarshal([]byte(in), &got)
		assert.Error(t, err, in)
		assert.Nil(t, misfits, in)
		assert.Equal(t, whole{}, got, in)
		free := any("kept by nobody")
		_, freeErr := lenient.Unmarshal([]byte(in), &free)
		assert.Equal(t, err, freeErr, in)
		assert.Nil(t, free, in)
	}
}

func TestTargetMustBeAPointer(t *testing.T) {
	t.Parallel()
	for _, v := range []any{nil, whole{}, (*whole)(nil), map[string]any{}} {
		_, err := lenient.Unmarshal([]byte(`{}`), v)
		var invalid *json.InvalidUnmarshalError
		assert.True(t, errors.As(err, &invalid), "%T", v)
	}
}

// No error or path quotes a value.
func TestErrorsQuoteNoText(t *testing.T) {
	t.Parallel()
	var got whole
	misfits, err := lenient.Unmarshal([]byte(`{"count":"{\"access_token\":\"a-secret\"}"}`), &got)
	require.NoError(t, err)
	assert.Equal(t, []string{"count"}, misfits)
	_, err = lenient.Unmarshal([]byte(`{"access_token":"a-secret`), &got)
	require.Error(t, err)
	assert.NotContains(t, err.Error(), "a-secret")
}
