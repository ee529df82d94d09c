package kf_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/corp/internal/corptest"
	"github.com/gothird/wecom/corp/kf"
	"github.com/gothird/wecom/internal/check"
	"github.com/gothird/wecom/internal/spec"
	"github.com/gothird/wecom/token"
)

// G: kf/cursor
func TestTheCursorOfEachMessage(t *testing.T) {
	t.Parallel()
	api, asked := corptest.Script(t,
		`{"msg_list":[{"msgid":"1"},{"msgid":"2"}],"has_more":1,"next_cursor":"c1"}`,
		`{"msg_list":[],"has_more":1,"next_cursor":"c2"}`,
		`{"msg_list":[{"msgid":"3"},{"msgid":"4"}],"has_more":0,"next_cursor":"c3"}`)
	var got []string
	for m, err := range kf.AllMsg(api, kf.Sync{OpenKfId: "wk", Token: "t", Cursor: "c0", VoiceFormat: kf.VoiceSilk}) {
		require.NoError(t, err)
		got = append(got, m.MsgId+" "+m.Cursor)
	}
	assert.Equal(t, []string{"1 c0", "2 c1", "3 c2", "4 c3"}, got)
	assert.Equal(t, []string{
		`/cgi-bin/kf/sync_msg {"token":"t","cursor":"c0","voice_format":1,"open_kfid":"wk"}`,
		`/cgi-bin/kf/sync_msg {"token":"t","cursor":"c1","voice_format":1,"open_kfid":"wk"}`,
		`/cgi-bin/kf/sync_msg {"token":"t","cursor":"c2","voice_format":1,"open_kfid":"wk"}`,
	}, asked())
}

// pagesOf answers sync_msg with the messages after a cursor, size at a time, of n in all.
// Every third page is empty.
func pagesOf(t *testing.T, n, size int) *token.Api {
	return corptest.Canned(func(_ string, body []byte) string {
		var req kf.Sync
		require.NoError(t, json.Unmarshal(body, &req))
		var at, empty int
		if req.Cursor != "" {
			_, err := fmt.Sscanf(req.Cursor, "c%d.%d", &at, &empty)
			require.NoError(t, err)
		}
		page := kf.MsgPage{MsgList: []kf.Msg{}}
		if empty = (empty + 1) % 3; empty != 0 {
			for ; at < n && len(page.MsgList) < size; at++ {
				page.MsgList = append(page.MsgList, kf.Msg{MsgId: strconv.Itoa(at)})
			}
		}
		if page.NextCursor = fmt.Sprintf("c%d.%d", at, empty); at < n {
			page.HasMore = 1
		}
		answer, err := json.Marshal(page)
		require.NoError(t, err)
		return string(answer)
	})
}

// A program that stops after any message, before or after it saves the cursor, and starts
// again with what it saved, processes every message, and repeats less than a page.
// G: kf/cursor
func TestNothingIsSkippedAfterACrash(t *testing.T) {
	t.Parallel()
	const total, size = 11, 3
	api := pagesOf(t, total, size)
	for crash := range total {
		for _, saved := range []bool{false, true} {
			var processed []string
			cursor := ""
			run := func(stopAt int) {
				for m, err := range kf.AllMsg(api, kf.Sync{OpenKfId: "wk", Cursor: cursor}) {
					require.NoError(t, err)
					processed = append(processed, m.MsgId)
					stop := m.MsgId == strconv.Itoa(stopAt)
					if !stop || saved {
						cursor = m.Cursor
					}
					if stop {
						return
					}
				}
			}
			run(crash)
			run(-1)
			repeated := len(processed) - total
			assert.LessOrEqual(t, repeated, size, "crash at %d", crash)
			slices.SortFunc(processed, func(a, b string) int { return must(strconv.Atoi(a)) - must(strconv.Atoi(b)) })
			assert.Len(t, slices.Compact(processed), total, "crash at %d", crash)

			before := len(processed)
			run(-1)
			assert.LessOrEqual(t, len(processed)-before, 0, "nothing is new")
		}
	}
}

func must(n int, err error) int {
	if err != nil {
		panic(err)
	}
	return n
}

