package messages

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/fakewecom/faketest"
)

func TestSentMessagesAreListedWithThoseWhomTheyReached(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	before := w.LastChange()
	id := w.sentOut(w.text(obj{"touser": "woAnna|woBo|woNobody"}))["msgid"]
	list := w.SentIn(faketest.Corp)
	require.Len(t, list, 1)
	assert.Equal(t, []string{"woAnna", "woBo"}, list[0].To)
	assert.JSONEq(t, `{"content":"hi"}`, string(list[0].Content))
	assert.False(t, list[0].Recalled)
	assert.Empty(t, w.SentIn("wpNobody"))
	changes, _ := w.ChangesAfter(before, 100)
	seen := false
	for _, c := range changes {
		seen = seen || c.Kind == "message" && c.Subject == id
	}
	assert.True(t, seen)
	require.Zero(t, faketest.Errcode(w.Call("recall", obj{"msgid": id})))
	assert.True(t, w.SentIn(faketest.Corp)[0].Recalled)
}
