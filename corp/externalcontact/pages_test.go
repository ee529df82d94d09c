package externalcontact_test

import (
	"context"
	"fmt"
	"iter"
	"maps"
	"testing"

	"github.com/gothird/wecom/corp/externalcontact"
	"github.com/gothird/wecom/corp/internal/corptest"
	"github.com/gothird/wecom/internal/paging"
	"github.com/gothird/wecom/internal/spectest"
	"github.com/gothird/wecom/token"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// pages is an iterator, whose items are told by their ids.
type pages struct {
	walk func(api *token.Api) iter.Seq2[string, error]
	page string // with a place for the items, and one for the cursor of the next page
	item string // with a place for its id
}

// idsOf walks as seq does, and keeps of each item its id.
func idsOf[T any](seq iter.Seq2[T, error], id func(T) string) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		for item, err := range seq {
			if !yield(id(item), err) {
				return
			}
		}
	}
}

func transferId(c externalcontact.Transfer) string { return c.ExternalUserId }

var iterators = map[string]pages{
	"AllFollowUsers": {
		func(api *token.Api) iter.Seq2[string, error] {
			return idsOf(externalcontact.AllFollowUsers(api, "wm"), func(u externalcontact.FollowUser) string { return u.UserId })
		},
		`{"external_contact":{"name":"Li"},"follow_user":[%s],"next_cursor":"%s"}`, `{"userid":"%s"}`,
	},
	"AllByUser": {
		func(api *token.Api) iter.Seq2[string, error] {
			return idsOf(externalcontact.AllByUser(api, []string{"wo"}), func(c externalcontact.UserCustomer) string { return c.ExternalContact.ExternalUserId })
		},
		`{"external_contact_list":[%s],"next_cursor":"%s"}`, `{"external_contact":{"external_userid":"%s"}}`,
	},
	"AllContactWays": {
		func(api *token.Api) iter.Seq2[string, error] {
			return idsOf(externalcontact.AllContactWays(api, 0, 0), func(w externalcontact.ContactWayId) string { return w.ConfigId })
		},
		`{"contact_way":[%s],"next_cursor":"%s"}`, `{"config_id":"%s"}`,
	},
	"AllGroupChats": {
		func(api *token.Api) iter.Seq2[string, error] {
			return idsOf(externalcontact.AllGroupChats(api, 0, nil), func(g externalcontact.GroupChatStatus) string { return g.ChatId })
		},
		`{"group_chat_list":[%s],"next_cursor":"%s"}`, `{"chat_id":"%s"}`,
	},
	"AllTransfers": {
		func(api *token.Api) iter.Seq2[string, error] {
			return idsOf(externalcontact.AllTransfers(api, toWang), transferId)
		},
		`{"customer":[%s],"next_cursor":"%s"}`, `{"external_userid":"%s"}`,
	},
	"AllResignedTransfers": {
		func(api *token.Api) iter.Seq2[string, error] {
			return idsOf(externalcontact.AllResignedTransfers(api, toWang), transferId)
		},
		`{"customer":[%s],"next_cursor":"%s"}`, `{"external_userid":"%s"}`,
	},
	"AllUnassigned": {
		func(api *token.Api) iter.Seq2[string, error] {
			return idsOf(externalcontact.AllUnassigned(api), func(c externalcontact.Unassigned) string { return c.ExternalUserId })
		},
		`{"info":[%s],"next_cursor":"%s"}`, `{"external_userid":"%s"}`,
	},
}

// everyIterator has those of messages, moments and links too.
func everyIterator() map[string]pages {
	all := maps.Clone(iterators)
	for _, w := range walkers {
		all[w.name] = pages{w.walk, `{"` + w.list + `":[%s],"next_cursor":"%s"}`, w.item}
	}
	return all
}

// answer is a page with two items, and the cursor of the next.
func (p pages) answer(first, second, next string) string {
	return fmt.Sprintf(p.page, fmt.Sprintf(p.item, first)+","+fmt.Sprintf(p.item, second), next)
}

// walkThrough walks to the end, and gives the items, how many errors came, and the last.
func walkThrough(seq iter.Seq2[string, error]) (ids []string, errs int, failed error) {
	for id, err := range seq {
		if err == nil {
			ids = append(ids, id)
			continue
		}
		errs, failed = errs+1, err
	}
	return ids, errs, failed
}

// G: endpoint/pages endpoint/cursor
func TestEveryIterator(t *testing.T) {
	t.Parallel()
	for name, it := range everyIterator() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			one, two := it.answer("1", "2", "c2"), it.answer("3", "4", "")
			api, asked := corptest.Script(t, one, two, one, two)
			seq := it.walk(api)
			for range 2 {
				ids, errs, err := walkThrough(seq)
				require.NoError(t, err)
				assert.Zero(t, errs)
				assert.Equal(t, []string{"1", "2", "3", "4"}, ids)
			}
			assert.Len(t, asked(), 4, "it can be walked twice")

			api, _ = corptest.Script(t, one, `{"errcode":48002}`)
			ids, errs, err := walkThrough(it.walk(api))
			require.ErrorIs(t, err, token.Code(48002))
			assert.Equal(t, 1, errs)
			assert.Equal(t, []string{"1", "2"}, ids)

			api, _ = corptest.Script(t, one, it.answer("3", "4", "c2"))
			ids, errs, err = walkThrough(it.walk(api))
			require.ErrorIs(t, err, paging.ErrCursor)
			assert.Equal(t, 1, errs)
			assert.Equal(t, []string{"1", "2", "3", "4"}, ids, "the items of the page come all the same")

			api, asked = corptest.Script(t, one)
			for id := range it.walk(api) {
				if id == "2" {
					break
				}
			}
			assert.Len(t, asked(), 1)
		})
	}
}

// A context that ends within a page lets the rest of it come, and no other page be asked for.
// G: endpoint/pages
func TestEveryIteratorEndsWithItsContext(t *testing.T) {
	t.Parallel()
	for name, it := range everyIterator() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			requests := 0
			api := corptest.NewApi(ctx, spectest.Canned(func(string, []byte) string {
				requests++
				return it.answer("1", "2", "c2")
			}))
			var ids []string
			var failed error
			for id, err := range it.walk(api) {
				cancel()
				if failed = err; err == nil {
					ids = append(ids, id)
				}
			}
			require.ErrorIs(t, failed, context.Canceled)
			assert.Equal(t, []string{"1", "2"}, ids)
			assert.Equal(t, 1, requests)
		})
	}
}
