package media

import (
	"net/http"
	"strings"
	"testing"

	"github.com/gothird/wecom/internal/fakewecom/faketest"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestPartsOfMedia(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.uploaded(kindFile, "0123456789")
	for asked, want := range map[string]struct {
		status      int
		data, given string
	}{
		"":             {http.StatusOK, "0123456789", ""},
		"bytes=0-3":    {http.StatusPartialContent, "0123", "bytes 0-3/10"},
		"bytes=8-99":   {http.StatusPartialContent, "89", "bytes 8-9/10"},
		"bytes=7-":     {http.StatusPartialContent, "789", "bytes 7-9/10"},
		"bytes=-2":     {http.StatusPartialContent, "89", "bytes 8-9/10"},
		"bytes=-99":    {http.StatusPartialContent, "0123456789", "bytes 0-9/10"},
		"bytes=10-11":  {http.StatusRequestedRangeNotSatisfiable, "", "bytes */10"},
		"bytes=5-4":    {http.StatusOK, "0123456789", ""},
		"bytes=0-1,3-": {http.StatusOK, "0123456789", ""},
		"lines=0-1":    {http.StatusOK, "0123456789", ""},
		"bytes=a-1":    {http.StatusOK, "0123456789", ""},
		"bytes=-":      {http.StatusOK, "0123456789", ""},
	} {
		res, data := w.fetched("/cgi-bin/media/get", id, asked)
		assert.Equal(t, want.status, res.StatusCode, asked)
		assert.Equal(t, want.data, data, asked)
		assert.Equal(t, want.given, res.Header.Get("Content-Range"), asked)
	}
}

// What has more than 20 MB comes in parts only.
func TestLargeMediaComesInParts(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const size = 20<<20 + 16
	id, err := w.MemberFile(faketest.Corp, "long.mp4", []byte(strings.Repeat("x", size)))
	require.NoError(t, err)
	_, data := w.fetched("/cgi-bin/media/get", id, "")
	assert.Contains(t, data, `"errcode":830002`)
	_, data = w.fetched("/cgi-bin/media/get", id, "bytes=0-")
	assert.Contains(t, data, `"errcode":830002`)
	res, data := w.fetched("/cgi-bin/media/get", id, "bytes=0-20971519")
	assert.Equal(t, "bytes 0-20971519/20971536", res.Header.Get("Content-Range"))
	assert.Len(t, data, 20<<20)
	_, data = w.fetched("/cgi-bin/media/get", id, "bytes=20971520-")
	assert.Len(t, data, 16)
}

// Only what a member has recorded is there in a higher quality.
func TestVoicesOfPages(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id, err := w.MemberFile(faketest.Corp, "", []byte("speex!"))
	require.NoError(t, err)
	res, data := w.fetched("/cgi-bin/media/get/jssdk", id, "")
	assert.Equal(t, "voice/speex", res.Header.Get("Content-Type"))
	assert.Equal(t, "speex!", data)
	_, data = w.fetched("/cgi-bin/media/get/jssdk", w.uploaded(kindVoice, begun(kindVoice, 9)), "")
	assert.Contains(t, data, `"errcode":40007`)
	_, err = w.MemberFile("wpNobody", "", nil)
	assert.ErrorContains(t, err, `no corp "wpNobody"`)
}

func TestContentTypes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for kind, want := range map[string]string{kindImage: "image/jpeg", kindVoice: "voice/amr", kindVideo: "video/mp4", kindFile: "application/octet-stream"} {
		res, _ := w.fetched("/cgi-bin/media/get", w.uploaded(kind, begun(kind, 9)), "")
		assert.Equal(t, want, res.Header.Get("Content-Type"))
	}
}
