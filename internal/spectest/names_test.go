package spectest

import (
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// G: endpoint/names
func TestWireNamesAreHeldToTheFields(t *testing.T) {
	t.Parallel()
	problems, checked, err := wireNames(fstest.MapFS{
		"a.go": {Data: []byte("package p\n" +
			"type Good struct { A int `json:\"a\" xml:\"A\"`; B, c int; X any `json:\"-\"`; Y any `json:\"-\"`; Long string `json:\"lo_ng,omitempty\" xml:\"Long>In\"` }\n" +
			"type Bad struct { A int `json:\"a\"`; B int `json:\"A,omitempty\"` }\n" +
			"type Outer struct { Good; A2 int `json:\"a\"` }\n" +
			"type Named struct { Good `json:\"good\"`; A int `json:\"a\"` }\n" +
			"type Swapped struct { One string `xml:\"Two\"`; Two string `xml:\"One\"` }\n" +
			"func f() { _ = []struct { K int `json:\"v\"` }{} }\n")},
		"a_test.go": {Data: []byte("package p\ntype T struct { A int `json:\"a\"`; B int `json:\"a\"` }")},
	}, Why{"Outer.A2=a": "a test", "Good.A=b": "of nothing"})
	require.NoError(t, err)
	assert.Equal(t, 11, checked)
	assert.Equal(t, []string{
		"Bad.B=A is not the field's own name",
		"Swapped.One=Two is not the field's own name", "Swapped.Two=One is not the field's own name",
		"f.K=v is not the field's own name",
		"the exception for Good.A=b is not needed",
		`Bad has the name "a" twice`, `Outer has the name "a" twice`,
	}, problems)

	_, _, err = wireNames(fstest.MapFS{"a.go": {Data: []byte("not Go")}}, nil)
	require.Error(t, err)
}
