package token_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/gothird/wecom/internal/heap"
	"github.com/gothird/wecom/token"
)

// zeros gives n bytes without holding them.
func zeros(n int64) io.Reader { return io.LimitReader(endless{}, n) }

type endless struct{}

func (endless) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// An upload of 50 MB and a download of 50 MB, beyond what other answers may have, are held
// by nobody.
// G: request/bounded
func TestStreamsAreNotHeld(t *testing.T) {
	const size = 50 << 20
	var got int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got, _ = io.Copy(io.Discard, r.Body)
		if r.URL.Path == "/download" {
			_, _ = io.Copy(w, zeros(size))
			return
		}
		_, _ = io.WriteString(w, `{"errcode":0}`)
	}))
	defer server.Close()
	api := newApi(t, token.Config{SuiteId: suiteId, SuiteSecret: suiteSecret, BaseURL: server.URL})
	used := heap.Peak(func() {
		up := &token.Upload{Field: "media", FileName: "x", Size: size, Open: func() (io.ReadCloser, error) { return io.NopCloser(zeros(size)), nil }}
		assert.NoError(t, api.Do(writeNone, up, nil))
	})
	assert.Greater(t, got, int64(size))
	assert.Less(t, used, int64(25<<20))
	var arrived int64
	used = heap.Peak(func() {
		assert.NoError(t, api.Do(token.Endpoint{Path: "/download", Credential: token.None}, nil, writer(func(p []byte) (int, error) {
			arrived += int64(len(p))
			return len(p), nil
		})))
	})
	assert.Equal(t, int64(size), arrived)
	assert.Less(t, used, int64(25<<20))
}
