package externalcontact

import (
	"cmp"
	"iter"
	"net/url"

	"github.com/gothird/wecom/internal/check"
	"github.com/gothird/wecom/internal/paging"
	"github.com/gothird/wecom/token"
)

func query(name, value string) url.Values { return url.Values{name: {value}} }

func checkUser(userId string) error { return check.Required("userid", userId) }

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

// pageReq asks for one page.
type pageReq struct {
	Cursor string `json:"cursor,omitempty"`
	Limit  int    `json:"limit,omitempty"`
}

// Who made a message or a moment, in a query.
const (
	ByCorp    = 0
	ByMembers = 1
	ByBoth    = 2
)

// span is the time that a query is about.
type span struct {
	StartTime int64 `json:"start_time"`
	EndTime   int64 `json:"end_time"`
}

// check returns an error for a span that lacks an end, or is longer than that many days.
func (s span) check(days int64) error {
	return cmp.Or(check.Between("start_time", s.StartTime, 1, s.EndTime), check.Window(s.StartTime, s.EndTime, days*24*60*60))
}
