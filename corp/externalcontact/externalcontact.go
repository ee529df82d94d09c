// Package externalcontact is customer contact (客户联系) in a customer's corp: customers, their
// tags, customer groups, 「联系我」 codes, handing over, messages to customers, moments, links
// that win customers, and figures.
//
// An app sees the customers and groups of the members in its visible range, with the rights of
// 客户联系 that the corp has given it; without the right a call fails with 48002. Its userids are
// those of the app's kind, its external userids (wm… of WeChat, wo… of WeCom) those of the
// provider: an id that another app got is another one. Apps for 营销获客 see only customers who
// came through them (others: 90514).
package externalcontact

import (
	"iter"
	"net/url"
	"slices"

	"github.com/gothird/wecom/internal/check"
	"github.com/gothird/wecom/internal/paging"
	"github.com/gothird/wecom/token"
)

func query(name, value string) url.Values { return url.Values{name: {value}} }

func checkUser(userId string) error { return check.Required("userid", userId) }

func checkExternal(externalUserId string) error {
	return check.Required("external_userid", externalUserId)
}

// walk gives the items of all pages. split takes a page apart: its items, and the cursor of the
// next page.
func walk[P, T any](api *token.Api, page func(cursor string) (*P, error), split func(*P) ([]T, string)) iter.Seq2[T, error] {
	return paging.All(api.Context(), "", func(cursor string) ([]T, string, error) {
		p, err := page(cursor)
		if err != nil {
			return nil, "", err
		}
		items, next := split(p)
		return items, next, nil
	})
}

// inParts walks with at most size ids at a time, and once without any if there are none. It
// stops at the first error.
func inParts[T any](ids []string, size int, walk func(part []string) iter.Seq2[T, error]) iter.Seq2[T, error] {
	if len(ids) <= size {
		return walk(ids)
	}
	return func(yield func(T, error) bool) {
		for part := range slices.Chunk(ids, size) {
			for item, err := range walk(part) {
				if !yield(item, err) || err != nil {
					return
				}
			}
		}
	}
}
