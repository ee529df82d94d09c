package service

import (
	"fmt"
	"strings"

	"github.com/gothird/wecom/internal/check"
)

// plainState returns an error for a state that WeCom does not hand back: with other
// characters than a-zA-Z0-9, or longer than limit bytes.
func plainState(state string, limit int) error {
	if strings.ContainsFunc(state, func(r rune) bool {
		return (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z')
	}) {
		return fmt.Errorf("wecom: state %q has other characters than a-zA-Z0-9", state)
	}
	return check.Bytes("state", state, limit)
}
