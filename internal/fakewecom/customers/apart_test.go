package customers

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/fakewecom/faketest"
	"github.com/gothird/wecom/internal/fakewecom/platform"
	"github.com/gothird/wecom/internal/spec"
)

const otherCorp = "wpCorpBBBB0002"

// withOther adds a second corp, in which the first app is installed.
func withOther(t *testing.T) *world {
	t.Helper()
	w := newWorld(t)
	require.NoError(t, w.AddCorp(platform.Corp{Id: otherCorp, Name: "Mill", Members: []platform.Member{{UserId: "woAnna", Admin: true}, {UserId: "woBo"}}}))
	_, err := w.Install(t.Context(), faketest.Suite, otherCorp, platform.InstallOptions{FromProviderSite: true})
	require.NoError(t, err)
	return w
}

// there asks about the second corp.
func (w *world) there(path string, in obj) obj {
	w.T.Helper()
	ep := endpoint(w.T, path)
	token, err := w.IssueToken(spec.CredentialCorp, faketest.Suite, otherCorp)
	require.NoError(w.T, err)
	return w.CallWith(ep, map[string][]string{"access_token": {token}}, in)
}

// What a corp has is no other corp's, though ids are the same.
func TestCorpsAreApart(t *testing.T) {
	t.Parallel()
	w := withOther(t)
	ctx := t.Context()
	w.add("woAnna", "wmLi")
	_, ids := made(w.good("add_corp_tag", obj{"group_name": "Level", "tag": tags("A")}))
	way := w.good("add_contact_way", wayReq(nil))["config_id"].(string)
	chat := w.group("Tea", "woAnna", "wmLi")
	msg := w.good("add_msg_template", template(obj{"sender": "woAnna"}))["msgid"].(string)
	moment, _ := w.moment(nil)
	require.NoError(t, w.SendGroupMsg(ctx, corpId, msg, "woAnna"))
	w.told()

	for i, c := range []struct {
		path string
		in   obj
		want int
	}{
		{"mark_tag", obj{"userid": "woAnna", "external_userid": "wmLi", "add_tag": ids}, 84061},
		{"get_contact_way", obj{"config_id": way}, 41044},
		{"groupchat/get", obj{"chat_id": chat}, 90501},
		{"get_groupmsg_task", obj{"msgid": msg}, 41047},
		{"get_moment_task", obj{"moment_id": moment}, 41060},
		{"get_corp_tag_list", obj{"tag_id": ids}, 40068},
	} {
		assert.Equal(t, c.want, faketest.Errcode(w.there(c.path, c.in)), i)
	}
	for name, err := range map[string]error{
		"remove":  w.RemoveCustomer(ctx, otherCorp, "woAnna", "wmLi"),
		"delete":  w.RemoveMember(ctx, otherCorp, "woAnna", "wmLi"),
		"dismiss": w.DismissGroup(ctx, otherCorp, chat),
		"send":    w.SendGroupMsg(ctx, otherCorp, msg, "woAnna"),
		"publish": w.PublishMoment(ctx, otherCorp, moment, "woAnna"),
	} {
		require.Error(t, err, name)
	}
	assert.Empty(t, w.MessagesToCustomer(otherCorp, "wmLi"))
	assert.Empty(t, w.CustomersOf(otherCorp))
	assert.Empty(t, w.told())

	_, err := w.AddCustomer(ctx, otherCorp, Meeting{Customer: Customer{"wmLi", "Another Li", "u2"}, UserId: "woBo"})
	require.NoError(t, err)
	assert.Equal(t, "Li", w.good("get", obj{"external_userid": "wmLi"})["external_contact"].(obj)["name"])
	assert.Len(t, w.told(), 1, "one app is there")
	cursor := obj{"limit": 1}
	w.good("add_contact_way", wayReq(nil))
	cursor["cursor"] = w.good("list_contact_way", cursor)["next_cursor"]
	assert.Equal(t, 50100, faketest.Errcode(w.there("list_contact_way", cursor)), "the cursor of another corp")
}

// With one seed all ids are the same in every run.
func TestOneSeedGivesOneStory(t *testing.T) {
	t.Parallel()
	var stories [2][]string
	for i := range stories {
		w := newWorld(t)
		everything(w)
		w.Settled()
		for _, p := range w.Pushes() {
			stories[i] = append(stories[i], p.Path+p.Payload)
		}
		stories[i] = append(stories[i], fmt.Sprint(w.CustomersOf(corpId), w.People(corpId), w.Groups(corpId)))
	}
	assert.Equal(t, stories[0], stories[1])
}

// A name that a customer has now is seen everywhere.
func TestCustomersHaveOneName(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.add("woAnna", "wmLi")
	chat := w.group("Tea", "woAnna", "wmLi")
	_, err := w.AddCustomer(t.Context(), corpId, Meeting{Customer: Customer{"wmLi", "Doctor Li", "uwmLi"}, UserId: "woBo"})
	require.NoError(t, err)
	_, all := people(w.good("groupchat/get", obj{"chat_id": chat, "need_name": 1}))
	assert.Equal(t, "Doctor Li", all[1]["name"])
	assert.Equal(t, "Doctor Li", w.good("get", obj{"external_userid": "wmLi"})["external_contact"].(obj)["name"])
	for _, r := range w.CustomersOf(corpId) {
		assert.Equal(t, "Doctor Li", r.Name, r.UserId)
	}
	assert.Equal(t, []Customer{{"wmLi", "Doctor Li", "uwmLi"}}, w.People(corpId))
}
