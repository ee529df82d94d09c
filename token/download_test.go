package token_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/inprocess"
	"github.com/gothird/wecom/token"
)

var downloadNone = token.Endpoint{Method: "GET", Path: "/download", Credential: token.None, Read: true}

func downloadApi(t *testing.T, h http.HandlerFunc) *token.Api {
	return newApi(t, token.Config{SuiteId: suiteId, SuiteSecret: suiteSecret, HTTPClient: &http.Client{Transport: inprocess.Transport(h)}})
}

// A download is read as it comes, with its headers, and asks for the part that is wanted.
// G: request/files
func TestDownload(t *testing.T) {
	t.Parallel()
	api := downloadApi(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Disposition", `attachment; filename="a.txt"`)
		w.Header().Set("Content-Range", "bytes 2-4/9")
		w.WriteHeader(http.StatusPartialContent)
		_, _ = io.WriteString(w, r.Header.Get("Range"))
	})
	d := token.Download{Range: "bytes=2-4"}
	require.NoError(t, api.Do(downloadNone, nil, &d))
	got, err := io.ReadAll(d.Body)
	require.NoError(t, err)
	assert.Equal(t, "bytes=2-4", string(got))
	assert.Equal(t, "bytes 2-4/9", d.Header.Get("Content-Range"))
	require.NoError(t, d.Body.Close())
	require.NoError(t, d.Body.Close(), "once more does no harm")
}

// What is no file is an error; a JSON object with errcode 0 is a file where one was asked for.
// G: request/files
func TestDownloadsThatAreNone(t *testing.T) {
	t.Parallel()
	for answer, code := range map[string]int{
		`{"errcode":40007,"errmsg":"invalid media_id"}`: 40007,
		`{"code":403,"message":"denied"}`:               0,
		`<html><body>Bad Gateway</body></html>`:         0,
		``:                                              0,
	} {
		api := downloadApi(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, answer) })
		var d token.Download
		var failed *token.Error
		require.ErrorAs(t, api.Do(downloadNone, nil, &d), &failed, answer)
		assert.Equal(t, code, failed.Code)
		assert.Nil(t, d.Body)
	}
	text := `{"errcode":0,"a":"file of JSON"}`
	api := downloadApi(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, text) })
	var d token.Download
	require.NoError(t, api.Do(downloadNone, nil, &d))
	got, err := io.ReadAll(d.Body)
	require.NoError(t, err)
	assert.Equal(t, text, string(got))
	require.NoError(t, d.Body.Close())
}

// A file that breaks off says so and names the endpoint; nothing is repeated.
// G: request/files
func TestDownloadBreaksOff(t *testing.T) {
	t.Parallel()
	asked := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked++
		w.Header().Set("Content-Length", "1000")
		_, _ = io.WriteString(w, strings.Repeat("x", 600))
	}))
	defer server.Close()
	api := newApi(t, token.Config{SuiteId: suiteId, SuiteSecret: suiteSecret, BaseURL: server.URL})
	var d token.Download
	err := api.Do(downloadNone, nil, &d)
	require.NoError(t, err)
	got, err := io.ReadAll(d.Body)
	require.ErrorIs(t, err, io.ErrUnexpectedEOF)
	assert.ErrorContains(t, err, "/download")
	assert.Len(t, got, 600)
	require.NoError(t, d.Body.Close())
	assert.Equal(t, 1, asked)
}

// stall gives some bytes, then nothing until its context ends.
type stall struct {
	ctx  context.Context
	data io.Reader
}

func (s stall) Read(p []byte) (int, error) {
	if n, err := s.data.Read(p); err == nil {
		return n, nil
	}
	<-s.ctx.Done()
	return 0, s.ctx.Err()
}

func stalling(closed chan<- struct{}) http.RoundTripper {
	return roundTripper(func(r *http.Request) (*http.Response, error) {
		go func() { <-r.Context().Done(); close(closed) }()
		body := stall{r.Context(), bytes.NewReader(make([]byte, 600))}
		return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(body), Request: r}, nil
	})
}

