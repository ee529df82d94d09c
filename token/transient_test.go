package token_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/gothird/wecom/token"
	"github.com/stretchr/testify/assert"
)

func TestIsTransient(t *testing.T) {
	t.Parallel()
	for _, err := range []error{
		&token.Error{}, &token.Error{HTTPStatus: 502}, &token.Error{HTTPStatus: 429}, &token.Error{HTTPStatus: 200},
		&token.Error{Code: -1}, &token.Error{Code: 45009}, &token.Error{Code: 45035}, fmt.Errorf("why: %w", &token.Error{Code: -1}),
	} {
		assert.True(t, token.IsTransient(err), "%#v", err)
	}
	for _, err := range []error{
		nil, errors.New("other"), (*token.Error)(nil), &token.Error{HTTPStatus: 403}, &token.Error{Code: 40058, HTTPStatus: 200},
		&token.Error{Err: context.Canceled}, token.ErrNotInstalled,
	} {
		assert.False(t, token.IsTransient(err), "%#v", err)
	}
}
