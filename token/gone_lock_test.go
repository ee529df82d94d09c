package token_test

import (
	"sync"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"

	"github.com/gothird/wecom/token"
)

// Processes that wait in vain for the lock of one that is gone do not all ask: who comes first finds no
// token, the others find his.
// G: token/processes
func TestLockOfAProcessThatIsGone(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newBubble(t)
		cfg := w.cfg
		cfg.Store = neverFree{token.NewMemoryStore()}
		var processes sync.WaitGroup
		for range 8 {
			api := newApi(t, cfg)
			processes.Go(func() { assert.NoError(t, do(api, providerCall)) })
		}
		processes.Wait()
		assert.Equal(t, 1, w.Count(providerPath))
	})
}
