package callback_test

import (
	"os"
	"os/exec"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/callback"
)

const descriptorsEnv = "WECOM_QUEUE_DESCRIPTORS"

// The limit is of the whole process, so that another one tries it.
// G: queue/dir-failures
func TestDirQueueWithoutDescriptors(t *testing.T) {
	t.Parallel()
	child := exec.Command(os.Args[0], "-test.run=^TestDirQueueWithoutDescriptorsChild$")
	child.Env = append(os.Environ(), descriptorsEnv+"="+t.TempDir())
	out, err := child.CombinedOutput()
	assert.NoError(t, err, "%s", out)
}

func TestDirQueueWithoutDescriptorsChild(t *testing.T) {
	dir := os.Getenv(descriptorsEnv)
	if dir == "" {
		return
	}
	q := openSmall(t, dir)
	join(t, q, time.Hour)
	putInto(t, q, itemOf("a", "1"), itemOf("b", "2"))
	_, got := claimed(t, q)
	require.Len(t, got, 2)
	putInto(t, q, itemOf("c", "3"))

	limit := syscall.Rlimit{Cur: 64, Max: 64}
	require.NoError(t, syscall.Setrlimit(syscall.RLIMIT_NOFILE, &limit))
	var used []*os.File
	f, err := os.Open(os.DevNull)
	for ; err == nil; f, err = os.Open(os.DevNull) {
		used = append(used, f)
	}
	require.ErrorIs(t, err, syscall.EMFILE)
	time.Sleep(1100 * time.Millisecond) // the folder is looked through again
	_, claimErr := claim(t, q)
	lost, settleErr := q.Settle(t.Context(), []callback.Settlement{{Hold: got[0].Hold, Kind: callback.Again}})
	putErr := q.Put(t.Context(), []callback.Item{itemOf("d", "4")})
	for _, f := range used {
		f.Close()
	}
	require.ErrorIs(t, claimErr, syscall.EMFILE)
	require.ErrorIs(t, settleErr, syscall.EMFILE)
	require.Empty(t, lost)
	require.ErrorIs(t, putErr, syscall.EMFILE)

	settle(t, q, got[0], callback.Settlement{})
	settle(t, q, got[1], callback.Settlement{})
	putInto(t, q, itemOf("d", "5"))
	want := map[string]bool{"3": true, "5": true}
	for end := time.Now().Add(time.Minute); len(want) > 0; time.Sleep(time.Millisecond) {
		require.True(t, time.Now().Before(end))
		payloads, _ := claim(t, q) // once more it tells what was wrong with a file
		for _, c := range payloads {
			delete(want, string(c.Payload))
		}
	}
}
