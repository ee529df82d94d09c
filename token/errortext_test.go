package token

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// What an operator reads of a failed call.
// G: error/details
func TestErrorsAsRead(t *testing.T) {
	t.Parallel()
	cause := errors.New("the cause")
	for _, row := range []struct {
		err  Error
		want string
	}{
		{Error{Path: "/p"}, "wecom: /p"},
		{Error{Path: "/p", Credential: "none"}, "wecom: /p"},
		{Error{Path: "/p", Credential: "corp", SuiteId: "ws", CorpId: "wp"}, "wecom: /p (corp token, suite ws, corp wp)"},
		{Error{Path: "/p", CorpId: "wp", HTTPStatus: 200, Code: 1, Msg: "no"}, "wecom: /p (corp wp): errcode 1: no"},
		{Error{Path: "/p", SuiteId: "ws", Code: 701001}, "wecom: /p (suite ws): errcode 701001 (not a base account)"},
		{Error{Path: "/p", HTTPStatus: 502, Msg: "busy", Err: cause}, "wecom: /p: HTTP 502 Bad Gateway: busy: the cause"},
		{Error{Path: "/p", HTTPStatus: 1, Err: cause}, "wecom: /p: HTTP 1 : the cause"},
	} {
		assert.Equal(t, row.want, row.err.Error())
		assert.Equal(t, row.err.Err, errors.Unwrap(&row.err))
	}
	assert.Equal(t, "wecom: errcode 701001 (not a base account)", Code(701001).Error())
	assert.Equal(t, "wecom: errcode 40014", Code(40014).Error())
	assert.ErrorIs(t, &Error{Code: 1}, Code(1))
	assert.NotErrorIs(t, &Error{}, Code(0))
}

// G: batch/how-far
func TestPartialErrorsAsRead(t *testing.T) {
	t.Parallel()
	for unknown, want := range map[int]string{
		0: "wecom: the batch ended early: 7 items answered, the rest refused or not sent: the cause",
		1: "wecom: the batch ended early: 7 items answered, the next 1 sent without an answer, the rest refused or not sent: the cause",
	} {
		assert.Equal(t, want, (&PartialError{Done: 7, Unknown: unknown, Err: errors.New("the cause")}).Error())
	}
}

// Whether WeCom may have carried out a write, and whether a read may succeed a moment later.
// G: request/writes-once request/retries
func TestWhatAFailureMeans(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		err                   Error
		unanswered, transient bool
	}{
		{Error{}, true, true},
		{Error{HTTPStatus: 199}, true, false},
		{Error{HTTPStatus: 200}, true, false},
		{Error{HTTPStatus: 299}, true, false},
		{Error{HTTPStatus: 300}, false, false},
		{Error{HTTPStatus: 404}, false, false},
		{Error{HTTPStatus: 499}, false, false},
		{Error{HTTPStatus: 500}, true, true},
		{Error{HTTPStatus: 502, Code: 45009}, false, false},
		{Error{HTTPStatus: 200, Code: 1}, false, false},
		{Error{HTTPStatus: 200, Code: -1}, false, true},
		{Error{HTTPStatus: 200, Err: fmt.Errorf("x: %w", errBrokeOff)}, true, true},
		{Error{Err: context.Canceled}, true, false},
		{Error{Err: context.DeadlineExceeded}, true, true},
		{Error{Err: errUnsent}, true, false},
		{Error{Err: errLostContext}, true, false},
		{Error{HTTPStatus: 200, Err: errWriter}, true, false},
	} {
		assert.Equal(t, row.unanswered, row.err.unanswered(nil), "%+v", row.err)
		assert.Equal(t, row.transient, row.err.transient(), "%+v", row.err)
	}
}

// All that is wrong with a Config is said at once, with what is right.
// G: token/config
func TestConfigErrorsAsRead(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("s", 512)
	require.NoError(t, Config{CorpId: "ww", ProviderSecret: long, Timeout: 1}.check())
	_, err := New(Config{ProviderSecret: long + "s", SuiteId: "wx 1", BaseURL: "//host", Timeout: -1, Middleware: []func(http.RoundTripper) http.RoundTripper{nil}})
	require.EqualError(t, err, `wecom: token.New: field Config.CorpId is missing; it looks like "ww1a2b3c4d5e6f7089", the provider's own corp id
field Config.ProviderSecret is longer than 512 bytes; it looks like a long text of letters, digits, - and _, from 服务商信息 > 基本信息
field Config.SuiteId has a blank or an unprintable character in it; it looks like "ww…", "wx…" or "dk…", from the page of the app or template
field Config.SuiteSecret is missing; it looks like a long text of letters, digits, - and _, from the page of the app or template
field Config.BaseURL is no absolute http or https URL without user, query and fragment; it looks like "https://qyapi.weixin.qq.com"
field Config.Timeout is negative; it looks like 10 * time.Second, or 0 for just that
field Config.Middleware[0] is nil; it looks like func(next http.RoundTripper) http.RoundTripper { … }`)
	_, err = New(Config{})
	require.EqualError(t, err, "wecom: token.New: no credentials: set Config.CorpId and ProviderSecret, Config.SuiteId and SuiteSecret, or both pairs")
	for _, url := range []string{"http://host", "https://host:8080/path/", "HTTPS://host"} {
		require.NoError(t, Config{CorpId: "ww", BaseURL: url}.check(), url)
	}
	for _, url := range []string{"https://", "https:///path", "host", "x"} {
		require.ErrorContains(t, Config{CorpId: "ww", BaseURL: url}.check(), "Config.BaseURL", url)
	}
}
