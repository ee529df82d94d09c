package token

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// install pins a corp and gives it an installation, or takes it away.
func (r *registry) install(a *app, id string, installed bool) *corp {
	p := r.pin(r.get(a, id))
	defer r.unpin(p)
	p.known.Store(&knownInstallation{})
	if installed {
		p.known.Store(&knownInstallation{installationRecord: installationRecord{Installation: Installation{CorpId: id, PermanentCode: "c"}}})
	}
	return p
}

// An installed corp is one object, which lookups soon find without a lock. The copying that
// this takes does not grow with the square of the number of corps.
// G: token/light token/cached
func TestRegistrySettlesItsCorps(t *testing.T) {
	t.Parallel()
	a := new(app)
	r := &a.corps
	corps, settles := map[string]*corp{}, 0
	before := r.settled.Load()
	for i := range 2000 {
		id := fmt.Sprint("corp", i)
		corps[id] = r.install(a, id, true)
		require.LessOrEqual(t, len(r.recent), 1+r.size()/4)
		if now := r.settled.Load(); now != before {
			before, settles = now, settles+1
		}
	}
	assert.InDelta(t, 30, settles, 5) // 1.25 to the power of 30 is 800; the first ones come one by one
	for range 8 {                     // lookups settle the last ones
		for id, p := range corps {
			require.Same(t, p, r.get(a, id))
		}
	}
	require.Equal(t, []int{2000, 0}, []int{r.size(), len(r.recent)})

	p := r.install(a, "another", true)
	for range 2001 {
		require.Same(t, p, r.get(a, "another"))
	}
	require.Equal(t, []int{2000, 1}, []int{r.size(), len(r.recent)}, "the copy would cost more than the lookups")
	require.Same(t, p, r.get(a, "another"))
	require.Equal(t, []int{2001, 0}, []int{r.size(), len(r.recent)})
}

// Ids of corps that are not installed, or not any more, leave nothing behind.
// G: token/light
func TestRegistryForgetsWhoIsNotInstalled(t *testing.T) {
	t.Parallel()
	a := new(app)
	r := &a.corps
	held := r.pin(r.get(a, "held"))
	for i := range 100 {
		id := fmt.Sprint("stranger", i)
		r.install(a, id, false)
		require.Nil(t, r.find(id))
	}
	require.Same(t, held, r.get(a, "held"))
	r.unpin(held)
	require.Nil(t, r.find("held"))

	for i := range 100 {
		r.install(a, fmt.Sprint("guest", i), true)
	}
	for i := range 100 {
		r.install(a, fmt.Sprint("guest", i), false)
	}
	for i := range 60 {
		r.install(a, fmt.Sprint("new", i), true)
	}
	for i := range 100 {
		require.Nil(t, r.find(fmt.Sprint("guest", i)), i)
	}
	for i := range 60 {
		require.NotNil(t, r.find(fmt.Sprint("new", i)), i)
	}
}

// What is not saved yet is not forgotten, and neither is a corp whose token somebody waits
// for.
// G: token/light install/kept
func TestRegistryKeepsWhatIsInUse(t *testing.T) {
	t.Parallel()
	p := new(corp)
	assert.True(t, p.idle())
	p.users = 1
	assert.False(t, p.idle())
	p.users = 0
	p.known.Store(&knownInstallation{unsaved: true})
	assert.False(t, p.idle())
	p.known.Store(&knownInstallation{})
	assert.True(t, p.idle())
	c := new(cell)
	p.current.Store(c)
	assert.True(t, p.idle())
	c.flight = new(flight[*grant])
	assert.False(t, p.idle())
	c.flight, c.boundTo = nil, "an installation"
	assert.False(t, p.idle())
}
