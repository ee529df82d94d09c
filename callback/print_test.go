package callback

import (
	"fmt"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// G: secret/printed
func TestQueuesPrintNothing(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "queue")
	plain, err := NewDirQueue(dir)
	require.NoError(t, err)
	defer plain.Close()
	sealed, err := SealQueue(NewMemoryQueue(), make([]byte, 32))
	require.NoError(t, err)
	memory := NewMemoryQueue()
	for _, q := range []Queue{plain, sealed, memory} {
		require.NoError(t, q.Put(t.Context(), []Item{{Route: "r", Lane: "l", Payload: []byte("payload-of-secrets"), State: []byte("s")}}))
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s"} {
		assert.Equal(t, "callback.DirQueue{"+dir+"}", fmt.Sprintf(verb, plain))
		assert.Equal(t, "callback.SealedQueue{*callback.memoryQueue}", fmt.Sprintf(verb, sealed))
		assert.Equal(t, "callback.MemoryQueue", fmt.Sprintf(verb, memory))
	}
}
