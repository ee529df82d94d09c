package messages

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/fakewecom/faketest"
	"github.com/gothird/wecom/internal/fakewecom/platform"
)

// Ids become names where the app asks for it, in the fields that are said to.
func TestIdsBecomeNames(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	send := func(kind string, content obj, trans int) obj {
		w.sentOut(w.text(obj{"touser": "woAnna", "msgtype": kind, kind: content, "enable_id_trans": trans}))
		return w.last("woAnna")
	}
	const ids = "$userName=woBo$ of $departmentName=2$"
	assert.Equal(t, "Bo of Sales", send("text", obj{"content": ids}, 1)["content"])
	assert.Equal(t, ids, send("text", obj{"content": ids}, 0)["content"])
	for before, after := range map[string]string{
		"$userAlias=woBo$, $userAliasOrName=woBo$":     "Bobby, Bobby",
		"$userAlias=woAnna$, $userAliasOrName=woAnna$": "$userAlias=woAnna$, Anna",
		"$userName=woCy$ $userName=none$":              "$userName=woCy$ $userName=none$",
		"$departmentName=3$ $departmentName=x$":        "$departmentName=3$ $departmentName=x$",
		"$other=2$ costs 5$":                           "$other=2$ costs 5$",
	} {
		assert.Equal(t, after, send("text", obj{"content": before}, 1)["content"])
	}
	card := send("textcard", obj{"title": ids, "description": ids, "url": ids}, 1)
	assert.Equal(t, obj{"title": "Bo of Sales", "description": "Bo of Sales", "url": ids}, card)
	news := send("news", obj{"articles": []any{obj{"title": "1", "url": ids}, obj{"title": ids, "url": ids}}}, 1)
	assert.Equal(t, []any{obj{"title": "1", "url": ids}, obj{"title": "Bo of Sales", "url": ids}}, news["articles"])
	again := w.text(obj{"touser": "woAnna", "msgtype": "news", "news": obj{"articles": []any{obj{"title": ids, "url": "https://a"}}}, "enable_id_trans": 1, "enable_duplicate_check": 1})
	w.sentOut(again)
	require.NoError(t, w.UpdateMember(faketest.Corp, platform.Member{UserId: "woBo", Name: "Bob"}))
	n := w.counts("woAnna")
	w.sentOut(again)
	assert.Equal(t, n, w.counts("woAnna"), "requests are compared before")
	require.NoError(t, w.UpdateMember(faketest.Corp, platform.Member{UserId: "woBo", Name: "Bo"}))
	text := send("template_card", obj{"card_type": "text_notice", "card_action": obj{"type": 1, "url": "https://a"},
		"main_title": obj{"title": ids}, "sub_title_text": ids, "quote_area": obj{"title": ids},
		"horizontal_content_list": []any{obj{"keyname": ids, "value": ids}}}, 1)
	assert.Equal(t, []any{obj{"title": "Bo of Sales"}, "Bo of Sales", obj{"title": ids}, []any{obj{"keyname": ids, "value": "Bo of Sales"}}},
		[]any{text["main_title"], text["sub_title_text"], text["quote_area"], text["horizontal_content_list"]})
}
