package service

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/gothird/wecom/token"
)

// A visitor may have one id alone, for example somebody who belongs to no corp; an answer
// without any tells nothing.
// G: endpoint/missing
func TestOneIdOfAVisitorIsEnough(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		ask func(api *token.Api) error
		ids []string
	}{
		"GetUserInfo":          {func(api *token.Api) error { return only(GetUserInfo(api, "c")) }, []string{"userid", "openid", "external_userid"}},
		"GetuserInfo3rd":       {func(api *token.Api) error { return only(GetuserInfo3rd(api, "c")) }, []string{"userid", "open_userid", "openid", "external_userid"}},
		"GetUserInfo3rdLegacy": {func(api *token.Api) error { return only(GetUserInfo3rdLegacy(api, "c")) }, []string{"UserId", "OpenId", "open_userid", "external_userid"}},
	} {
		for _, id := range c.ids {
			_, api := newScript(t, `{"errcode":0,"`+id+`":"x"}`)
			assert.NoError(t, c.ask(api), "%s with %s", name, id)
		}
		_, api := newScript(t, `{"errcode":0,"DeviceId":"x"}`)
		assert.Error(t, c.ask(api), name)
	}
}
