package service

import (
	"cmp"

	"github.com/gothird/wecom/internal/check"
)

// plainState returns an error for a state that WeCom does not return: with characters other
// than a-zA-Z0-9, or longer than limit bytes.
func plainState(state string, limit int) error {
	return cmp.Or(check.Plain("state", state, ""), check.Bytes("state", state, limit))
}
