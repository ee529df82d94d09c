package customers

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/fakewecom/faketest"
	"github.com/gothird/wecom/internal/fakewecom/platform"
)

// noted reports whether the change feed names a thing since.
func (w *world) noted(after int64, subject string) bool {
	w.T.Helper()
	changes, gap := w.ChangesAfter(after, 1000)
	require.False(w.T, gap)
	for _, c := range changes {
		if c.Kind == platform.ChangedCustomer && c.CorpId == faketest.Corp && c.Subject == subject {
			return true
		}
	}
	return false
}

func TestTransfersAreListedForTheConsole(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	assert.Empty(t, w.Transfers(corpId))
	for _, id := range []string{"wmLi", "wmWu", "wmHu"} {
		w.add("woAnna", id)
	}
	before := w.LastChange()
	w.good("transfer_customer", obj{"handover_userid": "woAnna", "takeover_userid": "woBo", "external_userid": []string{"wmLi", "wmWu", "wmHu"}})
	assert.True(t, w.noted(before, "wmLi"))
	at := w.Clock.Now().Add(transferTime)
	want := []Transfer{{"woAnna", "woBo", "wmLi", at, transferWaits, false}, {"woAnna", "woBo", "wmWu", at, transferWaits, false}, {"woAnna", "woBo", "wmHu", at, transferWaits, false}}
	assert.Equal(t, want, w.Transfers(corpId))

	require.NoError(t, w.RefuseTransfer(t.Context(), corpId, "woBo", "wmLi"))
	w.Clock.Add(time.Hour)
	w.told()
	require.NoError(t, w.EndTransfer(t.Context(), corpId, "woBo", "wmWu"))
	assert.Equal(t, []string{"woBo"}, w.followers("wmWu"), "at once")
	want[0].Status, want[1].Status, want[1].At = transferRefused, transferDone, w.Clock.Now()
	assert.Equal(t, want, w.Transfers(corpId))
	assert.ErrorContains(t, w.EndTransfer(t.Context(), corpId, "woBo", "wmWu"), "no transfer of wmWu")
	assert.ErrorContains(t, w.EndTransfer(t.Context(), corpId, "woBo", "wmLi"), "no transfer of wmLi")
	w.Clock.Add(transferTime)
	require.NoError(t, w.Settle(t.Context()))
	want[2].Status = transferDone
	assert.Equal(t, want, w.Transfers(corpId))
}

// followers are the members who have a customer.
func (w *world) followers(externalId string) (userIds []string) {
	for _, r := range w.CustomersOf(corpId) {
		if r.ExternalUserId == externalId {
			userIds = append(userIds, r.UserId)
		}
	}
	return userIds
}

func TestMassMessagesAreListedForTheConsole(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	assert.Empty(t, w.GroupMsgs(corpId))
	w.add("woAnna", "wmLi")
	w.add("woAnna", "wmWu")
	w.add("woBo", "wmHu")
	before, made := w.LastChange(), w.Clock.Now()
	id := w.good("add_msg_template", template(obj{"external_userid": []string{"wmLi", "wmWu", "wmHu"}}))["msgid"].(string)
	assert.True(t, w.noted(before, id))
	require.NoError(t, w.RemoveMember(t.Context(), corpId, "woAnna", "wmWu"))
	before = w.LastChange()
	require.NoError(t, w.SendGroupMsg(t.Context(), corpId, id, "woAnna"))
	assert.True(t, w.noted(before, id))
	list := w.GroupMsgs(corpId)
	require.Len(t, list, 1)
	require.Len(t, list[0].Contents, 1)
	assert.Equal(t, "text", list[0].Contents[0].Kind)
	assert.JSONEq(t, `{"content":"Fresh tea"}`, string(list[0].Contents[0].Content))
	list[0].Contents = nil
	assert.Equal(t, GroupMsg{Id: id, SuiteId: faketest.Suite, Kind: "single", Made: made, Tasks: []GroupMsgTask{
		{UserId: "woAnna", Sent: made, To: []GroupMsgReceiver{{"wmLi", sendDone}, {"wmWu", sendLost}}},
		{UserId: "woBo", To: []GroupMsgReceiver{{"wmHu", sendWaits}}},
	}}, list[0])
	before = w.LastChange()
	w.good("cancel_groupmsg_send", obj{"msgid": id})
	assert.True(t, w.noted(before, id))
	assert.True(t, w.GroupMsgs(corpId)[0].Cancelled)
}

func TestMomentsAreListedForTheConsole(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	assert.Empty(t, w.Moments(corpId))
	w.add("woAnna", "wmLi")
	before, made := w.LastChange(), w.Clock.Now()
	id, _ := w.moment(obj{"attachments": []obj{{"msgtype": "image", "image": obj{"media_id": forMoments}}}, "visible_range": obj{"sender_list": obj{"user_list": []string{"woAnna", "woBo"}}}})
	assert.True(t, w.noted(before, id))
	require.NoError(t, w.PublishMoment(t.Context(), corpId, id, "woAnna"))
	before = w.LastChange()
	require.NoError(t, w.ReactToMoment(t.Context(), corpId, id, "woAnna", "wmLi", true))
	assert.True(t, w.noted(before, id))
	list := w.Moments(corpId)
	require.Len(t, list, 1)
	assert.NotEmpty(t, list[0].JobId)
	require.Len(t, list[0].Contents, 1)
	assert.JSONEq(t, `{"media_id":"attached for 1"}`, string(list[0].Contents[0].Content))
	list[0].JobId, list[0].Contents = "", nil
	assert.Equal(t, Moment{Id: id, Made: made, ToAll: true, Text: "Fresh tea", Tasks: []MomentTask{
		{UserId: "woAnna", Published: true, To: []string{"wmLi"}, Reactions: []MomentReaction{{"wmLi", made, true}}},
		{UserId: "woBo"},
	}}, list[0])
	before = w.LastChange()
	w.good("cancel_moment_task", obj{"moment_id": id})
	assert.True(t, w.noted(before, id))
	assert.True(t, w.Moments(corpId)[0].Cancelled)
}
