package lenient

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestWalk(t *testing.T) {
	t.Parallel()
	for data, want := range map[string]string{
		`{"a":1,"b":[2]}`:       "a=1 b=[2] true",
		` [1, "b" ,{"c":2}]`:    `-=1 -="b" -={"c":2} true`,
		`[]`:                    "true",
		` { } `:                 "true",
		`[1`:                    "-=1? false",
		`[1,`:                   "-=1 false",
		`[1,]`:                  "-=1 -=]? false",
		`[1}`:                   "-=1 false",
		`{"a":1]`:               "a=1 false",
		`{"a":[1,2`:             "a=[1,2? false",
		`{"":1,"b`:              "=1 false",
		`{"a":`:                 "a=? false",
		"":                      "false",
		"1":                     "false",
		"\ufeff{\"\\u0061\":1}": "a=1 true",
	} {
		var got strings.Builder
		ok := Walk([]byte(data), func(key, value []byte, whole bool) bool {
			name := string(key)
			if key == nil {
				name = "-"
			}
			fmt.Fprintf(&got, "%s=%s", name, value)
			if !whole {
				got.WriteByte('?')
			}
			got.WriteByte(' ')
			return true
		})
		fmt.Fprint(&got, ok)
		assert.Equal(t, want, got.String(), data)
	}
	n := 0
	assert.True(t, Walk([]byte(`[1,2,3`), func(_, _ []byte, _ bool) bool { n++; return n < 2 }))
	assert.Equal(t, 2, n, "ends when it is told to")
}

func TestWholeAndTruth(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int64{
		"": 0, " ": 0, " 5\n": 5, "5.0": 5, "-1.2e2": -120, "+7": 7, "127": 127, "1e0": 1,
	} {
		n, ok := Whole(text, 8)
		assert.True(t, ok, text)
		assert.Equal(t, want, n, text)
	}
	for _, text := range []string{"128", "-129", "5.5", "a", "0x1", "1_0", "1e99", "--1", "5 5"} {
		n, ok := Whole(text, 8)
		assert.False(t, ok, text)
		assert.Zero(t, n, text)
	}
	for text, want := range map[string]string{
		"true": "true true", "False": "false true", "1": "true true", "0": "false true", "1.0": "true true",
		"2": "false false", "yes": "false false", "": "false false",
	} {
		truth, ok := Truth(text)
		assert.Equal(t, want, fmt.Sprint(truth, " ", ok), text)
	}
}
