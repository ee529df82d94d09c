package token

import (
	"bytes"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// pooledAfter reports whether a request whose body has this many bytes leaves its encoder to
// the next one. A pool may forget now and then, hence several tries.
func pooledAfter(t *testing.T, size int) bool {
	t.Helper()
	r := &request{core: new(core)}
	in := map[string]string{"a": strings.Repeat("x", size-len(`{"a":""}`))}
	for range 50 {
		body, err := r.encode(in)
		require.NoError(t, err)
		require.Len(t, body, size)
		if e, _ := r.core.encoders.Get().(*encoder); e != nil {
			return true
		}
	}
	return false
}

// Encoders are used again, but for those whose buffer has grown beyond 1 MiB.
func TestWhichEncodersAreUsedAgain(t *testing.T) {
	t.Parallel()
	for size, want := range map[int]bool{
		100: true, 1<<20 - 1: true, // the encoder writes a line end as well
		1 << 20: false, 1<<20 + 4096: false,
	} {
		assert.Equal(t, want, pooledAfter(t, size), size)
	}
}

// The transport of an Api without an HTTPClient keeps connections for 1024 calls at once.
// G: request/client
func TestConnectionsKept(t *testing.T) {
	t.Parallel()
	api, err := New(Config{SuiteId: "dkSuite", SuiteSecret: "secret"})
	require.NoError(t, err)
	own, ok := api.core.client.Transport.(*credentialTransport)
	require.True(t, ok)
	transport, ok := own.next.(*http.Transport)
	require.True(t, ok)
	assert.Equal(t, []int{0, 1024}, []int{transport.MaxIdleConns, transport.MaxIdleConnsPerHost})
}

// The same holds for the buffers of answers.
func TestWhichAnswersAreUsedAgain(t *testing.T) {
	t.Parallel()
	for size, want := range map[int]bool{100: true, 1 << 20: true, 1<<20 + 1: false} {
		c, pooled := new(core), false
		for range 50 {
			buf := bytes.NewBuffer(make([]byte, 0, size))
			c.release(answer{buf: buf})
			pooled = pooled || c.buffers.Get() != nil
		}
		assert.Equal(t, want, pooled, size)
	}
}
