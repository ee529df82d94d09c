package externalcontact_test

import (
	"testing"

	"github.com/gothird/wecom/corp/externalcontact"
	"github.com/gothird/wecom/corp/internal/corptest"
	"github.com/gothird/wecom/token"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Lists are the lists, and a customer of several members is there once for each.
func TestLists(t *testing.T) {
	t.Parallel()
	api, asked := corptest.Script(t, `{"follow_user":["woLin","woWang"]}`, `{"external_userid":["wmA"]}`,
		`{"external_contact_list":[`+customerJSON("wmA", "woLin")+`,`+customerJSON("wmA", "woWang")+`],"next_cursor":"c2","fail_info":{"unlicensed_userid_list":["woLi"]}}`)
	users, err := externalcontact.GetFollowUserList(api)
	require.NoError(t, err)
	assert.Equal(t, []string{"woLin", "woWang"}, users)
	ids, err := externalcontact.List(api, "woLin")
	require.NoError(t, err)
	assert.Equal(t, []string{"wmA"}, ids)
	page, err := externalcontact.BatchGetByUser(api, users, "", 0)
	require.NoError(t, err)
	require.Len(t, page.ExternalContactList, 2)
	assert.Equal(t, "woWang", page.ExternalContactList[1].FollowInfo.UserId)
	assert.Equal(t, "c2", page.NextCursor)
	assert.Equal(t, []string{"woLi"}, page.FailInfo.UnlicensedUserIdList)
	assert.Equal(t, `/cgi-bin/externalcontact/batch/get_by_user {"userid_list":["woLin","woWang"]}`, asked()[2])
}

// A tag is the same, whoever asks for it, and however WeCom writes its numbers.
func TestTagGroups(t *testing.T) {
	t.Parallel()
	const group = `{"group_id":"etG","group_name":"grade","order":"4294967295","create_time":1767196800,"tag":[{"id":"etA","name":"gold","order":2},{"id":"etB","name":"silver","order":"1"}]`
	api, _ := corptest.Script(t, `{"tag_group":[`+group+`,"deleted":true}]}`, `{"tag_group":[`+group+`,"strategy_id":7}]}`, `{"tag_group":`+group+`}}`)
	want := externalcontact.TagGroup{
		GroupId: "etG", GroupName: "grade", Order: 1<<32 - 1, CreateTime: 1767196800,
		Tag: []externalcontact.Tag{{Id: "etA", Name: "gold", Order: 2}, {Id: "etB", Name: "silver", Order: 1}},
	}
	ofCorp, ofStrategy := want, want
	ofCorp.Deleted, ofStrategy.StrategyId = true, 7
	got, err := externalcontact.GetCorpTagList(api, externalcontact.TagIds{GroupId: []string{"etG"}})
	require.NoError(t, err)
	assert.Equal(t, []externalcontact.TagGroup{ofCorp}, got)
	got, err = externalcontact.GetStrategyTagList(api, 7, externalcontact.TagIds{})
	require.NoError(t, err)
	assert.Equal(t, []externalcontact.TagGroup{ofStrategy}, got)
	made, err := externalcontact.AddStrategyTag(api, 7, externalcontact.NewTags{GroupId: "etG", Tag: []externalcontact.NewTag{{Name: "gold"}}})
	require.NoError(t, err)
	assert.Equal(t, &want, made)
}

// What a join way leaves open is told from a no.
// G: endpoint/zeros
func TestAJoinWay(t *testing.T) {
	t.Parallel()
	api, asked := corptest.Script(t, `{"join_way":{"config_id":"j","scene":2,"auto_create_room":"0","room_base_id":10,"chat_id_list":["wr"],"qr_code":"https://qr.example"}}`, `{}`)
	got, err := externalcontact.GroupChatGetJoinWay(api, "j")
	require.NoError(t, err)
	want := externalcontact.NewJoinWay{Scene: externalcontact.SceneCode, AutoCreateRoom: new(int), RoomBaseId: 10, ChatIdList: []string{"wr"}}
	assert.Equal(t, &externalcontact.JoinWay{ConfigId: "j", QrCode: "https://qr.example", NewJoinWay: want}, got)

	// All of it is replaced: what was read can be changed and sent back.
	got.State = "door"
	require.NoError(t, externalcontact.GroupChatUpdateJoinWay(api, got.ConfigId, got.NewJoinWay))
	assert.Equal(t, `/cgi-bin/externalcontact/groupchat/update_join_way {"config_id":"j","scene":2,"auto_create_room":0,"room_base_id":10,"chat_id_list":["wr"],"state":"door"}`, asked()[1])
}

// Nothing is repeated that changes something, also when WeCom is busy.
func TestWritesAreNotRepeated(t *testing.T) {
	t.Parallel()
	busy := `{"errcode":-1}`
	for name, call := range map[string]func(api *token.Api) error{
		"Remark": func(api *token.Api) error {
			return externalcontact.Remark(api, externalcontact.Remarks{UserId: "wo", ExternalUserId: "wm", Remark: "r"})
		},
		"MarkTag":       func(api *token.Api) error { return externalcontact.MarkTag(api, "wo", "wm", []string{"et"}, nil) },
		"CloseTempChat": func(api *token.Api) error { return externalcontact.CloseTempChat(api, "wo", "wm") },
		"AddContactWay": func(api *token.Api) error {
			_, err := externalcontact.AddContactWay(api, way(func(*externalcontact.NewContactWay) {}))
			return err
		},
		"TransferCustomer": func(api *token.Api) error {
			_, err := externalcontact.TransferCustomer(api, toWang, []string{"wm"}, "")
			return err
		},
		"GroupChatTransfer": func(api *token.Api) error {
			_, err := externalcontact.GroupChatTransfer(api, []string{"wr"}, "wo")
			return err
		},
		"DelCorpTag": func(api *token.Api) error {
			return externalcontact.DelCorpTag(api, externalcontact.TagIds{TagId: []string{"et"}})
		},
	} {
		api, asked := corptest.Script(t, busy)
		require.ErrorIs(t, call(api), token.Code(-1), name)
		assert.Len(t, asked(), 1, name)
	}
}

// A corp that WeCom has refused gets no answer that looks like one.
func TestNothingComesWithAnError(t *testing.T) {
	t.Parallel()
	api := corptest.Canned(func(string, []byte) string {
		return `{"errcode":48002,"follow_user":["x"],"external_userid":["x"],"customer":[{"external_userid":"x"}],"tag_group":[{"group_id":"x"}]}`
	})
	for name, call := range map[string]func() (int, error){
		"GetFollowUserList": func() (int, error) {
			list, err := externalcontact.GetFollowUserList(api)
			return len(list), err
		},
		"List": func() (int, error) {
			list, err := externalcontact.List(api, "wo")
			return len(list), err
		},
		"GetCorpTagList": func() (int, error) {
			list, err := externalcontact.GetCorpTagList(api, externalcontact.TagIds{})
			return len(list), err
		},
		"TransferCustomer": func() (int, error) {
			list, err := externalcontact.TransferCustomer(api, toWang, []string{"wm"}, "")
			return len(list), err
		},
	} {
		n, err := call()
		require.ErrorIs(t, err, token.Code(48002), name)
		assert.Zero(t, n, name)
	}
}

func TestValues(t *testing.T) {
	t.Parallel()
	assert.Equal(t, []int{1, 2, 1, 2}, []int{
		externalcontact.WayToOne, externalcontact.WayToOneOf, externalcontact.SceneWidget, externalcontact.SceneCode,
	})
	assert.Equal(t, []int{0, 1, 2, 3, 1, 2}, []int{
		externalcontact.GroupChatNormal, externalcontact.GroupChatOwnerLeft, externalcontact.GroupChatInheriting, externalcontact.GroupChatInherited,
		externalcontact.GroupChatInsider, externalcontact.GroupChatOutsider,
	})
	assert.Equal(t, []int{1, 2, 3, 4}, []int{
		externalcontact.OrderByNewChats, externalcontact.OrderByChats, externalcontact.OrderByNewMembers, externalcontact.OrderByMembers,
	})
}
