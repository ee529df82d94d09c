package callback_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/callback"
	"github.com/gothird/wecom/callback/queuetest"
)

// small is a size of files at which there are many of them.
const small = 8 << 10

func TestDirQueueIsAQueue(t *testing.T) {
	t.Parallel()
	open := func(t *testing.T, dir string) callback.Queue {
		q, err := callback.OpenDirQueue(dir, small, 0)
		require.NoError(t, err)
		return q
	}
	queuetest.Run(t, func(t *testing.T) callback.Queue { return open(t, t.TempDir()) }, queuetest.Options{
		Steps: 500,
		Reopen: func(t *testing.T, q callback.Queue) callback.Queue {
			require.NoError(t, q.Close())
			return open(t, callback.DirOf(q))
		},
		Crash: func(t *testing.T, q callback.Queue) callback.Queue {
			callback.Crash(q)
			return open(t, callback.DirOf(q))
		},
	})
}
