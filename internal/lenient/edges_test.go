package lenient_test

import (
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
