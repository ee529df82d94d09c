package cgi

import "slices"

// ItemMissing is the errcode of an item that the answer to a batch leaves out. WeCom never sends
// it: what became of the item is not known.
const ItemMissing = -2

// WithMissing adds to the results of a batch one for each item without a result.
func WithMissing[In, Out any](results []Out, items []In, belongs func(Out, In) bool, missing func(In) Out) []Out {
	all := slices.Clip(results)
	for _, item := range items {
		if !slices.ContainsFunc(results, func(r Out) bool { return belongs(r, item) }) {
			all = append(all, missing(item))
		}
	}
	return all
}
