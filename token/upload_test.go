package token_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"testing/iotest"

	"github.com/jarcoal/httpmock"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/token"
)

// G: request/files
func TestUpload(t *testing.T) {
	t.Parallel()
	var content, name, query string
	api, _ := mocked(t, func(r *http.Request) (*http.Response, error) {
		_, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
		if err != nil {
			return nil, err
		}
		form, err := multipart.NewReader(r.Body, params["boundary"]).ReadForm(1 << 20)
		if err != nil {
			return nil, err
		}
		file := form.File["media"][0]
		f, _ := file.Open()
		b, _ := io.ReadAll(f)
		content, name, query = string(b), file.Filename, r.URL.RawQuery
		return httpmock.NewStringResponse(200, `{"errcode":0,"media_id":"m1"}`), nil
	})
	out, err := token.Call[struct {
		MediaId string `json:"media_id"`
	}](api, none, &token.Upload{Query: url.Values{"type": {"file"}}, Field: "media", FileName: "表.csv", Size: 3, Open: opens("a,b")})
	require.NoError(t, err)
	assert.Equal(t, "m1", out.MediaId)
	assert.Equal(t, []string{"a,b", "表.csv", "type=file"}, []string{content, name, query})
}

// opens gives a file of that content.
func opens(content string) func() (io.ReadCloser, error) {
	return func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(content)), nil }
}

// A file that is not as long as was said, or can't be read, is a plain error: the form has
// no end, so that nothing was done.
// G: request/files
func TestUploadsThatBreakOff(t *testing.T) {
	t.Parallel()
	var whole atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err == nil && bytes.HasSuffix(body, []byte("--\r\n")) {
			whole.Add(1)
		}
		_, _ = io.WriteString(w, `{"errcode":0}`)
	}))
	defer server.Close()
	api := newApi(t, token.Config{SuiteId: suiteId, SuiteSecret: suiteSecret, BaseURL: server.URL})
	broken := errors.New("the disk is broken")
	for says, up := range map[string]*token.Upload{
		"shorter": {Size: 100_000, Open: opens("short")},
		"longer":  {Size: 2, Open: opens(strings.Repeat("long", 50_000))},
		"no file": {Size: 2, Open: func() (io.ReadCloser, error) { return nil, fmt.Errorf("no file: %w", broken) }},
		"disk":    {Size: 2, Open: func() (io.ReadCloser, error) { return io.NopCloser(iotest.ErrReader(broken)), nil }},
	} {
		for _, ep := range []token.Endpoint{writeNone, none} {
			opened := 0
			open := up.Open
			one := &token.Upload{Field: "media", FileName: "x.txt", Size: up.Size, Open: func() (io.ReadCloser, error) { opened++; return open() }}
			err := api.Do(ep, one, nil)
			require.ErrorContains(t, err, says)
			assert.NotErrorIs(t, err, token.ErrOutcomeUnknown)
			assert.Equal(t, 1, opened, "the same file would fail again")
			if says == "no file" || says == "disk" {
				assert.ErrorIs(t, err, broken)
			}
		}
	}
	assert.Zero(t, whole.Load())
}

// A replay after 42001 opens the file again and sends the same bytes; names arrive as they
// are.
// G: request/files
func TestUploadIsReplayed(t *testing.T) {
	t.Parallel()
	var bodies [][]byte
	var names []string
	closed := 0
	client := &http.Client{Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
		answer := fmt.Sprintf(`{"provider_access_token":"upload-token-%d","expires_in":7200}`, len(bodies))
		if r.URL.Path != providerPath {
			assert.Equal(t, "file", r.URL.Query().Get("type"))
			body, err := io.ReadAll(r.Body)
			require.NoError(t, err)
			require.NoError(t, r.Body.Close())
			assert.Len(t, body, int(r.ContentLength))
			bodies = append(bodies, body)
			_, params, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
			part, err := multipart.NewReader(bytes.NewReader(body), params["boundary"]).NextPart()
			require.NoError(t, err)
			names = append(names, part.FormName(), part.FileName())
			answer = `{"errcode":42001}`
			if len(bodies) == 2 {
				answer = `{"errcode":0}`
			}
		}
		return &http.Response{StatusCode: 200, Body: io.NopCloser(strings.NewReader(answer))}, nil
	})}
	api := newApi(t, token.Config{CorpId: providerId, ProviderSecret: providerSecret, HTTPClient: client})
	const name = `报价 "final" \1.csv`
	open := func() (io.ReadCloser, error) { return closing{strings.NewReader("a,b"), &closed}, nil }
	up := &token.Upload{Query: url.Values{"type": {"file"}}, Field: "media", FileName: name, Size: 3, Open: open}
	require.NoError(t, api.Do(token.Endpoint{Path: "/upload", Credential: token.Provider}, up, nil))
	require.Len(t, bodies, 2)
	assert.Equal(t, bodies[0], bodies[1])
	assert.Contains(t, string(bodies[0]), "报价", "raw, not encoded")
	assert.Equal(t, []string{"media", name, "media", name}, names)
	assert.Equal(t, 2, closed)
}

type closing struct {
	io.Reader
	n *int
}

func (c closing) Close() error { *c.n++; return nil }
