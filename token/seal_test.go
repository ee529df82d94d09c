package token

import (
	"bytes"
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/sealed"
)

func sealKey(b byte) []byte { return bytes.Repeat([]byte{b}, 32) }

func mustSeal(t *testing.T, s Store, key []byte, old ...[]byte) Store {
	t.Helper()
	out, err := Seal(s, key, old...)
	require.NoError(t, err)
	return out
}

// G: seal/keys
func TestSealKeepsLockerAndLister(t *testing.T) {
	t.Parallel()
	type both struct {
		Store
		Locker
		Lister
	}
	m := NewMemoryStore()
	for _, s := range []Store{
		struct{ Store }{m},
		struct {
			Store
			Locker
		}{m, m.(Locker)},
		struct {
			Store
			Lister
		}{m, m.(Lister)},
		both{m, m.(Locker), m.(Lister)},
		mustSeal(t, both{m, m.(Locker), m.(Lister)}, sealKey(1)),
	} {
		sealed := mustSeal(t, s, sealKey(1))
		_, locks := s.(Locker)
		_, lists := s.(Lister)
		_, ok := sealed.(Locker)
		assert.Equal(t, locks, ok, "Locker of %T", s)
		_, ok = sealed.(Lister)
		assert.Equal(t, lists, ok, "Lister of %T", s)
	}
}

// G: seal/keys
func TestSealRefusesBadInput(t *testing.T) {
	t.Parallel()
	_, err := Seal(nil, sealKey(1))
	assert.ErrorContains(t, err, "no Store given")
	_, err = Seal(NewMemoryStore(), []byte("too short"))
	assert.ErrorContains(t, err, "9 bytes, want 32")
	assert.NotContains(t, err.Error(), "too short")
	_, err = Seal(NewMemoryStore(), sealKey(1), nil)
	assert.ErrorContains(t, err, "key 2 has 0 bytes")
}

// G: seal/values
func TestSealHidesValues(t *testing.T) {
	t.Parallel()
	inner := NewMemoryStore()
	s := mustSeal(t, inner, sealKey(1))
	require.NoError(t, s.Put(t.Context(), "k", []byte("permanent code"), 0))
	raw, err := inner.Get(t.Context(), "k")
	require.NoError(t, err)
	assert.NotContains(t, string(raw), "permanent code")
}

// G: seal/keys
func TestSealRotation(t *testing.T) {
	t.Parallel()
	inner := NewMemoryStore()
	ctx := t.Context()
	require.NoError(t, mustSeal(t, inner, sealKey(1)).Put(ctx, "k", []byte("v"), 0))

	rotated := mustSeal(t, inner, sealKey(2), sealKey(1))
	got, err := rotated.Get(ctx, "k")
	require.NoError(t, err)
	require.Equal(t, "v", string(got))
	_, err = mustSeal(t, inner, sealKey(2)).Get(ctx, "k")
	require.ErrorIs(t, err, sealed.ErrKey)

	require.NoError(t, rotated.Put(ctx, "k", got, 0))
	_, err = mustSeal(t, inner, sealKey(2)).Get(ctx, "k")
	assert.NoError(t, err, "written again, the old key is not needed")
}

// G: seal/values
func TestSealTellsWhatIsWrong(t *testing.T) {
	t.Parallel()
	inner := NewMemoryStore()
	s := mustSeal(t, inner, sealKey(1))
	ctx := t.Context()
	require.NoError(t, s.Put(ctx, "corp/a", []byte("code of a"), 0))
	box, err := inner.Get(ctx, "corp/a")
	require.NoError(t, err)

	flipped := bytes.Clone(box)
	flipped[len(flipped)-1] ^= 1
	for key, row := range map[string]struct {
		value []byte
		want  error
	}{
		"corp/b": {box, sealed.ErrChanged}, // copied from another key
		"corp/c": {flipped, sealed.ErrChanged},
		"corp/d": {[]byte("code of d"), sealed.ErrFormat},
		"corp/e": {nil, sealed.ErrFormat},
		"corp/f": {append([]byte{2}, box[1:]...), sealed.ErrNewer},
	} {
		require.NoError(t, inner.Put(ctx, key, row.value, 0))
		got, err := s.Get(ctx, key)
		assert.Nil(t, got)
		assert.ErrorIs(t, err, row.want)
		assert.NotErrorIs(t, err, ErrNotFound)
		assert.True(t, unreadable(err))
		assert.ErrorContains(t, err, key)
		assert.NotContains(t, err.Error(), "code of")
	}
}

type brokenStore struct{ err error }

func (s brokenStore) Get(context.Context, string) ([]byte, error)              { return nil, s.err }
func (s brokenStore) Put(context.Context, string, []byte, time.Duration) error { return s.err }
func (s brokenStore) Delete(context.Context, string) error                     { return s.err }

// G: store/down
func TestSealPassesErrorsOn(t *testing.T) {
	t.Parallel()
	down := errors.New("store down")
	s := mustSeal(t, brokenStore{down}, sealKey(1))
	_, err := s.Get(t.Context(), "k")
	assert.ErrorIs(t, err, down)
	assert.False(t, unreadable(err))
	assert.ErrorIs(t, s.Put(t.Context(), "k", nil, 0), down)
	assert.ErrorIs(t, s.Delete(t.Context(), "k"), down)
}