// A notice that is processed late has a token that WeCom does not take any more.
// G: kf/cursor
func TestATokenThatIsTooOld(t *testing.T) {
	t.Parallel()
	api, asked := corptest.Script(t, `{"msg_list":[{"msgid":"1"}],"has_more":1,"next_cursor":"c1"}`, `{"errcode":95007}`,
		`{"msg_list":[{"msgid":"2"}],"has_more":1,"next_cursor":"c2"}`, `{"next_cursor":"c3"}`)
	var got []string
	for m, err := range kf.AllMsg(api, kf.Sync{OpenKfId: "wk", Token: "t"}) {
		require.NoError(t, err)
		got = append(got, m.MsgId+" "+m.Cursor)
	}
	assert.Equal(t, []string{"1 c1", "2 c2"}, got)
	assert.Equal(t, `/cgi-bin/kf/sync_msg {"cursor":"c1","open_kfid":"wk"}`, asked()[2])
	assert.Equal(t, `/cgi-bin/kf/sync_msg {"cursor":"c2","open_kfid":"wk"}`, asked()[3], "it is not tried again")

	api, _ = corptest.Script(t, `{"errcode":95007}`, `{"errcode":45009}`)
	require.ErrorIs(t, last(kf.AllMsg(api, kf.Sync{OpenKfId: "wk", Token: "t"})), token.Code(45009))
	api, _ = corptest.Script(t, `{"errcode":95007}`)
	require.ErrorIs(t, last(kf.AllMsg(api, kf.Sync{OpenKfId: "wk"})), token.Code(95007))
}

// G: endpoint/cursor
func TestAPageThatLeadsNowhere(t *testing.T) {
	t.Parallel()
	api, _ := corptest.Script(t, `{"msg_list":[{"msgid":"1"}],"has_more":1}`)
	var cursors []string
	var failed error
	for m, err := range kf.AllMsg(api, kf.Sync{OpenKfId: "wk", Cursor: "c0"}) {
		if failed = err; err == nil {
			cursors = append(cursors, m.Cursor)
		}
	}
	require.Error(t, failed)
	assert.Equal(t, []string{"c0"}, cursors, "what led here leads here again")
}

// Each kind arrives in the field of its name; the two forms of a price are one.
func TestKindsOfMessages(t *testing.T) {
	t.Parallel()
	api, _ := corptest.Script(t, `{"msg_list":[
		{"msgid":"1","msgtype":"text","text":{"content":"你好","menu_id":"7"}},
		{"msgid":"2","msgtype":"channels_shop_product","channels_shop_product":{"sales_price":1990,"head_img":"u"}},
		{"msgid":"3","msgtype":"meeting"},
		{"msgid":"4","msgtype":"event","event":{"event_type":"enter_session","open_kfid":"wk","welcome_code":"w","wechat_channels":{"scene":"4"}}}]}`)
	page, err := kf.SyncMsg(api, kf.Sync{OpenKfId: "wk"})
	require.NoError(t, err)
	require.Len(t, page.MsgList, 4)
	require.NotNil(t, page.MsgList[0].Text)
	assert.Equal(t, "你好7", page.MsgList[0].Text.Content+page.MsgList[0].Text.MenuId)
	assert.Equal(t, &kf.ShopProduct{SalesPrice: "1990", HeadImg: "u"}, page.MsgList[1].ChannelsShopProduct)
	assert.Equal(t, kf.Msg{MsgId: "3", MsgType: "meeting"}, page.MsgList[2])
	assert.Equal(t, &kf.Event{EventType: kf.EnterSession, OpenKfId: "wk", WelcomeCode: "w", WechatChannels: &kf.Channels{Scene: 4}}, page.MsgList[3].Event)
}

// WeCom's sample has a message of each kind.
func TestEveryKindOfTheSample(t *testing.T) {
	t.Parallel()
	for _, e := range spec.Endpoints() {
		if e.Path != "/cgi-bin/kf/sync_msg" {
			continue
		}
		api, _ := corptest.Script(t, string(e.SampleResponses[0]))
		page, err := kf.SyncMsg(api, kf.Sync{OpenKfId: account})
		require.NoError(t, err)
		kinds := map[string]bool{}
		for _, m := range page.MsgList {
			kind, err := check.Kind("message", m)
			require.NoError(t, err)
			if kind != "" {
				assert.Equal(t, m.MsgType, kind)
			}
			kinds[kind] = true
		}
		assert.GreaterOrEqual(t, len(kinds), 15)
		return
	}
	assert.Fail(t, "the facts lack sync_msg")
}
