package messages

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/fakewecom/faketest"
	"github.com/gothird/wecom/internal/fakewecom/platform"
)

// A message is for those who are in the visible range when it is sent.
func TestWhoComesLaterGetsNoEarlierMessage(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	require.NoError(t, w.UpdateMember(faketest.Corp, platform.Member{UserId: "woHidden", Hidden: true}))
	send := func(to string) { w.sentOut(w.text(obj{"touser": to})) }
	send("@all")
	send("woAnna|woHidden|woLater")
	require.NoError(t, w.UpdateMember(faketest.Corp, platform.Member{UserId: "woHidden"}))
	require.NoError(t, w.UpdateMember(faketest.Corp, platform.Member{UserId: "woLater"}))
	assert.Equal(t, []int{2, 0, 0}, w.counts("woAnna", "woHidden", "woLater"))
	send("@all")
	assert.Equal(t, []int{3, 1, 1}, w.counts("woAnna", "woHidden", "woLater"))
	require.NoError(t, w.UpdateMember(faketest.Corp, platform.Member{UserId: "woAnna", Hidden: true}))
	assert.Equal(t, []int{0}, w.counts("woAnna"))
}

// A message can be taken back for a day, by the app that sent it.
func TestRecalledMessages(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.AuthCode(faketest.Template)
	id := w.sentOut(w.text(obj{"touser": "@all"}))["msgid"]
	assert.Equal(t, platform.CodeBadParam, faketest.Errcode(w.CallAs("recall", faketest.Template, faketest.Corp, obj{"msgid": id})))
	assert.Equal(t, []int{1}, w.counts("woAnna"))
	w.Clock.Add(recallWithin)
	assert.Zero(t, faketest.Errcode(w.Call("recall", obj{"msgid": id})))
	assert.Equal(t, []int{0}, w.counts("woAnna"))
	late := w.sentOut(w.text(obj{"touser": "@all"}))["msgid"]
	w.Clock.Add(recallWithin + 1)
	assert.Equal(t, platform.CodeBadParam, faketest.Errcode(w.Call("recall", obj{"msgid": late})))
	assert.Equal(t, []int{1}, w.counts("woAnna"))
}
