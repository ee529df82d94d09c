package externalcontact

import (
	"cmp"

	"github.com/gothird/wecom/internal/check"
)

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
