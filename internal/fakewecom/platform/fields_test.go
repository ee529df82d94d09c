package platform

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/gothird/wecom/internal/spec"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Fields below an object or in a list are wanted where their parent is there.
func TestNestedFields(t *testing.T) {
	t.Parallel()
	c := &Call{ep: &spec.Endpoint{Request: []spec.Field{
		{Path: "list", Type: "array", Items: "object", Required: true},
		{Path: "list[].userid", Type: "string", Required: true},
		{Path: "box", Type: "object"},
		{Path: "box.n", Type: "int", Required: true},
		{Path: "codes", Type: "array", Items: "string"},
		{Path: "codes[]", Type: "string", Required: true},
		{Path: "flag", Type: "bool"},
	}}}
	rows := []struct {
		body string
		want int
	}{
		{`{"list":[{"userid":"a"}]}`, 0},
		{`{"list":[]}`, 0},
		{`{"list":[{"userid":"a"},{}]}`, 41009},
		{`{"list":["a"]}`, 40058},
		{`{"list":[null]}`, 40058},
		{`{"list":[],"box":{}}`, 40058},
		{`{"list":[],"box":{"n":0}}`, 0},
		{`{"list":[],"box":"x"}`, 40058},
		{`{"list":[],"codes":[""]}`, 40058},
		{`{"list":[],"codes":["a"],"flag":true}`, 0},
		{`{"list":[],"flag":"true"}`, 40058},
		{`{"list":{"userid":"a"}}`, 40058},
	}
	for _, row := range rows {
		d := json.NewDecoder(strings.NewReader(row.body))
		d.UseNumber()
		c.body = nil
		require.NoError(t, d.Decode(&c.body))
		err := c.checkFields()
		if row.want == 0 {
			assert.NoError(t, err, row.body)
			continue
		}
		var r *refusal
		if assert.True(t, errors.As(err, &r), row.body) {
			assert.Equal(t, row.want, r.code, row.body)
		}
	}
}
