package access_test

import (
	"testing"

	"github.com/gothird/wecom/internal/spectest"
)

// G: endpoint/names
func TestTagsAreTheFieldsNames(t *testing.T) {
	t.Parallel()
	const one = "access tokens of all kinds have one Go name"
	spectest.WireNames(t, ".", spectest.Why{
		"ProviderAccessToken.AcsToken=provider_access_token": one, "SuiteAccessToken.AcsToken=suite_access_token": one,
		"CorpAccessToken.AcsToken=access_token": one, "PermanentAccessToken.AcsToken=access_token": one,
	})
}
