package inprocess

import (
	"context"
	"io"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestTransport(t *testing.T) {
	t.Parallel()
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		assert.NoError(t, err)
		assert.Empty(t, body)
		w.Header().Set("X-Early", "1")
		_, _ = io.WriteString(w, "a")
		w.WriteHeader(http.StatusTeapot) // too late
		w.Header().Set("X-Late", "1")
	})
	res, err := (&http.Client{Transport: Transport(h)}).Get("http://x/")
	require.NoError(t, err)
	defer res.Body.Close()
	assert.Equal(t, http.StatusOK, res.StatusCode)
	assert.Equal(t, "1", res.Header.Get("X-Early"))
	assert.Empty(t, res.Header.Get("X-Late"))

	broken := http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("bug") })
	assert.PanicsWithValue(t, "bug", func() {
		_, _ = Transport(broken).RoundTrip(res.Request)
	})

	cut := http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	_, err = Transport(cut).RoundTrip(res.Request)
	require.ErrorIs(t, err, io.ErrUnexpectedEOF)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = Transport(h).RoundTrip(res.Request.WithContext(ctx))
	require.ErrorIs(t, err, context.Canceled)
}
