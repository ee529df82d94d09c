package callback

import (
	"bytes"
	"encoding/xml"
	"reflect"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/fakewecom"
	"github.com/gothird/wecom/internal/wexml"
)

// bothWays decodes a document into a new value of v's type, here and by encoding/xml.
func bothWays(t *testing.T, doc []byte, v any) (ours any, err error) {
	ours = reflect.New(reflect.TypeOf(v).Elem()).Interface()
	if err = wexml.Unmarshal(doc, ours); err != nil {
		return nil, err
	}
	theirs := reflect.New(reflect.TypeOf(v).Elem()).Interface()
	require.NoError(t, xml.Unmarshal(doc, theirs))
	assert.Equal(t, theirs, ours)
	return ours, nil
}

func TestEventsSameAsEncodingXML(t *testing.T) {
	t.Parallel()
	types := map[reflect.Type]bool{}
	for _, e := range fakewecom.Events() {
		n, err := Parse([]byte(e.SampleXML))
		require.NoError(t, err, e.Id)
		types[reflect.TypeOf(n.Content)] = true
		for _, v := range []any{n.Content, &n.EventNotify} {
			_, err := bothWays(t, []byte(e.SampleXML), v)
			require.NoError(t, err, e.Id)
		}
		// Line ends of another kind lead through the slow path to the same values.
		_, err = bothWays(t, bytes.ReplaceAll([]byte(e.SampleXML), []byte("\n"), []byte("\r\n")), n.Content)
		require.NoError(t, err, e.Id)
	}
	t.Logf("%d samples of %d types", len(fakewecom.Events()), len(types))
	assert.NotEmpty(t, types)
}

func FuzzEventsSameAsEncodingXML(f *testing.F) {
	for _, e := range fakewecom.Events() {
		f.Add([]byte(e.SampleXML))
	}
	f.Fuzz(func(t *testing.T, doc []byte) {
		n, err := Parse(doc)
		if err != nil || bytes.HasPrefix(bytes.TrimSpace(doc), []byte("{")) {
			return
		}
		if wexml.Unmarshal(doc, new(EventNotify)) != nil {
			require.True(t, blanks.Match(doc), "Parse takes blank numbers, nothing else")
			return
		}
		_, err = bothWays(t, doc, &n.EventNotify)
		require.NoError(t, err, "Parse has accepted it")
		_, _ = bothWays(t, doc, n.Content)
	})
}
