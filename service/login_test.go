package service

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/fakewecom/platform"
	"github.com/gothird/wecom/internal/testworld"
)

func TestLoginToTheProvidersSite(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.AuthCode(worldSuite, worldCorp)
	login, err := GetLoginInfo(w.api(t, worldSuite, nil), w.LoginCode(platform.Login{CorpId: worldCorp, UserId: testworld.Admin}))
	require.NoError(t, err)
	assert.Equal(t, testworld.Admin, login.UserInfo.UserId)
}
