package sandbox

import (
	"mime"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A file is shown in a browser only where it can do nothing, whatever its name and content are.
func TestFilesAreSentSafely(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ kind, name, how string }{
		{"image/png", "a.png", "inline"}, {"image/jpeg", "a.html", "inline"}, {"voice/amr", "a.amr", "inline"}, {"video/mp4", "a.mp4", "inline"},
		{"application/octet-stream", "a.html", "attachment"}, {"text/html", "a.png", "attachment"}, {"image/svg+xml", "a.svg", "attachment"}, {"", "", "attachment"},
		{"application/octet-stream", "a\"; filename=\"b.exe\r\nSet-Cookie: x=1", "attachment"}, {"application/octet-stream", strings.Repeat("长", 300), "attachment"},
		{"application/octet-stream", "\xff\x00", "attachment"},
	} {
		rec := httptest.NewRecorder()
		c := MediaContent{Media: Media{Name: row.name}, Type: row.kind, Data: []byte("<script>")}
		c.write(rec)
		h := rec.Result().Header //nolint:bodyclose // of a recorder
		how, more, err := mime.ParseMediaType(h.Get("Content-Disposition"))
		require.NoError(t, err, "%q", h.Get("Content-Disposition"))
		assert.Equal(t, row.how, how, row.kind)
		if row.name != "" && !strings.Contains(row.name, "\x00") {
			assert.Equal(t, row.name, more["filename"])
		}
		assert.Len(t, h, 3)
		assert.NotContains(t, h.Get("Content-Disposition"), "\n")
		assert.Equal(t, "sandbox; default-src 'none'; frame-ancestors 'none'", h.Get("Content-Security-Policy"))
		assert.Equal(t, "<script>", rec.Body.String())
	}
}

func TestContentIsNotForForms(t *testing.T) {
	t.Parallel()
	w, err := New(Config{Corps: 1})
	require.NoError(t, err)
	x, ok := RouteOf("GET /corps/{corp}/media/{media}/content")
	require.True(t, ok)
	_, err = x.Submit(t.Context(), w, nil)
	assert.ErrorContains(t, err, "is not for forms")
}

// Files are of one corp, and gone after three days.
func TestFilesOfOneCorp(t *testing.T) {
	t.Parallel()
	s := newSandbox(t, Config{Corps: 2}, Access{})
	corps := s.engine.Corps()
	id := text(s.post("/corps/"+corps[0].Id+"/media", `{"name":"a.txt","text":"hello"}`), "media_id")
	other := "/corps/" + corps[1].Id + "/media"
	assert.Empty(t, list(s.get(other), "media"))
	code, _ := s.wrong(http.MethodGet, other+"/"+id+"/content", "")
	assert.Equal(t, "unknown_media", code)
	own := "/corps/" + corps[0].Id + "/media"
	assert.Regexp(t, `^7[12]h`, text(list(s.get(own), "media")[0], "left"))
	s.post("/clock", `{"add":"72h"}`)
	assert.Empty(t, list(s.get(own), "media"))
	s.wrong(http.MethodGet, own+"/"+id+"/content", "")
}
