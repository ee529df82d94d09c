package desk

import (
	"fmt"

	"github.com/gothird/wecom/internal/fakewecom/platform"
)

// window checks a time span: both ends or none, at most so many seconds (0:
// any), end included if closed. Without one, everything is meant: undocumented.
func window(start, end *int64, most int64, closed bool) (inside func(t int64) bool, err error) {
	switch {
	case start == nil && end == nil:
		return func(int64) bool { return true }, nil
	case start == nil || end == nil:
		return nil, platform.BadParam("start_time and end_time go together")
	case *start < 0 || *end < *start || most > 0 && *end-*start > most:
		return nil, platform.BadParam("invalid time range")
	}
	last := *end
	if !closed {
		last--
	}
	return func(t int64) bool { return within(t, *start, last) }, nil
}

func instant(t *int64) string {
	if t == nil {
		return " -"
	}
	return fmt.Sprint(" ", *t)
}
