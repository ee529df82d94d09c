package kf

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/fakewecom/faketest"
)

// An administrator opens accounts of WeCom's form, to apps that the corp has.
func TestAccountsThatCannotBeOpened(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	for name, want := range map[string]string{"": "1 to 16 characters", strings.Repeat("店", 17): "1 to 16 characters"} {
		_, err := w.OpenKfAccount(ctx, faketest.Corp, name, faketest.Suite)
		assert.ErrorContains(t, err, want)
	}
	w.open(strings.Repeat("店", 16), faketest.Suite)
	other := w.open("Other", faketest.Template)
	assert.ErrorContains(t, w.CloseKfAccount(ctx, faketest.Corp, other, faketest.Suite), "not open to")
	require.NoError(t, w.Cancel(ctx, faketest.Suite, faketest.Corp))
	_, err := w.OpenKfAccount(ctx, faketest.Corp, "New", faketest.Suite)
	assert.ErrorContains(t, err, "does not have the app")
	assert.Len(t, w.KfAccounts(faketest.Corp), 3, "nothing was made")
	require.NoError(t, w.CloseKfAccount(ctx, faketest.Corp, w.account, faketest.Suite), "what is open can be closed")
}

// The codes of an account end with it.
func TestCodesOfADeletedAccount(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.open("Other", faketest.Suite)
	code := w.comes()
	require.Zero(t, w.code("account/del", obj{"open_kfid": w.account}))
	assert.Equal(t, codeNoAccount, w.onEvent(code, nil))
}

// Links that were changed lead nowhere.
func TestLinksThatWereChanged(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	link := text(w.ask("add_contact_way", obj{"open_kfid": w.account, "scene": "shelf"}), "url")
	require.NoError(t, w.KfEnter(t.Context(), link+"&scene_param=1", ann()))
	for _, more := range []string{"&x=1", "&enc_scene=x", "&scene_param=1&scene_param=2", "#x", "&scene_param=%zz"} {
		assert.ErrorContains(t, w.KfEnter(t.Context(), link+more, ann()), "was changed", more)
	}
	plain := text(w.ask("add_contact_way", obj{"open_kfid": w.account}), "url")
	assert.ErrorContains(t, w.KfEnter(t.Context(), plain+"?scene_param=1", ann()), "was changed")
}

// A servicer who rests can't stop again, nor one who receives begin.
func TestServicersRestOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	rest := func(why int) error { return w.KfRest(t.Context(), faketest.Corp, w.account, "woBo", why) }
	assert.ErrorContains(t, rest(0), "already")
	require.NoError(t, rest(stopped))
	assert.ErrorContains(t, rest(stopped), "already")
	require.NoError(t, rest(suspended))
	require.NoError(t, rest(0))
}

// A link to a customer is one that a browser can open.
func TestLinksHaveAScheme(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.at(stateNew)
	link := func(url string) int {
		return w.send(obj{"msgtype": "link", "link": obj{"url": url, "title": "t", "thumb_media_id": "m"}})
	}
	assert.Equal(t, 40058, link("shop.example"))
	assert.Equal(t, 40058, link("weixin://x"))
	assert.Zero(t, link("http://shop.example"))
	assert.Zero(t, link("https://shop.example"))
}

// Only groups that the corp has can be recommended.
func TestUpgradesToNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	assert.ErrorContains(t, w.SetKfUpgrade(faketest.Corp, Upgrade{UserIds: []string{"woNobody"}}), `no member "woNobody"`)
	assert.NoError(t, w.SetKfUpgrade(faketest.Corp, Upgrade{UserIds: []string{"woBo"}}))
}
