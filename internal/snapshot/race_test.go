package snapshot

import (
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// busy has a field that is not saved, and that others change while the rest is.
type busy struct {
	Name string
	mu   sync.Mutex
	hits int
}

func (b *busy) Saved() (saved, left []any) { return nil, []any{&b.mu, &b.hits} }

// Saving reads only what is saved: the race detector finds it otherwise.
func TestSaveReadsOnlyWhatIsSaved(t *testing.T) {
	t.Parallel()
	b := &busy{Name: "x"}
	var all sync.WaitGroup
	all.Go(func() {
		for range 100 {
			b.mu.Lock()
			b.hits++
			b.mu.Unlock()
		}
	})
	for range 100 {
		text, err := Save(b)
		require.NoError(t, err)
		assert.JSONEq(t, `{"roots":[{"Name":"x"}],"objects":[]}`, string(text))
	}
	all.Wait()
	assert.Equal(t, 100, b.hits)
}
