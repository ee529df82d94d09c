package callback

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/token"
)

func cancelDoc() string {
	return infoDoc(siteSuite, "cancel_auth", "<AuthCorpId>"+siteCorp+"</AuthCorpId>")
}

// T-73: WeCom repeats a push whose answer it missed, and anybody may replay one for a while.
func TestRepeatedCancelSparesTheNextInstallation(t *testing.T) {
	inBubble(t, func(t *testing.T, s *site) {
		s.instruction()
		s.installed(siteCorp)
		doc := cancelDoc()
		s.pushed("/instruction", siteSuite, doc)
		_, err := s.api.WithCorp(siteCorp).Installation()
		require.ErrorIs(t, err, token.ErrNotInstalled, "also within the second of the installation")
		time.Sleep(5 * time.Second)
		s.installed(siteCorp)
		s.pushed("/instruction", siteSuite, doc)
		_, err = s.api.WithCorp(siteCorp).Installation()
		require.NoError(t, err)
		time.Sleep(5 * time.Second)
		s.pushed("/instruction", siteSuite, cancelDoc())
		_, err = s.api.WithCorp(siteCorp).Installation()
		require.ErrorIs(t, err, token.ErrNotInstalled)
	})
}

type putHook struct {
	Queue
	before func()
}

func (p putHook) Put(ctx context.Context, key string, payload []byte) error {
	p.before()
	return p.Queue.Put(ctx, key, payload)
}

func TestCancelRemovesBeforeAnyFunctionCanRun(t *testing.T) {
	inBubble(t, func(t *testing.T, s *site) {
		cfg := s.config(Instruction)
		puts := 0
		cfg.Queue = putHook{NewMemoryQueue(), func() {
			puts++
			_, err := s.api.WithCorp(siteCorp).Installation()
			assert.ErrorIs(t, err, token.ErrNotInstalled)
		}}
		s.handler("/instruction", s.api, cfg)
		s.installed(siteCorp)
		s.pushed("/instruction", siteSuite, cancelDoc())
		assert.Equal(t, 1, puts)
	})
}

// T-71 T-72: the code was taken in time; the store is down for longer than codes live.
func TestInstallationThatCannotBeSavedForLong(t *testing.T) {
	inBubble(t, func(t *testing.T, s *site) {
		api, store := s.withStore()
		h := s.handler("/instruction", api, s.config(Instruction))
		var calls atomic.Int32
		On(h, func(context.Context, *Notice, *AuthEvent) error { calls.Add(1); return nil })
		stop := s.run(h)
		s.ticket()
		store.set("installation")
		s.install(siteCorp)
		time.Sleep(time.Hour)
		assert.Zero(t, calls.Load())
		for _, err := range s.takeErrs() {
			require.NotErrorIs(t, err, ErrGiveUp)
		}
		store.set("")
		time.Sleep(11 * time.Minute)
		stop()
		assert.EqualValues(t, 1, calls.Load())
		assert.Equal(t, 1, s.fake.Count(permanentPath))
	})
}

// T-23
func TestNilReplyWithAType(t *testing.T) {
	inBubble(t, func(t *testing.T, s *site) {
		h := s.handler("/data", s.api, s.config(Data))
		s.installed(siteCorp)
		replies := []Reply{(*NewsReply)(nil), (*TextReply)(nil)}
		next := 0
		Answer(h, func(context.Context, *Notice, *TextMessage) (Reply, error) {
			next++
			return replies[next-1], nil
		})
		for i := range replies {
			s.pushed("/data", siteCorp, textDoc(siteCorp, "hello", i+1))
			assert.ErrorContains(t, s.lastErr(), "that is nil")
		}
	})
}
