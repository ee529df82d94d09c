package wecomtest_test

import (
	"slices"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/service"
	"github.com/gothird/wecom/token"
	"github.com/gothird/wecom/wecomtest"
)

// suiteId is the id of a suite.
func (k *walker) suiteId(i int) string { return k.w.ConfigOf(i).SuiteId }

// api is one of the processes, for a corp that has a suite or not.
func (k *walker) api(suite int, c *walkCorp) *token.Api {
	k.proc = k.rnd.IntN(len(k.app.procs))
	return k.app.api(k.proc, suite).WithCorp(c.id)
}

// some picks a corp and a suite in one of the states; nil if there is none.
func (k *walker) some(states ...int) (*walkCorp, int) {
	type place struct {
		c     *walkCorp
		suite int
	}
	var places []place
	for _, c := range k.corps {
		for i, in := range c.apps {
			if slices.Contains(states, in.state) {
				places = append(places, place{c, i})
			}
		}
	}
	if len(places) == 0 {
		return nil, 0
	}
	p := pickOf(k.rnd, places)
	return p.c, p.suite
}

// asked is the corp as a test gives it to Install.
func (k *walker) asked(c *walkCorp, suite int) wecomtest.Corp {
	corp := wecomtest.Corp{Id: c.id, Name: "Name of " + c.id, App: k.w.Suite(suite)}
	if !c.known {
		corp.Members = c.members
	}
	return corp
}

// entered is a corp that has authorised a suite, by way of a push or of the redirect.
func (k *walker) entered(c *walkCorp, suite int, handle *wecomtest.Corp) {
	c.known = true
	c.apps[suite].state, c.apps[suite].handle = walkInstalled, handle
	if c.apps[suite].first.IsZero() {
		c.apps[suite].first = k.now()
	}
	k.told["create_auth "+k.suiteId(suite)+" "+c.id]++
	if suite == walkTemplate {
		k.wire.drop(tokenOf(k.suiteId(suite), c.id)) // an auth code of a template brings no token
	}
}

// install is an administrator who installs, for the first time or anew.
func (k *walker) install() {
	c, suite := pickOf(k.rnd, k.corps), k.rnd.IntN(walkSuites)
	k.note("%s installs %d, state %d", c.id, suite, c.apps[suite].state)
	k.hearTicket(suite)
	if !k.tickets[suite].first {
		k.ticketCame(suite, true)
	}
	k.wire.end(tokenOf(k.suiteId(suite), c.id)) // to install again costs one
	k.happened.add([]string{"install", "install anew", "install after a loss"}[c.apps[suite].state])
	k.entered(c, suite, k.w.Install(k.asked(c, suite)))
}

// follow is an administrator who comes by the provider's own site: the code comes with the
// redirect alone, and is brought twice.
func (k *walker) follow() {
	c, suite := pickOf(k.rnd, k.corps), k.rnd.IntN(walkTemplate)
	k.note("%s follows a link to %d, state %d", c.id, suite, c.apps[suite].state)
	k.hearTicket(suite)
	api := k.app.api(k.rnd.IntN(2), suite)
	pre, err := service.GetPreAuthCode(api)
	require.NoError(k, err)
	link, err := service.InstallUrl(service.InstallLink{SuiteId: api.SuiteId(), PreAuthCode: pre.PreAuthCode, RedirectUri: "https://app.example/done", State: "s"})
	require.NoError(k, err)
	handle, redirect := k.w.Follow(link, k.asked(c, suite))
	authCode := redirect.Query().Get("auth_code")
	k.wire.end(tokenOf(k.suiteId(suite), c.id))
	before := k.wire.exchanged()
	one, err := k.app.inbox.Install(k.app.api(0, suite), authCode, "s")
	require.NoError(k, err)
	k.entered(c, suite, handle)
	other, err := service.ExchangeAuthCode(k.app.api(1, suite), authCode)
	require.NoError(k, err)
	assert.Equal(k, one.PermanentCode, other.PermanentCode)
	assert.Equal(k, c.id, one.AuthCorpInfo.CorpId)
	assert.Equal(k, before+1, k.wire.exchanged(), "exchanged once")
	k.happened.add("follow a link")
}

// cancel is an administrator who removes an app; one in three times the app does not hear
// of it.
func (k *walker) cancel() {
	c, suite := k.some(walkInstalled)
	if c == nil {
		return
	}
	k.hearTicket(suite)
	deaf := k.one(3)
	k.note("%s cancels %d, unheard: %v", c.id, suite, deaf)
	before, err := k.api(suite, c).Installation()
	require.NoError(k, err)
	c.apps[suite].former = before.PermanentCode
	k.app.down.Store(deaf)
	c.apps[suite].handle.Cancel()
	k.app.down.Store(false)
	k.wire.drop(tokenOf(k.suiteId(suite), c.id))
	if c.apps[suite].state = walkLost; deaf {
		k.lost++
		k.happened.add("cancel unheard")
		return
	}
	c.apps[suite].state = walkAbsent
	k.told["cancel_auth "+k.suiteId(suite)+" "+c.id+" removed "+c.id]++
	k.happened.add("cancel")
}

// sweep asks WeCom whether a corp is still there.
func (k *walker) sweep() {
	c, suite := k.some(walkInstalled, walkLost)
	if c == nil {
		return
	}
	k.note("is %s still at %d? state %d", c.id, suite, c.apps[suite].state)
	k.hearTicket(suite)
	k.wire.ask(tokenOf(k.suiteId(suite), c.id))
	removed, err := k.api(suite, c).RemoveIfLost(time.Time{})
	require.NoError(k, err)
	if c.apps[suite].state == walkInstalled {
		assert.Nil(k, removed)
		return
	}
	if assert.NotNil(k, removed) {
		assert.Equal(k, c.id, removed.CorpId)
	}
	c.apps[suite].state = walkAbsent
	k.happened.add("removed a lost corp")
}

// reset is 重新获取 of a customised app.
func (k *walker) reset() {
	c := pickOf(k.rnd, k.corps)
	if c.apps[walkTemplate].state != walkInstalled {
		return
	}
	k.note("%s gets another permanent code", c.id)
	k.hearTicket(walkTemplate)
	api := k.api(walkTemplate, c)
	before, err := api.Installation()
	require.NoError(k, err)
	k.wire.end(tokenOf(k.suiteId(walkTemplate), c.id)) // which of the codes is good is asked with one
	c.apps[walkTemplate].handle.ResetCode()
	k.told["reset_permanent_code "+k.suiteId(walkTemplate)+" "+c.id]++
	k.wire.drop(tokenOf(k.suiteId(walkTemplate), c.id))
	after, err := api.Installation()
	require.NoError(k, err)
	assert.NotEqual(k, before.PermanentCode, after.PermanentCode)
	c.apps[walkTemplate].former = before.PermanentCode
	k.happened.add("reset")
}

// changeAuth is an administrator who changes what the app may do.
func (k *walker) changeAuth() {
	if c, suite := k.some(walkInstalled); c != nil {
		c.apps[suite].handle.ChangeAuth()
		k.told["change_auth "+k.suiteId(suite)+" "+c.id]++
	}
}

// restart ends a process and starts it anew on the same Store; what is pushed before its
// inbox works waits.
func (k *walker) restart() {
	i := k.rnd.IntN(len(k.app.procs))
	k.note("process %d begins anew", i)
	k.happened.add("restart")
	if i != 0 {
		k.app.begin(i)
		return
	}
	k.app.stop()
	k.app.begin(i)
	k.app.open()
	k.hello()
	k.changeAuth()
	k.app.run()
}
