package spectest

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestDoor(t *testing.T) {
	t.Parallel()
	client := &http.Client{Transport: Door(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/abort" {
			panic(http.ErrAbortHandler)
		}
		w.WriteHeader(http.StatusTeapot)
		_, _ = io.Copy(w, r.Body)
	}))}
	resp, err := client.Post("https://wecom.test/echo", "text/plain", strings.NewReader("hello"))
	require.NoError(t, err)
	body, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	assert.Equal(t, "hello", string(body))
	assert.Equal(t, http.StatusTeapot, resp.StatusCode)

	_, err = client.Get("https://wecom.test/abort")
	require.ErrorIs(t, err, io.ErrUnexpectedEOF)

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "https://wecom.test/", nil)
	require.NoError(t, err)
	_, err = client.Do(r)
	require.ErrorIs(t, err, context.Canceled)
}

func TestCanned(t *testing.T) {
	t.Parallel()
	client := &http.Client{Transport: Canned(func(path string, body []byte) string {
		if path == "/cut" {
			return ""
		}
		return path + string(body)
	})}
	get := func(path string) string {
		resp, err := client.Post("https://wecom.test"+path, "application/json", strings.NewReader("{}"))
		require.NoError(t, err)
		body, err := io.ReadAll(resp.Body)
		require.NoError(t, err)
		return string(body)
	}
	assert.Equal(t, "/x{}", get("/x"))
	assert.Contains(t, get("/cgi-bin/service/get_suite_token"), "TOKEN-suite")
	_, err := client.Post("https://wecom.test/cut", "application/json", nil)
	require.ErrorIs(t, err, io.ErrUnexpectedEOF)
}
