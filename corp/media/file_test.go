package media_test

import (
	"context"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/gothird/wecom/corp/internal/corptest"
	"github.com/gothird/wecom/corp/media"
	"github.com/gothird/wecom/corp/wire"
	"github.com/gothird/wecom/internal/inprocess"
	"github.com/gothird/wecom/token"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// beginnings of each kind of file.
var beginnings = map[string]string{
	media.TypeImage: "\xff\xd8\xff\xe0", media.TypeVoice: "#!AMR\n", media.TypeVideo: "\x00\x00\x00\x20ftypisom", media.TypeFile: "%PDF-",
}

// sized is a file that begins as its kind does; nobody holds it.
func sized(mediaType string, size int64) wire.File {
	return wire.File{Name: "a", Size: size, Open: func() (io.ReadCloser, error) {
		head := strings.NewReader(beginnings[mediaType])
		return io.NopCloser(io.LimitReader(io.MultiReader(head, endless{}), size)), nil
	}}
}

type endless struct{}

func (endless) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// served makes an Api whose WeCom is h, but for tokens.
func served(h http.HandlerFunc) *token.Api {
	return corptest.NewApi(context.Background(), inprocess.Transport(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/cgi-bin/service/") {
			_, _ = io.WriteString(w, `{"errcode":0,"suite_access_token":"S","access_token":"C","expires_in":7200}`)
			return
		}
		h(w, r)
	})))
}

// accepting answers uploads and counts what came.
func accepting(t *testing.T, got *[]string) *token.Api {
	return served(func(w http.ResponseWriter, r *http.Request) {
		_, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
		assert.NoError(t, err)
		part, err := multipart.NewReader(r.Body, params["boundary"]).NextPart()
		assert.NoError(t, err)
		_, err = io.Copy(io.Discard, part)
		assert.NoError(t, err)
		*got = append(*got, part.Header.Get("Content-Disposition"))
		_, _ = io.WriteString(w, `{"errcode":0,"type":"file","media_id":"3abc","created_at":"1767236400"}`)
	})
}

// G: endpoint/checked
func TestFilesRefusedBeforeAnyRequest(t *testing.T) {
	t.Parallel()
	api, _ := corptest.Script(t)
	ok := sized(media.TypeImage, 100)
	broken := errors.New("the disk is broken")
	unreadable := wire.File{Name: "a", Size: 9, Open: func() (io.ReadCloser, error) { return io.NopCloser(iotest.ErrReader(broken)), nil }}
	closed := wire.File{Name: "a", Size: 9, Open: func() (io.ReadCloser, error) { return nil, broken }}
	for _, test := range []struct {
		kind string
		file wire.File
		want string
	}{
		{"", ok, `type is ""`}, {"audio", ok, `type is "audio": it must be one of`},
		{media.TypeImage, wire.File{Name: "a", Size: 9}, "no Open"},
		{media.TypeFile, wire.Bytes("", make([]byte, 9)), "filename is empty"},
		{media.TypeFile, wire.Bytes(`a"b`, make([]byte, 9)), "has a quote"},
		{media.TypeFile, wire.Bytes("a\nb", make([]byte, 9)), "a line break"},
		{media.TypeFile, wire.Bytes("a", make([]byte, 5)), "has 5 bytes: at least 6"},
		{media.TypeImage, sized(media.TypeImage, 10<<20+1), "at most 10485760"},
		{media.TypeVoice, sized(media.TypeVoice, 2<<20+1), "at most 2097152"},
		{media.TypeVideo, sized(media.TypeVideo, 10<<20+1), "at most 10485760"},
		{media.TypeFile, sized(media.TypeFile, 20<<20+1), "at most 20971520"},
		{media.TypeImage, wire.Bytes("a.gif", []byte("GIF89a…")), "is no JPG or PNG"},
		{media.TypeImage, wire.Bytes("a", []byte("\xff\xd8\x00abc")), "is no JPG or PNG"},
		{media.TypeVoice, wire.Bytes("a.mp3", []byte("ID3 mp3")), "is no AMR"},
		{media.TypeVideo, wire.Bytes("a.avi", []byte("RIFF1234AVI")), "is no MP4"},
		{media.TypeVideo, wire.Bytes("a", []byte("123456")), "is no MP4"},
		{media.TypeImage, unreadable, "the disk is broken"}, {media.TypeImage, closed, "the disk is broken"},
	} {
		got, err := media.Upload(api, test.kind, test.file)
		require.ErrorContains(t, err, test.want)
		assert.Nil(t, got)
	}
	_, err := media.UploadImg(api, sized(media.TypeImage, 2<<20+1))
	require.ErrorContains(t, err, "at most 2097152")
	_, err = media.UploadAttachment(api, media.TypeVoice, media.ForAlbum, ok)
	require.ErrorContains(t, err, "media_type is")
	_, err = media.UploadAttachment(api, media.TypeImage, 3, ok)
	require.ErrorContains(t, err, "attachment_type is 3")
	_, err = media.UploadAttachment(api, media.TypeFile, media.ForMoments, sized(media.TypeFile, 10<<20+1))
	require.ErrorContains(t, err, "at most 10485760")
	for _, open := range []func(*token.Api, string) (*media.Reader, error){media.Get, media.GetJsSdk} {
		_, err = open(api, "")
		require.ErrorContains(t, err, "media_id is empty")
	}
}

// The largest of each kind goes out; names are sent as they are.
func TestUploads(t *testing.T) {
	t.Parallel()
	var got []string
	api := accepting(t, &got)
	for kind, size := range map[string]int64{media.TypeImage: 10 << 20, media.TypeVoice: 2 << 20, media.TypeVideo: 10 << 20, media.TypeFile: 20 << 20} {
		up, err := media.Upload(api, kind, sized(kind, size))
		require.NoError(t, err, kind)
		assert.Equal(t, &wire.Uploaded{Type: "file", MediaId: "3abc", CreatedAt: 1767236400}, up)
	}
	path := filepath.Join(t.TempDir(), "三月 报表.pdf")
	require.NoError(t, os.WriteFile(path, []byte("%PDF-1.7"), 0o600))
	file, err := wire.Path(path)
	require.NoError(t, err)
	_, err = media.Upload(api, media.TypeFile, file)
	require.NoError(t, err)
	assert.Equal(t, `form-data; name="media"; filename="三月 报表.pdf"; filelength=8`, got[len(got)-1])

	_, err = wire.Path(filepath.Join(t.TempDir(), "none"))
	require.ErrorIs(t, err, os.ErrNotExist)
}
