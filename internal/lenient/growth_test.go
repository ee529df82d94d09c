package lenient_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/lenient"
)

// hostile is a document that is long in one respect, and how it must come out. Each is a
// place where a decoder may read the same bytes again and again.
type hostile struct {
	name  string
	build func(size int) string
	check func(t *testing.T, got *whole, misfits []string)
}

// repeated writes members with ever new names behind start.
func repeated(start, value, end string, size int) string {
	var b bytes.Buffer
	b.WriteString(start)
	for i := 0; b.Len() < size; i++ {
		fmt.Fprintf(&b, `,"u%d":%s`, i, value)
	}
	return b.String() + end
}

func hostiles() []hostile {
	countIsOne := func(t *testing.T, got *whole, misfits []string) {
		assert.Equal(t, 1, got.Count)
		assert.Empty(t, misfits)
	}
	countIsOdd := func(t *testing.T, got *whole, misfits []string) {
		assert.Zero(t, got.Count)
		assert.Equal(t, []string{"count"}, misfits)
	}
	return []hostile{
		{"unknown names", func(n int) string { return repeated(`{"count":"1"`, `1`, `}`, n) }, countIsOne},
		{"one name", func(n int) string { return `{` + strings.Repeat(`"count":"1",`, n/12) + `"count":"1"}` }, countIsOne},
		{"map", func(n int) string { return repeated(`{"by_name":{"a":"1"`, `"2"`, `}}`, n) }, func(t *testing.T, got *whole, misfits []string) {
			assert.Equal(t, 1, got.ByName["a"])
			assert.Equal(t, 2, got.ByName["u0"])
			assert.Empty(t, misfits)
		}},
		{"commas", func(n int) string { return `{"ids":"` + strings.Repeat(`1,`, n/2) + `"}` }, func(t *testing.T, got *whole, misfits []string) {
			assert.Equal(t, int64(1), got.Ids[len(got.Ids)-1])
			assert.Empty(t, misfits)
		}},
		{"misfits", func(n int) string { return `{"ids":[` + strings.Repeat(`{},`, n/3) + `1]}` }, func(t *testing.T, got *whole, misfits []string) {
			assert.Equal(t, int64(1), got.Ids[len(got.Ids)-1])
			assert.Len(t, misfits, 20)
		}},
		{"backslashes", func(n int) string { return `{"count":"1","text":"` + strings.Repeat(`\\`, n/2) + `"}` }, func(t *testing.T, got *whole, misfits []string) {
			countIsOne(t, got, misfits)
			assert.Empty(t, strings.Trim(got.Text, `\`))
		}},
		{"quotes", func(n int) string { return `{"count":"1","text":"` + strings.Repeat(`\"`, n/2) + `"}` }, func(t *testing.T, got *whole, misfits []string) {
			countIsOne(t, got, misfits)
			assert.Empty(t, strings.Trim(got.Text, `"`))
		}},
		{"newlines", func(n int) string { return `{"count":"1","text":"` + strings.Repeat("\n", n) + `"}` }, func(t *testing.T, got *whole, misfits []string) {
			countIsOne(t, got, misfits)
			assert.Empty(t, strings.Trim(got.Text, "\n"))
		}},
		{"blanks", func(n int) string { return `{"count":"1","part":"` + strings.Repeat(" ", n) + `"}` }, countIsOne},
		{"digits", func(n int) string { return `{"count":"` + strings.Repeat("1", n) + `"}` }, countIsOdd},
		{"exponent", func(n int) string { return `{"count":1` + strings.Repeat("0", n) + `e-` + strconv.Itoa(n) + `}` }, countIsOne},
		{"long exponent", func(n int) string { return `{"count":1e` + strings.Repeat("1", n) + `}` }, countIsOdd},
	}
}

// G: request/hostile
func TestHostileDocuments(t *testing.T) {
	t.Parallel()
	for _, h := range hostiles() {
		t.Run(h.name, func(t *testing.T) {
			t.Parallel()
			doc, got := []byte(h.build(1_000_000)), whole{}
			start := time.Now()
			misfits, err := lenient.Unmarshal(doc, &got)
			require.NoError(t, err)
			assert.Less(t, time.Since(start), 30*time.Second, "what grows with the square of the size takes minutes")
			h.check(t, &got, misfits)
		})
	}
}

// To look for a name in a document that breaks off again and again reads it once a level.
func TestFindInHostileDocuments(t *testing.T) {
	t.Parallel()
	for _, h := range hostiles() {
		data := []byte(h.build(10_000))
		for _, end := range []int{len(data), len(data) / 2, len(data) - 1, 1, 0} {
			value, ok := lenient.Find(data[:end], "count")
			assert.Equal(t, ok, len(value) > 0, h.name)
			lenient.Members(data[:end], func(key, value []byte) bool {
				assert.LessOrEqual(t, len(key)+len(value), end, h.name)
				return true
			})
		}
	}
}

// The time per byte must not grow with the size.
func BenchmarkHostile(b *testing.B) {
	for _, h := range hostiles() {
		for _, size := range []int{10_000, 100_000, 1_000_000} {
			b.Run(fmt.Sprintf("%s/%d", strings.ReplaceAll(h.name, " ", "_"), size), func(b *testing.B) {
				data := []byte(h.build(size))
				b.SetBytes(int64(len(data)))
				for b.Loop() {
					var got whole
					_, _ = lenient.Unmarshal(data, &got)
				}
			})
		}
	}
}

// One misfit inside of each element of a long list is found at its place.
func TestMisfitsAtTheirIndex(t *testing.T) {
	t.Parallel()
	list := make([]string, 1000)
	for i := range list {
		list[i] = fmt.Sprintf(`{"id":%d,"name":"n%d"}`, i, i)
	}
	list[7], list[998] = `{"id":"x","name":"n7"}`, `{"id":998,"name":{}}`
	var got whole
	misfits, err := lenient.Unmarshal([]byte(`{"parts":[`+strings.Join(list, ",")+`]}`), &got)
	require.NoError(t, err)
	assert.Equal(t, []string{"parts[7].id", "parts[998].name"}, misfits)
	require.Len(t, got.Parts, 1000)
	for i, p := range got.Parts {
		want := part{Id: int64(i), Name: fmt.Sprintf("n%d", i)}
		switch i {
		case 7:
			want.Id = 0
		case 998:
			want.Name = ""
		}
		require.Equal(t, want, p)
	}
	again, err := json.Marshal(got.Parts[8])
	require.NoError(t, err)
	assert.Equal(t, list[8], string(again))
}

type chain struct {
	Next *chain  `json:"next"`
	List []chain `json:"list"`
	N    int     `json:"n"`
}

// G: request/hostile
func TestDeepNesting(t *testing.T) {
	t.Parallel()
	nested := func(depth int, open, inner, end string) []byte {
		return []byte(strings.Repeat(open, depth) + inner + strings.Repeat(end, depth))
	}
	for _, open := range [][2]string{{`[`, `]`}, {`{"next":`, `}`}, {`{"list":`, `}`}, {`{"x":`, `}`}, {`{"n":"1","next":`, `}`}, {"\xef\xbb\xbf[", "]"}} {
		data := nested(100_000, open[0], `5`, open[1])
		var c chain
		_, err := lenient.Unmarshal(data, &c)
		assert.Error(t, err, open[0])
		var free any
		_, err = lenient.Unmarshal(data, &free)
		assert.Error(t, err, open[0])
		lenient.Members(data, func(_, _ []byte) bool { return true })
		lenient.Find(data, "next", "next", "x")
	}
	for _, open := range []string{`{"n":"1","next":`, `{"n":"1","list":`} {
		var c chain
		misfits, err := lenient.Unmarshal(nested(9_000, open, `"x"`, `}`), &c)
		require.NoError(t, err)
		require.Len(t, misfits, 1)
		steps := strings.Count(misfits[0], "next") + strings.Count(misfits[0], "list") + strings.Count(misfits[0], "[0]")
		assert.Equal(t, 32, steps, "of a path that is thousands of steps long")
		assert.True(t, strings.HasSuffix(misfits[0], "…"))
		assert.Equal(t, 1, c.N)
	}
	type loop []loop
	var l loop
	misfits, err := lenient.Unmarshal([]byte(`[5,[{"a":1}],[]]`), &l)
	require.NoError(t, err)
	assert.Equal(t, []string{"[0]", "[1][0]"}, misfits)
	assert.Equal(t, loop{nil, {nil}, {}}, l)
}
