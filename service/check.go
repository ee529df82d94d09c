package service

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/gothird/wecom/internal/check"
	"github.com/gothird/wecom/token"
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

// requireField returns an error for an answer without its only value.
func requireField(ep token.Endpoint, field, value string) (string, error) {
	if value == "" {
		return "", missingField(ep, field)
	}
	return value, nil
}

// missingField is the error for an answer without its only field.
func missingField(ep token.Endpoint, field string) error {
	return &token.Error{Path: ep.Path, Credential: ep.Credential.String(), HTTPStatus: http.StatusOK,
		Msg: "the answer holds no " + field}
}
