package token_test

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/clock/clocktest"
	"github.com/gothird/wecom/token"
	"github.com/gothird/wecom/token/storetest"
)

// G: store/own
func TestMemoryStore(t *testing.T) {
	clocktest.Hold(t) // lives of values are to the second
	t.Parallel()
	storetest.Run(t, func(*testing.T) token.Store { return token.NewMemoryStore() })
}

// G: store/own
func TestDirStore(t *testing.T) {
	clocktest.Hold(t) // lives of values are to the second
	t.Parallel()
	storetest.Run(t, newDirStore)
}

// G: store/own
func TestDirStoreWithKey(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T) token.Store {
		s, err := token.NewDirStore(filepath.Join(t.TempDir(), "store"), make([]byte, 32))
		require.NoError(t, err)
		return s
	})
}

// G: store/own
func TestStoresOfOursAreListers(t *testing.T) {
	t.Parallel()
	for _, s := range []token.Store{token.NewMemoryStore(), newDirStore(t)} {
		assert.Implements(t, (*token.Lister)(nil), s)
		sealed, err := token.Seal(s, make([]byte, 32))
		require.NoError(t, err)
		assert.Implements(t, (*token.Lister)(nil), sealed)
	}
}

// G: store/own
func TestSealedStore(t *testing.T) {
	clocktest.Hold(t) // lives of values are to the second
	t.Parallel()
	for name, open := range map[string]func(t *testing.T) token.Store{
		"memory": func(*testing.T) token.Store { return token.NewMemoryStore() },
		"dir":    newDirStore,
		"plain":  func(*testing.T) token.Store { return onlyStore{token.NewMemoryStore()} },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			storetest.Run(t, func(t *testing.T) token.Store {
				s, err := token.Seal(open(t), make([]byte, 32))
				require.NoError(t, err)
				return s
			})
		})
	}
}

// onlyStore hides whatever else a Store implements.
type onlyStore struct{ token.Store }

func newDirStore(t *testing.T) token.Store {
	s, err := token.NewDirStore(filepath.Join(t.TempDir(), "store"))
	require.NoError(t, err)
	return s
}

// Two stores on one folder stand for two processes.
// G: dir/processes
func TestDirStoresShareAFolder(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "store")
	one, err := token.NewDirStore(dir)
	require.NoError(t, err)
	two, err := token.NewDirStore(dir)
	require.NoError(t, err)

	require.NoError(t, one.Put(t.Context(), "k", []byte("v"), 0))
	got, err := two.Get(t.Context(), "k")
	require.NoError(t, err)
	assert.Equal(t, "v", string(got))

	unlock, err := one.(token.Locker).Lock(t.Context(), "k")
	require.NoError(t, err)
	waited := make(chan error)
	ctx, cancelWait := context.WithTimeout(t.Context(), time.Minute)
	defer cancelWait()
	go func() {
		unlock, err := two.(token.Locker).Lock(ctx, "k")
		if err == nil {
			unlock()
		}
		waited <- err
	}()
	select {
	case err := <-waited:
		t.Fatalf("both hold the lock: %v", err)
	default:
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = two.(token.Locker).Lock(ended, "k")
	assert.ErrorIs(t, err, context.Canceled)
	unlock()
	assert.NoError(t, <-waited)
}
