package media

import (
	"crypto/md5"
	"encoding/hex"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/gothird/wecom/internal/fakewecom/faketest"
	"github.com/gothird/wecom/internal/fakewecom/platform"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// storage serves files of the app by their paths; /whole does not know Range.
func storage(t *testing.T, files map[string]string) string {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		data, ok := files[r.URL.Path]
		switch {
		case !ok:
			http.NotFound(w, r)
		case r.URL.Path == "/whole":
			_, _ = w.Write([]byte(data))
		default:
			http.ServeContent(w, r, "", time.Time{}, strings.NewReader(data))
		}
	}))
	t.Cleanup(server.Close)
	return server.URL
}

func sum(data string) string {
	s := md5.Sum([]byte(data))
	return hex.EncodeToString(s[:])
}

// begin asks for an upload by URL, and returns the jobid.
func (w *world) begin(kind, link, data string) string {
	w.T.Helper()
	out := w.Call("upload_by_url", obj{"scene": 1, "type": kind, "url": link, "filename": "片.mp4", "md5": sum(data)})
	id, _ := out["jobid"].(string)
	require.NotEmpty(w.T, id, "%v", out)
	w.Settled()
	return id
}

func (w *world) result(id string) (status int, detail obj) {
	w.T.Helper()
	out := w.Call("get_upload_by_url_result", obj{"jobid": id})
	require.Zero(w.T, faketest.Errcode(out), "%v", out)
	detail, _ = out["detail"].(obj)
	return faketest.Num(out, "status"), detail
}

func TestUploadByUrl(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.SetUploadDelay(time.Minute)
	data := begun(kindVideo, 21<<20)
	id := w.begin(kindVideo, storage(t, map[string]string{"/a": data})+"/a", data)
	status, _ := w.result(id)
	assert.Equal(t, jobRunning, status)
	assert.Empty(t, w.Pushes())
	w.Clock.Add(time.Minute)
	require.NoError(t, w.Settle(t.Context()))
	p := w.LastPush()
	assert.Equal(t, "/data/"+faketest.Corp, p.Path)
	assert.Contains(t, p.Payload, "<Event><![CDATA[upload_media_job_finish]]></Event><JobId><![CDATA["+id+"]]></JobId>")
	status, detail := w.result(id)
	assert.Equal(t, jobDone, status)
	assert.Equal(t, "1760000060", detail["created_at"])

	media, _ := detail["media_id"].(string)
	res, part := w.fetched("/cgi-bin/media/get", media, "bytes=20971520-")
	assert.Equal(t, `attachment; filename="片.mp4"`, res.Header.Get("Content-Disposition"))
	assert.Equal(t, data[20<<20:], part)
	_, _, ok := w.Uploaded()(faketest.Corp, media)
	assert.False(t, ok, "it is for no message")

	w.AuthCode(faketest.Template)
	require.NoError(t, w.AddCorp(platform.Corp{Id: "wpOther"}))
	_, err := w.Install(t.Context(), faketest.Suite, "wpOther", platform.InstallOptions{FromProviderSite: true})
	require.NoError(t, err)
	for _, by := range [][]string{{faketest.Template, faketest.Corp}, {faketest.Suite, "wpOther"}} {
		assert.Equal(t, platform.CodeBadParam, faketest.Errcode(w.CallAs("get_upload_by_url_result", by[0], by[1], obj{"jobid": id})), by)
	}

	w.Clock.Add(jobLife)
	assert.Equal(t, platform.CodeBadParam, faketest.Errcode(w.Call("get_upload_by_url_result", obj{"jobid": id})))
	assert.Equal(t, platform.CodeBadParam, faketest.Errcode(w.Call("get_upload_by_url_result", obj{"jobid": "none"})))
}

func TestUploadsByUrlThatFail(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	site := storage(t, map[string]string{"/whole": "%PDF-1", "/short": "12345", "/file": "%PDF-1"})
	for _, c := range []struct {
		kind, link, data string
		want             int
	}{
		{kindFile, site + "/whole", "%PDF-1", codeBadUrl},
		{kindFile, site + "/none", "", codeNotFetched},
		{kindFile, "http://127.0.0.1:1/", "", codeNotFetched},
		{kindFile, site + "/short", "12345", codeTooLarge},
		{kindFile, site + "/file", "other", codeMd5},
		{kindVideo, site + "/file", "%PDF-1", codeNotFetched},
		{kindFile, site + "/file", "%PDF-1", 0},
	} {
		status, detail := w.result(w.begin(c.kind, c.link, c.data))
		assert.Equal(t, c.want, faketest.Num(detail, "errcode"), "%+v", c)
		assert.Equal(t, map[bool]int{true: jobDone, false: jobFailed}[c.want == 0], status, "%+v", c)
	}
	for want, change := range map[int]obj{codeBadUrl: {"url": "ftp://a/b"}, platform.CodeBadParam: {"type": kindImage}, 0: {}} {
		in := obj{"scene": 1, "type": kindFile, "url": site + "/file", "filename": "a", "md5": sum("%PDF-1")}
		for k, v := range change {
			in[k] = v
		}
		assert.Equal(t, want, faketest.Errcode(w.Call("upload_by_url", in)))
	}
	for _, change := range []obj{{"scene": 2}, {"filename": strings.Repeat("a", 129)}, {"md5": strings.Repeat("a", 33)}, {"url": "http://a/" + strings.Repeat("a", 1024)}} {
		in := obj{"scene": 1, "type": kindFile, "url": site + "/file", "filename": "a", "md5": sum("")}
		for k, v := range change {
			in[k] = v
		}
		assert.Equal(t, platform.CodeBadParam, faketest.Errcode(w.Call("upload_by_url", in)), "%v", change)
	}
}
