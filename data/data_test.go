package data_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/data"
)

func TestString(t *testing.T) {
	t.Parallel()
	d := data.D{"auth_code": "x", "empty": "", "number": 5, "nil": nil}
	assert.Equal(t, "x", d.String("auth_code"))
	for _, key := range []string{"empty", "number", "nil", "absent"} {
		assert.Empty(t, d.String(key), key)
	}
	assert.Empty(t, data.D(nil).String("auth_code"))
}

func TestCursorOnTheWire(t *testing.T) {
	t.Parallel()
	for want, c := range map[string]data.Cursor{
		`{}`:                         {},
		`{"cursor":"abc"}`:           {Cursor: "abc"},
		`{"cursor":"abc","limit":5}`: {Cursor: "abc", Limit: 5},
	} {
		got, err := json.Marshal(c)
		require.NoError(t, err)
		assert.Equal(t, want, string(got))
	}
}

// Ids of 64 bits keep their digits.
// G: request/lenient
func TestNumbersKeepAllDigits(t *testing.T) {
	t.Parallel()
	const in = `{"device_id":9007199254740993,"list":[{"price":1.50}],"name":"x","on":true,"none":null}`
	want := data.D{
		"device_id": json.Number("9007199254740993"), "list": []any{map[string]any{"price": json.Number("1.50")}},
		"name": "x", "on": true, "none": nil,
	}
	var d data.D
	require.NoError(t, json.Unmarshal([]byte(in), &d))
	assert.Equal(t, want, d)
	back, err := json.Marshal(d)
	require.NoError(t, err)
	assert.JSONEq(t, in, string(back))
	assert.Contains(t, string(back), `"device_id":9007199254740993`)

	var held struct{ One, None, Gone data.D }
	require.NoError(t, json.Unmarshal([]byte(`{"one":`+in+`,"none":null}`), &held))
	assert.Equal(t, want, held.One)
	assert.Nil(t, held.None)
	assert.Nil(t, held.Gone)
}

// As a plain map, D keeps what it has and refuses what is no object.
func TestUnmarshalIsThatOfAMap(t *testing.T) {
	t.Parallel()
	d := data.D{"kept": "x", "old": "y"}
	require.NoError(t, json.Unmarshal([]byte(`{"old":1}`), &d))
	assert.Equal(t, data.D{"kept": "x", "old": json.Number("1")}, d)
	require.NoError(t, json.Unmarshal([]byte(`null`), &d))
	assert.Nil(t, d)
	for _, in := range []string{`[]`, `5`, `"x"`, `{`, ``} {
		assert.Error(t, json.Unmarshal([]byte(in), &d), in)
		assert.Error(t, d.UnmarshalJSON([]byte(in)), in)
	}
}
