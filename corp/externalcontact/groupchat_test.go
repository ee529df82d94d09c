package externalcontact_test

import (
	"strings"
	"testing"

	"github.com/gothird/wecom/corp/externalcontact"
	"github.com/gothird/wecom/corp/internal/corptest"
	"github.com/gothird/wecom/token"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// groupChats walks to the end, and gives the ids of the groups and the error.
func groupChats(api *token.Api, owners []string) (ids []string, failed error) {
	for g, err := range externalcontact.AllGroupChats(api, 0, owners) {
		if failed = err; err == nil {
			ids = append(ids, g.ChatId)
		}
	}
	return ids, failed
}

// Any number of owners is asked for 100 at a time, and none at once.
// G: endpoint/pages
func TestAllGroupChats(t *testing.T) {
	t.Parallel()
	api, asked := corptest.Script(t, `{"group_chat_list":[{"chat_id":"wrA","status":0}],"next_cursor":"c2"}`, `{"group_chat_list":[{"chat_id":"wrB"}]}`, `{"group_chat_list":[{"chat_id":"wrC"}]}`)
	ids, err := groupChats(api, many("wo", 101))
	require.NoError(t, err)
	assert.Equal(t, []string{"wrA", "wrB", "wrC"}, ids)
	assert.Equal(t, `/cgi-bin/externalcontact/groupchat/list {"owner_filter":{"userid_list":["wo100"]},"limit":1000}`, asked()[2])

	api, asked = corptest.Script(t, `{"group_chat_list":[{"chat_id":"wrA"}]}`)
	ids, err = groupChats(api, nil)
	require.NoError(t, err)
	assert.Equal(t, []string{"wrA"}, ids)
	assert.Equal(t, []string{`/cgi-bin/externalcontact/groupchat/list {"limit":1000}`}, asked())

	api, _ = corptest.Script(t, `{"group_chat_list":[{"chat_id":"wrA"}],"next_cursor":"c2"}`, `{"errcode":81017}`)
	ids, err = groupChats(api, many("wo", 101))
	require.ErrorIs(t, err, token.Code(81017))
	assert.Equal(t, []string{"wrA"}, ids)

	api, asked = corptest.Script(t, `{"group_chat_list":[{"chat_id":"wrA"},{"chat_id":"wrB"}]}`)
	for range externalcontact.AllGroupChats(api, 0, many("wo", 101)) {
		break
	}
	assert.Len(t, asked(), 1)
}

// Somebody invited by no member of the corp has no Invitor.
func TestAGroup(t *testing.T) {
	t.Parallel()
	api, asked := corptest.Script(t, `{"group_chat":{"chat_id":"wr","member_list":[
		{"type":1,"userid":"woLin","join_scene":1},{"type":"2","userid":"wmLi","invitor":{"userid":"woLin"},"join_time":"1767229200"}],"admin_list":null}}`)
	got, err := externalcontact.GroupChatGet(api, "wr", false)
	require.NoError(t, err)
	assert.Equal(t, &externalcontact.GroupChat{ChatId: "wr", MemberList: []externalcontact.GroupChatMember{
		{Type: externalcontact.GroupChatInsider, UserId: "woLin", JoinScene: 1},
		{Type: externalcontact.GroupChatOutsider, UserId: "wmLi", Invitor: &externalcontact.GroupChatUser{UserId: "woLin"}, JoinTime: 1767229200},
	}}, got)
	assert.Equal(t, []string{`/cgi-bin/externalcontact/groupchat/get {"chat_id":"wr"}`}, asked())
}

// G: batch/parts batch/how-far
func TestManyGroupsForANewOwner(t *testing.T) {
	t.Parallel()
	for _, transfer := range []func(*token.Api, []string, string) ([]externalcontact.FailedChat, error){externalcontact.GroupChatTransfer, externalcontact.GroupChatOnJobTransfer} {
		api, asked := corptest.Script(t, `{"failed_chat_list":[{"chat_id":"wr007","errcode":90501,"errmsg":"no customer group"}]}`, `{}`)
		failed, err := transfer(api, many("wr", 101), "woWang")
		require.NoError(t, err)
		assert.Equal(t, []externalcontact.FailedChat{{ChatId: "wr007", ErrCode: 90501, ErrMsg: "no customer group"}}, failed)
		assert.True(t, strings.HasSuffix(asked()[1], `transfer {"chat_id_list":["wr100"],"new_owner":"woWang"}`), asked()[1])

		api, asked = corptest.Script(t, `{"failed_chat_list":[{"chat_id":"wr007","errcode":90504}]}`, `{"errcode":40098}`)
		failed, err = transfer(api, many("wr", 300), "woWang")
		var partial *token.PartialError
		require.ErrorAs(t, err, &partial)
		require.ErrorIs(t, err, token.Code(40098))
		assert.Equal(t, 100, partial.Done)
		assert.Len(t, failed, 1)
		assert.Len(t, asked(), 2)
	}
}

// G: endpoint/checked
func TestGroupsRefusedBeforeAnyRequest(t *testing.T) {
	t.Parallel()
	api, _ := corptest.Script(t)
	list := func(g externalcontact.GroupChats) func() error {
		return func() error { _, err := externalcontact.GroupChatList(api, g); return err }
	}
	join := func(edit func(w *externalcontact.NewJoinWay)) func() error {
		w := externalcontact.NewJoinWay{Scene: externalcontact.SceneCode, ChatIdList: []string{"wr"}}
		edit(&w)
		return func() error { _, err := externalcontact.GroupChatAddJoinWay(api, w); return err }
	}
	two := 2
	for want, call := range map[string]func() error{
		"status_filter is 4":                list(externalcontact.GroupChats{StatusFilter: 4, Limit: 1}),
		"limit is 0":                        list(externalcontact.GroupChats{}),
		"limit is 1001":                     list(externalcontact.GroupChats{Limit: 1001}),
		"owner_filter.userid_list is empty": list(externalcontact.GroupChats{Limit: 1, OwnerFilter: &externalcontact.OwnerFilter{}}),
		"owner_filter.userid_list has 101":  list(externalcontact.GroupChats{Limit: 1, OwnerFilter: &externalcontact.OwnerFilter{UserIdList: many("wo", 101)}}),
		"chat_id is empty":                  func() error { _, err := externalcontact.GroupChatGet(api, "", true); return err },
		"chat_id_list is empty":             func() error { _, err := externalcontact.GroupChatTransfer(api, nil, "wo"); return err },
		"chat_id_list[0] is empty":          func() error { _, err := externalcontact.GroupChatTransfer(api, []string{""}, "wo"); return err },
		"new_owner is empty":                func() error { _, err := externalcontact.GroupChatOnJobTransfer(api, many("wr", 1), ""); return err },
		"scene is 0":                        join(func(w *externalcontact.NewJoinWay) { w.Scene = 0 }),
		"auto_create_room is 2":             join(func(w *externalcontact.NewJoinWay) { w.AutoCreateRoom = &two }),
		"room_base_name has 41 characters":  join(func(w *externalcontact.NewJoinWay) { w.RoomBaseName = strings.Repeat("字", 41) }),
		"room_base_id is -1":                join(func(w *externalcontact.NewJoinWay) { w.RoomBaseId = -1 }),
		"chat_id_list has 6 items":          join(func(w *externalcontact.NewJoinWay) { w.ChatIdList = many("wr", 6) }),
		"state has 31 characters":           join(func(w *externalcontact.NewJoinWay) { w.State = strings.Repeat("字", 31) }),
		"wecom: config_id is empty":         func() error { _, err := externalcontact.GroupChatGetJoinWay(api, ""); return err },
	} {
		require.ErrorContains(t, call(), want)
	}
	require.ErrorContains(t, externalcontact.GroupChatDelJoinWay(api, ""), "config_id is empty")
	require.ErrorContains(t, externalcontact.GroupChatUpdateJoinWay(api, "", externalcontact.NewJoinWay{}), "config_id is empty")
	require.ErrorContains(t, externalcontact.GroupChatUpdateJoinWay(api, "c", externalcontact.NewJoinWay{Scene: 1}), "chat_id_list is empty")
}

// A remark that is too long is cut by WeCom, so it is sent.
// G: endpoint/checked
func TestJoinWaysThatAreJustLegal(t *testing.T) {
	t.Parallel()
	api, asked := corptest.Script(t, `{"config_id":"c"}`)
	id, err := externalcontact.GroupChatAddJoinWay(api, externalcontact.NewJoinWay{
		Scene: externalcontact.SceneCode, Remark: strings.Repeat("字", 31), RoomBaseName: strings.Repeat("字", 40), ChatIdList: many("wr", 5), State: strings.Repeat("字", 30),
	})
	require.NoError(t, err)
	assert.Equal(t, "c", id)
	assert.Len(t, asked(), 1)
	api, _ = corptest.Script(t, `{"errcode":41091,"config_id":"c"}`)
	id, err = externalcontact.GroupChatAddJoinWay(api, externalcontact.NewJoinWay{Scene: externalcontact.SceneCode, ChatIdList: many("wr", 1)})
	require.ErrorIs(t, err, token.Code(41091))
	assert.Empty(t, id)
}
