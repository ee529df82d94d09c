package lenient_test

import (
	"bytes"
	"encoding/json"
	"reflect"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/lenient"
)

func addSeeds(f *testing.F) {
	for _, seed := range []string{
		`{"count":"1","ids":"1,2","part":[],"parts":{"id":[]},"by_name":{"a":"b"},"maybe":""}`,
		`{"count":1,"ids":[1,2],"part":{"id":5,"name":"x"},"parts":[{"id":1},null],"by_name":{"a":1},"maybe":{"id":1},"price":1.5e3}`,
		`{"level":1,"kind":"x","small":-128,"size":4294967295,"single":0.5,"exact":1.50,"quoted":"\"x\"","number":"5","lists":[[1],[]]}`,
		`{"count":1,"COUNT":"2","by_id":{"1":{"id":1},"x":2},"groups":{"a":["1"],"a":[2]},"raw":{"x":[1]},"blob":"aGk=","pair":[1,2,3]}`,
		`{"ids":[1,2,3],"ids":["4"],"maybe":{"id":"1"},"maybe":null,"refs":[null,{"id":1},5]}`,
		`{"raw":[1],"blob":"aGk=","quoted":"\"x\"","number":"5","exact":"1.5","flag":true,"wait":5,"by_id":{"1":{"id":1}},"groups":{"a":[1]},"same":"x","refs":[{"id":1}],"pair":[1]}`,
		"\xef\xbb\xbf{\"text\":\"a\n\\x\\u00e9\xff\",\x00\"exact\":\"x\"}", `[[[[{"a":{}}]]]]`, `"\ud83d\ude00\\"`, `-1.0e2`, `null`, `{"`, `{"a":"\`,
	} {
		f.Add([]byte(seed))
	}
}

// What encoding/json takes comes out the same, and nothing makes Unmarshal panic.
// G: request/hostile
func FuzzUnmarshal(f *testing.F) {
	addSeeds(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		var strict, got whole
		strictErr := json.Unmarshal(data, &strict)
		misfits, err := lenient.Unmarshal(data, &got)
		if json.Valid(data) {
			require.NoError(t, err)
		}
		if strictErr == nil {
			require.Empty(t, misfits)
			require.Equal(t, strict, got)
		}
	})
}

// The second pass alone, made to run by one odd value in front, gives what encoding/json
// gives: over what that has filled, and from nothing.
func FuzzRepair(f *testing.F) {
	addSeeds(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		type filled struct {
			Odd  string
			Rest whole
		}
		type anew struct {
			Odd  picky
			Rest whole
		}
		var strict whole
		if json.Unmarshal(data, &strict) != nil || repeats(data) {
			return
		}
		var a filled
		misfits, err := lenient.Unmarshal(bytes.Join([][]byte{[]byte(`{"odd":{},"rest":`), data, []byte(`}`)}, nil), &a)
		require.NoError(t, err)
		require.Equal(t, []string{"Odd"}, misfits)
		require.Equal(t, strict, a.Rest)
		var b anew
		misfits, err = lenient.Unmarshal(bytes.Join([][]byte{[]byte(`{"odd":"bad","rest":`), data, []byte(`}`)}, nil), &b)
		require.NoError(t, err)
		require.Equal(t, []string{"Odd"}, misfits)
		require.Equal(t, strict, b.Rest)
	})
}

// Into an interface everything comes as json.Decoder has it, with all digits.
func FuzzFree(f *testing.F) {
	addSeeds(f)
	f.Add([]byte(`{"id":9007199254740993,"list":[1e999,-0.0,{"a":null}]} `))
	f.Add([]byte(`{"a":1} {"b":2}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		var want, got any
		misfits, err := lenient.Unmarshal(data, &got)
		require.Empty(t, misfits)
		if !json.Valid(data) {
			require.True(t, err == nil || got == nil)
			return
		}
		require.NoError(t, err)
		dec := json.NewDecoder(bytes.NewReader(data))
		dec.UseNumber()
		require.NoError(t, dec.Decode(&want))
		require.Equal(t, want, got)
	})
}

// repeats says whether a name comes twice in an object, whatever its case: encoding/json
// then merges values in ways that depend on their capacity.
func repeats(data []byte) bool {
	names := map[string]bool{}
	twice := false
	lenient.Members(data, func(key, value []byte) bool {
		name := string(bytes.ToUpper(bytes.ToLower(key)))
		twice = twice || names[name] || repeats(value)
		names[name] = true
		return !twice
	})
	return twice
}

func FuzzMembers(f *testing.F) {
	addSeeds(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		got := map[string]json.RawMessage{}
		ok := lenient.Members(data, func(key, value []byte) bool {
			got[string(key)] = bytes.Clone(value)
			return true
		})
		lenient.Find(data, "auth_corp_info", "corpid")
		lenient.Find(data)
		lenient.Int(data)
		var want map[string]json.RawMessage
		if json.Unmarshal(data, &want) != nil || want == nil {
			return
		}
		require.True(t, ok)
		require.Equal(t, want, got)
		for name, value := range want {
			found, ok := lenient.Find(data, name)
			require.True(t, ok)
			require.Equal(t, []byte(value), found)
		}
	})
}

func FuzzText(f *testing.F) {
	addSeeds(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		text, ok := lenient.Text(data)
		n, isInt := lenient.Int(data)
		var want any
		dec := json.NewDecoder(bytes.NewReader(data))
		dec.UseNumber()
		if !json.Valid(data) || dec.Decode(&want) != nil {
			return
		}
		switch want := want.(type) {
		case string:
			require.True(t, ok)
			require.Equal(t, want, text)
		case json.Number:
			require.True(t, ok)
			require.Equal(t, want.String(), text)
			if i, err := want.Int64(); err == nil {
				require.True(t, isInt)
				require.Equal(t, i, n)
			}
		case bool:
			require.True(t, ok)
		case nil:
			require.False(t, ok)
			require.True(t, isInt)
		default:
			assert.Contains(t, []reflect.Kind{reflect.Map, reflect.Slice}, reflect.TypeOf(want).Kind())
			require.False(t, ok)
			require.False(t, isInt)
		}
	})
}
