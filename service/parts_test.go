package service

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/spectest"
	"github.com/gothird/wecom/token"
)

// echo answers batches: it gives every id back and fails the request with number fail.
type echo struct {
	field string // of the request
	reply func(ids []string) string
	fail  int
	sizes []int
}

func (e *echo) transport(t testing.TB) http.RoundTripper {
	return spectest.Canned(func(_ string, sent []byte) string {
		var body map[string]json.RawMessage
		var list []string
		if err := errors.Join(json.Unmarshal(sent, &body), json.Unmarshal(body[e.field], &list)); err != nil {
			t.Errorf("body %s: %v", sent, err)
		}
		e.sizes = append(e.sizes, len(list))
		if len(e.sizes) == e.fail {
			return `{"errcode":45033,"errmsg":"slow down"}`
		}
		return e.reply(list)
	})
}

// pairs makes {"key":[{"name":id},…],"bad":[first id]}.
func pairs(key, name, bad string) func([]string) string {
	return func(list []string) string {
		items := make([]map[string]string, len(list))
		for i, id := range list {
			items[i] = map[string]string{name: id}
		}
		text, _ := json.Marshal(map[string]any{"errcode": 0, key: items, bad: list[:1]})
		return string(text)
	}
}

// counts makes the results of the batches comparable: items in order, and those refused.
type counts struct {
	items, invalid []string
}

func split[T any](items []T, id func(T) string, invalid []string) counts {
	c := counts{invalid: invalid}
	for _, item := range items {
		c.items = append(c.items, id(item))
	}
	return c
}

var batches = []struct {
	name, field string
	size        int
	invalid     bool // the answer names refused ids
	reply       func([]string) string
	call        func(api *token.Api, ids []string) (counts, error)
}{
	{"UserIdToOpenUserId", "userid_list", 1000, true, pairs("open_userid_list", "userid", "invalid_userid_list"),
		func(api *token.Api, ids []string) (counts, error) {
			r, err := UserIdToOpenUserId(api, ids)
			if r == nil {
				return counts{}, err
			}
			return split(r.OpenUserIdList, func(x OpenUserId) string { return x.UserId }, r.InvalidUserIdList), err
		}},
	{"OpenUserIdToUserId", "open_userid_list", 1000, true, pairs("userid_list", "open_userid", "invalid_open_userid_list"),
		func(api *token.Api, ids []string) (counts, error) {
			r, err := OpenUserIdToUserId(api, heldToken, ids, 0)
			if r == nil {
				return counts{}, err
			}
			return split(r.UserIdList, func(x OpenUserId) string { return x.OpenUserId }, r.InvalidOpenUserIdList), err
		}},
	{"GetNewExternalUserId", "external_userid_list", 1000, false, pairs("items", "external_userid", "x"),
		func(api *token.Api, ids []string) (counts, error) {
			r, err := GetNewExternalUserId(api, ids)
			return split(r, func(x NewExternalUserId) string { return x.ExternalUserId }, nil), err
		}},
	{"GroupChatGetNewExternalUserId", "external_userid_list", 1000, false, pairs("items", "external_userid", "x"),
		func(api *token.Api, ids []string) (counts, error) {
			r, err := GroupChatGetNewExternalUserId(api, "wr", ids)
			return split(r, func(x NewExternalUserId) string { return x.ExternalUserId }, nil), err
		}},
	{"ExternalUserIdToPendingId", "external_userid", 100, false, pairs("result", "external_userid", "x"),
		func(api *token.Api, ids []string) (counts, error) {
			r, err := ExternalUserIdToPendingId(api, ids, "wr")
			return split(r, func(x ExternalUser) string { return x.ExternalUserId }, nil), err
		}},
	{"ChainExternalUserIdToPendingId", "external_userid", 100, false, pairs("result", "external_userid", "x"),
		func(api *token.Api, ids []string) (counts, error) {
			r, err := ChainExternalUserIdToPendingId(api, ids, "")
			return split(r, func(x ExternalUser) string { return x.ExternalUserId }, nil), err
		}},
	{"BotUserIdToOpenUserId", "open_userid_list", 1000, true, pairs("items", "userid", "invalid_open_userid_list"),
		func(api *token.Api, ids []string) (counts, error) {
			r, err := BotUserIdToOpenUserId(api, "aib1", ids)
			if r == nil {
				return counts{}, err
			}
			return split(r.Items, func(x OpenUserId) string { return x.UserId }, r.InvalidOpenUserIdList), err
		}},
	{"ConvertExternalTagId", "external_tagid_list", 1000, true, pairs("items", "external_tagid", "invalid_external_tagid_list"),
		func(api *token.Api, ids []string) (counts, error) {
			r, err := ConvertExternalTagId(api, ids)
			if r == nil {
				return counts{}, err
			}
			return split(r.Items, func(x ExternalTagId) string { return x.ExternalTagId }, r.InvalidExternalTagIdList), err
		}},
	{"ConvertOpenKfId", "open_kfid_list", 1000, true, pairs("items", "open_kfid", "invalid_open_kfid_list"),
		func(api *token.Api, ids []string) (counts, error) {
			r, err := ConvertOpenKfId(api, ids)
			if r == nil {
				return counts{}, err
			}
			return split(r.Items, func(x OpenKfId) string { return x.OpenKfId }, r.InvalidOpenKfIdList), err
		}},
	{"ConvertTmpExternalUserId", "tmp_external_userid_list", 100, true, pairs("results", "tmp_external_userid", "invalid_tmp_external_userid_list"),
		func(api *token.Api, ids []string) (counts, error) {
			r, err := ConvertTmpExternalUserId(api, TmpExternalUserIdReq{BusinessType: 1, UserType: 1, TmpExternalUserIdList: ids})
			if r == nil {
				return counts{}, err
			}
			return split(r.Results, func(x TmpExternalUserId) string { return x.TmpExternalUserId }, r.InvalidTmpExternalUserIdList), err
		}},
	{"ConvertChatId", "chat_id_list", 100, true, pairs("items", "chat_id", "invalid_chat_id_list"),
		func(api *token.Api, ids []string) (counts, error) {
			r, err := ConvertChatId(api, ids)
			if r == nil {
				return counts{}, err
			}
			return split(r.Items, func(x ChatId) string { return x.ChatId }, r.InvalidChatIdList), err
		}},
}

