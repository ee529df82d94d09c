package wecomtest_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/callback"
	"github.com/gothird/wecom/wecomtest"
)

// A member writes and reads the reply, in either form of push.
// G: wecomtest/pushes wecomtest/choices
func TestMembersWriteAndReadReplies(t *testing.T) {
	t.Parallel()
	for _, json := range []bool{false, true} {
		w := wecomtest.New(t, wecomtest.Choices{JSON: json})
		corp := w.Install(wecomtest.Corp{})
		inbox, err := callback.NewInbox(callback.Config{})
		require.NoError(t, err)
		callback.Answer(inbox, func(_ context.Context, n *callback.Notice, m *callback.TextMessage) (callback.Reply, error) {
			assert.Equal(t, corp.Members[2].UserId, n.FromUserName)
			return &callback.TextReply{Content: "You said: " + m.Content}, nil
		})
		h, err := inbox.Handler(w.Api(), w.URL(w.Api(), callback.App))
		require.NoError(t, err)
		w.Deliver(w.Api(), callback.App, h)
		for _, text := range []string{"hello", "1 < 2 & ]]> \"so\"", "你好"} {
			d := corp.Send(wecomtest.Message{UserId: corp.Members[2].UserId, Text: text})
			require.NoError(t, d.Err())
			reply, err := callback.Parse([]byte(d.Reply))
			require.NoError(t, err)
			assert.Equal(t, "You said: "+text, reply.Content.(*callback.TextMessage).Content, "JSON %v", json)
			assert.Equal(t, json, d.Payload[0] == '{')
		}
	}
}
