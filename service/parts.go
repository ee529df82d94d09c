package service

import "github.com/gothird/wecom/internal/paging"

// inParts asks for at most size ids at a time and adds the answers up. When a part fails,
// what was answered so far comes back together with the error.
func inParts[T any](list []string, size int, add func(all, more *T), ask func(part []string) (*T, error)) (*T, error) {
	answers, err := paging.InParts(list, size, func(part []string) ([]*T, error) {
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
