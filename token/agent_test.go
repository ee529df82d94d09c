package token_test

import (
	"bytes"
	"errors"
	"log/slog"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/token"
)

// The agent id is asked for once, by all processes, and by one also while its Store fails.
// G: install/defaults
func TestTheAgentIdIsAskedForOnce(t *testing.T) {
	t.Parallel()
	const path = "/cgi-bin/service/v2/get_auth_info"
	w := newBubble(t)
	store := &spyStore{Store: token.NewMemoryStore()}
	one := w.process(t, store).WithCorp(corpId)
	w.ticket(one)
	in := w.install(t, suiteId, corpId)
	in.AgentId = 0
	require.NoError(t, one.SetInstallation(in))
	for _, fail := range []func(string) error{down, nil} {
		store.failGet = fail
		errs := all(50, func(int) error {
			id, err := one.AgentId()
			if err == nil && id == 0 {
				err = errors.New("no id")
			}
			return err
		})
		require.NoError(t, errors.Join(errs...))
		require.NoError(t, do(one, suiteCall))
	}
	assert.LessOrEqual(t, w.Count(path), 2, "once while it could not be stored, once since")
	n := w.Count(path)
	want, err := one.AgentId()
	require.NoError(t, err)
	got, err := w.process(t, store).WithCorp(corpId).AgentId()
	require.NoError(t, err)
	assert.Equal(t, want, got)
	assert.Equal(t, n, w.Count(path))
	stored, err := w.process(t, store).WithCorp(corpId).Installation()
	require.NoError(t, err)
	assert.Equal(t, want, stored.AgentId)
	assert.Equal(t, in.PermanentCode, stored.PermanentCode)
}

// The agent id is asked for once also while the Store can't take it, and this is told.
// G: install/defaults store/down
func TestTheAgentIdIsAskedForOnceWithTheStoreFull(t *testing.T) {
	t.Parallel()
	for _, saved := range []bool{false, true} {
		var log bytes.Buffer
		w := newWorld(t)
		w.cfg.Logger = slog.New(slog.NewTextHandler(&log, nil))
		store := &badStore{token.NewMemoryStore(), "put", "installation"}
		api := w.process(t, store).WithCorp(corpId)
		w.ticket(api)
		in := w.install(t, suiteId, corpId)
		in.AgentId = 0
		if saved {
			store.op = ""
		}
		assert.Equal(t, saved, api.SetInstallation(in) == nil)
		store.op = "put"
		id, err := api.AgentId()
		require.NoError(t, err)
		again, err := api.AgentId()
		require.NoError(t, err)
		assert.Equal(t, id, again)
		assert.Equal(t, 1, w.Count("/cgi-bin/service/v2/get_auth_info"))
		assert.Equal(t, saved, strings.Contains(log.String(), "saving an agent id"), log.String())

		store.op = ""
		_, err = api.Installation() // the next occasion
		require.NoError(t, err)
		stored, err := w.process(t, store).WithCorp(corpId).Installation()
		require.NoError(t, err)
		assert.Equal(t, id, stored.AgentId)
	}
}
