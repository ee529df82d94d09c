package token_test

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/jarcoal/httpmock"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/fakewecom/platform"
	"github.com/gothird/wecom/token"
)

// Only reads are repeated.
// G: request/retries request/writes-once
func TestRetries(t *testing.T) {
	t.Parallel()
	broken := httpmock.NewErrorResponder(errors.New("connection reset by peer"))
	for _, row := range []struct {
		name    string
		respond httpmock.Responder
		again   bool // a read is repeated
		unknown bool // a write is ErrOutcomeUnknown
	}{
		{"busy", httpmock.NewStringResponder(200, `{"errcode":-1}`), true, false},
		{"500", httpmock.NewStringResponder(500, "oops"), true, true},
		{"502", httpmock.NewStringResponder(502, "<html>"), true, true},
		{"connection error", broken, true, true},
		{"broken off", func(*http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: 200, Body: io.NopCloser(io.MultiReader(strings.NewReader("{"), errReader{}))}, nil
		}, true, true},
		{"not dialled", httpmock.NewErrorResponder(&net.OpError{Op: "dial", Err: errors.New("connection refused")}), true, false},
		{"not found by name", httpmock.NewErrorResponder(&net.DNSError{Err: "no such host", Name: "x"}), true, false},
		{"no proxy", httpmock.NewErrorResponder(&net.OpError{Op: "proxyconnect", Err: errors.New("connection refused")}), true, false},
		{"no trust", httpmock.NewErrorResponder(&tls.CertificateVerificationError{Err: errors.New("unknown authority")}), true, false},
		{"truncated", httpmock.NewStringResponder(200, `{"errcode":0,"x"`), false, true},
		{"html", httpmock.NewStringResponder(200, `<html>`), false, true},
		{"a proxy's no", httpmock.NewStringResponder(403, `<html>`), false, false},
		{"limit", httpmock.NewStringResponder(200, `{"errcode":45009}`), false, false},
		{"refusal", httpmock.NewStringResponder(200, `{"errcode":60020}`), false, false},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				api, mock := mocked(t, row.respond)
				begin := time.Now()
				require.Error(t, do(api, none))
				want, wait := 1, time.Duration(0)
				if row.again {
					want, wait = 3, 300*time.Millisecond
				}
				assert.Equal(t, want, mock.GetTotalCallCount())
				assert.GreaterOrEqual(t, time.Since(begin), wait)
				assert.Less(t, time.Since(begin), time.Second)

				mock.ZeroCallCounters()
				write := none
				write.Read = false
				err := do(api, write)
				var e *token.Error
				require.ErrorAs(t, err, &e)
				assert.Equal(t, 1, mock.GetTotalCallCount())
				assert.Equal(t, row.unknown, errors.Is(err, token.ErrOutcomeUnknown), "%v", err)
			})
		})
	}
}

type errReader struct{}

func (errReader) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

// A read that succeeds the second time is a success, and each attempt is reported.
// G: request/retries hook/told
func TestRetrySucceeds(t *testing.T) {
	t.Parallel()
	var infos []token.CallInfo
	w := newWorld(t, func(cfg *token.Config) {
		cfg.OnCall = func(_ context.Context, info token.CallInfo) {
			if info.Path == providerCall.Path {
				infos = append(infos, info)
			}
		}
	})
	w.Fault(platform.Fault{Path: providerCall.Path, HTTPStatus: 503, Count: 1})
	w.Fault(platform.Fault{Path: providerCall.Path, Skip: 0, ErrCode: -1, Count: 1})
	require.NoError(t, do(w.api, providerCall))
	require.Len(t, infos, 3)
	assert.Equal(t, []int{1, 2, 3}, []int{infos[0].Attempt, infos[1].Attempt, infos[2].Attempt})
	assert.Equal(t, 503, infos[0].HTTPStatus)
	require.Error(t, infos[0].Err)
	assert.Equal(t, -1, infos[1].ErrCode)
	assert.Equal(t, 200, infos[2].HTTPStatus)
	require.NoError(t, infos[2].Err)
	assert.Equal(t, "provider", infos[2].Credential)
	assert.Equal(t, corpId, infos[2].CorpId)
	assert.Positive(t, infos[2].Duration)
}

