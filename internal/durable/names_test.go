package durable

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// Files that are there must be found again: the names never change.
// G: store/formats
func TestFileNamesStayAsTheyAre(t *testing.T) {
	t.Parallel()
	for key, name := range map[string]string{
		"":                             "k-",
		"a-z_0":                        "k-a-z_0",
		"w9.K~":                        "k-w9%2e%4b%7e",
		"`{@[":                         "k-%60%7b%40%5b",
		"/:":                           "k-%2f%3a",
		"企":                            "k-%e4%bc%81",
		strings.Repeat("a", maxName-2): "k-" + strings.Repeat("a", maxName-2),
		strings.Repeat("a", maxName-1): "h-60048478ae47edd7ef18f1235afd254a72ffaf32c4bc5726e8d250c3be51e3cb",
	} {
		assert.Equal(t, name, SafeName(key))
	}
}
