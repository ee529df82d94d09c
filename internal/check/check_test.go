package check_test

import (
	"cmp"
	"errors"
	"math"
	"testing"

	"github.com/gothird/wecom/internal/check"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestRequiredAndBetween(t *testing.T) {
	t.Parallel()
	assert.NoError(t, check.Required("userid", "x"))
	assert.EqualError(t, check.Required("userid", ""), "wecom: userid is empty")
	assert.NoError(t, check.Between("months", 1, 1, 60))
	assert.NoError(t, check.Between("months", 60, 1, 60))
	assert.EqualError(t, check.Between("months", 0, 1, 60), "wecom: months is 0: it must be 1 to 60")
	assert.EqualError(t, check.Between("months", int64(61), 1, 60), "wecom: months is 61: it must be 1 to 60")
	one, nine := 1, 9
	assert.NoError(t, check.Optional("style", &one, 1, 4))
	assert.NoError(t, check.Optional[int]("style", nil, 1, 4))
	assert.EqualError(t, check.Optional("style", &nine, 1, 4), "wecom: style is 9: it must be 1 to 4")
	assert.NoError(t, check.Limit(0, 1000))
	assert.ErrorContains(t, check.Limit(1001, 1000), "limit is 1001")
	assert.ErrorContains(t, check.Limit(-1, 1000), "limit is -1")
	assert.NoError(t, check.NonNegative("agentid", 0))
	assert.EqualError(t, check.NonNegative("agentid", -1), "wecom: agentid is -1: it must not be negative")
}

func TestBytes(t *testing.T) {
	t.Parallel()
	assert.NoError(t, check.Bytes("state", "", 2))
	assert.NoError(t, check.Bytes("state", "ab", 2))
	assert.EqualError(t, check.Bytes("state", "中", 2), "wecom: state has 3 bytes: at most 2")
	assert.NoError(t, check.Id("jobid", "ab", 2))
	assert.EqualError(t, check.Id("jobid", "", 2), "wecom: jobid is empty")
	assert.EqualError(t, check.Id("jobid", "abc", 2), "wecom: jobid has 3 bytes: at most 2")
}

func TestItems(t *testing.T) {
	t.Parallel()
	assert.NoError(t, check.Items("items", 2, 2))
	assert.EqualError(t, check.Items("items", 3, 2), "wecom: items has 3 items: at most 2")
}

func TestKind(t *testing.T) {
	t.Parallel()
	type content struct {
		MsgType string  `json:"msgtype"`
		Text    *string `json:"text,omitempty"`
		Image   *int    `json:"image,omitempty"`
	}
	kind, err := check.Kind("message", content{MsgType: "x"})
	require.NoError(t, err)
	assert.Empty(t, kind)
	kind, err = check.Kind("message", content{Image: new(int)})
	require.NoError(t, err)
	assert.Equal(t, "image", kind)
	_, err = check.Kind("message", content{Text: new(string), Image: new(int)})
	assert.EqualError(t, err, "wecom: message has text and image: it takes one of them")

	kind, err = check.OneKind("message", content{Image: new(int)})
	require.NoError(t, err)
	assert.Equal(t, "image", kind)
	_, err = check.OneKind("message", content{Text: new(string), Image: new(int)})
	require.EqualError(t, err, "wecom: message has text and image: it takes one of them")
	_, err = check.OneKind("message", content{MsgType: "x"})
	assert.EqualError(t, err, "wecom: message is empty: it takes one of text, image")
}

// G: endpoint/zeros
func TestNumber(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int64{"0": 0, "7": 7, "9223372036854775807": math.MaxInt64} {
		n, err := check.Number("appid", text)
		require.NoError(t, err)
		assert.Equal(t, want, *n)
	}
	n, err := check.Number("appid", "")
	require.NoError(t, err)
	assert.Nil(t, n)
	for _, text := range []string{"x", "1.5", " 1", "9223372036854775808"} {
		n, err := check.Number("appid", text)
		assert.ErrorContains(t, err, "wecom: appid is")
		assert.Nil(t, n)
	}
}

func TestFirstOfSeveral(t *testing.T) {
	t.Parallel()
	err := cmp.Or(check.Required("a", "x"), check.Required("b", ""), check.Required("c", ""))
	assert.EqualError(t, err, "wecom: b is empty")
	assert.NoError(t, cmp.Or(check.Required("a", "x"), check.Between("b", 1, 1, 1)))
}

func TestWindow(t *testing.T) {
	t.Parallel()
	const day = 86400
	for _, test := range []struct {
		start, end, limit int64
		want              string
	}{
		{0, 0, 31 * day, ""},
		{100, 100 + 31*day, 31 * day, ""},
		{100, 101 + 31*day, 31 * day, "at most 2678400"},
		{100, math.MaxInt64, 31 * day, "at most 2678400"},
		{100, math.MaxInt64, 0, ""},
		{100, 0, 0, "both"},
		{0, 100, 0, "both"},
		{-1, 100, 0, "both"},
		{101, 100, 0, "before"},
	} {
		err := check.Window(test.start, test.end, test.limit)
		if test.want == "" {
			assert.NoError(t, err, "%+v", test)
		} else {
			assert.ErrorContains(t, err, test.want, "%+v", test)
		}
	}
}

// G: batch/duplicates
func TestEach(t *testing.T) {
	t.Parallel()
	one := func(s string) error {
		if s == "bad" {
			return errors.New("wecom: no good")
		}
		return nil
	}
	same := func(s string) string { return s }
	assert.EqualError(t, check.Each("list", nil, one, same), "wecom: list is empty")
	assert.NoError(t, check.Each("list", []string{"a", "b"}, one, same))
	assert.EqualError(t, check.Each("list", []string{"a", "bad"}, one, same), "wecom: list[1]: no good")
	assert.EqualError(t, check.Each("list", []string{"a", "b", "a"}, one, same),
		"wecom: list[0] and list[2] are the same: a")
}

func TestIdsAndRunes(t *testing.T) {
	t.Parallel()
	assert.NoError(t, check.Ids("l", []string{"a", "b"}, 2))
	assert.NoError(t, check.Ids("l", []string{"a", "b"}, 0))
	assert.ErrorContains(t, check.Ids("l", nil, 2), "l is empty")
	assert.ErrorContains(t, check.Ids("l", []string{"a", "", "c"}, 2), "l[1] is empty")
	assert.ErrorContains(t, check.Ids("l", []string{"a", "b", "c"}, 2), "l has 3 items: at most 2")
	assert.NoError(t, check.Runes("w", "微信", 2))
	assert.ErrorContains(t, check.Runes("w", "企微信", 2), "w has 3 characters: at most 2")
}

func TestPlain(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "azAZ09", "_-"} {
		assert.NoError(t, check.Plain("scene", text, "_-"), text)
	}
	for _, text := range []string{"/", ":", "@", "[", "`", "{", " ", "中", "١", "a\xff"} {
		assert.ErrorContains(t, check.Plain("scene", text, "_-"), "has other characters than a-zA-Z0-9_-", text)
	}
	assert.EqualError(t, check.Plain("state", "a-b", ""), `wecom: state "a-b" has other characters than a-zA-Z0-9`)
}
