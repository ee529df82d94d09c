package token

import (
	"context"
	"fmt"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gothird/wecom/internal/clock"
	"github.com/gothird/wecom/internal/clock/clocktest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// full is a Store that can do everything.
type full interface {
	Store
	Locker
	Lister
}

// resealable are the stores that Reseal must work over.
var resealable = map[string]func(t *testing.T) full{
	"memory": func(*testing.T) full { return NewMemoryStore().(full) },
	"dir":    func(t *testing.T) full { return newDir(t) },
}

// G: seal/reseal
func TestResealRewritesWhatAnOldKeySealed(t *testing.T) {
	t.Parallel()
	for name, open := range resealable {
		inner, ctx := open(t), t.Context()
		old, rotated := mustSeal(t, inner, sealKey(1)), mustSeal(t, inner, sealKey(2), sealKey(1))
		for i := range 20 {
			require.NoError(t, old.Put(ctx, fmt.Sprint("old", i), []byte{byte(i)}, 0))
		}
		require.NoError(t, rotated.Put(ctx, "new", []byte("new"), 0))
		before, err := inner.Get(ctx, "new")
		require.NoError(t, err)

		require.NoError(t, Reseal(ctx, rotated), name)
		after := mustSeal(t, inner, sealKey(2))
		for i := range 20 {
			got, err := after.Get(ctx, fmt.Sprint("old", i))
			require.NoError(t, err, "the old key is not needed")
			assert.Equal(t, []byte{byte(i)}, got)
		}
		same, err := inner.Get(ctx, "new")
		require.NoError(t, err)
		assert.Equal(t, before, same, "what has the new key is not written")
		require.NoError(t, Reseal(ctx, after), "again, without the old key")
	}
}

// G: seal/reseal
func TestResealOfADirStoreWithKeys(t *testing.T) {
	t.Parallel()
	dir, ctx := filepath.Join(t.TempDir(), "store"), t.Context()
	s, err := NewDirStore(dir, sealKey(1))
	require.NoError(t, err)
	require.NoError(t, s.Put(ctx, "k", []byte("v"), 0))
	s, err = NewDirStore(dir, sealKey(2), sealKey(1))
	require.NoError(t, err)
	require.NoError(t, Reseal(ctx, s))
	s, err = NewDirStore(dir, sealKey(2))
	require.NoError(t, err)
	got, err := s.Get(ctx, "k")
	require.NoError(t, err)
	assert.Equal(t, "v", string(got))
}

// writeUnderLock does what every writer of the SDK does.
func writeUnderLock(t *testing.T, s Store, key, value string) {
	ctx, cancel := context.WithTimeout(t.Context(), testTimeout)
	defer cancel()
	unlock, err := s.(Locker).Lock(ctx, key)
	require.NoError(t, err)
	defer unlock()
	require.NoError(t, s.Put(ctx, key, []byte(value), 0))
}

// hooked calls a function after each read.
type hooked struct {
	full
	read func(n int)
	n    int
}

func (h *hooked) Get(ctx context.Context, key string) ([]byte, error) {
	v, err := h.full.Get(ctx, key)
	if h.read != nil {
		h.n++
		h.read(h.n)
	}
	return v, err
}

// A corp gets a new permanent code right after Reseal has read the dead one.
// G: seal/reseal-beside
func TestResealPutsNoOldValueOverANewerOne(t *testing.T) {
	t.Parallel()
	for at := 1; at <= 2; at++ { // before and under the lock
		for _, writersKey := range []byte{1, 2} {
			synctest.Test(t, func(t *testing.T) {
				h := &hooked{full: NewMemoryStore().(full)}
				writer := mustSeal(t, h.full, sealKey(writersKey))
				require.NoError(t, mustSeal(t, h.full, sealKey(1)).Put(t.Context(), "k", []byte("dead code"), 0))
				var wg sync.WaitGroup
				h.read = func(n int) {
					if n == at {
						wg.Go(func() { writeUnderLock(t, writer, "k", "new code") })
						synctest.Wait() // it has written, or waits for the lock
					}
				}
				both := mustSeal(t, h, sealKey(2), sealKey(1))
				require.NoError(t, Reseal(t.Context(), both))
				wg.Wait()
				require.GreaterOrEqual(t, h.n, at)
				got, err := both.Get(t.Context(), "k")
				require.NoError(t, err)
				assert.Equal(t, "new code", string(got), "read %d, key %d", at, writersKey)
			})
		}
	}
}

// G: seal/reseal-beside
func TestResealBesideWritersLosesNothing(t *testing.T) {
	t.Parallel()
	const keys, writes = 8, 15
	for name, open := range resealable {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inner := open(t)
			rotated := mustSeal(t, inner, sealKey(2), sealKey(1))
			notYet := mustSeal(t, inner, sealKey(1), sealKey(2))
			var writers sync.WaitGroup
			for i := range keys {
				writers.Go(func() {
					for n := range writes {
						writeUnderLock(t, []Store{notYet, rotated}[n%2], fmt.Sprint("k", i), strconv.Itoa(n))
					}
				})
			}
			over := make(chan struct{})
			go func() {
				defer close(over)
				writers.Wait()
			}()
			for running := true; running; {
				select {
				case <-over:
					running = false
				default:
				}
				require.NoError(t, Reseal(t.Context(), rotated))
			}
			after := mustSeal(t, inner, sealKey(2))
			for i := range keys {
				got, err := after.Get(t.Context(), fmt.Sprint("k", i))
				require.NoError(t, err)
				assert.Equal(t, strconv.Itoa(writes-1), string(got))
			}
		})
	}
}

