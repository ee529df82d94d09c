package spectest

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// get asks for a file and returns it if it is none of JSON and HTML.
func get(c client, query string) ([]byte, error) {
	if err := c.ctx.Err(); err != nil {
		return nil, err
	}
	r, err := http.NewRequestWithContext(c.ctx, http.MethodGet, "https://wecom.test/cgi-bin/media/get?access_token=TOKEN-corp-1&"+query, nil)
	if err != nil {
		return nil, err
	}
	resp, err := c.rt.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	if resp.Header.Get("Content-Disposition") != "" {
		return io.ReadAll(resp.Body)
	}
	var head struct {
		Code text `json:"errcode"`
	}
	_ = json.NewDecoder(resp.Body).Decode(&head)
	e := &apiError{HTTPStatus: resp.StatusCode}
	_ = json.Unmarshal([]byte(head.Code), &e.Code)
	return nil, e
}

func TestFilesAreProven(t *testing.T) {
	t.Parallel()
	row := Row[client]{Go: "Get", Endpoint: "corp/media/get", Query: url.Values{"media_id": {"a"}}, Call: func(c client) (any, error) {
		return get(c, "media_id=a")
	}}
	found, shown := problems(t, row)
	assert.Empty(t, found)
	assert.True(t, shown.sent["media_id"])

	row.Call = func(c client) (any, error) {
		file, err := get(c, "media_id=a")
		return file[:len(file)/2], err
	}
	found, _ = problems(t, row)
	assert.Contains(t, found, "the file is not the result")

	row.Call, row.Query = func(c client) (any, error) { return get(c, "media_id=a") }, nil
	found, _ = problems(t, row)
	assert.Contains(t, found, "the row does not say which media_id it wants")
}

func TestFunctionsAreNamedAfterTheirPath(t *testing.T) {
	t.Parallel()
	rows := []Row[client]{{Go: "GetAppInfo", Endpoint: "license/get_app_license_info"}, {Go: "Fetch", Endpoint: "corp/media/get"}}
	assert.Equal(t, []string{"corp/media/get: no row for the function Get, which the path names; goname.go divides words that WeCom runs together"}, misnamed(rows))
	assert.Len(t, misnamed(append(rows, Row[client]{Go: "Get", Endpoint: "corp/media/get", Sweep: true})), 1)
	assert.Empty(t, misnamed(append(rows, Row[client]{Go: "Get", Endpoint: "corp/media/get"})))
}

func TestRequestsAreReadStrictly(t *testing.T) {
	t.Parallel()
	type good struct {
		MsgId string `json:"msgid"`
	}
	assert.NotEmpty(t, Request[good]("corp/message/recall", 0).MsgId)
	assert.Panics(t, func() { Request[struct{}]("corp/message/recall", 0) }, "a field is missing")
	assert.Panics(t, func() { Request[good]("corp/message/recall", 1) })
	assert.Panics(t, func() { Request[good]("corp/message/recal", 0) })
}

func TestFloats(t *testing.T) {
	t.Parallel()
	facts, ok := find("corp/kf/get_corp_statistic")
	require.True(t, ok)
	answer := encode(made(facts, nil))
	assert.Contains(t, string(answer), `"ai_transfer_rate":100008.5`)
}
