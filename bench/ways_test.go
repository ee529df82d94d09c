package main

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/callback"
	"github.com/gothird/wecom/token"
)

// All ways must come to the same, or their times mean nothing.
func TestCallsAgree(t *testing.T) {
	t.Parallel()
	c, err := stubClients(answerOf(oneOrder))
	require.NoError(t, err)
	hand, err := c.floor.get(t.Context(), corpId, "o")
	require.NoError(t, err)
	got, err := token.Call[orderInfo](c.api, getCall, url.Values{"corpid": {corpId}, "order_id": {"o"}})
	require.NoError(t, err)
	assert.Equal(t, oneOrder, *got)
	assert.Equal(t, got, hand)
	hand, err = c.floor.post(t.Context(), orderReq{})
	require.NoError(t, err)
	assert.Equal(t, got, hand)
}

func TestLongAnswersAgree(t *testing.T) {
	t.Parallel()
	clean := longAnswer(20 << 10)
	require.InDelta(t, 20<<10, len(clean), 1<<10)
	hand, err := stubClients(clean)
	require.NoError(t, err)
	want, err := hand.floor.list(t.Context(), orderReq{})
	require.NoError(t, err)
	require.Greater(t, len(want.List), 50)
	for _, o := range oddities {
		answer := o.do(clean)
		require.NotEqual(t, clean, answer, o.name)
		c, err := stubClients(answer)
		require.NoError(t, err)
		got, err := token.Call[activeList](c.api, listCall, orderReq{})
		require.NoError(t, err, o.name)
		if o.name != "one misfit" {
			assert.Equal(t, want, got, o.name)
			_, err = c.floor.list(t.Context(), orderReq{})
			require.Error(t, err, "%s: the floor reads clean answers", o.name)
			continue
		}
		assert.NotEqual(t, want, got)
		for i := range got.List {
			got.List[i].Status = 2
		}
		assert.Equal(t, want, got, "but for one value")
	}
	assert.Equal(t, 5*len(want.List), bytes.Count(quoteAll(clean), []byte(`":"`))-bytes.Count(clean, []byte(`":"`)))
}

// A floor that takes a refusal for success would be none.
func TestFloorRefuses(t *testing.T) {
	t.Parallel()
	c, err := stubClients([]byte(`{"errcode":60011,"errmsg":"no privilege"}`))
	require.NoError(t, err)
	_, err = c.floor.post(t.Context(), orderReq{})
	require.ErrorContains(t, err, "60011")
	_, err = token.Call[orderInfo](c.api, postCall, orderReq{})
	require.ErrorIs(t, err, token.Code(60011))

	_, err = new(floorCell).get()
	require.ErrorIs(t, err, errFloor)
	_, err = newFloorCorps(nil).get("x")
	require.ErrorIs(t, err, errFloor)

	p, err := samplePush("suite_ticket.xml")
	require.NoError(t, err)
	p.signature = "x" + p.signature[1:]
	hand, ours, _ := p.ways()
	require.Error(t, hand())
	require.ErrorIs(t, ours(), callback.ErrSignature)
}

func TestCallbacksAgree(t *testing.T) {
	t.Parallel()
	p, err := samplePush("update_user.xml")
	require.NoError(t, err)
	n, err := p.ours()
	require.NoError(t, err)
	require.IsType(t, (*callback.ContactEvent)(nil), n.Content)
	e := n.Content.(*callback.ContactEvent)
	std, err := p.standard()
	require.NoError(t, err)
	hand := p.hand()

	assert.Equal(t, hand.departments, e.Department)
	assert.Equal(t, hand.leaders, e.IsLeaderInDept)
	assert.Equal(t, hand.directLeaders, e.DirectLeader)
	std.Department, std.IsLeaderInDept, std.DirectLeader = "", "", ""
	std.departments, std.leaders, std.directLeaders = hand.departments, hand.leaders, hand.directLeaders
	assert.Equal(t, std, hand)
	assert.Equal(t, hand.SuiteId, n.SuiteId)
	assert.Equal(t, hand.ChangeType, n.ChangeType)
	assert.Equal(t, hand.Telephone, e.Telephone)
	require.Len(t, e.ExtAttr, 5)
	for i, want := range hand.ExtAttr {
		got := e.ExtAttr[i]
		assert.Equal(t, want, knownAttr{got.Name, got.Type, got.Text.Value, got.Web.Title, got.Web.Url})
	}

	p, err = samplePush("suite_ticket.xml")
	require.NoError(t, err)
	n, err = p.ours()
	require.NoError(t, err)
	assert.Equal(t, p.hand().SuiteTicket, n.Content.(*callback.SuiteTicketEvent).SuiteTicket)
}

// Both handlers take all pushes, each once.
func TestHandlersAgree(t *testing.T) {
	t.Parallel()
	const n = 20
	pushes, err := requests(n)
	require.NoError(t, err)
	floor := newFloorHandler()
	in, ours, err := newHandler(callback.Config{})
	require.NoError(t, err)
	for _, p := range append(pushes, pushes[0]) {
		require.NoError(t, receive(floor, p))
		require.NoError(t, receive(ours, p))
	}
	assert.Len(t, floor.queue, n)
	s, err := in.Stats(t.Context())
	require.NoError(t, err)
	assert.Equal(t, n, s.Waiting)

	bad := bytes.Replace(pushes[0], []byte("nonce="), []byte("nonce=1"), 1)
	require.ErrorContains(t, receive(floor, bad), "403")
	require.ErrorContains(t, receive(ours, bad), "403")
	s2, err := newSite(1)
	require.NoError(t, err)
	require.ErrorContains(t, s2.send(floor, [][]byte{bad}), "HTTP/1.1 403 ")
	require.NoError(t, s2.close())
}

// A refused member says so.
func TestMembersTellOfErrors(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.NotFoundHandler())
	defer server.Close()
	m, err := startMember("127.0.0.1:1", server.URL)
	require.NoError(t, err)
	defer m.stop()
	require.ErrorContains(t, m.hear(), "refused")
}