// G: seal/reseal
func TestResealKeepsTheExpiry(t *testing.T) {
	t.Parallel()
	clocktest.Hold(t)
	dir := filepath.Join(t.TempDir(), "store")
	synctest.Test(t, func(t *testing.T) {
		for name, inner := range map[string]full{"memory": NewMemoryStore().(full), "dir": openDir(t, dir)} {
			ctx := t.Context()
			old, rotated := mustSeal(t, inner, sealKey(1)), mustSeal(t, inner, sealKey(2), sealKey(1))
			expires := clock.Now().Add(time.Hour)
			require.NoError(t, old.Put(ctx, "hour", []byte("v"), time.Hour))
			require.NoError(t, old.Put(ctx, "ever", []byte("v"), 0))
			time.Sleep(20 * time.Minute)
			require.NoError(t, Reseal(ctx, rotated), name)
			box, err := inner.Get(ctx, "hour")
			require.NoError(t, err)
			_, inHeader, err := rotated.(*sealedLockerLister).open("hour", box)
			require.NoError(t, err)
			assert.True(t, expires.Equal(inHeader), "%s: %v", name, inHeader)

			time.Sleep(40*time.Minute - time.Second)
			_, err = rotated.Get(ctx, "hour")
			require.NoError(t, err, name)
			time.Sleep(time.Second)
			_, err = rotated.Get(ctx, "hour")
			assert.ErrorIs(t, err, ErrNotFound, name)
			time.Sleep(1000 * time.Hour)
			_, err = rotated.Get(ctx, "ever")
			assert.NoError(t, err, name)
		}
	})
}

// keeper is a Store that does not know of expiry.
type keeper struct{ full }

func (k keeper) Put(ctx context.Context, key string, value []byte, _ time.Duration) error {
	return k.full.Put(ctx, key, value, 0)
}

// G: seal/reseal
func TestResealLeavesTheExpiredAlone(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		inner, ctx := keeper{NewMemoryStore().(full)}, t.Context()
		require.NoError(t, mustSeal(t, inner, sealKey(1)).Put(ctx, "k", []byte("v"), time.Minute))
		before, err := inner.Get(ctx, "k")
		require.NoError(t, err)
		time.Sleep(time.Minute)
		require.NoError(t, Reseal(ctx, mustSeal(t, inner, sealKey(2), sealKey(1))))
		after, err := inner.Get(ctx, "k")
		require.NoError(t, err)
		assert.Equal(t, before, after)
	})
}
