package lenient_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/lenient"
)

// account is an entry of a long answer, shaped as WeCom's list of licences.
type account struct {
	ActiveCode string  `json:"active_code"`
	UserId     string  `json:"userid"`
	Type       int     `json:"type"`
	Status     int     `json:"status"`
	ExpireTime int64   `json:"expire_time"`
	Tags       []int64 `json:"tags"`
	Merge      struct {
		To   string `json:"to_active_code"`
		From string `json:"from_active_code"`
	} `json:"merge_info"`
}

type accounts struct {
	ErrCode int       `json:"errcode"`
	ErrMsg  string    `json:"errmsg"`
	List    []account `json:"account_list"`
	Total   int       `json:"total"`
}

// longAnswer is an answer of about size bytes. The quote stands around each of its numbers.
func longAnswer(size int, quote string) []byte {
	var b bytes.Buffer
	b.WriteString(`{"errcode":0,"errmsg":"ok","account_list":[`)
	for i := 0; b.Len() < size; i++ {
		entry := fmt.Sprintf(`{"active_code":"A%015d","userid":"wo-member-%d","type":%s,"status":%s,"expire_time":%s,"tags":[%s,%s],`+
			`"merge_info":{"to_active_code":"B%015d","from_active_code":""},"custom":{"unknown":[%d,"x"]}},`,
			i, i, "#1#", "#2#", fmt.Sprintf("#%d#", 1_760_000_000+i), "#7#", fmt.Sprintf("#%d#", i), i, i)
		b.WriteString(strings.ReplaceAll(entry, "#", quote))
	}
	b.Truncate(b.Len() - 1)
	b.WriteString(`],"total":7}`)
	return b.Bytes()
}

var answerKinds = []string{"clean", "one quoted", "all quoted", "one misfit", "raw newline"}

func answerOf(size int, kind string) []byte {
	clean := longAnswer(size, "")
	switch kind {
	case "one quoted":
		return bytes.Replace(clean, []byte(`"total":7`), []byte(`"total":"7"`), 1)
	case "all quoted":
		return longAnswer(size, `"`)
	case "one misfit":
		return bytes.Replace(clean, []byte(`"status":2`), []byte(`"status":{}`), 1)
	case "raw newline":
		return bytes.Replace(clean, []byte(`"errmsg":"ok"`), []byte("\"errmsg\":\"o\nk\""), 1)
	}
	return clean
}

// All kinds of answer must come to the same, or their times mean nothing.
func TestBenchAnswersAgree(t *testing.T) {
	t.Parallel()
	var want accounts
	require.NoError(t, json.Unmarshal(longAnswer(10_000, ""), &want))
	require.Greater(t, len(want.List), 20)
	for _, kind := range answerKinds {
		var got accounts
		misfits, err := lenient.Unmarshal(answerOf(10_000, kind), &got)
		require.NoError(t, err, kind)
		if kind == "one misfit" {
			assert.Equal(t, []string{"account_list[0].status"}, misfits)
			got.List[0].Status = 2
		}
		if kind == "all quoted" {
			got.List = got.List[:min(len(got.List), len(want.List))]
			assert.Equal(t, want.List[:len(got.List)], got.List, kind)
			continue
		}
		got.ErrMsg = "ok"
		assert.Equal(t, want, got, kind)
	}
}

// The time per byte must not grow with the size.
func BenchmarkUnmarshal(b *testing.B) {
	for _, kind := range answerKinds {
		for _, size := range []int{10_000, 100_000, 1_000_000} {
			b.Run(fmt.Sprintf("%s/%d", strings.ReplaceAll(kind, " ", "_"), size), func(b *testing.B) {
				data := answerOf(size, kind)
				b.SetBytes(int64(len(data)))
				b.ReportAllocs()
				for b.Loop() {
					var got accounts
					_, _ = lenient.Unmarshal(data, &got)
				}
			})
		}
	}
}

// BenchmarkDeep is the worst that nesting can do: odd values at each level.
func BenchmarkDeep(b *testing.B) {
	for _, depth := range []int{100, 1_000, 9_000} {
		for _, open := range []string{`{"n":"1","next":`, `{"n":"1","list":`} {
			data := []byte(strings.Repeat(open, depth) + `null` + strings.Repeat(`}`, depth))
			b.Run(fmt.Sprintf("%s/%d", strings.Trim(open[9:], `":`), depth), func(b *testing.B) {
				b.SetBytes(int64(len(data)))
				for b.Loop() {
					var c chain
					_, _ = lenient.Unmarshal(data, &c)
				}
			})
		}
	}
}

func BenchmarkMembers(b *testing.B) {
	for _, size := range []int{10_000, 100_000, 1_000_000} {
		data := longAnswer(size, "")
		b.Run(fmt.Sprintf("all/%d", size), func(b *testing.B) {
			b.SetBytes(int64(len(data)))
			for b.Loop() {
				lenient.Members(data, func(_, _ []byte) bool { return true })
			}
		})
		b.Run(fmt.Sprintf("errmsg/%d", size), func(b *testing.B) {
			for b.Loop() {
				lenient.Members(data, func(key, _ []byte) bool { return string(key) != "errmsg" })
			}
		})
	}
}

// A clean answer costs one pass of encoding/json and nothing else.
func TestCleanAnswersAllocateAsEncodingJSON(t *testing.T) {
	for _, answer := range []struct {
		data []byte
		into func() any
	}{
		{longAnswer(1_000, ""), func() any { return new(accounts) }},
		{[]byte(`{"n":1,"next":{"n":2,"list":[{"n":3}]}}`), func() any { return new(chain) }},
	} {
		want := testing.AllocsPerRun(100, func() { _ = json.Unmarshal(answer.data, answer.into()) })
		got := testing.AllocsPerRun(100, func() { _, _ = lenient.Unmarshal(answer.data, answer.into()) })
		assert.Equal(t, want, got)
	}
}
