package sealed

import (
	"encoding/hex"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A box that breaks off opens nowhere, and is of no key, wherever it breaks off.
// G: seal/values
func TestBoxThatBreaksOff(t *testing.T) {
	t.Parallel()
	b := mustNew(t, key(1))
	box := seal(b, "a suite_ticket", "n")
	for n := range headerSize + b.aeads[b.current].Overhead() {
		_, _, err := b.Open(box[:n], []byte("n"))
		require.ErrorIs(t, err, ErrFormat, n)
		require.False(t, b.Current(box[:n]), n)
	}
}

// What was sealed once must open for ever: the format never changes without a new version.
// G: store/formats
func TestSealedValuesStayAsTheyAre(t *testing.T) {
	t.Parallel()
	b := mustNew(t, key(1), []byte("0123456789abcdef0123456789abcdef"))
	for _, row := range []struct {
		box, aad, plain string
		expires         time.Time
	}{
		{
			"0139ed5252b09bd183000001a3185c507b6f2128f0c1ebe1c665e7711b78015da8a1be131aaef417783077e8b41cf57c6e7d26e9a54e317897dfa1",
			"wecom/v1/ticket/ww1", "a suite_ticket", time.UnixMilli(1_800_000_000_123),
		},
		{"0139ed5252b09bd1830000000000000000697a964f368492e922c56aa259c00b7e2891ca8048e8135bd66a791d", "", "", time.Time{}},
	} {
		box, err := hex.DecodeString(row.box)
		require.NoError(t, err)
		plain, expires, err := b.Open(box, []byte(row.aad))
		require.NoError(t, err)
		assert.Equal(t, row.plain, string(plain))
		assert.True(t, row.expires.Equal(expires), "%v", expires)
		assert.False(t, b.Current(box), "sealed under an old key")
	}
}

// A text that somebody stored by hand begins with no such byte, and a single byte is told
// apart as well.
func TestFirstByteTellsTheVersion(t *testing.T) {
	t.Parallel()
	b := mustNew(t, key(1))
	for first := range 256 {
		want := ErrFormat
		if first >= 2 && first <= 8 {
			want = ErrNewer
		}
		_, _, err := b.Open([]byte{byte(first)}, nil)
		assert.Equal(t, want, err, "%d", first)
	}
}
