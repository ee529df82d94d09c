package callback

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// G: receive/pairs
func TestKeyRotation(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.handler("/app", s.api, URL{Token: ownToken, EncodingAESKey: ownKey, Pairs: []Pair{{ownToken, siteKey}, {siteToken, siteKey}}})
	doc := infoDoc(siteSuite, "change_auth")
	for _, p := range []Pair{{ownToken, ownKey}, {ownToken, siteKey}, {siteToken, siteKey}} {
		res := s.send(request{payload: doc, receiveId: siteSuite, token: p.Token, key: p.EncodingAESKey})
		assert.Equal(t, http.StatusOK, res.StatusCode)
	}
	res := s.send(request{payload: doc, receiveId: siteSuite, token: siteToken, key: ownKey})
	assert.Equal(t, http.StatusForbidden, res.StatusCode)
	assert.ErrorIs(t, s.lastErr(), ErrDecrypt, "the Token is known, the key is not its own")
}

// corpPairs are the pairs that corps have entered.
type corpPairs struct {
	asked    atomic.Int32
	entering atomic.Bool // the pair is known for a URL check, too
}

func (c *corpPairs) pairOf(_ context.Context, corpId string) ([]Pair, error) {
	c.asked.Add(1)
	switch corpId {
	case siteCorp:
		return []Pair{{siteToken, ownKey}, {ownToken, ownKey}}, nil
	case siteOther:
		return []Pair{{"bad token!", ownKey}}, nil
	case "wpDown":
		return nil, errors.New("database is down")
	case "wpSame": // must not decide over the status
		return nil, ErrSignature
	case "wpPanic":
		panic("secret")
	case "":
		if c.entering.Load() {
			return []Pair{{ownToken, ownKey}}, nil
		}
	}
	return nil, nil
}

// A corp's own pair is good for pushes to that corp, and for nothing else.
// G: receive/pairs
func TestPairOf(t *testing.T) {
	inBubble(t, func(t *testing.T, s *site) {
		var corps corpPairs
		u := s.appURL()
		u.PairOf = corps.pairOf
		s.handler("/app", s.template(), u)
		push := func(envelope, receiveId string, p Pair) int {
			corps.asked.Store(0)
			return s.send(request{payload: textDoc(receiveId, "x", 1), receiveId: receiveId, token: p.Token, key: p.EncodingAESKey,
				spoil: func(_ url.Values, b *string) {
					*b = strings.Replace(*b, "<![CDATA["+receiveId+"]]>", " <![CDATA["+envelope+"]]>\n", 1)
				}}).StatusCode
		}
		own, general := Pair{ownToken, ownKey}, Pair{siteToken, siteKey}
		assert.Equal(t, 200, push(siteCorp, siteCorp, general))
		assert.Zero(t, corps.asked.Load(), "the URL's own pair fits")
		assert.Equal(t, 200, push(siteCorp, siteCorp, own))
		assert.EqualValues(t, 1, corps.asked.Load())
		assert.Equal(t, 200, push(siteCorp, siteCorp, Pair{siteToken, ownKey}), "a Token of the URL with a key of the corp")
		assert.Empty(t, s.takeErrs(0))

		for _, other := range []string{siteOther, siteTemplate} {
			assert.Equal(t, 403, push(siteCorp, other, own), other)
			assert.ErrorIs(t, s.lastErr(), ErrReceiveId, "%s: the pair is another corp's", other)
		}
		assert.Equal(t, 403, push("wpUnknown", siteCorp, own))
		assert.ErrorIs(t, s.lastErr(), ErrSignature)
		for _, none := range []string{"", "wp x", "../wp", "dktemplate", strings.Repeat("w", 65)} {
			assert.Equal(t, 403, push(none, siteCorp, own), none)
			assert.Zero(t, corps.asked.Load(), "%q is no corp id", none)
			assert.ErrorIs(t, s.lastErr(), ErrSignature)
		}
		for corpId, says := range map[string]string{siteOther: "Token is", "wpDown": "database is down", "wpSame": "", "wpPanic": "panicked"} {
			assert.Equal(t, 503, push(corpId, corpId, own), corpId)
			err := s.lastErr()
			assert.ErrorContains(t, err, says)
			assert.ErrorContains(t, err, `PairOf("`+corpId+`")`)
			assert.NotContains(t, err.Error(), "bad token!")
			assert.NotContains(t, err.Error(), "secret")
		}
		res := s.send(request{method: "GET", payload: "42", receiveId: siteTemplate, token: ownToken, key: ownKey})
		assert.Equal(t, 403, res.StatusCode, "a URL check names no corp")
		corps.entering.Store(true)
		res = s.send(request{method: "GET", payload: "42", receiveId: siteTemplate, token: ownToken, key: ownKey})
		assert.Equal(t, 200, res.StatusCode, "PairOf returns what is being entered")
		u.Token, u.EncodingAESKey = "", ""
		s.handler("/app", s.template(), u)
		assert.Equal(t, 200, push(siteCorp, siteCorp, own), "a URL without a pair of its own")
		assert.Equal(t, 403, push(siteCorp, siteCorp, general))

		// The form of the envelope makes no difference.
		res = s.send(request{payload: textDoc(siteCorp, "x", 1), receiveId: siteCorp, token: ownToken, key: ownKey,
			spoil: func(_ url.Values, b *string) {
				encrypt, err := parseEnvelope([]byte(*b))
				require.NoError(t, err)
				*b = `{"tousername":"` + siteCorp + `","encrypt":"` + encrypt + `","agentid":1}`
			}})
		assert.Equal(t, 200, res.StatusCode)
	})
}
