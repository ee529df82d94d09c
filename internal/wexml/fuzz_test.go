package wexml

import (
	"encoding/xml"
	"errors"
	"reflect"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// holds says whether got has every value that want has. Lists of other shapes are read by
// us, while encoding/xml leaves them empty.
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

// G: event/no-panic
func FuzzUnmarshal(f *testing.F) {
	for _, s := range slices.Concat(samples, sortedKeys(tolerated), sortedKeys(brokenOff)) {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var got, want everything
		misfits, err := Unmarshal(data, &got)
		if theirs := xml.Unmarshal(data, &want); theirs != nil || isJSON(data) {
			return
		}
		if err != nil {
			require.ErrorIs(t, err, errDTD, "encoding/xml takes it")
			return
		}
		if len(misfits) == 0 {
			assert.True(t, holds(reflect.ValueOf(got), reflect.ValueOf(want)), "%+v\n%+v", got, want)
		}
	})
}

// Whatever is put into a document beside complete elements, they are read.
// G: event/repair
func FuzzNothingIsRefused(f *testing.F) {
	for _, s := range append(samples, "", "\x00", "]]>", "&", "<", "<!--", "<![CDATA[", "</xml>", "<?", "<a b='") {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, rest string) {
		if len(rest) > 1000 {
			return
		}
		var v everything
		for _, doc := range []string{
			"<xml><Text>a</Text>" + rest,
			`{"Text":"a",` + rest,
		} {
			v = everything{}
			_, err := Unmarshal([]byte(doc), &v)
			if errors.Is(err, errDTD) {
				return
			}
			require.NoError(t, err, "%q", doc)
		}
		repaired, _, err := repair([]byte("<xml><Text>a</Text>"+rest+"</xml>"), 0)
		if errors.Is(err, errDTD) {
			return
		}
		require.NoError(t, err)
		var d document
		assert.True(t, d.scan(repaired, false), "%q", repaired)
	})
}
