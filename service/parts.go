package service

import (
	"github.com/gothird/wecom/internal/paging"
	"github.com/gothird/wecom/token"
)

// sumBatches asks for at most size ids at a time and adds the answers up. When a request
// fails, what was answered so far comes back together with a *token.PartialError.
func sumBatches[T any](list []string, size int, add func(all, more *T), ask func(part []string) (*T, error)) (*T, error) {
	return paging.Sum(list, size, add, ask, token.NewPartialError)
}

// inBatches makes a call for at most size items at a time.
func inBatches[In, Out any](items []In, size int, call func(part []In) ([]Out, error)) ([]Out, error) {
	return paging.Batches(items, size, call, token.NewPartialError)
}
