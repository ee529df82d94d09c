// Package check validates arguments before a request is made. Each function returns an error
// for a value that WeCom never accepts. Errors have WeCom's name of the field, and the
// limit. Combine several checks with cmp.Or, which returns the first error.
package check

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/gothird/wecom/internal/paging"
)

// Required returns an error for an empty value.
func Required(field, value string) error {
	if value == "" {
		return fmt.Errorf("wecom: %s is empty", field)
	}
	return nil
}

// Bytes returns an error for a text of more than limit bytes.
func Bytes(field, value string, limit int) error {
	if n := len(value); n > limit {
		return fmt.Errorf("wecom: %s has %d bytes: at most %d", field, n, limit)
	}
	return nil
}

// Items returns an error for a list of more than limit items.
func Items(field string, n, limit int) error {
	if n > limit {
		return fmt.Errorf("wecom: %s has %d items: at most %d", field, n, limit)
	}
	return nil
}

// Id returns an error for a text that is empty or longer than limit bytes.
func Id(field, value string, limit int) error {
	return cmp.Or(Required(field, value), Bytes(field, value, limit))
}

// Runes returns an error for a text of more than limit characters.
func Runes(field, value string, limit int) error {
	if n := utf8.RuneCountInString(value); n > limit {
		return fmt.Errorf("wecom: %s has %d characters: at most %d", field, n, limit)
	}
	return nil
}

// Plain returns an error for a text with other characters than a-zA-Z0-9 and those of others.
func Plain(field, value, others string) error {
	if strings.ContainsFunc(value, func(r rune) bool {
		return (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z') && !strings.ContainsRune(others, r)
	}) {
		return fmt.Errorf("wecom: %s %q has other characters than a-zA-Z0-9%s", field, value, others)
	}
	return nil
}

// Between returns an error for a number below low or above high.
func Between[N ~int | ~int64](field string, n, low, high N) error {
	if n < low || n > high {
		return fmt.Errorf("wecom: %s is %d: it must be %d to %d", field, n, low, high)
	}
	return nil
}

// Optional is [Between] for a number that may be absent.
func Optional[N ~int | ~int64](field string, n *N, low, high N) error {
	if n == nil {
		return nil
	}
	return Between(field, *n, low, high)
}

// NonNegative returns an error for a number below 0; ids may be 0.
func NonNegative(field string, n int64) error {
	if n < 0 {
		return fmt.Errorf("wecom: %s is %d: it must not be negative", field, n)
	}
	return nil
}

// Number parses an id that is sent as a number; "" is nil.
func Number(field, text string) (*int64, error) {
	if text == "" {
		return nil, nil
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return nil, fmt.Errorf("wecom: %s is %q: it must be a number, or empty", field, text)
	}
	return &n, nil
}

// Limit returns an error for a page size that WeCom does not accept; 0 is its default.
func Limit(limit, high int) error { return Between("limit", limit, 0, high) }

// Window returns an error for a time span with one end only, that ends before it begins, or
// that is longer than limit seconds; limit 0: any length.
func Window(start, end, limit int64) error {
	switch {
	case start == 0 && end == 0:
		return nil
	case start <= 0 || end <= 0:
		return fmt.Errorf("wecom: start_time is %d and end_time %d: both must be given, or neither", start, end)
	case end < start:
		return fmt.Errorf("wecom: end_time %d is before start_time %d", end, start)
	case limit > 0 && end-start > limit:
		return fmt.Errorf("wecom: start_time to end_time is %d seconds: at most %d", end-start, limit)
	}
	return nil
}

// At puts the place in a list before the error of an item.
func At(field string, i int, err error) error {
	return fmt.Errorf("wecom: %s[%d]: %s", field, i, strings.TrimPrefix(err.Error(), "wecom: "))
}

// Each returns an error for an empty list, for an item for which one returns an error, and
// for two items with the same key.
func Each[T any, K comparable](field string, items []T, one func(T) error, key func(T) K) error {
	if len(items) == 0 {
		return fmt.Errorf("wecom: %s is empty", field)
	}
	for i, item := range items {
		if err := one(item); err != nil {
			return At(field, i, err)
		}
	}
	if i, j, found := paging.Duplicate(items, key); found {
		return fmt.Errorf("wecom: %s[%d] and %s[%d] are the same: %v", field, i, field, j, key(items[i]))
	}
	return nil
}

// Ids returns an error for an empty list, an empty id in it, and more than limit ids; limit
// 0: any number.
func Ids(field string, list []string, limit int) error {
	if err := NoEmpty(field, list); err != nil {
		return err
	}
	if len(list) == 0 {
		return fmt.Errorf("wecom: %s is empty", field)
	}
	if limit == 0 {
		return nil
	}
	return Items(field, len(list), limit)
}

// NoEmpty returns an error for an empty id in a list, which may be empty itself.
func NoEmpty(field string, list []string) error {
	if i := slices.Index(list, ""); i >= 0 {
		return fmt.Errorf("wecom: %s[%d] is empty", field, i)
	}
	return nil
}

// Kind returns the JSON name of the one pointer in a struct that is set, "" if none is, and an
// error for several. Fields that are no pointers don't count.
func Kind(field string, content any) (kind string, err error) {
	kind, _, err = kinds(field, content)
	return kind, err
}

// OneKind is [Kind] with an error where none is set.
func OneKind(field string, content any) (string, error) {
	kind, all, err := kinds(field, content)
	if err == nil && kind == "" {
		err = fmt.Errorf("wecom: %s is empty: it takes one of %s", field, strings.Join(all, ", "))
	}
	return kind, err
}

// kinds returns the name of the one pointer that is set, and the names of all.
func kinds(field string, content any) (kind string, all []string, err error) {
	v := reflect.ValueOf(content)
	for i := range v.NumField() {
		if v.Field(i).Kind() != reflect.Pointer {
			continue
		}
		name, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ",")
		all = append(all, name)
		if v.Field(i).IsNil() {
			continue
		}
		if kind != "" {
			return "", nil, fmt.Errorf("wecom: %s has %s and %s: it takes one of them", field, kind, name)
		}
		kind = name
	}
	return kind, all, nil
}
