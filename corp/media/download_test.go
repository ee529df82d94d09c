package media_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gothird/wecom/corp/internal/corptest"
	"github.com/gothird/wecom/corp/media"
	"github.com/gothird/wecom/internal/heap"
	"github.com/gothird/wecom/internal/testworld"
	"github.com/gothird/wecom/token"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const mebi = 1 << 20

// stored serves a file of size bytes as WeCom does: parts of at most 20 MB. Byte i of it is
// i modulo 251.
func stored(size int64, asked *[]string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		part := r.Header.Get("Range")
		*asked = append(*asked, part)
		from, to := int64(0), size-1
		if part != "" {
			_, _ = fmt.Sscanf(part, "bytes=%d-%d", &from, &to)
			to = min(to, size-1)
		}
		if to-from >= 20*mebi {
			_, _ = io.WriteString(w, `{"errcode":830002,"errmsg":"too large"}`)
			return
		}
		w.Header().Set("Content-Disposition", `attachment; filename="录像.mp4"`)
		w.Header().Set("Content-Type", "video/mp4")
		w.Header().Set("Content-Length", fmt.Sprint(to-from+1))
		if part != "" {
			w.Header().Set("Content-Range", fmt.Sprintf("bytes %d-%d/%d", from, to, size))
			w.WriteHeader(http.StatusPartialContent)
		}
		_, _ = io.Copy(w, io.LimitReader(&pattern{from}, to-from+1))
	}
}

// pattern gives the bytes of a stored file from at on.
type pattern struct{ at int64 }

// period is the pattern, many times over.
var period = bytes.Repeat(func() (p []byte) {
	for i := range 251 {
		p = append(p, byte(i))
	}
	return p
}(), 256)

func (p *pattern) Read(b []byte) (n int, _ error) {
	n = copy(b, period[p.at%251:])
	p.at += int64(n)
	return n, nil
}

// checked reads all and says whether it is a stored file.
func checked(r io.Reader) (n int64, whole bool, err error) {
	want, a, b := &pattern{}, make([]byte, 32<<10), make([]byte, 32<<10)
	for whole = true; ; {
		got, err := r.Read(a)
		_, _ = io.ReadFull(want, b[:got])
		whole = whole && bytes.Equal(a[:got], b[:got])
		n += int64(got)
		if err == io.EOF {
			return n, whole, nil
		}
		if err != nil {
			return n, whole, err
		}
	}
}

// G: endpoint/files
func TestGet(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) { // a slow machine is no slow WeCom
		for size, want := range map[int64][]string{
			6:            {""},
			20 * mebi:    {""},
			20*mebi + 1:  {"", "bytes=0-16777215", "bytes=16777216-33554431"},
			32 * mebi:    {"", "bytes=0-16777215", "bytes=16777216-33554431"},
			32*mebi + 16: {"", "bytes=0-16777215", "bytes=16777216-33554431", "bytes=33554432-50331647"},
		} {
			var asked []string
			f, err := media.Get(served(stored(size, &asked)), "3abc")
			require.NoError(t, err)
			assert.Equal(t, "录像.mp4", f.Name)
			assert.Equal(t, "video/mp4", f.ContentType)
			assert.Equal(t, size, f.Size)
			n, whole, err := checked(f)
			require.NoError(t, err)
			assert.True(t, whole)
			assert.Equal(t, size, n)
			require.NoError(t, f.Close())
			assert.Equal(t, want, asked)
		}
	})
}

// G: endpoint/files
func TestDownloadsThatFail(t *testing.T) {
	t.Parallel()
	api, _ := corptest.Script(t, `{"errcode":40007,"errmsg":"invalid media_id"}`, `{"errcode":830002}`, `{"errcode":40007}`)
	for range 2 {
		_, err := media.Get(api, "3abc")
		require.ErrorIs(t, err, token.Code(40007))
	}
	for given, want := range map[string]string{
		"":                          `Content-Range is ""`,
		"bytes 16-31/99":            `the file from byte 0 on was asked for`,
		"bytes */99":                `Content-Range is`,
		"bytes 0-16777215/33554432": "an empty part",
	} {
		assert.ErrorContains(t, readPart(given, ""), want)
	}
}

// readPart reads a file that is too large for one answer, whose first part has this
// Content-Range and content.
func readPart(contentRange, content string) error {
	asked := 0
	f, err := media.Get(served(func(w http.ResponseWriter, _ *http.Request) {
		if asked++; asked == 1 {
			_, _ = io.WriteString(w, `{"errcode":830002}`)
			return
		}
		w.Header().Set("Content-Disposition", "attachment")
		w.Header().Set("Content-Range", contentRange)
		w.WriteHeader(http.StatusPartialContent)
		_, _ = io.WriteString(w, content)
	}), "3abc")
	if err == nil {
		_, err = io.ReadAll(f)
	}
	return err
}

// Another file than the one before is no next part of it.
// G: endpoint/files
func TestAFileThatChangesItsSize(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) { // as above
		asked := 0
		f, err := media.Get(served(func(w http.ResponseWriter, r *http.Request) {
			asked++
			var n []string
			stored(int64(39+asked)*mebi, &n)(w, r)
		}), "3abc")
		require.NoError(t, err)
		_, err = io.ReadAll(f)
		require.ErrorContains(t, err, "Content-Range is")
	})
}

// A download of 200 MB and the uploads it is made of take no memory to speak of.
// G: endpoint/files
func TestStreamsAreNotHeld(t *testing.T) {
	var asked []string
	files := stored(200*mebi, &asked)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case strings.HasPrefix(r.URL.Path, "/cgi-bin/service/"):
			_, _ = io.WriteString(w, `{"errcode":0,"suite_access_token":"S","access_token":"C","expires_in":7200}`)
		case r.Method == http.MethodPost:
			_, _ = io.Copy(io.Discard, r.Body)
			_, _ = io.WriteString(w, `{"errcode":0,"media_id":"3abc"}`)
		default:
			files(w, r)
		}
	}))
	defer server.Close()
	api, err := token.New(token.Config{SuiteId: testworld.Suite, SuiteSecret: "s", BaseURL: server.URL})
	require.NoError(t, err)
	require.NoError(t, api.SetSuiteTicket("ticket", time.Now()))
	api = api.WithCorp(testworld.Corp)
	require.NoError(t, api.SetInstallation(token.Installation{CorpId: testworld.Corp, PermanentCode: "p"}))

	used := heap.Peak(func() {
		for range 3 { // 60 MB
			_, err := media.Upload(api, media.TypeFile, sized(media.TypeFile, 20*mebi))
			assert.NoError(t, err)
		}
		f, err := media.Get(api, "3abc")
		if assert.NoError(t, err) {
			n, whole, err := checked(f)
			assert.NoError(t, err)
			assert.True(t, whole)
			assert.Equal(t, int64(200*mebi), n)
			assert.NoError(t, f.Close())
		}
	})
	t.Logf("at most %d KiB more in use", used>>10)
	assert.Less(t, used, int64(8*mebi))
}
