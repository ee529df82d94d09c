package queuetest

import (
	"bytes"
	"math/rand/v2"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/callback"
)

func openMemory(*testing.T) callback.Queue { return callback.NewMemoryQueue() }

func openSealed(t *testing.T) callback.Queue {
	q, err := callback.SealQueue(callback.NewMemoryQueue(), bytes.Repeat([]byte{1}, 32))
	require.NoError(t, err)
	return q
}

// G: inbox/once inbox/changes queue/own
func TestMemoryQueue(t *testing.T) {
	t.Parallel()
	Run(t, openMemory, Options{Scripts: 8})
}

// G: queue/own
func TestSealedQueue(t *testing.T) {
	t.Parallel()
	Run(t, openSealed, Options{})
}

// FuzzQueue reads its input as a script, which the queue in memory and the model play alike.
// G: queue/own
func FuzzQueue(f *testing.F) {
	for seed := range uint64(4) {
		script := make([]byte, 400)
		for random, i := rand.New(rand.NewPCG(seed, 5)), 0; i < len(script); i++ {
			script[i] = byte(random.Uint32())
		}
		f.Add(script)
	}
	f.Fuzz(func(t *testing.T, script []byte) {
		script = script[:min(len(script), 1000)] // the model is slow
		synctest.Test(t, func(t *testing.T) {
			e := newEnv(t, t, openMemory, Options{})
			s := newScript(e, func(n int) int {
				if len(script) == 0 {
					return 0
				}
				b := script[0]
				script = script[1:]
				return int(b) % n
			})
			for len(script) > 0 && !e.Failed() {
				s.do()
			}
			s.drain()
		})
	})
}
