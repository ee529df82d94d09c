package token_test

import (
	"errors"
	"testing"

	"github.com/gothird/wecom/internal/spectest"
	"github.com/gothird/wecom/internal/testworld"
	"github.com/gothird/wecom/token"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// G: endpoint/missing
func TestAnAnswerMustHoldWhatTheCallIsAbout(t *testing.T) {
	t.Parallel()
	for answer, holds := range map[string]bool{
		`{"jobid":"j"}`:           true,
		`{"jobid":0}`:             true,
		`{"jobid":false}`:         true,
		`{"jobid":[0]}`:           true,
		`{"jobid":null}`:          false,
		`{"jobid":""}`:            false,
		`{"jobid":" "}`:           false,
		`{"jobid":{ }}`:           false,
		`{"jobid":[]}`:            false,
		`{"x":{"jobid":"j"}}`:     false,
		`{"order":{"id":"o"}}`:    true,
		`{"order":{"id":""}}`:     false,
		`{"order":[{"id":"o"}]}`:  false,
		`{"JobId":"j"}`:           true,
		`{"Order":{"ID":"o"}}`:    true,
		`{"JobId":""}`:            false,
		`{"order":{"other":"o"}}`: false,
		`{}`:                      false,
	} {
		api := testworld.Api(t.Context(), spectest.Canned(func(string, []byte) string { return answer }))
		for _, read := range []bool{true, false} {
			ep := token.Endpoint{Path: "/cgi-bin/x", Credential: token.None, Read: read}.Needing("jobid", "order.id")
			out := map[string]any{}
			err := api.Do(ep, nil, &out)
			if holds {
				require.NoError(t, err, answer)
				continue
			}
			var failed *token.Error
			require.ErrorAs(t, err, &failed, answer)
			assert.ErrorContains(t, err, "the answer holds no jobid")
			assert.Equal(t, 200, failed.HTTPStatus)
			assert.Empty(t, out, "what came with an error is no result")
			assert.Equal(t, !read, errors.Is(err, token.ErrOutcomeUnknown), answer)
		}
	}
}

// A refusal is told as it is, and a broken answer as broken.
func TestOtherFailuresOfACallThatNeedsAValue(t *testing.T) {
	t.Parallel()
	ep := token.Endpoint{Path: "/cgi-bin/x", Credential: token.None}.Needing("jobid")
	api := testworld.Api(t.Context(), spectest.Canned(func(string, []byte) string { return `{"errcode":40058}` }))
	assert.ErrorIs(t, api.Do(ep, nil, nil), token.Code(40058))
	api = testworld.Api(t.Context(), spectest.Canned(func(string, []byte) string { return `{"errcode":0,"jobid":` }))
	err := api.Do(ep, nil, nil)
	require.Error(t, err)
	assert.NotContains(t, err.Error(), "holds no")
}
