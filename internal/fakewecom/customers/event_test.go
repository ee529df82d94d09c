package customers

import (
	"encoding/xml"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/fakewecom/faketest"
	"github.com/gothird/wecom/internal/spec"
)

// element is an element of an event.
type element struct {
	XMLName xml.Name
	Text    string    `xml:",chardata"`
	Inner   []element `xml:",any"`
}

// factsOf finds the facts about a push: of its form, Event and ChangeType.
func factsOf(t *testing.T, elements []element) spec.Event {
	t.Helper()
	of := map[string]string{}
	for _, e := range elements {
		of[e.XMLName.Local] = e.Text
	}
	for _, e := range spec.Events() {
		if e.InfoType == of["InfoType"] && e.Event == of["Event"] && e.ChangeType == of["ChangeType"] && !strings.HasSuffix(e.Id, ".component") {
			return e
		}
	}
	require.FailNow(t, "no such event", "%v", of)
	return spec.Event{}
}

// Every event has the elements of the facts, in their order, and all that always come.
func TestEventsAreDocumented(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	everything(w)
	w.Settled()
	seen := map[string]bool{}
	for _, p := range w.Pushes() {
		var event element
		require.NoError(t, xml.Unmarshal([]byte(p.Payload), &event))
		facts := factsOf(t, event.Inner)
		seen[facts.Id] = true
		var names, documented []string
		for _, e := range event.Inner {
			names = append(names, e.XMLName.Local)
		}
		for _, f := range facts.Fields {
			name := strings.TrimSuffix(f.Path, "[]")
			if slices.Contains(names, name) {
				documented = append(documented, name)
			} else {
				assert.False(t, f.Always, "%s lacks %s", facts.Id, name)
			}
		}
		assert.Equal(t, documented, names, facts.Id)
		wantChannel := map[string]string{"/customised": spec.ChannelData, "/command": spec.ChannelInstruction, "/second": spec.ChannelInstruction}[p.Path]
		assert.Equal(t, wantChannel, facts.Channel, facts.Id)
		assert.Equal(t, map[string]string{"/customised": faketest.Corp, "/command": faketest.Suite, "/second": second}[p.Path], p.Receive)
	}
	assert.Len(t, seen, 2*len(strings.Fields("add half edit del lost fail create update dismiss tag-create tag-update tag-delete")))
}

// everything causes each event once at least.
func everything(w *world) {
	ctx, t := w.T.Context(), w.T
	_, err := w.AddCustomer(ctx, corpId, Meeting{Customer: person("wmWu"), UserId: "woAnna", Half: true, State: "fair"})
	require.NoError(t, err)
	w.add("woAnna", "wmLi")
	w.add("woAnna", "wmHu")
	group, ids := made(w.as(faketest.Template, "add_strategy_tag", obj{"strategy_id": 12, "group_name": "Level", "tag": tags("A", "B")}))
	for _, c := range []struct {
		path string
		in   obj
	}{
		{"edit_strategy_tag", obj{"id": ids[0], "name": "C"}},
		{"del_strategy_tag", obj{"tag_id": ids[:1]}},
	} {
		require.Zero(t, faketest.Errcode(w.as(faketest.Template, c.path, c.in)))
	}
	require.Zero(t, faketest.Errcode(w.as(faketest.Template, "del_strategy_tag", obj{"group_id": []string{group}})))
	require.NoError(t, w.RemarkCustomer(ctx, corpId, "woAnna", "wmLi", "Mr Li"))
	w.handsOver(onJob, "woAnna", "woBo", "wmLi", "wmHu")
	require.NoError(t, w.RefuseTransfer(ctx, corpId, "woBo", "wmHu"))
	w.Clock.Add(transferTime)
	require.NoError(t, w.Settle(ctx))
	require.NoError(t, w.RemoveMember(ctx, corpId, "woBo", "wmLi"))
	require.NoError(t, w.RemoveCustomer(ctx, corpId, "woBo", "wmLi"))
	chat := w.group("Tea", "woAnna", "wmLi")
	require.NoError(t, w.JoinGroup(ctx, corpId, chat, person("wmHu")))
	require.NoError(t, w.LeaveGroup(ctx, corpId, chat, "wmHu"))
	require.NoError(t, w.RenameGroup(ctx, corpId, chat, "Green tea"))
	w.good("groupchat/onjob_transfer", obj{"chat_id_list": []string{chat}, "new_owner": "woBo"})
	require.NoError(t, w.DismissGroup(ctx, corpId, chat))
}
