package kf

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/fakewecom/faketest"
	"github.com/gothird/wecom/internal/fakewecom/platform"
)

const otherCorp = "wpCorpBBBB0002"

// withOther is a world with a second corp, which has an account of the same name.
func withOther(t *testing.T) (w *world, otherAccount string) {
	t.Helper()
	w = newWorld(t)
	require.NoError(t, w.AddCorp(platform.Corp{Id: otherCorp, Name: "Mill", Members: []platform.Member{{UserId: "woMia", Admin: true}}}))
	_, err := w.Install(t.Context(), faketest.Suite, otherCorp, platform.InstallOptions{FromProviderSite: true})
	require.NoError(t, err)
	otherAccount, err = w.OpenKfAccount(t.Context(), otherCorp, "Shop", faketest.Suite)
	require.NoError(t, err)
	return w, otherAccount
}

func TestCorpsHaveAccountsOfTheirOwn(t *testing.T) {
	t.Parallel()
	w, other := withOther(t)
	assert.NotEqual(t, w.account, other)
	list := faketest.List(w.ask("account/list", nil), "account_list")
	require.Len(t, list, 1)
	assert.Equal(t, w.account, list[0]["open_kfid"])
	assert.Equal(t, codeNoAccount, w.code("account/update", obj{"open_kfid": other, "name": "x"}))
	assert.Equal(t, codeLastAccount, w.code("account/del", obj{"open_kfid": w.account}), "the other corp has one, this has not")
	assert.Len(t, w.KfAccounts(otherCorp), 1)
}

func TestCorpsHaveCustomersOfTheirOwn(t *testing.T) {
	t.Parallel()
	w, _ := withOther(t)
	as := func(path string, in obj) obj { return w.askOf(faketest.Suite, otherCorp, path, in) }
	code := w.comes()
	answer := obj{"code": code, "msgtype": "text", "text": obj{"content": "x"}}
	assert.Equal(t, codeBadCode, faketest.Errcode(as("send_msg_on_event", answer)))
	assert.Zero(t, faketest.Errcode(w.ask("send_msg_on_event", answer)))
	out := as("customer/batchget", obj{"external_userid_list": []string{"wmAnn"}})
	assert.Equal(t, []any{"wmAnn"}, out["invalid_external_userid"])
}

// Only apps to which an account is open hear of its messages, and only those of its corp.
func TestOthersHearNothing(t *testing.T) {
	t.Parallel()
	w, other := withOther(t)
	foreign := w.open("Foreign", faketest.Template)
	before := len(w.Pushes())
	_, err := w.KfWrite(t.Context(), foreign, ann(), "text", []byte(`{"content":"?"}`))
	require.NoError(t, err)
	assert.Len(t, w.Pushes(), before, "the app that manages it has no URL, the other does not manage it")
	_, err = w.KfWrite(t.Context(), other, Customer{otherCorp, "wmAnn", "Ann"}, "text", []byte(`{"content":"?"}`))
	require.NoError(t, err)
	pushes := w.Pushes()[before:]
	require.Len(t, pushes, 2)
	assert.Equal(t, []string{otherCorp, "/data/" + otherCorp}, []string{pushes[1].Receive, pushes[1].Path})
	w.writes(ann(), "?")
	require.NoError(t, w.Cancel(t.Context(), faketest.Suite, faketest.Corp))
	before = len(w.Pushes())
	w.writes(ann(), "!")
	assert.Len(t, w.Pushes(), before, "the app is cancelled")
	w.AuthCode(faketest.Suite)
	w.writes(ann(), "!")
	assert.Len(t, w.Pushes(), before+1, "installed again, it has its accounts")
}
