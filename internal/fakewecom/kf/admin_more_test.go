package kf

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/fakewecom/faketest"
	"github.com/gothird/wecom/internal/fakewecom/platform"
)

// kfNotes counts the changes of accounts since.
func (w *world) kfNotes(after int64) (n int) {
	w.t.Helper()
	changes, gap := w.ChangesAfter(after, 1000)
	require.False(w.t, gap)
	for _, c := range changes {
		if c.Kind == platform.ChangedKfAccount && c.CorpId == faketest.Corp {
			n++
		}
	}
	return n
}

func TestConsoleShowsServicersAndLinks(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	require.NoError(t, w.AddKfServicers(ctx, faketest.Corp, w.account, "woAnna"))
	require.NoError(t, w.KfRest(ctx, faketest.Corp, w.account, "woBo", suspended))
	require.NoError(t, w.KfRest(ctx, faketest.Corp, w.account, "woAnna", stopped))
	require.NoError(t, w.KfRest(ctx, faketest.Corp, w.account, "woAnna", 0))
	a := w.KfAccounts(faketest.Corp)[0]
	assert.Equal(t, []string{"woBo", "woAnna"}, a.UserIds)
	assert.Equal(t, map[string]int{"woBo": suspended}, a.Resting)
	require.NoError(t, w.KfEnter(ctx, a.Link, ann()), "it is a link that customers open")

	require.NoError(t, w.KfRefuse(ctx, w.account, ann(), true))
	talks, err := w.KfConversations(faketest.Corp, w.account)
	require.NoError(t, err)
	assert.True(t, talks[0].Refusing)

	before := w.LastChange()
	require.NoError(t, w.RemoveKfServicers(ctx, faketest.Corp, w.account, "woBo"))
	assert.Equal(t, 1, w.kfNotes(before))
	assert.Equal(t, []string{"woAnna"}, w.KfAccounts(faketest.Corp)[0].UserIds)
	require.ErrorContains(t, w.RemoveKfServicers(ctx, faketest.Corp, w.account, "woAnna", "woBo"), "woBo does not answer")
	assert.Equal(t, []string{"woAnna"}, w.KfAccounts(faketest.Corp)[0].UserIds, "all or none")
}

func TestConsoleShowsUpgrades(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	assert.Equal(t, Upgrade{}, w.KfUpgrade(faketest.Corp))
	before, to := w.LastChange(), Upgrade{UserIds: []string{"woBo"}, DepartmentIds: []int64{2}, ChatIds: []string{"wrA"}}
	require.NoError(t, w.SetKfUpgrade(faketest.Corp, to))
	assert.Equal(t, 1, w.kfNotes(before))
	assert.Equal(t, to, w.KfUpgrade(faketest.Corp))
	require.Error(t, w.SetKfUpgrade(faketest.Corp, Upgrade{UserIds: []string{"woNobody"}}))
	assert.Equal(t, to, w.KfUpgrade(faketest.Corp))
}
