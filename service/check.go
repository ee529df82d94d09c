package service

import (
	"cmp"
	"fmt"
	"strings"
	"unicode/utf8"
)

// args reports the first argument that no state of WeCom could make right, under the
// name of the endpoint. Whatever depends on WeCom's state is left to WeCom.
func args(endpoint string, problems ...error) error {
	if err := cmp.Or(problems...); err != nil {
		return fmt.Errorf("wecom: %s: %w", endpoint, err)
	}
	return nil
}

func need(field, value string) error {
	if value == "" {
		return fmt.Errorf("%s is empty", field)
	}
	return nil
}

func between[N int | int64](field string, n, low, high N) error {
	if n < low || n > high {
		return fmt.Errorf("%s is %d, allowed are %d to %d", field, n, low, high)
	}
	return nil
}

func notNegative(field string, n int64) error {
	if n < 0 {
		return fmt.Errorf("%s is %d, a negative number", field, n)
	}
	return nil
}

// count wants at least one item; limit 0 is none.
func count(field string, n, limit int) error {
	switch {
	case n == 0:
		return fmt.Errorf("%s is empty", field)
	case limit > 0 && n > limit:
		return fmt.Errorf("%s holds %d items, allowed are %d", field, n, limit)
	}
	return nil
}

// ids is count for texts, none of which may be empty.
func ids(field string, list []string, limit int) error {
	for i, id := range list {
		if id == "" {
			return fmt.Errorf("%s[%d] is empty", field, i)
		}
	}
	return count(field, len(list), limit)
}

func runes(field, value string, limit int) error {
	if n := utf8.RuneCountInString(value); n > limit {
		return fmt.Errorf("%s has %d characters, allowed are %d", field, n, limit)
	}
	return nil
}

func size(field, value string, limit int) error {
	if len(value) > limit {
		return fmt.Errorf("%s has %d bytes, allowed are %d", field, len(value), limit)
	}
	return nil
}

// lettersAndDigits holds a state to a-zA-Z0-9, which WeCom wants of the texts that it hands back later.
func lettersAndDigits(value string, limit int) error {
	if strings.ContainsFunc(value, func(r rune) bool {
		return (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z')
	}) {
		return fmt.Errorf("state holds other characters than a-zA-Z0-9")
	}
	return size("state", value, limit)
}
