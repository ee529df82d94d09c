package service

import (
	"context"
	"encoding/json"
	"iter"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/paging"
	"github.com/gothird/wecom/token"
)

// walker is a paged function with three pages of its own: what continues says that there
// is another one, end that there is none although a cursor came, stuck that there is one
// without saying where; "" if only the cursor tells.
type walker struct {
	name      string
	more, end string
	stuck     string
	want      []string // items of more and end, as text
	start     func(api *token.Api) iter.Seq2[string, error]
}

// asText makes the items comparable.
func asText[T any](seq iter.Seq2[T, error]) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		for item, err := range seq {
			text, _ := json.Marshal(item)
			if !yield(string(text), err) {
				return
			}
		}
	}
}

var walkers = []walker{
	{
		name:  "AllContactSearch",
		more:  `{"errcode":0,"query_result":{"user":{"userid":["a"]}},"is_last":false,"next_cursor":"c1"}`,
		end:   `{"errcode":0,"query_result":{"user":{"userid":["b"]}},"is_last":true,"next_cursor":"c9"}`,
		stuck: `{"errcode":0,"query_result":{"user":{"userid":["b"]}},"is_last":false}`,
		want:  []string{`"a"`, `"b"`},
		start: func(api *token.Api) iter.Seq2[string, error] {
			return asText(AllContactSearch(api, 0, ContactQuery{QueryWord: "m"}))
		},
	},
	{
		name: "AllAcquisitionBills",
		more: `{"errcode":0,"bill_list":[{"link_id":"a"}],"next_cursor":"c1"}`,
		end:  `{"errcode":0,"bill_list":[{"link_id":"b"}]}`,
		want: []string{`"a"`, `"b"`},
		start: func(api *token.Api) iter.Seq2[string, error] {
			return asText(AllAcquisitionBills(api, BillQuery{BeginTime: 1, EndTime: 2}))
		},
	},
	{
		name:  "AllAppShareInfo",
		more:  `{"errcode":0,"ending":0,"corp_list":[{"corpid":"a"}],"next_cursor":"c1"}`,
		end:   `{"errcode":0,"ending":1,"corp_list":[{"corpid":"b"}],"next_cursor":"c9"}`,
		stuck: `{"errcode":0,"ending":0,"corp_list":[{"corpid":"b"}]}`,
		want:  []string{`"a"`, `"b"`},
		start: func(api *token.Api) iter.Seq2[string, error] {
			return asText(AllAppShareInfo(api, AppShareQuery{AgentId: 1}))
		},
	},
	{
		name:  "AllChainCorpInfo",
		more:  `{"errcode":0,"group_corps":[{"corpid":"a"}],"has_more":true,"next_cursor":"c1"}`,
		end:   `{"errcode":0,"group_corps":[{"corpid":"b"}],"has_more":false,"next_cursor":"c9"}`,
		stuck: `{"errcode":0,"group_corps":[{"corpid":"b"}],"has_more":true}`,
		want:  []string{`"a"`, `"b"`},
		start: func(api *token.Api) iter.Seq2[string, error] {
			return asText(AllChainCorpInfo(api, ChainCorpQuery{ChainId: "c", Limit: 1}))
		},
	},
}

// G: endpoint/pages endpoint/cursor
func TestWalkers(t *testing.T) {
	t.Parallel()
	for _, w := range walkers {
		t.Run(w.name, func(t *testing.T) {
			t.Parallel()
			script, api := newScript(t, w.more, w.end)
			items, err := walk(w.start(api))
			require.NoError(t, err)
			require.Len(t, items, 2)
			for i, want := range w.want {
				assert.Contains(t, items[i], want)
			}
			assert.NotContains(t, script.got[0].body, `"cursor"`)
			assert.Contains(t, script.got[1].body, `"cursor":"c1"`)

			// Walked again, a sequence begins at its beginning.
			script, api = newScript(t, w.more, w.end, w.more, w.end)
			seq := w.start(api)
			for range 2 {
				items, err = walk(seq)
				require.NoError(t, err)
				assert.Len(t, items, 2)
			}
			assert.NotContains(t, script.got[2].body, `"cursor"`)

			_, api = newScript(t, w.more, w.more)
			items, err = walk(w.start(api))
			assert.ErrorContains(t, err, "repeated a cursor")
			assert.Len(t, items, 2)

			if w.stuck != "" {
				_, api = newScript(t, w.more, w.stuck)
				items, err = walk(w.start(api))
				assert.ErrorIs(t, err, paging.ErrNoCursor)
				assert.Len(t, items, 2, "what the page holds is not lost")
			}

			_, api = newScript(t, w.more, `{"errcode":40058,"errmsg":"no"}`)
			items, err = walk(w.start(api))
			assert.ErrorIs(t, err, token.Code(40058))
			assert.Len(t, items, 1, "what came before the error is not lost")

			_, api = newScript(t, w.more)
			for range w.start(api) {
				break // no second request
			}

			_, api = newScript(t, w.more)
			ctx, cancel := context.WithCancel(context.Background())
			defer cancel()
			var last error
			for _, err := range w.start(api.WithContext(ctx)) {
				last = err
				cancel()
			}
			assert.ErrorIs(t, last, context.Canceled)
		})
	}
}
