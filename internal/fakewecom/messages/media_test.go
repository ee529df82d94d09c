package messages

import (
	"bytes"
	"encoding/json"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/gothird/wecom/internal/fakewecom/faketest"
	"github.com/gothird/wecom/internal/fakewecom/platform"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestMediaLivesThreeDays(t *testing.T) {
	t.Parallel()
	w := faketest.New(t, platform.Options{})
	New(w.Platform)
	w.AuthCode(faketest.Suite)
	upload := func(path string, more url.Values) obj {
		token, err := w.IssueToken("corp", faketest.Suite, faketest.Corp)
		require.NoError(t, err)
		more.Set("access_token", token)
		var b bytes.Buffer
		m := multipart.NewWriter(&b)
		part, err := m.CreateFormFile("media", "报表.pdf")
		require.NoError(t, err)
		_, _ = io.WriteString(part, "%PDF-")
		require.NoError(t, m.Close())
		res, err := http.Post(w.HTTP.URL+path+"?"+more.Encode(), m.FormDataContentType(), &b)
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
		token, err := w.IssueToken("corp", faketest.Suite, faketest.Corp)
		require.NoError(t, err)
		res, data := w.Send(http.MethodGet, "/cgi-bin/media/get", url.Values{"access_token": {token}, "media_id": {id}}, "")
		return res.Header, string(data)
	}
	id, _ := up["media_id"].(string)
	header, data := get(id)
	assert.Equal(t, `attachment; filename="报表.pdf"`, header.Get("Content-Disposition"))
	assert.Equal(t, "%PDF-", data)
	_, data = get("3nothing")
	assert.Contains(t, data, `"errcode":40007`)
	w.Clock.Add(mediaLife + time.Second)
	_, data = get(id)
	assert.Contains(t, data, `"errcode":40007`)
}