// Time counts only while the caller reads: 30 seconds without a byte end the stream, an
// hour of the caller's own does not. Close and the caller's context end it at once.
// G: request/time
func TestDownloadTimes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := func(ctx context.Context) (token.Download, chan struct{}) {
			closed := make(chan struct{})
			api := newApi(t, token.Config{SuiteId: suiteId, SuiteSecret: suiteSecret, HTTPClient: &http.Client{Transport: stalling(closed)}})
			var d token.Download
			require.NoError(t, api.WithContext(ctx).Do(downloadNone, nil, &d))
			return d, closed
		}
		d, closed := start(t.Context())
		time.Sleep(time.Hour)
		_, err := io.ReadFull(d.Body, make([]byte, 600))
		require.NoError(t, err)
		began := time.Now()
		_, err = d.Body.Read(make([]byte, 1))
		require.ErrorIs(t, err, context.DeadlineExceeded)
		assert.Equal(t, 30*time.Second, time.Since(began))
		<-closed

		d, closed = start(t.Context())
		require.NoError(t, d.Body.Close())
		<-closed

		ctx, cancel := context.WithCancelCause(t.Context())
		d, closed = start(ctx)
		cancel(errors.New("the user left"))
		_, err = io.ReadAll(d.Body)
		require.ErrorIs(t, err, context.Canceled)
		<-closed
	})
}

// A file elsewhere is asked for without a token, whatever it looks like, by the client and
// the middleware of the Api.
// G: request/files
func TestOpenURL(t *testing.T) {
	t.Parallel()
	var asked []string
	api := downloadApi(t, func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, fmt.Sprint(r.Host+r.URL.RequestURI(), r.Header.Values("Range")))
		switch {
		case r.URL.Path == "/gone":
			w.Header().Set("Content-Type", "application/xml")
			w.WriteHeader(http.StatusForbidden)
			_, _ = io.WriteString(w, "<Error>expired</Error>")
		case len(asked) == 1:
			w.WriteHeader(http.StatusBadGateway)
		default:
			_, _ = io.WriteString(w, `{"errcode":40007`)
		}
	})
	d := token.Download{Range: "bytes=0-15"}
	require.NoError(t, api.WithCorp("wpAnna").OpenURL("https://files.example/a%2Fb?sign=x%20y&a=1", &d))
	got, err := io.ReadAll(d.Body)
	require.NoError(t, err)
	require.NoError(t, d.Body.Close())
	assert.Equal(t, `{"errcode":40007`, string(got))
	assert.Equal(t, []string{"files.example/a%2Fb?sign=x%20y&a=1[bytes=0-15]", "files.example/a%2Fb?sign=x%20y&a=1[bytes=0-15]"}, asked)

	d = token.Download{}
	require.NoError(t, api.OpenURL("http://files.example/whole", &d))
	require.NoError(t, d.Body.Close())
	assert.Equal(t, "files.example/whole[]", asked[2], "no Range at all")
	d = token.Download{}
	var failed *token.Error
	require.ErrorAs(t, api.OpenURL("https://files.example/gone", &d), &failed)
	assert.Equal(t, http.StatusForbidden, failed.HTTPStatus)
	assert.Contains(t, failed.Msg, "expired")
	assert.Nil(t, d.Body)

	for _, bad := range []string{"", "/cgi-bin/media/get", "ftp://files.example/a", "https://u:p@files.example/a", "https:///a", "::"} {
		assert.ErrorContains(t, api.OpenURL(bad, &d), "the URL of a file", bad)
	}
	assert.ErrorContains(t, api.OpenURL("https://files.example", nil), "needs a pointer")
	assert.Error(t, (*token.Api)(nil).OpenURL("https://files.example", &d))
}

// A download is not repeated once something was written, nor where the writer fails; one of
// which nothing was written yet is, where it is a read.
// G: request/files
func TestDownloadsAreRepeatedWhileNothingIsWritten(t *testing.T) {
	t.Parallel()
	full := errors.New("no space left")
	for _, row := range []struct {
		name, first string
		writerFails bool
		tries       int
	}{
		{"cut before the headers", "", false, 2},
		{"busy", "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n", false, 2},
		{"cut in the file", "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n" + strings.Repeat("x", 50_000), false, 1},
		{"writer fails", "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc", true, 1},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			var tries atomic.Int32
			addr := peer(t, func(c net.Conn) {
				text := "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc"
				if tries.Add(1) == 1 {
					text = row.first
				}
				answerRaw(text)(c)
			})
			api := newApi(t, token.Config{SuiteId: suiteId, SuiteSecret: suiteSecret, BaseURL: "http://" + addr, HTTPClient: &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}})
			var file bytes.Buffer
			var out io.Writer = &file
			if row.writerFails {
				out = writer(func([]byte) (int, error) { return 0, full })
			}
			err := api.Do(none, nil, out)
			assert.Equal(t, int32(row.tries), tries.Load())
			assert.Equal(t, row.tries == 1, err != nil, "%v", err)
			if row.writerFails {
				assert.ErrorIs(t, err, full)
			}
			if err == nil {
				assert.Equal(t, "abc", file.String())
			}
		})
	}
}
