package service

import (
	"github.com/gothird/wecom/internal/paging"
	"github.com/gothird/wecom/token"
)

// sumBatches asks for at most size ids at a time and adds the answers up. When a request
// fails, what was answered so far comes back together with a *token.PartialError.
func sumBatches[T any](list []string, size int, add func(all, more *T), ask func(part []string) (*T, error)) (*T, error) {
	answers, err := inBatches(list, size, func(part []string) ([]*T, error) {
		answer, err := ask(part)
		if err != nil {
			return nil, err
		}
		return []*T{answer}, nil
	})
	if len(answers) == 0 {
		return nil, err
	}
	all := answers[0]
	for _, more := range answers[1:] {
		add(all, more)
	}
	return all, err
}

// inBatches makes a call for at most size items at a time.
func inBatches[In, Out any](items []In, size int, call func(part []In) ([]Out, error)) ([]Out, error) {
	return paging.Batches(items, size, call, token.NewPartialError)
}
