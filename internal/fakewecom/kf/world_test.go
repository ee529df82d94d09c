package kf

import (
	"encoding/json"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/fakewecom/faketest"
	"github.com/gothird/wecom/internal/fakewecom/platform"
)

// ann is a customer.
func ann() Customer { return Customer{faketest.Corp, "wmAnn", "Ann"} }

// world is a platform with customer service, where a corp has opened an account to the app, and
// Bo answers for it.
type world struct {
	*faketest.World
	*Service
	t       *testing.T
	account string
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{World: faketest.New(t, platform.Options{}), t: t}
	w.Service = New(w.Platform)
	w.AuthCode(faketest.Suite)
	w.AuthCode(faketest.Template)
	w.account = w.open("Shop", faketest.Suite)
	require.NoError(t, w.AddKfServicers(t.Context(), faketest.Corp, w.account, "woBo"))
	return w
}

func (w *world) open(name, suiteId string) string {
	w.t.Helper()
	id, err := w.OpenKfAccount(w.t.Context(), faketest.Corp, name, suiteId)
	require.NoError(w.t, err)
	return id
}

// ask calls an endpoint by what follows kf/, as the app; what comes must be as documented.
func (w *world) ask(path string, in obj) obj {
	w.t.Helper()
	return w.askAs(faketest.Suite, path, in)
}

func (w *world) askAs(suiteId, path string, in obj) obj {
	w.t.Helper()
	return w.askOf(suiteId, faketest.Corp, path, in)
}

func (w *world) askOf(suiteId, corpId, path string, in obj) obj {
	w.t.Helper()
	if in == nil {
		in = obj{}
	}
	ep := faketest.EndpointAt(w.t, "/cgi-bin/kf/"+path)
	token, err := w.IssueToken(ep.Credential, suiteId, corpId)
	require.NoError(w.t, err)
	out := w.CallWith(ep, url.Values{ep.QueryKey: {token}}, in)
	if faketest.Errcode(out) == 0 {
		faketest.AsDocumented(w.t, ep, out)
	}
	return out
}

// code is the errcode of ask.
func (w *world) code(path string, in obj) int {
	w.t.Helper()
	return faketest.Errcode(w.ask(path, in))
}

// writes is the customer who writes a text.
func (w *world) writes(who Customer, text string) string {
	w.t.Helper()
	content, err := json.Marshal(obj{"content": text})
	require.NoError(w.t, err)
	id, err := w.KfWrite(w.t.Context(), w.account, who, "text", content)
	require.NoError(w.t, err)
	return id
}

// send sends Ann a text.
func (w *world) send(more obj) int {
	w.t.Helper()
	return w.code("send_msg", message(w.account, more))
}

func message(account string, more obj) obj {
	in := obj{"open_kfid": account, "touser": "wmAnn", "msgtype": "text", "text": obj{"content": "hi"}}
	for k, v := range more {
		in[k] = v
	}
	return in
}

// move brings the conversation with Ann to a state.
func (w *world) move(state int, servicer string) obj {
	w.t.Helper()
	return w.ask("service_state/trans", obj{"open_kfid": w.account, "external_userid": "wmAnn", "service_state": state, "servicer_userid": servicer})
}

// state is that of the conversation with Ann.
func (w *world) state() (state int, servicer string) {
	w.t.Helper()
	out := w.ask("service_state/get", obj{"open_kfid": w.account, "external_userid": "wmAnn"})
	require.Zero(w.t, faketest.Errcode(out), "%v", out)
	return faketest.Num(out, "service_state"), text(out, "servicer_userid")
}

// read is a page of the account.
func (w *world) read(more obj) (msgs []obj, next string, hasMore int) {
	w.t.Helper()
	in := obj{"open_kfid": w.account}
	for k, v := range more {
		in[k] = v
	}
	out := w.ask("sync_msg", in)
	require.Zero(w.t, faketest.Errcode(out), "%v", out)
	return faketest.List(out, "msg_list"), text(out, "next_cursor"), faketest.Num(out, "has_more")
}

// last is the newest message or event; of an event, what happened.
func (w *world) last() obj {
	w.t.Helper()
	w.Clock.Add(time.Minute) // for the rate limit of reads without a token
	msgs, _, _ := w.read(nil)
	require.NotEmpty(w.t, msgs)
	msg := msgs[len(msgs)-1]
	if event, ok := msg["event"].(obj); ok {
		return event
	}
	return msg
}

// texts are what Ann can read, or has written.
func (w *world) texts() (list []string) {
	w.t.Helper()
	conversations, err := w.KfConversations(faketest.Corp, w.account)
	require.NoError(w.t, err)
	for _, m := range conversations[0].Messages {
		var content struct{ Content string }
		require.NoError(w.t, json.Unmarshal(m.Content, &content))
		list = append(list, content.Content)
	}
	return list
}
