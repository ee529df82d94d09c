package wecomredis_test

import (
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/callback"
)

// A user with the rights of the package documentation can do all, and one without the channel too.
func TestTheRightsOfAProgram(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	root := s.client()
	rules := []any{"ACL", "SETUSER", "app", "on", ">pw", "resetchannels", "~wecom:*", "+@all", "-@dangerous"}
	require.NoError(t, root.Do(t.Context(), rules...).Err())
	for _, channel := range []string{"resetchannels", "&wecom:{queue}wake"} {
		require.NoError(t, root.Do(t.Context(), "ACL", "SETUSER", "app", channel).Err())
		c := redis.NewClient(&redis.Options{Addr: s.addr(), ContextTimeoutEnabled: true, Username: "app", Password: "pw"})
		defer c.Close()
		store, q, ctx := newStore(t, c, ""), newQueue(t, c, ""), t.Context()
		unlock, err := store.Lock(ctx, "k")
		require.NoError(t, err)
		require.NoError(t, store.Put(ctx, "k", []byte("v"), time.Hour))
		unlock()
		assert.Equal(t, []string{"k"}, listed(t, store, ""))
		require.NoError(t, store.Delete(ctx, "k"))
		join(t, q, channel)
		put(t, q, item("a", "x"))
		got := claim(t, q, channel)
		require.Len(t, got, 1)
		assert.Empty(t, settle(t, q, got, callback.Settlement{Kind: callback.Bury}))
		dead, err := q.Dead(ctx, "", 9)
		require.NoError(t, err)
		require.Len(t, dead, 1)
		require.NoError(t, q.Discard(ctx, []string{dead[0].ID}))
		assert.Zero(t, stats(t, q))
	}
}
