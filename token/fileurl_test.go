package token_test

import (
	"errors"
	"fmt"
	"net/http"
	"testing"

	"github.com/jarcoal/httpmock"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/token"
)

// echoURL is a transport that answers, or fails, with the URL that was asked for.
type echoURL struct{ fails bool }

func (e echoURL) RoundTrip(r *http.Request) (*http.Response, error) {
	if e.fails {
		return nil, errors.New("no connection to " + r.URL.String())
	}
	return httpmock.NewStringResponse(403, fmt.Sprintf("denied: %s, of %s", r.URL, r.URL.Query().Get("sign"))), nil
}

// Whoever has the URL of a file has the file: no error shows what signs it.
// G: secret/texts
func TestSignaturesOfFilesAreNotShown(t *testing.T) {
	t.Parallel()
	const sign = "signature+of/a=file"
	for _, fails := range []bool{false, true} {
		api, err := token.New(token.Config{CorpId: providerId, ProviderSecret: providerSecret, HTTPClient: &http.Client{Transport: echoURL{fails}}})
		require.NoError(t, err)
		for _, u := range []string{
			"https://files.example/1?sign=signature%2Bof%2Fa%3Dfile&x=1", "https://files.example/%zz?sign=" + sign, "ftp://files.example/?sign=" + sign,
			"https://user:" + sign + "@files.example/", "https://files.example:port/?sign=" + sign, "https://files.example/\x7f?sign=" + sign,
		} {
			err := api.OpenURL(u, new(token.Download))
			require.Error(t, err, u)
			for _, text := range []string{err.Error(), fmt.Sprintf("%+v", err)} {
				assert.NotContains(t, text, "signature", u)
			}
		}
	}
}
