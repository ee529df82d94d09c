package wecomtest_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/callback"
	"github.com/gothird/wecom/service"
	"github.com/gothird/wecom/token"
	"github.com/gothird/wecom/wecomtest"
)

// A Corp comes back whole, and its first member who is there administers the app.
// G: wecomtest/app
func TestACorpComesBackWhole(t *testing.T) {
	t.Parallel()
	w := wecomtest.New(t)
	corp := w.Install(wecomtest.Corp{Members: []wecomtest.Member{{UserId: "woGone", Left: true}, {UserId: "woBoss"}}, MemberMode: true})
	assert.NotEmpty(t, corp.Name)
	agentId, err := corp.Api().AgentId()
	require.NoError(t, err)
	assert.Equal(t, agentId, corp.AgentId)
	assert.True(t, corp.MemberMode)
	admins, err := service.GetAgentAdminList(corp.Api())
	require.NoError(t, err)
	require.Len(t, admins.Admins, 1)
	assert.Equal(t, "woBoss", admins.Admins[0].UserId)

	corp.Change(wecomtest.Member{UserId: "woBoss", Name: "Chen"})
	corp.Change(wecomtest.Member{UserId: "woBoss", Hidden: true})
	assert.Equal(t, wecomtest.Member{UserId: "woBoss", Name: "Chen", Hidden: true}, corp.Members[1])
}

// A push goes by the elements of its head, whatever its texts say.
// G: wecomtest/pushes
func TestWhereAPushGoes(t *testing.T) {
	t.Parallel()
	w := wecomtest.New(t)
	corp := w.Install(wecomtest.Corp{})
	w.Deliver(w.Api(), callback.App, success())
	w.Deliver(w.Api(), callback.System, success())
	for event, suiteAndCorp := range map[string][2]string{
		"<xml><MsgType>text</MsgType><Content>InfoType</Content></xml>":                  {corp.App.SuiteId(), corp.Id},
		"<xml><InfoType>x</InfoType><SuiteId>" + corp.App.SuiteId() + "</SuiteId></xml>": {corp.App.SuiteId(), corp.Id},
		"<xml><InfoType>x</InfoType><Text>SuiteId</Text></xml>":                          {"", ""},
		`{"MsgType":"text","Content":"InfoType"}`:                                        {corp.App.SuiteId(), corp.Id},
		"neither XML nor JSON, with an InfoType":                                         {corp.App.SuiteId(), corp.Id},
	} {
		d := w.Push(corp, event)
		assert.Equal(t, suiteAndCorp, [2]string{d.SuiteId, d.CorpId}, event)
	}
}

// What Go has started can use the port until it ends.
// G: wecomtest/app
func TestThePortEndsLast(t *testing.T) {
	t.Parallel()
	assert.NoError(t, wecomtest.Run(func(t testing.TB) {
		w := wecomtest.New(t)
		w.Go(func(ctx context.Context) error {
			<-ctx.Done()
			cfg := w.Config()
			cfg.BaseURL, cfg.HTTPClient = "http://"+w.Addr(), nil
			api, err := token.New(cfg)
			if err == nil {
				err = api.Verify()
			}
			return err
		})
		_ = w.Addr()
	}))
}
