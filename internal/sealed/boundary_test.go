package sealed

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A box that breaks off opens nowhere, and is of no key, wherever it breaks off.
// G: seal/values
func TestBoxThatBreaksOff(t *testing.T) {
	t.Parallel()
	b := mustNew(t, key(1))
	box := mustSeal(t, b, "a suite_ticket", "n")
	for n := range headerSize + b.aeads[b.current].Overhead() {
		_, _, err := b.Open(box[:n], []byte("n"))
		require.ErrorIs(t, err, ErrFormat, n)
	}
	for n := range headerSize {
		assert.False(t, b.Current(box[:n]), n)
	}
}
