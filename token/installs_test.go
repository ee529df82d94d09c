package token_test

import (
	"slices"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/token"
)

// shop is a corp that installs, cancels and installs again, and a provider of two
// processes on one Store, which fails to save installations from time to time.
type shop struct {
	*world
	t         *testing.T
	store     *spyStore
	processes []*token.Api
	codes     []string
	installed bool // says WeCom
	owed      bool // a removal that could not be saved
}

func newShop(t *testing.T) *shop {
	s := &shop{world: newBubble(t), t: t, store: &spyStore{Store: token.NewMemoryStore()}}
	s.processes = []*token.Api{s.process(t, s.store), s.process(t, s.store)}
	s.ticket(s.processes[0])
	_ = s.Cancel(t.Context(), suiteId, corpId) // there is no callback URL
	return s
}

// steps are what may happen, by letter. Outcomes are not looked at: the end counts.
var steps = map[byte]func(s *shop){
	'i': func(s *shop) { s.install(0) },
	'I': func(s *shop) { s.install(1) },
	'r': func(s *shop) { s.repeat(0) },
	'R': func(s *shop) { s.repeat(1) },
	'c': func(s *shop) { s.cancel(0) },
	'C': func(s *shop) { s.cancel(1) },
	'f': func(s *shop) { s.store.failPut = failInstallations },
	'd': func(s *shop) { s.store.failPut, s.store.failGet = down, down },
	'w': func(s *shop) { s.store.failPut, s.store.failGet = nil, nil },
}

func (s *shop) install(who int) {
	code := s.authCode(s.t)
	s.codes, s.installed = append(s.codes, code), true
	_, _ = exchange(s.processes[who], code)
}

// repeat brings the last auth code again.
func (s *shop) repeat(who int) {
	if n := len(s.codes); n > 0 {
		_, _ = exchange(s.processes[who], s.codes[n-1])
	}
}

func (s *shop) cancel(who int) {
	_ = s.Cancel(s.t.Context(), suiteId, corpId)
	s.installed = false
	s.owed = s.processes[who].WithCorp(corpId).RemoveInstallation() != nil
}

// settle is what a callback queue does in the end: everything is brought again, to all.
func (s *shop) settle() {
	steps['w'](s)
	for _, api := range s.processes {
		for _, code := range s.codes {
			_, _ = exchange(api, code)
		}
	}
	if s.owed && !s.installed {
		require.NoError(s.t, s.processes[0].WithCorp(corpId).RemoveInstallation())
	}
}

// In whatever order a corp installs, cancels and installs again, with a Store that fails
// meanwhile, in the end all processes have what WeCom says.
// G: install/in-the-end
func TestInTheEndWeComsWordHolds(t *testing.T) {
	t.Parallel()
	const together = 50
	for some := range slices.Chunk(sequences("fdw", "iIcCrR", 3), together) {
		t.Run("from "+some[0], func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				for _, sequence := range some {
					endsWithWeComsWord(t, sequence)
				}
			})
		})
	}
}

func endsWithWeComsWord(t *testing.T, sequence string) {
	t.Helper()
	s := newShop(t)
	for _, letter := range []byte(sequence) {
		steps[letter](s)
	}
	s.settle()
	for i, api := range append(s.processes, s.process(t, s.store)) {
		err := do(api.WithCorp(corpId), corpCall)
		if s.installed {
			require.NoError(t, err, "process %d after %s", i, sequence)
		} else {
			require.Error(t, err, "process %d after %s", i, sequence)
			_, err = api.WithCorp(corpId).Installation()
			require.ErrorIs(t, err, token.ErrNotInstalled, "process %d after %s", i, sequence)
		}
	}
	assert.LessOrEqual(t, s.accepted(), len(s.codes), "no code is granted twice, after %s", sequence)
}

// accepted counts the exchanges that WeCom has granted.
func (s *shop) accepted() (n int) {
	for _, r := range s.RequestsTo(exchangePath) {
		if r.ErrCode == 0 {
			n++
		}
	}
	return n
}

// sequences lists all of n actions, each with a state of the Store before it, that begin
// with an installation.
func sequences(states, actions string, n int) (all []string) {
	if n == 0 {
		return []string{""}
	}
	for _, rest := range sequences(states, actions, n-1) {
		for _, state := range states {
			for _, action := range actions {
				if n > 1 || action == 'i' {
					all = append(all, rest+string(state)+string(action))
				}
			}
		}
	}
	return all
}
