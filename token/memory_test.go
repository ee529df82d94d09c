package token

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// G: store/expiry
func TestMemoryStoreForgetsTheExpired(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := NewMemoryStore().(*memoryStore)
		ctx := t.Context()
		require.NoError(t, s.Put(ctx, "asked for", []byte("v"), time.Minute))
		require.NoError(t, s.Put(ctx, "not asked for", []byte("v"), time.Minute))
		require.NoError(t, s.Put(ctx, "alive", []byte("v"), time.Hour))
		require.NoError(t, s.Put(ctx, "for ever", []byte("v"), 0))

		time.Sleep(time.Minute - 1)
		_, err := s.Get(ctx, "asked for")
		require.NoError(t, err, "one nanosecond is left")
		time.Sleep(time.Nanosecond)
		_, err = s.Get(ctx, "asked for")
		require.ErrorIs(t, err, ErrNotFound)
		assert.Len(t, s.entries, 3)

		time.Sleep(sweepEvery)
		require.NoError(t, s.Put(ctx, "another", nil, -time.Second))
		assert.Len(t, s.entries, 2, "the sweep leaves what lives")
		_, err = s.Get(ctx, "alive")
		assert.NoError(t, err)
	})
}

// G: secret/printed
func TestStoresPrintNoValue(t *testing.T) {
	t.Parallel()
	inner := NewMemoryStore()
	require.NoError(t, inner.Put(t.Context(), "k", []byte("sentinel"), 0))
	sealed, err := Seal(inner, []byte("sentinel-sentinel-sentinel-senti"))
	require.NoError(t, err)
	plain, err := Seal(struct{ Store }{inner}, []byte("sentinel-sentinel-sentinel-senti"))
	require.NoError(t, err)
	for want, s := range map[string]Store{"token.MemoryStore": inner, "token.SealedStore": sealed, "token.DirStore": newDir(t)} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x"} {
			assert.Equal(t, want, fmt.Sprintf(verb, s))
			assert.NotContains(t, fmt.Sprintf(verb, Config{Store: s}), "115 101 110 116")
		}
	}
	assert.Equal(t, "token.SealedStore", fmt.Sprintf("%+v", plain))
	assert.Equal(t, "token.SealedStore", sealed.(*sealedLockerLister).LogValue().String())
	assert.Equal(t, "token.DirStore", newDir(t).LogValue().String())
	assert.Equal(t, "token.MemoryStore", inner.(*memoryStore).LogValue().String())
}
