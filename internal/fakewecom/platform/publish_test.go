package platform_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/fakewecom/faketest"
	"github.com/gothird/wecom/internal/fakewecom/platform"
	"github.com/gothird/wecom/internal/inprocess"
	"github.com/gothird/wecom/internal/spec"
)

const somePath = "/cgi-bin/getcallbackip"

// joined is a world whose corp has the app, and a part that answers one path.
func joined(t *testing.T, answer func(h *platform.Host, c *platform.Call) (platform.Obj, error)) (*faketest.World, *platform.Host) {
	t.Helper()
	w := faketest.New(t, platform.Options{})
	var h *platform.Host
	h = w.Join(platform.Part{Handlers: map[string]platform.Handler{somePath: func(c *platform.Call) (platform.Obj, error) { return answer(h, c) }}})
	w.AuthCode(faketest.Suite)
	return w, h
}

func got(t *testing.T, client *http.Client, link, part string) (*http.Response, string) {
	t.Helper()
	req, err := http.NewRequest(http.MethodGet, link, nil)
	require.NoError(t, err)
	if part != "" {
		req.Header.Set("Range", part)
	}
	res, err := client.Do(req)
	require.NoError(t, err)
	defer res.Body.Close()
	data, err := io.ReadAll(res.Body)
	require.NoError(t, err)
	return res, string(data)
}

// A published file is where the client reaches the platform, without a token, until its end.
func TestPublishedFiles(t *testing.T) {
	t.Parallel()
	w, _ := joined(t, func(h *platform.Host, c *platform.Call) (platform.Obj, error) {
		return platform.Obj{"url": c.Base() + h.Publish("text/plain", []byte("0123456789"), c.Now().Add(time.Hour))}, nil
	})
	link, _ := w.Call("getcallbackip", url.Values{})["url"].(string)
	require.True(t, strings.HasPrefix(link, w.HTTP.URL+"/"), link)
	res, data := got(t, http.DefaultClient, link, "")
	assert.Equal(t, []any{http.StatusOK, "0123456789", "text/plain"}, []any{res.StatusCode, data, res.Header.Get("Content-Type")})
	res, data = got(t, http.DefaultClient, link, "bytes=8-")
	assert.Equal(t, []any{http.StatusPartialContent, "89", "bytes 8-9/10"}, []any{res.StatusCode, data, res.Header.Get("Content-Range")})
	for _, r := range w.Requests() {
		assert.Empty(t, r.Problem)
	}
	w.Clock.Add(time.Hour + time.Second)
	res, _ = got(t, http.DefaultClient, link, "")
	assert.Equal(t, http.StatusForbidden, res.StatusCode)
	res, _ = got(t, http.DefaultClient, link+"0", "")
	assert.Equal(t, http.StatusNotFound, res.StatusCode)

	client := &http.Client{Transport: inprocess.Transport(w.Platform)}
	token, err := w.IssueToken(spec.CredentialCorp, faketest.Suite, faketest.Corp)
	require.NoError(t, err)
	_, data = got(t, client, "https://qyapi.weixin.qq.com"+somePath+"?access_token="+token, "")
	inside := "https://qyapi.weixin.qq.com/" + faketest.Between(data, `"url":"https://qyapi.weixin.qq.com/`, `"`)
	_, data = got(t, client, inside, "")
	assert.Equal(t, "0123456789", data)
}

// What takes the network runs once the answer is out, and without the lock.
func TestLater(t *testing.T) {
	t.Parallel()
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, r.Header.Get("Range")+" 0123456789")
	}))
	defer site.Close()
	var seen []string
	w, h := joined(t, func(h *platform.Host, _ *platform.Call) (platform.Obj, error) {
		h.Later(func(ctx context.Context) {
			status, data, err := h.Fetch(ctx, site.URL, "bytes=0-", 12)
			assert.NoError(t, err)
			_ = h.Act(ctx, func() error {
				seen = append(seen, string(data))
				h.Tell(platform.Target{Channel: spec.ChannelInstruction, SuiteId: faketest.Suite}, platform.Number("Status", int64(status)))
				return nil
			})
		})
		assert.Empty(t, seen)
		return nil, nil
	})
	require.Zero(t, faketest.Errcode(w.Call("getcallbackip", url.Values{})))
	w.Settled()
	h.Locked(func() { assert.Equal(t, []string{"bytes=0- 012"}, seen) })
	assert.Equal(t, "<xml><Status>200</Status></xml>", w.LastPush().Payload)
	_, _, err := h.Fetch(t.Context(), "http://127.0.0.1:1/secret", "", 1)
	require.Error(t, err)
	assert.NotContains(t, err.Error(), "secret")
	_, _, err = h.Fetch(t.Context(), ":", "", 1)
	require.Error(t, err)
}

// An event can go to a callback URL that a request has named, with its own key.
func TestOwnCallbacks(t *testing.T) {
	t.Parallel()
	w, h := joined(t, nil)
	to := platform.Target{Channel: spec.ChannelData, SuiteId: faketest.Suite, CorpId: faketest.Corp,
		Own: platform.Callback{URL: w.Hook.URL + "/own", Token: faketest.Token, EncodingAESKey: faketest.Key}}
	d, err := h.Push(t.Context(), to, platform.Text("A", "b"))
	require.NoError(t, err)
	assert.Equal(t, "<xml><A><![CDATA[b]]></A></xml>", string(d.Payload))
	assert.Equal(t, []string{"/own", faketest.Corp}, []string{w.LastPush().Path, w.LastPush().Receive})
	to.Own.EncodingAESKey = "short"
	_, err = h.Push(t.Context(), to, platform.Text("A", "b"))
	require.Error(t, err)
}

func TestOwnAgent(t *testing.T) {
	t.Parallel()
	var own, other int64
	w, _ := joined(t, func(h *platform.Host, c *platform.Call) (platform.Obj, error) {
		return platform.Obj{"own": codeOf(h.OwnAgent(c, own)), "other": codeOf(h.OwnAgent(c, other)), "none": codeOf(h.OwnAgent(c, 7))}, nil
	})
	w.AuthCode(faketest.Template)
	own, other = w.Installed(faketest.Suite, faketest.Corp).AgentId, w.Installed(faketest.Template, faketest.Corp).AgentId
	out := w.Call("getcallbackip", url.Values{})
	assert.Equal(t, []any{0.0, 301002.0, 40056.0}, []any{out["own"], out["other"], out["none"]})
}

func codeOf(err error) int {
	code, _ := platform.CodeOf(err)
	return code
}

func TestCodeOf(t *testing.T) {
	t.Parallel()
	code, text := platform.CodeOf(platform.Refuse(60111, "no %s", "user"))
	assert.Equal(t, []any{60111, "no user"}, []any{code, text})
	code, text = platform.CodeOf(io.EOF)
	assert.Equal(t, []any{0, "ok"}, []any{code, text})
	assert.Zero(t, codeOf(nil))
}
