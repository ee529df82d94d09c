package platform

// First finds the first in a list that fits; nil: none does.
func First[T any](list []*T, fits func(*T) bool) *T {
	for _, x := range list {
		if fits(x) {
			return x
		}
	}
	return nil
}
