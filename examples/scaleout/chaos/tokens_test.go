package chaos

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/wecomtest"
)

// Eight processes need a token at once, of which there is none, or which has expired: one of them asks.
func TestStormOnAnExpiredToken(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, backend string) {
		const life = 8 * time.Second
		w := newWorld(t, backend, commonServer(t, backend).URL, 1, wecomtest.Choices{TokenLife: life, NewCorpToken: true})
		all := w.callers(8, nil)
		w.wecom.Advance(life + time.Second) // what the installation has brought is over
		cold := storm(all, 20)
		assert.Equal(t, 1, w.tokens(), "the first token")
		suite := len(w.wecom.Requests(suiteTokenPath))
		time.Sleep(life + time.Second)
		f := uncounted()
		expired := storm(all, 20)
		f.tokens, f.failed, f.heal = w.tokens()-1, cold.Failed+expired.Failed, expired.Longest
		assert.Equal(t, 1, f.tokens)
		assert.Len(t, w.wecom.Requests(suiteTokenPath), suite+1, "it has expired, too")
		f.print(t)
	})
}

const lockLife = 10 * time.Second // of backend/redis and backend/sql

// The process that asks for a token is killed meanwhile: the others go on when its lock has ended.
func TestHolderIsKilled(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, backend string) {
		w := newWorld(t, backend, commonServer(t, backend).URL, 1)
		all := w.callers(4, nil)
		w.wecom.Fail(corpTokenPath, wecomtest.Fault{Delay: time.Minute})
		all[0].send("call 1")
		require.Eventually(t, func() bool { return w.tokens() == 1 }, time.Minute, time.Millisecond)
		tell(all[1:], "call 5")
		time.Sleep(500 * time.Millisecond) // the others wait for the lock
		killed := time.Now()
		all[0].kill()
		r := collect(all[1:])
		f := uncounted()
		f.tokens, f.failed, f.heal = w.tokens(), r.Failed, time.Since(killed)
		assert.Zero(t, f.failed, r.Error)
		assert.Equal(t, 2, f.tokens, "that of the killed process, and one more")
		assert.Less(t, f.heal, lockLife+10*time.Second, "the life of a lock, and one request on a machine with much to do")
		f.print(t)
	})
}
