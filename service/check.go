package service

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/gothird/wecom/internal/check"
	"github.com/gothird/wecom/token"
)

// ids refuses an empty list, an empty id in it, and more than limit; limit 0 is none.
func ids(field string, list []string, limit int) error {
	if err := check.Ids(field, list); err != nil || limit == 0 {
		return err
	}
	return check.Items(field, len(list), limit)
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
