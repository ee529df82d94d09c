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
	switch want.Kind() {
	case reflect.Pointer:
		return want.IsNil() || !got.IsNil() && holds(got.Elem(), want.Elem())
	case reflect.Struct:
		for i := range want.NumField() {
			if !holds(got.Field(i), want.Field(i)) {
				return false
			}
		}
		return true
	case reflect.Slice:
		for i := range want.Len() {
			if !want.Index(i).IsZero() && (i >= got.Len() || !holds(got.Index(i), want.Index(i))) {
				return false
			}
		}
		return true
	}
	return want.IsZero() || got.Equal(want)
}

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
		repaired, _, err := repair([]byte("<xml><Text>a</Text>" + rest + "</xml>"))
		if errors.Is(err, errDTD) {
			return
		}
		require.NoError(t, err)
		var d document
		assert.True(t, d.scan(repaired, false), "%q", repaired)
	})
}
