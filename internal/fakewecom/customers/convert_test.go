package customers

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const (
	toCustomerId = "/cgi-bin/idconvert/unionid_to_external_userid"
	toPendingIds = "/cgi-bin/idconvert/batch/external_userid_to_pending_id"
)

// A unionid leads to a customer whom the app sees, or to a pending_id by which he is known
// again later.
func TestUnionIdsAreConverted(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.add("woAnna", "wmLi")
	w.add("woCy", "wmWu")
	ask := func(unionId string) obj { return w.good(toCustomerId, obj{"unionid": unionId, "openid": "o"}) }
	assert.Equal(t, "wmLi", ask("uwmLi")["external_userid"])
	pending := ask("uwmWu")["pending_id"].(string)
	assert.Equal(t, pending, ask("uwmWu")["pending_id"], "the same for 90 days")
	assert.NotEqual(t, pending, ask("unknown")["pending_id"])
	assert.Equal(t, "wmLi", w.good("unionid_to_external_userid", obj{"unionid": "uwmLi", "openid": "o"})["external_userid"])
	assert.Equal(t, 84061, w.code("unionid_to_external_userid", obj{"unionid": "uwmWu", "openid": "o"}))

	w.add("woBo", "wmWu")
	assert.Equal(t, obj{"external_userid": "wmWu", "errcode": 0.0, "errmsg": "ok"}, ask("uwmWu"))
	known := func() any {
		return w.good(toPendingIds, obj{"external_userid": []string{"wmLi", "wmWu", "wmNone"}})["result"]
	}
	assert.Equal(t, []any{obj{"external_userid": "wmWu", "pending_id": pending}}, known())
	for chat, want := range map[string]int{w.group("Milk", "woDan", "wmLi"): 0, w.group("Tea", "woDan", "wmWu"): 1, "wrNone": 0} {
		assert.Len(t, w.good(toPendingIds, obj{"external_userid": []string{"wmLi", "wmWu"}, "chat_id": chat})["result"], want, "those in the group")
	}
	for _, g := range w.Groups(corpId) {
		require.NoError(t, w.DismissGroup(t.Context(), corpId, g.ChatId))
	}
	w.Clock.Add(pendingLife)
	assert.Empty(t, known())
	require.NoError(t, w.RemoveCustomer(t.Context(), corpId, "woBo", "wmWu"))
	assert.NotEqual(t, pending, ask("uwmWu")["pending_id"])

	group := w.group("Tea", "woDan", "wmWu")
	assert.Equal(t, "wmWu", ask("uwmWu")["external_userid"], "he is in a group")
	require.NoError(t, w.LeaveGroup(t.Context(), corpId, group, "wmWu"))
	assert.NotEmpty(t, ask("uwmWu")["pending_id"])
	w.Clock.Add(time.Hour)
	w.add("woDan", "woWang")
	assert.NotEmpty(t, ask("uwoWang")["pending_id"], "who is not in WeChat has no unionid")
}

func TestOpenidsOfCustomers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.add("woAnna", "wmLi")
	w.add("woAnna", "woWang")
	w.add("woCy", "wmWu")
	id := w.good("convert_to_openid", obj{"external_userid": "wmLi"})["openid"].(string)
	assert.Len(t, id, 28)
	assert.Equal(t, id, w.good("convert_to_openid", obj{"external_userid": "wmLi"})["openid"])
	for external, want := range map[string]int{"woWang": 41056, "wmWu": 84061, "wmNone": 84061, "woBo": 40096, "x": 40096} {
		assert.Equal(t, want, w.code("convert_to_openid", obj{"external_userid": external}), external)
	}
}
