package service

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/data"
	"github.com/gothird/wecom/internal/fakewecom/platform"
	"github.com/gothird/wecom/internal/testworld"
	"github.com/gothird/wecom/token"
)

func TestLogin(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	api := w.api(t, worldSuite, nil)
	_, err := GetPermanentCode(api.Suite(), data.D{"auth_code": w.AuthCode(worldSuite, worldCorp)})
	require.NoError(t, err)
	code := w.LoginCode(platform.Login{SuiteId: worldSuite, CorpId: worldCorp, UserId: "woMember0", Private: true})
	who, err := GetuserInfo3rd(api, code)
	require.NoError(t, err)
	assert.Equal(t, []string{worldCorp, "woMember0"}, []string{who.CorpId, who.Userid})
	detail, err := GetUserDetail3rd(api, who.UserTicket)
	require.NoError(t, err)
	assert.Equal(t, "woMember0", detail.Userid)
	_, err = GetuserInfo3rd(api, code)
	assert.ErrorIs(t, err, token.Code(42022), "a code works once")

	login, err := GetLoginInfo(api, w.LoginCode(platform.Login{CorpId: worldCorp, UserId: testworld.Admin}))
	require.NoError(t, err)
	assert.Equal(t, testworld.Admin, login.UserInfo.UserId)
}
