package fakewecom

import (
	"bytes"
	"encoding/json"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestMediaLivesThreeDays(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	w.install(testSuite)
	upload := func(path string, more url.Values) obj {
		token, err := w.IssueToken("corp", testSuite, testCorp)
		require.NoError(t, err)
		more.Set("access_token", token)
		var b bytes.Buffer
		m := multipart.NewWriter(&b)
		part, err := m.CreateFormFile("media", "报表.pdf")
		require.NoError(t, err)
		_, _ = io.WriteString(part, "%PDF-")
		require.NoError(t, m.Close())
		res, err := http.Post(w.http.URL+path+"?"+more.Encode(), m.FormDataContentType(), &b)
		require.NoError(t, err)
		defer res.Body.Close()
		var out obj
		require.NoError(t, json.NewDecoder(res.Body).Decode(&out))
		return out
	}
	up := upload("/cgi-bin/media/upload", url.Values{"type": {"file"}})
	assert.Equal(t, "file", up["type"])
	assert.Equal(t, "1760000000", up["created_at"])
	attached := upload("/cgi-bin/media/upload_attachment", url.Values{"media_type": {"video"}, "attachment_type": {"1"}})
	assert.EqualValues(t, 1760000000, attached["created_at"])

	get := func(id string) (http.Header, string) {
		token, err := w.IssueToken("corp", testSuite, testCorp)
		require.NoError(t, err)
		res, data := w.send(http.MethodGet, "/cgi-bin/media/get", url.Values{"access_token": {token}, "media_id": {id}}, "")
		return res.Header, string(data)
	}
	id, _ := up["media_id"].(string)
	header, data := get(id)
	assert.Equal(t, `attachment; filename="报表.pdf"`, header.Get("Content-Disposition"))
	assert.Equal(t, "%PDF-", data)
	_, data = get("3nothing")
	assert.Contains(t, data, `"errcode":40007`)
	w.clock.add(mediaLife + time.Second)
	_, data = get(id)
	assert.Contains(t, data, `"errcode":40007`)
}
