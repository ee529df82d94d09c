package lenient_test

import (
	"encoding/json"
	"testing"

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

type whole struct {
	head
	Count  int             `json:"count"`
	Price  float64         `json:"price"`
	Text   string          `json:"text"`
	Flag   bool            `json:"flag"`
	Ids    []int64         `json:"ids"`
	Names  []string        `json:"names"`
	Part   part            `json:"part"`
	Maybe  *part           `json:"maybe"`
	Parts  []part          `json:"parts"`
	ByName map[string]int  `json:"by_name"`
	Raw    json.RawMessage `json:"raw"`
	Blob   []byte          `json:"blob"`
	Hidden int             `json:"-"`
	Plain  int
}

func TestBends(t *testing.T) {
	t.Parallel()
	one := part{Id: 1, Name: "a"}
	for _, row := range []struct {
		name, in string
		want     whole
	}{
		{"well formed", `{"count":1,"text":"x","ids":[1],"part":{"id":1,"name":"a"}}`, whole{Count: 1, Text: "x", Ids: []int64{1}, Part: one}},
		{"numbers as text", `{"count":" 12 ","price":"1.5","ids":["1","2"]}`, whole{Count: 12, Price: 1.5, Ids: []int64{1, 2}}},
		{"64 bits", `{"count":"1","ids":["9007199254740993"]}`, whole{Count: 1, Ids: []int64{9007199254740993}}},
		{"whole number with a fraction", `{"count":3.0,"plain":1e2}`, whole{Count: 3, Plain: 100}},
		{"empty number", `{"count":"","price":""}`, whole{}},
		{"truth as number", `{"count":true,"flag":1}`, whole{Count: 1, Flag: true}},
		{"truth as text", `{"flag":"true"}`, whole{Flag: true}},
		{"falsehood", `{"flag":"","count":false}`, whole{}},
		{"text as number", `{"text":12345678901234567890,"names":[1,true]}`, whole{Text: "12345678901234567890", Names: []string{"1", "true"}}},
		{"one for a list", `{"ids":7,"parts":{"id":"1","name":"a"}}`, whole{Ids: []int64{7}, Parts: []part{one}}},
		{"commas", `{"ids":"1, 2,,3","names":"a,b"}`, whole{Ids: []int64{1, 2, 3}, Names: []string{"a", "b"}}},
		{"empty list", `{"ids":"","names":""}`, whole{Ids: []int64{}, Names: []string{}}},
		{"no object", `{"part":"","maybe":[],"by_name":""}`, whole{}},
		{"null", `{"count":null,"part":null,"parts":null,"ids":null,"text":5}`, whole{Text: "5"}},
		{"deep", `{"maybe":{"id":"1","name":"a"},"by_name":{"x":"4"}}`, whole{Maybe: &one, ByName: map[string]int{"x": 4}}},
		{"embedded", `{"kind":3}`, whole{head: head{Kind: "3"}}},
		{"own decoder", `{"count":"1","raw":"7"}`, whole{Count: 1, Raw: json.RawMessage(`"7"`)}},
		{"bytes", `{"count":"1","blob":"aGk="}`, whole{Count: 1, Blob: []byte("hi")}},
		{"other case", `{"COUNT":"1","Plain":"2"}`, whole{Count: 1, Plain: 2}},
		{"unknown and ignored", `{"count":"1","new":{"x":1},"Hidden":"9"}`, whole{Count: 1}},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			var got whole
			require.NoError(t, lenient.Unmarshal([]byte(row.in), &got))
			assert.Equal(t, row.want, got)
		})
	}
}

func TestWhatCannotBeBent(t *testing.T) {
	t.Parallel()
	for _, in := range []string{
		`{"count":"many"}`, `{"count":{}}`, `{"count":"99999999999999999999"}`, `{"count":1.5}`,
		`{"text":{}}`, `{"flag":"perhaps"}`, `{"flag":[]}`, `{"part":5}`, `[1]`, `5`, ``, `{"count":`, `{"count":1}x`,
	} {
		var got whole
		assert.Error(t, lenient.Unmarshal([]byte(in), &got), in)
	}
}

// T-20: the error does not quote a text that is no number.
func TestErrorsQuoteNoText(t *testing.T) {
	t.Parallel()
	var got whole
	err := lenient.Unmarshal([]byte(`{"count":"{\"access_token\":\"a-secret\"}"}`), &got)
	require.Error(t, err)
	assert.NotContains(t, err.Error(), "a-secret")
}

func FuzzUnmarshal(f *testing.F) {
	f.Add([]byte(`{"count":"1","ids":"1,2","part":[],"parts":{"id":[]},"by_name":{"a":"b"},"maybe":""}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		var strict, got whole
		strictErr := json.Unmarshal(data, &strict)
		err := lenient.Unmarshal(data, &got)
		if strictErr == nil {
			require.NoError(t, err)
			require.Equal(t, strict, got)
		}
	})
}
