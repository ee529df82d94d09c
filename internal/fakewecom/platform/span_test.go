package platform

import (
	"mime"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestSpans(t *testing.T) {
	t.Parallel()
	for header, want := range map[string]*Span{
		"bytes=0-0": {0, 0}, "bytes=2-": {2, 9}, "bytes=3-99": {3, 9}, "bytes=-4": {6, 9}, "bytes=-40": {0, 9}, "bytes=-0": {10, 9}, "bytes=12-13": {12, 9},
		"": nil, "bytes=": nil, "bytes=-": nil, "bytes=4-3": nil, "bytes=-1-2": nil, "bytes=1-2,4-5": nil, "items=1-2": nil, "bytes=x-2": nil,
	} {
		c := &Call{ranged: header}
		assert.Equal(t, want, c.Span(10), header)
	}
	assert.EqualValues(t, 3, Span{4, 6}.Len())
}

func TestNamesOfFilesStayInTheirQuotes(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"a.png", `a"; filename="b.exe`, `a\`, `\"`} {
		a := raw{contentType: "image/png", name: name, body: []byte("x")}.answer()
		kind, params, err := mime.ParseMediaType(a.header.Get("Content-Disposition"))
		require.NoError(t, err, name)
		assert.Equal(t, "attachment", kind)
		assert.Equal(t, map[string]string{"filename": name}, params)
	}
}
