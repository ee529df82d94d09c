package kf

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/fakewecom/faketest"
)

// A conversation through the hands of two servicers: what each does is an event.
func TestServicersWorkInTheClient(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	require.NoError(t, w.AddKfServicers(ctx, faketest.Corp, w.account, "woAnna"))
	w.at(statePool)
	changed := func(change float64, before, after any) (code string) {
		t.Helper()
		event := w.last()
		assert.Equal(t, []any{"session_status_change", "wmAnn", change, before, after},
			[]any{event["event_type"], event["external_userid"], event["change_type"], event["old_servicer_userid"], event["new_servicer_userid"]})
		return text(event, "msg_code")
	}
	require.NoError(t, w.KfTake(ctx, w.account, ann(), "woBo"))
	assert.Zero(t, w.onEvent(changed(took, nil, "woBo"), nil))
	id, err := w.KfAnswer(ctx, w.account, ann(), "woBo", "We are open.")
	require.NoError(t, err)
	m := w.last()
	assert.Equal(t, []any{id, "woBo", 5.0, obj{"content": "We are open."}}, []any{m["msgid"], m["servicer_userid"], m["origin"], m["text"]})
	require.NoError(t, w.KfTake(ctx, w.account, ann(), "woAnna"))
	assert.Empty(t, changed(handed, "woBo", "woAnna"))
	require.NoError(t, w.KfEnd(ctx, w.account, ann()))
	msgs, _, _ := w.read(nil)
	event, _ := msgs[len(msgs)-1]["event"].(obj)
	assert.Zero(t, w.onEvent(text(event, "msg_code"), nil), "20 seconds")
	assert.NotEmpty(t, changed(ended, "woAnna", nil))
	state, _ := w.state()
	assert.Equal(t, stateOver, state)

	_, err = w.KfAnswer(ctx, w.account, ann(), "woBo", "One more thing.")
	require.NoError(t, err)
	state, servicer := w.state()
	assert.Equal(t, []any{stateServicer, "woBo"}, []any{state, servicer})
	w.Clock.Add(time.Minute)
	msgs, _, _ = w.read(nil)
	event, _ = msgs[len(msgs)-2]["event"].(obj)
	assert.Equal(t, []any{4.0, "woAnna", "woBo"}, []any{event["change_type"], event["old_servicer_userid"], event["new_servicer_userid"]})
	assert.Equal(t, []string{"?", "welcome", "We are open.", "welcome", "One more thing."}, w.texts())
}

func TestServicersKeepToTheirs(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	require.ErrorContains(t, w.KfTake(ctx, w.account, ann(), "woBo"), "let him write first")
	w.at(stateNew)
	require.ErrorContains(t, w.KfTake(ctx, w.account, ann(), "woBo"), "state 0")
	require.ErrorContains(t, w.KfTake(ctx, w.account, ann(), "woAnna"), "can't take")
	require.ErrorContains(t, w.KfEnd(ctx, w.account, ann()), "state 0")
	_, err := w.KfAnswer(ctx, w.account, ann(), "woBo", "?")
	require.ErrorContains(t, err, "must take it first")
	_, err = w.KfAnswer(ctx, w.account, ann(), "woAnna", "?")
	require.ErrorContains(t, err, "add him first")
	w.move(stateServicer, "woBo")
	require.NoError(t, w.AddKfServicers(ctx, faketest.Corp, w.account, "woAnna"))
	_, err = w.KfAnswer(ctx, w.account, ann(), "woAnna", "?")
	require.ErrorContains(t, err, `with servicer "woBo"`)
	require.ErrorContains(t, w.KfTake(ctx, w.account, ann(), "woBo"), "from another servicer")
	require.NoError(t, w.KfEnd(ctx, w.account, ann()))
	w.Clock.Add(window)
	assert.Equal(t, codeOver, w.send(nil), "it was ended, its time is not over")
	_, err = w.KfAnswer(ctx, w.account, ann(), "woBo", "?")
	require.NoError(t, err)
	w.Clock.Add(time.Second)
	require.NoError(t, w.KfEnd(ctx, w.account, ann()))
	_, err = w.KfAnswer(ctx, w.account, ann(), "woBo", "?")
	require.ErrorContains(t, err, "the customer write again", "48 hours are over")
	require.ErrorContains(t, w.AddKfServicers(ctx, faketest.Corp, w.account, "woCy"), "visible range")
	require.ErrorContains(t, w.KfEnd(ctx, "wkNone", ann()), w.account+" (Shop)")
	_, err = w.OpenKfAccount(ctx, "wpNone", "Shop", faketest.Suite)
	require.ErrorContains(t, err, "no corp")
	_, err = w.KfConversations("wpNone", w.account)
	require.ErrorContains(t, err, "none")
}

func TestMessagesAreTakenBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	w.at(stateServicer)
	own := w.writes(ann(), "Oops")
	id, err := w.KfAnswer(ctx, w.account, ann(), "woBo", "Sorry?")
	require.NoError(t, err)
	require.NoError(t, w.KfRecall(ctx, w.account, ann(), own))
	assert.Equal(t, obj{"event_type": "user_recall_msg", "open_kfid": w.account, "external_userid": "wmAnn", "recall_msgid": own}, w.last())
	require.NoError(t, w.KfRecall(ctx, w.account, ann(), id))
	assert.Equal(t, obj{"event_type": "servicer_recall_msg", "open_kfid": w.account, "external_userid": "wmAnn", "recall_msgid": id, "servicer_userid": "woBo"}, w.last())
	require.ErrorContains(t, w.KfRecall(ctx, w.account, ann(), own), "can be taken back")
	w.move(stateOver, "")
	w.writes(ann(), "Hello?")
	require.Zero(t, w.send(obj{"msgid": "app"}))
	require.ErrorContains(t, w.KfRecall(ctx, w.account, ann(), "app"), "can be taken back", "apps have no part in this")
	list, err := w.KfConversations(faketest.Corp, w.account)
	require.NoError(t, err)
	var recalled []bool
	for _, m := range list[0].Messages {
		recalled = append(recalled, m.Recalled)
	}
	assert.Equal(t, []bool{false, true, true, false, false}, recalled)
	assert.Equal(t, []any{"wmAnn", "Ann", stateNew, ""}, []any{list[0].ExternalUserId, list[0].Name, list[0].State, list[0].ServicerUserId})
}

func TestCustomersWriteWhatThereIs(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for kind, content := range map[string]string{"event": "{}", "text": "hi", "image": "[]", "": "{}"} {
		_, err := w.KfWrite(t.Context(), w.account, ann(), kind, json.RawMessage(content))
		require.ErrorContains(t, err, "JSON object", kind)
	}
	_, err := w.KfWrite(t.Context(), w.account, ann(), "link", json.RawMessage(`{"url":"https://shop.example/","title":"上海"}`))
	require.NoError(t, err)
	assert.Equal(t, obj{"url": "https://shop.example/", "title": "上海"}, w.last()["link"])
}

// Apps hear of it when the corp opens an account to them or takes it away; only of changes.
func TestAppsAreToldWhichAccountsTheyHave(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	head := "<xml><ToUserName><![CDATA[" + faketest.Corp + "]]></ToUserName><FromUserName><![CDATA[sys]]></FromUserName><CreateTime>1760000000</CreateTime>" +
		"<MsgType><![CDATA[event]]></MsgType><Event><![CDATA[kf_account_auth_change]]></Event>"
	w.open("Shop", faketest.Suite)
	require.NoError(t, w.CloseKfAccount(t.Context(), faketest.Corp, w.account, faketest.Suite))
	assert.Equal(t, codeNotManaged, w.code("sync_msg", obj{"open_kfid": w.account}))
	w.open("Shop", faketest.Suite)
	assert.Zero(t, w.code("sync_msg", obj{"open_kfid": w.account}))
	var got []string
	for _, p := range w.Pushes() {
		assert.Equal(t, "/data/"+faketest.Corp, p.Path)
		got = append(got, p.Payload)
	}
	added := head + "<AuthAddOpenKfId><![CDATA[" + w.account + "]]></AuthAddOpenKfId></xml>"
	assert.Equal(t, []string{added, head + "<AuthDelOpenKfId><![CDATA[" + w.account + "]]></AuthDelOpenKfId></xml>", added}, got)
	require.ErrorContains(t, w.CloseKfAccount(t.Context(), faketest.Corp, "wkNone", faketest.Suite), "(Shop)")
}

// What the console shows is as old as the clock says.
func TestConversationsAreShownAsTheyAre(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.at(stateServicer)
	show := func() Conversation {
		list, err := w.KfConversations(faketest.Corp, w.account)
		require.NoError(t, err)
		require.Len(t, list, 1)
		return list[0]
	}
	w.writes(Customer{CorpId: faketest.Corp, ExternalUserId: "wmAnn"}, "without a name")
	assert.Equal(t, []any{"wmAnn", "Ann", stateServicer, "woBo"}, []any{show().ExternalUserId, show().Name, show().State, show().ServicerUserId})
	w.Clock.Add(window + time.Second)
	assert.Equal(t, []any{stateOver, ""}, []any{show().State, show().ServicerUserId})
}

// Who came by the link has entered already.
func TestCustomersEnterOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.comes()
	w.writes(ann(), "?")
	w.writes(ann(), "!")
	msgs, _, _ := w.read(nil)
	assert.Equal(t, []string{"enter_session", "?", "!"}, said(msgs))
}
