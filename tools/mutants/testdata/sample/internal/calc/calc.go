// Package calc is what the tests of mutants change.
package calc

// Pair has two fields of one type.
type Pair struct {
	A int `json:"a"`
	B int `json:"b"`
}

// Larger gives the larger number.
func Larger(a, b int) int {
	if a > b {
		return a
	}
	return b
}

// Next counts.
func Next(n int) int {
	return n + 1
}

// Quarter is tested from another package.
func Quarter(n int) int {
	return n / 4
}

// Below counts down until n is below the limit.
func Below(n, limit int) int {
	for n >= limit {
		n--
	}
	return n
}

// Log keeps what it is told.
type Log []string

// Add adds a text.
func (l *Log) Add(text string) {
	*l = append(*l, text)
}
