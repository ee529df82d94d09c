package faketest

import (
	"regexp"

	"github.com/stretchr/testify/require"
)

// lastChange is the id of the newest change in a saved state: it jumps when the state is loaded.
var lastChange = regexp.MustCompile(`"feed":\{"last":[0-9]+\}`)

// Reload saves the state and loads it again, in its place: all that is not saved is gone then. What
// is saved afterwards must be the same.
func (w *World) Reload() {
	w.T.Helper()
	w.Settled() // or a push would end in between
	before, err := w.Save()
	require.NoError(w.T, err)
	require.NoError(w.T, w.Load(before))
	after, err := w.Save()
	require.NoError(w.T, err)
	before, after = lastChange.ReplaceAll(before, nil), lastChange.ReplaceAll(after, nil)
	require.Equal(w.T, string(before), string(after))
}
