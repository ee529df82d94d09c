package spectest

import (
	"errors"
	"strings"
	"testing"

	"github.com/gothird/wecom/internal/spec"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const deleteURL = "https://wecom.test/cgi-bin/user/batchdelete?access_token=TOKEN-corp-1"

// deleting is a probe of a call that sends the sample as send does.
func deleting(t *testing.T, send func(c client, body string) error) string {
	facts, ok := find("corp/contact/user_batchdelete")
	require.True(t, ok)
	p := probe[client]{facts: facts, newClient: newClient, proof: newProof()}
	p.row = Row[client]{Endpoint: "corp/contact/user_batchdelete", Over: func(c client, sample []byte) (any, error) { return nil, send(c, string(sample)) }}
	p.limits()
	return strings.Join(p.problems, "\n")
}

func TestLimitsAreTried(t *testing.T) {
	t.Parallel()
	whole := func(c client, body string) error { _, err := careless[struct{}](c, deleteURL, body); return err }
	assert.Equal(t, "more than 200 items of useridlist are sent", deleting(t, whole))
	assert.Empty(t, deleting(t, func(client, string) error { return errors.New("too many") }))
	assert.Empty(t, deleting(t, func(c client, body string) error {
		assert.Equal(t, 201, strings.Count(body, ",")+1)
		return whole(c, `{"useridlist":["a"]}`)
	}), "in parts")
}

func TestLarger(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		sample, path, unit, want string
	}{
		{`{"a":"x"}`, "a", "bytes", `{"a":"xxx"}`},
		{`{"a":"x"}`, "a", "characters", `{"a":"字字字"}`},
		{`{"a":1}`, "a", "value", `{"a":3}`},
		{`{"a":[{"b":"x"},{}]}`, "a[].b", "bytes", `{"a":[{"b":"xxx"},{}]}`},
		{`{"o":{"a":["x"]}}`, "o.a", "items", `{"o":{"a":["x0","x1","x2"]}}`},
		{`{"a":[{"b":1}]}`, "a", "items", `{"a":[{"b":1},{"b":1},{"b":1}]}`},
		{`{"a":[]}`, "a", "items", ""},
		{`{"a":1}`, "b", "bytes", ""},
		{`{"a":1}`, "a.b", "bytes", ""},
	} {
		v, err := decode([]byte(test.sample))
		require.NoError(t, err)
		done := enlarge(v, strings.Split(test.path, "."), spec.Field{Path: test.path, Most: 2, Unit: test.unit})
		assert.Equal(t, test.want != "", done, test.sample)
		if done {
			assert.JSONEq(t, test.want, string(encode(v)))
		}
	}
}
