package token_test

import (
	"context"
	"fmt"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/jarcoal/httpmock"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/token"
)

// flaky is a WeCom that gives a token for one request in some, refuses the rest for the rate,
// and rejects every token at places under writeCall.
type flaky struct {
	every         int // the first of so many requests for a token gets one
	asked, bought int
	rejected      int
}

func (f *flaky) RoundTrip(r *http.Request) (*http.Response, error) {
	time.Sleep(10 * time.Millisecond) // on the bubble's clock
	answer := `{"errcode":0}`
	switch r.URL.Path {
	case providerPath:
		answer = `{"errcode":45009,"errmsg":"api freq out of limit"}`
		if f.asked++; f.asked%f.every == 1%f.every {
			f.bought++
			answer = fmt.Sprintf(`{"provider_access_token":"token-number-%d","expires_in":7200}`, f.bought)
		}
	case writeCall.Path:
		f.rejected++
		answer = `{"errcode":40014,"errmsg":"invalid access_token"}`
	}
	return httpmock.NewStringResponse(200, answer), nil
}

// A place that rejects every token is not helped by a token endpoint that fails now and then:
// it costs no token for each call, and those who call elsewhere keep theirs.
// G: token/breaker
func TestABadPlaceBesideAFailingTokenEndpoint(t *testing.T) {
	t.Parallel()
	const hours, steps = 1, 6 // after 1, 2, 4 … 32 minutes
	for _, every := range []int{1, 2, 3, 4} {
		for _, patience := range []time.Duration{time.Hour, 15 * time.Millisecond} {
			for _, places := range []int{1, 5} {
				t.Run(fmt.Sprintf("one of %d, patience %v, %d places", every, patience, places), func(t *testing.T) {
					t.Parallel()
					synctest.Test(t, func(t *testing.T) {
						w := &flaky{every: every}
						api, err := token.New(token.Config{CorpId: providerId, ProviderSecret: providerSecret, HTTPClient: &http.Client{Transport: w}})
						require.NoError(t, err)
						failed := 0
						for i := range hours * 3600 / 2 {
							ctx, cancel := context.WithTimeout(t.Context(), patience)
							corp := fmt.Sprint("wpCorp", i%places)
							require.Error(t, do(api.WithContext(ctx).WithCorp(corp), writeCall))
							cancel()
							time.Sleep(time.Second)
							if do(api, providerCall) != nil {
								failed++
							}
							time.Sleep(time.Second)
						}
						assert.LessOrEqual(t, w.bought, hours/2+1+places*(steps+4), "tokens, of %d requests", w.asked)
						assert.LessOrEqual(t, failed, places*(steps+4)*every*12, "healthy calls fail")
					})
				})
			}
		}
	}
}
