package token_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/fakewecom/platform"
	"github.com/gothird/wecom/internal/heap"
	"github.com/gothird/wecom/token"
)

// A busy proxy's answer uses no auth code up.
// G: install/answer
func TestAForeignAnswerUsesNoAuthCodeUp(t *testing.T) {
	t.Parallel()
	for _, body := range []string{`{"code":403,"message":"egress denied"}`, `{}`, `{"errcode":0,"errmsg":"ok"}`, `<html>busy</html>`} {
		w := newBubble(t)
		code := w.authCode(t)
		w.Fault(platform.Fault{Path: exchangePath, Body: body, Count: 1})
		_, err := exchange(w.api, code)
		require.ErrorAs(t, err, new(*token.Error), body)
		in, err := exchange(w.api, code)
		require.NoError(t, err, body)
		assert.Equal(t, corpId, in.CorpId)
	}
}

// What WeCom answers to an auth code lies in the Store, byte for byte, before anything else
// is written, and the installation is right whatever the rest looks like.
// G: install/answer
func TestAnOddAnswerToAnAuthCodeLosesNothing(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"control-character.json", "odd-fields.json"} {
		body, err := os.ReadFile(filepath.Join("testdata", "exchange", name))
		require.NoError(t, err)
		for _, body := range [][]byte{body, body[:len(body)-20], append([]byte("\xef\xbb\xbf"), body...)} {
			w := newBubble(t)
			var written []string
			inner := token.NewMemoryStore()
			store := &spyStore{Store: inner, failPut: func(key string) error {
				written = append(written, key)
				return nil
			}}
			api := w.process(t, store)
			w.ticket(api)
			require.NoError(t, do(api, suiteCall))
			written = nil
			w.Fault(platform.Fault{Path: exchangePath, Body: string(body), Count: 1})
			answer, first, err := api.Exchange(seen.secret("auth-code-of-an-odd-answer"), exchangeEp)
			require.NoError(t, err, name)
			assert.Equal(t, body, answer)
			assert.Equal(t, "token-of-the-odd-answer", seen.secret(first.AcsToken))
			require.Contains(t, written[0], "/exchange/", "before anything else")
			in, err := w.process(t, store).WithCorp("wpOddAnswer00000000000001").Installation()
			require.NoError(t, err)
			assert.Equal(t, seen.secret("permanent-code-of-the-odd-answer"), in.PermanentCode)
			assert.EqualValues(t, 1000001, in.AgentId)
			assert.Equal(t, 1, w.Count(exchangePath))
		}
	}
}

// Refused auth codes leave nothing behind, and cost no more when there were many.
// G: install/refused-code
func TestRefusedAuthCodesLeaveNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newBubble(t, func(cfg *token.Config) { cfg.Store = token.NewMemoryStore() })
		api, err := token.New(w.cfg) // the leak detector would keep all the texts
		require.NoError(t, err)
		w.ticket(api)
		remove := w.Fault(platform.Fault{Path: exchangePath, ErrCode: 40078})
		defer remove()
		refuse := func(n int) {
			for i := range n {
				_, _, err := api.Exchange("refused-code-"+strings.Repeat("x", i%50)+string(rune('a'+i%26)), exchangeEp)
				require.ErrorIs(t, err, token.Code(40078))
				if i%100 == 0 {
					w.ClearLog()
				}
			}
		}
		memory := func() int64 {
			w.ClearLog()
			return heap.Live()
		}
		refuse(1000)
		before := memory()
		refuse(10_000)
		assert.Less(t, memory()-before, int64(2<<20))
		assert.Zero(t, token.ExchangesKept(api))
	})
}
