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
	w := faketest.New(t, platform.Options{})
	m := New(w.Platform)
	w.AuthCode(faketest.Suite)
	require.NoError(t, w.UpdateMember(faketest.Corp, platform.Member{UserId: "woHidden", Hidden: true}))
	send := func(to, text string) {
		out := w.Call("send", obj{"touser": to, "msgtype": "text", "text": obj{"content": text}, "agentid": 1})
		assert.Zero(t, faketest.Errcode(out), "%v", out)
	}
	count := func(userId string) int { return len(m.MessagesTo(userId)) }
	send("@all", "one")
	send("woAnna|woHidden|woLater", "two")
	require.NoError(t, w.UpdateMember(faketest.Corp, platform.Member{UserId: "woHidden"}))
	require.NoError(t, w.UpdateMember(faketest.Corp, platform.Member{UserId: "woLater"}))
	assert.Equal(t, []int{2, 0, 0}, []int{count("woAnna"), count("woHidden"), count("woLater")})
	send("@all", "three")
	assert.Equal(t, []int{3, 1, 1}, []int{count("woAnna"), count("woHidden"), count("woLater")})
}
