package kf

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/fakewecom/faketest"
)

func TestAccountsAreMadeChangedAndDeleted(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	made := w.ask("account/add", obj{"name": "售后", "media_id": "m"})
	id := text(made, "open_kfid")
	assert.True(t, strings.HasPrefix(id, "wk"), id)
	list := faketest.List(w.ask("account/list", nil), "account_list")
	require.Len(t, list, 2)
	assert.Equal(t, []any{id, "售后", true}, []any{list[1]["open_kfid"], list[1]["name"], list[1]["manage_privilege"]})
	avatar := list[1]["avatar"]

	require.Zero(t, w.code("account/update", obj{"open_kfid": id, "name": "After"}))
	list = faketest.List(w.ask("account/list", nil), "account_list")
	assert.Equal(t, []any{"After", avatar}, []any{list[1]["name"], list[1]["avatar"]}, "what is left out stays")
	require.Zero(t, w.code("account/update", obj{"open_kfid": id, "media_id": "n"}))
	list = faketest.List(w.ask("account/list", nil), "account_list")
	assert.Equal(t, "After", list[1]["name"])
	assert.NotEqual(t, avatar, list[1]["avatar"])

	require.Zero(t, w.code("account/del", obj{"open_kfid": id}))
	assert.Equal(t, codeNoAccount, w.code("account/update", obj{"open_kfid": id, "name": "x"}))
	assert.Equal(t, codeLastAccount, w.code("account/del", obj{"open_kfid": w.account}))
}

func TestAccountsAreRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	long := strings.Repeat("客", maxName)
	for want, in := range map[int]obj{
		0:               {"name": long, "media_id": strings.Repeat("m", 128)},
		codeAccountName: {"name": long + "x", "media_id": "m"},
		codeBadMedia:    {"name": "x", "media_id": strings.Repeat("m", 129)},
		40058:           {"name": "x"},
	} {
		assert.Equal(t, want, w.code("account/add", in), "%v", in)
	}
	for want, id := range map[int]string{codeBadAccount: "kf1", codeNoAccount: "wk1", 40058: ""} {
		assert.Equal(t, want, w.code("account/del", obj{"open_kfid": id}), id)
		assert.Equal(t, want, w.code("servicer/list", obj{"open_kfid": id}), id)
	}
	assert.Equal(t, codeBadAccount, w.code("account/del", obj{"open_kfid": "wk" + strings.Repeat("x", 63)}))
	assert.Equal(t, codeAccountName, w.code("account/update", obj{"open_kfid": w.account, "name": long + "x"}))
}

// An account that the corp has not opened to the app is seen, but not managed.
func TestAccountsOfOthersAreNotManaged(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	foreign := w.open("Foreign", faketest.Template)
	require.NoError(t, w.AddKfServicers(t.Context(), faketest.Corp, foreign, "woBo"))
	list := faketest.List(w.ask("account/list", nil), "account_list")
	require.Len(t, list, 2)
	assert.Equal(t, false, list[1]["manage_privilege"])
	for path, more := range map[string]obj{
		"account/update": {"name": "x"}, "account/del": nil, "add_contact_way": nil, "servicer/add": {"userid_list": []string{"woBo"}},
		"servicer/del": {"userid_list": []string{"woBo"}}, "sync_msg": nil, "send_msg": message(foreign, nil),
		"service_state/get": {"external_userid": "wmAnn"}, "service_state/trans": {"external_userid": "wmAnn", "service_state": 1},
	} {
		in := obj{"open_kfid": foreign}
		for k, v := range more {
			in[k] = v
		}
		assert.Equal(t, codeNotManaged, w.code(path, in), path)
	}
	servicers := faketest.List(w.ask("servicer/list", obj{"open_kfid": foreign}), "servicer_list")
	assert.Equal(t, []obj{{"userid": "woBo"}}, servicers, "without its state")
	assert.Equal(t, foreign, w.open("Foreign", faketest.Suite), "the same account")
	assert.Zero(t, w.code("account/update", obj{"open_kfid": foreign, "name": "x"}))
	accounts := w.KfAccounts(faketest.Corp)
	for i := range accounts {
		accounts[i].Link = "" // one of its own
	}
	assert.Equal(t, []Account{
		{OpenKfId: w.account, Name: "Shop", Suites: []string{faketest.Suite}, UserIds: []string{"woBo"}, Resting: map[string]int{}},
		{OpenKfId: foreign, Name: "x", Suites: []string{faketest.Template, faketest.Suite}, UserIds: []string{"woBo"}, Resting: map[string]int{}},
	}, accounts)
}

func TestAccountsAreListedByPages(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for i := range 104 {
		w.open(fmt.Sprintf("Shop %d", i), faketest.Suite)
	}
	page := func(offset, limit int) (names []string) {
		for _, a := range faketest.List(w.ask("account/list", obj{"offset": offset, "limit": limit}), "account_list") {
			names = append(names, text(a, "name"))
		}
		return names
	}
	assert.Len(t, page(0, 0), 100)
	assert.Equal(t, []string{"Shop 99", "Shop 100", "Shop 101", "Shop 102", "Shop 103"}, page(100, 100))
	assert.Equal(t, []string{"Shop 0", "Shop 1"}, page(1, 2))
	assert.Empty(t, page(105, 1))
	assert.Equal(t, 40058, w.code("account/list", obj{"limit": 101}))
	assert.Equal(t, 40058, w.code("account/list", obj{"limit": -1}))
	assert.Equal(t, 40058, w.code("account/list", obj{"offset": -1}))
}

func TestLinksBringTheirScene(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	link := func(scene string) string {
		return text(w.ask("add_contact_way", obj{"open_kfid": w.account, "scene": scene}), "url")
	}
	assert.Equal(t, link("shop_1"), link("shop_1"))
	assert.NotEqual(t, link("shop_1"), link("shop-2"))
	assert.Equal(t, 40058, w.code("add_contact_way", obj{"open_kfid": w.account, "scene": "a b"}))
	assert.Equal(t, 40058, w.code("add_contact_way", obj{"open_kfid": w.account, "scene": strings.Repeat("a", 33)}))

	require.NoError(t, w.KfEnter(t.Context(), link("shop_1")+"&scene_param="+url.QueryEscape("a&b"), ann()))
	event := w.last()
	assert.Equal(t, []any{"enter_session", "wmAnn", w.account, "shop_1", "a&b"},
		[]any{event["event_type"], event["external_userid"], event["open_kfid"], event["scene"], event["scene_param"]})
	require.NoError(t, w.KfEnter(t.Context(), link(""), ann()))
	assert.NotContains(t, w.last(), "scene")
	state, _ := w.state()
	assert.Equal(t, stateOver, state, "it has not begun")

	for _, changed := range []string{"https://x/", ":", link("") + "x", link("") + "?scene_param=x", link("shop_1") + "x"} {
		assert.ErrorContains(t, w.KfEnter(t.Context(), changed, ann()), "was changed", changed)
	}
	assert.ErrorContains(t, w.KfEnter(t.Context(), link("shop_1")+"&scene_param="+strings.Repeat("x", 129), ann()), "at most 128")
	assert.ErrorContains(t, w.KfEnter(t.Context(), link(""), Customer{"wpOther", "wmAnn", ""}), "of this corp")
}
