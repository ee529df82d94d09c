package platform_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/fakewecom/faketest"
	"github.com/gothird/wecom/internal/fakewecom/platform"
	"github.com/gothird/wecom/internal/spec"
)

func TestRedeliver(t *testing.T) {
	t.Parallel()
	w := faketest.New(t, platform.Options{})
	w.Answer(http.StatusOK, "no")
	d, err := w.Push(t.Context(), platform.Target{Channel: spec.ChannelInstruction, SuiteId: faketest.Suite}, []byte("<xml>1</xml>"))
	require.Error(t, err)
	first := w.LastPush()
	w.Answer(http.StatusOK, "success")
	again, err := w.Redeliver(t.Context(), d.Id)
	require.NoError(t, err)
	assert.Equal(t, d.Id, again.Id)
	assert.Equal(t, first, w.LastPush(), "byte for byte")
	_, err = w.Redeliver(t.Context(), 99)
	assert.Error(t, err)
	_, err = w.Redeliver(t.Context(), 0)
	assert.Error(t, err)
}

// A push that went to a wrong URL can be repeated when the URL is right.
func TestRedeliverGoesToTheURLOfNow(t *testing.T) {
	t.Parallel()
	w := faketest.New(t, platform.Options{})
	w.Answer(http.StatusNotFound, "")
	d, err := w.Push(t.Context(), platform.Target{Channel: spec.ChannelInstruction, SuiteId: faketest.Suite}, []byte("<xml>1</xml>"))
	require.Error(t, err)
	first := w.LastPush()

	var got *http.Request
	right := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		got = r
		_, _ = rw.Write([]byte("success"))
	}))
	defer right.Close()
	x, ok := w.Suite(faketest.Suite)
	require.True(t, ok)
	x.Command.URL = right.URL + "/here?a=1"
	require.NoError(t, w.AddSuite(x))
	_, err = w.Redeliver(t.Context(), d.Id)
	require.NoError(t, err)
	assert.Equal(t, first, w.LastPush(), "the old URL hears no more")
	assert.Equal(t, "/here", got.URL.Path)
	assert.Equal(t, "1", got.URL.Query().Get("a"))
	assert.NotEmpty(t, got.URL.Query().Get("msg_signature"))

	x.Command.URL = ""
	require.NoError(t, w.AddSuite(x))
	_, err = w.Redeliver(t.Context(), d.Id)
	assert.NoError(t, err, "without a URL the last one counts")
}
