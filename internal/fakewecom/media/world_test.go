package media

import (
	"bytes"
	"encoding/json"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/fakewecom/faketest"
	"github.com/gothird/wecom/internal/fakewecom/platform"
	"github.com/gothird/wecom/internal/spec"
)

type obj = platform.Obj

// world is a corp that has the app.
type world struct {
	*faketest.World
	*Media
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := faketest.New(t, platform.Options{})
	all := &world{w, New(w.Platform)}
	w.AuthCode(faketest.Suite)
	return all
}

func (w *world) token() string {
	w.T.Helper()
	value, err := w.IssueToken(spec.CredentialCorp, faketest.Suite, faketest.Corp)
	require.NoError(w.T, err)
	return value
}

// post uploads a file.
func (w *world) post(path string, more url.Values, name, data string) obj {
	w.T.Helper()
	query := url.Values{"access_token": {w.token()}}
	for k, v := range more {
		query[k] = v
	}
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	part, err := m.CreateFormFile("media", name)
	require.NoError(w.T, err)
	_, _ = io.WriteString(part, data)
	require.NoError(w.T, m.Close())
	res, err := http.Post(w.HTTP.URL+path+"?"+query.Encode(), m.FormDataContentType(), &b)
	require.NoError(w.T, err)
	defer res.Body.Close()
	var out obj
	require.NoError(w.T, json.NewDecoder(res.Body).Decode(&out))
	return out
}

// uploaded uploads one for messages, and returns its media_id.
func (w *world) uploaded(kind, data string) string {
	w.T.Helper()
	out := w.post("/cgi-bin/media/upload", url.Values{"type": {kind}}, "a", data)
	id, _ := out["media_id"].(string)
	require.NotEmpty(w.T, id, "%v", out)
	return id
}

// fetched is the answer to media/get, or another path; part is a header Range.
func (w *world) fetched(path, id, part string) (*http.Response, string) {
	w.T.Helper()
	req, err := http.NewRequest(http.MethodGet, w.HTTP.URL+path+"?"+url.Values{"access_token": {w.token()}, "media_id": {id}}.Encode(), nil)
	require.NoError(w.T, err)
	if part != "" {
		req.Header.Set("Range", part)
	}
	res, err := w.HTTP.Client().Do(req)
	require.NoError(w.T, err)
	defer res.Body.Close()
	data, err := io.ReadAll(res.Body)
	require.NoError(w.T, err)
	return res, string(data)
}

// begun is a file of n bytes that begins like one of its kind.
func begun(kind string, n int) string {
	head := map[string]string{kindImage: jpg, kindVoice: amr, kindVideo: "1234" + mp4, kindFile: "%PDF-"}[kind]
	return head + strings.Repeat("x", n-len(head))
}
