// Package check refuses arguments that WeCom can't accept whatever its state, before a
// request is made. Errors name the field as WeCom does, and the limit. The first of several
// checks that fails is found with cmp.Or.
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

// Required refuses an empty value.
func Required(field, value string) error {
	if value == "" {
		return fmt.Errorf("wecom: %s is empty", field)
	}
	return nil
}

// Bytes refuses a text of more than limit bytes.
func Bytes(field, value string, limit int) error {
	if n := len(value); n > limit {
		return fmt.Errorf("wecom: %s has %d bytes: at most %d", field, n, limit)
	}
	return nil
}

// Runes refuses a text of more than limit characters.
func Runes(field, value string, limit int) error {
	if n := utf8.RuneCountInString(value); n > limit {
		return fmt.Errorf("wecom: %s has %d characters: at most %d", field, n, limit)
	}
	return nil
}

// Items refuses a list of more than limit items.
func Items(field string, n, limit int) error {
	if n > limit {
		return fmt.Errorf("wecom: %s has %d items: at most %d", field, n, limit)
	}
	return nil
}

// Ids refuses an empty list, and one with an empty text in it.
func Ids(field string, list []string) error {
	if i := slices.Index(list, ""); i >= 0 {
		return fmt.Errorf("wecom: %s[%d] is empty", field, i)
	}
	if len(list) == 0 {
		return fmt.Errorf("wecom: %s is empty", field)
	}
	return nil
}

// Id refuses a text that is empty or longer than limit bytes.
func Id(field, value string, limit int) error {
	return cmp.Or(Required(field, value), Bytes(field, value, limit))
}

// Between refuses a number below low or above high.
func Between[N ~int | ~int64](field string, n, low, high N) error {
	if n < low || n > high {
		return fmt.Errorf("wecom: %s is %d: it must be %d to %d", field, n, low, high)
	}
	return nil
}

// NonNegative refuses a number below 0; ids may be 0.
func NonNegative(field string, n int64) error {
	if n < 0 {
		return fmt.Errorf("wecom: %s is %d: it must not be negative", field, n)
	}
	return nil
}

// Number reads an id that travels as a number; "" is none.
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

// Limit refuses a page size that WeCom does not serve; 0 asks for its default.
func Limit(limit, high int) error { return Between("limit", limit, 0, high) }

// Window refuses a time span of which only one end is given, that ends before it begins, or
// that is longer than limit seconds; limit 0 is none.
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

// Each refuses an empty list, an item that one refuses, and two items with the same key.
func Each[T any, K comparable](field string, items []T, one func(T) error, key func(T) K) error {
	if len(items) == 0 {
		return fmt.Errorf("wecom: %s is empty", field)
	}
	for i, item := range items {
		if err := one(item); err != nil {
			return fmt.Errorf("wecom: %s[%d]: %w", field, i, err)
		}
	}
	if i, j, found := paging.Duplicate(items, key); found {
		return fmt.Errorf("wecom: %s[%d] and %s[%d] are the same: %v", field, i, field, j, key(items[i]))
	}
	return nil
}

// Kind is the JSON name of the one pointer in a struct that is set, "" if none is. It
// refuses several. Fields that are no pointers don't count.
func Kind(field string, content any) (kind string, err error) {
	v := reflect.ValueOf(content)
	for i := range v.NumField() {
		if v.Field(i).Kind() != reflect.Pointer || v.Field(i).IsNil() {
			continue
		}
		name, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ",")
		if kind != "" {
			return "", fmt.Errorf("wecom: %s has %s and %s: it takes one of them", field, kind, name)
		}
		kind = name
	}
	return kind, nil
}
