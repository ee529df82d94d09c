package callback

import (
	"bytes"
	"encoding/xml"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/spec"
	"github.com/gothird/wecom/internal/wexml"
)

func TestEventsSameAsEncodingXML(t *testing.T) {
	t.Parallel()
	types := map[reflect.Type]bool{}
	for _, e := range spec.Events() {
		n := mustParse(t, e.SampleXML)
		types[reflect.TypeOf(n.Content)] = true
		for _, v := range []any{n.Content, &n.EventNotify} {
			// Line ends of another kind lead through the slow path to the same values.
			for _, doc := range [][]byte{[]byte(e.SampleXML), bytes.ReplaceAll([]byte(e.SampleXML), []byte("\n"), []byte("\r\n"))} {
				ours, theirs := reflect.New(reflect.TypeOf(v).Elem()), reflect.New(reflect.TypeOf(v).Elem())
				misfits, err := wexml.Unmarshal(doc, ours.Interface())
				require.NoError(t, err, e.Id)
				assert.Empty(t, misfits, e.Id)
				require.NoError(t, xml.Unmarshal(doc, theirs.Interface()))
				assert.True(t, holds(ours, theirs), "%s\n%+v\n%+v", e.Id, ours, theirs)
				assert.True(t, holds(theirs, ours), "%s\n%+v\n%+v", e.Id, ours, theirs)
			}
		}
	}
	t.Logf("%d samples of %d types", len(spec.Events()), len(types))
	assert.Greater(t, len(types), 60)
}

// holds says whether got has every value that want has, but for blanks around texts. Lists
// of other shapes are read by us, while encoding/xml leaves them empty.
func holds(got, want reflect.Value) bool {
	if want.IsZero() {
		return true
	}
	switch want.Kind() {
	case reflect.Pointer:
		return !got.IsNil() && holds(got.Elem(), want.Elem())
	case reflect.Struct:
		return every(want.NumField(), func(i int) bool { return holds(got.Field(i), want.Field(i)) })
	case reflect.Slice:
		return every(want.Len(), func(i int) bool {
			return want.Index(i).IsZero() || i < got.Len() && holds(got.Index(i), want.Index(i))
		})
	case reflect.String:
		return strings.TrimSpace(got.String()) == strings.TrimSpace(want.String())
	}
	return got.Equal(want)
}

func every(n int, ok func(int) bool) bool {
	for i := range n {
		if !ok(i) {
			return false
		}
	}
	return true
}

func FuzzEventsSameAsEncodingXML(f *testing.F) {
	for _, e := range spec.Events() {
		f.Add([]byte(e.SampleXML))
	}
	f.Fuzz(func(t *testing.T, doc []byte) {
		n, err := Parse(doc)
		if err != nil || len(n.Misfits) > 0 || bytes.HasPrefix(bytes.TrimSpace(doc), []byte("{")) {
			return
		}
		for _, v := range []any{&n.EventNotify, n.Content} {
			theirs := reflect.New(reflect.TypeOf(v).Elem())
			if xml.Unmarshal(doc, theirs.Interface()) == nil && theirs.Type() != reflect.TypeFor[*UnknownEvent]() {
				assert.True(t, holds(reflect.ValueOf(v), theirs), "%+v\n%+v", v, theirs)
			}
		}
	})
}
