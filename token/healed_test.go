package token_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/fakewecom/platform"
	"github.com/gothird/wecom/token"
)

// WeCom ends one token after the other, and each time the same endpoint meets it first. It
// has accepted each replacement, so it gets the next one too, wherever that was used last.
// G: token/rejected
func TestAPlaceThatAcceptsAReplacementGetsTheNextOne(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		fault platform.Fault                   // once, after a token has ended
		meets func(t *testing.T, w *world)     // the endpoint uses the replacement
		fine  func(t assert.TestingT, e error) // what the call says that meets the end
	}{
		"at once": {platform.Fault{}, nil, func(t assert.TestingT, err error) { assert.NoError(t, err) }},
		"and refuses for another reason": {platform.Fault{Path: writeCall.Path, Skip: 1, Count: 1, ErrCode: 701083}, nil,
			func(t assert.TestingT, err error) { assert.ErrorIs(t, err, token.Code(701083)) }},
		"later, for at first there is none": {platform.Fault{Path: providerPath, Count: 3, ErrCode: -1},
			func(t *testing.T, w *world) { require.NoError(t, do(w.api, writeCall)) },
			func(t assert.TestingT, err error) { assert.ErrorIs(t, err, token.Code(-1)) }},
		"never, for there is none": {platform.Fault{Path: providerPath, Count: 3, ErrCode: -1}, nil,
			func(t assert.TestingT, err error) { assert.ErrorIs(t, err, token.Code(-1)) }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			require.NoError(t, do(w.api, writeCall))
			for range 3 {
				elsewhere(t, w)
				w.KillTokens("provider", 0)
				if c.fault.Path != "" {
					w.Fault(c.fault)
				}
				c.fine(t, do(w.api, writeCall))
				elsewhere(t, w)
				if c.meets != nil {
					c.meets(t, w)
				}
			}
		})
	}
}

// elsewhere uses the provider's token at other endpoints.
func elsewhere(t *testing.T, w *world) {
	t.Helper()
	for _, path := range []string{"/cgi-bin/license/list_order", "/cgi-bin/service/get_account_balance"} {
		ep := token.Endpoint{Method: "POST", Path: path, Credential: token.Provider, Read: true}
		if path == "/cgi-bin/service/get_account_balance" {
			ep.Method = "GET"
		}
		require.NoError(t, w.api.Do(ep, nil, nil))
	}
	require.NoError(t, do(w.api, providerCall))
}