// G: batch/parts batch/how-far
func TestBatchesInParts(t *testing.T) {
	t.Parallel()
	for _, b := range batches {
		t.Run(b.name, func(t *testing.T) {
			t.Parallel()
			list := many(2*b.size + 5)
			e := &echo{field: b.field, reply: b.reply}
			got, err := b.call(newApi(t)(context.Background(), e.transport(t)), list)
			require.NoError(t, err)
			assert.Equal(t, []int{b.size, b.size, 5}, e.sizes)
			assert.Equal(t, list, got.items, "all of them, in order")
			if b.invalid {
				assert.Equal(t, []string{list[0], list[b.size], list[2*b.size]}, got.invalid)
			}

			// The second part fails for good, after its retries or at once.
			e = &echo{field: b.field, reply: b.reply, fail: 2}
			got, err = b.call(newApi(t)(context.Background(), e.transport(t)), list)
			assert.ErrorIs(t, err, token.Code(45033))
			assert.Equal(t, list[:b.size], got.items, "what was done comes with the error")
			assert.Equal(t, token.PartialError{Done: b.size}, endOf(t, err))

			e = &echo{field: b.field, reply: b.reply, fail: 1}
			got, err = b.call(newApi(t)(context.Background(), e.transport(t)), list)
			assert.ErrorIs(t, err, token.Code(45033))
			assert.Empty(t, got.items)
			assert.Equal(t, token.PartialError{}, endOf(t, err))
		})
	}
}

// endOf tells how far a batch came, without the reason why it ended.
func endOf(t *testing.T, err error) token.PartialError {
	t.Helper()
	var partial *token.PartialError
	require.ErrorAs(t, err, &partial)
	return token.PartialError{Done: partial.Done, Unknown: partial.Unknown}
}

// G: batch/parts
func TestContactBatchSearchInParts(t *testing.T) {
	t.Parallel()
	queries := make([]ContactQuery, 51)
	for i := range queries {
		queries[i].QueryWord = fmt.Sprint("word", i)
	}
	script, api := newScript(t, `{"errcode":0,"query_result_list":[{"query_request":{"query_word":"word0"},"is_last":true}]}`, `{"errcode":0,"query_result_list":[{"is_last":false}]}`)
	got, err := ContactBatchSearch(api, 0, queries)
	require.NoError(t, err)
	require.Len(t, got, 2)
	assert.Equal(t, "word0", got[0].QueryRequest.QueryWord)
	assert.Equal(t, 50, strings.Count(script.got[0].body, "query_word"))
	assert.Equal(t, 1, strings.Count(script.got[1].body, "query_word"))
}
