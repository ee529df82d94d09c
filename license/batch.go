package license

import (
	"errors"
	"fmt"

	"github.com/gothird/wecom/internal/paging"
	"github.com/gothird/wecom/token"
)

// ItemMissing is the ErrCode of an item that WeCom's answer to a batch leaves out. WeCom itself
// never sends it. The outcome of the item is unknown: its Err is a [token.ErrOutcomeUnknown].
const ItemMissing = -2

const (
	codeAllInvalid = 701010 // none of the codes is valid
	codeAllFailed  = 701024 // every item failed
)

// allFailed returns the errcode of a request of which every item failed, and otherwise 0.
func allFailed(err error) int {
	for _, code := range []int{codeAllFailed, codeAllInvalid} {
		if errors.Is(err, token.Code(code)) {
			return code
		}
	}
	return 0
}

// inBatches makes a batch call for at most 1000 items at a time. It goes on after a request of
// which every item failed. What call returns as others comes after the results.
func inBatches[In, Out any](items []In, call func(part []In) (results, others []Out, err error)) ([]Out, error) {
	tolerated := func(err error) bool { return allFailed(err) != 0 }
	var rest []Out
	all, err := paging.BatchesTolerating(items, maxBatch, tolerated, func(part []In) ([]Out, error) {
		results, others, err := call(part)
		if err == nil || tolerated(err) {
			rest = append(rest, others...)
		}
		return results, err
	}, token.NewPartialError)
	return append(all, rest...), err
}

// match puts the results of a request in the order of its items, which it finds by their keys.
// left are the items that have no result, others the results that belong to no item.
func match[In, Out any, K comparable](items []In, results []Out, keyOf func(In) K, key func(Out) K) (all []Out, left []int, others []Out) {
	at := make(map[K]int, len(items))
	for i, item := range items {
		at[keyOf(item)] = i
	}
	all = make([]Out, len(items))
	found := make([]bool, len(items))
	for _, r := range results {
		i, ok := at[key(r)]
		if !ok || found[i] {
			others = append(others, r)
			continue
		}
		all[i], found[i] = r, true
	}
	for i, ok := range found {
		if !ok {
			left = append(left, i)
		}
	}
	return all, left, others
}

// codeOfMissing is the ErrCode of an item that the answer leaves out: the errcode of the
// request, if that says that every item failed.
func codeOfMissing(err error) int {
	if code := allFailed(err); code != 0 {
		return code
	}
	return ItemMissing
}

// itemError turns an item's errcode into an error of the call that answered it.
func itemError(ep token.Endpoint, code int, msg string) error {
	switch code {
	case 0:
		return nil
	case ItemMissing:
		return &token.Error{
			Path: ep.Path, Credential: ep.Credential.String(),
			Err: fmt.Errorf("the answer leaves this item out: %w", token.ErrOutcomeUnknown),
		}
	}
	return &token.Error{Code: code, Msg: msg, Path: ep.Path, Credential: ep.Credential.String()}
}
