package access_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/access"
)

const secret = "T0KEN/+=secret"

var kinds = map[string]access.Token{
	`{"provider_access_token":"T0KEN/+=secret","expires_in":7200}`: access.ProviderAccessToken{AcsToken: secret, ExpiresIn: 7200},
	`{"suite_access_token":"T0KEN/+=secret","expires_in":7200}`:    access.SuiteAccessToken{AcsToken: secret, ExpiresIn: 7200},
	`{"access_token":"T0KEN/+=secret","expires_in":7200}`:          access.CorpAccessToken{AcsToken: secret, ExpiresIn: 7200},
}

func TestWireNames(t *testing.T) {
	t.Parallel()
	for want, tok := range kinds {
		got, err := json.Marshal(tok)
		require.NoError(t, err)
		assert.Equal(t, want, string(got))
		assert.Equal(t, access.Value{AcsToken: secret, ExpiresIn: 7200}, tok.GetAccessToken())
	}
	permanent := access.PermanentAccessToken{AcsToken: secret, ExpiresIn: 7200}
	got, err := json.Marshal(permanent)
	require.NoError(t, err)
	assert.JSONEq(t, `{"access_token":"T0KEN/+=secret","expires_in":7200}`, string(got))
	assert.Equal(t, access.Value{AcsToken: secret, ExpiresIn: 7200}, permanent.GetAccessToken())
}

// G: secret/printed
func TestNothingPrintsTheToken(t *testing.T) {
	t.Parallel()
	values := []any{access.Value{AcsToken: secret, ExpiresIn: 7200}, &access.Value{AcsToken: secret}, access.PermanentAccessToken{AcsToken: secret}}
	for _, tok := range kinds {
		values = append(values, tok, []access.Token{tok}, struct{ T access.Token }{tok})
	}
	for _, v := range values {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d", "%T"} {
			text := fmt.Sprintf(verb, v)
			assert.NotContains(t, text, secret, verb)
			assert.NotContains(t, text, fmt.Sprintf("%x", secret), verb)
		}
		var log bytes.Buffer
		slog.New(slog.NewTextHandler(&log, nil)).Info("x", "v", v)
		assert.NotContains(t, log.String(), secret)
	}
	assert.Equal(t, "{AcsToken:*** ExpiresIn:7200}", fmt.Sprint(access.Value{AcsToken: secret, ExpiresIn: 7200}.String()))
	assert.Equal(t, "{AcsToken: ExpiresIn:0}", access.Value{}.String())
	assert.Contains(t, access.Value{AcsToken: secret}.GoString(), "access.Value")
}
