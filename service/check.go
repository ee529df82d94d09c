package service

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/gothird/wecom/internal/check"
	"github.com/gothird/wecom/token"
)

// ids refuses an empty list, an empty id in it, and more than limit; limit 0 is none.
func ids(field string, list []string, limit int) error {
	if i := slices.Index(list, ""); i >= 0 {
		return fmt.Errorf("wecom: %s[%d] is empty", field, i)
	}
	switch {
	case len(list) == 0:
		return fmt.Errorf("wecom: %s is empty", field)
	case limit != 0 && len(list) > limit:
		return fmt.Errorf("wecom: %s has %d items: at most %d", field, len(list), limit)
	}
	return nil
}

func maxRunes(field, value string, limit int) error {
	if n := utf8.RuneCountInString(value); n > limit {
		return fmt.Errorf("wecom: %s has %d characters: at most %d", field, n, limit)
	}
	return nil
}

// plainState refuses what WeCom does not hand back: all but a-zA-Z0-9, and more than limit
// bytes.
func plainState(state string, limit int) error {
	if strings.ContainsFunc(state, func(r rune) bool {
		return (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z')
	}) {
		return fmt.Errorf("wecom: state %q has other characters than a-zA-Z0-9", state)
	}
	return check.Bytes("state", state, limit)
}

// requireField refuses an answer that lacks the one value that it is for.
func requireField(ep token.Endpoint, field, value string) (string, error) {
	if value == "" {
		return "", missingField(ep, field)
	}
	return value, nil
}

// missingField is the error of an answer without the field that it is for.
func missingField(ep token.Endpoint, field string) error {
	return &token.Error{Path: ep.Path, Credential: ep.Credential.String(), HTTPStatus: http.StatusOK,
		Msg: "the answer holds no " + field}
}
