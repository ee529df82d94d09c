package order

import (
	"github.com/gothird/wecom/internal/paging"
	"github.com/gothird/wecom/token"
)

// jobState is what requests have collected: its id, and the items that it did not take.
type jobState[T any] struct {
	id      string
	invalid []T
}

// collect puts items into the job with that id, or into a new one, at most size in a
// request. It returns nil if nothing was done; otherwise the job so far, also with an error.
// noneTaken is the error of a request of which the job took nothing.
func collect[In, Out any](ep token.Endpoint, id string, items []In, size int, noneTaken error, add func(id string, part []In) (jobState[Out], error)) (*jobState[Out], error) {
	took := false
	invalid, err := paging.InPartsPast(items, size, noneTaken, func(part []In) ([]Out, error) {
		out, err := add(id, part)
		if err != nil {
			return out.invalid, err
		}
		if _, err := requireField(ep, "jobid", out.id); err != nil {
			return out.invalid, err
		}
		id, took = out.id, true
		return out.invalid, nil
	})
	if err != nil && !took && invalid == nil {
		return nil, err
	}
	return &jobState[Out]{id, invalid}, err
}
