package wecomtest_test

import (
	"errors"

	"github.com/stretchr/testify/assert"

	"github.com/gothird/wecom/service"
	"github.com/gothird/wecom/token"
)

const (
	authInfoPath = "/cgi-bin/service/get_auth_info"
	preAuthPath  = "/cgi-bin/service/get_pre_auth_code"
	balancePath  = "/cgi-bin/service/get_account_balance"
)

// call is a read with one of the tokens, for a corp that may have cancelled.
func (k *walker) call() {
	c, suite := pickOf(k.rnd, k.corps), k.rnd.IntN(walkSuites)
	switch k.rnd.IntN(6) {
	case 0:
		k.authInfo(c, suite)
		k.formerCode(c, suite)
	case 1:
		k.preAuth(suite)
	case 2:
		k.balance()
	default:
		k.admins(c, suite)
	}
}

// admins asks with the token of the corp.
func (k *walker) admins(c *walkCorp, suite int) {
	k.note("administrators of %s at %d, state %d", c.id, suite, c.apps[suite].state)
	can, api := k.corpToken(suite, c), k.api(suite, c)
	var f *walkTrouble
	if c.apps[suite].state == walkInstalled && can == yes {
		renewable := suite == walkTemplate || k.suiteToken(suite) == yes
		f = k.trouble(api, adminList, tokenOf(k.suiteId(suite), c.id), renewable, true)
	}
	list, err := service.GetAgentAdminList(api)
	if k.corpCall(c, suite, can, err) {
		k.readEnds(f, err)
	}
	if err == nil {
		var ids []string
		for _, a := range list.Admins {
			ids = append(ids, a.UserId)
		}
		assert.ElementsMatch(k, c.admins(), ids)
	}
}

// corpCall checks the error of a call with the token of a corp, as far as the installation
// makes it; true: there should be no error.
func (k *walker) corpCall(c *walkCorp, suite int, can maybe, err error) bool {
	k.Helper()
	switch state := c.apps[suite].state; {
	case state == walkAbsent:
		assert.ErrorIs(k, err, token.ErrNotInstalled)
		return false
	case state == walkLost && can != yes:
		k.suspects[k.placeOf(suite, c.id)] = true // it may have been the ticket
		assert.Error(k, err)
		return false
	case can == no:
		k.stale(suite, c.id, err)
		return false
	case k.held(suite, c.id, err):
		return false
	case state == walkLost:
		k.happened.add("call of a lost corp")
		assert.True(k, token.IsLost(err), "%v", err)
		return false
	}
	return can == yes || err == nil
}

// authInfo asks with the suite token and the permanent code.
func (k *walker) authInfo(c *walkCorp, suite int) {
	k.note("authorisation of %s at %d, state %d", c.id, suite, c.apps[suite].state)
	can, state, api := k.suiteToken(suite), c.apps[suite].state, k.api(suite, c)
	var f *walkTrouble
	if state == walkInstalled && can == yes {
		f = k.trouble(api, authInfoPath, k.suiteId(suite), k.fresh(suite) == yes, true)
	}
	info, err := service.GetAuthInfo(api, "", "")
	switch {
	case state == walkAbsent:
		assert.ErrorIs(k, err, token.ErrNotInstalled)
	case can == no:
		k.stale(suite, authInfoPath+c.id, err)
	case can == either, k.held(suite, authInfoPath+c.id, err):
	case state == walkLost:
		assert.ErrorIs(k, err, token.Code(40084))
	default:
		k.readEnds(f, err)
	}
	if err == nil {
		assert.Equal(k, c.id, info.AuthCorpInfo.CorpId)
		assert.Equal(k, "Name of "+c.id, info.AuthCorpInfo.CorpName)
	}
}

// formerCode asks with a permanent code that the corp has ended, by cancelling or 重新获取.
func (k *walker) formerCode(c *walkCorp, suite int) {
	code := c.apps[suite].former
	if code == "" || k.suiteToken(suite) != yes {
		return
	}
	_, err := service.GetAuthInfo(k.api(suite, c), c.id, code)
	if !k.held(suite, authInfoPath+c.id, err) {
		assert.ErrorIs(k, err, token.Code(40084))
		k.happened.add("former permanent code")
	}
}

// preAuth asks with the suite token.
func (k *walker) preAuth(suite int) {
	can, api := k.suiteToken(suite), k.api(suite, &walkCorp{})
	k.note("a pre-auth code of %d: %v", suite, can)
	var f *walkTrouble
	if can == yes {
		f = k.trouble(api, preAuthPath, k.suiteId(suite), k.fresh(suite) == yes, true)
	}
	_, err := service.GetPreAuthCode(api)
	switch {
	case can == no:
		k.stale(suite, preAuthPath, err)
	case can == yes && !k.held(suite, preAuthPath, err):
		k.readEnds(f, err)
	}
}

// balance asks with the provider's token.
func (k *walker) balance() {
	api := k.app.api(k.rnd.IntN(2), 0)
	f := k.trouble(api, balancePath, providerToken, true, true)
	fen, err := licBalance(api)
	k.readEnds(f, err)
	if err == nil {
		assert.Equal(k, walkBalance-k.spent, fen)
	}
}

// codeOf is the errcode in an error; 0: there is none.
func codeOf(err error) int {
	var e *token.Error
	if errors.As(err, &e) {
		return e.Code
	}
	return 0
}
