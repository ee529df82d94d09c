package spectest

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// small is a number of 32 bits; what has no room stays 0.
type small int32

func (n *small) UnmarshalJSON(b []byte) error { _ = json.Unmarshal(b, (*int32)(n)); return nil }

func licence[T any](c client) (any, error) { return ask[T](c, rightURL, rightBody) }

type trail[T any] struct {
	StartTime T   `json:"start_time"`
	EndTime   num `json:"end_time"`
}

// with is a detail whose state and start are of other kinds.
type with[State, Start any] struct {
	LicenseStatus    State         `json:"license_status"`
	TrailInfo        *trail[Start] `json:"trail_info"`
	LicenseCheckTime num           `json:"license_check_time"`
}

func TestKindsAreHeldToTheFacts(t *testing.T) {
	t.Parallel()
	for want, call := range map[string]func(client) (any, error){
		"trail_info.start_time is kept as string instead of int": licence[with[num, text]],
		`trail_info.start_time = "5000000002" is not in its`:     licence[with[num, small]],
		"trail_info.start_time is kept as int instead of int64":  licence[with[num, int]],
		"license_status is kept as string instead of int":        licence[with[text, num]],
	} {
		found, _ := problems(t, rows(call)[0])
		assert.Contains(t, found, want)
	}
	found, _ := problems(t, rows(licence[with[num, json.Number]])[0])
	assert.NotContains(t, found, "is kept as")
}

func TestWideNames(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"create_time", "time", "created_at", "price", "paid_price", "income_amount", "balance", "agentid", "id", "allow_party[]", "department_id[]", "timestamp"} {
		assert.True(t, wideName.MatchString(name), name)
	}
	for _, name := range []string{"status", "total", "type", "times_left", "identity_type", "party_name"} {
		assert.False(t, wideName.MatchString(name), name)
	}
}

// An exception must be needed, and is for its own field.
func TestExceptionsOfKinds(t *testing.T) {
	t.Parallel()
	p := probe[client]{row: Row[client]{Endpoint: "corp/media/upload"}, kinds: map[string]bool{}, proof: newProof()}
	p.unneededKinds()
	assert.Equal(t, []string{"the exception for the kind of corp/media/upload created_at is not needed"}, p.problems)
	p.kept(leaf{"created_at", "1", kindText}, leaf{"createdat", "1", kindNumber})
	p.kept(leaf{"type", "1", kindText}, leaf{"type", "1", kindNumber})
	p.unneededKinds()
	require.Len(t, p.problems, 2)
	assert.Equal(t, "type is kept as int instead of string", p.problems[1])
}

// A success with nothing in it is none, but for lists.
func TestNothingIsNoSuccess(t *testing.T) {
	t.Parallel()
	found, _ := problems(t, rows(func(c client) (any, error) { return careless[detail](c, rightURL, rightBody) })[0])
	assert.Contains(t, found, "an answer with nothing in it passes for")
	facts, ok := find("service/getcallbackip")
	require.True(t, ok)
	assert.True(t, listsOnly(facts))
}
