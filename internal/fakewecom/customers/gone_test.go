package customers

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/fakewecom/faketest"
	"github.com/gothird/wecom/internal/fakewecom/platform"
)

// Who has left the corp does nothing there any more.
func TestWhoHasLeftDoesNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	w.add("woAnna", "wmLi")
	w.add("woBo", "wmWu")
	chat := w.group("Tea", "woBo", "wmWu")
	mass := w.good("add_msg_template", template(obj{"external_userid": []string{"wmLi", "wmWu"}}))["msgid"].(string)
	id, _ := w.moment(obj{})
	w.leave("woBo")
	for what, err := range map[string]error{
		"removes":   w.RemoveCustomer(ctx, corpId, "woBo", "wmWu"),
		"remarks":   w.RemarkCustomer(ctx, corpId, "woBo", "wmWu", "x"),
		"renames":   w.RenameGroup(ctx, corpId, chat, "x"),
		"dismisses": w.DismissGroup(ctx, corpId, chat),
		"sends":     w.SendGroupMsg(ctx, corpId, mass, "woBo"),
		"publishes": w.PublishMoment(ctx, corpId, id, "woBo"),
	} {
		assert.ErrorContains(t, err, `no member "woBo"`, what)
	}
	senders, err := w.GroupMsgSenders(corpId, mass)
	require.NoError(t, err)
	assert.Equal(t, []string{"woAnna"}, senders)
	publishers, err := w.MomentPublishers(corpId, id)
	require.NoError(t, err)
	assert.Equal(t, []string{"woAnna", "woDan"}, publishers)
	require.NoError(t, w.RemoveMember(ctx, corpId, "woBo", "wmWu"), "customers go on")
	require.NoError(t, w.LeaveGroup(ctx, corpId, chat, "wmWu"))
}

// A mass message reaches nobody by a group that is not the sender's any more.
func TestGroupsThatAreGoneGetNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	stays, dismissed, given := w.group("1", "woAnna", "wmLi"), w.group("2", "woAnna", "wmWu"), w.group("3", "woAnna", "wmHu")
	mass := w.good("add_msg_template", template(obj{"chat_type": "group", "sender": "woAnna", "chat_id_list": []string{stays, dismissed, given}}))["msgid"].(string)
	require.NoError(t, w.DismissGroup(t.Context(), corpId, dismissed))
	w.good("groupchat/onjob_transfer", obj{"chat_id_list": []string{given}, "new_owner": "woBo"})
	require.NoError(t, w.SendGroupMsg(t.Context(), corpId, mass, "woAnna"))
	assert.Len(t, w.MessagesToCustomer(corpId, "wmLi"), 1)
	assert.Empty(t, w.MessagesToCustomer(corpId, "wmWu"))
	assert.Empty(t, w.MessagesToCustomer(corpId, "wmHu"))
	assert.Equal(t, []string{stays + " 1"}, w.receivers(mass, "woAnna"))
}

// A join way leads to its first group that is there.
func TestJoinWaysPassOverGroupsThatAreGone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	tea, milk := w.group("Tea", "woAnna"), w.group("Milk", "woAnna")
	id := w.good("groupchat/add_join_way", obj{"scene": 2, "chat_id_list": []string{tea, milk}})["config_id"].(string)
	require.NoError(t, w.DismissGroup(t.Context(), corpId, tea))
	require.NoError(t, w.JoinGroup(t.Context(), corpId, id, person("wmLi")))
	ids, _ := people(w.good("groupchat/get", obj{"chat_id": milk}))
	assert.Equal(t, []string{"woAnna", "wmLi"}, ids)
	require.NoError(t, w.DismissGroup(t.Context(), corpId, milk))
	assert.ErrorContains(t, w.JoinGroup(t.Context(), corpId, id, person("wmWu")), "no group that is there")
}

// An app gives away no group whose owner it does not see.
func TestGroupsOfHiddenOwnersStay(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	secret := w.group("Secret", "woCy")
	for _, path := range []string{"onjob_transfer", "transfer"} {
		out := faketest.List(w.good("groupchat/"+path, obj{"chat_id_list": []string{secret}, "new_owner": "woAnna"}), "failed_chat_list")
		require.Len(t, out, 1, path)
		assert.Equal(t, 60011, faketest.Num(out[0], "errcode"), path)
	}
	assert.Equal(t, "woCy", w.Groups(corpId)[0].Owner)
}

// A temporary way ends with its time, and only with a customer who has come by it.
func TestTemporaryWaysEnd(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	come := func(id, userId string) error {
		_, err := w.AddCustomer(t.Context(), corpId, Meeting{Customer: person("wmLi"), Way: id, UserId: userId})
		return err
	}
	id := w.good("add_contact_way", wayReq(obj{"is_temp": true, "expires_in": 60}))["config_id"].(string)
	assert.ErrorContains(t, come(id, "woBo"), "not to woBo")
	w.good("get_contact_way", obj{"config_id": id})
	w.add("woAnna", "wmLi")
	assert.ErrorContains(t, come(id, ""), "already")
	w.good("get_contact_way", obj{"config_id": id})
	w.Clock.Add(time.Minute)
	assert.ErrorContains(t, come(id, ""), "expired")
}

// A channel is cut between two characters, and a customer is nobody of the corp.
func TestOddCustomers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	link := w.good("customer_acquisition/create_link", obj{"link_name": "Spring", "range": obj{"user_list": []string{"woAnna"}}})["link"].(obj)["link_id"].(string)
	r, err := w.AddCustomer(t.Context(), corpId, Meeting{Customer: person("wmLi"), Way: link, State: strings.Repeat("店", 30)})
	require.NoError(t, err)
	assert.True(t, utf8.ValidString(r.State))
	assert.Equal(t, strings.Repeat("店", 21), r.State)
	_, err = w.AddCustomer(t.Context(), corpId, Meeting{Customer: person("woBo"), UserId: "woAnna"})
	assert.ErrorContains(t, err, "is a member")
}

// When a member left is when he left, not when somebody next looked.
func TestWhenMembersLeft(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.add("woBo", "wmWu")
	require.NoError(t, w.UpdateMember(corpId, platform.Member{UserId: "woBo", Left: true}))
	left := w.Clock.Now().Unix()
	w.Clock.Add(30 * 24 * time.Hour)
	require.NoError(t, w.UpdateMember(corpId, platform.Member{UserId: "woBo", Name: "Bo", Left: true}))
	list := faketest.List(w.good("get_unassigned_list", obj{}), "info")
	require.Len(t, list, 1)
	assert.Equal(t, left, int64(faketest.Num(list[0], "dimission_time")))
}
