package sealed

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func key(b byte) []byte { return bytes.Repeat([]byte{b}, keySize) }

func mustNew(t testing.TB, key []byte, old ...[]byte) *Box {
	t.Helper()
	b, err := New(key, old...)
	require.NoError(t, err)
	return b
}

func seal(b *Box, plain, aad string) []byte {
	return b.Seal([]byte(plain), []byte(aad), time.Time{})
}

func TestSealOpen(t *testing.T) {
	t.Parallel()
	b := mustNew(t, key(1))
	for _, plain := range []string{"", "x", "a suite_ticket"} {
		one, two := seal(b, plain, "name"), seal(b, plain, "name")
		assert.NotEqual(t, one, two, "the nonce is random")
		if len(plain) > 8 { // a letter turns up by chance
			assert.NotContains(t, string(one[headerSize:]), plain)
		}
		got, expires, err := b.Open(one, []byte("name"))
		require.NoError(t, err)
		assert.Equal(t, plain, string(got))
		assert.True(t, expires.IsZero())
	}
}

// G: seal/keys
func TestKeySizes(t *testing.T) {
	t.Parallel()
	for _, n := range []int{0, 16, 24, 31, 33, 64} {
		_, err := New(make([]byte, n))
		assert.ErrorContains(t, err, fmt.Sprintf("key 1 has %d bytes, want 32", n))
		_, err = New(key(1), make([]byte, n))
		assert.EqualError(t, err, fmt.Sprintf("key 2 has %d bytes, want 32 random ones", n))
	}
	for _, end := range []string{"\n", "\r\n"} {
		_, err := New(append(key(1), end...))
		assert.ErrorContains(t, err, "cut off the line break at its end")
	}
}

// G: seal/keys
func TestRotation(t *testing.T) {
	t.Parallel()
	before := seal(mustNew(t, key(1)), "v", "n")
	rotated := mustNew(t, key(2), key(1))

	got, _, err := rotated.Open(before, []byte("n"))
	require.NoError(t, err, "old keys still open")
	assert.Equal(t, "v", string(got))

	after := seal(rotated, "v", "n")
	_, _, err = mustNew(t, key(2)).Open(after, []byte("n"))
	require.NoError(t, err, "new values are sealed under the new key")
	_, _, err = mustNew(t, key(1)).Open(after, []byte("n"))
	assert.ErrorIs(t, err, ErrKey)
}

// G: seal/values
func TestEveryChangedByteIsAnError(t *testing.T) {
	t.Parallel()
	b := mustNew(t, key(1))
	box := seal(b, "permanent code", "n")
	for i := range box {
		changed := bytes.Clone(box)
		changed[i] ^= 0x10
		plain, _, err := b.Open(changed, []byte("n"))
		assert.Nil(t, plain)
		switch {
		case i == 0:
			assert.ErrorIs(t, err, ErrFormat)
		case i <= keyIDSize:
			assert.ErrorIs(t, err, ErrKey)
		default:
			assert.ErrorIs(t, err, ErrChanged)
		}
	}
	for i := range box {
		_, _, err := b.Open(box[:i], []byte("n"))
		assert.Error(t, err, "cut to %d bytes", i)
	}
	_, _, err := b.Open([]byte(`{"suite_ticket":"written before sealing"}`), []byte("n"))
	assert.ErrorIs(t, err, ErrFormat)
}

// G: seal/reseal
func TestExpiryIsUnderTheSeal(t *testing.T) {
	t.Parallel()
	b := mustNew(t, key(1))
	when := time.UnixMilli(1_800_000_000_123)
	box := b.Seal([]byte("v"), []byte("n"), when.Add(999*time.Microsecond))
	_, expires, err := b.Open(box, []byte("n"))
	require.NoError(t, err)
	assert.True(t, when.Equal(expires), "%v, in whole milliseconds", expires)

	clear(box[1+keyIDSize : headerSize]) // never
	_, _, err = b.Open(box, []byte("n"))
	assert.ErrorIs(t, err, ErrChanged)
}

func TestCurrentTellsTheKey(t *testing.T) {
	t.Parallel()
	rotated := mustNew(t, key(2), key(1))
	assert.True(t, rotated.Current(seal(rotated, "v", "n")))
	assert.False(t, rotated.Current(seal(mustNew(t, key(1)), "v", "n")))
	assert.True(t, rotated.Current(seal(rotated, "", "n")))
	assert.False(t, rotated.Current(nil))
}

func TestNewerVersionsAreToldApart(t *testing.T) {
	t.Parallel()
	b := mustNew(t, key(1))
	box := seal(b, "v", "n")
	for v := range 256 {
		box[0] = byte(v)
		_, _, err := b.Open(box, []byte("n"))
		switch {
		case v == version:
			assert.NoError(t, err)
		case v == 2 || v == newest:
			assert.ErrorIs(t, err, ErrNewer)
			assert.ErrorContains(t, err, "newer version")
		case v == 0 || v > newest:
			assert.ErrorIs(t, err, ErrFormat, "%d", v)
		}
	}
}

func TestDoesNotOpen(t *testing.T) {
	t.Parallel()
	for _, err := range []error{ErrFormat, ErrKey, ErrChanged, ErrNewer} {
		assert.True(t, DoesNotOpen(fmt.Errorf("wecom: store: %w", err)), err)
		for _, other := range []error{ErrFormat, ErrKey, ErrChanged, ErrNewer} {
			assert.Equal(t, err == other, errors.Is(err, other))
		}
	}
	for err, hint := range map[error]string{
		ErrFormat: "written without sealing", ErrKey: "an old key missing", ErrChanged: "changed, or copied", ErrNewer: "update this program",
	} {
		assert.ErrorContains(t, err, hint, "an operator learns what to look for")
	}
	for _, err := range []error{nil, errors.New("connection refused"), context.DeadlineExceeded} {
		assert.False(t, DoesNotOpen(err), err)
	}
}

// G: seal/values
func TestBoundToName(t *testing.T) {
	t.Parallel()
	b := mustNew(t, key(1))
	name := "wecom/v1/permanent/" + strings.Repeat("a", 100)
	box := seal(b, "v", name)
	_, _, err := b.Open(box, []byte(name))
	require.NoError(t, err)
	for _, other := range []string{"", name[1:], name[:len(name)-1], name + "a", strings.ToUpper(name)} {
		_, _, err := b.Open(box, []byte(other))
		assert.ErrorIs(t, err, ErrChanged, other)
	}
}

// G: secret/printed
func TestPrintsNoKey(t *testing.T) {
	t.Parallel()
	secret := []byte("0123456789abcdef0123456789abcdef")
	b := mustNew(t, secret, key('k'))
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x", "%d"} {
		assert.Equal(t, "sealed.Box", fmt.Sprintf(verb, b), verb)
	}
	assert.Equal(t, "sealed.Box", b.LogValue().String())
}

func FuzzOpen(f *testing.F) {
	b := mustNew(f, key(1), key(2))
	f.Add(seal(b, "v", "a name that no fuzzer comes upon"), []byte("other"))
	f.Add([]byte{version}, []byte{})
	f.Add(seal(mustNew(f, key(2)), "", "n")[:headerSize+11], []byte("n"))
	f.Fuzz(func(t *testing.T, box, aad []byte) {
		plain, _, err := b.Open(box, aad)
		if err == nil {
			t.Fatalf("opened a value nobody sealed: %q", plain)
		}
	})
}
