package token

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/sealed"
)

// G: seal/reseal
func TestResealGoesOnPastTheUnreadable(t *testing.T) {
	t.Parallel()
	for name, open := range resealable {
		inner, ctx := open(t), t.Context()
		require.NoError(t, mustSeal(t, inner, sealKey(3)).Put(ctx, "lost key", []byte("v"), 0))
		require.NoError(t, inner.Put(ctx, "plain", []byte("never sealed"), 0))
		require.NoError(t, mustSeal(t, inner, sealKey(2)).Put(ctx, "other", []byte("v"), 0))
		box, err := inner.Get(ctx, "other")
		require.NoError(t, err)
		require.NoError(t, inner.Put(ctx, "copied", box, 0))
		for i := range 10 {
			require.NoError(t, mustSeal(t, inner, sealKey(1)).Put(ctx, fmt.Sprint("good", i), []byte("v"), 0))
		}

		err = Reseal(ctx, mustSeal(t, inner, sealKey(2), sealKey(1)))
		for _, want := range []error{sealed.ErrKey, sealed.ErrFormat, sealed.ErrChanged} {
			assert.ErrorIs(t, err, want, name)
		}
		for _, key := range []string{"lost key", "plain", "copied"} {
			assert.ErrorContains(t, err, strconv.Quote(key), name)
		}
		assert.NotContains(t, err.Error(), "never sealed")
		for i := range 10 {
			_, err = mustSeal(t, inner, sealKey(2)).Get(ctx, fmt.Sprint("good", i))
			assert.NoError(t, err, name)
		}
		_, err = mustSeal(t, inner, sealKey(3)).Get(ctx, "lost key")
		assert.NoError(t, err, "%s: what does not open is left as it is", name)
	}
}

// G: seal/reseal
func TestResealNeedsASealedStoreWithLocksAndAList(t *testing.T) {
	t.Parallel()
	m := NewMemoryStore().(full)
	wrapped := struct{ Store }{mustSeal(t, m, sealKey(1))}
	for want, s := range map[string]Store{
		"no Store given": nil,
		"not sealed":     m,
		"is not sealed: pass what Seal, or NewDirStore with keys, has returned": wrapped,
		"must implement Locker": mustSeal(t, struct {
			Store
			Lister
		}{m, m}, sealKey(1)),
		"must implement Lister": mustSeal(t, struct {
			Store
			Locker
		}{m, m}, sealKey(1)),
	} {
		assert.ErrorContains(t, Reseal(t.Context(), s), want)
	}
	assert.ErrorContains(t, Reseal(t.Context(), newDir(t)), "not sealed")
}

// failing fails from the moment on at which it is told to.
type failing struct {
	full
	get, put, lock, list error
	gets                 int
}

func (f *failing) Get(ctx context.Context, key string) ([]byte, error) {
	f.gets++
	if f.get != nil {
		return nil, f.get
	}
	return f.full.Get(ctx, key)
}

func (f *failing) Put(ctx context.Context, key string, value []byte, ttl time.Duration) error {
	if f.put != nil {
		return f.put
	}
	return f.full.Put(ctx, key, value, ttl)
}

func (f *failing) Lock(ctx context.Context, key string) (func(), error) {
	if f.lock != nil {
		return nil, f.lock
	}
	return f.full.Lock(ctx, key)
}

func (f *failing) List(ctx context.Context, prefix string) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		if f.list != nil && !yield("", f.list) {
			return
		}
		f.full.List(ctx, prefix)(yield)
	}
}

// G: seal/reseal
func TestResealEndsWithAStoreThatIsDown(t *testing.T) {
	t.Parallel()
	down := errors.New("store down")
	for name, f := range map[string]*failing{
		"get": {get: down}, "put": {put: down}, "lock": {lock: down}, "list": {list: down},
	} {
		inner := NewMemoryStore().(full)
		for i := range 10 {
			require.NoError(t, mustSeal(t, inner, sealKey(1)).Put(t.Context(), fmt.Sprint("k", i), []byte("v"), 0))
		}
		f.full = inner
		s := mustSeal(t, f, sealKey(2), sealKey(1))
		require.ErrorIs(t, Reseal(t.Context(), s), down, name)
		if name == "list" {
			_, err := mustSeal(t, inner, sealKey(2)).Get(t.Context(), "k9")
			assert.NoError(t, err, "the walk itself goes on past what it cannot read")
		} else {
			assert.LessOrEqual(t, f.gets, 2, "%s: it does not ask for every other key", name)
		}
		inTime(t, func() {
			for i := range 10 {
				unlock, err := inner.Lock(t.Context(), fmt.Sprint("k", i))
				assert.NoError(t, err)
				unlock()
			}
		})
	}
}

// G: seal/reseal
func TestResealObeysTheContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		inner := NewMemoryStore().(full)
		require.NoError(t, mustSeal(t, inner, sealKey(1)).Put(t.Context(), "k", []byte("v"), 0))
		s := mustSeal(t, inner, sealKey(2), sealKey(1))
		unlock, err := inner.Lock(t.Context(), "k") // held by somebody who asks WeCom
		require.NoError(t, err)
		defer unlock()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		begin := time.Now()
		require.ErrorIs(t, Reseal(ctx, s), context.DeadlineExceeded)
		assert.Equal(t, time.Second, time.Since(begin))
		require.ErrorIs(t, Reseal(ctx, s), context.DeadlineExceeded)
		_, err = mustSeal(t, inner, sealKey(1)).Get(t.Context(), "k")
		assert.NoError(t, err, "left as it is")
	})
}
