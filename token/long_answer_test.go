package token_test

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/jarcoal/httpmock"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/token"
)

// The time that an answer takes to be searched for secrets does not grow with the square of
// its length: a hostile answer would hold up the caller beyond its context.
// G: request/hostile
func TestLongForeignTextIsSearchedQuickly(t *testing.T) {
	t.Parallel()
	began := time.Now()
	for _, unit := range []string{`\`, `&`, `%5C`} {
		text := strings.Repeat(unit, 1<<17/len(unit))
		errmsg, err := json.Marshal(map[string]any{"errcode": 40001, "errmsg": text})
		require.NoError(t, err)
		for _, respond := range []httpmock.Responder{
			httpmock.NewBytesResponder(200, errmsg),
			httpmock.NewStringResponder(403, text),
			httpmock.NewErrorResponder(errors.New(text)),
		} {
			api, _ := mocked(t, respond)
			err := api.Do(writeNone, map[string]any{"auth_code": `a\secret&of%twenty+chars`}, nil)
			require.Error(t, err)
			assert.Less(t, len(err.Error()), 3000, unit)
		}
	}
	assert.Less(t, time.Since(began), time.Minute)
}

// Of a long text the beginning is shown, cut between two characters.
// G: request/failure error/details
func TestForeignTextIsCut(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("中", 30_000)
	for _, row := range []struct {
		name    string
		respond httpmock.Responder
		least   int // bytes that are shown
	}{
		{"errmsg", httpmock.NewStringResponder(200, `{"errcode":40001,"errmsg":"`+long+`"}`), 1900},
		{"page", httpmock.NewStringResponder(403, long), 190},
		{"cause", httpmock.NewErrorResponder(errors.New(long)), 1900},
	} {
		api, _ := mocked(t, row.respond)
		err := api.Do(writeNone, nil, nil)
		require.Error(t, err, row.name)
		text := strings.ToValidUTF8(err.Error(), "?")
		assert.Equal(t, text, err.Error(), row.name)
		assert.Contains(t, text, "中…", row.name)
		assert.GreaterOrEqual(t, strings.Count(text, "中")*len("中"), row.least, row.name)
		assert.Less(t, len(text), row.least+400, row.name)
	}
	var e *token.Error
	api, _ := mocked(t, httpmock.NewStringResponder(200, `{"errcode":60020,"errmsg":"no, from ip: `+long+`, hint: [`+long+`]"}`))
	require.ErrorAs(t, api.Do(none, nil, nil), &e)
	for _, text := range []string{e.FromIP, e.Hint} {
		assert.True(t, strings.HasSuffix(text, "中…"))
		assert.InDelta(t, 200, len(text), 10)
	}
	api, _ = mocked(t, httpmock.NewBytesResponder(403, []byte(strings.Repeat("\x80", 30_000))))
	require.ErrorContains(t, api.Do(none, nil, nil), "30000 bytes that are no text")
}

// An answer may have 32 MiB and no byte more; the rest of a longer one is not read.
// G: request/bounded
func TestLargestAnswer(t *testing.T) {
	t.Parallel()
	const most = 32 << 20
	for _, size := range []int64{most, most + 1, 1 << 40} {
		body := &io.LimitedReader{R: endless{}, N: size}
		api := newApi(t, token.Config{SuiteId: suiteId, SuiteSecret: suiteSecret, HTTPClient: &http.Client{Transport: roundTripper(
			func(*http.Request) (*http.Response, error) {
				return &http.Response{StatusCode: 200, Body: io.NopCloser(body), ContentLength: -1}, nil
			})}})
		var raw []byte
		err := api.Do(writeNone, nil, &raw)
		if size == most {
			require.NoError(t, err)
			assert.Len(t, raw, most)
			continue
		}
		require.ErrorContains(t, err, "the answer is longer than 32 MiB")
		assert.Equal(t, size-most-1, body.N, "bytes that were not read")
	}
}
