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
