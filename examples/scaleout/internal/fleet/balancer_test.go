package fleet

import (
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A request that cannot be delivered to a worker goes to the next one, as a whole.
func TestRequestsThatNobodyHasSeen(t *testing.T) {
	t.Parallel()
	got := make(chan string, 10)
	good := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, _ := readAll(r)
		got <- string(body)
	}))
	defer good.Close()
	gone, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, gone.Close())
	f := &Fleet{workers: []*Worker{{Addr: gone.Addr().String()}, nil, {Addr: good.Listener.Addr().String()}}}
	site := httptest.NewServer(NewBalancer(f))
	defer site.Close()
	for range 4 {
		answer, err := http.Post(site.URL, "text/xml", strings.NewReader("a push"))
		require.NoError(t, err)
		require.NoError(t, answer.Body.Close())
		assert.Equal(t, http.StatusOK, answer.StatusCode)
		assert.Equal(t, "a push", <-got)
	}
	assert.Equal(t, int64(4), f.workers[2].Taken.Load())
	assert.Zero(t, f.workers[0].Taken.Load())
}