// The context bounds the pause between attempts too.
// G: token/context request/retries
func TestRetryEndsWithTheContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		api, mock := mocked(t, httpmock.NewStringResponder(503, ""))
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		defer cancel()
		begin := time.Now()
		err := do(api.WithContext(ctx), none)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		assert.Equal(t, 50*time.Millisecond, time.Since(begin))
		assert.Equal(t, 1, mock.GetTotalCallCount())
	})
}

// Reads are repeated after about 0.2 and 0.4 s, give or take a half, not all at once.
// G: request/retries
func TestRetriesAreSpread(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		api, _ := mocked(t, httpmock.NewStringResponder(502, "busy"))
		first, last := time.Hour, time.Duration(0)
		for range 200 {
			d := took(func() { _ = api.Do(none, nil, nil) })
			first, last = min(first, d), max(last, d)
		}
		assert.GreaterOrEqual(t, first, 300*time.Millisecond)
		assert.Less(t, last, 900*time.Millisecond)
		assert.Greater(t, last-first, 100*time.Millisecond)
	})
}

// nonce is a request that is signed anew for each attempt.
type nonce struct{ n *int }

func (n nonce) MarshalJSON() ([]byte, error) {
	*n.n++
	return fmt.Appendf(nil, `{"nonce":"%s"}`, strings.Repeat("n", *n.n)), nil
}

// Each attempt asks a json.Marshaler for its body, and the length fits; the answer of each
// goes into a fresh value.
// G: request/retries
func TestEachAttemptIsMadeAnew(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var bodies []string
		answers := []string{`{"errcode":-1,"stale":["x"],"names":["a","b"],"count":9}`, `{"errcode":42001,"stale":["y"]}`, `{"errcode":0,"names":["c"]}`}
		client := &http.Client{Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
			answer := `{"provider_access_token":"a-token-for-nonces","expires_in":7200}`
			if r.URL.Path != providerPath {
				body, _ := io.ReadAll(r.Body)
				assert.Len(t, body, int(r.ContentLength))
				answer = answers[min(len(bodies), len(answers)-1)]
				bodies = append(bodies, string(body))
			}
			return &http.Response{StatusCode: 200, Body: io.NopCloser(strings.NewReader(answer))}, nil
		})}
		api := newApi(t, token.Config{CorpId: providerId, ProviderSecret: providerSecret, HTTPClient: client})
		type out struct {
			Names []string `json:"names"`
			Stale []string `json:"stale"`
			Count int      `json:"count"`
		}
		ep := token.Endpoint{Path: "/x", Credential: token.Provider, Read: true}
		got, err := token.Call[out](api, ep, nonce{new(int)})
		require.NoError(t, err)
		assert.Equal(t, out{Names: []string{"c"}}, *got)
		assert.Equal(t, []string{`{"nonce":"n"}`, `{"nonce":"nn"}`, `{"nonce":"nnn"}`}, bodies)

		bodies, answers = nil, []string{`{"errcode":-1,"stale":["x"]}`, `<html>`}
		var last out
		require.Error(t, api.Do(ep, nil, &last))
		assert.Zero(t, last, "what came beside an earlier errcode is not the answer")
	})
}

// A read survives a connection that is reset under the token request.
// G: request/retries
func TestReadSurvivesAResetTokenRequest(t *testing.T) {
	t.Parallel()
	for _, ep := range []token.Endpoint{providerCall, suiteCall, corpCall, writeCall} {
		w := newWorld(t)
		for _, path := range []string{providerPath, suitePath, corpPath} {
			w.Fault(platform.Fault{Path: path, Cut: true, Count: 1})
		}
		require.NoError(t, do(w.api, ep))
	}
}

// A write whose connection is cut goes out once.
// G: request/writes-once
func TestCutWrite(t *testing.T) {
	t.Parallel()
	for _, after := range []bool{false, true} {
		w := newWorld(t)
		w.Fault(platform.Fault{Path: writeCall.Path, Cut: true, After: after})
		err := do(w.api, writeCall)
		require.ErrorIs(t, err, token.ErrOutcomeUnknown)
		assert.Equal(t, 1, w.Count(writeCall.Path))
	}
}

// A write that is cancelled on its way may have arrived.
// G: request/writes-once
func TestCancelledWrite(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newBubble(t)
		require.NoError(t, do(w.api, providerCall))
		w.Fault(platform.Fault{Path: writeCall.Path, Delay: time.Hour})
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		err := do(w.api.WithContext(ctx), writeCall)
		require.ErrorIs(t, err, token.ErrOutcomeUnknown)
		require.ErrorIs(t, err, context.DeadlineExceeded)
	})
}
