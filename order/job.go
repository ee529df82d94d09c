package order

import (
	"errors"

	"github.com/gothird/wecom/internal/paging"
	"github.com/gothird/wecom/token"
)

// jobState is what requests have collected: its id, and the items that it did not take.
type jobState[T any] struct {
	id      string
	invalid []T
}

// noneTaken is how WeCom refuses a request of which a job takes nothing.
const noneTaken = token.Code(701122)

// collect puts items into the job with that id, or into a new one, at most size in a
// request. It returns nil if nothing was done; otherwise the job so far, also with an error.
func collect[In, Out any](id string, items []In, size int, add func(id string, part []In) (jobState[Out], error)) (*jobState[Out], error) {
	answered := false
	tolerated := func(err error) bool { return errors.Is(err, noneTaken) }
	invalid, err := paging.BatchesTolerating(items, size, tolerated, func(part []In) ([]Out, error) {
		out, err := add(id, part)
		if err == nil {
			id = out.id
		}
		answered = answered || err == nil || tolerated(err)
		return out.invalid, err
	}, token.NewPartialError)
	if !answered {
		return nil, err
	}
	return &jobState[Out]{id, invalid}, err
}
